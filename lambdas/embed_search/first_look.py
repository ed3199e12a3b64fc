"""What a file is at the first look: one that can't be a catalogue is refused with what to do about it,
instead of row by row."""

import codecs
import re

from embed_search.errors import CatalogueFileError

LOOKED_AT = 256
"""Bytes."""

# Those of UTF-32 begin like those of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXTS = (
    (b"\x1f\x8b", "is packed by gzip; unpack it"),
    (b"PK\x03\x04", "is a spreadsheet or a zip archive; save it as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "is a spreadsheet; save it as CSV"),
)
_JSON = re.compile(r"\ufeff?\s*[\[{]")
_NO_LINES = re.compile(r"\ufeff?\s*(\[\s*\{|\{\s*\n\s*\")")
"""A list of objects, or an object of many lines."""


def encoding_of(start: bytes, name: str, stated: str) -> str:
    """By the byte order mark, if `start`, the file's first LOOKED_AT bytes, has one; else as `stated`.

    Raises CatalogueFileError where there is no text.
    """
    if not start:
        raise CatalogueFileError(f"The catalogue {name} is empty.")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return encoding
    for mark, what in _NO_TEXTS:
        if start.startswith(mark):
            raise CatalogueFileError(f"The catalogue {name} {what}.")
    if stated in ("utf-16", "utf-32"):
        raise CatalogueFileError(
            f"The catalogue {name} has no byte order mark; state its encoding as {stated}-le or {stated}-be."
        )
    if b"\0" in start[:2] and not stated.startswith(("utf-16", "utf-32")):
        order = "be" if start[0] == 0 else "le"
        raise CatalogueFileError(
            f"The catalogue {name} seems to be UTF-16 without a byte order mark; state its encoding in a "
            f'column mapping (encoding = "utf-16-{order}").'
        )
    return stated


def expect_format(start: bytes, name: str, encoding: str, *, json_lines: bool) -> None:
    """Raises CatalogueFileError where the file is JSON and no JSON lines, or JSON lines by another name."""
    text = start.decode(encoding, errors="replace")
    if json_lines and _NO_LINES.match(text):
        raise CatalogueFileError(
            f"The catalogue {name} must have one JSON object a line, not a list of them."
        )
    if not json_lines and _JSON.match(text):
        raise CatalogueFileError(
            f"The catalogue {name} is JSON and no CSV. It must have one object a line, and a name that ends "
            "in .jsonl or .ndjson."
        )
