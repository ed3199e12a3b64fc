"""Calls the real Lambda handler in a process of its own: events as JSON lines in, replies into a file.

python -m tests.integration.embed_search.invoke REPLIES < EVENTS
"""

import json
import sys
from pathlib import Path

from embed_search.handler import handler
from scripts.local_lambda import LambdaContext

if __name__ == "__main__":
    context = LambdaContext("embed_search", "request-1", timeout=30)
    replies = [handler(json.loads(line), context) for line in sys.stdin]
    Path(sys.argv[1]).write_text(json.dumps(replies), encoding="utf-8")
