"""A re-ranker that needs no weights of its own, for `make bench-ranking`.

Late interaction: every token of the question looks for its nearest token in the product's name, and the sum
of these similarities is the score. Khattab and Zaharia, "ColBERT: Efficient and Effective Passage Search via
Contextualized Late Interaction over BERT", SIGIR 2020; here with the tokens of all-mpnet-base-v2 as it is.
A cross-encoder would have to come with weights of its own (docs/QUALITY.md).
"""

import time
from collections.abc import Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from apparel.contracts import Hit


class TokenReranker:
    """`model` is a folder with the model's own files."""

    def __init__(self, model: Path) -> None:
        # As many as the query's embedder has.
        torch.set_num_threads(1)
        self._model = SentenceTransformer(str(model), device="cpu")
        self._known: dict[str, torch.Tensor] = {}

    def reranked(self, text: str, hits: Sequence[Hit]) -> tuple[list[Hit], float]:
        """The hits, the nearest by tokens first, and the seconds that it takes when the tokens of all names
        are at hand: those of a catalogue would be kept."""
        names = [hit.product.name for hit in hits]
        self._remember(names)
        started = time.perf_counter()
        asked = self._tokens([text])[0]
        scores = [float((asked @ self._known[name].T).max(dim=1).values.sum()) for name in names]
        order = sorted(range(len(hits)), key=lambda place: -scores[place])
        return [hits[place] for place in order], time.perf_counter() - started

    def _remember(self, names: Sequence[str]) -> None:
        missing = list(dict.fromkeys(name for name in names if name not in self._known))
        self._known.update(zip(missing, self._tokens(missing), strict=True))

    def _tokens(self, texts: Sequence[str]) -> list[torch.Tensor]:
        """The token embeddings of each text, of unit length."""
        if not texts:
            return []
        found = self._model.encode(list(texts), output_value="token_embeddings", show_progress_bar=False)
        return [torch.nn.functional.normalize(tokens, dim=1) for tokens in found]
