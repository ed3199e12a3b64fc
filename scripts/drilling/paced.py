"""A language model of a given speed, whose own times are known to the microsecond."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scripts.drilling.schema import completion, is_for_terms

# Words of about a token each; the first sentence is what the shopper's first words wait for.
_TERMS = "TERMS: men linen shirt, women printed maxi dress, white sneakers"
_WORDS = (
    "These will keep you comfortable from morning to night . Light colours feel fresh in the summer heat . "
    "Keep the rest of the outfit simple and let one piece stand out ."
)


@dataclass(frozen=True)
class Speed:
    name: str
    first_token_s: float
    tokens_a_second: float


@dataclass
class Call:
    """Moments of one call, by time.monotonic()."""

    asked: float
    for_terms: bool
    first_token: float = 0.0
    first_sentence: float = 0.0
    """When the last piece of the first sentence was sent."""
    ended: float = 0.0


@dataclass
class PacedModel:
    """A container, as scripts/local/sagemaker_api.py wants one."""

    speed: Speed
    calls: list[Call] = field(default_factory=list)

    def answer(self, request: dict[str, Any]) -> Iterator[bytes]:
        call = Call(time.monotonic(), is_for_terms(request))
        self.calls.append(call)
        text = _TERMS if call.for_terms else _WORDS.replace(" .", ".")
        pieces = [word if at == 0 else f" {word}" for at, word in enumerate(text.split())]
        parts = completion(request, pieces)
        if not request["stream"]:
            time.sleep(self.speed.first_token_s + len(pieces) / self.speed.tokens_a_second)
            call.ended = time.monotonic()
            yield from parts
            return
        for number, part in enumerate(parts):
            if number < len(pieces):
                time.sleep(self.speed.first_token_s if number == 0 else 1 / self.speed.tokens_a_second)
            now = time.monotonic()
            call.first_token = call.first_token or now
            # A sentence is over when something follows it.
            if number and pieces[min(number, len(pieces)) - 1].endswith(".") and not call.first_sentence:
                call.first_sentence = now
            yield part
        call.ended = time.monotonic()
