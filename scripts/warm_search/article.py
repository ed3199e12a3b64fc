"""The article's way to search, warm: sentence-transformers on torch, then a sequential scan by L2 distance.

The table holds the same products with their vectors as `vector(768)`, stored as pgvector stores them unless
it is told otherwise: beside the row. There is no index. What the shopper said is embedded as it is. Measured
by itself, and not part of the whole: the same scan with vectors in the row, and a connection for each call,
which here is a Unix socket, and on AWS TLS and a login.
"""

import json
import time
from contextlib import closing

import psycopg2
import torch

from embed_search.question import Vector
from embed_search.torch_embedder import TorchEmbedder
from scripts.model.fetch import ensure_model
from scripts.model.release import MPNET
from scripts.warm_search.asked import Asked
from scripts.warm_search.catalogue import Catalogue
from scripts.warm_search.ours import Seconds

_TABLES = """
DROP TABLE IF EXISTS article, article_in_row;
CREATE UNLOGGED TABLE article AS
SELECT product_id, name, brand, gender, price, color, description, embedding::vector(768) AS embedding
FROM product;
CREATE UNLOGGED TABLE article_in_row (LIKE article);
ALTER TABLE article_in_row ALTER COLUMN embedding SET STORAGE PLAIN;
INSERT INTO article_in_row SELECT * FROM article;
ANALYZE article;
ANALYZE article_in_row;
"""
_NEAREST = """
SELECT product_id, name, brand, gender, price, color, description FROM {table}
ORDER BY embedding <-> %s::vector LIMIT 5
"""


class Article:
    def __init__(self, catalogue: Catalogue) -> None:
        self._url = catalogue.url
        self._embedder = TorchEmbedder(ensure_model(), MPNET.revision)
        self._connection = psycopg2.connect(catalogue.url)
        self._connection.autocommit = True
        with self._connection.cursor() as cursor:
            cursor.execute(_TABLES)

    def search(self, asked: Asked, threads: int) -> Seconds:
        """The seconds of one search: `whole`, and of it `embed` and `sql`; beside it `sql_in_row` and
        `connect`."""
        torch.set_num_threads(threads)
        began = time.perf_counter()
        embedding = self._embedder.embed([asked.text])[0]
        embedded = time.perf_counter()
        self._nearest("article", embedding)
        found = time.perf_counter()
        self._nearest("article_in_row", embedding)
        found_in_row = time.perf_counter()
        with closing(psycopg2.connect(self._url)):
            connected = time.perf_counter()
        return {
            "embed": embedded - began,
            "sql": found - embedded,
            "whole": found - began,
            "sql_in_row": found_in_row - found,
            "connect": connected - found_in_row,
        }

    def _nearest(self, table: str, embedding: Vector) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(_NEAREST.format(table=table), [json.dumps(embedding.tolist())])
            cursor.fetchall()
