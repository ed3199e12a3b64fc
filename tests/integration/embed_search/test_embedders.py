"""The embedders that ship, held to sentence-transformers on torch.

The reference vectors of whole catalogues come from the same graph in float32: on torch they would cost two
minutes and a half more. That is sound because the first two tests tie them to a cosine of 0.9999, on
varied texts and on 300 of those very names. Queries are embedded by torch itself.
"""

import hashlib
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embed_search.embedder import Embedder, OnnxEmbedder, Vectors
from embed_search.torch_embedder import TorchEmbedder
from scripts.model.build_bundle import ensure_bundle
from scripts.model.fetch import ensure_model
from scripts.model.release import MPNET
from tests.shopper_queries import read_rows, shopper_queries

CHECKOUT = Path(__file__).parents[3]
SAMPLE = CHECKOUT / "data" / "sample_catalogue.csv"
REAL = CHECKOUT.parent / "shared" / "data" / "myntra_products_catalog.csv"

VARIED = [
    "",
    " ",
    "x",
    "Roadster Men Blue Slim Fit Jeans",
    "neeli kameez dikhao, bachchon ke liye bhi",
    "नीली साड़ी शादी के लिए",
    "ΚΟΥΚΛΑ naïve café — 北京 👗🧵",
    "a <mask> in the middle, </s> and <s> and [UNK]",
    "₹1,299 only!!! 50% off @ #sale",
    "e\u0301 combining, \u200bzero width, \u00a0no-break",
    "tab\tand\nnew line\r\n",
    "wordwithoutanyspaces" * 30,
    "red cotton shirt with long sleeves " * 100,
    "नीली साड़ी " * 300,
]


@pytest.fixture(scope="module")
def reference() -> TorchEmbedder:
    return TorchEmbedder(ensure_model(), MPNET.revision)


@pytest.fixture(scope="module")
def reference_bundle() -> Path:
    return ensure_bundle(precision="fp32")


@pytest.fixture(scope="module")
def fp32(reference_bundle: Path) -> OnnxEmbedder:
    return OnnxEmbedder(reference_bundle)


@pytest.fixture(scope="module")
def q8(bundle: Path) -> OnnxEmbedder:
    return OnnxEmbedder(bundle)


@pytest.fixture(scope="module", params=[SAMPLE, REAL], ids=["sample", "real"])
def catalogue(request: pytest.FixtureRequest) -> list[dict[str, str]]:
    path: Path = request.param
    if not path.is_file():
        pytest.skip(f"the catalogue {path.name} is not on this machine")
    return read_rows(path)


@pytest.fixture(scope="module")
def names(catalogue: list[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(row["ProductName"] for row in catalogue))


@pytest.fixture(scope="module")
def documents(
    names: list[str], fp32: OnnxEmbedder, reference_bundle: Path, pytestconfig: pytest.Config
) -> Vectors:
    """One vector in float32 for each different name. Kept in .pytest_cache for the next run: the real
    catalogue takes over a minute."""
    key = hashlib.sha256("\0".join([reference_bundle.name, *names]).encode()).hexdigest()
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("document_vectors") / f"{key}.npy"
    if not kept.is_file():
        np.save(kept.with_suffix(".part.npy"), fp32.embed(names))
        kept.with_suffix(".part.npy").rename(kept)
    vectors: Vectors = np.load(kept)
    return vectors


def cosines(some: Vectors, others: Vectors) -> Vectors:
    products: Vectors = np.sum(some * others, axis=1)
    return products


def top10(queries: Vectors, documents: Vectors) -> list[list[int]]:
    order: list[list[int]] = np.argsort(-(queries @ documents.T), axis=1, kind="stable")[:, :10].tolist()
    return order


def recall_at_10(found: list[list[int]], wanted: list[list[int]]) -> float:
    return float(np.mean([len({*a} & {*b}) / 10 for a, b in zip(found, wanted, strict=True)]))


def test_fp32_is_the_reference_on_texts_of_every_kind(fp32: OnnxEmbedder, reference: TorchEmbedder) -> None:
    assert cosines(fp32.embed(VARIED), reference.embed(VARIED)).min() >= 0.9999


def test_fp32_is_the_reference_on_names(
    fp32: OnnxEmbedder, reference: TorchEmbedder, catalogue: list[dict[str, str]]
) -> None:
    names = [row["ProductName"] for row in random.Random(5).sample(catalogue, 300)]
    assert cosines(fp32.embed(names), reference.embed(names)).min() >= 0.9999


def test_8_bits_find_what_the_reference_finds(
    q8: OnnxEmbedder,
    reference: TorchEmbedder,
    catalogue: list[dict[str, str]],
    names: list[str],
    documents: Vectors,
) -> None:
    queries = shopper_queries(catalogue)
    wanted = top10(reference.embed(queries), documents)
    asked = q8.embed(queries)
    assert recall_at_10(top10(asked, q8.embed(names)), wanted) >= 0.97
    # As while a shop's products still have the vectors of a release that embedded them in float32.
    assert recall_at_10(top10(asked, documents), wanted) >= 0.98


def test_an_answer_does_not_depend_on_its_batch(
    q8: OnnxEmbedder, catalogue: list[dict[str, str]], documents: Vectors
) -> None:
    queries = [*VARIED, *shopper_queries(catalogue, count=60)]
    together = q8.embed(queries)
    alone = np.concatenate([q8.embed([query]) for query in queries])
    assert cosines(together, alone).min() >= 0.99999
    assert top10(together, documents) == top10(alone, documents)


def test_rows_are_unit_vectors_in_the_order_of_the_texts(q8: Embedder) -> None:
    vectors = q8.embed(["red shirt", "a much longer text about blue jeans", "red shirt", ""])
    assert vectors.shape == (4, q8.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert vectors[0] @ q8.embed(["red shirts"])[0] > vectors[1] @ vectors[0]


def test_no_texts_give_no_rows(q8: Embedder, reference: Embedder) -> None:
    assert q8.embed([]).shape == reference.embed([]).shape == (0, 768)


def test_half_a_surrogate_pair_is_read_as_a_question_mark(q8: Embedder) -> None:
    np.testing.assert_array_equal(q8.embed(["shirt \ud83d"]), q8.embed(["shirt ?"]))


def test_the_name_tells_model_revision_and_precision(fp32: Embedder, q8: Embedder) -> None:
    assert fp32.name == "sentence-transformers/all-mpnet-base-v2@e8c3b32e/fp32"
    assert q8.name == "sentence-transformers/all-mpnet-base-v2@e8c3b32e/q8"


def test_embedding_imports_neither_torch_nor_transformers(bundle: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from embed_search.embedder import OnnxEmbedder; "
        "OnnxEmbedder(Path(sys.argv[1])).embed(['red shirt']); "
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & sys.modules.keys()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(bundle)], text=True, capture_output=True, check=True
    )
    assert run.stdout.strip() == "[]"
