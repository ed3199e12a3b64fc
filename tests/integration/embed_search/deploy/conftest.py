"""What the deploy's functions meet on AWS, on loopback."""

from collections.abc import Iterator
from contextlib import closing

import boto3
import psycopg2
import pytest
from moto.server import ThreadedMotoServer
from psycopg2 import errors

from tests.cloudformation import CloudFormation, cloudformation
from tests.fake_data_api import FakeDataApi, fake_data_api
from tests.integration.embed_search.databases import empty_database

BUCKET = "assets"
USERS = ("embed_search", "load_catalogue")


@pytest.fixture
def end() -> Iterator[CloudFormation]:
    with cloudformation() as end:
        yield end


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that nothing real belongs to."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.fixture
def s3(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its URL; it has an empty bucket `assets`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield url
    # All servers of a process share moto's memory.
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)
    boto3.client("s3", endpoint_url=url).close()
    server.stop()


@pytest.fixture
def database(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database. As on RDS there is a role `rds_iam`; our users are gone afterwards."""
    with empty_database(postgres_server) as url:
        execute(postgres_server, "CREATE ROLE rds_iam")
        try:
            yield url
        finally:
            for user in USERS:
                with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
                    try:
                        cursor.execute(f"DROP OWNED BY {user}")
                        cursor.execute(f"DROP ROLE {user}")
                    except errors.UndefinedObject:
                        connection.rollback()
            execute(postgres_server, "DROP ROLE rds_iam")


@pytest.fixture
def data_api(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDataApi]:
    with fake_data_api(database) as api:
        monkeypatch.setenv("AWS_ENDPOINT_URL_RDS_DATA", api.url)
        yield api


def execute(url: str, statement: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
