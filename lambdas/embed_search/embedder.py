"""Text to vectors: the `Embedder` Protocol, and its default on ONNX Runtime.

Nothing here imports torch or transformers: together they make a process start twelve times slower.
The reference on sentence-transformers is in `torch_embedder`.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embed_search.bundle import GRAPH, read_manifest

Vectors = NDArray[np.float32]

# Tokens a call of the graph. Measured on 2 cores: 64 tokens lose 20 % (the weights are read too often),
# from 256 on little is gained.
TOKENS_PER_BATCH = 256
TEXTS_PER_TOKENISING = 4096


class Embedder(Protocol):
    """Sentence embeddings whose dot product is the cosine similarity."""

    @property
    def dimensions(self) -> int: ...

    @property
    def name(self) -> str:
        """`model@revision/precision`. Equal names give equal vectors, but for what two builders of a bundle
        and two processors round differently. Vectors may be compared where model and revision are equal: a
        query in 8 bits also finds documents that were embedded in float32."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text, in the texts' order: shape (len(texts), dimensions)."""
        ...


def model_of(name: str) -> str:
    """Model and revision of an embedder's name: what is equal where vectors may be compared."""
    return name.rpartition("/")[0] or name


class OnnxEmbedder:
    """all-mpnet-base-v2 from a model bundle (scripts/model/build_bundle.py), on the CPU.

    Its weights have 8 bits, for documents and queries alike: faster, and a recall@10 of 0.97 or more against
    both in float32 (held by test_embedders.py). Texts are cut at the bundle's max_tokens (384).
    Thread-safe. `threads` defaults to the cores this process may use.

    Raises BundleError if the bundle is not there or not complete.
    """

    def __init__(self, bundle: Path, threads: int | None = None) -> None:
        manifest = read_manifest(bundle)
        self.dimensions = manifest["dimensions"]
        self.name = f"{manifest['model']}@{manifest['revision'][:8]}/{manifest['precision']}"
        self._tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(manifest["max_tokens"])
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or _usable_cores()
        # Nothing is left to optimise in these graphs, and a cold start would wait for the search.
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        self._session = ort.InferenceSession(str(bundle / GRAPH), options, providers=["CPUExecutionProvider"])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed`. Equal texts are embedded once."""
        unique = list(dict.fromkeys(texts))
        place = {text: row for row, text in enumerate(unique)}
        rows = np.fromiter((place[text] for text in texts), np.intp, len(texts))
        vectors = np.empty((len(unique), self.dimensions), np.float32)
        tokens = self._tokenise(unique)
        for batch in batches_of_one_length([len(ids) for ids in tokens], TOKENS_PER_BATCH):
            input_ids = np.stack([tokens[row] for row in batch])
            (vectors[batch],) = self._session.run(None, {"input_ids": input_ids})
        return vectors[rows]

    def _tokenise(self, texts: list[str]) -> list[NDArray[np.int64]]:
        """Token ids of each text. In portions, because the tokenizer's own objects are large."""
        tokens: list[NDArray[np.int64]] = []
        for start in range(0, len(texts), TEXTS_PER_TOKENISING):
            # A shopper may send half a surrogate pair, which is no text: it becomes a question mark.
            portion = [
                t.encode("utf-8", "replace").decode() for t in texts[start : start + TEXTS_PER_TOKENISING]
            ]
            encodings = self._tokenizer.encode_batch_fast(portion)
            tokens.extend(np.array(encoding.ids, np.int64) for encoding in encodings)
        return tokens


def batches_of_one_length(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices grouped so that a batch holds texts of one length, at most `budget` tokens (or one text).

    So there is no padding: no work is wasted on it, the graph needs no mask, and what a text's
    neighbours are can't change its vector. On a catalogue of names the lengths are so few that the
    batches are full anyway.
    """
    by_length = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    for length, group in groupby(by_length, key=lengths.__getitem__):
        indices = list(group)
        size = max(1, budget // length)
        for start in range(0, len(indices), size):
            yield indices[start : start + size]


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
