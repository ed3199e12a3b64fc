"""What a cold start does not import; `make bench-cold` measures what it does."""

import subprocess
from pathlib import Path

import pytest

from infra.packaging.recipe import Package
from tests.integration.packages.conftest import SandboxOf

SEARCH = {"DATABASE_URL": "host=/nowhere", "AWS_REGION": "us-east-1"}
ORCHESTRATOR = {
    "LIMITS_TABLE": "limits",
    "FEEDBACK_TABLE": "feedback",
    "COGNITO_ISSUER": "https://cognito-idp.us-east-1.amazonaws.com/pool",
    "COGNITO_SCOPE": "shop/chat",
    "SAGEMAKER_ENDPOINT": "llm",
}


def imported(sandbox_of: SandboxOf, package: Package, environment: dict[str, str]) -> set[str]:
    """The modules that are there once the handler is ready."""
    module = {"search": "embed_search.handler", "orchestrator": "orchestrator.handler"}[package]
    code = f"import sys; sys.path.insert(0, '/var/task'); import {module}; print(*sys.modules)"
    command = sandbox_of(package).command(["python3", "-c", code], environment)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def of_search(sandbox_of: SandboxOf, bundle: Path) -> set[str]:
    return imported(sandbox_of, "search", {**SEARCH, "MODEL_BUNDLE": f"/mnt/models/{bundle.name}"})


@pytest.fixture(scope="module")
def of_orchestrator(sandbox_of: SandboxOf) -> set[str]:
    return imported(sandbox_of, "orchestrator", ORCHESTRATOR)


@pytest.mark.parametrize(
    "module",
    ["boto3", "botocore.client", "urllib3", "s3transfer", "pydantic_settings", "dotenv", "asyncio",
     "embed_search.catalogue_row"],
)  # fmt: skip
def test_search_starts_without(module: str, of_search: set[str]) -> None:
    assert "embed_search.embedder" in of_search
    assert module not in of_search


@pytest.mark.parametrize(
    "module",
    ["boto3", "s3transfer", "cryptography", "jwt", "httpx2", "pydantic_settings", "dotenv",
     "spellchecker", "numpy"],
)  # fmt: skip
def test_orchestrator_starts_without(module: str, of_orchestrator: set[str]) -> None:
    assert "orchestrator.edge.api" in of_orchestrator
    assert module not in of_orchestrator
