"""Shoppers who chat while things break, and write down what each of them saw."""

import itertools
import json
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx2

from scripts.evaluation.catalogue import Product

Saw = Literal["products", "an honest sentence", "an error that says when", "a broken stream", "nothing"]

HUNG_AFTER_SECONDS = 75
"""The API's own deadline is 60 s."""
_QUESTIONS = ("blue shirts for men", "red sarees under 5000", "kurta for a wedding", "black shoes for women")
_SORRY = re.compile(
    r"try again|taking (?:too )?long|can't be reached|went wrong|many shoppers|sign in|come back",
    re.IGNORECASE,
)
_PRICE = re.compile(r"₹([\d,]+(?:\.\d+)?)")


@dataclass(frozen=True)
class Seen:
    at: float
    """When the answer ended: time.monotonic()."""
    seconds: float
    saw: Saw
    wrong: tuple[str, ...] = ()
    """Products or prices that are not the catalogue's."""
    text: str = ""


@dataclass
class Shoppers:
    """`count` people, each asking one thing after the other until `leave`."""

    base_url: str
    catalogue: Mapping[str, Product]
    count: int = 6
    seen: list[Seen] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def arrive(self) -> None:
        for number in range(self.count):
            thread = threading.Thread(target=self._shop, args=(number,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def leave(self) -> int:
        """Wait for the last answers; how many of the people never got one."""
        self._stop.set()
        until = time.monotonic() + HUNG_AFTER_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return sum(thread.is_alive() for thread in self._threads)

    def _shop(self, number: int) -> None:
        questions = itertools.islice(itertools.cycle(_QUESTIONS), number, None)
        with httpx2.Client(base_url=self.base_url, timeout=HUNG_AFTER_SECONDS) as client:
            while not self._stop.is_set():
                self.seen.append(ask(client, next(questions), self.catalogue))
                self._stop.wait(0.1)


def ask(client: httpx2.Client, question: str, catalogue: Mapping[str, Product]) -> Seen:
    """One streamed question, as chat-ui asks it, and what became of it."""
    body = {"messages": [{"role": "user", "content": question}], "stream": True}
    began = time.monotonic()
    lines: list[str] = []
    try:
        with client.stream("POST", "/chat/completions", json=body) as answer:
            status = answer.status_code
            headers = dict(answer.headers)
            lines.extend(answer.iter_lines())
    except httpx2.TimeoutException:
        return Seen(time.monotonic(), time.monotonic() - began, "nothing")
    except httpx2.HTTPError:
        return Seen(time.monotonic(), time.monotonic() - began, "a broken stream", text="".join(lines)[-200:])
    ended = time.monotonic()
    if status != 200:
        kind: Saw = "an error that says when" if "retry-after" in headers else "a broken stream"
        return Seen(ended, ended - began, kind, text="".join(lines)[:200])
    return _judged(ended, ended - began, lines, catalogue)


def _judged(at: float, seconds: float, lines: Sequence[str], catalogue: Mapping[str, Product]) -> Seen:
    events = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    if not events or events[-1] != "[DONE]":
        return Seen(at, seconds, "a broken stream", text="".join(lines)[-200:])
    chunks = [json.loads(event) for event in events[:-1]]
    recommended = [item for chunk in chunks for item in chunk.get("recommendations", [])]
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    text = "".join(choice["delta"].get("content") or "" for choice in choices)
    wrong = tuple(filter(None, (_fault(item, catalogue) for item in recommended)))
    prices = {float(item["price"]) for item in recommended}
    wrong += tuple(price for price in _PRICE.findall(text) if float(price.replace(",", "")) not in prices)
    if recommended:
        return Seen(at, seconds, "products", wrong, text)
    saw: Saw = "an honest sentence" if _SORRY.search(text) else "nothing"
    return Seen(at, seconds, saw, wrong, text)


def _fault(item: Mapping[str, Any], catalogue: Mapping[str, Product]) -> str | None:
    product = catalogue.get(str(item["product_id"]))
    if product is None:
        return f"unknown product {item['product_id']}"
    same = product.price == float(item["price"]) and " ".join(product.name.split()) == item["name"]
    return None if same else f"product {item['product_id']} as it is not"
