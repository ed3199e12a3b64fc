"""Cuts a catalogue file into parts that are read side by side, each at the beginning of a record."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from embed_search.catalogue_file import Layout, csv_reader, next_record, open_lines
from embed_search.catalogue_row import RowRefused
from embed_search.lines import Lines

PART_ROWS = 5_000
"""Records of one part: some seconds of work, and what is set aside when a part can't be read."""

_MAX_OFFSET = 1 << 63
"""What TextIOWrapper.tell gives above this is no place in the file, but one with a decoder's state: before a
blank line that begins with a carriage return, and after a line that ends in nothing else."""


@dataclass(frozen=True)
class FilePart:
    """`rows` records, in the bytes from `start` to before `end`, in the lines from `first_line` to
    `last_line`. The header of a CSV counts as a record of the first part."""

    number: int
    start: int
    end: int
    first_line: int
    last_line: int
    rows: int


def file_parts(file: BinaryIO, layout: Layout, part_rows: int = PART_ROWS) -> Iterator[FilePart]:
    """All parts of the file, which is read from its beginning to its end. Memory does not grow with it.
    Each but the last has `part_rows` records, and sometimes blank lines that follow them.

    Each part is to be read by `read_rows(part's bytes, layout, part.first_line)`.
    """
    file.seek(0)
    lines = open_lines(file, layout, 1)
    try:
        start, first_line, rows, number = 0, 1, 0, 0
        for _ in _records(lines, layout):
            rows += 1
            if rows >= part_rows and (end := lines.position()) < _MAX_OFFSET:
                yield FilePart(number, start, end, first_line, lines.number - 1, rows)
                start, first_line, rows, number = end, lines.number, 0, number + 1
        if rows:
            yield FilePart(number, start, lines.position(), first_line, lines.number - 1, rows)
    finally:
        lines.detach()


def _records(lines: Lines, layout: Layout) -> Iterator[None]:
    """Once after each record, good or not; where the reader of rows goes on after a bad one, so does this."""
    reader = csv_reader(lines, layout) if layout.format == "csv" else None
    while not lines.at_end:
        try:
            if reader:
                next_record(reader, lines)
            else:
                lines.begin_record()
                next(lines)
        except RowRefused:
            pass
        else:
            if lines.at_end:
                return
        yield
