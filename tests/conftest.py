"""What every kind of test may use."""

from pathlib import Path

import pytest

from scripts.build_bundle import ensure_bundle
from scripts.fetch_model import ModelUnavailable


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The real model."""
    try:
        return ensure_bundle()
    except ModelUnavailable as error:
        pytest.skip(str(error))
