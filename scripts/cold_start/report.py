"""The figures of `make bench-cold` for a person."""

from collections.abc import Mapping
from typing import Any

from scripts.results import table

Figures = Mapping[str, Any]


def report(figures: Figures) -> str:
    """Tables of both functions."""
    search, chat = figures["search"], figures["orchestrator"]
    parts = [
        f"embed_search, {figures['processor']['search']}",
        table(_totals(search)),
        _slow(search["slow_files"]),
        "one step after the other, in seconds:",
        *(
            f"  {name}: " + ", ".join(f"{step} {seconds:.3f}" for step, seconds in steps.items())
            for name, steps in search["steps"].items()
        ),
        f"orchestrator, {figures['processor']['orchestrator']}",
        table(_chat(chat)),
    ]
    return "\n\n".join(parts)


def _totals(search: Figures) -> list[list[object]]:
    names = list(search["warm"]["seconds"])
    rows: list[list[object]] = [["seconds to the first answer", *names, "times as fast"]]
    for cache in ("warm", "cold"):
        found = search[cache]
        rows.append([f"page cache {cache}", *found["seconds"].values(), found["ratio"]])
        rows.append(["  of them processor", *found["cpu_seconds"].values(), ""])
    least = search["least"]
    rows.append(["page cache warm, the least", *least["seconds"].values(), least["ratio"]])
    return rows


def _slow(slow: Figures) -> str:
    if reason := slow.get("not_measured"):
        return f"From slow files: not measured, {reason}."
    rows: list[list[object]] = [["from slow files", "seconds", "operations", "opens", "MB"]]
    for name, found in slow.items():
        rows.append([name, *(found[column] for column in ("seconds", "operations", "opens", "mb"))])
    return table(rows)


def _chat(chat: Figures) -> list[list[object]]:
    imports = chat["imports"]
    return [
        ["ready, s", chat["ready_seconds"]],
        ["ready, s of processor", chat["ready_cpu_seconds"]],
        ["ready with a cold page cache, s", chat["ready_seconds_page_cache_cold"]],
        ["imports, s of processor", round(imports["seconds"], 3)],
        ["modules", imports["modules"]],
        *([f"  {name}, ms", ms] for name, ms in imports["by_package"].items()),
    ]
