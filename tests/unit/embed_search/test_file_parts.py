"""A file that is cut into parts says the same as the whole file."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embed_search.catalogue_file import Layout, read_layout, read_rows
from embed_search.catalogue_row import CatalogueRow, RefusedRow
from embed_search.column_mapping import MYNTRA_EXPORT
from embed_search.file_parts import FilePart, file_parts

HEADER = "ProductID,ProductName,ProductBrand,Gender,Price (INR),Description,PrimaryColor"
LINE = st.one_of(
    st.integers(0, 40).map(lambda number: f"{number},Shirt {number},Acme,Men,100,,"),
    st.sampled_from(
        [
            '1,"Shirt, ""blue""",Acme,Men,100,"two\nlines\r\nor three",',
            '2,5" heels,Acme,Women,100,,',
            '3,"never closed,Acme,Men,100,,',
            "too,few",
            "",
            "   ",
            "4,Chemise d'été,Acme,Men,100,,\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
            "5,Shirt,Acme,Nobody,100,,",
            "6,\u2028Shirt\x85,Acme,Men,100,\x0c,",
        ]
    ),
)


def whole(content: bytes, layout: Layout) -> list[CatalogueRow | RefusedRow]:
    return list(read_rows(BytesIO(content), layout))


def in_parts(content: bytes, layout: Layout, parts: list[FilePart]) -> list[CatalogueRow | RefusedRow]:
    return [
        row
        for part in parts
        for row in read_rows(BytesIO(content[part.start : part.end]), layout, part.first_line)
    ]


def cut(
    content: bytes, name: str = "shop.csv", encoding: str = "utf-8", rows: int = 3
) -> tuple[Layout, list[FilePart]]:
    file = BytesIO(content)
    layout = read_layout(file, name, replace(MYNTRA_EXPORT, encoding=encoding))
    return layout, list(file_parts(file, layout, rows))


@given(
    lines=st.lists(LINE, max_size=30),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    last=st.sampled_from(["", "\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
    rows=st.integers(1, 7),
)
@example(lines=["", "4,Chemise d'été,Acme,Men,100,,"], end="\r\n", last="", encoding="utf-8", rows=1)
@example(
    lines=['3,"never closed,Acme,Men,100,,', '1,"Shirt",Acme,Men,100,"two\nlines",'],
    end="\r",
    last="",
    encoding="utf-8",
    rows=1,
)
def test_the_parts_of_a_csv_say_what_the_whole_says(
    lines: list[str], end: str, last: str, encoding: str, rows: int
) -> None:
    content = (end.join([HEADER, *lines]) + last).encode(encoding)
    plain = encoding if encoding == "utf-16-le" else "utf-8"
    layout, parts = cut(content, encoding=plain, rows=rows)

    assert in_parts(content, layout, parts) == whole(content, layout)
    assert [part.start for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == len(content)
    assert [part.first_line for part in parts[1:]] == [part.last_line + 1 for part in parts[:-1]]
    for part in parts[:-1] if end != "\r" else []:
        # Only blank lines make a part longer, and lines that end in a carriage return alone.
        ending = content[part.start : part.end].decode(layout.mapping.encoding)
        assert part.rows >= rows
        blank = r"(?:\r\n|\r|\n)" * (part.rows - rows)
        assert re.search(rf"[\r\n]{blank}\Z", ending)


@given(st.binary(max_size=400), st.integers(1, 4))
def test_the_parts_of_any_bytes_say_what_the_whole_says(noise: bytes, rows: int) -> None:
    content = f"{HEADER}\n".encode() + noise
    layout, parts = cut(content, rows=rows)
    assert in_parts(content, layout, parts) == whole(content, layout)


@pytest.mark.parametrize("name", ["shop.jsonl", "shop.ndjson"])
def test_the_parts_of_json_lines_say_what_the_whole_says(name: str) -> None:
    lines = [
        f'{{"ProductID": {number}, "ProductName": "Chemise d\'été", "Gender": "Men", "Price (INR)": 10}}'
        for number in range(10)
    ]
    content = "\n".join([*lines[:5], "", "no json", *lines[5:]]).encode()
    layout, parts = cut(content, name)
    assert len(parts) == 4
    assert in_parts(content, layout, parts) == whole(content, layout)


def test_names_the_lines_of_each_part_as_an_editor_does() -> None:
    content = f'{HEADER}\n1,A,B,Men,1,"a\nb",\n2,A,B,Men,1,,\n3,A,B,Men,1,,\n'.encode()
    _, parts = cut(content, rows=2)
    assert [(part.first_line, part.last_line, part.rows) for part in parts] == [(1, 3, 2), (4, 5, 2)]
