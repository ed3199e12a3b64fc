"""A SageMaker endpoint whose container does what each test scripts, over AWS's own protocol."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config

from orchestrator.llm.codec import Codec, MessagesCodec
from orchestrator.llm.sagemaker_llm import SageMakerLlm
from orchestrator.llm.tokens import estimate
from scripts.local.sagemaker_api import Container, SageMakerServer
from tests.llm_server import chunk

ENDPOINT, COMPONENT = "llm", "llama-2"


def says(*texts: str) -> Container:
    """A container of OpenAI's schema that says the texts, streamed or whole, whichever it is asked for."""

    def answer(request: dict[str, Any]) -> Iterator[bytes]:
        if request["stream"]:
            yield from [*map(chunk, texts), chunk("", "stop"), b"data: [DONE]\n\n"]
        else:
            message = {"role": "assistant", "content": "".join(texts)}
            usage = {"prompt_tokens": 7, "completion_tokens": 3}
            choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
            yield json.dumps({"choices": choices, "usage": usage}).encode()

    return answer


def sends(*parts: bytes) -> Container:
    """Sends just these bytes."""
    return lambda request: iter(parts)


def fails(error: Exception, *before: bytes) -> Container:
    """Sends the parts, then fails."""

    def answer(request: dict[str, Any]) -> Iterator[bytes]:
        yield from before
        raise error

    return answer


def stalls(release: threading.Event, *before: bytes) -> Container:
    """Sends the parts, then nothing until the test lets go."""

    def answer(request: dict[str, Any]) -> Iterator[bytes]:
        yield from before
        release.wait(timeout=30)

    return answer


def trickles(request: dict[str, Any]) -> Iterator[bytes]:
    """Comments for ever, each well within any time-out for silence."""
    while True:
        yield b": wait\n"
        time.sleep(0.05)


def endless(request: dict[str, Any]) -> Iterator[bytes]:
    while True:
        yield chunk("more and more and more ")


class ScriptedEndpoint:
    def __init__(self) -> None:
        self.container: Container = says("ok")
        self.requests: list[dict[str, Any]] = []
        """The body of each."""
        self.url = ""

    def answer(self, request: dict[str, Any]) -> Iterator[bytes]:
        self.requests.append(request)
        return self.container(request)


@contextlib.contextmanager
def sagemaker_endpoint(component: str = COMPONENT) -> Iterator[ScriptedEndpoint]:
    scripted = ScriptedEndpoint()
    server = SageMakerServer(scripted.answer, endpoint=ENDPOINT, component=component)
    scripted.url = server.url
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield scripted
    finally:
        server.shutdown()
        server.server_close()


def client_of(
    url: str,
    *,
    codec: Codec | None = None,
    silence_seconds: float = 5,
    timeout_seconds: float = 20,
    endpoint: str = ENDPOINT,
    component: str = COMPONENT,
) -> SageMakerLlm:
    """The production client, with boto3 unmodified, at this address."""
    client = boto3.client(
        "sagemaker-runtime",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=silence_seconds, retries={"total_max_attempts": 1}),
    )
    return SageMakerLlm(
        client,
        endpoint=endpoint,
        component=component,
        codec=codec or MessagesCodec(ask_usage=True),
        timeout_seconds=timeout_seconds,
        silence_seconds=silence_seconds,
        context_tokens=4_096,
        count=estimate,
    )
