"""What every kind of test may use."""

from pathlib import Path

import pytest

from scripts.model.build_bundle import ensure_bundle


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The real model. Fails where it can't be had: without it the tests would prove little."""
    return ensure_bundle()
