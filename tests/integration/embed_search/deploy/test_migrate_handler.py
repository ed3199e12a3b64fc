"""The database is migrated during the deploy, through the Data API (FakeDataApi, on a real PostgreSQL)."""

import threading
from contextlib import closing
from pathlib import Path

import boto3
import psycopg2
import pytest
from psycopg2 import errors

from embed_search.deploy.data_api import DataApi
from embed_search.deploy.migrate_handler import handler
from embed_search.indexing import load_catalogue
from embed_search.migrations import apply_migrations, migrate, migrations
from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from tests.cloudformation import CloudFormation, FunctionContext
from tests.embed_search_fakes import WordEmbedder, row, write_catalogue
from tests.fake_data_api import CLUSTER, SECRET, FakeDataApi

PROPERTIES = {"ClusterArn": CLUSTER, "SecretArn": SECRET, "Database": "apparel", "SchemaHash": "1"}


def as_user(url: str, user: str) -> str:
    return url.replace("//postgres@", f"//{user}@")


def deploy(end: CloudFormation, kind: str = "Create", seconds: float = 300) -> dict[str, object]:
    """The answer to one request."""
    handler(end.request(kind, PROPERTIES, old=PROPERTIES), FunctionContext(seconds))
    return end.answers.pop()


def test_all_migrations_apply_and_a_repeat_does_nothing(
    end: CloudFormation, data_api: FakeDataApi, database: str
) -> None:
    first = deploy(end)
    assert (first["Status"], first["Data"]) == ("SUCCESS", {"Applied": str(len(migrations()))}), first[
        "Reason"
    ]
    second = deploy(end, "Update")
    assert (second["Status"], second["Data"]) == ("SUCCESS", {"Applied": "0"})
    assert first["PhysicalResourceId"] == second["PhysicalResourceId"] == "schema-of-apparel"
    assert data_api.open_transactions == 0
    with closing(psycopg2.connect(database)) as connection:
        assert migrate(connection) == [], "both ways keep the same books"


def test_a_local_database_is_taken_over(end: CloudFormation, data_api: FakeDataApi, database: str) -> None:
    with closing(psycopg2.connect(database)) as connection:
        migrate(connection)
    assert deploy(end)["Data"] == {"Applied": "0"}


def test_paused_database_is_waited_for(data_api: FakeDataApi) -> None:
    data_api.errors = ["DatabaseResumingException"] * 5
    waits: list[float] = []
    client = boto3.client("rds-data")
    waiting = DataApi(client, CLUSTER, SECRET, "apparel", seconds_left=lambda: 100, sleep=waits.append)
    assert apply_migrations(waiting.transaction) == [migration.name for migration in migrations()]
    assert waits == [3.0] * 5


def test_database_that_does_not_wake_up_is_told_in_time(end: CloudFormation, data_api: FakeDataApi) -> None:
    data_api.errors = ["DatabaseResumingException"] * 100
    answer = deploy(end, seconds=61)
    assert answer["Status"] == "FAILED"
    assert "did not answer in time (DatabaseResumingException). Deploy again." in str(answer["Reason"])


def test_other_refusals_are_told_at_once(end: CloudFormation, data_api: FakeDataApi) -> None:
    data_api.errors = ["BadRequestException"]
    answer = deploy(end)
    assert answer["Status"] == "FAILED"
    assert "BadRequestException" in str(answer["Reason"])


def test_changed_migration_is_refused(end: CloudFormation, data_api: FakeDataApi, database: str) -> None:
    deploy(end)
    with closing(psycopg2.connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("UPDATE schema_migration SET sha256 = 'other' WHERE name LIKE '0002%'")
    answer = deploy(end, "Update")
    assert answer["Status"] == "FAILED"
    assert "The migration 0002_product.sql has changed" in str(answer["Reason"])


def test_failing_migration_leaves_those_before_it_and_nothing_of_itself(
    end: CloudFormation, data_api: FakeDataApi, database: str
) -> None:
    with closing(psycopg2.connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE word (unexpected int)")
    answer = deploy(end)
    assert answer["Status"] == "FAILED"
    assert 'relation "word" already exists' in str(answer["Reason"])
    assert data_api.open_transactions == 0
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT name FROM schema_migration ORDER BY name")
        assert [name for (name,) in cursor.fetchall()] == ["0001_extensions.sql", "0002_product.sql"]
        cursor.execute("SELECT to_regclass('embedding')")
        assert cursor.fetchall() == [(None,)], "0003 makes it before the table that is there already"


def test_two_deploys_at_once_do_not_meet(end: CloudFormation, data_api: FakeDataApi) -> None:
    event = end.request("Create", PROPERTIES)
    threads = [threading.Thread(target=handler, args=(event, FunctionContext(300))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer["Status"] for answer in end.answers] == ["SUCCESS"] * 3, end.answers
    assert sum(int(answer["Data"]["Applied"]) for answer in end.answers) == len(migrations())


def test_users_can_do_their_work_and_no_more(
    end: CloudFormation, data_api: FakeDataApi, database: str, tmp_path: Path
) -> None:
    deploy(end)
    file = write_catalogue(tmp_path / "shop.csv", [row(1, "Blue Shirt"), row(2, "Red Saree")])
    with closing(psycopg2.connect(as_user(database, "load_catalogue"))) as connection:
        assert load_catalogue(connection, WordEmbedder(), file).loaded == 2
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'product'")
            assert cursor.fetchall()[0][0] > 0, "it may analyse"
        for forbidden in ("DROP TABLE product", "SELECT * FROM schema_migration", "CREATE TABLE own ()"):
            with connection.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege):
                cursor.execute(forbidden)
            connection.rollback()

    search = as_user(database, "embed_search")
    store = PostgresProductStore(lambda: connect(search, timeout_s=5, statement_timeout_ms=5_000))
    assert [product.name for product in store.products(["2"])] == ["Red Saree"]
    assert store.facets().products == 2
    with closing(psycopg2.connect(search)) as connection, connection.cursor() as cursor:
        with pytest.raises(errors.ReadOnlySqlTransaction):
            cursor.execute("DELETE FROM product")
        connection.rollback()
        connection.set_session(readonly=False)
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM product")


def test_users_log_in_by_iam_alone(end: CloudFormation, data_api: FakeDataApi, database: str) -> None:
    deploy(end)
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolpassword IS NULL, rolsuper, rolcreaterole, "
            "pg_has_role(rolname, 'rds_iam', 'member') "
            "FROM pg_authid WHERE rolname IN ('embed_search', 'load_catalogue') ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("embed_search", True, False, False, True),
            ("load_catalogue", True, False, False, True),
        ]
