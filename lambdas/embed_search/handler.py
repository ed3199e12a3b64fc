"""The Lambda. While it starts, the model's files are read and the database is connected to beside the rest.

The order of a cold start counts here, so that imports stand between its steps: `make bench-cold`.
"""

# ruff: noqa: E402
import gc
import os

# Of what is imported nothing is garbage, and looking for it takes a tenth of the imports' time.
gc.disable()
# Numpy multiplies no matrix here that threads would be for, and starting them takes 30 ms.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Pydantic looks through all packages for plugins, of which there are none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from embed_search.early import EarlyConnect, read_ahead
from embed_search.settings import read_settings

settings = read_settings()
# Before what takes longest to import: the first answer waits for the slowest of the three, not for their sum.
read_ahead(settings.model_bundle)

from embed_search.database import dsn_of
from embed_search.patience import PatientConnect
from embed_search.postgres import connect

dsn = dsn_of(settings)
early_connect = EarlyConnect(
    PatientConnect(
        lambda: connect(
            dsn(),
            timeout_s=settings.connect_timeout_s,
            statement_timeout_ms=settings.statement_timeout_ms,
            idle_s=settings.idle_session_s,
        ),
        patience_s=settings.connect_timeout_s,
    )
)

import traceback
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from apparel.contracts import REPLY, ErrorReply, RetrievalReply
from embed_search.answer import answer
from embed_search.embedder import OnnxEmbedder, model_of
from embed_search.product_store import PostgresProductStore

logger = Logger(service="embed_search")
_OUR_FAULT = {"internal", "catalogue_unavailable"}
metrics = Metrics(namespace=settings.metrics_namespace, service="embed_search")
embedder = OnnxEmbedder(settings.model_bundle, threads=settings.embedder_threads)
store = PostgresProductStore(early_connect, model=model_of(embedder.name))


@metrics.log_metrics(capture_cold_start_metric=True)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """One message of `apparel.contracts` in, its reply out; never raises. Logs hold no shopper's words."""
    logger.append_keys(request_id=_request_id(context))
    try:
        reply = answer(event, embedder, store)
    except Exception as error:
        # Not the error's text: that of Postgres may quote what was asked.
        frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        logger.error("unforeseen failure", extra={"error": type(error).__name__, "frames": frames})
        reply = ErrorReply(code="internal", message="The catalogue search failed.")
    failed = isinstance(reply, ErrorReply) and reply.code in _OUR_FAULT
    metrics.add_metric("Failed", MetricUnit.Count, int(failed))
    if isinstance(reply, ErrorReply):
        logger.warning("refused", extra={"code": reply.code})
    elif isinstance(reply, RetrievalReply):
        logger.info("retrieved", extra={"total": reply.total, "timings_ms": reply.timings_ms})
    answered: dict[str, Any] = REPLY.dump_python(reply, mode="json")
    return answered


def _request_id(context: LambdaContext) -> str:
    """The orchestrator's, which it sends beside the message; empty for another caller."""
    custom = getattr(context.client_context, "custom", None) or {}
    return str(custom.get("request_id", ""))[:64]
