"""`make run LLM=local`: a small language model on this machine, behind a stand-in for SageMaker."""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.local.child_process import ChildProcess
from scripts.local.llm_releases import QWEN, QWEN_FILE
from scripts.local.sockets import HOST, get, port_of
from scripts.model.fetch import CacheSettings, ModelUnavailable, ensure_model, is_there, sha256_of
from scripts.model.release import Release

ENDPOINT, COMPONENT = "local-llm", "local-llm-component"
READY_SECONDS = 180.0
"""A model of a gigabyte from a slow disk."""
_PROBE_SECONDS = 1.0

# Two cores read some 50 tokens of a prompt a second, where a GPU reads thousands.
_PATIENCE = {"LLM_SILENCE_SECONDS": "90", "LLM_TIMEOUT_SECONDS": "180", "DEADLINE_SECONDS": "240"}

_ABOUT = """LLM=local: {name}, a language model of 1.5 billion parameters
in 4 bits, by Alibaba under the Apache licence. It is small: its prose is simple, and on two cores an answer
takes 10 to 30 seconds after the products."""
_DOWNLOAD = "It is a download of {gigabytes:.1f} GB, kept in {cache} for the next time."


def ensure_chat_model(announce: Callable[[str], None]) -> Path:
    """The file of the model that `make run LLM=local` chats with, fetched if need be; says first what it is.

    Raises ModelUnavailable, also for a file that is not the one that was pinned.
    """
    settings = CacheSettings()
    announce(_ABOUT.format(name=QWEN.repository))
    if not is_there(settings, QWEN):
        announce(_DOWNLOAD.format(gigabytes=QWEN.size / 1e9, cache=settings.cache))
    return gguf_file(QWEN, QWEN_FILE, settings)


def gguf_file(release: Release, name: str, settings: CacheSettings | None = None) -> Path:
    """The file of a release, its hash looked at anew each time. Raises ModelUnavailable."""
    settings = settings or CacheSettings()
    source = settings.model_source
    if source is not None and not (source.expanduser() / name).is_file():
        settings = settings.model_copy(update={"model_source": None})  # that folder is for the embedder
    path = ensure_model(settings, release) / name
    found, wanted = sha256_of(path), release.files[name].sha256
    if found != wanted:
        raise ModelUnavailable(
            f"{path} has the SHA-256 {found[:12]}…, and not {wanted[:12]}… as it should, and was refused. "
            "Delete it; the next run fetches it again."
        )
    return path


def llm_child(
    model: Path, listener: socket.socket, log: Path, environment: Mapping[str, str]
) -> ChildProcess:
    return ChildProcess(
        "the language model",
        "scripts.local.llm_endpoint",
        [str(listener.fileno()), str(model)],
        log,
        lambda _pid: get(port_of(listener), "/health", _PROBE_SECONDS)[0] == 200,
        environment,
        [listener.fileno()],
    )


def llm_environment(port: int) -> dict[str, str]:
    """What leads the orchestrator to the endpoint, and gives a slow machine its time."""
    patience = {name: os.environ.get(name) or seconds for name, seconds in _PATIENCE.items()}
    return {
        **patience,
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": f"http://{HOST}:{port}",
        "SAGEMAKER_ENDPOINT": ENDPOINT,
        "SAGEMAKER_INFERENCE_COMPONENT": COMPONENT,
        "LLM_CODEC": "messages",
    }
