"""Batches without padding."""

from hypothesis import given
from hypothesis import strategies as st

from embed_search.embedder import batches_of_one_length

LENGTHS = st.lists(st.integers(2, 384), max_size=200)


@given(LENGTHS)
def test_every_text_is_in_one_batch(lengths: list[int]) -> None:
    batches = batches_of_one_length(lengths, budget=64)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))


@given(LENGTHS)
def test_a_batch_holds_one_length_within_the_budget(lengths: list[int]) -> None:
    for batch in batches_of_one_length(lengths, budget=64):
        (length,) = {lengths[index] for index in batch}
        assert len(batch) == 1 or len(batch) * length <= 64
