"""What a scripted container reads in a request, and how it answers: OpenAI's schema, as vLLM speaks it."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.evaluation.catalogue import Product

_LINE = re.compile(r"^\d+\. (?P<name>.+?); brand (?P<brand>.*?); for .*?; Rs (?P<price>[\d.]+)", re.MULTILINE)


def is_for_terms(request: dict[str, Any]) -> bool:
    """Is it LLM 1 that is asked?"""
    return "<products>" not in str(request["messages"][0]["content"])


def shelf_of(request: dict[str, Any], catalogue: Sequence[Product]) -> list[Product]:
    """The products that the prompt holds, as the catalogue's file has them."""
    text = str(request["messages"][0]["content"]).partition("<products>")[2]
    found = []
    for line in _LINE.finditer(text):
        named = [
            p for p in catalogue if " ".join(p.name.split()) == line["name"] and p.brand == line["brand"]
        ]
        found += [p for p in named if p.price == float(line["price"])][:1]
    return found


def completion(request: dict[str, Any], pieces: Sequence[str]) -> Iterator[bytes]:
    if not request["stream"]:
        message = {"role": "assistant", "content": "".join(pieces)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        yield json.dumps({"choices": [choice], "usage": _usage(request, pieces)}).encode()
        return
    for piece in pieces:
        yield _chunk(choices=[{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
    yield _chunk(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
    yield _chunk(choices=[], usage=_usage(request, pieces))
    yield b"data: [DONE]\n\n"


def _chunk(**fields: Any) -> bytes:
    return b"data: %s\n\n" % json.dumps(fields, ensure_ascii=False).encode()


def _usage(request: dict[str, Any], pieces: Sequence[str]) -> dict[str, int]:
    asked = sum(len(message["content"]) for message in request["messages"])
    return {"prompt_tokens": asked // 4, "completion_tokens": len("".join(pieces)) // 4}


def in_pieces(text: str, chance: random.Random) -> list[str]:
    """As a model gives it: a few characters at a time."""
    pieces = []
    while text:
        size = chance.randint(1, 9)
        pieces.append(text[:size])
        text = text[size:]
    return pieces
