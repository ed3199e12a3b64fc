"""The Lambda itself, with the real model, in a process of its own."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from apparel.contracts import REPLY
from embed_search.indexing import load_catalogue
from scripts.load_catalogue import load
from tests.embed_search_fakes import WordEmbedder, write_catalogue
from tests.integration.embed_search.conftest import SHELF


def invoke(url: str, bundle: Path, folder: Path, *events: object) -> tuple[list[dict[str, Any]], str]:
    """The replies, and what was logged."""
    replies = folder / "replies.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.embed_search.invoke", str(replies)],
        input="".join(json.dumps(event) + "\n" for event in events),
        env={**os.environ, "DATABASE_URL": url, "MODEL_BUNDLE": str(bundle)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(replies.read_text()), done.stdout + done.stderr


@pytest.fixture(scope="module")
def loaded_url(postgres_url: str, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    load(write_catalogue(tmp_path_factory.mktemp("shelf") / "shelf.csv", SHELF), postgres_url, bundle)
    return postgres_url


def test_every_message_gets_a_reply_of_the_contract(loaded_url: str, bundle: Path, tmp_path: Path) -> None:
    replies, _ = invoke(
        loaded_url,
        bundle,
        tmp_path,
        {"op": "search", "text": "checked shirt for a man", "limit": 1},
        {"op": "similar", "product_ids": ["301"]},
        {"op": "products", "product_ids": ["101"]},
        {"op": "facets"},
        {"op": "sing"},
        [],
    )
    kinds = [REPLY.validate_python(reply).op for reply in replies]
    assert kinds == ["retrieval", "retrieval", "products", "facets", "error", "error"]
    assert replies[0]["hits"][0]["product"]["product_id"] == "101"
    assert replies[0]["hits"][0]["product"]["price"] == 900


def test_logs_hold_no_words_of_the_shopper(loaded_url: str, bundle: Path, tmp_path: Path) -> None:
    _, logs = invoke(
        loaded_url,
        bundle,
        tmp_path,
        {"op": "search", "text": "confidential shirt"},
        {"op": "search", "text": "confidential", "filters": {"confidential": 1}},
    )
    assert "retrieved" in logs
    assert "request-1" in logs
    assert "confidential" not in logs


def test_unforeseen_failure_is_an_error_reply_and_logged_without_the_words(
    loaded_url: str, bundle: Path, tmp_path: Path
) -> None:
    with closing(psycopg2.connect(loaded_url)) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE product RENAME COLUMN price TO cost")
        connection.commit()
        try:
            (reply,), logs = invoke(loaded_url, bundle, tmp_path, {"op": "search", "text": "confidential"})
        finally:
            cursor.execute("ALTER TABLE product RENAME COLUMN cost TO price")
            connection.commit()
    assert reply == {"op": "error", "code": "internal", "message": "The catalogue search failed."}
    assert "UndefinedColumn" in logs
    assert "confidential" not in logs


class OtherModel(WordEmbedder):
    name = "all-other-base-v1@0123abcd/fp32"


def test_goes_on_by_its_own_vectors_when_another_model_has_published(
    loaded_url: str, bundle: Path, tmp_path: Path
) -> None:
    questions = [
        {"op": "search", "text": "checked shirt for a man"},
        {"op": "similar", "product_ids": ["301"]},
    ]
    before, _ = invoke(loaded_url, bundle, tmp_path, *questions)
    file = write_catalogue(tmp_path / "shelf.csv", SHELF)
    with closing(psycopg2.connect(loaded_url)) as connection:
        assert load_catalogue(connection, OtherModel(), file).embedded > 0
    after, _ = invoke(loaded_url, bundle, tmp_path, *questions)
    for reply in (*before, *after):
        del reply["timings_ms"]
    assert after == before
    assert load(file, loaded_url, bundle).embedded == 0


def test_missing_setting_is_named(bundle: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-c", "import embed_search.handler"],
        env={**environment, "MODEL_BUNDLE": str(bundle)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "database_url" in done.stderr.lower()
