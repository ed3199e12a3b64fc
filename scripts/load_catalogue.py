"""Loads a catalogue file into the database.

    python -m scripts.load_catalogue FILE [--bundle FOLDER]

DATABASE_URL says where to, MODEL_BUNDLE (or --bundle) which model embeds. The database is migrated first.
"""

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
from tqdm import tqdm

from embed_search.bundle import BundleError
from embed_search.embedder import OnnxEmbedder
from embed_search.errors import EmbedSearchError
from embed_search.indexing import LoadReport, load_catalogue
from embed_search.migrations import migrate

SHOWN_REFUSALS = 10


def load(csv_path: Path, database_url: str, bundle: Path) -> LoadReport:
    """Migrates the database, loads the file and returns what changed; embeds in full precision.

    Shows a progress bar on standard error while it embeds. Raises CatalogueFileError, MigrationError and
    psycopg2.Error.
    """
    embedder = OnnxEmbedder(bundle, precision="fp32")
    with (
        closing(psycopg2.connect(database_url, application_name="load_catalogue")) as connection,
        tqdm(desc="embedding", unit=" texts", delay=0.5) as bar,
    ):
        migrate(connection)

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return load_catalogue(connection, embedder, csv_path, show)


def describe(report: LoadReport) -> str:
    """The report for a person."""
    lines = [
        f"{report.loaded} products in the catalogue: {report.inserted} new, {report.updated} changed, "
        f"{report.unchanged} as before; {report.deleted} deleted.",
        f"{report.embedded} texts embedded, {len(report.refused)} rows refused, {report.seconds:.1f} s.",
    ]
    lines += [f"  line {row.line}: {row.reason}" for row in report.refused[:SHOWN_REFUSALS]]
    if len(report.refused) > SHOWN_REFUSALS:
        lines.append(f"  and {len(report.refused) - SHOWN_REFUSALS} more")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Load a catalogue file into the database.")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV in the columns of the Myntra data set")
    parser.add_argument("--bundle", type=Path, default=os.environ.get("MODEL_BUNDLE"), help="or MODEL_BUNDLE")
    arguments = parser.parse_args()
    database_url = os.environ.get("DATABASE_URL")
    if not database_url:
        parser.error("set DATABASE_URL, such as postgresql://user:password@host:5432/database")
    if not arguments.bundle:
        parser.error("give --bundle, or set MODEL_BUNDLE to the folder of the model bundle")
    try:
        print(describe(load(arguments.file, database_url, Path(arguments.bundle))))
    except (EmbedSearchError, BundleError, psycopg2.Error) as error:
        sys.exit(f"Nothing was changed. {error}")


if __name__ == "__main__":
    main()
