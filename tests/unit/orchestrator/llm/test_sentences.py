"""Sentences out of a stream that may be cut anywhere."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.llm.sentences import MAX_SENTENCE_CHARS, Sentence, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two!", ["One.", " Two!"]),
        ("It costs Rs. 1,299.50 only. Buy it?", ["It costs Rs. 1,299.50 only.", " Buy it?"]),
        ("Mr. Rao wears U.S. Polo Assn. chinos. Nice.", ["Mr. Rao wears U.S. Polo Assn. chinos.", " Nice."]),
        ("Light fabrics, e.g. linen, breathe. Yes.", ["Light fabrics, e.g. linen, breathe.", " Yes."]),
        ("Well… it fits. OK.", ["Well…", " it fits.", " OK."]),
        ("यह अच्छा है। वह भी।", ["यह अच्छा है।", " वह भी।"]),
        ("A line\nanother one.", ["A line\n", "another one."]),
        ('She said "wow!" Then left.', ['She said "wow!"', " Then left."]),
        ("  \n\n", []),
    ],
)
def test_where_sentences_end(text: str, parts: list[str]) -> None:
    assert [sentence.text for sentence in sentences([text])] == parts


@pytest.mark.parametrize(
    ("text", "whole"), [("Enjoy!", True), ("Enjoy 🎉", True), ("The shirt costs ₹1", False)]
)
def test_what_the_stream_ends_in_is_whole_only_with_an_end(text: str, whole: bool) -> None:
    assert list(sentences([text])) == [Sentence(text, whole)]


def test_a_sentence_without_end_is_given_up_in_parts_and_what_follows_is_read_again() -> None:
    endless = "very " * 500
    *parts, last = sentences([endless, "long. ", "Short."])
    assert all(not part.whole and len(part.text) <= MAX_SENTENCE_CHARS for part in parts)
    assert last == Sentence(" Short.", whole=True)


@given(st.text(alphabet="ab .!?…\nRs1,é🎉", max_size=80), st.lists(st.integers(0, 80), max_size=8))
def test_cuts_change_nothing(text: str, cuts: list[int]) -> None:
    at = sorted({0, *(cut for cut in cuts if cut < len(text)), len(text)})
    pieces = [text[start:end] for start, end in pairwise(at)]
    assert list(sentences(pieces)) == list(sentences([text]))
