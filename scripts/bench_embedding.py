"""Bulk embedding, ours against sentence-transformers: `make bench-embedding CATALOGUE=file.csv`.

The whole job of embedding a catalogue's names, on the same cores in one run: OnnxEmbedder (equal
names once, batches of one length) against `SentenceTransformer.encode` of all rows with its defaults.
The two take turns over slices of the work, so that a busy neighbour slows both.
"""

import argparse
import csv
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embed_search.embedder import Embedder, OnnxEmbedder, Vectors
from embed_search.torch_embedder import TorchEmbedder
from scripts import results
from scripts.model.build_bundle import ensure_bundle
from scripts.model.fetch import ensure_model
from scripts.model.release import MPNET

ROWS_PER_SLICE = 2_500
SEED = 20


def names_of(catalogue: Path, limit: int | None) -> list[str]:
    """The product names of the file, or `limit` random rows of them (fixed seed)."""
    with catalogue.open(encoding="utf-8-sig", newline="") as file:
        names = [name for row in csv.DictReader(file) if (name := row["ProductName"])]
    return names if limit is None or limit >= len(names) else random.Random(SEED).sample(names, limit)


def embed_timed(embedder: Embedder, texts: Sequence[str]) -> tuple[Vectors, float]:
    """The vectors, and the seconds they took."""
    start = time.perf_counter()
    vectors = embedder.embed(texts)
    return vectors, time.perf_counter() - start


def compare(ours: Embedder, reference: Embedder, rows: list[str]) -> dict[str, float]:
    unique = list(dict.fromkeys(rows))
    for embedder in (ours, reference):
        embedder.embed(unique[:64])  # warm
    our_seconds = reference_seconds = 0.0
    ours_by_text: dict[str, Vectors] = {}
    reference_by_text: dict[str, Vectors] = {}
    slices = max(1, round(len(rows) / ROWS_PER_SLICE))
    for part in range(slices):
        # Striding gives each slice the same mix of lengths.
        our_texts, reference_texts = unique[part::slices], rows[part::slices]
        vectors, seconds = embed_timed(ours, our_texts)
        our_seconds += seconds
        ours_by_text.update(zip(our_texts, vectors, strict=True))
        vectors, seconds = embed_timed(reference, reference_texts)
        reference_seconds += seconds
        reference_by_text.update(zip(reference_texts, vectors, strict=True))
    return {
        "rows": len(rows),
        "unique_texts": len(unique),
        "cores": results.usable_cores(),
        "onnx_seconds": round(our_seconds, 2),
        "sentence_transformers_seconds": round(reference_seconds, 2),
        "onnx_rows_per_second": round(len(rows) / our_seconds, 1),
        "sentence_transformers_rows_per_second": round(len(rows) / reference_seconds, 1),
        "ratio": round(reference_seconds / our_seconds, 2),
        "ratio_without_duplicates": round(reference_seconds / our_seconds * len(unique) / len(rows), 2),
        "lowest_cosine": min(float(np.dot(ours_by_text[text], reference_by_text[text])) for text in unique),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--texts", type=int, help="take this many random rows instead of all")
    limit = arguments.parse_args().texts
    catalogue = Path(os.environ.get("CATALOGUE") or results.ROOT / "data" / "sample_catalogue.csv")
    rows = names_of(catalogue, limit)
    print(
        f"Embedding {len(rows)} names of {catalogue} twice; torch needs some 20 ms for each ...", flush=True
    )
    figures = compare(OnnxEmbedder(ensure_bundle()), TorchEmbedder(ensure_model(), MPNET.revision), rows)
    print(results.table(figures.items()))
    print(f"Written: {results.write('embedding', figures)}")


if __name__ == "__main__":
    main()
