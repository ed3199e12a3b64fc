"""What every kind of test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.stack import CHECKOUT, StackSettings, local_stack
from scripts.model.build_bundle import ensure_bundle
from tests.folders import open_folder

SAMPLE = CHECKOUT / "data" / "sample_catalogue.csv"


# The orchestrator's metrics go to standard output, after an answer's end and so into another test's; the
# tests of them switch them on again.
os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The real model. Fails where it can't be had: without it the tests would prove little."""
    return ensure_bundle()


@pytest.fixture(scope="session")
def base_url(bundle: Path) -> Iterator[str]:
    """The whole system, as `make run` starts it, with the sample catalogue and no LLM: real processes, a
    real database, the real model."""
    with open_folder() as folder:
        settings = StackSettings(catalogue=SAMPLE, state_dir=folder / "state", bundle=bundle)
        with local_stack(settings, announce=lambda _: None) as url:
            yield url
