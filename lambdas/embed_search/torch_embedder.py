"""The reference embedder: sentence-transformers on torch, as the model's authors publish it.

Only for tests and benchmarks; install it with `pip install -e '.[torch]'`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embed_search.embedder import Vectors


class TorchEmbedder:
    """all-mpnet-base-v2 from a folder of the model's own files (scripts/model/fetch.py), on the CPU.

    Imports torch when it is made, not before. Raises ImportError where torch is not installed.
    """

    def __init__(self, model: Path, revision: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = f"sentence-transformers/all-mpnet-base-v2@{revision[:8]}/torch"
        self.dimensions = 768
        self._model = SentenceTransformer(str(model), device="cpu")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed`."""
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        vectors: Vectors = self._model.encode(list(texts), show_progress_bar=False)
        return vectors
