"""One synth for each variant that is asked for. The packages are not built: pip never runs here."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

# aws-cdk-lib starts Node.js as it is imported: the one that was installed with it, beside Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

from infra.app import add_checks, build
from infra.settings import ROOT
from scripts.synth import VARIANTS
from tests.infra.deployment import Deployment, Synthesise


@pytest.fixture(scope="session")
def fake_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As complete as the real one, and a few bytes long."""
    folder = tmp_path_factory.mktemp("bundles") / "fake-bundle-of-a-few-bytes"
    folder.mkdir()
    (folder / "model.onnx").write_text("no model")
    manifest = {"files": {"model.onnx": {"size": 8, "sha256": "not looked at"}}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / ".complete").touch()
    return folder


@pytest.fixture(scope="session")
def synthesise(fake_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Synthesise:
    """For settings that no variant has. Takes seconds: prefer the variants."""

    def run(settings: Mapping[str, object], checked: bool = False) -> Deployment:
        folder = tmp_path_factory.mktemp("cdk") / "out"
        # What `cdk synth` hands over, but for the settings named here.
        cdk_json = json.loads((ROOT / "cdk.json").read_text())["context"]
        context = {**cdk_json, "aws:cdk:bundling-stacks": [], "model_bundle": str(fake_bundle), **settings}
        app = build(context, outdir=str(folder))
        if checked:
            add_checks(app)
        app.synth()
        return Deployment(app, folder)

    return run


@pytest.fixture(scope="session")
def full(synthesise: Synthesise) -> Deployment:
    """The defaults: SageMaker and chat-ui."""
    return synthesise(VARIANTS["full"])


@pytest.fixture(scope="session")
def bare(synthesise: Synthesise) -> Deployment:
    """No LLM, no chat-ui."""
    return synthesise(VARIANTS["bare"])


@pytest.fixture(scope="session")
def openai(synthesise: Synthesise) -> Deployment:
    """Somebody else's LLM, no chat-ui."""
    return synthesise(VARIANTS["openai"])


@pytest.fixture(scope="session")
def prod(synthesise: Synthesise) -> Deployment:
    """The defaults, protected."""
    return synthesise({**VARIANTS["full"], "stage": "prod"})
