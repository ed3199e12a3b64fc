"""Questions about shown products, answered from their database rows."""

import re
from collections.abc import Callable, Sequence

from apparel.classification import classify
from apparel.contracts import EITHER
from apparel.phrases import singular, words
from apparel.product import Product
from apparel.taxonomy import attribute_phrases, color_phrases, label, spoken
from orchestrator.answers.wording import count, joined, link, ordinal, rupees, told
from orchestrator.dialogue.plans import Check, Compare, Describe, Field, Numbered, Pick
from orchestrator.settings import Settings

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[a-z\d%)])(?=[A-Z][a-z])")
_MAX_DESCRIPTION = 500
_TWO = 2
_FABRIC = re.compile(
    r"\b(?:fabric|material|cotton|silk|polyester|leather|wool|linen|made of|blend|viscose|rayon|denim"
    r"|nylon)\b",
    re.I,
)


def sentences_of(description: str) -> list[str]:
    """The sentences of a description, also where the export lost the blanks between them."""
    return [part.strip(" .") for part in _SENTENCE.split(description) if part.strip(" .")]


def _color(product: Product) -> str:
    stated = classify(product.name, product.brand, product.description, product.color).colors
    listed = product.color.lower()
    if len(stated) > 1 and listed in stated:
        return joined(stated)
    if stated and listed and listed not in stated:
        return f"{joined(stated)} by its name; the catalogue lists it under {product.color}"
    return (product.color or joined(stated)) if listed or stated else "not stated in the catalogue"


_NO_FABRIC = "the description does not say"


def _fabric(product: Product) -> str:
    said = [part for part in sentences_of(product.description) if _FABRIC.search(part)]
    named = _FABRIC.findall(product.name)
    if said:
        return ". ".join(said[:2])
    return named[0].lower() if named else _NO_FABRIC


def _description(product: Product) -> str:
    text = ". ".join(sentences_of(product.description)) or "The catalogue has no description"
    if len(text) > _MAX_DESCRIPTION:
        text = text[:_MAX_DESCRIPTION].rsplit(" ", 1)[0] + " …"
    return text


_NO_SIZES = (
    "The catalogue holds no sizes, photos, stock, delivery or offers. The page of each product has them: "
    "its name in the list leads there."
)
_ANSWERS: dict[Field, Callable[[Product], str]] = {
    "price": lambda product: f"costs {rupees(product.price)}",
    "brand": lambda product: f"is by {product.brand}",
    "color": lambda product: f"colour: {_color(product)}",
    "fabric": lambda product: f"material: {_fabric(product)}",
    "gender": lambda product: f"is for {product.gender.lower()}",
    "category": lambda product: f"is listed under {label(product.category)}",
    "name": lambda product: "is its full name",
    "link": lambda product: f"is {rupees(product.price)} on its page, where you can order it",
    "size": lambda product: "see its page for sizes, photos, stock, delivery and offers: I don't have these",
}


def _facts(product: Product, fields: Sequence[Field]) -> str:
    # Whoever is told anything else reads the name beside it.
    asked = [field for field in fields if field not in ("description", "name")] or [*fields]
    said = [_ANSWERS[field](product) for field in asked if field != "description"]
    if "description" in fields:
        said = [f"by {product.brand}, {rupees(product.price)}. {_description(product)}", *said]
    return "; ".join(said)


def describe(plan: Describe, settings: Settings) -> str:
    """The wanted facts of each product."""
    if plan.fields == ("size",) and len(plan.items) > 1:
        return _NO_SIZES
    if len(plan.items) == 1:
        item = plan.items[0]
        return f"Number {item.number}, {_named(item, settings, plan.fields)}."
    silent = [
        item for item in plan.items if plan.fields == ("fabric",) and _fabric(item.product) == _NO_FABRIC
    ]
    lines = [
        f"- Number {item.number}, {_named(item, settings, plan.fields)}"
        for item in plan.items
        if item not in silent
    ]
    if silent:
        lines.append(f"- {_say_nothing(silent, 'the material')}")
    return "\n".join(lines) if len(lines) > 1 else lines[0].removeprefix("- ")


def _say_nothing(items: Sequence[Numbered], about: str) -> str:
    """One sentence for all whose texts leave it open."""
    numbers = joined([str(item.number) for item in items])
    if len(items) == 1:
        return f"The description of number {numbers} says nothing about {about}. Its page may tell more."
    return f"The descriptions of numbers {numbers} say nothing about {about}. Their pages may tell more."


def _named(item: Numbered, settings: Settings, fields: Sequence[Field]) -> str:
    facts = _facts(item.product, fields)
    mark = ":" if facts.startswith(("colour", "material", "see", "by ")) else ""
    return f"{link(item.product, settings)}{mark} {facts}".rstrip(".")


def pick(plan: Pick, settings: Settings) -> str:
    """The cheapest or dearest of the list; all of them if several cost the same."""
    winners = plan.winners
    best = winners[0].product.price
    adjective = "cheapest" if plan.which == "cheapest" else "most expensive"
    if len(plan.items) == _TWO:
        adjective = "cheaper" if plan.which == "cheapest" else "more expensive"
    if plan.rank > 1:
        adjective = f"{ordinal(plan.rank)} {adjective}"
    named = joined([f"number {item.number}, {link(item.product, settings)}" for item in winners])
    if len(winners) == len(plan.items) > 1:
        return f"All {count(len(winners))} cost the same: {rupees(best)}."
    verb = "The {0} is {1}, at {2}." if len(winners) == 1 else "The {0} are {1}, each at {2}."
    return verb.format(adjective, named, rupees(best))


def compare(plan: Compare, settings: Settings) -> str:
    """A table of the products, and the difference in price where there are two."""
    rows = [
        "| | Product | Brand | Price | Colour |",
        "|---|---|---|---|---|",
        *(
            f"| {item.number} | {link(item.product, settings)} | {item.product.brand} "
            f"| {rupees(item.product.price)} | {_color(item.product)} |".replace("\n", " ")
            for item in plan.items
        ),
    ]
    if len(plan.items) == 2:
        first, second = sorted(plan.items, key=lambda item: item.product.price)
        if first.product.price == second.product.price:
            rows.append("\nBoth cost the same.")
        else:
            rows.append(f"\nNumber {first.number} costs less than number {second.number}.")
    return "\n".join(rows)


def check(plan: Check, settings: Settings) -> str:
    """What the texts say about the thing asked: the sentence, or that they do not say."""
    if len(plan.items) == 1:
        return _checked(plan.items[0], plan.asked, settings)
    silent = [item for item in plan.items if not said_of(item.product, plan.asked)]
    answers = [_checked(item, plan.asked, settings) for item in plan.items if item not in silent]
    if silent:
        answers.append(_say_nothing(silent, f"“{_asked(plan.asked)}”"))
    return "\n".join(f"- {answer}" for answer in answers) if len(answers) > 1 else answers[0]


def _checked(item: Numbered, asked: Sequence[str], settings: Settings) -> str:
    product = item.product
    name = f"Number {item.number}, {link(product, settings)}"
    if said := said_of(product, asked):
        quoted = ". ".join(dict.fromkeys(said[:2]))
        return f"{name}: the catalogue says “{quoted}”."
    return f"{name}: the description says nothing about “{_asked(asked)}”. Its page may tell more."


def _asked(terms: Sequence[str]) -> str:
    return " ".join(spoken(term) for term in told(terms))


def said_of(product: Product, asked: Sequence[str]) -> list[str]:
    """The sentences of the catalogue that speak of any of these."""
    # A brand's name says nothing of the thing: "Silk Mills".
    name = product.name.removeprefix(product.brand).strip() or product.name
    return [part for part in (name, *sentences_of(product.description)) if _mentions(part, asked)]


def _mentions(text: str, asked: Sequence[str]) -> bool:
    spoken = words(text)
    forms = {word.form for word in spoken}
    known = {match.value for match in attribute_phrases().find(spoken)}
    known |= {match.value for match in color_phrases().find(spoken)}
    terms = [name for term in asked for name in term.split(EITHER)]
    return any(term in known or all(singular(part) in forms for part in term.split()) for term in terms)
