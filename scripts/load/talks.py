"""Conversations that know what belongs to them, so that a reply meant for somebody else is noticed."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Any]


class WrongReply(AssertionError):
    """A reply was lost, broken, or another conversation's; the text says how."""


class Refused(Exception):
    """The API said honestly that it has too much to do."""


_BUSY = re.compile(r"many shoppers.*try again", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Theme:
    """What a shopper looks for: every product shown in the talk has this in its name and is for these."""

    words: str
    named: re.Pattern[str]
    genders: frozenset[str]


def _theme(words: str, named: str, *genders: str) -> Theme:
    return Theme(words, re.compile(named, re.IGNORECASE), frozenset(genders))


# What any fashion catalogue sells, and no two alike: a product of one talk fits in no other one.
THEMES = (
    _theme("sarees for women", "saree", "Women"),
    _theme("shirts for men", r"shirt", "Men", "Unisex"),
    _theme("dresses for women", "dress", "Women", "Unisex"),
    _theme("jeans for men", "jeans", "Men", "Unisex"),
    _theme("kurtas for women", "kurt", "Women", "Unisex"),
    _theme("shoes for men", "shoe|sneaker|loafer|oxford|derby|trainer|boot|slip-on", "Men", "Unisex"),
)
BUDGETS = range(3_000, 6_000)
"""INR. Each talk has one of its own, so that it can tell its reply from that of the same theme."""


@dataclass(frozen=True)
class Reply:
    text: str
    items: list[Item]


def read_stream(lines: Iterable[str]) -> Reply:
    """The reply that OpenAI's server-sent events make up. Raises WrongReply when they break off."""
    events = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    if not events or events[-1] != "[DONE]":
        raise WrongReply("the stream broke off")
    chunks = [json.loads(event) for event in events[:-1]]
    if errors := [chunk["error"] for chunk in chunks if "error" in chunk]:
        raise WrongReply(f"an error in the stream: {errors[0].get('code')}")
    deltas = (choice["delta"] for chunk in chunks for choice in chunk["choices"])
    return Reply(
        "".join(delta.get("content") or "" for delta in deltas),
        [item for chunk in chunks for item in chunk.get("recommendations", [])],
    )


def read_whole(answer: Mapping[str, Any]) -> Reply:
    return Reply(answer["choices"][0]["message"]["content"], answer["recommendations"])


class Talk:
    """Four messages: what is wanted, a budget, more like one of the list, and a question about the list."""

    def __init__(self, theme: Theme, budget: int) -> None:
        self._theme, self._budget = theme, budget
        self.messages: list[dict[str, str]] = []
        self.shown: list[Item] = []
        self._says = iter(
            (theme.words, f"only under {budget}", "show me more like the first one", "which is the cheapest?")
        )

    def say(self) -> bool:
        """Add the next message; False at the end of the talk."""
        said = next(self._says, None)
        if said is not None:
            self.messages.append({"role": "user", "content": said})
        return said is not None

    def hear(self, reply: Reply) -> None:
        """Raises WrongReply where the reply is none to this talk, and Refused."""
        turn = len(self.messages) // 2
        if not reply.items and _BUSY.search(reply.text):
            raise Refused("the reply says to try again")
        if not reply.text.strip():
            raise WrongReply("an empty reply")
        if not reply.items and turn < 3:
            raise WrongReply(f"no products: {reply.text[:120]!r}")
        for item in reply.items:
            # "More like this one" is a wish of its own: the budget was for the list before.
            self._check(item, priced=turn == 1)
            if item["name"] not in reply.text:
                raise WrongReply(f"{item['name']!r} is in the data and not in the text")
        if turn == 3 and self.shown and not any(item["name"] in reply.text for item in self.shown):
            raise WrongReply(f"the cheapest is none of this talk's products: {reply.text[:120]!r}")
        self.messages.append({"role": "assistant", "content": reply.text})
        self.shown = reply.items or self.shown

    def _check(self, item: Item, *, priced: bool) -> None:
        mine = self._theme.named.search(item["name"]) and item["gender"] in self._theme.genders
        if not mine or (priced and float(item["price"]) > self._budget):
            raise WrongReply(f"{item['name']!r} for {item['price']}, to {self.messages[-1]['content']!r}")
