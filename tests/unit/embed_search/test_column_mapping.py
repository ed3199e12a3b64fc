"""Another shop's export is read by a small setting; whatever is wrong in it is named."""

from decimal import Decimal
from pathlib import Path

import pytest

from embed_search.catalogue_file import read_catalogue
from embed_search.catalogue_row import CatalogueRow, RefusedRow
from embed_search.column_mapping import MYNTRA_EXPORT, read_mapping
from embed_search.errors import CatalogueFileError

SHOP = """
encoding = "cp1252"
delimiter = ";"

[columns]
product_id = "sku"
name = "title"
brand = "vendor"
gender = "department"
price = "MRP"
description = "body"
color = ""

[genders]
"Herren" = "Men"

[price]
currency = ["Rs.", "Rs", "\u20b9", "/-"]
thousands = ","
"""


def read(folder: Path, mapping: str, content: str | bytes, name: str = "shop.csv") -> list[object]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_catalogue(path, read_mapping(mapping)))


def test_export_with_other_columns_prices_genders_and_bytes(tmp_path: Path) -> None:
    content = (
        "sku;vendor;title;MRP;department;body\n"
        "A-1;Caf\xe9 Noir;Blue Shirt;Rs. 1,499;Male;plain \x96 and simple\n"
        "A-2;Caf\xe9 Noir;Red Kurta;1,49,999.50/-;Womens;\n"
        "A-3;Caf\xe9 Noir;Black Jacket;rs 900;HERREN;\n"
        "A-4;Caf\xe9 Noir;Black Jacket;900;Pets;\n"
    ).encode("latin-1")
    assert read(tmp_path, SHOP, content) == [
        CatalogueRow(2, "A-1", "Blue Shirt", "Café Noir", "Men", Decimal(1499), "", "plain – and simple"),
        CatalogueRow(3, "A-2", "Red Kurta", "Café Noir", "Women", Decimal("149999.50"), "", ""),
        CatalogueRow(4, "A-3", "Black Jacket", "Café Noir", "Men", Decimal(900), "", ""),
        RefusedRow(5, "department is 'Pets'; it must be one of Men, Women, Boys, Girls, Unisex, Unisex Kids"),
    ]


@pytest.mark.parametrize(
    ("spelling", "price", "read_as"),
    [
        ('thousands = ","', "1,499", "1499"),
        ('thousands = ","', "12,34,567", "1234567"),
        ('thousands = ","', "1499", "1499"),
        ('thousands = ","', "1,499.5", "1499.5"),
        ('thousands = "."\ndecimal = ","', "1.499,50", "1499.50"),
        ('decimal = ","', "1499,50", "1499.50"),
        ('thousands = " "', "1 499", "1499"),
        ('currency = ["INR"]', "inr 1499", "1499"),
        ('currency = ["INR", "/-"]', "INR 1499/-", "1499"),
        ('thousands = ","', "14,99", None),
        ('thousands = ","', "1,4999", None),
        ('thousands = ","', ",499", None),
        ('thousands = ","', "1,499,", None),
        ('thousands = "."\ndecimal = ","', "1,499.50", None),
        ('decimal = ","', "1499.50", None),
        ('currency = ["INR"]', "$ 1499", None),
        ('currency = ["INR"]\nthousands = ","', "INR -1,499", None),
        ('thousands = ","', "1,499 - 1,999", None),
    ],
)
def test_prices_are_read_as_spelt_and_never_guessed(
    tmp_path: Path, spelling: str, price: str, read_as: str | None
) -> None:
    header = ",".join(MYNTRA_EXPORT.columns.values())
    content = f'{header}\n1,Shirt,Acme,Men,"{price}",,\n'
    (outcome,) = read(tmp_path, f"[price]\n{spelling}\n", content)
    if read_as is None:
        assert isinstance(outcome, RefusedRow)
        assert f"Price (INR) is '{price}'" in outcome.reason or "must be above 0" in outcome.reason
    else:
        assert isinstance(outcome, CatalogueRow)
        assert outcome.price == Decimal(read_as)


def test_shop_for_women_alone_needs_no_column_for_it(tmp_path: Path) -> None:
    mapping = (
        '[columns]\nbrand = ""\ndescription = ""\ncolor = ""\n[fixed]\ngender = "Women"\nbrand = "Own"\n'
    )
    (row,) = read(tmp_path, mapping, "ProductID,ProductName,Price (INR)\n1,Saree,100\n")
    assert row == CatalogueRow(2, "1", "Saree", "Own", "Women", Decimal(100), "", "")


def test_documented_setting_reads_the_export_that_it_is_for(tmp_path: Path) -> None:
    documented = (Path(__file__).parents[3] / "docs" / "CATALOGUE.md").read_text("utf-8")
    mapping = documented.split("```toml\n")[1].split("```")[0]
    content = 'sku;title;vendor;MRP;body\nA-1;Blue Kurta;Acme;"1,49,999.50/-";\n'
    assert read(tmp_path, mapping, content) == [
        CatalogueRow(2, "A-1", "Blue Kurta", "Acme", "Women", Decimal("149999.50"), "", "")
    ]


def test_setting_may_be_written_by_a_windows_editor() -> None:
    assert read_mapping("\ufeffdelimiter = ';'\r\n").delimiter == ";"


@pytest.mark.parametrize("column", ["body", "price"])
def test_column_that_no_object_has_is_named(tmp_path: Path, column: str) -> None:
    lines = ['{"ProductID": 1, "ProductName": "Saree", "Gender": "Women", "Price (INR)": 100}\n'] * 3
    mapping = {"body": '[columns]\ndescription = "body"\n', "price": '[columns]\nprice = "price"\n'}[column]
    with pytest.raises(
        CatalogueFileError, match=f"shop.jsonl lacks {column} in all .* They have Gender, Price"
    ):
        read(tmp_path, mapping, "".join(lines), "shop.jsonl")
    some = "".join(lines).replace("100}", f'100, "{column}": "5"}}', 1)
    assert any(isinstance(row, CatalogueRow) for row in read(tmp_path, mapping, some, "shop.jsonl"))


def test_without_a_setting_nothing_changes() -> None:
    assert read_mapping("") == MYNTRA_EXPORT


@pytest.mark.parametrize(
    ("mapping", "named"),
    [
        ("[columns", "not readable as TOML"),
        ("colums = 1", "has colums; known are columns, fixed, genders, price, encoding, delimiter"),
        ('[columns]\ntitle = "x"', r"has title in \[columns\]; known are product_id, name"),
        ("[columns]\nname = 3", r"\[columns\] of the column mapping must hold names with texts"),
        ('[columns]\nname = ""', "gives no column for name"),
        ('[genders]\nHerren = "Man"', r"\[genders\] of the column mapping leads to Man"),
        ('[price]\ncurrency = "Rs"', r"\[price\] of the column mapping takes currency \(a list of texts\)"),
        ('[price]\nthousands = "."', "has the same thousands and decimal"),
        ('[price]\ndecimal = "0"', "price.decimal of the column mapping must be one character"),
        ('delimiter = ";;"', "delimiter of the column mapping must be one character"),
        ('encoding = "latin-99"', "encoding latin-99 is not known"),
        ('encoding = "base64"', "encoding base64 is not known"),
        ('encoding = "idna"', "encoding idna is not known"),
    ],
)
def test_wrong_setting_is_named(mapping: str, named: str) -> None:
    with pytest.raises(CatalogueFileError, match=named):
        read_mapping(mapping)
