"""The tables of docs/PERFORMANCE.md about cold starts."""

from collections.abc import Mapping
from typing import Any

from scripts.performance_tables import Records, Row, markdown, origin

_SLOW = {
    "ours_as_deployed": "slow files: ours as deployed (the model on EFS)",
    "ours_all_on_it": "slow files: ours if all were on EFS",
    "the_article": "slow files: the article's way",
}


def cold_search(records: Records) -> str:
    (record,) = records.values()
    figures = record["figures"]
    search = figures["search"]
    intro = (
        f"From the start of the process to the first answered search, over {figures['products']:,} products, "
        f"with {figures['processor']['search']}. {origin(record)}."
    )
    return "\n\n".join([intro, _totals(search), _steps(search["steps"]), _slow(search["slow_files"])])


def _totals(search: Mapping[str, Any]) -> str:
    names = list(search["warm"]["seconds"])
    rows: list[Row] = [("seconds, median", *names, "times as fast")]
    for cache in ("warm", "cold"):
        found = search[cache]
        seconds = [f"{value:.2f}" for value in found["seconds"].values()]
        rows.append((f"page cache {cache}, {found['rounds']} rounds", *seconds, f"{found['ratio']:.1f}"))
        if None not in (processor := list(found["cpu_seconds"].values())):
            ratio = processor[1] / processor[0]
            rows.append(("… of them processor", *(f"{value:.2f}" for value in processor), f"{ratio:.1f}"))
    least = search["least"]
    seconds = [f"{value:.2f}" for value in least["seconds"].values()]
    rows.append((f"page cache warm, {least['rounds']} rounds: the least", *seconds, f"{least['ratio']:.1f}"))
    return markdown(rows)


def _steps(steps: Mapping[str, Mapping[str, float]]) -> str:
    rows: list[Row] = [("one step after the other, ms", "imports", "model", "connection", "embedding", "SQL")]
    rows += [(name, *(f"{1000 * value:.0f}" for value in found.values())) for name, found in steps.items()]
    return markdown(rows)


def _slow(slow: Mapping[str, Any]) -> str:
    if reason := slow.get("not_measured"):
        return f"From slow files it was not measured: {reason}."
    rows: list[Row] = [
        ("each operation 1 ms late, 100 MB/s", "seconds", "operations", "file opens", "MB read")
    ]
    for key, name in _SLOW.items():
        found = slow[key]
        operations = f"{found['operations']:,}", f"{found['opens']:,}", f"{found['mb']:.0f}"
        rows.append((name, f"{found['seconds']:.1f}", *operations))
    return markdown(rows)


def cold_orchestrator(records: Records) -> str:
    (record,) = records.values()
    figures = record["figures"]
    chat = figures["orchestrator"]
    imports = chat["imports"]
    rows: list[Row] = [
        ("until the readiness path answers", "seconds"),
        ("page cache warm", f"{chat['ready_seconds']:.2f}"),
        ("… of it processor", f"{chat['ready_cpu_seconds'] or 0:.2f}"),
        ("page cache cold", f"{chat['ready_seconds_page_cache_cold']:.2f}"),
        (f"imports and wiring, {imports['modules']} modules, processor", f"{imports['seconds']:.2f}"),
    ]
    longest = ", ".join(f"{name} {ms:.0f}" for name, ms in list(imports["by_package"].items())[:8])
    return (
        f"With {figures['processor']['orchestrator']}. {origin(record)}.\n\n{markdown(rows)}\n\n"
        f"Where the imports' time goes, ms, as `-X importtime` has it: {longest}."
    )
