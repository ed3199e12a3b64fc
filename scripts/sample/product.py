"""One product of the sample catalogue: brand, name, price, description and colour that agree with each other.

What it is mixed from stands in sample_parts.toml, which says how to read it.
"""

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARTS_FILE = Path(__file__).with_name("parts.toml")
CHILDREN = ("Boys", "Girls", "Unisex Kids")
NO_SLOTS = ("title", "opening", "detail", "price")
TWO_COLOURS, RUN_TOGETHER = 0.35, 0.35
LOWEST_PRICE = 149

Row = dict[str, str]
Parts = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """One product to make: what, for whom, and in which colour if a shopper will surely ask for it."""

    kind: str
    gender: str
    spec: Parts
    colour: str | None = None


def load_parts(path: Path = PARTS_FILE) -> Parts:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def make_product(parts: Parts, order: Order, rng: random.Random) -> Row:
    """All columns but the id."""
    brand, level = pick_brand(parts, order, rng)
    words = pick_words(parts, order, rng)
    low, high = order.spec["price"]
    factor = parts["child_price"] if order.gender in CHILDREN else 1.0
    first_colour = words["Colour"].split(" & ")[0]
    return {
        "ProductName": f"{brand} {rng.choice(order.spec['title']).format_map(words)}",
        "ProductBrand": brand,
        "Gender": order.gender,
        "Price (INR)": str(make_price(low * factor, high * factor, level, rng)),
        "NumImages": str(rng.choice((1, 2, 3, 4, 4, 5, 5, 5, 5, 6, 7, 7, 8))),
        "Description": describe(parts, order.spec, words, rng),
        "PrimaryColor": column_colour(parts["colours"][first_colour]),
    }


def pick_brand(parts: Parts, order: Order, rng: random.Random) -> tuple[str, float]:
    """One of the brands that make such things for such people, and its price level."""
    makers = [
        (name, brand["level"])
        for name, brand in parts["brands"].items()
        if order.spec["sold_as"] in brand["sells"] and order.gender in brand.get("genders", [order.gender])
    ]
    return rng.choice(makers)


def pick_words(parts: Parts, order: Order, rng: random.Random) -> dict[str, str]:
    """A value for every slot: `Fit` as a title writes it, `fit` as a sentence does."""
    spec = order.spec
    palette = parts["palettes"][spec["colours"]]
    slots: dict[str, str] = {
        key: rng.choice(values)
        for key, values in spec.items()
        if isinstance(values, list) and key not in NO_SLOTS
    }
    slots["kind"] = order.kind
    slots["gender"] = "Kids" if order.gender == "Unisex Kids" else order.gender
    slots["colour"] = order.colour or rng.choice(palette)
    if slots.get("pattern") in parts["two_coloured"] and rng.random() < TWO_COLOURS:
        column = parts["colours"]
        others = [colour for colour in palette if column[colour] != column[slots["colour"]]]
        slots["colour"] += f" & {rng.choice(others)}"
    as_written = {key.capitalize(): value for key, value in slots.items()}
    return as_written | {key: lower(value) for key, value in slots.items()}


def make_price(low: float, high: float, level: float, rng: random.Random) -> int:
    """A price such as 299, 749 or 3,999 INR: about `level` (0 to 1) of the range, cheap ones commoner."""
    share = (level + rng.random()) / 2
    price = low + (high - low) * share * share
    return max(LOWEST_PRICE, round(price / 50) * 50 - 1)


def describe(parts: Parts, spec: Parts, words: dict[str, str], rng: random.Random) -> str:
    """One to four sentences, all true of the product: what it is, details, an occasion, care."""
    details = rng.sample(spec["detail"], min(2, len(spec["detail"])))
    care = parts["care"][spec.get("care") or care_of(parts, words["Fabric"])]
    more = [*details, rng.choice(parts["when"][spec["when"]]), *rng.sample(care, min(1, len(care)))]
    kept = sorted(rng.sample(range(len(more)), min(len(more), rng.randint(0, 3))))
    sentences = [rng.choice(spec["opening"]), *(more[index] for index in kept)]
    texts = [sentence.format_map(words) for sentence in sentences]
    texts = [text[0].upper() + text[1:] for text in texts]
    return "".join(texts) if rng.random() < RUN_TOGETHER else ". ".join(texts) + "."


def care_of(parts: Parts, fabric: str) -> str:
    """Which care sentences fit a fabric."""
    fabrics: dict[str, list[str]] = parts["fabrics"]
    return next(care for care, names in fabrics.items() if fabric in names)


def lower(value: str) -> str:
    """As it reads inside a sentence: `V-neck`, `navy blue and white`, `EVA foam`."""
    words = [word if word.isupper() else word.lower() for word in value.replace("&", "and").split()]
    return " ".join(word.capitalize() if word[1:2] == "-" else word for word in words)


def column_colour(colour: str) -> str:
    """The data set writes every colour but Blue with a blank before it."""
    return colour if colour in ("Blue", "") else f" {colour}"
