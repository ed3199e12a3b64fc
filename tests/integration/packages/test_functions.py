"""The packaged functions do their work in Lambda's own surroundings."""

import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from apparel.contracts import REPLY, RetrievalReply
from embed_search.migrations import migrations
from infra.packaging.recipe import RECIPES, Package
from tests.integration.embed_search.conftest import SHELF
from tests.integration.packages.conftest import BUCKET, KEY, Aws, SandboxOf, Start
from tests.lambda_runtime import Function, FunctionError, running_function
from tests.small_bundle import small_bundle, zipped


def test_sandbox_is_closed(sandbox_of: SandboxOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTER", "seen")
    script = (
        "for place in / /var/task /var/lang /opt /mnt/models; "
        "do touch $place/x 2>/dev/null && echo $place; done; "
        "touch /tmp/x && id -u && echo ${OUTER-cleared} && ls -A /home /root /work 2>/dev/null; true"
    )
    command = sandbox_of("search").command(["sh", "-c", script], {})
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["993", "cleared"]


def test_migration_is_done_by_the_deploy_package(migrated: dict[str, Any]) -> None:
    assert (migrated["Status"], migrated["Data"]) == ("SUCCESS", {"Applied": str(len(migrations()))})


def test_file_in_the_bucket_is_loaded_with_the_real_model(loaded: str, aws: Aws) -> None:
    body = aws.s3_client().get_object(Bucket=BUCKET, Key=f"{KEY}.report.json")["Body"].read()
    report = json.loads(body)
    assert (report["refused"], report["refused_rows"], report["set_aside"]) == (0, [], [])
    assert report["loaded"] == report["inserted"] == len(SHELF)
    assert 0 < report["embedded"] <= len(SHELF)
    assert '"message":"loaded"' in loaded
    assert "Acme" not in loaded, "no product's text is logged"


def test_search_answers_with_the_real_model_and_database(search: Function) -> None:
    reply = REPLY.validate_python(
        search.invoke({"op": "search", "text": "checked shirt for a man", "limit": 1})
    )
    assert isinstance(reply, RetrievalReply)
    assert reply.hits[0].product.product_id == "101"
    assert search.invoke({"op": "sing"})["code"] == "bad_request"
    assert "checked" not in search.logs(), "no word of a shopper is logged"
    assert "telemetry" not in search.logs(), "ONNX Runtime reports to nobody"


def test_search_takes_no_database_but_amazons(aws: Aws, start: Start, bundle: Path, loaded: str) -> None:
    environment = aws.environment("embed_search", bundle)
    del environment["DATABASE_CA_FILE"]  # so that the package's own authorities count
    known = len(aws.rds.tokens)
    with start("search", "embed_search.handler.handler", environment) as function:
        reply = function.invoke({"op": "facets"})
    assert reply["code"] == "catalogue_unavailable"
    assert len(aws.rds.tokens) == known


def test_missing_setting_is_named_while_it_starts(sandbox_of: SandboxOf, tmp_path: Path) -> None:
    environment = {"MODEL_BUNDLE": "/mnt/models/x", "DATABASE_USER": "embed_search"}
    with (
        pytest.raises(FunctionError, match=r"DATABASE_HOST: wanted"),
        running_function(sandbox_of("search"), "embed_search.handler.handler", environment, tmp_path / "log"),
    ):
        pass


def test_model_is_placed_by_the_deploy_package(aws: Aws, sandbox_of: SandboxOf, tmp_path: Path) -> None:
    bundle = small_bundle(tmp_path / "bundles", {"model.onnx": bytes(range(256)) * 10_000})
    client = aws.s3_client()
    client.create_bucket(Bucket="assets-of-packages")
    client.upload_file(str(zipped(bundle, tmp_path / "a.zip")), "assets-of-packages", "a.zip")
    models = tmp_path / "models"
    models.mkdir()
    sandbox = dataclasses.replace(sandbox_of("deploy"), models=models, models_writable=True)
    environment = {"MODELS_FOLDER": "/mnt/models", "AWS_ENDPOINT_URL_S3": aws.s3}
    handler = "embed_search.deploy.place_model_handler.handler"
    properties = {"Bucket": "assets-of-packages", "Key": "a.zip", "BundleHash": bundle.name}
    with running_function(sandbox, handler, environment, tmp_path / "log") as function:
        function.invoke(aws.cloudformation.request("Create", properties))
    answer = aws.cloudformation.answers.pop()
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", bundle.name), answer["Reason"]
    assert (models / bundle.name / "model.onnx").read_bytes() == (bundle / "model.onnx").read_bytes()
    assert (models / bundle.name / ".complete").exists()


@pytest.mark.parametrize("package", RECIPES)
def test_package_holds_what_runs_and_nothing_else(package: Package, sandbox_of: SandboxOf) -> None:
    files = [path.relative_to(sandbox_of(package).package) for path in sandbox_of(package).package.rglob("*")]
    tops = {path.parts[0].split("-")[0] for path in files}
    assert not tops & {
        "torch",
        "nvidia",
        "transformers",
        "huggingface_hub",
        "hf_xet",
        "pip",
        "pytest",
        "aws_cdk",
    }
    assert not any(part in ("tests", "f2py") for path in files for part in path.parts)
    sources = [path for path in files if path.suffix == ".py"]
    compiled = {path for path in files if path.suffix == ".pyc"}
    assert all(
        path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc" in compiled for path in sources
    ), "what is not compiled is compiled at each cold start"
