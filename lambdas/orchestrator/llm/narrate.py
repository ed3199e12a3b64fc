"""LLM 2: some words on why the products suit, guarded sentence by sentence."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence

from apparel.product import Product
from orchestrator.deadline import Deadline
from orchestrator.errors import LlmError
from orchestrator.llm.guard import Guard
from orchestrator.llm.prompt_text import as_data, newest_within, prompt, tokens
from orchestrator.llm.protocol import Llm
from orchestrator.llm.sentences import sentences
from orchestrator.messages import Message

logger = logging.getLogger(__name__)

_MAX_TOKENS = 220
_TEMPERATURE = 0.4
_MAX_SENTENCES = 4
_MAX_READ = 12
"""Sentences read before giving up on an LLM whose every sentence is dropped."""
_MAX_DESCRIPTION_CHARS = 200
_MAX_TURN_CHARS = 1_000
_MARGIN_TOKENS = 50


def narrate(
    llm: Llm,
    history: Sequence[Message],
    products: Sequence[Product],
    deadline: Deadline,
    brands: Sequence[str] = (),
) -> Iterator[str]:
    """Guarded sentences as they come, with the white space between them; at most four.

    `history` is the conversation, the shopper's last message at its end; `products` what was retrieved
    for it, in the order shown; `brands` all brands of the catalogue. Ends quietly when the LLM fails: what
    was said stays, and the caller's own closing sentence follows.
    """
    guard = Guard(products, brands, shopper_text=history[-1].text if history else "")
    try:
        pieces = llm.stream(
            _asked(llm.context_tokens, history, products),
            max_tokens=_MAX_TOKENS,
            temperature=_TEMPERATURE,
            deadline=deadline,
        )
        for read, sentence in enumerate(sentences(_without_thinking(pieces)), start=1):
            shown = guard.passed(sentence)
            if shown is not None:
                yield shown if guard.kept > 1 else shown.lstrip()
            if guard.kept == _MAX_SENTENCES or read == _MAX_READ:
                break
    except LlmError as error:
        logger.warning("LLM 2 ended early: %s", error)
    logger.info("guard", extra={"kept": guard.kept, "dropped": dict(guard.dropped)})


def _asked(context_tokens: int, history: Sequence[Message], products: Sequence[Product]) -> list[Message]:
    """The prompt: products always, of the history what fits, newest first."""
    shelf = "\n".join(_line(number, product) for number, product in enumerate(products, start=1))
    instruction = Message("system", f"{prompt('stylist')}\n\n<products>\n{shelf}\n</products>")
    turns = [
        Message(turn.role, as_data(turn.text, _MAX_TURN_CHARS)) for turn in history if turn.role != "system"
    ]
    budget = context_tokens - _MAX_TOKENS - _MARGIN_TOKENS - tokens(instruction.text)
    kept = newest_within(turns, budget) or turns[-1:]
    while len(kept) > 1 and kept[0].role != "user":  # chat templates want the shopper to begin
        kept = kept[1:]
    return [instruction, *kept]


def _line(number: int, product: Product) -> str:
    facts = [
        as_data(product.name, 150),
        f"brand {as_data(product.brand, 60)}",
        f"for {product.gender}",
        f"Rs {product.price.normalize():f}",
        as_data(product.description, _MAX_DESCRIPTION_CHARS),
    ]
    return f"{number}. " + re.sub(r"\s+", " ", "; ".join(facts))


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
