"""How answers of language models come over the wire, whatever carries them: JSON values one by one, as
server-sent events or as JSON lines, in parts that may be cut anywhere."""

import json
from collections.abc import Iterator
from typing import Any

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmTimeout, LlmUnavailable
from orchestrator.llm.codec import Codec, Piece
from orchestrator.llm.protocol import Usage

_MAX_LINE_BYTES = 1_000_000
_CHARS_PER_TOKEN = 12
"""Generous: an answer longer than this many characters a token was not bounded by `max_tokens`."""


def texts(
    parts: Iterator[bytes], codec: Codec, deadline: Deadline, *, max_tokens: int, usage: Usage | None
) -> Iterator[str]:
    """The texts of a streamed answer. Raises LlmUnavailable if it is none, or is cut; LlmTimeout."""
    left = max_tokens * _CHARS_PER_TOKEN
    finished = False
    for value in _values(_lines(parts, deadline)):
        piece = codec.piece(value, first=left == max_tokens * _CHARS_PER_TOKEN)
        finished = finished or piece.last
        _note(piece, usage)
        if piece.text:
            yield piece.text[:left]
            left -= len(piece.text)
            if left <= 0:
                return
    if not finished:
        raise LlmUnavailable(detail="the stream was cut")


def whole_text(body: bytes, codec: Codec, *, max_tokens: int, usage: Usage | None) -> str:
    """The text of an answer that was not streamed. Raises LlmUnavailable if it is none."""
    piece = codec.whole(_json(body))
    _note(piece, usage)
    return piece.text[: max_tokens * _CHARS_PER_TOKEN]


def _note(piece: Piece, usage: Usage | None) -> None:
    if usage is not None:
        usage.add(tokens_in=piece.tokens_in, tokens_out=piece.tokens_out)


def _lines(parts: Iterator[bytes], deadline: Deadline) -> Iterator[bytes]:
    """Whole lines out of parts that may be cut anywhere, also inside a character."""
    buffer = b""
    for part in parts:
        if deadline.passed:
            raise LlmTimeout(detail="the answer took too long")
        *whole, buffer = (buffer + part).split(b"\n")
        yield from whole
        if len(buffer) > _MAX_LINE_BYTES:
            raise LlmUnavailable(detail="a line without end")
    yield buffer


def _values(lines: Iterator[bytes]) -> Iterator[Any]:
    """The JSON values, up to `[DONE]` if that comes."""
    for line in lines:
        data = line.removeprefix(b"data:").strip()
        if data == b"[DONE]":
            return
        if line.startswith(b"data:") or data.startswith((b"{", b"[")):
            yield _json(data)
        # else a comment, an event's name, or a blank line


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LlmUnavailable(detail=f"no JSON: {error!r:.200}") from error
