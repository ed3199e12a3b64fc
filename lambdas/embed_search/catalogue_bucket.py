"""Catalogue files in S3: fetched, loaded, and reported on beside the file."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from embed_search.embedder import Embedder
from embed_search.errors import CatalogueFileError
from embed_search.indexing import LoadReport, load_catalogue
from embed_search.postgres import Connection

REPORT_SUFFIX = ".report.json"
MAX_BYTES = 400_000_000
"""What fits into Lambda's /tmp; some two million products."""


class CatalogueBucket:
    """`s3` is boto3's client. Files of any bucket that it may read."""

    def __init__(self, s3: Any, connect: Callable[[], Connection], embedder: Embedder) -> None:
        self._s3 = s3
        self._connect = connect
        self._embedder = embedder

    def load(self, bucket: str, key: str, sha256: str | None = None) -> LoadReport:
        """Makes the catalogue what the file says.

        Raises CatalogueFileError (also where the file's hash is not `sha256`), psycopg2.Error, and botocore's
        errors.
        """
        size = self._s3.head_object(Bucket=bucket, Key=key)["ContentLength"]
        if size > MAX_BYTES:
            raise CatalogueFileError(
                f"The catalogue has {size / 1e6:.0f} MB, and at most {MAX_BYTES / 1e6:.0f} can be loaded."
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "catalogue.csv"
            self._s3.download_file(bucket, key, str(path))
            if sha256 and _sha256(path) != sha256:
                raise CatalogueFileError("The catalogue is not the one that was deployed: its hash differs.")
            with closing(self._connect()) as connection:
                return load_catalogue(connection, self._embedder, path)

    def load_and_report(self, bucket: str, key: str) -> LoadReport:
        """The same, and writes the report to `<key>.report.json`; also why a file can't be loaded."""
        try:
            report = self.load(bucket, key)
        except CatalogueFileError as error:
            self._put_report(bucket, key, {"error": str(error)})
            raise
        self._put_report(bucket, key, asdict(report))
        return report

    def _put_report(self, bucket: str, key: str, report: dict[str, Any]) -> None:
        body = json.dumps(report, indent=2).encode()
        self._s3.put_object(Bucket=bucket, Key=key + REPORT_SUFFIX, Body=body, ContentType="application/json")


def figures(report: LoadReport) -> dict[str, int | float | str]:
    """The report without what stood in the file: fit for logs."""
    rows = asdict(report)
    return {**rows, "refused": len(report.refused)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
