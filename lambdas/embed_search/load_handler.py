"""The Lambda that loads catalogue files: the steps of the state machine, and the load of a deploy."""

from contextlib import closing
from dataclasses import asdict
from functools import cache
from typing import Any

import boto3
import psycopg2
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from apparel.cloudformation import Context, Made, Request, custom_resource, is_request
from embed_search.bundle import BundleError
from embed_search.catalogue_bucket import CatalogueBucket, reason_of
from embed_search.database import dsn_of
from embed_search.deploy_load import load_deployed
from embed_search.embedder import OnnxEmbedder
from embed_search.errors import CatalogueFileError, LoadInterrupted
from embed_search.load_steps import LoadSteps
from embed_search.postgres import Connection
from embed_search.settings import SettingsError, read_settings

logger = Logger(service="load_catalogue")

_S3 = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 4, "mode": "standard"})


def handler(event: dict[str, Any], context: Context) -> dict[str, Any] | None:
    """A step of the state machine (infra/constructs/load_definition.py), or CloudFormation's custom resource.

    What a step raises decides, by the name of its class, whether Step Functions tries again.
    """
    if is_request(event):
        _during_the_deploy(event, context)
        return None
    step, key = event["step"], event["state"]["object"]["key"]
    if step == "tell_why":
        logger.error("not loaded", extra={"key": key, "error": reason_of(event["state"]["error"])})
    done = _steps().run(event)
    if step == "publish":
        logger.info("loaded", extra={"key": key, "report": done})
    else:
        logger.info("step done", extra={"key": key, "step": step, "done": done})
    return done


@custom_resource(
    CatalogueFileError,
    LoadInterrupted,
    BundleError,
    SettingsError,
    psycopg2.OperationalError,
    BotoCoreError,
    ClientError,
)
def _during_the_deploy(request: Request, _context: Context) -> Made:
    """Properties: of the file, if the deploy has one, Bucket, Key and Sha256; and what makes it an update."""
    key = request.properties.get("Key")
    with closing(_connect()) as connection:
        report = load_deployed(connection, _embedder(), _s3(), request.properties if key else None)
    if report is None:
        logger.info("kept", extra={"key": key})
        return Made("catalogue", {"Loaded": "nothing: the catalogue that is there stays"})
    logger.info("loaded", extra={"key": key, "report": asdict(report)})
    return Made("catalogue", {"Products": str(report.loaded), "Refused": str(report.refused)})


# All made at the first event, not while the module is imported: an error there would go unanswered.


@cache
def _steps() -> LoadSteps:
    return LoadSteps(CatalogueBucket(_s3()), _connect, _embedder())


@cache
def _s3() -> Any:
    return boto3.client("s3", config=_S3)


@cache
def _embedder() -> OnnxEmbedder:
    settings = read_settings()
    return OnnxEmbedder(settings.model_bundle, threads=settings.embedder_threads)


def _connect() -> Connection:
    settings = read_settings()
    return psycopg2.connect(
        dsn_of(settings)(), connect_timeout=settings.connect_timeout_s, application_name="load_catalogue"
    )
