"""Lines of a text with their numbers, none of which takes more memory than is allowed."""

import io
from collections.abc import Iterator

from embed_search.catalogue_row import RowRefused

MAX_FIELD = 1_000_000
MAX_LINE = 2_000_000
MAX_RECORD = 4_000_000
"""Characters of a record that has many lines."""

END = "\0end of the file"
"""Comes once after the last line: a record that ends in it had a quote open."""


class Lines(Iterator[str]):
    """`number` is that of the next line; `at_end` says that there is none."""

    def __init__(self, text: io.TextIOWrapper, first: int) -> None:
        self.number = first
        self.at_end = False
        self._text = text
        self._record = 0

    def begin_record(self) -> None:
        """The next line is the first one of a record."""
        self._record = 0

    def __next__(self) -> str:
        """Raises RowRefused where a line, or the lines of a record, are too long; and goes on after them."""
        if self.at_end:
            raise StopIteration
        line = self._text.readline(MAX_LINE)
        if not line:
            self.at_end = True
            return END
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            self._skip_rest()
            self.number += 1
            raise RowRefused(f"longer than {MAX_LINE} characters")
        first = self.number == 1
        self.number += 1
        self._record += len(line)
        if self._record > MAX_RECORD:
            raise RowRefused(f"longer than {MAX_RECORD} characters; is a quote left open?")
        return line.removeprefix("\ufeff") if first else line

    def position(self) -> int:
        """Where the next line begins, as TextIOWrapper.tell has it."""
        return self._text.tell()

    def detach(self) -> None:
        """Leaves the file below open."""
        self._text.detach()

    def _skip_rest(self) -> None:
        while True:
            line = self._text.readline(MAX_LINE)
            if not line or line[-1] in "\r\n":
                return
