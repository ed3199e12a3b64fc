"""Loads a catalogue file into the database.

    python -m scripts.load_catalogue FILE [--bundle FOLDER] [--columns FILE] [--force]

DATABASE_URL says where to, MODEL_BUNDLE (or --bundle) which model embeds. The database is migrated first.
docs/CATALOGUE.md says what a file may be, and what is refused.
"""

import argparse
import csv
import itertools
import os
import signal
import sys
from contextlib import closing
from pathlib import Path

import psycopg2

from embed_search.bundle import BundleError
from embed_search.column_mapping import MYNTRA_EXPORT, ColumnMapping, read_mapping
from embed_search.embedder import OnnxEmbedder
from embed_search.errors import CatalogueFileError, EmbedSearchError
from embed_search.indexing import load_catalogue
from embed_search.migrations import migrate
from embed_search.postgres import Connection
from embed_search.publishing import LoadReport, refused_rows
from embed_search.staging import CAREFUL, LoadPolicy
from scripts.load_progress import shown_progress
from scripts.results import ROOT

SHOWN_REFUSALS = 10
REFUSED_ROWS = ROOT / "build" / "refused_rows.csv"

FORCED = LoadPolicy(force=True)
"""For a script whose own database holds whatever it has loaded last."""


class RefusedRowsUnwritten(Exception):
    """The catalogue is loaded, and only the report of its refused rows is missing."""

    def __init__(self, report: LoadReport, path: Path, error: OSError) -> None:
        super().__init__(
            f"The refused rows could not be written to {path}: {error.strerror}. The catalogue is loaded; "
            "load the file again, which takes no time, to have them written."
        )
        self.report = report


def load(
    path: Path,
    database_url: str,
    bundle: Path,
    *,
    mapping: ColumnMapping = MYNTRA_EXPORT,
    policy: LoadPolicy = FORCED,
    refused_to: Path | None = None,
) -> LoadReport:
    """Migrates the database, loads the file and returns what changed.

    Shows on standard error how far each step is and how long it will take. Writes every refused row to
    `refused_to`, also where the file is refused as a whole; where none was refused there is no such file
    afterwards. Raises CatalogueFileError, LoadInterrupted, MigrationError, psycopg2.Error and OSError, which
    all mean that nothing was changed, and RefusedRowsUnwritten.
    """
    embedder = OnnxEmbedder(bundle)
    with closing(psycopg2.connect(database_url, application_name="load_catalogue")) as connection:
        migrate(connection)
        try:
            with shown_progress() as progress:
                report = load_catalogue(connection, embedder, path, progress, mapping=mapping, policy=policy)
        except CatalogueFileError as error:
            if refused_to and error.load_id is not None:
                _write_refused(refused_to, connection, error.load_id)
            raise
        if refused_to:
            try:
                _write_refused(refused_to, connection, report.load_id)
            except OSError as error:
                raise RefusedRowsUnwritten(report, refused_to, error) from error
        return report


def _write_refused(path: Path, connection: Connection, load_id: int) -> None:
    """A CSV of line and reason. Raises OSError."""
    path.unlink(missing_ok=True)
    with closing(refused_rows(connection, load_id)) as rows:
        first = next(rows, None)
        if first is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["line", "reason"])
            writer.writerows((row.line, row.reason) for row in itertools.chain([first], rows))


def describe(report: LoadReport) -> str:
    """The report for a person."""
    spent = {
        "reading": report.reading_seconds,
        "describing": report.describing_seconds,
        "embedding": report.embedding_seconds,
        "the database": report.database_seconds,
        "its vector index": report.vector_index_seconds,
    }
    shares = ", ".join(f"{part} {seconds:.1f}" for part, seconds in spent.items())
    return (
        f"{report.loaded} products in the catalogue: {report.inserted} new, {report.updated} changed, "
        f"{report.unchanged} as before; {report.deleted} deleted.\n"
        f"{report.embedded} texts embedded, {report.refused} rows refused, {report.seconds:.1f} s ({shares})."
    )


def describe_refused(path: Path) -> str:
    """The first refused rows, and where the others are; nothing where none was refused."""
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(itertools.islice(csv.DictReader(file), SHOWN_REFUSALS))
    shown = [f"  line {row['line']}: {row['reason']}" for row in rows]
    return "\n".join([*shown, f"  All refused rows: {path}"])


def _mapping(path: Path | None) -> ColumnMapping:
    """Raises CatalogueFileError."""
    try:
        return read_mapping(path.read_text("utf-8")) if path else MYNTRA_EXPORT
    except OSError as error:
        raise CatalogueFileError(f"The column mapping {path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CatalogueFileError(f"The column mapping {path} is not UTF-8.") from error


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to 1, such as 0.2 for 20 %")
    return share


def main() -> None:
    # Ctrl-C ends it at once, also while Postgres or the model is at work, and without a traceback: a load
    # may be killed anywhere.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parser = argparse.ArgumentParser(description="Load a catalogue file into the database.")
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, or JSON lines (.jsonl, .ndjson)")
    parser.add_argument("--bundle", type=Path, default=os.environ.get("MODEL_BUNDLE"), help="or MODEL_BUNDLE")
    parser.add_argument("--columns", type=Path, help="a TOML file that says which column is what")
    parser.add_argument("--force", action="store_true", help="publish whatever is deleted or refused")
    parser.add_argument(
        "--max-deleted-share",
        type=_share,
        default=CAREFUL.max_deleted_share,
        help="of the catalogue's products; refuse to delete more (%(default)s)",
    )
    parser.add_argument(
        "--min-good-share",
        type=_share,
        default=CAREFUL.min_good_share,
        help="of the file's rows; refuse to load with fewer good ones (%(default)s)",
    )
    parser.add_argument("--refused", type=Path, default=REFUSED_ROWS, help="where refused rows go")
    arguments = parser.parse_args()
    database_url = os.environ.get("DATABASE_URL")
    if not database_url:
        parser.error("set DATABASE_URL, such as postgresql://user:password@host:5432/database")
    if not arguments.bundle:
        parser.error("give --bundle, or set MODEL_BUNDLE to the folder of the model bundle")
    try:
        report = load(
            arguments.file,
            database_url,
            Path(arguments.bundle),
            mapping=_mapping(arguments.columns),
            policy=LoadPolicy(arguments.max_deleted_share, arguments.min_good_share, arguments.force),
            refused_to=arguments.refused,
        )
    except CatalogueFileError as error:
        told = describe_refused(arguments.refused) if error.load_id is not None else ""
        sys.exit(f"Nothing was changed. {error}\n{told}".rstrip())
    except (EmbedSearchError, BundleError, psycopg2.Error, OSError) as error:
        sys.exit(f"Nothing was changed. {error}")
    except RefusedRowsUnwritten as error:
        print(describe(error.report))
        sys.exit(str(error))
    print(f"{describe(report)}\n{describe_refused(arguments.refused)}".rstrip())


if __name__ == "__main__":
    main()
