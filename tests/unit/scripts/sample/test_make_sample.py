"""The sample catalogue: reproducible, with the faults it promises, and with what shoppers ask for."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from apparel.classification import classify
from apparel.taxonomy import OTHER
from embed_search.catalogue_file import read_catalogue
from embed_search.catalogue_row import RefusedRow
from scripts.sample.make import COLUMNS, DEFAULT_FILE, DEFAULT_ROWS, DEFAULT_SEED, main, make_rows
from scripts.sample.product import Row, load_parts

# The real data set, where a developer has it beside the checkout.
REAL_FILE = Path(__file__).parents[5] / "shared" / "data" / "myntra_products_catalog.csv"
GENDERS = ("Men", "Women", "Boys", "Girls", "Unisex", "Unisex Kids")
FAMOUS = {
    "adidas",
    "biba",
    "bata",
    "fabindia",
    "h&m",
    "levis",
    "libas",
    "manyavar",
    "nike",
    "puma",
    "raymond",
}
FAMOUS |= {
    "allen solly",
    "louis philippe",
    "peter england",
    "tanishq",
    "titan",
    "van heusen",
    "w",
    "zara",
    "zudio",
}

# Gender, what stands in the name, colour column; all of them things that an Indian shop is asked for daily.
WISHES = [
    ("Men", "Shirt", "Blue"),
    ("Men", "Shirt", "White"),
    ("Men", "Formal Shirt", "White"),
    ("Men", "Shirt", "Black"),
    ("Men", "T-shirt", "Black"),
    ("Men", "Polo Collar T-shirt", "White"),
    ("Men", "Jeans", "Blue"),
    ("Men", "Formal Trousers", "Black"),
    ("Men", "Chinos", "Beige"),
    ("Men", "Track Pants", "Black"),
    ("Men", "Kurta", "White"),
    ("Men", "Kurta Set", "Maroon"),
    ("Men", "Sherwani", "Beige"),
    ("Men", "Nehru Jacket", "Blue"),
    ("Men", "Blazer", "Black"),
    ("Men", "Hoodie", "Black"),
    ("Men", "Sneakers", "White"),
    ("Men", "Running Shoes", "Black"),
    ("Men", "Derbys", "Brown"),
    ("Men", "Wallet", "Brown"),
    ("Men", "Belt", "Black"),
    ("Women", "Kurta", "Red"),
    ("Women", "Kurta", "Yellow"),
    ("Women", "Kurta Set", "Pink"),
    ("Women", "Silk Saree", "Red"),
    ("Women", "Silk Saree", "Green"),
    ("Women", "Cotton Saree", "White"),
    ("Women", "Lehenga", "Red"),
    ("Women", "Dress", "Black"),
    ("Women", "Dress", "Red"),
    ("Women", "Top", "White"),
    ("Women", "Jeans", "Blue"),
    ("Women", "T-shirt", "Black"),
    ("Women", "Formal Trousers", "Black"),
    ("Women", "Sneakers", "White"),
    ("Women", "Heels", "Black"),
    ("Women", "Handbag", "Black"),
    ("Women", "Jhumkas", "Gold"),
    ("Boys", "T-shirt", "Blue"),
    ("Boys", "Shirt", "Blue"),
    ("Boys", "Jeans", "Blue"),
    ("Girls", "Frock", "Pink"),
    ("Girls", "T-shirt", "Pink"),
    ("Girls", "Lehenga", "Pink"),
    ("Unisex", "Backpack", "Black"),
    ("Unisex Kids", "Hoodie", "Yellow"),
]
# What has to be there in some colour or other.
KINDS = {
    "Men": (
        "Casual Shirt|Formal Shirt|T-shirt|Jeans|Chinos|Joggers|Track Pants|Shorts|Kurta|Bandhgala|Suit"
        "|Waistcoat|Sweater|Sweatshirt|Jacket|Boxers|Socks|Pyjamas|Loafers|Oxfords|Sandals|Flip-Flops"
        "|Boots|Juttis|Watch|Tie|Sunglasses|Muffler"
    ),
    "Women": (
        "Kurti|Anarkali|Sharara|Saree|Palazzos|Leggings|Jeggings|Dupatta|Stole|Tunic|Jumpsuit|Skirt|Gown"
        "|Cardigan|Blazer|Puffer Jacket|Bra|Night Suit|Nightdress|Flats|Ballerinas|Sandals|Juttis|Clutch"
        "|Watch|Earrings|Necklace|Bangles|Sunglasses|Scarf"
    ),
    "Boys": "Kurta|Nehru Jacket|Shorts|Track Pants|Sweat|Jacket|Night Suit|Shoes",
    "Girls": "Dress|Top|Skirt|Kurta|Leggings|Jacket|Sweat|Night Suit|Ballerinas|Earrings",
    "Unisex": "T-shirt|Hoodie|Sneakers|Trolley Bag|Cap|Rain Jacket",
    "Unisex Kids": "T-shirt|Sweat|Track Pants|Shoes|Backpack|Cap|Beanie",
}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def is_good(row: Row) -> bool:
    return bool(row["ProductName"]) and row["Gender"] in GENDERS and row["Price (INR)"].isdigit()


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read(DEFAULT_FILE)


@pytest.fixture(scope="module")
def real_rows() -> list[Row]:
    if not REAL_FILE.exists():
        pytest.skip("the real data set is not beside this checkout")
    return read(REAL_FILE)


def test_the_committed_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "again.csv")])
    assert (tmp_path / "again.csv").read_bytes() == DEFAULT_FILE.read_bytes()


def test_another_seed_gives_another_catalogue() -> None:
    parts = load_parts()
    assert make_rows(parts, 100, 1) == make_rows(parts, 100, 1)
    assert make_rows(parts, 100, 1) != make_rows(parts, 100, 2)


def test_the_file_has_the_columns_of_the_data_set(rows: list[Row]) -> None:
    assert len(rows) == DEFAULT_ROWS
    assert all(tuple(row) == COLUMNS for row in rows)
    assert all(row["ProductID"].isdigit() and row["NumImages"].isdigit() for row in rows)


def test_exactly_six_rows_are_bad_one_for_each_reason(rows: list[Row]) -> None:
    ids = Counter(row["ProductID"] for row in rows)
    assert sorted(row["Price (INR)"] for row in rows if not row["Price (INR)"].isdigit()) == [
        "-499",
        "nan",
        "on request",
    ]
    assert sum(not row["ProductName"] for row in rows) == 1
    assert [row["Gender"] for row in rows if row["Gender"] not in GENDERS] == ["Pets"]
    assert [count for count in ids.values() if count > 1] == [2]
    assert sum(is_good(row) for row in rows) == DEFAULT_ROWS - 5


def test_five_of_these_six_are_refused_while_they_are_read_and_no_other() -> None:
    """The repeated id is refused when all rows are staged."""
    refused = [row for row in read_catalogue(DEFAULT_FILE) if isinstance(row, RefusedRow)]
    assert len(refused) == len({row.reason for row in refused}) == 5


def test_faults_have_their_documented_shares(rows: list[Row]) -> None:
    facts = [classify(r["ProductName"], r["ProductBrand"], r["Description"], "") for r in rows if is_good(r)]
    assert sum(not fact.apparel for fact in facts) / len(rows) == pytest.approx(0.04, abs=0.005)
    assert sum(not row["PrimaryColor"] for row in rows) / len(rows) == pytest.approx(0.07, abs=0.01)
    assert all(re.fullmatch(r"Blue| [A-Z][a-z]+|", row["PrimaryColor"]) for row in rows)
    run_together = sum(bool(re.search(r"[a-z][A-Z][a-z]", row["Description"])) for row in rows)
    assert 0.15 < run_together / len(rows) < 0.4
    assert sum("Pack of" in row["ProductName"] for row in rows) >= 3


def test_some_colours_disagree_with_the_name(rows: list[Row]) -> None:
    column = load_parts()["colours"]
    longest_first = "|".join(sorted(column, key=len, reverse=True))
    wrong = 0
    for row in rows:
        named = re.search(rf"\b({longest_first})\b", row["ProductName"].removeprefix(row["ProductBrand"]))
        wrong += bool(named and row["PrimaryColor"] and column[named[1]] != row["PrimaryColor"].strip())
    assert wrong / len(rows) == pytest.approx(0.025, abs=0.005)


def test_prices_are_everyday_prices(rows: list[Row]) -> None:
    prices = [int(row["Price (INR)"]) for row in rows if is_good(row)]
    assert min(prices) >= 149
    assert 8_000 < max(prices) <= 12_999
    assert all(price % 50 == 49 for price in prices)


@pytest.mark.parametrize(("gender", "thing", "colour"), WISHES)
def test_everyday_wishes_find_three_products(rows: list[Row], gender: str, thing: str, colour: str) -> None:
    found = {
        row["ProductID"]
        for row in rows
        if is_good(row)
        and row["Gender"] == gender
        and re.search(rf"\b{thing}\b", row["ProductName"])
        and row["PrimaryColor"].strip() == colour
    }
    assert len(found) >= 3


@pytest.mark.parametrize("gender", KINDS)
def test_every_kind_has_several_products(rows: list[Row], gender: str) -> None:
    names = [row["ProductName"] for row in rows if is_good(row) and row["Gender"] == gender]
    counts = {kind: sum(kind in name for name in names) for kind in KINDS[gender].split("|")}
    assert {kind: count for kind, count in counts.items() if count < 2} == {}


def test_every_product_has_a_category(rows: list[Row]) -> None:
    unknown = [
        row["ProductName"]
        for row in rows
        if row["ProductName"]
        and classify(row["ProductName"], row["ProductBrand"], row["Description"], "").category == OTHER
    ]
    assert unknown == []


def test_descriptions_have_one_to_four_sentences_that_end(rows: list[Row]) -> None:
    texts = [row["Description"] for row in rows if not row["Description"].startswith("Pack of")]
    counts = [len(re.split(r"\. (?=[A-Z])|(?<=[a-z0-9])(?=[A-Z][a-z])", text)) for text in texts]
    assert set(counts) == {1, 2, 3, 4}
    assert not any(re.search(r"[{}]|  |\.\.", text) for text in texts)


def test_texts_read_as_english() -> None:
    rows = make_rows(load_parts(), 5_000, DEFAULT_SEED)
    texts = [text for row in rows for text in (row["ProductName"], row["Description"])]
    assert [text for text in texts if re.search(r"\b(\w{2,}) \1\b", text, re.IGNORECASE)] == []
    assert [text for text in texts if re.search(r"\ba [aeio]|\ban [^aeiou]", text)] == []


def test_a_large_catalogue_stays_varied() -> None:
    rows = make_rows(load_parts(), 20_000, DEFAULT_SEED)
    assert len({row["ProductID"] for row in rows}) == len(rows) - 1
    assert len({row["ProductName"] for row in rows}) > 0.75 * len(rows)
    assert len({(row["ProductName"], row["Description"]) for row in rows}) > 0.9 * len(rows)


def test_too_few_rows_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="at least 50"):
        make_rows(load_parts(), 49, 1)
    with pytest.raises(SystemExit):
        main(["--rows", "49"])
    assert "--rows must be at least 50" in capsys.readouterr().err


def test_brands_are_invented() -> None:
    brands = {brand.lower() for brand in load_parts()["brands"]}
    assert len(brands) >= 40
    assert not brands & FAMOUS


def test_no_brand_or_name_is_in_the_real_data_set(rows: list[Row], real_rows: list[Row]) -> None:
    assert not {row["ProductBrand"].lower() for row in rows} & {r["ProductBrand"].lower() for r in real_rows}
    assert not {row["ProductName"].lower() for row in rows} & {r["ProductName"].lower() for r in real_rows}


def test_no_sentence_is_in_the_real_data_set(rows: list[Row], real_rows: list[Row]) -> None:
    real_text = "\n".join(row["Description"].lower() for row in real_rows)
    sentences = {
        sentence.rstrip(".").lower()
        for row in rows
        for sentence in re.split(r"\. |(?<=[a-z0-9])(?=[A-Z][a-z])", row["Description"])
        if sentence.count(" ") >= 3
    }
    assert [sentence for sentence in sentences if sentence in real_text] == []
