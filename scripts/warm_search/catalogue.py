"""The catalogue that warm searches are measured on, kept in `.local/search`: a repeat embeds nothing."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from orchestrator.understanding.lexicon import Lexicon, build_lexicon
from scripts import results
from scripts.load_catalogue import load
from scripts.local.postgres import running_postgres
from scripts.model.build_bundle import ensure_bundle

REAL = results.ROOT / ".." / "shared" / "data" / "myntra_products_catalog.csv"
SAMPLE = results.ROOT / "data" / "sample_catalogue.csv"


@dataclass(frozen=True)
class Catalogue:
    url: str
    """Of the database, a libpq URL."""
    bundle: Path
    products: int
    name: str
    """For people: the file, and that it is only the sample where it is."""

    def store(self) -> PostgresProductStore:
        """As the Lambda has it."""
        return PostgresProductStore(lambda: connect(self.url, timeout_s=5, statement_timeout_ms=20_000))

    def lexicon(self) -> Lexicon:
        return build_lexicon(self.store().facets())


@contextmanager
def measured_catalogue() -> Iterator[Catalogue]:
    """The file that CATALOGUE names, or the Myntra data set, or, where that is not there, the sample."""
    file = Path(os.environ.get("CATALOGUE") or (REAL if REAL.is_file() else SAMPLE))
    note = " (the sample: the Myntra data set is not here)" if file == SAMPLE else ""
    bundle = ensure_bundle()
    print(f"Loading {file.name}{note}; what is not embedded yet takes some 10 ms a product ...", flush=True)
    # All of a table in memory, also one that is larger than the default would keep.
    with running_postgres(results.ROOT / ".local" / "search", ("shared_buffers=1GB",)) as url:
        report = load(file, url, bundle)
        with closing(psycopg2.connect(url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE) product, embedding, word")
        yield Catalogue(url, bundle, report.loaded, f"{file.name}{note}")
