"""Libraries that hold vectors in this process, and nothing else."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scripts.engines.engine import DEPTH, EF_CONSTRUCTION, EF_SEARCH, Facts, Items, M, Query


class Faiss:
    facts = Facts("a set of ids, kept by the caller", "none", "none", "a file, written whole by the caller")

    def __init__(self, items: Items, hnsw: bool) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        self.name = "faiss HNSW" if hnsw else "faiss flat (exact)"
        dimensions = items.vectors.shape[1]
        self._faiss: Any = faiss
        if hnsw:
            self._index: Any = faiss.IndexHNSWFlat(dimensions, M, faiss.METRIC_INNER_PRODUCT)
            self._index.hnsw.efConstruction = EF_CONSTRUCTION
        else:
            self._index = faiss.IndexFlatIP(dimensions)
        self._index.add(items.vectors)
        self._hnsw = hnsw
        self._kinds = {kind: faiss.IDSelectorBatch(places) for kind, places in items.of_kind.items()}

    def nearest(self, query: Query) -> Sequence[int]:
        return self._search(query, self._parameters())

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        return self._search(query, self._parameters(sel=self._kinds[query.category, query.gender]))

    def _parameters(self, **chosen: Any) -> Any:
        if self._hnsw:
            return self._faiss.SearchParametersHNSW(efSearch=EF_SEARCH, **chosen)
        return self._faiss.SearchParameters(**chosen)

    def _search(self, query: Query, parameters: Any) -> Sequence[int]:
        _, found = self._index.search(query.vector[None], DEPTH, params=parameters)
        return [place for place in found[0].tolist() if place >= 0]


class Hnswlib:
    name = "hnswlib HNSW"
    facts = Facts(
        "a Python function, called for each id", "none", "none", "a file, written whole by the caller"
    )

    def __init__(self, items: Items) -> None:
        import hnswlib

        self._index: Any = hnswlib.Index(space="ip", dim=items.vectors.shape[1])
        self._index.init_index(len(items.vectors), EF_CONSTRUCTION, M)
        self._index.set_num_threads(1)
        self._index.add_items(items.vectors, np.arange(len(items.vectors)))
        self._index.set_ef(EF_SEARCH)
        self._kinds = {kind: frozenset(places.tolist()) for kind, places in items.of_kind.items()}

    def nearest(self, query: Query) -> Sequence[int]:
        places, _ = self._index.knn_query(query.vector, k=DEPTH, num_threads=1)
        return [int(place) for place in places[0]]

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        """Fewer where the index finds fewer: it raises then."""
        kind = self._kinds[query.category, query.gender]
        for wanted in range(min(DEPTH, len(kind)), 0, -1):
            try:
                places, _ = self._index.knn_query(
                    query.vector, k=wanted, num_threads=1, filter=kind.__contains__
                )
            except RuntimeError:
                continue
            return [int(place) for place in places[0]]
        return []
