"""Rows become pieces of a stream that Postgres reads in parts of any size."""

import pytest

from embed_search.copying import _Pieces


@pytest.mark.parametrize("size", [1, 3, 100])
def test_pieces_come_out_as_they_went_in(size: int) -> None:
    stream = _Pieces([b"one", b"two", b"three"])
    parts = []
    while part := stream.read(size):
        parts.append(part)
    assert b"".join(parts) == b"onetwothree"
    assert max(map(len, parts)) <= size
