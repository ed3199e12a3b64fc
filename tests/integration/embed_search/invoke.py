"""Calls the real Lambda handler in a process of its own: events as JSON lines in, replies into a file.

python -m tests.integration.embed_search.invoke REPLIES < EVENTS
"""

import json
import sys
from pathlib import Path
from typing import cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from embed_search.handler import handler
from scripts.local.lambda_api import LambdaContext as LocalContext

if __name__ == "__main__":
    context = cast(LambdaContext, LocalContext("embed_search", "request-1", timeout=30))
    replies = [handler(json.loads(line), context) for line in sys.stdin]
    Path(sys.argv[1]).write_text(json.dumps(replies), encoding="utf-8")
