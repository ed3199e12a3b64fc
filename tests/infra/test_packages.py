"""A package is built while the app is synthesised, by us and not in a container."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from infra import packages


def s3_key(folder: Path, architecture: lambda_.Architecture, context: dict[str, Any]) -> str:
    """Where the CDK would upload the deploy package to, once synthesised into the folder."""
    app = cdk.App(outdir=str(folder), context=context)
    stack = cdk.Stack(app, "One")
    lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=architecture,
        handler="x.handler",
        code=packages.code("deploy", architecture),
    )
    app.synth()
    template = json.loads((folder / "One.template.json").read_text())
    keys = [
        resource["Properties"]["Code"]["S3Key"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    ]
    key: str = keys[0]
    return key


def test_same_sources_make_the_same_asset(tmp_path: Path) -> None:
    first = s3_key(tmp_path / "a", lambda_.Architecture.X86_64, {})
    assert first == s3_key(tmp_path / "b", lambda_.Architecture.X86_64, {})
    built = tmp_path / "b" / f"asset.{first.removesuffix('.zip')}"
    assert (built / "embed_search/deploy/migrate_handler.py").is_file()
    assert (built / "embed_search/sql/migrations/0001_extensions.sql").is_file()
    assert (built / "apparel/cloudformation.py").is_file()


def test_hash_is_known_without_building(tmp_path: Path) -> None:
    built = s3_key(tmp_path / "a", lambda_.Architecture.ARM_64, {})
    assert built == s3_key(tmp_path / "b", lambda_.Architecture.ARM_64, {"aws:cdk:bundling-stacks": []})
    assert not list((tmp_path / "b").glob("asset.*"))
