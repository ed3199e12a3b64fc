"""Stands in for Amazon DynamoDB on a developer's machine: moto's server, in memory.

    python -m scripts.local.dynamodb_api SOCKET_FD LIMITS_TABLE FEEDBACK_TABLE

moto is no database: its transactions are not safe when several run at once, while DynamoDB runs them one
after the other where they touch the same rows. So this server takes one request at a time.
"""

import argparse
import socket
import threading
from collections.abc import Iterable
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from scripts.local.sockets import HOST


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: Any) -> None:
        """A line for each request would be all that the log holds."""


def dynamodb_server(listener: socket.socket | None = None) -> BaseWSGIServer:
    """A server, not yet serving, on a socket that listens or on a free port."""
    app = DomainDispatcherApplication(create_backend_app)
    one_at_a_time = threading.Lock()

    def locked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with one_at_a_time:
            return list(app(environ, start_response))

    return make_server(
        HOST, 0, locked, threaded=True, request_handler=_Quiet, fd=listener.fileno() if listener else None
    )


def create_limits_table(client: Any, name: str) -> None:
    """As infra/data_stack.py has it."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )


def create_feedback_table(client: Any, name: str) -> None:
    """As infra/data_stack.py has it."""
    keys = {"conversation": ("HASH", "S"), "message": ("RANGE", "N")}
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, (kind, _) in keys.items()],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": of} for key, (_, of) in keys.items()],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a stand-in for DynamoDB with two empty tables.")
    parser.add_argument("socket_fd", type=int)
    parser.add_argument("limits_table")
    parser.add_argument("feedback_table")
    arguments = parser.parse_args()
    server = dynamodb_server(socket.socket(fileno=arguments.socket_fd))
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    client = boto3.client("dynamodb", endpoint_url=f"http://{HOST}:{server.port}")
    create_limits_table(client, arguments.limits_table)
    create_feedback_table(client, arguments.feedback_table)
    serving.join()


if __name__ == "__main__":
    main()
