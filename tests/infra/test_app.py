"""The app as the CDK's command line starts it, and which stacks it holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as s3_assets

from infra.app import explain
from infra.packaging.errors import PackagingError
from infra.settings import ROOT
from scripts.synth import VARIANTS, without_credentials
from tests.infra.deployment import Deployment


def stacks(deployment: Deployment) -> list[str]:
    return [stack.stack_name for stack in deployment.app.synth().stacks]


def started_by_the_cli(settings: dict[str, object], folder: Path) -> subprocess.CompletedProcess[str]:
    """What the line `app` of cdk.json does, with this Python, as the command line calls it."""
    context = {**json.loads((ROOT / "cdk.json").read_text())["context"], **settings}
    return subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={
            **without_credentials(os.environ),
            "CDK_OUTDIR": str(folder / "out"),
            "CDK_CONTEXT_JSON": json.dumps({"aws:cdk:bundling-stacks": [], **context}),
        },
        capture_output=True,
        text=True,
    )


def test_names_each_stack_by_its_stage_and_part(full: Deployment, prod: Deployment) -> None:
    parts = {"network", "data", "model-store", "llm", "api", "chat-ui", "monitoring"}
    assert set(stacks(full)) == {f"apparel-dev-{part}" for part in parts}
    assert set(stacks(prod)) == {f"apparel-prod-{part}" for part in parts}


def test_synthesises_for_the_command_line(fake_bundle: Path, tmp_path: Path) -> None:
    done = started_by_the_cli({**VARIANTS["bare"], "model_bundle": str(fake_bundle)}, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "apparel-dev-data.template.json").is_file()


def test_says_what_is_wrong_with_the_settings_without_a_traceback(tmp_path: Path) -> None:
    done = started_by_the_cli({"backup_days": 0}, tmp_path)
    assert done.returncode == 1
    first, *rest = done.stderr.splitlines()
    assert first == "Settings (cdk.json or -c name=value):"
    assert any(line.strip().startswith("backup_days: ") for line in rest)
    assert "Traceback" not in done.stderr


def test_says_what_is_wrong_with_a_package_as_packaging_said_it(tmp_path: Path) -> None:
    @jsii.implements(cdk.ILocalBundling)
    class TooLarge:
        def try_bundle(self, output_dir: str, options: object = None, **_others: object) -> bool:
            raise PackagingError("The package is too large.")

    image = lambda_.Runtime.PYTHON_3_13.bundling_image
    bundling = cdk.BundlingOptions(image=image, local=TooLarge())
    stack = cdk.Stack(cdk.App(outdir=str(tmp_path / "out")), "Stack")
    with pytest.raises(RuntimeError) as failed:
        s3_assets.Asset(stack, "Package", path=str(ROOT / "data"), bundling=bundling)

    assert explain(failed.value) == "The package is too large."


def test_leaves_what_only_a_developer_understands_to_the_traceback() -> None:
    assert explain(RuntimeError("Cannot read properties of undefined")) is None


def test_says_that_the_model_bundle_is_missing_without_a_traceback(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    done = started_by_the_cli({**VARIANTS["bare"], "model_bundle": missing}, tmp_path)
    assert done.returncode == 1
    assert (
        done.stderr == f"model_bundle: no complete model bundle is in {missing}; `make bundle` builds it.\n"
    )
