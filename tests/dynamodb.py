"""A table of limits behind DynamoDB's API on loopback."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from scripts.local.dynamodb_api import create_limits_table, dynamodb_server

_names = itertools.count(1)


@dataclass(frozen=True)
class LimitsTable:
    url: str
    name: str

    def client(self, seconds: float = 10) -> Any:
        """boto3's, which gives up after so long."""
        config = Config(
            connect_timeout=seconds,
            read_timeout=seconds,
            retries={"total_max_attempts": 1},
            max_pool_connections=50,
        )
        return boto3.client(
            "dynamodb",
            endpoint_url=self.url,
            config=config,
            aws_access_key_id="fake",
            aws_secret_access_key="fake",
            region_name="us-east-1",
        )


@contextmanager
def limits_table() -> Iterator[LimitsTable]:
    """An empty one, behind moto; all of a process share moto's memory, so each has a name of its own."""
    server = dynamodb_server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    table = LimitsTable(f"http://127.0.0.1:{server.port}", f"limits-{next(_names)}")
    try:
        create_limits_table(table.client(), table.name)
        yield table
    finally:
        server.shutdown()
        thread.join()
