"""Writes what shoppers thought of answers to a file, for evaluation: a JSON object a line.

    python -m scripts.export_feedback --table TABLE [--out FILE]

TABLE is the output `FeedbackTable` of the data stack. A conversation is a digest: nobody can be found by it.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "feedback.jsonl"


def rows(client: Any, table: str, now: float) -> Iterator[dict[str, Any]]:
    """All that is kept, in no order. Raises botocore's errors.

    What has expired is left out: DynamoDB may take two days to delete it.
    """
    read = TypeDeserializer().deserialize
    for page in client.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            row = {name: read(value) for name, value in item.items()}
            if row["expires_at"] > now:
                yield {
                    "conversation": row["conversation"],
                    "message": int(row["message"]),
                    "thumb": row["thumb"],
                    "reason": row["reason"],
                    "at": row["at"],
                }


def export(client: Any, table: str, out: Path, now: float) -> int:
    """How many lines were written. The file is there when all of it is. Raises as `rows`, and OSError."""
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f"{out.name}.part")
    count = 0
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            for row in rows(client, table, now):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        os.replace(unfinished, out)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the feedback of shoppers to a file.")
    parser.add_argument("--table", required=True, help="the output FeedbackTable of the data stack")
    parser.add_argument("--out", type=Path, default=OUT, help="build/feedback.jsonl unless said otherwise")
    arguments = parser.parse_args()
    if not arguments.table:
        parser.error("TABLE is empty: the output FeedbackTable of the data stack has its name")
    try:
        count = export(boto3.client("dynamodb"), arguments.table, arguments.out, time.time())
    except (BotoCoreError, ClientError, OSError) as error:
        sys.exit(f"Nothing was written. {error}")
    print(f"{count} thumbs written to {arguments.out}")


if __name__ == "__main__":
    main()
