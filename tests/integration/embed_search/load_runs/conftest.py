"""The state machine of a load with the steps that run on AWS, over a real database; S3 is moto's."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import pytest
from psycopg2.extensions import parse_dsn

from embed_search.catalogue_bucket import REPORT_SUFFIX, CatalogueBucket
from embed_search.load_steps import LoadSteps
from embed_search.migrations import migrate
from infra.constructs.load_definition import LoadLimits, definition
from tests.embed_search_fakes import WordEmbedder, write_catalogue
from tests.integration.embed_search.databases import empty_database
from tests.state_machine import FUNCTION, Execution, Machine, state_machine

BUCKET = "shop-catalogue"
POLICY = LoadLimits(concurrency=3, min_percent=80, max_deleted_percent=20, step_seconds=900)

Before = Callable[[dict[str, Any]], None]
"""Called with an event before its step runs; what it raises, the step raises."""


def no_fault(_event: dict[str, Any]) -> None:
    """Nothing goes wrong."""


@dataclass
class Shop:
    """`before` is called before each step."""

    database: str
    machine: Machine
    embedder: WordEmbedder
    folder: Path
    run_step: Callable[[dict[str, Any]], dict[str, Any]]
    connect_to: str
    before: Before = no_fault
    events: list[dict[str, Any]] = field(default_factory=list)

    def put(self, rows: list[tuple[str, ...]], key: str = "shop.csv") -> str | None:
        return self.put_bytes(write_catalogue(self.folder / "shop.csv", rows).read_bytes(), key)

    def put_bytes(self, content: bytes, key: str) -> str | None:
        """The version, of a bucket that keeps them."""
        put = boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
        version: str | None = put.get("VersionId")
        return version

    def load(self, run: str = "run-1", key: str = "shop.csv", **more: object) -> Execution:
        """What EventBridge starts when the file was put."""
        return self.machine.run(run, created(key, **more))

    def report(self, key: str = "shop.csv") -> dict[str, Any]:
        found: dict[str, Any] = self.written(key + REPORT_SUFFIX)
        return found

    def written(self, key: str) -> Any:
        return json.loads(boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def names(self) -> list[str]:
        return [str(name) for (name,) in self.ask("SELECT name FROM product ORDER BY product_id")]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.database)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def tried(self) -> Counter[str]:
        """How often each step ran."""
        return Counter(event["step"] for event in self.events)


def created(key: str, **more: object) -> dict[str, Any]:
    """The `detail` of "Object Created": https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    return {"bucket": {"name": BUCKET}, "object": {"key": key, "size": 1}, "reason": "PutObject", **more}


@pytest.fixture(scope="session")
def migrated(postgres_server: str) -> Iterator[str]:
    """The name of a database that others are copied from."""
    with empty_database(postgres_server) as url:
        with closing(psycopg2.connect(url)) as connection:
            migrate(connection)
        yield str(parse_dsn(url)["dbname"])


@pytest.fixture
def shop(
    postgres_server: str, migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """Without a catalogue; a part of a file has 10 rows, as has a batch of what is to be embedded. A report
    has 30 refused rows."""
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    embedder = WordEmbedder()

    def function(event: dict[str, Any]) -> dict[str, Any]:
        made.events.append(event)
        made.before(event)
        return made.run_step(event)

    with (
        empty_database(postgres_server, template=migrated) as url,
        state_machine(filled_in(), function) as machine,
    ):
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        steps = LoadSteps(
            CatalogueBucket(client),
            lambda: psycopg2.connect(made.connect_to),
            embedder,
            part_rows=10,
            positions=10,
            reported_rows=30,
        )
        made = Shop(url, machine, embedder, tmp_path, run_step=steps.run, connect_to=url)
        yield made


def filled_in() -> str:
    """The definition as CloudFormation fills it in."""
    text = json.dumps(definition(POLICY))
    for name, value in (("LoadFunction", FUNCTION), ("CatalogueBucket", BUCKET), ("Partition", "aws")):
        text = text.replace(f"${{{name}}}", value)
    return text
