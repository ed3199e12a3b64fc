"""The least that a search can do when it starts: the same libraries, the same model, the article's statement;
without what makes it a search of ours (contracts, logs, metrics, settings, IAM, filters, words).

Runs in the sandbox. What it takes can't be saved by any change of our own code.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import psycopg2

early = ThreadPoolExecutor().submit(psycopg2.connect, os.environ["DATABASE_URL"])

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

bundle = os.environ["MODEL_BUNDLE"]
tokenizer = Tokenizer.from_file(f"{bundle}/tokenizer.json")
tokenizer.no_padding()
options = ort.SessionOptions()
options.intra_op_num_threads = 1
options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
session = ort.InferenceSession(f"{bundle}/model.onnx", options, providers=["CPUExecutionProvider"])

_NEAREST = """
SELECT product_id, name, brand, gender, price, color, description FROM product
ORDER BY embedding <=> %s::halfvec LIMIT 5
"""


def handler(event: dict[str, str], context: object) -> dict[str, object]:
    ids = np.array([tokenizer.encode(event["text"]).ids])
    (embeddings,) = session.run(None, {"input_ids": ids})
    with early.result().cursor() as cursor:
        cursor.execute(_NEAREST, [json.dumps(embeddings[0].tolist())])
        return {"product_ids": [row[0] for row in cursor.fetchall()]}
