"""What embed_search does when it starts, in the sandbox, one step after the other: `embed_search.handler`
does the same, but has its steps overlap, so that they can't be told apart there."""

import os
import time
from itertools import pairwise
from pathlib import Path

marks = [("start", time.monotonic())]


def _done(step: str) -> None:
    marks.append((step, time.monotonic()))


import aws_lambda_powertools  # noqa: E402, F401
from aws_lambda_powertools.metrics import Metrics  # noqa: E402, F401

from apparel.contracts import REPLY  # noqa: E402
from embed_search.answer import answer  # noqa: E402
from embed_search.database import dsn_of  # noqa: E402
from embed_search.embedder import OnnxEmbedder  # noqa: E402
from embed_search.postgres import connect  # noqa: E402
from embed_search.product_store import PostgresProductStore  # noqa: E402
from embed_search.settings import read_settings  # noqa: E402

_done("imports")
settings = read_settings()
embedder = OnnxEmbedder(Path(os.environ["MODEL_BUNDLE"]), threads=1)
_done("model")
connection = connect(dsn_of(settings)(), timeout_s=35, statement_timeout_ms=5_000)
_done("connection")
store = PostgresProductStore(lambda: connection)


def handler(event: dict[str, str], context: object) -> dict[str, object]:
    embedder.embed([event["text"]])
    _done("first embedding")
    reply = answer(event, embedder, store)
    _done("first search")
    seconds = {step: end - begin for (_, begin), (step, end) in pairwise(marks)}
    return {"reply": REPLY.dump_python(reply, mode="json"), "seconds": seconds}
