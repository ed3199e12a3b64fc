"""The running stack (`base_url`, tests/conftest.py) as its clients see it."""

import openai
import pytest

from tests.conftest import SAMPLE as SAMPLE


@pytest.fixture(scope="session")
def client(base_url: str) -> openai.OpenAI:
    """The official client, as any shop's developer would use it."""
    return openai.OpenAI(base_url=base_url, api_key="anything", max_retries=0, timeout=60)
