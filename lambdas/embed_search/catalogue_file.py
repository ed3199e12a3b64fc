"""Reads a catalogue file, CSV or JSON lines, row by row: memory does not grow with its length."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from embed_search.catalogue_row import CatalogueRow, RefusedRow, RowRefused, catalogue_row
from embed_search.column_mapping import MYNTRA_EXPORT, ColumnMapping, Field
from embed_search.errors import CatalogueFileError
from embed_search.first_look import LOOKED_AT, encoding_of, expect_format
from embed_search.lines import END, MAX_FIELD, Lines

Format = Literal["csv", "jsonl"]

FIRST_OBJECTS = 1_000
"""Lines of JSON in which each column must be found."""

_SHOWN = 200
"""Characters of the file that an error quotes."""

_SUFFIXES: dict[str, Format] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}

# A byte that can't be decoded becomes half a surrogate pair, and costs its row instead of the whole file.
_UNREADABLE = "apparel.unreadable"
codecs.register_error(_UNREADABLE, lambda error: ("\ud800", error.end))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Layout:
    """How a file is to be read, from any of its rows on."""

    format: Format
    mapping: ColumnMapping
    """With the encoding that the file has."""
    header: tuple[str, ...] = ()
    """The columns of a CSV."""


def format_of(name: str) -> Format | None:
    """By the end of the file's name: .csv, .jsonl or .ndjson; None for any other."""
    return _SUFFIXES.get(Path(name).suffix.lower())


def read_catalogue(path: Path, mapping: ColumnMapping = MYNTRA_EXPORT) -> Iterator[CatalogueRow | RefusedRow]:
    """All rows of a file, good and bad, one at a time. Raises CatalogueFileError."""
    with open_catalogue(path) as file:
        layout = read_layout(file, path.name, mapping)
        file.seek(0)
        yield from read_rows(file, layout)


def open_catalogue(path: Path) -> io.BufferedReader:
    """Raises CatalogueFileError."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise CatalogueFileError(f"The catalogue {path} can't be read: {error.strerror}.") from error
    if not file.seekable():
        file.close()
        raise CatalogueFileError(f"The catalogue {path} is a pipe; it is read twice, and must be a file.")
    return file


def read_layout(file: BinaryIO, name: str, mapping: ColumnMapping) -> Layout:
    """From the file's beginning, of which some is read. Raises CatalogueFileError where it can't be a
    catalogue, or a column lacks."""
    start = file.read(LOOKED_AT)
    file.seek(0)
    mapping = replace(mapping, encoding=encoding_of(start, name, mapping.encoding))
    layout = Layout(format_of(name) or "csv", mapping)
    expect_format(start, name, mapping.encoding, json_lines=layout.format == "jsonl")
    if layout.format == "jsonl":
        _expect_members(file, name, layout)
        return layout
    return replace(layout, header=_header(file, name, layout))


def _header(file: BinaryIO, name: str, layout: Layout) -> tuple[str, ...]:
    """The columns of a CSV that stands at its beginning."""
    lines = open_lines(file, layout, 1)
    try:
        record = next_record(csv_reader(lines, layout), lines)
    except RowRefused as refused:
        raise CatalogueFileError(f"The first line of the catalogue {name} is {refused}.") from refused
    finally:
        lines.detach()
    delimiter = layout.mapping.delimiter
    header = tuple(column.strip() for column in record or ())
    wanted = list(layout.mapping.columns.values())
    missing = [column for column in wanted if column not in header]
    if missing:
        raise CatalogueFileError(
            f"The catalogue {name} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
            f"Its first line must name the columns, with {delimiter!r} between them, and is "
            f"{delimiter.join(header)[:_SHOWN]!r}. State other names or delimiters in a column mapping."
        )
    repeated = [column for column in wanted if header.count(column) > 1]
    if repeated:
        raise CatalogueFileError(
            f"The catalogue {name} has more than one column {', '.join(repeated)}. Give the one that counts "
            "a name of its own."
        )
    return header


def _expect_members(file: BinaryIO, name: str, layout: Layout) -> None:
    """Raises CatalogueFileError where a column occurs in none of the first objects: it would be blank, or
    refused, in each of them."""
    expected, found = layout.mapping.expected, set[str]()
    lines = open_lines(file, layout, 1)
    for _ in range(FIRST_OBJECTS):
        lines.begin_record()
        with suppress(RowRefused):
            found |= _object(next(lines)).keys()
        if lines.at_end or found.issuperset(expected):
            break
    lines.detach()
    missing = [column for column in expected if column not in found]
    if found and missing:
        raise CatalogueFileError(
            f"The catalogue {name} lacks {', '.join(missing)} in all of its first {FIRST_OBJECTS} lines. "
            f"They have {', '.join(sorted(found))[:_SHOWN]}. State other names in a column mapping."
        )


def read_rows(file: BinaryIO, layout: Layout, first_line: int = 1) -> Iterator[CatalogueRow | RefusedRow]:
    """The rows from where the file stands, which must be the beginning of a record, to its end.

    `first_line` is the number of the line there; line 1 of a CSV is its header. Raises CatalogueFileError
    when the file can't be read on.
    """
    lines = open_lines(file, layout, first_line)
    records = _csv_rows(lines, layout) if layout.format == "csv" else _json_rows(lines, layout)
    try:
        yield from records
    except OSError as error:
        raise CatalogueFileError(f"The catalogue can't be read: {error.strerror}.") from error
    finally:
        lines.detach()


def open_lines(file: BinaryIO, layout: Layout, first_line: int) -> Lines:
    return Lines(io.TextIOWrapper(file, layout.mapping.encoding, _UNREADABLE, newline=""), first_line)


def _csv_rows(lines: Lines, layout: Layout) -> Iterator[CatalogueRow | RefusedRow]:
    reader = csv_reader(lines, layout)
    while not lines.at_end:
        line = lines.number
        try:
            record = next_record(reader, lines)
            if record and line > 1 and any(map(str.strip, record)):
                yield catalogue_row(line, _values(record, layout), layout.mapping)
        except RowRefused as refused:
            yield RefusedRow(line, f"{refused}{_until(line, lines)}")


def csv_reader(lines: Lines, layout: Layout) -> Iterator[list[str]]:
    """Strict, or a quote that is left open ends at the next one: whole rows became part of a name, unseen."""
    csv.field_size_limit(MAX_FIELD)
    return csv.reader(lines, delimiter=layout.mapping.delimiter, strict=True)


def next_record(reader: Iterator[list[str]], lines: Lines) -> list[str] | None:
    """None at the end."""
    lines.begin_record()
    try:
        record = next(reader, [END])
    except csv.Error as error:
        if lines.at_end:
            raise RowRefused("not readable as CSV: a quote is left open") from error
        reason = f"not readable as CSV ({error}); is a quote left open, or not doubled?"
        raise RowRefused(reason) from error
    return None if lines.at_end and record == [END] else record


def _until(line: int, lines: Lines) -> str:
    """How far a refused record goes, where that is more than its line."""
    return f" (up to line {lines.number - 1})" if lines.number - line > 1 else ""


def _values(record: Sequence[str], layout: Layout) -> dict[Field, str]:
    if len(record) != len(layout.header):
        raise RowRefused(f"has {len(record)} fields instead of {len(layout.header)}")
    of_column = dict(zip(layout.header, record, strict=True))
    return {name: of_column[column] for name, column in layout.mapping.columns.items()}


def _json_rows(lines: Lines, layout: Layout) -> Iterator[CatalogueRow | RefusedRow]:
    while not lines.at_end:
        line = lines.number
        lines.begin_record()
        try:
            text = next(lines, END)
            if not lines.at_end and text.strip():
                yield catalogue_row(line, _members(text, layout.mapping), layout.mapping)
        except RowRefused as refused:
            yield RefusedRow(line, str(refused))


def _object(text: str) -> dict[str, object]:
    """Numbers keep the digits that they are written with: 1499.10 is no binary fraction."""
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError as error:
        raise RowRefused("not readable as JSON: too deep") from error
    except json.JSONDecodeError as error:
        raise RowRefused(f"not readable as JSON: {error.msg} at character {error.colno}") from error
    if not isinstance(found, dict):
        raise RowRefused("no JSON object")
    return found


def _members(text: str, mapping: ColumnMapping) -> dict[Field, str]:
    found = _object(text)
    values: dict[Field, str] = {}
    for name, column in mapping.columns.items():
        value = found.get(column)
        if not isinstance(value, str | None):
            raise RowRefused(f"{column} is neither a text nor a number")
        values[name] = value or ""
    return values
