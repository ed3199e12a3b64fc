"""Puts the questions of queries.toml to a running API, and judges what comes back."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from scripts.evaluation.catalogue import Product
from scripts.evaluation.grounding import numbers, ungrounded
from scripts.evaluation.judge import Want, fitting, want_from
from scripts.evaluation.measures import ndcg, satisfaction, strict_precision

MODEL = "apparel-recommender"
BRANDS_NAMED = 8
"""A shopper who asks for the brands is told as many, or all if there are fewer."""


COUNT_TOLERANCE = 0.05
"""Whether a "kurta & trousers" is a kurta, two who read the same names may see differently."""


@dataclass(frozen=True)
class Question:
    topic: str
    text: str
    want: Want
    expects: str
    """`ranking`, `nothing`, or a fact: `cheapest`, `dearest`, `count`, `brands`."""


@dataclass(frozen=True)
class Outcome:
    """How one question was answered; figures that make no sense for it are None."""

    question: Question
    answered: list[str]
    """What came back, for people."""
    untrue: list[str] = field(default_factory=list)
    ndcg: float | None = None
    precision: float | None = None
    satisfaction: float | None = None
    right: float | None = None

    @property
    def failed(self) -> bool:
        return any(figure is not None and figure < 1 for figure in (self.precision, self.right))


class Api:
    """The API under `base_url`, such as `http://127.0.0.1:8000/v1`. Raises httpx2.HTTPError."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx2.Client(base_url=base_url, timeout=60)

    def recommendations(self, **body: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._post("/recommendations", body)["recommendations"]
        return found

    def chat(self, messages: list[dict[str, str]]) -> tuple[str, list[dict[str, Any]]]:
        """The answer's text, and the products it recommends."""
        answer = self._post("/chat/completions", {"model": MODEL, "messages": messages})
        return str(answer["choices"][0]["message"]["content"]), answer["recommendations"]

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        response = self._client.post(path, json=body)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer


def read_questions(path: Path) -> list[Question]:
    """Raises ValueError, naming the question, where a want makes no sense."""
    questions = []
    for topic, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for text, entry in table.items():
            wants = {key: value for key, value in entry.items() if key not in ("fact", "nothing")}
            expects = "nothing" if entry.get("nothing") else entry.get("fact", "ranking")
            try:
                questions.append(Question(topic, text, want_from(wants), expects))
            except ValueError as error:
                raise ValueError(f"{path.name}, {text!r}: {error}") from error
    return questions


def ask(api: Api, question: Question, catalogue: Mapping[str, Product]) -> Outcome:
    if question.expects == "ranking":
        return _ask_ranking(api, question, catalogue)
    text, items = api.chat([{"role": "user", "content": question.text}])
    untrue = ungrounded(text, items, catalogue, question.text)
    if question.expects == "nothing":
        right = float(bool(text.strip()) and not items)
    else:
        right = _fact_told(question, text, catalogue)
    return Outcome(question, [text], untrue, right=right)


def named(items: list[dict[str, Any]], catalogue: Mapping[str, Product]) -> list[Product]:
    """The catalogue's products of a list; ids that it does not know are left out (and are ungrounded)."""
    return [catalogue[item["product_id"]] for item in items if item["product_id"] in catalogue]


def _ask_ranking(api: Api, question: Question, catalogue: Mapping[str, Product]) -> Outcome:
    items = api.recommendations(query=question.text, limit=10)
    ranked, every = named(items, catalogue), catalogue.values()
    return Outcome(
        question,
        [f"{product.name} [{product.gender}, ₹{product.price}]" for product in ranked[:5]],
        ungrounded("", items, catalogue),
        ndcg(ranked, question.want, every),
        strict_precision(ranked, question.want, every),
        satisfaction(ranked, question.want, every),
    )


def _fact_told(question: Question, text: str, catalogue: Mapping[str, Product]) -> float:
    """1 where the answer tells the fact; for brands, the share that is named."""
    fit = fitting(catalogue.values(), question.want)
    if question.expects == "count":
        return float(any(abs(number - len(fit)) <= len(fit) * COUNT_TOLERANCE for number in numbers(text)))
    if question.expects == "brands":
        brands = {product.brand for product in fit}
        return min(1.0, sum(brand in text for brand in brands) / min(len(brands), BRANDS_NAMED))
    edge = (min if question.expects == "cheapest" else max)(product.price for product in fit)
    told = any(product.name in text for product in fit if product.price == edge) and edge in numbers(text)
    return float(told)
