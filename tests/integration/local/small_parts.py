"""The smallest parts that the local stack can run: they start in no time, so that a test can kill them often.

They stand where the real handlers, app and loader stand; the end-to-end tests run those.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import psycopg2


def _query(statement: str, *values: object) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """embed_search: what is in the catalogue, and which process says so."""
    return {"lines": [line for (line,) in _query("SELECT line FROM catalogue")], "pid": os.getpid()}


def sleep(seconds: float, context: object) -> None:
    """A handler that takes its time."""
    time.sleep(seconds)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """orchestrator: its health, or with deep=1 what embed_search says."""
    if scope["type"] == "lifespan":
        return
    answer: dict[str, Any] = {"pid": os.getpid()}
    if b"deep=1" in scope["query_string"]:
        reply = boto3.client("lambda").invoke(FunctionName=os.environ["SEARCH_FUNCTION"], Payload=b"{}")
        answer["search"] = json.load(reply["Payload"])
    status = 503 if "errorMessage" in answer.get("search", {}) else 200
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


def load(file: Path) -> None:
    """The loader: each load adds the file's lines, so that a test can count the loads. It takes for ever over
    a file that says so."""
    _query("CREATE TABLE IF NOT EXISTS catalogue (line text)")
    for line in file.read_text().splitlines():
        if line == "for ever":
            print("Loads for ever", flush=True)
            time.sleep(600)
        _query("INSERT INTO catalogue VALUES (%s)", line)


if __name__ == "__main__":
    load(Path(sys.argv[1]))
