"""Statements through the RDS Data API: a database in a VPC, reached over HTTPS from outside."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from embed_search.migrations import Execute

logger = logging.getLogger(__name__)

# A paused database wakes up; a new one is not yet known everywhere.
_WORTH_WAITING = {
    "DatabaseResumingException",
    "DatabaseUnavailableException",
    "HttpEndpointNotEnabledException",
    "InternalServerErrorException",
    "ServiceUnavailableError",
}
_PAUSE_SECONDS = 3.0


class DatabaseNotReady(RuntimeError):
    """The database did not answer in time."""


@dataclass(frozen=True)
class DataApi:
    """`client` is boto3's for `rds-data`. One database of a cluster, by the secret of a user."""

    client: Any
    cluster_arn: str
    secret_arn: str
    database: str
    seconds_left: Callable[[], float]
    """How long a paused database may be waited for; it needs 15 to 30 s."""
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def transaction(self) -> Iterator[Execute]:
        """See `embed_search.migrations.Begin`. Raises DatabaseNotReady."""
        transaction = self._begin()

        def execute(statement: str, parameters: Mapping[str, str] | None = None) -> list[Any]:
            return self._execute(transaction, statement, parameters or {})

        try:
            yield execute
        except BaseException:
            self._rollback(transaction)
            raise
        self.client.commit_transaction(**self._of_this_cluster(), transactionId=transaction)

    def _begin(self) -> str:
        """Waits for a paused database, which the first call wakes up."""
        while True:
            try:
                begun = self.client.begin_transaction(**self._of_this_cluster(), database=self.database)
                transaction: str = begun["transactionId"]
                return transaction
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code not in _WORTH_WAITING:
                    raise
                if self.seconds_left() < _PAUSE_SECONDS:
                    raise DatabaseNotReady(
                        f"The database did not answer in time ({code}). Deploy again."
                    ) from error
                logger.info("Waiting for the database: %s", code)
                self.sleep(_PAUSE_SECONDS)

    def _rollback(self, transaction: str) -> None:
        try:
            self.client.rollback_transaction(**self._of_this_cluster(), transactionId=transaction)
        except ClientError as error:  # the database rolls back by itself; what failed before counts
            logger.warning("No rollback: %s", error)

    def _execute(self, transaction: str, statement: str, parameters: Mapping[str, str]) -> list[Any]:
        answer = self.client.execute_statement(
            **self._of_this_cluster(),
            database=self.database,
            transactionId=transaction,
            # The Data API writes :name. A statement without parameters keeps its colons and percent signs.
            sql=re.sub(r"%\((\w+)\)s", r":\1", statement) if parameters else statement,
            parameters=[
                {"name": name, "value": {"stringValue": value}} for name, value in parameters.items()
            ],
        )
        return [tuple(_value(cell) for cell in record) for record in answer.get("records", [])]

    def _of_this_cluster(self) -> dict[str, str]:
        return {"resourceArn": self.cluster_arn, "secretArn": self.secret_arn}


def _value(cell: Mapping[str, Any]) -> Any:
    """The Data API gives `{"stringValue": "x"}`, `{"isNull": True}` and their like."""
    ((kind, value),) = cell.items()
    return None if kind == "isNull" else value
