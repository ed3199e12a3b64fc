"""Stores that keep what belongs to a vector beside it, in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.engines.engine import DEPTH, EF_CONSTRUCTION, EF_SEARCH, Facts, Items, M, Query

_BATCH = 1_000
_NEAREST = "SELECT rowid FROM product WHERE embedding MATCH ? AND k = ? ORDER BY distance"
_NEAREST_OF_KIND = _NEAREST.replace("AND k", "AND category = ? AND gender = ? AND k")


def _batches(items: Items) -> list[range]:
    return [range(at, min(at + _BATCH, len(items.vectors))) for at in range(0, len(items.vectors), _BATCH)]


class Chroma:
    name = "chroma HNSW"
    facts = Facts("by metadata", "contains or not, unranked", "none", "a folder")

    def __init__(self, items: Items, folder: Path) -> None:
        import chromadb

        client = chromadb.PersistentClient(
            str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False)
        )
        hnsw: Any = {
            "space": "ip", "max_neighbors": M, "ef_construction": EF_CONSTRUCTION, "ef_search": EF_SEARCH,
            "num_threads": 1,
        }  # fmt: skip
        self._collection = client.create_collection("products", configuration={"hnsw": hnsw})
        for batch in _batches(items):
            self._collection.add(
                ids=[str(place) for place in batch],
                embeddings=items.vectors[batch.start : batch.stop],
                metadatas=[{"category": items.categories[p], "gender": items.genders[p]} for p in batch],
            )

    def nearest(self, query: Query) -> Sequence[int]:
        return self._search(query, None)

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        return self._search(query, {"$and": [{"category": query.category}, {"gender": query.gender}]})

    def _search(self, query: Query, where: Any) -> Sequence[int]:
        found = self._collection.query(
            query_embeddings=[query.vector], n_results=DEPTH, where=where, include=["distances"]
        )
        return [int(place) for place in found["ids"][0]]


class Qdrant:
    name = "qdrant, local mode (exact)"
    facts = Facts("by payload", "contains or not, unranked", "none", "a folder; an index only on a server")

    def __init__(self, items: Items) -> None:
        from qdrant_client import QdrantClient, models

        self._models: Any = models
        self._client = QdrantClient(":memory:")
        size = items.vectors.shape[1]
        self._client.create_collection(
            "products", vectors_config=models.VectorParams(size=size, distance=models.Distance.DOT)
        )
        for batch in _batches(items):
            payloads = [{"category": items.categories[p], "gender": items.genders[p]} for p in batch]
            self._client.upsert(
                "products",
                models.Batch(
                    ids=list(batch),
                    vectors=items.vectors[batch.start : batch.stop].tolist(),
                    payloads=payloads,
                ),
            )

    def nearest(self, query: Query) -> Sequence[int]:
        return self._search(query, None)

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        must = [self._equal("category", query.category), self._equal("gender", query.gender)]
        return self._search(query, self._models.Filter(must=must))

    def _equal(self, key: str, value: str) -> Any:
        return self._models.FieldCondition(key=key, match=self._models.MatchValue(value=value))

    def _search(self, query: Query, wanted: Any) -> Sequence[int]:
        found = self._client.query_points(
            "products", query=query.vector, query_filter=wanted, limit=DEPTH, with_payload=False
        )
        return [int(point.id) for point in found.points]


class SqliteVec:
    name = "sqlite-vec (exact)"
    facts = Facts("by columns", "ranked, by SQLite's FTS5", "yes, one writer at a time", "a file")

    def __init__(self, items: Items, file: Path) -> None:
        # Not Python's own sqlite3, which is often built without extensions.
        import apsw
        import sqlite_vec

        self._connection: Any = apsw.Connection(str(file))
        self._connection.enable_load_extension(True)
        self._connection.load_extension(sqlite_vec.loadable_path())
        size = items.vectors.shape[1]
        with self._connection:
            self._connection.execute(
                f"CREATE VIRTUAL TABLE product USING vec0 ("
                f"embedding float[{size}], category text, gender text)"
            )
            self._connection.executemany(
                "INSERT INTO product (rowid, embedding, category, gender) VALUES (?, ?, ?, ?)",
                (
                    (place, vector.tobytes(), items.categories[place], items.genders[place])
                    for place, vector in enumerate(items.vectors)
                ),
            )

    def nearest(self, query: Query) -> Sequence[int]:
        return self._search(_NEAREST, (query.vector.tobytes(), DEPTH))

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        parameters = (query.vector.tobytes(), query.category, query.gender, DEPTH)
        return self._search(_NEAREST_OF_KIND, parameters)

    def _search(self, statement: str, parameters: tuple[object, ...]) -> Sequence[int]:
        return [row[0] for row in self._connection.execute(statement, parameters)]
