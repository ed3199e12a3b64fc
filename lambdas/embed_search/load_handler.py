"""The Lambda that loads catalogue files: those put into the bucket, and the one of a deploy."""

from functools import cache
from typing import Any

import boto3
import psycopg2
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from apparel.cloudformation import Context, Made, Request, custom_resource, is_request
from embed_search.bundle import BundleError
from embed_search.catalogue_bucket import CatalogueBucket, figures
from embed_search.database import dsn_of
from embed_search.embedder import OnnxEmbedder
from embed_search.errors import CatalogueFileError
from embed_search.postgres import Connection
from embed_search.settings import SettingsError, read_settings

logger = Logger(service="load_catalogue")

_S3 = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 4, "mode": "standard"})


def handler(event: dict[str, Any], context: Context) -> None:
    """An "Object Created" of EventBridge, or a custom resource of CloudFormation.

    Of the first a failure is raised, so that Lambda tries again and then keeps the event in the dead-letter
    queue; the second is answered in any case.
    """
    if is_request(event):
        _during_the_deploy(event, context)
        return
    detail = event["detail"]
    bucket, key = detail["bucket"]["name"], detail["object"]["key"]
    if not key.lower().endswith(".csv"):  # such as a report of ours, which must not lead to another one
        logger.info("no catalogue", extra={"key": key})
        return
    report = _bucket().load_and_report(bucket, key)
    logger.info("loaded", extra={"key": key, "report": figures(report)})


@custom_resource(
    CatalogueFileError, BundleError, SettingsError, psycopg2.OperationalError, BotoCoreError, ClientError
)
def _during_the_deploy(request: Request, _context: Context) -> Made:
    report = _bucket().load(request["Bucket"], request["Key"], request["Sha256"])
    logger.info("loaded", extra={"key": request["Key"], "report": figures(report)})
    return Made("catalogue", {"Products": str(report.loaded), "Refused": str(len(report.refused))})


@cache
def _bucket() -> CatalogueBucket:
    """Made at the first event, not while the module is imported: an error there would go unanswered."""
    settings = read_settings()
    dsn = dsn_of(settings)

    def connect() -> Connection:
        return psycopg2.connect(
            dsn(), connect_timeout=settings.connect_timeout_s, application_name="load_catalogue"
        )

    embedder = OnnxEmbedder(settings.model_bundle, precision="fp32", threads=settings.embedder_threads)
    return CatalogueBucket(boto3.client("s3", config=_S3), connect, embedder)
