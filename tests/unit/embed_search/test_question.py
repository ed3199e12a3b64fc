"""The parameters of a question."""

import numpy as np
from pgvector import HalfVector

from embed_search.question import halfvec_text


def test_every_number_of_16_bits_is_written_so_that_it_is_read_again() -> None:
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    numbers = numbers[np.isfinite(numbers)]
    # Postgres reads a float of 32 bits, and rounds that.
    read = np.array(halfvec_text(numbers.astype(np.float32)).strip("[]").split(","), np.float32)
    assert read.astype(np.float16).tobytes() == numbers.tobytes()


def test_a_vector_is_rounded_as_pgvector_rounds_it() -> None:
    vector = np.random.default_rng(5).normal(size=768).astype(np.float32)
    ours = HalfVector.from_text(halfvec_text(vector))
    assert ours.to_list() == HalfVector(vector).to_list()
