"""The catalogue of a deploy: what a shop begins with, until it has loaded one of its own."""

import tempfile
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

from embed_search.column_mapping import MYNTRA_EXPORT
from embed_search.document import RECIPE_VERSION
from embed_search.embedder import Embedder
from embed_search.errors import CatalogueFileError
from embed_search.indexing import load_catalogue, version_of
from embed_search.missing import index_missing
from embed_search.postgres import Connection
from embed_search.publishing import LoadReport, publish
from embed_search.set_aside import stage_all_again
from embed_search.staging import LoadPolicy, open_load, prepare

SOURCE = "deploy"

# Who deploys another catalogue wants it.
_AS_IT_IS = LoadPolicy(force=True)


def load_deployed(
    connection: Connection, embedder: Embedder, s3: Any, file: Mapping[str, str] | None
) -> LoadReport | None:
    """Loads the deploy's file (Bucket, Key, Sha256) where there is no catalogue yet, or one from a deploy.

    Any other catalogue stays, and is embedded anew where this deploy brings another model. None: nothing had
    to be done. Raises CatalogueFileError (also where the file's hash is another one), LoadInterrupted,
    psycopg2.Error and botocore's errors.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, version, embedder, recipe FROM catalogue_load ORDER BY load_id DESC LIMIT 1"
        )
        newest = cursor.fetchone()
    if file and (newest is None or newest[0] == SOURCE):
        return _load(connection, embedder, s3, file)
    if newest is None or newest[2:] == (embedder.name, RECIPE_VERSION):
        return None
    return _embed_anew(connection, embedder, source=newest[0], version=newest[1])


def _load(connection: Connection, embedder: Embedder, s3: Any, file: Mapping[str, str]) -> LoadReport:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file["Key"]).name
        s3.download_file(file["Bucket"], file["Key"], str(path))
        with path.open("rb") as downloaded:
            sha256 = file_digest(downloaded, "sha256").hexdigest()
        if sha256 != file["Sha256"]:
            raise CatalogueFileError("The catalogue is not the one that was deployed: its hash differs.")
        return load_catalogue(connection, embedder, path, policy=_AS_IT_IS, source=SOURCE)


def _embed_anew(connection: Connection, embedder: Embedder, *, source: str, version: str) -> LoadReport:
    """The same products by another model: the old vectors serve until the new ones are all there."""
    new_version = version_of(version, embedder.name, MYNTRA_EXPORT)
    load_id = open_load(connection, new_version, embedder.name, source)
    stage_all_again(connection, load_id)
    prepare(connection, load_id, _AS_IT_IS)
    index_missing(connection, embedder, load_id)
    return publish(connection, load_id, _AS_IT_IS)
