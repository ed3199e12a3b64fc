"""The code of the Lambda functions."""

from pathlib import Path
from typing import Literal

from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).parents[1]

Package = Literal["search", "orchestrator", "deploy"]
_FOLDERS: dict[Package, str] = {
    "search": "lambdas/embed_search",
    "orchestrator": "lambdas/orchestrator",
    "deploy": "lambdas/embed_search",
}


def code(package: Package, architecture: lambda_.Architecture) -> lambda_.Code:
    """What a function of this package runs. So far the sources without their libraries."""
    return lambda_.Code.from_asset(str(ROOT / _FOLDERS[package]))
