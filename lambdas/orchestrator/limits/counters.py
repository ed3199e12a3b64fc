"""Counters with a ceiling, taken all together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from botocore.exceptions import BotoCoreError, ClientError


@dataclass(frozen=True)
class Counter:
    """One more of something that is counted up to `ceiling`."""

    key: str
    ceiling: int
    expires_at: int
    """Seconds since 1970; the row is of no use afterwards, and DynamoDB removes it some time later."""


@dataclass(frozen=True)
class Mark:
    """Something that is there once, until it expires."""

    key: str
    expires_at: int


Outcome = Literal["taken", "full", "marked", "conflict"]
"""`full`: a counter has reached its ceiling. `marked`: a mark was there already. `conflict`: others write
the same rows at this moment, and nothing is known."""


class CountersUnavailable(Exception):
    """The counters can't be read or written."""


class CounterStore(Protocol):
    """Every method raises CountersUnavailable."""

    def read(self, keys: Sequence[str], now: int) -> Mapping[str, int]:
        """What the counters stand at, 1 for a mark; what is not there or has expired is left out."""

    def take(self, counters: Sequence[Counter], marks: Sequence[Mark], now: int) -> Outcome:
        """One more of each counter, and each mark set: all of it, or nothing."""

    def add(self, key: str, amount: int, expires_at: int) -> None:
        """`amount` more, whatever the counter stands at."""


class DynamoCounters:
    """Rows of a DynamoDB table: key `id`, number `n`, TTL in `expires_at`.

    `client` is boto3's DynamoDB client with short time-outs. One transaction takes all: DynamoDB runs
    transactions one after the other where they touch the same row, or refuses one as a conflict.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, keys: Sequence[str], now: int) -> Mapping[str, int]:
        request = {"Keys": [_row(key) for key in keys], "ConsistentRead": True}
        try:
            reply = self._client.batch_get_item(RequestItems={self._table: request})
        except (BotoCoreError, ClientError) as error:
            raise CountersUnavailable(str(error)) from error
        if reply.get("UnprocessedKeys"):
            raise CountersUnavailable("the table is throttled")
        rows = reply["Responses"][self._table]
        return {row["id"]["S"]: int(row["n"]["N"]) for row in rows if int(row["expires_at"]["N"]) > now}

    def take(self, counters: Sequence[Counter], marks: Sequence[Mark], now: int) -> Outcome:
        steps = [{"Update": self._one_more(counter)} for counter in counters]
        steps += [{"Put": self._set(mark, now)} for mark in marks]
        try:
            self._client.transact_write_items(TransactItems=steps)
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            failed = [index for index, code in enumerate(reasons) if code == "ConditionalCheckFailed"]
            if not failed:
                return "conflict"
            return "full" if failed[0] < len(counters) else "marked"
        except (BotoCoreError, ClientError) as error:
            raise CountersUnavailable(str(error)) from error
        return "taken"

    def add(self, key: str, amount: int, expires_at: int) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_row(key),
                UpdateExpression="ADD n :amount SET expires_at = :expires",
                ExpressionAttributeValues={":amount": {"N": str(amount)}, ":expires": {"N": str(expires_at)}},
            )
        except (BotoCoreError, ClientError) as error:
            raise CountersUnavailable(str(error)) from error

    def _one_more(self, counter: Counter) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Key": _row(counter.key),
            "UpdateExpression": "ADD n :one SET expires_at = :expires",
            "ConditionExpression": "attribute_not_exists(n) OR n < :ceiling",
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":ceiling": {"N": str(counter.ceiling)},
                ":expires": {"N": str(counter.expires_at)},
            },
        }

    def _set(self, mark: Mark, now: int) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Item": {**_row(mark.key), "n": {"N": "1"}, "expires_at": {"N": str(mark.expires_at)}},
            "ConditionExpression": "attribute_not_exists(id) OR expires_at <= :now",
            "ExpressionAttributeValues": {":now": {"N": str(now)}},
        }


def _row(key: str) -> dict[str, Any]:
    return {"id": {"S": key}}
