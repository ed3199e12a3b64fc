"""The Lambda that puts the model bundle onto the file system."""

import logging
import os
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from apparel.cloudformation import Context, Made, Request, custom_resource
from embed_search.bundle import BundleError
from embed_search.deploy.place_model import place, remove_older
from embed_search.s3_file import open_s3

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 4, "mode": "standard"})


@custom_resource(BundleError, BotoCoreError, ClientError, OSError)
def handler(request: Request, _context: Context) -> Made:
    """Properties: Bucket and Key of the zipped bundle, and BundleHash, its name.

    Besides the new bundle the former one stays, for a rollback; older ones go.
    """
    models = Path(os.environ["MODELS_FOLDER"])
    name = request["BundleHash"]
    with open_s3(boto3.client("s3", config=_CONFIG), request["Bucket"], request["Key"]) as archive:
        place(archive, name, models)
    former = request.old_properties.get("BundleHash", name)
    removed = remove_older(models, {name, former}) if former != name else []
    logger.info("Placed %s, removed %s", name, removed or "none")
    return Made(name)
