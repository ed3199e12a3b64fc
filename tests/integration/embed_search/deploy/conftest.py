"""What the deploy's functions meet on AWS, on loopback."""

from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.cloudformation import CloudFormation, cloudformation
from tests.fake_data_api import FakeDataApi, fake_data_api
from tests.integration.embed_search.databases import rds_like_database

BUCKET = "assets"


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
    """The URL of an empty database like one of RDS."""
    with rds_like_database(postgres_server) as url:
        yield url


@pytest.fixture
def data_api(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDataApi]:
    with fake_data_api(database) as api:
        monkeypatch.setenv("AWS_ENDPOINT_URL_RDS_DATA", api.url)
        yield api
