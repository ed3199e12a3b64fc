"""The prompts, and what makes foreign text fit to stand in one."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from orchestrator.edge.clean import clean_text, without_thinking
from orchestrator.llm.tokens import TokenCounter
from orchestrator.messages import Message

# Markers by which chat formats tell who speaks; from anybody else's text they are taken out.
MARKERS = re.compile(
    r"\[/?INST\]|<</?SYS>>|</?s>|<\|[^|>]{0,40}\|>|<\|?(?:im_start|im_end|endoftext|eot_id)\|?>"
    r"|</?(?:system|user|assistant|tool|shopper|products?|history)>"
    r"|\{\s*[\"']role[\"']\s*:|\bTERMS\s*:"
    r"|^\s*#{2,}\s*(?:system|user|assistant|human|instructions?|response)\b\s*:?"
    r"|^\s*(?:system|user|assistant|human|stylist|shopper)\s*:",
    re.IGNORECASE | re.MULTILINE,
)


@cache
def prompt(name: str) -> str:
    """The text of `prompts/NAME.txt`."""
    return (files("orchestrator.llm") / "prompts" / f"{name}.txt").read_text(encoding="utf-8").strip()


def own_words(text: str) -> str:
    """What a shopper says before anything that a chat format would obey; with that taken out where nothing
    stands before it. What follows is somebody else's, or an attack."""
    found = MARKERS.search(text)
    before = text[: found.start()].strip() if found else text
    return before or as_data(text, len(text))


def as_data(text: str, max_chars: int) -> str:
    """Somebody's text without anything that a chat format would obey, on as many lines, cut."""
    bare = without_thinking(clean_text(text))[: 4 * max_chars]
    while MARKERS.search(bare):  # taking one out may put another together
        bare = MARKERS.sub(" ", bare)
    return bare.strip()[:max_chars]


def newest_within(messages: Sequence[Message], budget: int, count: TokenCounter) -> list[Message]:
    """The newest messages whose tokens fit into the budget, in order."""
    kept: list[Message] = []
    for message in reversed(messages):
        budget -= count(message.text)
        if budget < 0:
            break
        kept.append(message)
    return kept[::-1]
