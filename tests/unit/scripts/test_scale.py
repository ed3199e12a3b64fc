"""The catalogues that benchmarks are made with: any size, no copies, and vectors near those of the model."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from embed_search.catalogue_file import read_catalogue
from embed_search.catalogue_row import CatalogueRow
from scripts.sample.product import load_parts
from scripts.scale.rows import scaled_rows, write_csv
from scripts.scale.vectors import Array, MadeEmbedder, learn, token_ids

DIMENSIONS = 16
"""Of the model that stands in for the real one here."""


def test_no_two_products_have_one_name_or_one_id() -> None:
    rows = list(scaled_rows(5_000, load_parts()))
    assert len({row["ProductName"] for row in rows}) == len(rows) == 5_000
    assert len({row["ProductID"] for row in rows}) == 5_000


def test_a_size_always_gives_the_same_catalogue() -> None:
    assert list(scaled_rows(300, load_parts())) == list(scaled_rows(300, load_parts()))


def test_rows_come_one_by_one_however_many_there_are() -> None:
    assert len(list(islice(scaled_rows(10_000_000, load_parts()), 3))) == 3


def test_a_larger_catalogue_has_more_brands_and_each_name_begins_with_its_own() -> None:
    small, large = (list(islice(scaled_rows(size, load_parts()), 3_000)) for size in (3_000, 300_000))
    assert len({row["ProductBrand"] for row in large}) > len({row["ProductBrand"] for row in small})
    assert all(row["ProductName"].startswith(f"{row['ProductBrand']} ") for row in small + large)


def test_a_loader_takes_every_row(tmp_path: Path) -> None:
    write_csv(500, tmp_path / "made.csv")
    assert all(isinstance(row, CatalogueRow) for row in read_catalogue(tmp_path / "made.csv"))


@pytest.fixture(scope="module")
def names() -> list[str]:
    return [row["ProductName"] for row in scaled_rows(3_000, load_parts())]


@pytest.fixture(scope="module")
def tokenizer(names: list[str]) -> Tokenizer:
    words = sorted({word for name in names for word in name.split()})
    found = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token=words[0]))
    found.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return found


def _real(tokenizer: Tokenizer, names: list[str]) -> Array:
    """A name has the mean of its words' vectors, and a bit of its own."""
    random = np.random.default_rng(3)
    of_words = random.standard_normal((tokenizer.get_vocab_size(), DIMENSIONS)).astype(np.float32)
    means = [of_words[ids].mean(axis=0) for ids in token_ids(tokenizer, names)]
    vectors = np.stack(means) + 0.1 * random.standard_normal((len(names), DIMENSIONS)).astype(np.float32)
    unit: Array = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def real(tokenizer: Tokenizer, names: list[str]) -> Array:
    return _real(tokenizer, names)


@pytest.fixture(scope="module")
def made(tokenizer: Tokenizer, names: list[str], real: Array) -> MadeEmbedder:
    """Learnt from the first 2,000 names."""
    return MadeEmbedder(learn(tokenizer, names[:2_000], real[:2_000]), tokenizer, "made")


def test_made_vectors_are_of_unit_length_and_the_same_for_the_same_name(
    made: MadeEmbedder, names: list[str]
) -> None:
    vectors = made.embed(names[:50])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[:10], made.embed(names[:10]))


def test_made_vectors_lie_near_the_real_ones_of_names_that_were_not_learnt(
    made: MadeEmbedder, names: list[str], real: Array
) -> None:
    unseen = made.embed(names[2_000:])
    own = np.sum(unseen * real[2_000:], axis=1)
    others = np.sum(unseen * np.roll(real[2_000:], 1, axis=0), axis=1)
    assert own.mean() > 0.5
    assert abs(others.mean()) < 0.25


def test_made_vectors_are_as_far_from_each_other_as_real_ones(
    made: MadeEmbedder, names: list[str], real: Array
) -> None:
    """Without the noise they would all crowd around what names have in common."""

    def nearest(vectors: Array) -> float:
        cosines = vectors @ vectors.T - 2 * np.eye(len(vectors), dtype=np.float32)
        return float(np.median(cosines.max(axis=1)))

    assert abs(nearest(made.embed(names[2_000:])) - nearest(real[2_000:])) < 0.1
