"""POST /v1/feedback, kept in DynamoDB."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from orchestrator.feedback import DynamoFeedback
from scripts.local.dynamodb_api import create_feedback_table
from tests.dynamodb import limits_table
from tests.orchestrator_fakes import fake_app, fake_services, served

GOOD = {"conversation_id": "6b039af9d2571b73ed91f46d", "message": 2, "thumb": "down", "reason": "too dear"}
TABLE = "feedback"


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with limits_table() as table:
        client = table.client()
        create_feedback_table(client, TABLE)
        yield client


@pytest.fixture
def url(dynamodb: Any) -> Iterator[str]:
    services = replace(fake_services(), feedback=DynamoFeedback(dynamodb, TABLE))
    with served(fake_app(services=services)) as address:
        yield f"{address}/v1/feedback"


def kept(dynamodb: Any) -> list[dict[str, Any]]:
    return [{name: next(iter(value.values())) for name, value in row.items()} for row in
            dynamodb.scan(TableName=TABLE)["Items"]]  # fmt: skip


def test_is_kept_for_half_a_year_and_the_last_word_counts(url: str, dynamodb: Any) -> None:
    assert httpx2.post(url, json={**GOOD, "thumb": "up"}).status_code == 201
    assert httpx2.post(url, json=GOOD).json() == {"status": "kept"}
    (row,) = kept(dynamodb)
    assert (row["message"], row["thumb"], row["reason"]) == ("2", "down", "too dear")
    assert GOOD["conversation_id"] not in row.values()  # a digest, as in the table of limits
    assert 179 < (int(row["expires_at"]) - time.time()) / 86_400 < 181


@pytest.mark.parametrize(
    "wrong",
    [{"thumb": "sideways"}, {"message": 0}, {"message": "x"}, {"reason": "x" * 501}, {"conversation_id": ""}],
)
def test_what_makes_no_sense_is_a_400(url: str, wrong: dict[str, Any]) -> None:
    refused = httpx2.post(url, json={**GOOD, **wrong})
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == next(iter(wrong))


def test_without_dynamodb_it_says_so(dynamodb: Any) -> None:
    services = replace(fake_services(), feedback=DynamoFeedback(dynamodb, "no such table"))
    with served(fake_app(services=services)) as address:
        refused = httpx2.post(f"{address}/v1/feedback", json=GOOD)
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "feedback_unavailable"


def test_a_shop_without_a_table_takes_none() -> None:
    with served(fake_app()) as address:
        assert httpx2.post(f"{address}/v1/feedback", json=GOOD).status_code == 404
