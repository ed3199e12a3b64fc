"""LLM 2: some words on why the products suit, guarded sentence by sentence."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence

from apparel.product import Product
from orchestrator import telemetry
from orchestrator.deadline import Deadline
from orchestrator.errors import LlmError
from orchestrator.llm.guard import Guard
from orchestrator.llm.prompt_text import as_data, newest_within, prompt
from orchestrator.llm.protocol import Llm
from orchestrator.llm.sentences import sentences
from orchestrator.messages import Message

logger = logging.getLogger(__name__)

_MAX_TOKENS = 220
_TEMPERATURE = 0.4
_STOP = ("<products>", "</products>", "\n\n\n")
_MAX_SENTENCES = 4
_MAX_READ = 12
"""Sentences read before giving up on an LLM whose every sentence is dropped."""
_DESCRIPTION_CHARS = (200, 100, 0)
"""Of each product; the first that leaves room for the shopper's message."""
_MAX_TURN_CHARS = 1_000
_MARGIN_TOKENS = 50
_PRODUCT_LINE = re.compile(r"^\d+\. \*\*\[(?P<name>.+?)\]\([^)]*\)\*\*.*$", re.MULTILINE)
_LINK = re.compile(r"\[(?P<name>[^\[\]]+)\]\([^()]*\)")


def narrate(
    llm: Llm,
    history: Sequence[Message],
    products: Sequence[Product],
    deadline: Deadline,
    brands: Sequence[str] = (),
    closing: str = "",
) -> Iterator[str]:
    """Guarded sentences as they come, with the white space between them; at most four.

    `history` is the conversation, the shopper's last message at its end; `products` what was retrieved
    for it, in the order shown; `brands` all brands of the catalogue. Never fails: what was said stays, and
    `closing` is said where the LLM has nothing fit to be shown, or is cut off.
    """
    earlier = "\n".join(turn.text for turn in history if turn.role == "assistant")
    guard = Guard(products, brands, shopper_text=history[-1].text if history else "", earlier=earlier)
    ended_well = True
    try:
        yield from _guarded(_told(llm, history, products, deadline), guard)
    except LlmError as error:
        ended_well = False
        logger.warning("LLM 2 ended early: %s", error)
        telemetry.fell("llm2", error.code)
    telemetry.tally("guard_kept", guard.kept)
    telemetry.tally("guard_dropped", guard.dropped.total())
    logger.info("guard", extra={"kept": guard.kept, "dropped": dict(guard.dropped)})
    if closing and not (guard.kept and ended_well):
        yield f"\n\n{closing}" if guard.kept else closing


def _told(
    llm: Llm, history: Sequence[Message], products: Sequence[Product], deadline: Deadline
) -> Iterator[str]:
    return llm.stream(
        _asked(llm, history, products),
        max_tokens=_MAX_TOKENS,
        temperature=_TEMPERATURE,
        stop=_STOP,
        deadline=deadline,
    )


def _guarded(pieces: Iterable[str], guard: Guard) -> Iterator[str]:
    for read, sentence in enumerate(sentences(_without_thinking(pieces)), start=1):
        shown = guard.passed(sentence)
        if shown is not None:
            telemetry.mark("first_token")
            yield shown if guard.kept > 1 else shown.lstrip()
        if guard.kept == _MAX_SENTENCES or read == _MAX_READ:
            return


def _asked(llm: Llm, history: Sequence[Message], products: Sequence[Product]) -> list[Message]:
    """The prompt: every product, and of the history what fits, newest first."""
    turns = [
        Message(turn.role, as_data(_as_spoken(turn.text), _MAX_TURN_CHARS))
        for turn in history
        if turn.role != "system"
    ]
    room = llm.context_tokens - _MAX_TOKENS - _MARGIN_TOKENS
    wanted = sum(llm.count(turn.text) for turn in turns[-1:])
    for description_chars in _DESCRIPTION_CHARS:
        instruction = _instruction(products, description_chars)
        budget = room - llm.count(instruction.text)
        if budget >= wanted:
            break
    kept = newest_within(turns, budget, llm.count) or turns[-1:]
    while len(kept) > 1 and kept[0].role != "user":  # chat templates want the shopper to begin
        kept = kept[1:]
    return [instruction, *kept]


def _as_spoken(text: str) -> str:
    """An earlier answer without its list, what stood below it, and addresses: a small model writes the same
    again, about other products, and each address takes some twenty tokens."""
    lines = list(_PRODUCT_LINE.finditer(text))
    names = [line["name"] for line in lines]
    bare = _LINK.sub(r"\g<name>", text[: lines[0].start()] if lines else text)
    shown = f"\n(shown: {'; '.join(names)})" if names else ""
    return re.sub(r"\n{2,}", "\n", bare).strip() + shown


def _instruction(products: Sequence[Product], description_chars: int) -> Message:
    shelf = "\n".join(
        _line(number, product, description_chars) for number, product in enumerate(products, start=1)
    )
    return Message("system", f"{prompt('stylist')}\n\n<products>\n{shelf}\n</products>")


def _line(number: int, product: Product, description_chars: int) -> str:
    facts = [
        as_data(product.name, 150),
        f"brand {as_data(product.brand, 60)}",
        f"for {product.gender}",
        f"Rs {product.price.normalize():f}",
        as_data(product.description, description_chars),
    ]
    return f"{number}. " + re.sub(r"\s+", " ", "; ".join(filter(None, facts)))


def _without_thinking(pieces: Iterable[str]) -> Iterator[str]:
    """Without a `<think>` section at the beginning, which some models write before they answer."""
    opening = ""
    stream = iter(pieces)
    for piece in stream:
        opening += piece
        bare = opening.lstrip()
        if not "<think>".startswith(bare[:7]) and not bare.startswith("<think>"):
            yield opening
            break
        if "</think>" in opening:
            yield opening.partition("</think>")[2]
            break
    else:
        if not opening.lstrip().startswith("<think>"):
            yield opening
        return
    yield from stream
