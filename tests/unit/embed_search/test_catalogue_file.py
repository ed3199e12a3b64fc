"""A catalogue file is read row by row; bad rows are refused with their line and the reason."""

import csv
import gzip
import io
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_search.catalogue_file import read_catalogue, read_layout, read_rows
from embed_search.catalogue_row import CatalogueRow, RefusedRow
from embed_search.column_mapping import MYNTRA_EXPORT, ColumnMapping, read_mapping
from embed_search.errors import CatalogueFileError
from embed_search.lines import MAX_FIELD, MAX_LINE, MAX_RECORD
from tests.embed_search_fakes import COLUMNS, row, write_catalogue

HEADER = ",".join(COLUMNS)


def read(tmp_path: Path, *rows: tuple[str, ...]) -> list[CatalogueRow | RefusedRow]:
    return list(read_catalogue(write_catalogue(tmp_path / "catalogue.csv", rows)))


def read_text(tmp_path: Path, text: str | bytes) -> list[CatalogueRow | RefusedRow]:
    path = tmp_path / "catalogue.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_catalogue(path))


def test_blanks_around_values_are_no_part_of_them(tmp_path: Path) -> None:
    assert read(tmp_path, row(" 7 ", " Blue Shirt ", " Men", " 499.50", brand="Acme ", color=" Black")) == [
        CatalogueRow(2, "7", "Blue Shirt", "Acme", "Men", Decimal("499.50"), "Black", "")
    ]


def test_what_nobody_sees_is_no_part_of_a_name(tmp_path: Path) -> None:
    hindi, emoji = "क्\u200dष", "\U0001f469\u200d\U0001f3a4"
    (good,) = read(tmp_path, row(1, f"\ufeffBlue\u2028Shirt\u202e {hindi} {emoji}"))
    assert isinstance(good, CatalogueRow)
    assert good.name == f"Blue Shirt  {hindi} {emoji}"


@pytest.mark.parametrize(
    ("price", "read_as"),
    [
        ("588.8199999999999", "588.82"),
        ("0.30000000000000004", "0.30"),
        ("1499.0000", "1499"),
        ("0499", "499"),
    ],
)
def test_prices_as_programs_write_them(tmp_path: Path, price: str, read_as: str) -> None:
    (good,) = read(tmp_path, row(1, "Shirt", price=price))
    assert isinstance(good, CatalogueRow)
    assert good.price == Decimal(read_as)


def test_blank_colour_brand_and_description_are_fine(tmp_path: Path) -> None:
    (good,) = read(tmp_path, row(1, "Shirt", brand="", color="", description=""))
    assert isinstance(good, CatalogueRow)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("", "Shirt"), "ProductID is blank"),
        (row("  ", "Shirt"), "ProductID is blank"),
        (row("1" * 65, "Shirt"), "ProductID is longer than 64"),
        (row(1, " "), "ProductName is blank"),
        (row(1, "x" * 501), "ProductName is longer than 500"),
        (row(1, "\u200b\ufeff"), "ProductName is blank"),
        (row("\u202e", "Shirt"), "ProductID is blank"),
        (row(1, "Shirt", "Martians"), "Gender is 'Martians'"),
        (row(1, "Shirt", ""), "Gender is ''"),
        (row(1, "Shirt", price=""), "Price (INR) is ''"),
        (row(1, "Shirt", price="-5"), "must be above 0"),
        (row(1, "Shirt", price="0"), "must be above 0"),
        (row(1, "Shirt", price="0.001"), "must be above 0"),
        (row(1, "Shirt", price="99999999999"), "at most 1000000000"),
        (row(1, "Shirt", price="NaN"), "must be a plain number"),
        (row(1, "Shirt", price="inf"), "must be a plain number"),
        (row(1, "Shirt", price="1e3"), "must be a plain number"),
        (row(1, "Shirt", price="1_000"), "must be a plain number"),
        (row(1, "Shirt", price="1,299"), "must be a plain number"),
        (row(1, "Shirt", price="₹499"), "must be a plain number"),
        (("1", "Shirt", "Acme"), "has 3 fields instead of 8"),
        ((*row(1, "Shirt"), "more"), "has 9 fields instead of 8"),
    ],
)
def test_bad_row_is_refused_and_the_next_one_loads(tmp_path: Path, bad: tuple[str, ...], reason: str) -> None:
    refused, good = read(tmp_path, bad, row(2, "Shirt"))
    assert isinstance(refused, RefusedRow)
    assert refused.line == 2
    assert reason in refused.reason
    assert isinstance(good, CatalogueRow)


def test_line_numbers_count_the_lines_inside_quoted_fields(tmp_path: Path) -> None:
    first, second = read(tmp_path, row(1, "Shirt", description="one\ntwo\nthree"), row("", "Kurta"))
    assert isinstance(first, CatalogueRow)
    assert first.description == "one two three"
    assert second == RefusedRow(5, "ProductID is blank")


def test_byte_order_mark_and_other_columns_in_any_order(tmp_path: Path) -> None:
    text = (
        "\ufeffPrimaryColor, Gender ,Shelf,ProductID,Price (INR),ProductBrand,Description,ProductName\n"
        "Red,Women,A7,9,100,Zeta,long,Saree\n"
    )
    assert read_text(tmp_path, text) == [
        CatalogueRow(2, "9", "Saree", "Zeta", "Women", Decimal(100), "Red", "long")
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("\n", "ProductID, ProductName"),
        ("ProductID;ProductName\n", "ProductID, ProductName"),
        ("ProductID;ProductName\n", "with ',' between them, and is 'ProductID;ProductName'."),
        ("productid,productname\n", "and is 'productid,productname'."),
        (HEADER.replace("Gender", "Sex") + "\n", "the column Gender."),
        (b"caf\xe9," * 100 + b"\n", "and is 'caf\\ud800,caf"),
    ],
)
def test_file_without_the_columns_is_refused_with_their_names(
    tmp_path: Path, text: str | bytes, named: str
) -> None:
    with pytest.raises(CatalogueFileError, match="lacks the column") as raised:
        read_text(tmp_path, text)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("shop.csv", b"", "The catalogue shop.csv is empty"),
        ("shop.jsonl", b"", "The catalogue shop.jsonl is empty"),
        ("shop.csv.gz", gzip.compress(HEADER.encode(), mtime=0), "is packed by gzip; unpack it"),
        ("shop.csv", b"PK\x03\x04\x14\0\6\0", "is a spreadsheet or a zip archive; save it as CSV"),
        ("shop.csv", HEADER.encode("utf-16-le"), 'byte order mark; state its .*encoding = "utf-16-le"'),
        ("shop.csv", HEADER.encode("utf-16-be"), 'byte order mark; state its .*encoding = "utf-16-be"'),
        ("shop.json", b'{"ProductID": 1}\n', r"is JSON and no CSV.* ends in \.jsonl or \.ndjson"),
        ("shop.json", b'[\n{"ProductID": 1}]', "is JSON and no CSV. It must have one object a line"),
        ("shop.jsonl", b'[{"ProductID": 1},\n{"ProductID": 2}]', "must have one JSON object a line"),
        ("shop.jsonl", b'{\r\n  "ProductID": 1\r\n}\r\n', "must have one JSON object a line"),
    ],
)
def test_file_that_can_t_be_a_catalogue_is_told_what_to_do(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CatalogueFileError, match=told):
        list(read_catalogue(path))


@pytest.mark.parametrize("stated", ["utf-16", "UTF32"])
def test_encoding_without_an_order_is_enough_for_a_file_with_a_mark(tmp_path: Path, stated: str) -> None:
    mapping = read_mapping(f'encoding = "{stated}"')
    path = tmp_path / "shop.csv"
    path.write_text(f"{HEADER}\n1,Shirt,Acme,Men,5,1,,\n", stated)
    (good,) = read_catalogue(path, mapping)
    assert isinstance(good, CatalogueRow)
    path.write_text(HEADER, f"{mapping.encoding}-le")
    with pytest.raises(CatalogueFileError, match=f"as {mapping.encoding}-le or {mapping.encoding}-be"):
        list(read_catalogue(path, mapping))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFileError, match=r"nowhere\.csv can't be read: No such file"):
        list(read_catalogue(tmp_path / "nowhere.csv"))


def test_pipe_is_told_to_be_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    with pytest.raises(CatalogueFileError, match=r"pipe\.csv is a pipe; it is read twice"):
        list(read_catalogue(pipe))
    os.close(writer)


def test_bytes_that_are_no_utf8_cost_their_row_only(tmp_path: Path) -> None:
    text = f"{HEADER}\n1,Caf\xe9 Shirt,Acme,Men,5,1,,\n2,Shirt,Acme,Men,5,1,,\n".encode("latin-1")
    refused, good = read_text(tmp_path, text)
    assert refused == RefusedRow(2, "is not UTF-8; does the file have another encoding?")
    assert isinstance(good, CatalogueRow)


def test_endless_quote_costs_one_row(tmp_path: Path) -> None:
    swallowed = "x" * MAX_FIELD
    text = f'{HEADER}\n1,"Shirt,Acme,{swallowed}\n2,Shirt,Acme,Men,5,1,,\n'
    refused, good = read_text(tmp_path, text)
    assert isinstance(refused, RefusedRow)
    assert "is a quote left open" in refused.reason
    assert isinstance(good, CatalogueRow)


def test_control_characters_become_blanks(tmp_path: Path) -> None:
    (good,) = read(tmp_path, row(1, "Blue\x00\x07Shirt"))
    assert isinstance(good, CatalogueRow)
    assert good.name == "Blue Shirt"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<p>Soft <b>cotton</b><br/>shirt</p>", "Soft cotton shirt"),
        ("Tom &amp; Jerry&#39;s", "Tom & Jerry's"),
        ("&lt;p&gt;Soft&lt;/p&gt;", "Soft"),
        ("<style>p {color: red}</style>Soft<!-- not yet -->", "Soft"),
        ("Soft <!-- left open", "Soft left open"),
        ("size <L>, weight < 5 kg", "size <L>, weight < 5 kg"),
        ("black&copper", "black&copper"),
        ("H&M", "H&M"),
        ("two  blanks", "two  blanks"),
        ("&#0;Soft&#x110000;", "Soft"),
    ],
)
def test_markup_becomes_plain_words(tmp_path: Path, written: str, plain: str) -> None:
    (good,) = read(tmp_path, row(1, written))
    assert isinstance(good, CatalogueRow)
    assert good.name.replace("\ufffd", "") == plain


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    (good,) = read_text(tmp_path, f"{HEADER}\n\n   \n,,,,,,,\n1,Shirt,Acme,Men,5,1,,\n\n")
    assert isinstance(good, CatalogueRow)
    assert good.line == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    (good,) = read_text(tmp_path, f"{HEADER}\n1,Caf\xe9 \u20b9 Shirt,Acme,Men,5,1,,\n".encode(encoding))
    assert isinstance(good, CatalogueRow)
    assert (good.line, good.name) == (2, "Caf\xe9 \u20b9 Shirt")


def test_utf16_that_breaks_off_costs_its_last_row(tmp_path: Path) -> None:
    content = f"{HEADER}\n1,Shirt,Acme,Men,5,1,,\n2,Shirt,Acme,Men,5,1,,Red".encode("utf-16")[:-1]
    good, refused = read_text(tmp_path, content)
    assert isinstance(good, CatalogueRow)
    assert refused == RefusedRow(3, "is not UTF-16-LE; does the file have another encoding?")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(tmp_path: Path, end: str) -> None:
    lines = [HEADER, '1,"Blue ""Best"" Shirt",Acme,Men,5,1,"a, b",', ",Shirt,Acme,Men,5,1,,", ""]
    good, refused = read_text(tmp_path, end.join(lines))
    assert isinstance(good, CatalogueRow)
    assert (good.name, good.description) == ('Blue "Best" Shirt', "a, b")
    assert refused == RefusedRow(3, "ProductID is blank")


def test_quote_that_is_left_open_to_the_end_is_no_long_colour(tmp_path: Path) -> None:
    text = f'{HEADER}\n1,Shirt,Acme,Men,5,1,,"Red\n2,Shirt,Acme,Men,5,1,,\n'
    assert read_text(tmp_path, text) == [
        RefusedRow(2, "not readable as CSV: a quote is left open (up to line 3)")
    ]


def test_quote_that_the_next_row_closes_makes_no_product_of_both(tmp_path: Path) -> None:
    rows = ['1,"Shirt,Acme,Men,5,1,,', '2,"Kurta",Acme,Men,5,1,,', '3,"Saree",Acme,Women,5,1,,']
    refused, good = read_text(tmp_path, "\n".join([HEADER, *rows]))
    assert isinstance(refused, RefusedRow)
    assert refused.line == 2
    assert refused.reason.endswith("is a quote left open, or not doubled? (up to line 3)")
    assert isinstance(good, CatalogueRow)
    assert good.name == "Saree"


@pytest.mark.parametrize(
    ("name", "read_as"),
    [('5" Heels', '5" Heels'), ('"5"" Heels"', '5" Heels'), ('"A "Red" Heel"', None), ('"5" Heels', None)],
)
def test_quotes_within_a_quoted_text_are_doubled(tmp_path: Path, name: str, read_as: str | None) -> None:
    (outcome,) = read_text(tmp_path, f"{HEADER}\n1,{name},Acme,Women,5,1,,\n")
    if read_as is None:
        assert isinstance(outcome, RefusedRow)
        assert "not doubled?" in outcome.reason
    else:
        assert isinstance(outcome, CatalogueRow)
        assert outcome.name == read_as


def test_column_that_stands_there_twice_is_not_chosen_between(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFileError, match="more than one column ProductName"):
        read_text(tmp_path, f"{HEADER},ProductName\n1,Shirt,Acme,Men,5,1,,,Kurta\n")
    assert len(read_text(tmp_path, f"{HEADER},Shelf,Shelf\n1,Shirt,Acme,Men,5,1,,,A,B\n")) == 1


@pytest.mark.parametrize("piece", ["x" * 100, "x,"])
def test_line_without_end_costs_itself_only_and_little_memory(tmp_path: Path, piece: str) -> None:
    text = f"{HEADER}\n{piece * (3 * MAX_LINE // len(piece))}\n2,Shirt,Acme,Men,5,1,,\n"
    refused, good = read_text(tmp_path, text)
    assert refused == RefusedRow(2, f"longer than {MAX_LINE} characters")
    assert isinstance(good, CatalogueRow)
    assert good.line == 3


def test_record_of_endless_lines_is_given_up(tmp_path: Path) -> None:
    field = f',"{"x" * 10_000}\n"'
    text = f"{HEADER}\n1{field * (MAX_RECORD // 10_000)}\n2,Shirt,Acme,Men,5,1,,\n"
    refused, *_ = read_text(tmp_path, text)
    assert isinstance(refused, RefusedRow)
    assert f"longer than {MAX_RECORD} characters; is a quote left open?" in refused.reason


def test_part_of_a_file_is_read_with_the_line_numbers_of_the_whole(tmp_path: Path) -> None:
    path = write_catalogue(
        tmp_path / "catalogue.csv", [row(1, "Shirt"), row("", "Kurta"), row(3, "Saree", description="a\nb")]
    )
    with path.open("rb") as file:
        layout = read_layout(file, path.name, MYNTRA_EXPORT)
        content = path.read_bytes()
        start = content.index(b"\n", content.index(b"Shirt")) + 1
        part = list(read_rows(io.BytesIO(content[start:]), layout, first_line=3))
    assert part == list(read_catalogue(path))[1:]
    assert [outcome.line for outcome in part] == [3, 4]


def json_lines(tmp_path: Path, *lines: str, mapping: ColumnMapping = MYNTRA_EXPORT) -> list[object]:
    path = tmp_path / "catalogue.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(read_catalogue(path, mapping))


def json_row(**values: object) -> str:
    fields = {"ProductID": "1", "ProductName": "Shirt", "Gender": "Men", "Price (INR)": 499}
    return json.dumps({**fields, **values})


def test_json_lines(tmp_path: Path) -> None:
    lines = [json_row(), "", json_row(ProductID=20, Description="a\nb", PrimaryColor=None, Shelf=[1])]
    assert json_lines(tmp_path, *lines) == [
        CatalogueRow(1, "1", "Shirt", "", "Men", Decimal(499), "", ""),
        CatalogueRow(3, "20", "Shirt", "", "Men", Decimal(499), "", "a b"),
    ]


def test_json_numbers_keep_their_digits(tmp_path: Path) -> None:
    (good,) = json_lines(
        tmp_path, json_row().replace("499", "1499.10").replace('"1"', "12345678901234567890123")
    )
    assert isinstance(good, CatalogueRow)
    assert (good.price, good.product_id) == (Decimal("1499.10"), "12345678901234567890123")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"ProductID": 1, }', "not readable as JSON: Expecting property name"),
        ('{"ProductID": 1},', "not readable as JSON: Extra data at character 17"),
        ("{", "not readable as JSON"),
        ("[1]", "no JSON object"),
        ("[" * 100_000, "not readable as JSON"),
        (json_row(ProductName=["Shirt"]), "ProductName is neither a text nor a number"),
        (json_row(ProductName=True), "ProductName is neither a text nor a number"),
        (json_row(ProductName="\ud800"), "is not UTF-8"),
        (json_row(ProductName=None), "ProductName is blank"),
        (json_row(**{"Price (INR)": float("nan")}), "must be a plain number"),
        (json_row(**{"Price (INR)": float("inf")}), "must be a plain number"),
        (json_row(**{"Price (INR)": 1e30}), "must be a plain number"),
        (json_row(**{"Price (INR)": -3}), "must be above 0"),
    ],
)
def test_bad_json_line_is_refused_and_the_next_one_loads(tmp_path: Path, line: str, reason: str) -> None:
    refused, good = json_lines(tmp_path, line, json_row())
    assert isinstance(refused, RefusedRow)
    assert refused.line == 1
    assert reason in refused.reason
    assert isinstance(good, CatalogueRow)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=9), max_size=6))
def test_whatever_the_cells_hold_each_row_is_loaded_or_refused(
    tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([COLUMNS, *cells])
    path = tmp_path_factory.mktemp("cells") / "catalogue.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8", errors="surrogatepass", newline="")
    for outcome in read_catalogue(path):
        assert isinstance(outcome, RefusedRow) or (outcome.product_id and outcome.price > 0)
