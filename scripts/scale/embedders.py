"""The embedders of a benchmark's catalogues, and real vectors that are embedded once and kept."""

import hashlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from embed_search.embedder import Embedder, OnnxEmbedder
from scripts.sample.product import load_parts
from scripts.scale.rows import scaled_rows
from scripts.scale.vectors import BASE, Array, Fit, MadeEmbedder, learn

BASE_SEED = 1
"""Not that of any catalogue: what the fit learnt from is never asked about."""
BASE_SIZE = 1_000_000
"""The brands and lines of the base are those of a catalogue of this size."""


class Kept:
    """An Embedder that looks up what it was given, and asks another one for the rest."""

    def __init__(self, texts: Sequence[str], vectors: Array, other: Embedder) -> None:
        self._place = {text: at for at, text in enumerate(texts)}
        self._vectors, self._other = vectors, other
        self.name, self.dimensions = other.name, other.dimensions

    def embed(self, texts: Sequence[str]) -> Array:
        places = [self._place.get(text) for text in texts]
        known = [place for place in places if place is not None]
        if len(known) < len(texts):
            return self._other.embed(texts)
        return self._vectors[known]


def kept_vectors(folder: Path, embedder: Embedder, texts: Sequence[str]) -> Array:
    """The vectors of these texts, from `folder` if they were embedded before."""
    digest = hashlib.sha256("\0".join([embedder.name, *texts]).encode()).hexdigest()[:16]
    path = folder / f"vectors-{digest}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished.npy")
        np.save(unfinished, embedder.embed(texts))
        unfinished.rename(path)
    vectors: Array = np.load(path)
    return vectors


def made_embedder(folder: Path, bundle: Path, real: OnnxEmbedder) -> tuple[MadeEmbedder, Fit]:
    """Fitted to BASE real vectors, of which the embedding takes minutes the first time."""
    tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
    tokenizer.no_padding()
    names = [row["ProductName"] for row in islice(scaled_rows(BASE_SIZE, load_parts(), BASE_SEED), BASE)]
    fit = learn(tokenizer, names, kept_vectors(folder, real, names))
    return MadeEmbedder(fit, tokenizer, f"{real.name.rpartition('/')[0]}/made"), fit
