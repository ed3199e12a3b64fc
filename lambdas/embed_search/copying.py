"""Rows into Postgres by COPY, streamed: memory does not grow with their number."""

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from typing_extensions import Buffer

from embed_search.postgres import Connection

Value = str | bytes | bool | int | Decimal | Sequence[str]

# What the text format of COPY gives a meaning of its own.
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_BINARY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_BINARY_END = struct.pack(">h", -1)


class _Pieces(io.RawIOBase):
    """A file to read from, made of pieces that come one by one."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        target = memoryview(buffer)
        self._rest = self._rest or next(self._pieces, b"")
        part, self._rest = self._rest[: len(target)], self._rest[len(target) :]
        target[: len(part)] = part
        return len(part)


def _stream(pieces: Iterable[bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Pieces(pieces), buffer_size=1 << 18)


def copy_rows(connection: Connection, table: str, rows: Iterable[Sequence[Value]]) -> int:
    """COPY of rows that have a value for every column of the table, in its order; their number.

    `table` may name columns: "word (word, products)".
    """
    lines = ("\t".join(map(_field, row)).encode() + b"\n" for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN", _stream(lines))
        return cursor.rowcount


def _field(value: Value) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    if isinstance(value, str | int | Decimal):
        return str(value).translate(_ESCAPES)
    quoted = (element.replace("\\", r"\\").replace('"', r"\"") for element in value)
    return ("{" + ",".join(f'"{element}"' for element in quoted) + "}").translate(_ESCAPES)


def copy_embeddings(
    connection: Connection, embedder: str, hashes: Sequence[bytes], vectors: npt.NDArray[np.float32]
) -> None:
    """COPY of vectors (n, d) into `embedding`, in the binary format: ten times as fast as text here."""
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY embedding (embedder, text_hash, vector) FROM STDIN (FORMAT binary)",
            _stream(_binary(embedder.encode(), hashes, vectors)),
        )


def _binary(name: bytes, hashes: Sequence[bytes], vectors: npt.NDArray[np.float32]) -> Iterator[bytes]:
    """The three columns of each row, each with its length before it. A halfvec is its number of
    dimensions, two unused bytes, and the half-precision numbers, all big-endian."""
    yield _BINARY_HEADER
    for text_hash, vector in zip(hashes, vectors.astype(">f2"), strict=True):
        halfvec = struct.pack(">hh", vector.size, 0) + vector.tobytes()
        columns = (name, text_hash, halfvec)
        yield struct.pack(">h", len(columns)) + b"".join(struct.pack(">i", len(c)) + c for c in columns)
    yield _BINARY_END
