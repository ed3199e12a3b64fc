"""The whole system, as `make run` starts it: real processes, a real database, the real model."""

from collections.abc import Iterator
from pathlib import Path

import openai
import pytest

from scripts.local.stack import CHECKOUT, StackSettings, local_stack
from tests.folders import open_folder

SAMPLE = CHECKOUT / "data" / "sample_catalogue.csv"


@pytest.fixture(scope="session")
def base_url(bundle: Path) -> Iterator[str]:
    """A running stack with the sample catalogue and no LLM."""
    with open_folder() as folder:
        settings = StackSettings(catalogue=SAMPLE, state_dir=folder / "state", bundle=bundle)
        with local_stack(settings, announce=lambda _: None) as url:
            yield url


@pytest.fixture(scope="session")
def client(base_url: str) -> openai.OpenAI:
    """The official client, as any shop's developer would use it."""
    return openai.OpenAI(base_url=base_url, api_key="anything", max_retries=0, timeout=60)
