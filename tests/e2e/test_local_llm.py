"""A real model of Llama's architecture behind the stand-in for SageMaker, through the production client.

SmolLM2 has 135 million parameters and understands next to nothing: the contract is asserted, never the
meaning. It was trained on another chat format than Llama 2's, to which it has often nothing to say.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from orchestrator.conversation import answer
from orchestrator.deadline import Deadline
from orchestrator.edge.api import Inside
from orchestrator.errors import LlmUnavailable
from orchestrator.llm.codec import Codec, MessagesCodec
from orchestrator.llm.llama2 import Llama2Codec
from orchestrator.llm.protocol import Usage
from orchestrator.llm.sagemaker_llm import SageMakerLlm
from orchestrator.llm.tokens import estimate
from orchestrator.messages import Message
from orchestrator.recommend import recommend_query, recommend_similar
from scripts.local.llm_local import COMPONENT, ENDPOINT, READY_SECONDS, gguf_file, llm_child
from scripts.local.llm_releases import SMOLLM2, SMOLLM2_FILE
from scripts.local.sockets import bound_socket, listen, port_of
from scripts.model.fetch import ModelUnavailable
from tests.orchestrator_fakes import fake_app, fake_services, served
from tests.sagemaker_server import client_of

SILENCE_SECONDS = 60
ASKED = [
    Message("system", "You sell clothes. Answer in one sentence."),
    Message("user", "Which of these is nice? 1. blue shirt, Rs 1299; 2. लाल साड़ी, ₹2,499 🎉"),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the endpoint."""
    try:
        model = gguf_file(SMOLLM2, SMOLLM2_FILE)
    except ModelUnavailable as error:
        pytest.skip(f"SmolLM2 can't be downloaded: {error}")
    log = tmp_path_factory.mktemp("llm") / "llm.log"
    with ExitStack() as cleanup:
        listener = cleanup.enter_context(bound_socket(0))
        listen(listener)
        child = llm_child(model, listener, Path(log), dict(os.environ))
        cleanup.callback(child.stop)
        child.start()
        child.wait_until_ready(READY_SECONDS)
        yield f"http://127.0.0.1:{port_of(listener)}"


CODECS = pytest.mark.parametrize(
    "codec", [MessagesCodec(ask_usage=True), Llama2Codec()], ids=["messages", "llama2"]
)


def client(url: str, codec: Codec) -> SageMakerLlm:
    return client_of(
        url,
        codec=codec,
        endpoint=ENDPOINT,
        component=COMPONENT,
        silence_seconds=SILENCE_SECONDS,
        timeout_seconds=SILENCE_SECONDS,
    )


@CODECS
@pytest.mark.parametrize("way", ["stream", "complete"])
def test_an_answer_ends_and_is_counted_by_the_models_own_tokenizer(url: str, codec: Codec, way: str) -> None:
    llm, usage = client(url, codec), Usage()
    call = llm.stream if way == "stream" else llm.complete
    said = call(ASKED, max_tokens=12, temperature=0, deadline=Deadline(SILENCE_SECONDS), usage=usage)
    assert "�" not in "".join(said)
    assert 1 <= usage.tokens_out <= 13
    assert 20 < usage.tokens_in <= sum(estimate(message.text) for message in ASKED)


@CODECS
def test_a_prompt_beyond_the_context_is_an_unavailable_llm(url: str, codec: Codec) -> None:
    llm = client(url, codec)
    asked = [Message("user", "shirt " * 6_000)]
    with pytest.raises(LlmUnavailable):
        llm.complete(asked, max_tokens=5, temperature=0, deadline=Deadline(SILENCE_SECONDS))


def test_a_shopper_gets_a_whole_and_true_answer(url: str) -> None:
    llm = client(url, MessagesCodec(ask_usage=True))
    inside = Inside(answer=answer, by_query=recommend_query, by_products=recommend_similar)
    body = {"messages": [{"role": "user", "content": "blue shirts for men under 2000"}], "stream": True}
    with (
        served(fake_app(inside, fake_services(llm=llm))) as address,
        httpx2.stream(
            "POST", f"{address}/v1/chat/completions", json=body, timeout=2 * SILENCE_SECONDS
        ) as response,
    ):
        data = [line.removeprefix("data: ") for line in response.iter_lines() if line.startswith("data: ")]
    assert data[-1] == "[DONE]"
    events = [json.loads(line) for line in data[:-1]]
    assert [len(event["recommendations"]) for event in events if "recommendations" in event] == [2]
    assert events[-1]["choices"][0]["finish_reason"] == "stop"
    text = "".join(event["choices"][0]["delta"].get("content", "") for event in events)
    lines, _, words = text.partition("₹799.50")
    assert "₹1,299" in lines
    assert words.strip()
    for lie in ("http", "[INST]", "<|", "Nike", "$"):
        assert lie not in words
