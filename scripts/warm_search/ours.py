"""Our search function, in this process and in parts: the Lambda's own handler, with its logs and metrics."""

import contextlib
import importlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from scripts.local.lambda_api import LambdaContext
from scripts.warm_search.asked import Asked
from scripts.warm_search.catalogue import Catalogue

Seconds = dict[str, float]
PARTS = ("tokenise", "embed", "understand", "retrieve", "rest")


class Ours:
    """Raises RuntimeError where an answer is an error."""

    def __init__(self, catalogue: Catalogue, threads: int) -> None:
        os.environ.update(
            DATABASE_URL=catalogue.url, MODEL_BUNDLE=str(catalogue.bundle), EMBEDDER_THREADS=str(threads)
        )
        # Written as on Lambda, but a table for people is no place for them.
        self._logs = open(os.devnull, "w")  # noqa: SIM115
        with contextlib.redirect_stdout(self._logs):
            self._function = importlib.import_module("embed_search.handler")
        self._spent: Seconds = {}
        watched = {
            "tokenise": (self._function.embedder, "_tokenise"),
            "embed": (self._function.embedder, "embed"),
            "understand": (self._function.store, "understand"),
            "retrieve": (self._function.store, "find"),
        }
        for part, (owner, method) in watched.items():
            setattr(owner, method, self._timed(part, getattr(owner, method)))

    def _timed(self, part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*arguments, **named)
            finally:
                self._spent[part] = self._spent.get(part, 0.0) + time.perf_counter() - began

        return measured

    def search(self, asked: Asked) -> Seconds:
        """The seconds of one search: `whole`, and each of PARTS."""
        event: Mapping[str, Any] = asked.request.model_dump(mode="json")
        self._spent.clear()
        with contextlib.redirect_stdout(self._logs):
            began = time.perf_counter()
            reply = self._function.handler(event, LambdaContext("search", "bench", 60.0))
            whole = time.perf_counter() - began
        if reply["op"] != "retrieval":
            raise RuntimeError(f"The search for {asked.text!r} failed: {reply}")
        parts = {part: self._spent.get(part, 0.0) for part in PARTS[:-1]}
        parts["embed"] -= parts["tokenise"]
        return {**parts, "rest": whole - sum(parts.values()), "whole": whole}
