"""What a graph's matrices are multiplied with: the second moments that their rounding goes by."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from embed_search.embedder import TOKENS_PER_BATCH, batches_of_one_length
from scripts.model import onnx_graph

Moments = dict[str, NDArray[np.float32]]
"""By the name of a linear layer: the sum of x xᵀ over its inputs x, [in, in]."""


def input_moments(model: onnx.ModelProto, texts: Sequence[NDArray[np.int64]]) -> Moments:
    """Runs the graph, which is in float32, over texts given as token ids."""
    source_of = {node.name: node.input[0] for node in model.graph.node if node.op_type == "Gemm"}
    sources = list(dict.fromkeys(source_of.values()))
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sources)
    summed: Moments = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        onnx_graph.save(model, path, {})
        session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        for batch in batches_of_one_length([len(text) for text in texts], TOKENS_PER_BATCH):
            found = session.run(sources, {"input_ids": np.stack([texts[row] for row in batch])})
            for name, inputs in zip(sources, found, strict=True):
                moments = inputs.T @ inputs
                if name in summed:
                    summed[name] += moments
                else:
                    summed[name] = moments
    return {name: summed[source] for name, source in source_of.items()}
