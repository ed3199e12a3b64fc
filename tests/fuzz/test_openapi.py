"""The API keeps to its own description: requests are made from it by schemathesis, for the running stack."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orchestrator.edge.api import create_app
from scripts.local.stack import StackSettings, local_stack
from tests.e2e.conftest import SAMPLE
from tests.folders import open_folder
from tests.orchestrator_fakes import ECHO, fake_services

CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
EXAMPLES = {"short": 25, "long": 1_000}[os.environ.get("FUZZ", "short")]
LONGEST_SECONDS = 10


# The description comes from the code, as the running API gives it at /v1/openapi.json.
schema = schemathesis.openapi.from_dict(create_app(fake_services(), ECHO).openapi())


@pytest.fixture(scope="module")
def address(bundle: Path) -> Iterator[str]:
    """Of a whole running stack, which sells a few things."""
    with open_folder() as folder:
        few = folder / "few.csv"
        few.write_text("".join(SAMPLE.open(encoding="utf-8").readlines()[:60]), encoding="utf-8")
        with local_stack(StackSettings(few, folder / "state", bundle=bundle), lambda _: None) as url:
            yield url.removesuffix("/v1")


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_description(case: Case[Any], address: str) -> None:
    response = case.call(base_url=address, timeout=LONGEST_SECONDS)
    if "text/event-stream" in response.headers.get("content-type", [""])[0]:
        assert response.text.endswith("data: [DONE]\n\n")
        return
    case.validate_response(response, checks=list(CHECKS))
