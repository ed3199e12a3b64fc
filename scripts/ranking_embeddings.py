"""The catalogue with other embeddings, for `make bench-ranking`."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import psycopg2
from tqdm import tqdm

from apparel.classification import classify
from embed_search.catalogue_row import CatalogueRow
from embed_search.copying import copy_embeddings
from embed_search.embedder import Embedder
from embed_search.postgres import Connection

BATCH = 512
DESCRIPTION_BEGINNING = 80
"""Characters; longer texts take minutes to embed, and what follows is washing and shipping."""


def longer_text(row: CatalogueRow) -> str:
    facts = classify(row.name, row.brand, row.description, row.color)
    return f"{row.name}. {row.description[:DESCRIPTION_BEGINNING]} {', '.join(facts.attributes)}"


@contextmanager
def with_embeddings(
    url: str, texts: Mapping[str, str], name: str, embedder: Embedder
) -> Iterator[Connection]:
    """A connection that sees the same products with the embeddings of these texts (by product id): in a
    temporary table, which hides the real one. They are kept among those of the catalogue, under `name`."""
    hashes = {text: hashlib.sha256(text.encode()).digest() for text in texts.values()}
    options = "-c jit=off -c work_mem=16MB -c temp_buffers=128MB"
    with closing(psycopg2.connect(url, options=options)) as connection:
        _embed_missing(connection, name, hashes, embedder)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE other_text (product_id text, text_hash bytea)")
            cursor.executemany(
                "INSERT INTO other_text VALUES (%s, %s)", [(key, hashes[text]) for key, text in texts.items()]
            )
            cursor.execute("CREATE TEMP TABLE copied (LIKE product INCLUDING ALL EXCLUDING GENERATED)")
            cursor.execute("ALTER TABLE copied SET (toast_tuple_target = 4080)")
            cursor.execute("INSERT INTO copied SELECT * FROM product")
            cursor.execute(
                "UPDATE copied SET embedding = vector FROM other_text JOIN embedding USING (text_hash)"
                " WHERE other_text.product_id = copied.product_id AND embedder = %s",
                (name,),
            )
            cursor.execute("ALTER TABLE copied RENAME TO product")
        connection.set_session(autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FULL, ANALYZE) pg_temp.product")
        yield connection


def _embed_missing(
    connection: Connection, name: str, hashes: Mapping[str, bytes], embedder: Embedder
) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT text_hash FROM embedding WHERE embedder = %s", (name,))
        known = {bytes(text_hash) for (text_hash,) in cursor.fetchall()}
    missing = sorted((text for text in hashes if hashes[text] not in known), key=len)
    for start in tqdm(range(0, len(missing), BATCH), desc=f"embedding {name}", delay=0.5):
        batch = missing[start : start + BATCH]
        vectors = embedder.embed(batch)
        with connection:
            copy_embeddings(connection, name, [hashes[text] for text in batch], vectors)
