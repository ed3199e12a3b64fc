"""What is broken, how, and how it is mended."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil

from scripts.drilling.schema import completion
from scripts.faults.proxy import Wire
from scripts.local.sagemaker_api import Container, ServiceError, StreamError, no_capacity

SAYING = ["A calm choice that goes with ", "nearly everything you own."]


@dataclass
class ScriptedModel:
    """A language model that does as it is told to; says one harmless sentence when well."""

    behave: Container | None = None

    def answer(self, request: dict[str, Any]) -> Iterator[bytes]:
        return (self.behave or well)(request)


def well(request: dict[str, Any]) -> Iterator[bytes]:
    return completion(request, SAYING)


@dataclass(frozen=True)
class Parts:
    """What there is to break."""

    wire: Wire
    model: ScriptedModel

    def process(self, module: str) -> psutil.Process:
        """The child of ours that runs a module."""
        for child in psutil.Process().children(recursive=True):
            if module in child.cmdline():
                return child
        raise LookupError(f"no process runs {module}")

    def postmaster(self) -> psutil.Process:
        keeper = self.process("scripts.local.postgres_keeper")
        (server,) = [child for child in keeper.children() if "postgres" in child.name()]
        return server


@dataclass(frozen=True)
class Fault:
    name: str
    begin: Callable[[Parts], None]
    end: Callable[[Parts], None] = field(default=lambda parts: None)
    seconds: float = 0.0
    """How long it lasts; 0 for a blow, after which the parts are on their own."""


def _kill(module: str) -> Callable[[Parts], None]:
    return lambda parts: parts.process(module).kill()


def _signal(module: str, number: signal.Signals) -> Callable[[Parts], None]:
    return lambda parts: os.kill(parts.process(module).pid, number)


def _frozen(name: str, module: str, seconds: float) -> Fault:
    return Fault(name, _signal(module, signal.SIGSTOP), _signal(module, signal.SIGCONT), seconds)


def _model(name: str, behave: Container, seconds: float = 6) -> Fault:
    def begin(parts: Parts) -> None:
        parts.model.behave = behave

    def end(parts: Parts) -> None:
        parts.model.behave = None

    return Fault(name, begin, end, seconds)


def _says_no(error: ServiceError) -> Container:
    def answer(_request: dict[str, Any]) -> Iterator[bytes]:
        raise error
        yield b""

    return answer


def _breaks_off(request: dict[str, Any]) -> Iterator[bytes]:
    yield next(completion({**request, "stream": True}, SAYING))
    raise StreamError("ModelStreamError", "the model is gone", ErrorCode="StreamBroken")


def _falls_silent(request: dict[str, Any]) -> Iterator[bytes]:
    yield next(completion({**request, "stream": True}, SAYING))
    time.sleep(60)


def _garbage(_request: dict[str, Any]) -> Iterator[bytes]:
    yield b"\xff\xfe<html>502 Bad Gateway</html>\n" * 20


def _slow(parts: Parts) -> None:
    parts.wire.delay_s = 0.3


def _quick(parts: Parts) -> None:
    parts.wire.delay_s = 0.0


FAULTS = (
    Fault("Postgres killed (kill -9)", lambda parts: parts.postmaster().kill()),
    Fault("Postgres refuses connections for 20 s, as Aurora that resumes",
          lambda parts: parts.wire.refuse(), lambda parts: parts.wire.accept(), 20),
    Fault("Postgres away for 60 s", lambda parts: parts.wire.refuse(), lambda parts: parts.wire.accept(), 60),
    Fault("connections to Postgres cut", lambda parts: parts.wire.cut()),
    Fault("network to Postgres slow (300 ms a packet)", _slow, _quick, 10),
    Fault("embed_search killed (kill -9)", _kill("scripts.local.lambda_api")),
    _frozen("embed_search frozen for 15 s", "scripts.local.lambda_api", 15),
    Fault("DynamoDB killed (kill -9)", _kill("scripts.local.dynamodb_api")),
    _frozen("DynamoDB frozen for 8 s", "scripts.local.dynamodb_api", 8),
    _model("LLM throttled", _says_no(ServiceError(429, "ThrottlingException", "Rate exceeded"))),
    _model("LLM fails (500)", _says_no(ServiceError(500, "InternalFailure", "oops"))),
    _model("LLM scaled to zero", _says_no(no_capacity())),
    _model("LLM breaks off in mid-answer", _breaks_off),
    _model("LLM falls silent in mid-answer", _falls_silent, 12),
    _model("LLM sends garbage", _garbage),
)  # fmt: skip
