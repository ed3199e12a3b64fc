"""FakeDataApi: the RDS Data API over HTTP, on a real PostgreSQL by way of psycopg2.

What botocore sends and reads is the real protocol; the service behind it is not. It is as strict as the
documentation: one statement a call, within a transaction that was begun, parameters written `:name`.
https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/
"""

import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg2

CLUSTER = "arn:aws:rds:us-east-1:000000000000:cluster:apparel-test"
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:master"


class _Refused(Exception):
    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass
class FakeDataApi:
    """`database_url` is the superuser's."""

    database_url: str
    url: str = ""
    cluster: str = CLUSTER
    secret: str = SECRET
    errors: list[str] = field(default_factory=list)
    """What the next calls of BeginTransaction are refused with."""
    statements: list[str] = field(default_factory=list)
    _open: dict[str, Any] = field(default_factory=dict)

    @property
    def open_transactions(self) -> int:
        return len(self._open)

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if (body.get("resourceArn"), body.get("secretArn")) != (self.cluster, self.secret):
            raise _Refused("ForbiddenException", "Not this cluster or secret")
        match path:
            case "/BeginTransaction":
                return self._begin()
            case "/Execute":
                return self._execute(body)
            case "/CommitTransaction":
                connection = self._taken(body)
                connection.commit()
                connection.close()
                return {"transactionStatus": "Transaction Committed"}
            case "/RollbackTransaction":
                self._taken(body).close()
                return {"transactionStatus": "Rollback Complete"}
        raise _Refused("NotFoundException", path)

    def _begin(self) -> dict[str, Any]:
        if self.errors:
            raise _Refused(self.errors.pop(0), "As the test wants it")
        name = uuid.uuid4().hex
        self._open[name] = psycopg2.connect(self.database_url)
        return {"transactionId": name}

    def _taken(self, body: dict[str, Any]) -> Any:
        try:
            return self._open.pop(body["transactionId"])
        except KeyError:
            raise _Refused("TransactionNotFoundException", "No such transaction") from None

    def _execute(self, body: dict[str, Any]) -> dict[str, Any]:
        connection = self._open.get(body.get("transactionId", ""))
        if connection is None:
            raise _Refused("TransactionNotFoundException", "No such transaction")
        self.statements.append(body["sql"])
        values = {entry["name"]: entry["value"]["stringValue"] for entry in body.get("parameters", [])}
        sql = re.sub(r"(?<!:):(\w+)", r"%(\1)s", body["sql"]) if values else body["sql"]
        with connection.cursor() as cursor:
            try:
                cursor.execute(sql, values or None)
            except psycopg2.Error as error:
                raise _Refused("DatabaseErrorException", f"ERROR: {error.diag.message_primary}") from None
            if cursor.description is None:
                return {"numberOfRecordsUpdated": max(0, cursor.rowcount)}
            return {"records": [[_cell(value) for value in row] for row in cursor.fetchall()]}


def _cell(value: object) -> dict[str, object]:
    if value is None:
        return {"isNull": True}
    if isinstance(value, bool):
        return {"booleanValue": value}
    return {"longValue": value} if isinstance(value, int) else {"stringValue": str(value)}


@contextmanager
def fake_data_api(
    database_url: str, *, cluster: str = CLUSTER, secret: str = SECRET
) -> Iterator[FakeDataApi]:
    """On loopback."""
    api = FakeDataApi(database_url, cluster=cluster, secret=secret)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                self._send(200, api.answer(self.path, body))
            except _Refused as refused:
                self._send(400, {"message": str(refused)}, refused.kind)

        def _send(self, status: int, answer: dict[str, Any], kind: str | None = None) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            if kind:
                self.send_header("x-amzn-errortype", kind)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
