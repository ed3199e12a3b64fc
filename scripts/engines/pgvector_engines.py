"""pgvector: exact, IVFFlat and HNSW, over vectors of 32 and of 16 bits."""

from collections.abc import Sequence
from typing import Literal

import psycopg2

from embed_search.copying import copy_rows
from embed_search.question import Vector, halfvec_text
from scripts.engines.engine import DEPTH, EF_CONSTRUCTION, EF_SEARCH, LISTS, PROBES, Facts, Items, M, Query

Index = Literal["exact", "IVFFlat", "HNSW"]
Type = Literal["vector", "halfvec"]

_INDEXES: dict[Index, str] = {
    "exact": "",
    "IVFFlat": "CREATE INDEX ON {table} USING ivfflat (embedding {type}_ip_ops) WITH (lists = {lists});",
    "HNSW": "CREATE INDEX ON {table} USING hnsw (embedding {type}_ip_ops)"
    " WITH (m = {m}, ef_construction = {ef_construction});",
}
# Iterative scans go on until a filter has let enough pass.
_SESSION = f"""
SET jit = off; SET max_parallel_workers_per_gather = 0; SET maintenance_work_mem = '256MB';
SET max_parallel_maintenance_workers = 0;
SET hnsw.ef_search = {EF_SEARCH}; SET hnsw.iterative_scan = relaxed_order;
SET ivfflat.probes = {PROBES}; SET ivfflat.iterative_scan = relaxed_order;
"""
_TABLE = """
DROP TABLE IF EXISTS {table};
CREATE UNLOGGED TABLE {table} (
    place integer, category text, gender text, embedding {type}({size})
);
ALTER TABLE {table} ALTER COLUMN embedding SET STORAGE PLAIN;
"""
_NEAREST = "SELECT place FROM {table} {where} ORDER BY embedding <#> %(vector)s::{type} LIMIT {depth}"


class Pgvector:
    facts = Facts(
        "any condition, by indexes", "ranked, in the same statement", "yes", "write-ahead log, replicas"
    )

    def __init__(self, items: Items, url: str, index: Index, type_: Type) -> None:
        self.name = f"pgvector {index}, {'fp32' if type_ == 'vector' else 'halfvec'}"
        self._type = type_
        table = f"engine_{index}_{type_}".lower()
        size = items.vectors.shape[1]
        self._connection = psycopg2.connect(url)
        with self._connection.cursor() as cursor:
            cursor.execute(_SESSION + _TABLE.format(table=table, type=type_, size=size))
            rows = zip(items.categories, items.genders, items.vectors, strict=True)
            texts = (
                (str(place), category, gender, self._text(vector))
                for place, (category, gender, vector) in enumerate(rows)
            )
            copy_rows(self._connection, table, texts)
            numbers = {"lists": LISTS, "m": M, "ef_construction": EF_CONSTRUCTION}
            cursor.execute(
                _INDEXES[index].format(table=table, type=type_, **numbers)
                + f"CREATE INDEX ON {table} (category, gender); ANALYZE {table};"
            )
        self._connection.commit()
        self._connection.autocommit = True
        kind = "WHERE category = %(category)s AND gender = %(gender)s"
        self._all = _NEAREST.format(table=table, where="", type=type_, depth=DEPTH)
        self._kind = _NEAREST.format(table=table, where=kind, type=type_, depth=DEPTH)

    def nearest(self, query: Query) -> Sequence[int]:
        return self._places(self._all, query)

    def nearest_of_kind(self, query: Query) -> Sequence[int]:
        return self._places(self._kind, query)

    def _places(self, statement: str, query: Query) -> Sequence[int]:
        named = {"vector": self._text(query.vector), "category": query.category, "gender": query.gender}
        with self._connection.cursor() as cursor:
            cursor.execute(statement, named)
            return [row[0] for row in cursor.fetchall()]

    def _text(self, vector: Vector) -> str:
        if self._type == "halfvec":
            return halfvec_text(vector)
        return f"[{','.join(map(repr, vector.tolist()))}]"
