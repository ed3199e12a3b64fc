"""How deep a JSON text is nested is known without parsing it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.edge.nesting import is_deeper_than

KEYS = st.text('[]{}"\\', max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(st.sampled_from('[]{}"\\:, a'), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


@given(VALUES, st.booleans())
def test_it_is_the_depth_that_parsing_finds(value: Any, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert not is_deeper_than(depth(value), body)
    assert depth(value) == 0 or is_deeper_than(depth(value) - 1, body)


@pytest.mark.parametrize("body", [b"", b"[", b"]]]]", b'{"a":"[[[[[[', b'"\\', b"[" * 5_000, b"\xff" * 9])
def test_what_does_not_match_is_left_to_the_parser(body: bytes) -> None:
    assert not is_deeper_than(2, body)
