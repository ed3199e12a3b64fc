"""Many environments of embed_search that start in one moment, each a process with a connection of its own.

    python -m tests.integration.embed_search.burst URL PROCESSES PATIENCE_S IDLE_S

Prints a line of JSON for each: what it was answered, and after how many seconds. Then, as frozen environments
do, all keep what they have until a line comes in.
"""

import json
import os
import sys
import time
from functools import partial

from embed_search.answer import answer
from embed_search.patience import PatientConnect
from embed_search.postgres import connect
from embed_search.product_store import PostgresProductStore
from tests.embed_search_fakes import WordEmbedder

SEARCH = {"op": "search", "text": "blue shirt", "limit": 3}


def environment(url: str, patience_s: float, idle_s: int, report: int) -> None:
    """What handler.py makes of its settings, but for the model; one search."""
    reach = partial(connect, url, timeout_s=5, statement_timeout_ms=5_000, idle_s=idle_s)
    store = PostgresProductStore(PatientConnect(reach, patience_s=patience_s))
    began = time.monotonic()
    try:
        reply = answer(SEARCH, WordEmbedder(), store)
        said = getattr(reply, "code", reply.op)
    except Exception as error:
        said = f"raised {type(error).__name__}"
    line = {"pid": os.getpid(), "said": said, "seconds": round(time.monotonic() - began, 3)}
    os.write(report, f"{json.dumps(line)}\n".encode())
    os.read(0, 1)


def main() -> None:
    url, processes, patience_s, idle_s = sys.argv[1:]
    for _ in range(int(processes)):
        if os.fork() == 0:
            environment(url, float(patience_s), int(idle_s), sys.stdout.fileno())
            os._exit(0)
    for _ in range(int(processes)):
        os.wait()


if __name__ == "__main__":
    main()
