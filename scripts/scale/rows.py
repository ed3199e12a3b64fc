"""A catalogue of any size, streamed: fresh mixtures of the sample's parts, no two of one name.

    python -m scripts.scale.rows SIZE FILE

The parts of the sample allow some hundred thousand names. What a large shop has more of is made up here:
brands, of which each sells what one of the sample's brands sells, and lines ("SPYKAR Women Pink Alexa
Super Skinny Fit Jeans"). Their numbers grow with the square root of the catalogue's, from what the 12,491
products of the Myntra data set have; a few brands sell much, most sell little. The same size gives the
same rows.
"""

import csv
import hashlib
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.sample.make import BLANK_COLOUR, COLUMNS, FIRST_ID, NO_APPAREL, WRONG_COLOUR, all_orders
from scripts.sample.product import Order, Parts, Row, column_colour, load_parts, make_product

SEED = 20_265
REAL_PRODUCTS, REAL_BRANDS = 12_491, 677
LINES_PER_BRAND = 3
NAMED_LINE = 0.3
"""The share of products that are named after a line; whatever would repeat a name is, too."""

_ONSETS = "b bh ch d dh f g gh h j k kh l m n p r s sh t th v y z tr pr kr sl st br gl".split()
_VOWELS = "a a a e i i o u aa ee ai au".split()
_ENDINGS = ["", "", "", "n", "r", "l", "s", "m", "ra", "no", "va", "lle", "ka"]


@dataclass(frozen=True)
class Names:
    """What is made up for one catalogue."""

    labels: dict[str, list[str]]
    """The brands that sell what a brand of the sample sells, itself first."""
    lines: list[str]


def scaled_rows(size: int, parts: Parts, seed: int = SEED) -> Iterator[Row]:
    """`size` rows in the columns of the Myntra data set; memory grows by some 60 bytes a row."""
    rng = random.Random(f"{seed} {size}")
    names = make_names(size, parts, rng)
    decks = all_orders(parts, apparel=True), all_orders(parts, apparel=False)
    seen: set[int] = set()
    product_id = FIRST_ID
    for _ in range(size):
        product_id += rng.randint(1, 9)
        row = _row(parts, names, rng.choice(decks[rng.random() < NO_APPAREL]), rng)
        while (name := hash_of(row["ProductName"])) in seen:
            row["ProductName"] = _with_line(row, rng.choice(names.lines))
        seen.add(name)
        yield {**row, "ProductID": str(product_id)}


def make_names(size: int, parts: Parts, rng: random.Random) -> Names:
    brands = round(REAL_BRANDS * (size / REAL_PRODUCTS) ** 0.5)
    labels = {own: [own] for own in parts["brands"]}
    made_up = _made_up(max(0, brands - len(labels)), set(labels), rng)
    for name in made_up:
        labels[rng.choice(list(labels))].append(name)
    return Names(labels, _made_up(brands * LINES_PER_BRAND, {*labels, *made_up}, rng))


def hash_of(name: str) -> int:
    """64 bits. A collision would only add a line's name, and is next to impossible among a million."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())


def _made_up(count: int, taken: set[str], rng: random.Random) -> list[str]:
    """Words of two or three syllables that are nobody's yet."""
    made: dict[str, None] = {}
    while len(made) < count:
        syllables = [rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((2, 2, 3)))]
        word = ("".join(syllables) + rng.choice(_ENDINGS)).capitalize()
        if word not in taken:
            made[word] = None
    return list(made)


def _row(parts: Parts, names: Names, order: Order, rng: random.Random) -> Row:
    row = make_product(parts, order, rng)
    own = row["ProductBrand"]
    of_its_kind = names.labels[own]
    # The n-th sells about 1 / n of what the first sells.
    brand = of_its_kind[int(len(of_its_kind) ** rng.random()) - 1]
    row["ProductName"] = brand + row["ProductName"].removeprefix(own)
    row["ProductBrand"] = brand
    if rng.random() < NAMED_LINE:
        row["ProductName"] = _with_line(row, rng.choice(names.lines))
    colour = rng.random()
    if colour < BLANK_COLOUR:
        row["PrimaryColor"] = ""
    elif colour < BLANK_COLOUR + WRONG_COLOUR:
        row["PrimaryColor"] = column_colour(rng.choice(("Black", "Red", "Blue", "Grey")))
    return row


def _with_line(row: Row, line: str) -> str:
    """The name with the line's name after the brand's."""
    brand = row["ProductBrand"]
    return f"{brand} {line}{row['ProductName'].removeprefix(brand)}"


def write_csv(size: int, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(scaled_rows(size, load_parts()))


if __name__ == "__main__":
    write_csv(int(sys.argv[1]), Path(sys.argv[2]))
