"""An ONNX graph as it is written down, node by node, in float32 or with its matrices in 8 bits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from embed_search.embedder import Precision

Weights = Mapping[str, NDArray[np.float32]]

LAYER_NORM_EPSILON = 1e-5
# Activations are scaled by block too, and some of their channels are 30 times larger than the rest: the
# smaller the block, the fewer values such a channel spoils. Over 590 queries (standard error 0.002) blocks
# of 128 reach recall@10 0.973, of 64 0.976, of 32 0.982, for 5.3, 5.5 and 6.5 ms a query. Sorting the
# channels by size, and evening them out ahead (SmoothQuant), gained less.
QUANTISATION_BLOCK = 32
INT8_COMPUTE = 4  # MatMulNBits accuracy level: activations in int8, scaled row by row

CONTRIB = "com.microsoft"
PAGE = 4096
INLINE_BYTES = 1024
"""Tensors up to this size stay within the graph's own file."""

# Newest versions that ONNX Runtime 1.20 and later read.
OPSETS = [helper.make_opsetid("", 20), helper.make_opsetid(CONTRIB, 1)]
IR_VERSION = 9


class Graph:
    """Nodes and constants as they are added; a node's only output carries the node's name."""

    def __init__(self, weights: Weights, precision: Precision) -> None:
        self.weights = weights
        self.precision = precision
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def add(self, op: str, name: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        node = helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes)
        self._nodes.append(node)
        return name

    def split(self, name: str, source: str, parts: int) -> list[str]:
        outputs = [f"{name}.{part}" for part in range(parts)]
        self._nodes.append(helper.make_node("Split", [source], outputs, axis=-1, num_outputs=parts))
        return outputs

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """A name stands for one value: used again, the first one stays."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def linear(self, name: str, source: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """source [rows, in] x weight [out, in] transposed + bias [out]."""
        offsets = self.constant(f"{name}.bias", bias)
        if self.precision == "fp32":
            matrix = self.constant(f"{name}.weight", weight)
            return self.add("Gemm", name, source, matrix, offsets, transB=1)
        blocks, scales = quantise_blocks(weight, QUANTISATION_BLOCK)
        return self.add(
            "MatMulNBits",
            name,
            source,
            self.constant(f"{name}.weight.q8", blocks),
            self.constant(f"{name}.weight.scales", scales),
            "",  # no zero points: symmetric around 128
            "",  # no group index
            offsets,
            domain=CONTRIB,
            K=weight.shape[1],
            N=weight.shape[0],
            bits=8,
            block_size=QUANTISATION_BLOCK,
            accuracy_level=INT8_COMPUTE,
        )

    def norm(self, name: str, source: str, residual: str) -> str:
        """Layer normalisation of source + residual, with the weights of that name."""
        scale, offset = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add(
            "SkipLayerNormalization",
            name,
            source,
            residual,
            scale,
            offset,
            domain=CONTRIB,
            epsilon=LAYER_NORM_EPSILON,
        )

    def model(self, dimensions: int) -> onnx.ModelProto:
        """The graph from `input_ids` to `embedding`, which must both have been used by then."""
        ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])
        embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", dimensions])
        graph = helper.make_graph(
            self._nodes, "sentence_encoder", [ids], [embedding], list(self._constants.values())
        )
        return helper.make_model(graph, opset_imports=OPSETS, ir_version=IR_VERSION)


def save(model: onnx.ModelProto, path: Path, apart: Mapping[str, str]) -> None:
    """Writes the graph to `path` and its large tensors beside it, in the order in which they are used: ONNX
    Runtime maps them into memory rather than parses them, in half the time.

    They go into one file with the suffix `.weights`, but for those that `apart` names with a suffix of their
    own: a table of which a run needs few rows is not read as a whole.
    """
    written: dict[str, int] = {}
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) <= INLINE_BYTES:
            continue
        place = path.with_suffix(apart.get(tensor.name, ".weights"))
        offset = -(-written.get(place.name, 0) // PAGE) * PAGE  # whole pages can be mapped
        with place.open("r+b" if place.name in written else "wb") as file:
            file.seek(offset)
            file.write(tensor.raw_data)
        written[place.name] = offset + len(tensor.raw_data)
        for key, value in (("location", place.name), ("offset", offset), ("length", len(tensor.raw_data))):
            tensor.external_data.add(key=key, value=str(value))
        tensor.data_location = TensorProto.EXTERNAL
        tensor.ClearField("raw_data")
    path.write_bytes(model.SerializeToString(deterministic=True))


def quantise_blocks(weight: NDArray[np.float32], block: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """weight [out, in] in symmetric 8 bits, one scale for each `block` values of a row.

    Returns values [out, in / block, block] offset by 128, and scales [out, in / block]; the layout that
    MatMulNBits reads.
    """
    blocks = np.asarray(weight).reshape(weight.shape[0], -1, block)
    scales = np.abs(blocks).max(axis=2, keepdims=True) / np.float32(127)
    scales[scales == 0] = 1
    return (np.rint(blocks / scales) + 128).astype(np.uint8), scales[:, :, 0]
