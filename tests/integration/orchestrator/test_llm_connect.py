"""Which language model the settings lead to, checked at start."""

from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from orchestrator.deadline import Deadline
from orchestrator.llm.connect import connect_llm
from orchestrator.llm.openai_llm import OpenAiLlm
from orchestrator.llm.sagemaker_llm import SageMakerLlm
from orchestrator.messages import Message
from orchestrator.settings import SettingsError, read_settings
from tests.llm_server import llm_server
from tests.sagemaker_server import COMPONENT, ENDPOINT, sagemaker_endpoint, sends

HI = [Message("user", "hi")]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """AWS's Secrets Manager on loopback."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{host}:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    yield server.get_host_and_port()[0]
    server.stop()


def test_without_settings_there_is_none() -> None:
    assert connect_llm(read_settings()) is None


@pytest.mark.parametrize(("codec", "key"), [("messages", "messages"), ("llama2", "inputs")])
def test_a_sagemaker_endpoint_is_asked_in_the_schema_that_was_set(
    aws: str, monkeypatch: pytest.MonkeyPatch, codec: str, key: str
) -> None:
    with sagemaker_endpoint() as endpoint:
        endpoint.container = sends(b'{"generated_text": "x", "choices": [{"message": {"content": "x"}}]}')
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", endpoint.url)
        monkeypatch.setenv("SAGEMAKER_ENDPOINT", ENDPOINT)
        monkeypatch.setenv("SAGEMAKER_INFERENCE_COMPONENT", COMPONENT)
        monkeypatch.setenv("LLM_CODEC", codec)
        llm = connect_llm(read_settings())
        assert isinstance(llm, SageMakerLlm)
        assert llm.complete(HI, max_tokens=5, temperature=0, deadline=Deadline(5)) == "x"
        assert key in endpoint.requests[0]


def test_the_key_of_an_openai_compatible_server_is_read_from_its_secret(
    aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("secretsmanager")
    arn = client.create_secret(Name="llm", SecretString="sk-secret")["ARN"]
    with llm_server() as server:
        monkeypatch.setenv("LLM_BASE_URL", server.url)
        monkeypatch.setenv("LLM_MODEL", "m")
        monkeypatch.setenv("LLM_API_KEY_SECRET_ARN", arn)
        llm = connect_llm(read_settings())
        assert isinstance(llm, OpenAiLlm)
        llm.complete(HI, max_tokens=5, temperature=0, deadline=Deadline(5))
        assert server.requests[0][1] == "Bearer sk-secret"


def test_a_secret_that_is_not_there_is_told_at_start(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("LLM_MODEL", "m")
    monkeypatch.setenv("LLM_API_KEY_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:none")
    with pytest.raises(SettingsError, match="secret:none"):
        connect_llm(read_settings())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"LLM_BASE_URL": "http://x/v1"}, "LLM_MODEL"),
        ({"LLM_BASE_URL": "http://x/v1", "LLM_MODEL": "m", "SAGEMAKER_ENDPOINT": "e"}, "not both"),
        ({"LLM_API_KEY": "k", "LLM_API_KEY_SECRET_ARN": "arn"}, "not both"),
        ({"LLM_CODEC": "alpaca"}, "LLM_CODEC"),
        ({"LLM_CONTEXT_TOKENS": "100"}, "LLM_CONTEXT_TOKENS"),
    ],
)
def test_what_can_not_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], said: str
) -> None:
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        read_settings()
