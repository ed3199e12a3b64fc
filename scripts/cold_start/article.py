"""The article's search function, as it is described: the model is loaded from EFS by sentence-transformers, a
question is embedded by torch, and the nearest products come from a sequential scan by L2 distance.

Runs in the sandbox; `steps` of the environment makes it say how long each step took.
"""

import json
import os
import time
from itertools import pairwise

marks = [("start", time.monotonic())]


def _done(step: str) -> None:
    marks.append((step, time.monotonic()))


import psycopg2  # noqa: E402
from sentence_transformers import SentenceTransformer  # noqa: E402

_done("imports")
model = SentenceTransformer(os.environ["MODEL"], device="cpu")
_done("model")
connection = psycopg2.connect(os.environ["DATABASE_URL"])
_done("connection")

_NEAREST = """
SELECT product_id, name, brand, gender, price, color, description FROM product
ORDER BY embedding <-> %s::halfvec LIMIT 5
"""


def handler(event: dict[str, str], context: object) -> dict[str, object]:
    embedding = model.encode(event["text"])
    _done("first embedding")
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [json.dumps(embedding.tolist())])
        rows = cursor.fetchall()
    _done("first statement")
    seconds = {step: end - begin for (_, begin), (step, end) in pairwise(marks)}
    return {"product_ids": [row[0] for row in rows], "seconds": seconds}
