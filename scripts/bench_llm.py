"""`make bench-llm`: what the code adds to the LLM's own time, and what a shopper waits for at a given speed.

The model is scripted (scripts/drilling/paced.py), so its own time is known; all else is the local stack.
Overheads are measured beside embed_search's time, which the orchestrator writes down with each request. They
don't depend on the model's speed, so many turns are asked of a quick one; what a shopper waits for is nearly
all the model's own time, which is the same in each turn, so few turns tell it. These last a minute.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2

from scripts import results
from scripts.drilling.paced import PacedModel, Speed
from scripts.drilling.shopper import Shopper, Turn
from scripts.drilling.stack import stack_with
from scripts.evaluation.run import SAMPLE
from scripts.local.errors import StackError

NAME = "bench-llm"
QUICK = Speed("for the overheads", 0.05, 1_000)
SPEEDS = {
    Speed("a small model on a large GPU", 0.15, 80): 3,
    Speed("Llama 2 7B on one A10G", 0.4, 28): 3,
    Speed("a busy endpoint", 2.0, 12): 1,
    Speed("two cores without a GPU", 6.0, 6): 1,
}
"""And how many turns of each kind."""
SPECIFIC = (
    "blue shirts for men under 1500", "red georgette saree", "women black jeans", "white sneakers women",
    "brown leather belt", "girls pink dress", "black backpack", "men's navy blazer", "gold jhumkas",
    "yellow kurtas for women",
)  # fmt: skip
VAGUE = (
    "I need a fresh look", "make me look taller", "something chic", "I want to feel confident tomorrow",
    "what would a film star wear?", "I need to look sharp", "something nice for my girlfriend",
    "my look is boring, help", "something bold and different", "I got promoted, treat me",
)  # fmt: skip
"""None of which the code understands without the model's terms, so that each takes two calls."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=50, help="of each kind, for the overheads (%(default)s)")
    arguments = parser.parse_args()
    model = PacedModel(QUICK)
    catalogue = Path(os.environ.get("CATALOGUE") or SAMPLE)
    try:
        with stack_with(model.answer, catalogue, NAME) as base_url:
            shopper = Shopper(base_url, model, NAME)
            for said in _KINDS.values():
                shopper.warms_up(said)
            overheads = {kind: shopper.asks(QUICK, said, arguments.turns) for kind, said in _KINDS.items()}
            waits = [
                (speed, kind, shopper.asks(speed, said, turns))
                for speed, turns in SPEEDS.items()
                for kind, said in _KINDS.items()
            ]
    except (StackError, httpx2.HTTPError) as error:
        print(error, file=sys.stderr)
        return 1
    _print(overheads, waits)
    print(f"\nWritten to {results.write(NAME, {'catalogue': catalogue.name, **_figures(overheads, waits)})}")
    return 0


_KINDS = {"specific": SPECIFIC, "vague": VAGUE}
_MOMENTS = {
    "first_byte": "first byte",
    "first_line": "product lines",
    "first_words": "first words",
    "end": "last token",
}


Waits = Sequence[tuple[Speed, str, Sequence[Turn]]]


def _print(overheads: dict[str, list[Turn]], waits: Waits) -> None:
    print("\nWhat the code adds, milliseconds:\n")
    rows: list[Sequence[object]] = [
        (
            "message",
            "turns",
            "LLM calls",
            "tokens in",
            "tokens out",
            "first line p50",
            "p95",
            "first words p50",
            "p95",
        )
    ]
    for kind, turns in overheads.items():
        lines, words = _ms(turns, "line_overhead"), _ms(turns, "words_overhead")
        calls, tokens_in, tokens_out = (_median(turns, name) for name in ("calls", "tokens_in", "tokens_out"))
        rows.append((kind, len(turns), calls, tokens_in, tokens_out, *lines.values(), *words.values()))
    print(results.table(rows))
    print("\nWhat the shopper waits for, seconds (median):\n")
    header = ("LLM", "first token s", "tokens/s", "message", *_MOMENTS.values())
    print(results.table([header, *_wait_rows(waits)]))


def _wait_rows(waits: Waits) -> Iterator[Sequence[object]]:
    for speed, kind, turns in waits:
        seconds = (f"{_median(turns, name):.3g}" for name in _MOMENTS)
        yield (speed.name, speed.first_token_s, speed.tokens_a_second, kind, *seconds)


def _ms(turns: Sequence[Turn], name: str) -> dict[str, float]:
    values = sorted(1_000 * getattr(turn, name) for turn in turns)
    return {
        "p50": round(statistics.median(values), 1),
        "p95": round(values[int(0.95 * (len(values) - 1))], 1),
    }


def _median(turns: Sequence[Turn], name: str) -> float:
    return float(statistics.median(getattr(turn, name) for turn in turns))


def _seconds(turn: Turn) -> dict[str, float]:
    """What scripts/simulate.py draws from."""
    return {name: round(getattr(turn, name), 4) for name in (*_MOMENTS, "search", "embed", "sql")}


def _figures(overheads: dict[str, list[Turn]], waits: Waits) -> dict[str, object]:
    return {
        "overheads": {
            kind: {
                "turns": [_seconds(turn) for turn in turns],
                "first_line_ms": _ms(turns, "line_overhead"),
                "first_words_ms": _ms(turns, "words_overhead"),
                **{name: _median(turns, name) for name in ("calls", "tokens_in", "tokens_out")},
            }
            for kind, turns in overheads.items()
        },
        "waits": [
            {
                "llm": speed.name,
                "first_token_s": speed.first_token_s,
                "tokens_a_second": speed.tokens_a_second,
                "message": kind,
                **{f"{name}_s": round(_median(turns, name), 3) for name in _MOMENTS},
                "turns": [_seconds(turn) for turn in turns],
            }
            for speed, kind, turns in waits
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
