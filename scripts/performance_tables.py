"""The tables of docs/PERFORMANCE.md, each from the records of build/results/ that it is given by name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from infra.connections import GENERATIONS, KEPT_BACK, connections_taken, connections_wanted
from infra.settings import Settings
from scripts.load.objectives import LOCAL
from scripts.sizing.model import UNBOUNDED

Record = Mapping[str, Any]
Records = Mapping[str, Record]
Row = Sequence[object]


def markdown(rows: Iterable[Row]) -> str:
    """A table; the first row is its head, and all columns but the first are to the right."""
    head, *body = ([str(cell) for cell in row] for row in rows)
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def origin(record: Record) -> str:
    """Where the figures come from."""
    machine = record["machine"]
    changed = " with changes" if record["uncommitted_changes"] else ""
    commit, day = str(record["commit"])[:8], record["measured_at"][:10]
    return f"{machine['cores']} cores ({machine['cpu']}), commit {commit}{changed}, {day}"


def whole_answer(records: Records) -> str:
    (record,) = records.values()
    figures = record["figures"]
    waits: list[Row] = [
        ("LLM: first token s, tokens/s", "message", "first byte", "first product line", "first token", "last")
    ]
    for row in figures["waits"]:
        name = f"{row['llm']}: {row['first_token_s']:g}, {row['tokens_a_second']:g}"
        moments = ("first_byte_s", "first_line_s", "first_words_s", "end_s")
        waits.append((name, row["message"], *(f"{row[moment]:.2f}" for moment in moments)))
    added: list[Row] = [("the code adds, ms", "first product line p50", "p95", "first token p50", "p95")]
    for kind, row in figures["overheads"].items():
        added.append(
            (kind, *(row[at][p] for at in ("first_line_ms", "first_words_ms") for p in ("p50", "p95")))
        )
    return f"Seconds, median. {origin(record)}.\n\n{markdown(waits)}\n\n{markdown(added)}"


def load(records: Records) -> str:
    """Of the runs against the local stack."""
    runs = [one for one in records.values() if one["figures"]["target"].startswith(LOCAL)]
    if not runs:
        return ""
    rows: list[Row] = [
        ("scenario", "shoppers", "pause s", "whole and own", "refused", "lost or mixed up", "replies/s",
         "first byte ms p50", "p95", "whole ms p50", "p95")
    ]  # fmt: skip
    for run in (record["figures"] for record in runs):
        took = (run["first_byte_ms"], run["whole_reply_ms"])
        rows.append(
            (
                run["scenario"], run["users"], f"{run['think_seconds']:g}",
                f"{run['replies_answered']} of {run['replies_asked']}", run["replies_refused"],
                run["replies_lost_or_mixed_up"], f"{run['replies_asked'] / run['seconds']:.1f}",
                *(f"{part[p]:.0f}" for part in took for p in ("p50", "p95")),
            )
        )  # fmt: skip
    last = max(runs, key=lambda record: str(record["measured_at"]))
    return f"Against {last['figures']['target']}; {origin(last)}.\n\n{markdown(rows)}"


def connections(_records: Records) -> str:
    """By the defaults of a deploy; nothing is measured."""
    value = {name: field.default for name, field in Settings.model_fields.items()}
    bounded = ("search_concurrency", "load_concurrency")
    low, high = value["aurora_min_acu"], value["aurora_max_acu"]
    wanted = connections_wanted(*(value[name] for name in bounded), 1)
    rows: list[Row] = [
        ("with the defaults of a deploy", "connections"),
        *((f"`{name}`", value[name]) for name in bounded),
        ("a load that a deploy starts", 1),
        (f"all of them {GENERATIONS} times: new environments beside those they replace", wanted),
        (f"Aurora's limit at {low:g} to {high:g} ACU, but {KEPT_BACK}", connections_taken(low, high)),
        ("the same if the limit sank to that of 0.5 ACU", connections_taken(0.5, 0.5)),
    ]
    return markdown(rows)


NEEDS = ("load", "LLM", "searches at once", "conversations at once", "LLM instances", "connections", "ACU",
         "settings: search, conversation, gateway/s")  # fmt: skip
GETS = ("load", "LLM", "search, conversation, gateway/s", "answered", "429", "busy", "p50 s", "p99 s")


def sizing(records: Records) -> str:
    (record,) = records.values()
    figures = record["figures"]
    needs: list[Row] = [NEEDS]
    gets: list[Row] = [GETS]
    for llm, outcomes in figures["outcomes"].items():
        for one in outcomes:
            name = one["load"]["name"]
            gets.append((name, llm, *_gets(one)))
            if _is_unbounded(one):
                needs.append((name, llm, *_needs(one)))
    habits, source = figures["habits"], figures["cold_starts_from"]
    cold = f"{habits['search_cold']:.1f} s (search) and {habits['orchestrator_cold']:.1f} s (conversation)"
    intro = (
        f"Service times: `make bench-llm` over {figures['catalogue']}; cold starts: {cold}, {source}; "
        f"{origin(record)}."
    )
    return f"{intro}\n\n{markdown(needs)}\n\n{markdown(gets)}"


def _is_unbounded(one: Record) -> bool:
    return bool(one["ceilings"]["search_concurrency"] >= UNBOUNDED)


def _needs(one: Record) -> Row:
    """Of a run without ceilings: on average, and for 99 % of the time."""
    fleets = (f"{one[fleet][0]:.3g}, {one[fleet][1]}" for fleet in ("searches", "orchestrators"))
    return (*fleets, one["llm_instances"], one["connections"], f"{one['acu']:g}", _ceilings(one["enough"]))


def _gets(one: Record) -> Row:
    shown = "no ceiling" if _is_unbounded(one) else _ceilings(one["ceilings"])
    counts = (f"{one[name]:,}" for name in ("turned_away", "busy"))
    answered = f"{one['answered']:,} of {one['messages']:,}"
    return (shown, answered, *counts, f"{one['median_s']:.2f}", f"{one['p99_s']:.2f}")


def _ceilings(ceilings: Mapping[str, float]) -> str:
    names = ("search_concurrency", "orchestrator_concurrency", "throttle_rate")
    return ", ".join(f"{ceilings[name]:g}" for name in names)
