"""`make bench-llm`: what the code adds to the LLM's own time, and what a shopper waits for at a given speed.

The model is scripted (scripts/drilling/paced.py), so its own time is known; all else is the local stack.
Overheads are measured beside embed_search's time, which the orchestrator writes down with each request.
"""

import argparse
import json
import statistics
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from scripts import results
from scripts.drilling.paced import Call, PacedModel, Speed
from scripts.drilling.stack import stack_with
from scripts.evaluation.run import SAMPLE
from scripts.local.errors import StackError
from scripts.local.stack import CHECKOUT

NAME = "bench-llm"
SPEEDS = (
    Speed("a small model on a large GPU", 0.15, 80),
    Speed("Llama 2 7B on one A10G", 0.4, 28),
    Speed("a busy endpoint", 2.0, 12),
    Speed("two cores without a GPU", 6.0, 6),
)
SPECIFIC = (
    "blue shirts for men under 1500", "red georgette saree", "women black jeans", "white sneakers women",
    "brown leather belt", "girls pink dress", "black backpack", "men's navy blazer", "gold jhumkas",
    "yellow kurtas for women",
)  # fmt: skip
VAGUE = (
    "something to impress my girlfriend's parents", "make me look taller", "something chic",
    "I want to feel confident tomorrow", "what would a film star wear?", "I need to look sharp",
    "something nice for my girlfriend", "my look is boring, help", "something bold and different",
    "I got promoted, treat me",
)  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """Seconds since the question was sent, and what the turn took."""

    first_line: float
    first_words: float
    end: float
    line_overhead: float
    words_overhead: float
    calls: int
    tokens_in: int
    tokens_out: int


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=50, help="of each kind, for the overheads (%(default)s)")
    arguments = parser.parse_args()
    model = PacedModel(SPEEDS[0])
    try:
        with stack_with(model.answer, SAMPLE, NAME) as base_url:
            shopper = Shopper(base_url, model)
            overheads = {kind: shopper.asks(said, arguments.turns) for kind, said in _KINDS.items()}
            waits = [
                (speed, kind, shopper.waits(speed, said)) for speed in SPEEDS for kind, said in _KINDS.items()
            ]
    except (StackError, httpx2.HTTPError) as error:
        print(error, file=sys.stderr)
        return 1
    _print(overheads, waits)
    print(f"\nWritten to {results.write(NAME, _figures(overheads, waits))}")
    return 0


_KINDS = {"specific": SPECIFIC, "vague": VAGUE}


class Shopper:
    def __init__(self, base_url: str, model: PacedModel) -> None:
        self._client = httpx2.Client(base_url=base_url, timeout=120)
        self._model = model
        self._log = CHECKOUT / ".local" / NAME / "logs" / "orchestrator.log"

    def waits(self, speed: Speed, said: Sequence[str], turns: int = 3) -> list[Turn]:
        self._model.speed = speed
        return self.asks(said, turns)

    def asks(self, said: Sequence[str], turns: int) -> list[Turn]:
        self._turn(said[0])  # the first one of its kind fills caches
        return [self._turn(said[number % len(said)]) for number in range(turns)]

    def _turn(self, question: str) -> Turn:
        self._model.calls.clear()
        request_id = uuid.uuid4().hex
        body = {"messages": [{"role": "user", "content": question}], "stream": True}
        began = time.monotonic()
        first_line = first_words = 0.0
        with self._client.stream(
            "POST", "/chat/completions", json=body, headers={"x-request-id": request_id}
        ) as response:
            for text in _texts(response.iter_lines()):
                if "\n1. " in text:
                    first_line = time.monotonic()
                elif first_line and text.strip():
                    first_words = first_words or time.monotonic()
        end = time.monotonic()
        facts = self._facts(request_id)
        terms = [call for call in self._model.calls if call.for_terms]
        prose = [call for call in self._model.calls if not call.for_terms]
        stages = facts["stages_ms"]
        return Turn(
            first_line - began, first_words - began, end - began,
            first_line - began - stages["catalogue"] / 1_000 - sum(call.ended - call.asked for call in terms),
            first_words - _own(prose), int(facts.get("llm_calls", 0)),
            int(facts.get("tokens_in", 0)), int(facts.get("tokens_out", 0)),
        )  # fmt: skip

    def _facts(self, request_id: str) -> dict[str, Any]:
        """What the orchestrator wrote down about a request, as soon as it has."""
        for _ in range(100):
            for line in self._log.read_text(encoding="utf-8").splitlines()[::-1]:
                if request_id in line and '"stages_ms"' in line:
                    return dict(json.loads(line))
            time.sleep(0.02)
        raise StackError(f"The orchestrator's log says nothing of request {request_id}.")


def _own(prose: Sequence[Call]) -> float:
    """When the model had said its first sentence."""
    return prose[-1].first_sentence if prose else float("nan")


def _texts(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith("data: {"):
            choices = json.loads(line.removeprefix("data: "))["choices"]
            if choices and (text := choices[0]["delta"].get("content")):
                yield text


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
    header = ("LLM", "first token s", "tokens/s", "message", "product lines", "first words", "whole answer")
    print(results.table([header, *_wait_rows(waits)]))


def _wait_rows(waits: Waits) -> Iterator[Sequence[object]]:
    for speed, kind, turns in waits:
        seconds = (f"{_median(turns, name):.2f}" for name in ("first_line", "first_words", "end"))
        yield (speed.name, speed.first_token_s, speed.tokens_a_second, kind, *seconds)


def _ms(turns: Sequence[Turn], name: str) -> dict[str, float]:
    values = sorted(1_000 * getattr(turn, name) for turn in turns)
    return {
        "p50": round(statistics.median(values), 1),
        "p95": round(values[int(0.95 * (len(values) - 1))], 1),
    }


def _median(turns: Sequence[Turn], name: str) -> float:
    return float(statistics.median(getattr(turn, name) for turn in turns))


def _figures(overheads: dict[str, list[Turn]], waits: Waits) -> dict[str, object]:
    return {
        "overheads": {
            kind: {
                "turns": len(turns),
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
                **{
                    f"{name}_s": round(_median(turns, name), 3)
                    for name in ("first_line", "first_words", "end")
                },
            }
            for speed, kind, turns in waits
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
