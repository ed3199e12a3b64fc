"""Write the sample catalogue: invented products in the columns of the Myntra data set, with its faults.

    python -m scripts.sample.make [--rows N] [--out FILE] [--seed S]

The same rows and seed give the same file, byte for byte. What it is mixed from stands in sample_parts.toml;
any number of rows is a fresh mixture of it, not copies. `data/sample_catalogue.csv` is what no options give.
On purpose, as in real exports (shares are of all rows):

- 7 % blank colours (and perfume, which has none), and a leading blank before every colour but Blue;
- 2.5 % colours that disagree with the name;
- about a third of the descriptions have sentences that run into each other;
- 3.5 % near duplicates: the same product listed again, or as a pack of 2 or 3;
- 4 % things that nobody wears: curtains, mugs, lipstick;
- six rows that a loader must refuse, wherever they stand: one has a negative price, one no name, one the
  price `nan`, one the id of another row, one the gender `Pets`, one the price `on request`.
"""

import argparse
import csv
import random
from pathlib import Path

from scripts.sample.product import Order, Parts, Row, column_colour, load_parts, make_product

DEFAULT_FILE = Path(__file__).parents[2] / "data" / "sample_catalogue.csv"
DEFAULT_ROWS = 1_000
MIN_ROWS = 50
DEFAULT_SEED = 20_261

COLUMNS = (
    "ProductID",
    "ProductName",
    "ProductBrand",
    "Gender",
    "Price (INR)",
    "NumImages",
    "Description",
    "PrimaryColor",
)
BLANK_COLOUR, WRONG_COLOUR, NEAR_DUPLICATES, NO_APPAREL = 0.07, 0.025, 0.035, 0.04
BAD_FIELDS = (
    ("Price (INR)", "-499"),
    ("ProductName", ""),
    ("Price (INR)", "nan"),
    ("Gender", "Pets"),
    ("Price (INR)", "on request"),
)
BAD_ROWS = len(BAD_FIELDS) + 1
FIRST_ID = 50_000_000
EVERYDAY_COPIES = 3
POPULAR = 4


def make_rows(parts: Parts, count: int, seed: int) -> list[Row]:
    """`count` rows in the columns of the data set, six of them bad; ValueError below MIN_ROWS."""
    if count < MIN_ROWS:
        raise ValueError(f"a sample needs at least {MIN_ROWS} rows, not {count}")
    rng = random.Random(seed)
    duplicates, no_apparel = round(count * NEAR_DUPLICATES), round(count * NO_APPAREL)
    orders = plan(parts, count - duplicates - BAD_ROWS, no_apparel, rng)
    made = [(order, make_product(parts, order, rng)) for order in orders]
    copies = [list_again(*rng.choice(made), rng) for _ in range(duplicates)]
    # What everybody asks for keeps its colour, so that a first search for it is a good one.
    spoil_colours([row for order, row in made if order.colour is None] + copies, count, rng)
    rows = [row for _, row in made] + copies
    rng.shuffle(rows)
    product_id = FIRST_ID
    for row in rows:
        product_id += rng.randint(1, 9)
        row["ProductID"] = str(product_id)
    for bad in bad_rows(rows, rng):
        rows.insert(rng.randint(1, len(rows)), bad)
    return rows


def plan(parts: Parts, count: int, no_apparel: int, rng: random.Random) -> list[Order]:
    """`count` orders: everyday wishes first, then some of every kind for every gender, then by weight."""
    deck = all_orders(parts, apparel=True)
    kinds = {f"{order.gender} {order.kind}": order for order in deck}
    everyday = [
        Order(kinds[name].kind, kinds[name].gender, kinds[name].spec, colour)
        for name, colours in parts["everyday"].items()
        for colour in colours
        for _ in range(EVERYDAY_COPIES)
    ]
    some_of_each = [
        order
        for name, order in kinds.items()
        if name not in parts["everyday"]
        for _ in range(3 if order.spec["genders"][order.gender] >= POPULAR else 2)
    ]
    wanted = count - no_apparel
    first = (shuffled(everyday, rng) + shuffled(some_of_each, rng))[:wanted]
    others = all_orders(parts, apparel=False)
    return first + deal(deck, wanted - len(first), rng) + deal(others, no_apparel, rng)


def all_orders(parts: Parts, *, apparel: bool) -> list[Order]:
    """Every kind for every gender, as often as its weight says."""
    orders = []
    for family in parts["families"].values():
        for kind, own in family["kinds"].items():
            spec = {**family, **own}
            for gender, weight in spec["genders"].items():
                orders += [Order(kind, gender, spec)] * (
                    weight if spec.get("apparel", True) is apparel else 0
                )
    return orders


def shuffled(orders: list[Order], rng: random.Random) -> list[Order]:
    return rng.sample(orders, len(orders))


def deal(deck: list[Order], count: int, rng: random.Random) -> list[Order]:
    """`count` orders: the whole deck shuffled, again and again, so that none is ever far ahead."""
    dealt: list[Order] = []
    while len(dealt) < count:
        dealt += shuffled(deck, rng)
    return dealt[:count]


def list_again(order: Order, row: Row, rng: random.Random) -> Row:
    """The same product at another price, or in a pack where it is sold in packs."""
    price = int(row["Price (INR)"])
    again = {**row, "NumImages": str(rng.randint(3, 7))}
    if not order.spec.get("pack"):
        return {**again, "Price (INR)": str(price + rng.choice((0, 50, 100, 200)))}
    size = rng.choice((2, 3))
    title = row["ProductName"].removeprefix(row["ProductBrand"])
    return {
        **again,
        "ProductName": f"{row['ProductBrand']} Pack of {size}{title}",
        "Description": f"Pack of {size}. {row['Description']}",
        "Price (INR)": str((price + 1) * size - 50 * (size - 1) - 1),
    }


def spoil_colours(rows: list[Row], count: int, rng: random.Random) -> None:
    """Blank some colours of `rows` and falsify some, in shares of `count`."""
    blanks, wrong = round(count * BLANK_COLOUR), round(count * WRONG_COLOUR)
    spoilt = rng.sample(rows, min(len(rows), blanks + wrong))
    for row in spoilt[:blanks]:
        row["PrimaryColor"] = ""
    for row in spoilt[blanks:]:
        true = row["PrimaryColor"].strip()
        row["PrimaryColor"] = column_colour(
            rng.choice([c for c in ("Black", "Red", "Blue", "Grey") if c != true])
        )


def bad_rows(rows: list[Row], rng: random.Random) -> list[Row]:
    """Copies of good rows with one field spoilt; the last one repeats the id of the first product."""
    *models, last = rng.sample(rows[1:], BAD_ROWS)
    spoilt = [
        {**model, "ProductID": str(FIRST_ID - index), field: value}
        for index, (model, (field, value)) in enumerate(zip(models, BAD_FIELDS, strict=True))
    ]
    return [*spoilt, {**last, "ProductID": rows[0]["ProductID"]}]


def write_csv(rows: list[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Write the sample catalogue.")
    parser.add_argument("--rows", type=int, default=DEFAULT_ROWS, help=f"at least {MIN_ROWS}")
    parser.add_argument("--out", type=Path, default=DEFAULT_FILE)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options = parser.parse_args(argv)
    if options.rows < MIN_ROWS:
        parser.error(f"--rows must be at least {MIN_ROWS}")
    rows = make_rows(load_parts(), options.rows, options.seed)
    write_csv(rows, options.out)
    print(f"{len(rows):,} rows written to {options.out}")


if __name__ == "__main__":
    main()
