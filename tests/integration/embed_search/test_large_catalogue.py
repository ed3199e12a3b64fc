"""A catalogue that is large enough for a vector index: here that is one of 4,000 products.

What is asked is compared with what the exact search over the same products gives.
"""

import statistics
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import psycopg2
import pytest
from pgvector import HalfVector

from apparel.contracts import Filters, RetrievalReply, SearchRequest
from embed_search import retrieve
from embed_search.indexing import load_catalogue
from embed_search.large_indexes import INDEX_FROM, ensure_vector_index, ensure_word_index, index_key
from embed_search.migrations import migrate
from embed_search.postgres import Connection, connect, read_sql
from embed_search.product_store import PostgresProductStore
from embed_search.question import Question, filter_parameters
from scripts.scale.questions import kinds_of_questions
from scripts.scale.rows import write_csv
from tests.embed_search_fakes import WordEmbedder

PRODUCTS = 4_000
EXACT_ROWS = 30


class Recording:
    """Gives statements, and remembers which ones."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str) -> str:
        self.names.append(name)
        return read_sql(name)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.csv"
    write_csv(PRODUCTS, path)
    return path


@pytest.fixture(scope="module")
def loader(postgres_url: str, catalogue: Path, embedder: WordEmbedder) -> Iterator[Connection]:
    connection = psycopg2.connect(postgres_url)
    migrate(connection)
    load_catalogue(connection, embedder, catalogue)
    assert not ensure_vector_index(connection, embedder.name)
    assert ensure_vector_index(connection, embedder.name, index_from=PRODUCTS // 2)
    with connection:
        ensure_word_index(connection, PRODUCTS, index_from=PRODUCTS // 2)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def statements() -> Recording:
    return Recording()


@pytest.fixture(scope="module")
def large(postgres_url: str, loader: Connection, statements: Recording) -> PostgresProductStore:
    return PostgresProductStore(_connect(postgres_url), statements, exact_rows=EXACT_ROWS)


@pytest.fixture(scope="module")
def exact(postgres_url: str, loader: Connection) -> PostgresProductStore:
    """Looks at all products that pass the filters."""
    return PostgresProductStore(_connect(postgres_url), exact_rows=PRODUCTS)


def _connect(url: str) -> partial[Connection]:
    return partial(connect, url, timeout_s=5, statement_timeout_ms=20_000)


def _ids(reply: RetrievalReply) -> list[str]:
    return [hit.product.product_id for hit in reply.hits]


def test_a_small_catalogue_has_no_index() -> None:
    assert PRODUCTS < INDEX_FROM


@pytest.mark.parametrize("kind", range(8))
def test_finds_what_the_exact_search_finds(
    kind: int,
    loader: Connection,
    embedder: WordEmbedder,
    large: PostgresProductStore,
    exact: PostgresProductStore,
    statements: Recording,
) -> None:
    asked = kinds_of_questions(loader, 12)[kind]
    statements.names.clear()
    shares = []
    for request in asked.requests:
        found, wanted = (_ids(retrieve.search(request, embedder, store)) for store in (large, exact))
        assert len(found) == len(wanted)
        shares.append(len({*found} & {*wanted}) / max(1, len(wanted)))
    assert statistics.mean(shares) >= 0.95, asked.name
    assert "large/estimate" in statements.names


def test_the_index_is_asked_where_much_passes(
    embedder: WordEmbedder, large: PostgresProductStore, statements: Recording
) -> None:
    statements.names.clear()
    retrieve.search(SearchRequest(text="black cotton shirt"), embedder, large)
    assert "large/nearest_indexed" in statements.names


def test_postgres_reads_the_index_and_joins_product_by_product(
    postgres_url: str, loader: Connection, embedder: WordEmbedder
) -> None:
    parameters = {
        **filter_parameters(Filters(genders=["Men"])),
        "exclude_ids": [],
        "must_match": None,
        "name_match": None,
        "embedding": HalfVector(embedder.embed(["black cotton shirt"])[0]).to_text(),
        "embedder": embedder.name,
        "depth": 100,
    }
    with closing(_connect(postgres_url)()) as connection, connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + read_sql("large/nearest_indexed"), parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"Index Scan using embedding_hnsw_{index_key(embedder.name)} on embedding" in plan
    assert "Index Scan using product_text on product" in plan
    assert "Sort" not in plan


def test_filters_that_keep_one_in_a_hundred_still_fill_the_list(
    loader: Connection, embedder: WordEmbedder, postgres_url: str
) -> None:
    """Also where the index is asked, and the nearest of all are no such products."""
    always_indexed = PostgresProductStore(_connect(postgres_url), exact_rows=0)
    with loader.cursor() as cursor:
        cursor.execute("SELECT brand FROM product GROUP BY brand HAVING count(*) BETWEEN 30 AND 50")
        brands = [brand for (brand,) in cursor.fetchall()]
    assert brands
    for brand in brands[:5]:
        request = SearchRequest(text="black cotton shirt", filters=Filters(brands=[brand]), limit=20)
        hits = retrieve.search(request, embedder, always_indexed).hits
        assert [hit.product.brand for hit in hits] == [brand] * 20


@pytest.mark.parametrize("order", ["price_asc", "price_desc"])
def test_by_price_the_first_are_the_first_of_all(
    order: str, embedder: WordEmbedder, large: PostgresProductStore, exact: PostgresProductStore
) -> None:
    request = SearchRequest.model_validate(
        {"text": "shirt", "filters": {"genders": ["Men"]}, "order": order, "limit": 20}
    )
    found, wanted = (retrieve.search(request, embedder, store).hits for store in (large, exact))
    assert [hit.product.price for hit in found] == [hit.product.price for hit in wanted]


def test_what_mentions_a_rare_word_comes_first(
    loader: Connection, embedder: WordEmbedder, large: PostgresProductStore
) -> None:
    with loader.cursor() as cursor:
        cursor.execute("SELECT word FROM word WHERE products BETWEEN 5 AND 9 ORDER BY word LIMIT 10")
        words = [word for (word,) in cursor.fetchall()]
    for word in words:
        request = SearchRequest(text=f"something {word}", preferred_words=[word], limit=5)
        texts = [
            f"{hit.product.name} {hit.product.description}".lower()
            for hit in retrieve.search(request, embedder, large).hits
        ]
        assert all(word in text.replace("-", "") for text in texts), (word, texts)


@pytest.mark.parametrize(
    "text",
    [
        "navy padded flats for men",
        "blue women shirt with three quarter sleeves of soft cotton for the office and some long day",
        "printed kurta",
        "jeans",
    ],
)
def test_what_the_words_say_best_is_found_wherever_its_vector_lies(
    text: str, embedder: WordEmbedder, large: PostgresProductStore, exact: PostgresProductStore
) -> None:
    """Also where as many names hold as many words, and where they are more than can be combined."""
    elsewhere = Question(embedding=embedder.embed(["a leather belt"])[0], filters=Filters(), limit=10)
    lexemes = large.understand(text.split()).lexemes
    asked = replace(elsewhere, lexemes=lexemes)
    found, wanted = ({hit.product.product_id for hit in store.find(asked).hits} for store in (large, exact))
    assert len(found & wanted) >= 9


def test_a_name_is_looked_up_by_an_index_of_its_own(loader: Connection) -> None:
    """Words of the description have no positions, and would pass whatever weight is asked for."""
    parameters = {
        **filter_parameters(Filters()),
        "exclude_ids": [],
        "must_match": None,
        "name_match": "'padded'",
        "words": "'padded'",
        "embedding": HalfVector([1.0] * 768).to_text(),
        "depth": 10,
    }
    with loader, loader.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + read_sql("large/matching"), parameters)
        assert "product_name_words" in "\n".join(line for (line,) in cursor.fetchall())


def test_an_outfit_takes_turns_between_its_categories(
    embedder: WordEmbedder, large: PostgresProductStore
) -> None:
    categories = ["shirt", "jeans", "belt"]
    request = SearchRequest(
        text="for a party", filters=Filters(categories=categories, genders=["Men"]), spread=True, limit=6
    )
    hits = retrieve.search(request, embedder, large).hits
    assert [hit.product.category for hit in hits] == categories * 2


def test_whoever_asks_how_many_is_told_how_many(
    embedder: WordEmbedder, large: PostgresProductStore, exact: PostgresProductStore
) -> None:
    filters = Filters(genders=["Men"], max_price=Decimal(1_500))
    asked = SearchRequest(text="shirt", filters=filters, count=True)
    told, true = (retrieve.search(asked, embedder, store).total for store in (large, exact))
    assert told == true > 400
    assert 0 < retrieve.search(asked.model_copy(update={"count": False}), embedder, large).total <= true


def test_what_was_shown_is_left_out(embedder: WordEmbedder, large: PostgresProductStore) -> None:
    first = SearchRequest(text="blue jeans", filters=Filters(genders=["Men"]), limit=20)
    shown = _ids(retrieve.search(first, embedder, large))
    again = first.model_copy(update={"exclude_ids": shown})
    assert not {*shown} & {*_ids(retrieve.search(again, embedder, large))}


def test_a_new_model_has_an_index_of_its_own_beside_the_old_one(
    loader: Connection, embedder: WordEmbedder
) -> None:
    """The old one stays as long as its vectors are published."""
    with loader, loader.cursor() as cursor:
        cursor.execute(
            "INSERT INTO embedding (embedder, text_hash, vector) "
            "SELECT 'new model', text_hash, vector FROM embedding WHERE embedder = %s",
            (embedder.name,),
        )
    assert ensure_vector_index(loader, "new model", index_from=PRODUCTS // 2)
    assert _indexes(loader) == {index_key(embedder.name), index_key("new model")}
    assert not ensure_vector_index(loader, embedder.name, index_from=PRODUCTS // 2)
    assert _indexes(loader) == {index_key(embedder.name)}


def test_a_catalogue_that_became_small_has_no_index_any_more(
    postgres_url: str, embedder: WordEmbedder, loader: Connection, exact: PostgresProductStore
) -> None:
    assert not ensure_vector_index(loader, embedder.name)
    assert _indexes(loader) == set()
    request = SearchRequest(text="blue jeans", limit=20)
    fresh = PostgresProductStore(_connect(postgres_url), exact_rows=EXACT_ROWS)
    assert _ids(retrieve.search(request, embedder, fresh)) == _ids(retrieve.search(request, embedder, exact))


def _indexes(connection: Connection) -> set[str]:
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'embedding_hnsw_%'")
        return {name.removeprefix("embedding_hnsw_") for (name,) in cursor.fetchall()}
