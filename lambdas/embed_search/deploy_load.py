"""The catalogue of a deploy: what a shop begins with, until it has loaded one of its own."""

import tempfile
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
    s3: Any, bucket: str, key: str, sha256: str, connection: Connection, embedder: Embedder
) -> LoadReport | None:
    """Loads the deploy's file where there is no catalogue yet, or the one there came from a deploy.

    Any other one stays, and is embedded anew where this deploy brings another model; None where nothing had
    to be done. Raises CatalogueFileError (also where the file's hash is not `sha256`), LoadInterrupted,
    psycopg2.Error and botocore's errors.
    """
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT source, version, embedder, recipe FROM catalogue_load ORDER BY load_id DESC LIMIT 1"
        )
        newest = cursor.fetchone()
    if newest is None or newest[0] == SOURCE:
        return _load(s3, bucket, key, sha256, connection, embedder)
    source, version, *made_by = newest
    if made_by == [embedder.name, RECIPE_VERSION]:
        return None
    return _embed_anew(connection, embedder, version, source)


def _load(
    s3: Any, bucket: str, key: str, sha256: str, connection: Connection, embedder: Embedder
) -> LoadReport:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(key).name
        s3.download_file(bucket, key, str(path))
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != sha256:
                raise CatalogueFileError("The catalogue is not the one that was deployed: its hash differs.")
        return load_catalogue(connection, embedder, path, policy=_AS_IT_IS, source=SOURCE)


def _embed_anew(connection: Connection, embedder: Embedder, version: str, source: str) -> LoadReport:
    """The same products by another model: the old vectors serve until the new ones are all there."""
    load_id = open_load(connection, version_of(version, embedder.name, MYNTRA_EXPORT), embedder.name, source)
    stage_all_again(connection, load_id)
    prepare(connection, load_id, _AS_IT_IS)
    index_missing(connection, embedder, load_id)
    return publish(connection, load_id, _AS_IT_IS)
