"""What the orchestrator writes down of each request, as a line for a person who watches `make run`.

12:03:55 chat 200 · 5 products · understood in 3 ms, searched in 21 ms · first line 27 ms, done 31 ms
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.2
_NAMES = {
    "/v1/chat/completions": "chat",
    "/v1/recommendations": "recommendations",
    "/v1/feedback": "feedback",
}
_STAGES = {
    "understanding": "understood in {} ms",
    "llm1": "LLM 1 took {} ms",
    "catalogue": "searched in {} ms",
    "first_line": "first line {} ms",
    "first_token": "first word of the LLM {} ms",
}


@contextmanager
def narrated(log: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Say a line for each request that is written to the log while the block runs."""
    stop = threading.Event()
    follower = threading.Thread(target=_follow, args=(log, say, stop), daemon=True)
    follower.start()
    try:
        yield
    finally:
        stop.set()
        follower.join()


def line_of(written: str) -> str | None:
    """The line for one line of the log; None where that is about no request of interest."""
    try:
        record: dict[str, Any] = json.loads(written)
        _, path, status = str(record["message"]).split(" ")
        name = _NAMES[path]
    except (ValueError, KeyError, TypeError):
        return None
    clock = str(record.get("timestamp", ""))[11:19]
    stages = record.get("stages_ms", {})
    parts = [f"{clock} {name} {status}"]
    if products := record.get("products"):
        parts.append(f"{products} products")
    parts.append(", ".join(text.format(round(stages[key])) for key, text in _STAGES.items() if key in stages))
    if tokens := record.get("tokens_out"):
        parts.append(f"{record.get('tokens_in', 0)} tokens in, {tokens} out")
    if dropped := record.get("guard_dropped"):
        parts.append(f"sentences dropped: {dropped}")
    parts += [f"{part} failed ({reason})" for part, reason in record.get("fallen", {}).items()]
    if reached := record.get("limit_reached"):
        parts.append(f"limit reached ({reached})")
    return " · ".join(filter(None, [*parts, f"done {round(record.get('ms', 0))} ms"]))


def _follow(log: Path, say: Callable[[str], None], stop: threading.Event) -> None:
    with log.open(encoding="utf-8", errors="replace") as file:
        file.seek(0, 2)
        rest = ""
        while True:
            stopping = stop.is_set()
            *whole, rest = (rest + file.read()).split("\n")
            for written in whole:
                if line := line_of(written):
                    say(line)
            if stopping:
                return
            stop.wait(POLL_SECONDS)
