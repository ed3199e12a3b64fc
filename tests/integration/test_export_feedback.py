"""`make export-feedback`, against a stand-in for DynamoDB, of rows as the orchestrator writes them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from orchestrator.feedback import DynamoFeedback, Feedback
from scripts.export_feedback import export
from scripts.local.dynamodb_api import create_feedback_table
from scripts.local.stack import CHECKOUT
from tests.dynamodb import LimitsTable, limits_table

TABLE = "feedback-to-export"


@pytest.fixture
def dynamodb() -> Iterator[LimitsTable]:
    with limits_table() as server:
        client = server.client()
        create_feedback_table(client, TABLE)
        yield server
        client.delete_table(TableName=TABLE)


def keep(client: Any, *feedback: Feedback) -> None:
    for given in feedback:
        DynamoFeedback(client, TABLE).keep(given)


def command(dynamodb: LimitsTable, table: str, out: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": dynamodb.url,
        "AWS_ACCESS_KEY_ID": "fake",
        "AWS_SECRET_ACCESS_KEY": "fake",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "scripts.export_feedback", "--table", table, "--out", str(out)],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
    )


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_what_the_orchestrator_kept_is_a_line_each(dynamodb: LimitsTable, tmp_path: Path) -> None:
    out = tmp_path / "new" / "feedback.jsonl"
    keep(dynamodb.client(), Feedback("c-1", 1, "up"), Feedback("c-1", 3, "down", "zu teuer, ₹4,599"))

    done = command(dynamodb, TABLE, out)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"2 thumbs written to {out}\n"
    first, second = sorted(lines(out), key=lambda row: int(row["message"]))
    assert (first["message"], first["thumb"], first["reason"]) == (1, "up", "")
    assert (second["message"], second["thumb"], second["reason"]) == (3, "down", "zu teuer, ₹4,599")
    assert first["conversation"] == second["conversation"] != "c-1"
    assert set(first) == {"conversation", "message", "thumb", "reason", "at"}


def test_a_table_of_more_than_a_page_is_read_whole(dynamodb: LimitsTable, tmp_path: Path) -> None:
    client = dynamodb.client()
    keep(client, *(Feedback(f"c-{number}", 1, "down", "₹" * 500) for number in range(1_000)))
    assert "LastEvaluatedKey" in client.scan(TableName=TABLE)  # a page has a megabyte

    assert export(client, TABLE, tmp_path / "out.jsonl", time.time()) == 1_000

    assert len({row["conversation"] for row in lines(tmp_path / "out.jsonl")}) == 1_000


def test_what_has_expired_is_left_out_though_it_is_still_there(dynamodb: LimitsTable, tmp_path: Path) -> None:
    client = dynamodb.client()
    keep(client, Feedback("c-1", 1, "up"))
    half_a_year_later = time.time() + 181 * 86_400

    assert export(client, TABLE, tmp_path / "out.jsonl", half_a_year_later) == 0


def test_without_the_table_it_says_so_and_leaves_the_former_file(
    dynamodb: LimitsTable, tmp_path: Path
) -> None:
    out = tmp_path / "feedback.jsonl"
    out.write_text("of yesterday")

    done = command(dynamodb, "no-such-table", out)

    assert done.returncode == 1
    assert done.stderr.startswith("Nothing was written. ")
    assert "Traceback" not in done.stderr
    with pytest.raises(ClientError):
        export(dynamodb.client(), "no-such-table", out, time.time())
    assert out.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [out]
