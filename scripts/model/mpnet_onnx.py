"""MPNet sentence encoder (all-mpnet-base-v2) as an ONNX graph, written straight from its weights.

Why no exporter: `torch.onnx.export` needs torch (some 3 GB installed) on every machine that runs the
project, its output changes with its version, and the hub's ready-made file gives another graph again.
Twelve equal layers are short to write down. Written here, the graph is the same
wherever the weights came from, needs only numpy and onnx, and uses ONNX Runtime's fused operators
from the start. tests/integration/embed_search/test_embedders.py holds it to sentence-transformers.

There is no attention mask: the embedder never pads (a batch holds texts of one length), so nothing in
a batch can touch its neighbours, and no time is spent on padding.

Graph: `input_ids` int64 [batch, tokens] -> `embedding` float32 [batch, 768], mean of the token
embeddings, L2-normalised. Shapes are dynamic, 1 to 384 tokens.
Architecture: MPNet, https://arxiv.org/abs/2004.09297; the position buckets are T5's,
https://arxiv.org/abs/1910.10683 section 2.1.
"""

import json
import math
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from scripts.model.onnx_graph import CONTRIB, LAYER_NORM_EPSILON, Graph, Weights

DIMENSIONS = 768
MAX_TOKENS = 384
HEADS = 12
LAYERS = 12
BUCKETS = 32
MAX_DISTANCE = 128
READ_BY_ROW = {"word_table": ".words"}
"""A run needs one row a token of these."""
FIRST_POSITION = 2  # positions are counted from here, after the padding's


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """The float32 tensors of a .safetensors file by name, mapped rather than read into memory.

    Format: 8 bytes length (little endian), a JSON header of that length, then the raw tensors.
    """
    with path.open("rb") as file:
        header_length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(header_length))
    data = np.memmap(path, np.uint8, mode="r", offset=8 + header_length)
    return {
        name: data[slice(*entry["data_offsets"])].view(np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


def build(weights: Weights, moments: Weights | None = None) -> onnx.ModelProto:
    """The whole encoder in float32; or, with the moments of each linear layer's inputs (calibration.py), with
    matrices in 8 bits and words in float16. Norms, biases and positions are always in float32."""
    graph = Graph(weights, moments)
    attention_bias = _attention_bias(graph)
    hidden = _embeddings(graph)
    for layer in range(LAYERS):
        hidden = _layer(graph, f"encoder.layer.{layer}", hidden, attention_bias)
    _pool_and_normalise(graph, hidden)
    return graph.model(DIMENSIONS)


def position_buckets() -> NDArray[np.int64]:
    """Bucket of each distance from -(MAX_TOKENS - 1) to MAX_TOKENS - 1: half the buckets for each
    direction, half of those exact, the rest growing by a constant factor up to MAX_DISTANCE."""
    distances = np.arange(-(MAX_TOKENS - 1), MAX_TOKENS)
    per_direction = BUCKETS // 2
    exact = per_direction // 2
    far = np.maximum(np.abs(distances), 1).astype(np.float32)
    growth = np.float32(math.log(MAX_DISTANCE / exact))
    steps = (np.log(far / np.float32(exact)) / growth * np.float32(per_direction - exact)).astype(np.int64)
    bucket = np.where(
        np.abs(distances) < exact, np.abs(distances), np.minimum(exact + steps, per_direction - 1)
    )
    return bucket + np.where(distances > 0, per_direction, 0)


def _attention_bias(graph: Graph) -> str:
    """[1, heads, tokens, tokens]: what each head adds for the distance between two tokens."""
    by_bucket = graph.weights["encoder.relative_attention_bias.weight"]
    table = graph.constant("bias_by_distance", by_bucket[position_buckets()].T)
    shape = graph.add("Shape", "tokens_shape", "input_ids", start=1, end=2)
    length = graph.add("Squeeze", "tokens", shape)
    zero = graph.constant("zero", np.array(0, np.int64))
    one = graph.constant("one", np.array(1, np.int64))
    positions = graph.add("Range", "positions", zero, length, one)
    as_column = graph.add("Unsqueeze", "query_positions", positions, graph.constant("axis_1", np.array([1])))
    distances = graph.add("Sub", "distances", positions, as_column)
    rows = graph.add("Add", "distance_rows", distances, graph.constant("origin", np.array(MAX_TOKENS - 1)))
    bias = graph.add("Gather", "attention_bias_by_head", table, rows, axis=1)
    return graph.add("Unsqueeze", "attention_bias", bias, graph.constant("axis_0", np.array([0])))


def _embeddings(graph: Graph) -> str:
    """[batch * tokens, 768]: word plus position, normalised."""
    table = graph.weights["embeddings.word_embeddings.weight"]
    if graph.moments is None:
        words = graph.add("Gather", "words", graph.constant("word_table", table), "input_ids")
    else:
        halves = graph.constant("word_table", table.astype(np.float16))
        rows = graph.add("Gather", "word_rows", halves, "input_ids")
        words = graph.add("Cast", "words", rows, to=TensorProto.FLOAT)
    table = graph.weights["embeddings.position_embeddings.weight"]
    used = table[FIRST_POSITION : FIRST_POSITION + MAX_TOKENS]
    places = graph.add("Gather", "places", graph.constant("position_table", used), "positions")
    summed = graph.add("Add", "embedded", words, places)
    flat = graph.constant("flat", np.array([-1, DIMENSIONS]))
    return graph.add(
        "LayerNormalization",
        "embeddings",
        graph.add("Reshape", "embedded_flat", summed, flat),
        graph.weight("embeddings.LayerNorm.weight"),
        graph.weight("embeddings.LayerNorm.bias"),
        epsilon=LAYER_NORM_EPSILON,
    )


def _layer(graph: Graph, name: str, hidden: str, attention_bias: str) -> str:
    """One transformer layer on [batch * tokens, 768], norms after the residual."""
    attention = f"{name}.attention"
    weights = graph.weights
    joint_weight, joint_bias = (
        np.concatenate([weights[f"{attention}.attn.{part}.{kind}"] for part in "qkv"])
        for kind in ("weight", "bias")
    )
    joint = graph.linear(f"{attention}.qkv", hidden, joint_weight, joint_bias)
    batch_shape = graph.add("Shape", f"{name}.shape", "input_ids")
    width = graph.constant("qkv_width", np.array([3 * DIMENSIONS]))
    shape = graph.add("Concat", f"{name}.qkv_shape", batch_shape, width, axis=0)
    batched = graph.add("Reshape", f"{attention}.batched", joint, shape)
    query, key, value = graph.split(f"{attention}.parts", batched, 3, axis=-1)
    context = graph.add(
        "MultiHeadAttention",
        f"{attention}.context",
        *(query, key, value, "", "", attention_bias),
        domain=CONTRIB,
        num_heads=HEADS,
    )
    flat = graph.add("Reshape", f"{attention}.flat", context, "flat")
    attended = _dense(graph, f"{attention}.attn.o", flat)
    normed = graph.norm(f"{attention}.LayerNorm", attended, hidden)
    wide = graph.add("Gelu", f"{name}.gelu", _dense(graph, f"{name}.intermediate.dense", normed))
    return graph.norm(f"{name}.output.LayerNorm", _dense(graph, f"{name}.output.dense", wide), normed)


def _dense(graph: Graph, name: str, source: str) -> str:
    return graph.linear(name, source, graph.weights[f"{name}.weight"], graph.weights[f"{name}.bias"])


def _pool_and_normalise(graph: Graph, hidden: str) -> None:
    width = graph.constant("hidden_width", np.array([DIMENSIONS]))
    batch_shape = graph.add("Shape", "pooling.shape", "input_ids")
    shape = graph.add("Concat", "hidden_shape", batch_shape, width, axis=0)
    batched = graph.add("Reshape", "hidden", hidden, shape)
    mean = graph.add("ReduceMean", "mean", batched, "axis_1", keepdims=0)
    graph.add("LpNormalization", "embedding", mean, axis=-1, p=2)
