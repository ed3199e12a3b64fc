"""A GGUF model run by llama.cpp, in the two schemas that SageMaker's containers speak.

`messages` are answered as vLLM does, with OpenAI's chunks as server-sent events. `inputs` are answered as LMI
does, with one JSON line a token.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import xllamacpp

from scripts.local.sagemaker_api import ServiceError, model_error

CONTEXT_TOKENS = 4_096
"""Of one conversation, as Llama 2 has."""
SLOTS = 2
"""Prompts kept ready: one for each role of the LLM, whose beginnings never change."""
_SECONDS = 300


class LlamaCpp:
    """Answers for as long as it exists."""

    def __init__(self, model: Path, threads: int) -> None:
        params = xllamacpp.CommonParams()
        params.model.path = str(model)
        params.n_ctx = CONTEXT_TOKENS * SLOTS
        params.n_parallel = SLOTS
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.port = 0
        params.verbosity = -1
        self._server = xllamacpp.Server(params)
        # Its server closes connections without saying so.
        self._client = httpx2.Client(
            base_url=self._server.listening_address, headers={"Connection": "close"}, timeout=_SECONDS
        )

    def answer(self, request: dict[str, Any]) -> Iterator[bytes]:
        """A container, as scripts/local/sagemaker_api.py wants one."""
        if "messages" in request:
            return self._post("/v1/chat/completions", request)
        return self._inputs(request)

    def _post(self, path: str, body: dict[str, Any]) -> Iterator[bytes]:
        try:
            with self._client.stream("POST", path, json=body) as response:
                if response.status_code != 200:
                    raise model_error(response.status_code, response.read().decode(errors="replace"))
                yield from response.iter_bytes()
        except httpx2.HTTPError as error:
            raise ServiceError(500, "InternalFailure", repr(error)) from error

    def _inputs(self, request: dict[str, Any]) -> Iterator[bytes]:
        asked = request.get("parameters", {})
        body = {
            "prompt": request["inputs"],
            "n_predict": asked.get("max_new_tokens", 30),
            "temperature": asked.get("temperature", 1.0) if asked.get("do_sample") else 0.0,
            "stop": asked.get("stop", []),
            "stream": True,
        }
        whole = ""
        for line in _lines(self._post("/completion", body)):
            token = json.loads(line.removeprefix(b"data: "))
            whole += token["content"]
            item: dict[str, Any] = {
                "token": {"id": (token.get("tokens") or [-1])[0], "text": token["content"]}
            }
            if token["stop"]:
                item["generated_text"] = whole
                item["details"] = {
                    "finish_reason": "length" if token["stop_type"] == "limit" else "stop_sequence",
                    "generated_tokens": token["tokens_predicted"],
                    "input_length": token["tokens_evaluated"],
                }
            if request.get("stream"):
                yield json.dumps(item, ensure_ascii=False).encode() + b"\n"
            elif token["stop"]:
                yield json.dumps({"generated_text": whole, "details": item["details"]}).encode()


def _lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    buffer = b""
    for part in parts:
        *whole, buffer = (buffer + part).split(b"\n")
        yield from (line for line in whole if line.startswith(b"data: {"))
