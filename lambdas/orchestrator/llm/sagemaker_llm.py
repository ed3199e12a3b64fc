"""An LLM on an Amazon SageMaker endpoint.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html
"""

import json
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

from botocore.eventstream import ParserError
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from urllib3.exceptions import HTTPError
from urllib3.exceptions import ReadTimeoutError as StreamReadTimeoutError

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmBusy, LlmError, LlmTimeout, LlmUnavailable, LlmWakingUp
from orchestrator.llm.codec import Codec
from orchestrator.llm.protocol import Usage
from orchestrator.llm.tokens import TokenCounter
from orchestrator.llm.watched import watched
from orchestrator.llm.wire import texts, whole_text
from orchestrator.messages import Message

_BUSY = re.compile(r"throttl|too ?many ?requests|limit ?exceeded|slow ?down", re.IGNORECASE)
# A component without copies answers ValidationError: "Inference Component has no capacity to process this
# request. ApplicationAutoScaling may be in-progress (if configured) …". The wording may change.
_WAKING = re.compile(
    r"capacity|autoscaling|scal(?:ed|ing)\b|no (?:running |available )?(?:copies|instances)|"
    r"not ?(?:yet )?ready|still (?:being )?(?:provision|creat|load)",
    re.IGNORECASE,
)


class SageMakerLlm:
    """Safe to share between threads. One call takes at most `timeout_seconds`, less if its deadline is
    nearer, and gives up after `silence_seconds` without a byte. Nothing is tried twice here."""

    def __init__(
        self,
        client: Any,
        *,
        endpoint: str,
        component: str | None,
        codec: Codec,
        timeout_seconds: float,
        silence_seconds: float,
        context_tokens: int,
        count: TokenCounter,
    ) -> None:
        """`client`: boto3's `sagemaker-runtime`, without retries, with a read time-out of about
        `silence_seconds`, after which it lets go of a call that nobody waits for any more."""
        self._client = client
        self._target = {"EndpointName": endpoint, "ContentType": "application/json"}
        if component:
            self._target["InferenceComponentName"] = component
        self._codec = codec
        self._timeout = timeout_seconds
        self._silence = silence_seconds
        self._context_tokens = context_tokens
        self._count = count

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count(self, text: str) -> int:
        return self._count(text)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
        usage: Usage | None = None,
    ) -> str:
        request = self._codec.request(
            messages, max_tokens=max_tokens, temperature=temperature, stop=stop, stream=False
        )
        own = _ahead(deadline.within(self._timeout))
        # Everything is silence until the whole answer is there.
        body = b"".join(watched(lambda: self._whole(request), own, self._silence))
        return whole_text(body, self._codec, max_tokens=max_tokens, usage=usage)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
        usage: Usage | None = None,
    ) -> Iterator[str]:
        request = self._codec.request(
            messages, max_tokens=max_tokens, temperature=temperature, stop=stop, stream=True
        )
        own = _ahead(deadline.within(self._timeout))
        with closing(watched(lambda: self._parts(request), own, self._silence)) as parts:
            yield from texts(parts, self._codec, own, max_tokens=max_tokens, usage=usage)

    def _whole(self, request: dict[str, Any]) -> Generator[bytes, None, None]:
        try:
            response = self._client.invoke_endpoint(Body=json.dumps(request).encode(), **self._target)
            yield response["Body"].read()
        except (BotoCoreError, ClientError, HTTPError) as error:
            raise _translated(error) from error

    def _parts(self, request: dict[str, Any]) -> Generator[bytes, None, None]:
        try:
            response = self._client.invoke_endpoint_with_response_stream(
                Body=json.dumps(request).encode(), **self._target
            )
            events = response["Body"]
            try:
                for event in events:
                    yield event.get("PayloadPart", {}).get("Bytes", b"")
            finally:
                events.close()
        except (BotoCoreError, ClientError, HTTPError, ParserError) as error:
            raise _translated(error) from error


def _ahead(deadline: Deadline) -> Deadline:
    if deadline.passed:
        raise LlmTimeout(detail="no time left to ask")
    return deadline


def _translated(error: Exception) -> LlmError:
    if isinstance(error, (ReadTimeoutError, StreamReadTimeoutError)):
        return LlmTimeout(detail=repr(error))
    if not isinstance(error, ClientError):
        return LlmUnavailable(detail=repr(error))
    problem = error.response.get("Error", {})
    code, message = str(problem.get("Code", "")), str(problem.get("Message", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    detail = f"{code} ({status}): {message[:300]}"
    if code == "ModelNotReadyException" or (code == "ValidationError" and _WAKING.search(message)):
        return LlmWakingUp(detail=detail)
    if status == 429 or _BUSY.search(code):
        return LlmBusy(detail=detail)
    return LlmUnavailable(detail=detail)
