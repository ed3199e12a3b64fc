"""One shopper of the local stack, who writes down when each part of an answer came."""

import itertools
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from scripts.drilling.paced import Call, PacedModel, Speed
from scripts.local.errors import StackError
from scripts.local.stack import CHECKOUT


@dataclass(frozen=True)
class Turn:
    """Seconds since the question was sent; what the code added to others' time; what the turn took."""

    first_byte: float
    """Of the stream's body."""
    first_line: float
    """The product lines, which come at once."""
    first_words: float
    """The first of the model's tokens that is shown: its first sentence, which the guard has read."""
    end: float
    """The last token."""
    line_overhead: float
    words_overhead: float
    calls: int
    tokens_in: int
    tokens_out: int
    search: float
    """Seconds that embed_search was busy with it, all its calls together, as the caller sees it."""
    embed: float
    sql: float


class Shopper:
    """`name` is that of the stack's state."""

    def __init__(self, base_url: str, model: PacedModel, name: str) -> None:
        self._client = httpx2.Client(base_url=base_url, timeout=120)
        self._model = model
        self._log = CHECKOUT / ".local" / name / "logs" / "orchestrator.log"

    def warms_up(self, said: Sequence[str]) -> None:
        """The first messages of a kind fill caches."""
        for question in said[:2]:
            self._turn(question)

    def asks(self, speed: Speed, said: Sequence[str], turns: int) -> list[Turn]:
        self._model.speed = speed
        return [self._turn(said[number % len(said)]) for number in range(turns)]

    def _turn(self, question: str) -> Turn:
        self._model.calls.clear()
        request_id = uuid.uuid4().hex
        body = {"messages": [{"role": "user", "content": question}], "stream": True}
        began = time.monotonic()
        first_byte = first_line = first_words = 0.0
        with self._client.stream(
            "POST", "/chat/completions", json=body, headers={"x-request-id": request_id}
        ) as response:
            lines = response.iter_lines()
            first = next(lines)
            first_byte = time.monotonic()
            for text in _texts(itertools.chain([first], lines)):
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
            first_byte - began, first_line - began, first_words - began, end - began,
            first_line - began - stages["catalogue"] / 1_000 - sum(call.ended - call.asked for call in terms),
            first_words - _own(prose), int(facts.get("llm_calls", 0)),
            int(facts.get("tokens_in", 0)), int(facts.get("tokens_out", 0)),
            *(stages[name] / 1_000 for name in ("catalogue", "embed", "sql")),
        )  # fmt: skip

    def _facts(self, request_id: str) -> dict[str, Any]:
        """What the orchestrator wrote down about a request, as soon as it has."""
        for _ in range(100):
            whole, _, _ = self._log.read_text(encoding="utf-8").rpartition("\n")  # the last line may come yet
            for line in whole.splitlines()[::-1]:
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
