"""DynamoDB's API on loopback, by moto.

moto is no database: its transactions are not safe when several run at once, while DynamoDB runs them one
after the other where they touch the same rows. So this server takes one request at a time.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

TABLE = "limits"
_CREDENTIALS = {"aws_access_key_id": "fake", "aws_secret_access_key": "fake", "region_name": "us-east-1"}


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: Any) -> None:
        """One line a request would hide what the tests say."""


@contextmanager
def moto_dynamodb() -> Iterator[str]:
    """A server with an empty table of limits; gives its address."""
    app = DomainDispatcherApplication(create_backend_app)
    one_at_a_time = threading.Lock()

    def locked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with one_at_a_time:
            return list(app(environ, start_response))

    server = make_server("127.0.0.1", 0, locked, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        dynamodb_client(url).create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        yield url
    finally:
        server.shutdown()
        thread.join()


def dynamodb_client(url: str, seconds: float = 10) -> Any:
    config = Config(
        connect_timeout=seconds,
        read_timeout=seconds,
        retries={"total_max_attempts": 1},
        max_pool_connections=50,
    )
    return boto3.client("dynamodb", endpoint_url=url, config=config, **_CREDENTIALS)
