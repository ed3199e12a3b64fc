"""Queries as shoppers type them, for measuring retrieval: some made from a catalogue's rows with a fixed
seed, some about occasions and wishes that no row spells out."""

import csv
import random
from pathlib import Path

TEMPLATES = (
    "{color} {thing} for {gender}",
    "{thing} for {gender} under {price}",
    "show me some {thing} in {color}",
    "do you have {brand} {thing}",
    "i need a {color} {thing} please",
    "{gender} {thing}",
    "looking for {thing} by {brand} in {color}",
    "{color} {thing}, not too costly",
)
GENDERS = {"Men", "Women", "Boys", "Girls", "Unisex", "Kids"}

FREE = (
    "something light for the beach in goa",
    "office wear for a new job",
    "gift for my mother who likes silk",
    "clothes for trekking in the himalayas",
    "outfit for a college farewell",
    "bachchon ke liye garam kapde",
    "kaali shirt dikhao",
    "shaadi ke liye lehenga",
    "comfortable clothes for sleeping",
    "something to wear to the gym",
    "rainy season footwear",
    "dress for a first date",
    "diwali puja ke liye kurta",
    "formal clothes for an interview",
    "a bag for a weekend trip",
    "something sparkly for new year's eve",
    "loose clothes for hot summer days",
    "things to wear for yoga",
    "elegant watch for my father",
    "sneakers that go with jeans",
    "yellow dress for the haldi",
    "sangeet night outfit",
    "sunglasses for driving",
    "school shoes for my son",
    "swimming costume for girls",
    "party wear for a 5 year old",
    "minimal jewellery for work",
    "flroal maxi drses",
    "cheap chappals",
    "something classy",
)


def read_rows(catalogue: Path) -> list[dict[str, str]]:
    with catalogue.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["ProductName"] and row["ProductBrand"]]


def shopper_queries(rows: list[dict[str, str]], count: int = 200, seed: int = 7) -> list[str]:
    """`count` queries: FREE, and the rest from the rows. None holds a product's whole name."""
    chance = random.Random(seed)
    made = [_from_row(row, chance) for row in chance.sample(rows, count - len(FREE))]
    return [*FREE, *made]


def _from_row(row: dict[str, str], chance: random.Random) -> str:
    words = [
        word for word in row["ProductName"].replace(row["ProductBrand"], "").split() if word not in GENDERS
    ]
    return chance.choice(TEMPLATES).format(
        thing=" ".join(words[-3:]).lower(),
        color=row["PrimaryColor"].strip().lower() or "any colour",
        gender=row["Gender"].lower(),
        brand=row["ProductBrand"],
        price=chance.choice((500, 999, 1500, 3000)),
    )
