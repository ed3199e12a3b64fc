"""Are made vectors as hard to search as real ones? Both of the same names, indexed alike, in one run."""

from functools import partial
from typing import Any

import numpy as np
from pgvector import HalfVector

from embed_search.copying import copy_embeddings
from embed_search.postgres import Connection
from scripts.scale.measure import milliseconds, percentiles
from scripts.scale.vectors import Array

NEIGHBOURS = 10
RANKS = (1, 10, 100, 1000)
_TABLE = "CREATE TEMP TABLE vector_trial AS SELECT text_hash, vector FROM embedding WHERE embedder = 'trial'"
_NEAREST = """
SELECT get_byte(text_hash, 0) + 256 * get_byte(text_hash, 1) FROM vector_trial
ORDER BY vector <#> %s::halfvec LIMIT %s
"""


def compare_vectors(connection: Connection, real: Array, made: Array, queries: Array) -> dict[str, object]:
    """`real` and `made` (n, d) of the same names, n < 65,536; `queries` (m, d) of the real model."""
    return {
        "names": len(real),
        "queries": len(queries),
        "mean_cosine_of_the_two": round(float(np.mean(np.sum(real * made, axis=1))), 3),
        "real": _trial(connection, real, queries),
        "made": _trial(connection, made, queries),
    }


def _trial(connection: Connection, vectors: Array, queries: Array) -> dict[str, Any]:
    nearest_of = _cosines(vectors[:1000], vectors)
    nearest_to_queries = _cosines(queries, vectors)
    with connection.cursor() as cursor:
        keys = [bytes((number % 256, number // 256)) for number in range(len(vectors))]
        copy_embeddings(connection, "trial", keys, vectors)
        cursor.execute(_TABLE)
        build = milliseconds(
            lambda: cursor.execute("CREATE INDEX ON vector_trial USING hnsw (vector halfvec_ip_ops)")
        )
        found, times = [], []
        for query in queries:
            text = HalfVector(query).to_text()
            times.append(milliseconds(partial(cursor.execute, _NEAREST, (text, NEIGHBOURS))))
            found.append({row[0] for row in cursor.fetchall()})
    connection.rollback()
    true = np.argsort(-(queries @ vectors.T), axis=1)[:, :NEIGHBOURS]
    shares = [len(ids & set(map(int, row))) / NEIGHBOURS for ids, row in zip(found, true, strict=True)]
    return {
        "cosine_to_neighbour": nearest_of,
        "cosine_of_query_to_neighbour": nearest_to_queries,
        "hnsw_build_s": round(build / 1000, 1),
        "hnsw_recall_at_10": round(float(np.mean(shares)), 3),
        **{f"hnsw_{name}": value for name, value in percentiles(times).items()},
    }


def _cosines(those: Array, to: Array) -> dict[str, float]:
    """The median cosine to the n-th nearest."""
    ordered = -np.sort(-(those @ to.T), axis=1)
    return {str(rank): round(float(np.median(ordered[:, rank])), 3) for rank in RANKS}
