"""Catalogue files are loaded when they are put into the bucket, and during a deploy. With the real model."""

import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import pytest

from embed_search import load_handler
from embed_search.catalogue_bucket import REPORT_SUFFIX
from embed_search.errors import CatalogueFileError
from embed_search.load_handler import handler
from embed_search.migrations import migrate
from tests.cloudformation import CloudFormation, FunctionContext
from tests.embed_search_fakes import row, write_catalogue
from tests.integration.embed_search.deploy.conftest import BUCKET

GOOD = [row(1, "Blue Shirt", description="confidential cotton"), row(2, "Red Saree", "Women")]
BAD = row(3, "confidential Kurta", "Nobody")


@pytest.fixture(autouse=True)
def environment(s3: str, database: str, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(psycopg2.connect(database)) as connection:
        migrate(connection)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("MODEL_BUNDLE", str(bundle))
    load_handler._bucket.cache_clear()


def put(tmp_path: Path, key: str, rows: list[tuple[str, ...]]) -> str:
    """The file's SHA-256."""
    content = write_catalogue(tmp_path / "shop.csv", rows).read_bytes()
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
    return hashlib.sha256(content).hexdigest()


def created(key: str) -> dict[str, Any]:
    """What EventBridge sends: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    return {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {"bucket": {"name": BUCKET}, "object": {"key": key, "size": 1}, "reason": "PutObject"},
    }


def objects() -> dict[str, Any]:
    """The reports, by key."""
    client = boto3.client("s3")
    keys = [item["Key"] for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return {
        key: json.loads(client.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        for key in keys
        if key.endswith(REPORT_SUFFIX)
    }


def products(url: str) -> list[str]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT name FROM product ORDER BY product_id")
        return [name for (name,) in cursor.fetchall()]


def test_new_file_is_loaded_and_reported_on(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "spring sale/shop ü.csv", [*GOOD, BAD])
    handler(created("spring sale/shop ü.csv"), FunctionContext())
    assert products(database) == ["Blue Shirt", "Red Saree"]
    (report,) = objects().values()
    assert (report["loaded"], report["inserted"], report["embedded"]) == (2, 2, 2)
    assert [refused["line"] for refused in report["refused"]] == [4]
    assert "Gender is 'Nobody'" in report["refused"][0]["reason"]
    assert "confidential" not in capsys.readouterr().out


def test_report_of_ours_is_no_catalogue(database: str) -> None:
    handler(created(f"shop.csv{REPORT_SUFFIX}"), FunctionContext())
    assert products(database) == []
    assert objects() == {}


def test_unusable_file_is_reported_and_raised_so_that_it_becomes_a_dead_letter(
    database: str, tmp_path: Path
) -> None:
    put(tmp_path, "bad.csv", [BAD])
    with pytest.raises(CatalogueFileError, match="no row that can be loaded"):
        handler(created("bad.csv"), FunctionContext())
    assert "no row that can be loaded" in objects()[f"bad.csv{REPORT_SUFFIX}"]["error"]


def test_lost_database_is_raised_so_that_lambda_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "shop.csv", GOOD)
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres@/postgres?host=/nowhere")
    with pytest.raises(psycopg2.OperationalError):
        handler(created("shop.csv"), FunctionContext())
    assert objects() == {}, "trying again may help: this is no fault of the file"


def test_deploy_loads_its_file(end: CloudFormation, database: str, tmp_path: Path) -> None:
    sha256 = put(tmp_path, "asset.csv", [*GOOD, BAD])
    event = end.request("Create", {"Bucket": BUCKET, "Key": "asset.csv", "Sha256": sha256, "SchemaHash": "1"})
    handler(event, FunctionContext())
    assert (end.answer["Status"], end.answer["Data"]) == ("SUCCESS", {"Products": "2", "Refused": "1"})
    assert products(database) == ["Blue Shirt", "Red Saree"]
    assert objects() == {}, "the asset's bucket is not ours to write to"

    handler(end.request("Delete", {}, physical_id="catalogue"), FunctionContext())
    assert len(products(database)) == 2


def test_deploy_refuses_another_file(end: CloudFormation, database: str, tmp_path: Path) -> None:
    put(tmp_path, "asset.csv", GOOD)
    event = end.request("Create", {"Bucket": BUCKET, "Key": "asset.csv", "Sha256": "0" * 64})
    handler(event, FunctionContext())
    assert end.answer["Status"] == "FAILED"
    assert "its hash differs" in end.answer["Reason"]
    assert products(database) == []


def test_wrong_setting_is_told_to_cloudformation(
    end: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MODEL_BUNDLE")
    handler(end.request("Create", {"Bucket": BUCKET, "Key": "k", "Sha256": "0"}), FunctionContext())
    assert "MODEL_BUNDLE: Field required" in end.answer["Reason"]
