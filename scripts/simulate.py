"""`make simulate`: what 1,000 users a day, and 100 messages a second, would need on AWS.

A discrete-event simulation (scripts/sizing/) that draws from measured service times: first `make bench-llm`.
Cold starts are those of `make bench-cold`, if it ran. Nothing of it was seen on AWS: the habits of Lambda are
assumptions, which the options change.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from embed_search.settings import Settings as SearchSettings
from infra.settings import Settings as DeploySettings
from orchestrator.settings import Settings as OrchestratorSettings
from scripts import results
from scripts.sizing.measured import NotMeasured, Times, read_cold_starts, read_times
from scripts.sizing.model import Ceilings, Habits
from scripts.sizing.scenarios import LOADS, Outcome, simulate

NAME = "simulate"
DEPLOYED = Ceilings(
    **{name: DeploySettings.model_fields[name].default for name in Ceilings.__dataclass_fields__}
)
"""By the defaults of a deploy."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slower", type=float, default=1.0, help="how much slower a Lambda is (%(default)s)")
    parser.add_argument("--search-cold", type=float, help="seconds (as make bench-cold measured it, or 3)")
    parser.add_argument("--orchestrator-cold", type=float, help="seconds (the same, or 2)")
    parser.add_argument("--kept", type=float, default=300, help="idle environments, seconds (%(default)s)")
    arguments = parser.parse_args()
    folder = results.ROOT / "build" / "results"
    cold = read_cold_starts(folder)
    habits = Habits(
        search_cold=arguments.search_cold or cold.search,
        orchestrator_cold=arguments.orchestrator_cold or cold.orchestrator,
        patience=OrchestratorSettings.model_fields["search_patience_seconds"].default,
        kept=arguments.kept,
        connected=SearchSettings.model_fields["idle_session_s"].default,
    )
    try:
        times = read_times(folder, arguments.slower)
    except NotMeasured as error:
        print(error, file=sys.stderr)
        return 1
    outcomes = {llm: list(outcomes_of(times, llm, habits)) for llm in ("none", "Llama 2")}
    for llm, rows in outcomes.items():
        print(f"\nLLM: {llm}\n\n{results.table(_rows(rows))}")
    figures = {
        "catalogue": times.catalogue,
        "slower": arguments.slower,
        "habits": asdict(habits),
        "cold_starts_from": cold.source,
        "outcomes": {llm: [figures_of(one) for one in rows] for llm, rows in outcomes.items()},
    }
    print(f"\nWritten to {results.write(NAME, figures)}")
    return 0


def outcomes_of(times: Times, llm: str, habits: Habits) -> Iterable[Outcome]:
    """Each load without ceilings, which shows its needs; with the deploy's defaults; with what is enough."""
    messages = times.without_llm if llm == "none" else times.with_llm
    for load in LOADS:
        unbounded = simulate(load, messages, Ceilings(), habits)
        yield unbounded
        yield simulate(load, messages, DEPLOYED, habits)
        yield simulate(load, messages, unbounded.enough, habits)


def figures_of(one: Outcome) -> dict[str, object]:
    return {
        **asdict(one),
        "acu": one.acu,
        "llm_instances": one.llm_instances,
        "enough": asdict(one.enough),
    }


def _rows(outcomes: Sequence[Outcome]) -> list[Sequence[object]]:
    head = ("load", "search / conv. ceiling", "messages", "answered", "429", "busy", "p50 s", "p99 s",
            "searches mean/p99/max", "conv. mean/p99/max", "LLM p99", "connections", "ACU")  # fmt: skip
    rows: list[Sequence[object]] = [head]
    for one in outcomes:
        ceilings = f"{one.ceilings.search_concurrency} / {one.ceilings.orchestrator_concurrency}"
        rows.append(
            (
                one.load.name, ceilings, one.messages, one.answered, one.turned_away, one.busy,
                f"{one.median_s:.2f}", f"{one.p99_s:.2f}", _levels(one.searches), _levels(one.orchestrators),
                one.llm_calls, one.connections, one.acu,
            )
        )  # fmt: skip
    return rows


def _levels(levels: tuple[float, int, int]) -> str:
    return " / ".join(f"{level:g}" for level in levels)


if __name__ == "__main__":
    sys.exit(main())
