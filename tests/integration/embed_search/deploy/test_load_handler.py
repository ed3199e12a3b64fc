"""The handler of catalogue loads: the state machine's steps, and a deploy's load. With the real model.

What the state machine makes of the steps is tested in load_runs/.
"""

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
from embed_search.deploy_load import SOURCE
from embed_search.embedder import OnnxEmbedder
from embed_search.errors import CatalogueFileError
from embed_search.indexing import load_catalogue
from embed_search.load_handler import handler
from embed_search.migrations import migrate
from tests.catalogue_load import load_file
from tests.cloudformation import CloudFormation, FunctionContext
from tests.embed_search_fakes import WordEmbedder, row, write_catalogue
from tests.integration.embed_search.deploy.conftest import BUCKET

GOOD = [row(1, "Blue Shirt", description="confidential cotton"), row(2, "Red Saree", "Women")]
BAD = row(3, "confidential Kurta", "Nobody")


@pytest.fixture(autouse=True)
def environment(s3: str, database: str, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(psycopg2.connect(database)) as connection:
        migrate(connection)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.setenv("MODEL_BUNDLE", str(bundle))
    for made_once in (load_handler._steps, load_handler._s3, load_handler._embedder):
        made_once.cache_clear()


def put(tmp_path: Path, key: str, rows: list[tuple[str, ...]]) -> str:
    """The file's SHA-256."""
    content = write_catalogue(tmp_path / "shop.csv", rows).read_bytes()
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
    return hashlib.sha256(content).hexdigest()


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


def test_the_steps_load_a_file_and_log_nothing_of_what_stands_in_it(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "spring sale/shop ü.csv"
    put(tmp_path, key, [*GOOD, BAD])

    published = load_file(lambda event: handler(event, FunctionContext()), boto3.client("s3"), BUCKET, key)

    assert products(database) == ["Blue Shirt", "Red Saree"]
    (report,) = objects().values()
    assert (report["loaded"], report["inserted"], report["embedded"]) == (2, 2, 2)
    assert published.items() <= report.items()
    assert [refused["line"] for refused in report["refused_rows"]] == [4]
    assert "confidential" not in capsys.readouterr().out


def test_what_a_step_raises_is_raised_for_step_functions_to_decide(tmp_path: Path) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key="bad.csv", Body=b"no,catalogue\n")
    with pytest.raises(CatalogueFileError, match="lacks the columns"):
        load_file(lambda event: handler(event, FunctionContext()), boto3.client("s3"), BUCKET, "bad.csv")


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


def deploy(end: CloudFormation, tmp_path: Path, rows: list[tuple[str, ...]]) -> dict[str, Any]:
    """The answer to a deploy that has these rows as its catalogue."""
    end.answers.clear()
    sha256 = put(tmp_path, "asset.csv", rows)
    handler(
        end.request("Create", {"Bucket": BUCKET, "Key": "asset.csv", "Sha256": sha256}), FunctionContext()
    )
    assert end.answer["Status"] == "SUCCESS", end.answer
    return end.answer


def test_a_later_deploy_loads_what_changed_in_its_own_file(
    end: CloudFormation, database: str, tmp_path: Path
) -> None:
    deploy(end, tmp_path, GOOD)
    deploy(end, tmp_path, GOOD[:1])
    assert products(database) == ["Blue Shirt"]


def test_a_deploy_leaves_a_catalogue_alone_that_the_shop_has_loaded(
    end: CloudFormation, database: str, tmp_path: Path, bundle: Path
) -> None:
    deploy(end, tmp_path, GOOD)
    shop = write_catalogue(tmp_path / "own.csv", [row(7, "Green Kurta"), row(1, "Blue Shirt"), GOOD[1]])
    with closing(psycopg2.connect(database)) as connection:
        load_catalogue(connection, OnnxEmbedder(bundle), shop, source="s3://shop/own.csv")

    answer = deploy(end, tmp_path, [row(9, "Sample Watch"), *GOOD])

    assert answer["Data"] == {"Loaded": "nothing: the catalogue that is there stays"}
    assert "Green Kurta" in products(database)
    assert "Sample Watch" not in products(database)


def test_a_deploy_with_another_model_embeds_the_shops_own_catalogue_anew(
    end: CloudFormation, database: str, tmp_path: Path, bundle: Path
) -> None:
    shop = write_catalogue(
        tmp_path / "own.csv", [row(7, "Green Kurta", price=750), row(8, "Red Saree", "Women")]
    )
    with closing(psycopg2.connect(database)) as connection:
        load_catalogue(connection, WordEmbedder(), shop, source="s3://shop/own.csv")

    answer = deploy(end, tmp_path, GOOD)

    assert answer["Data"] == {"Products": "2", "Refused": "0"}
    assert products(database) == ["Green Kurta", "Red Saree"]
    model = OnnxEmbedder(bundle)
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT embedder, source FROM catalogue_load ORDER BY load_id DESC LIMIT 1")
        assert cursor.fetchall() == [(model.name, "s3://shop/own.csv")]
        cursor.execute("SELECT price::int, embedding::text FROM product ORDER BY product_id LIMIT 1")
        ((price, vector),) = cursor.fetchall()
    assert price == 750
    assert json.loads(vector) == pytest.approx(model.embed(["Green Kurta"])[0].tolist(), abs=1e-3)


def test_what_the_deploy_loaded_says_so(end: CloudFormation, database: str, tmp_path: Path) -> None:
    deploy(end, tmp_path, GOOD)
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT source FROM catalogue_load")
        assert cursor.fetchall() == [(SOURCE,)]


def test_a_deploy_without_a_file_loads_nothing(end: CloudFormation, database: str) -> None:
    handler(end.request("Create", {"SchemaHash": "1"}), FunctionContext())
    assert (end.answer["Status"], products(database)) == ("SUCCESS", [])
