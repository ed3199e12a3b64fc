"""An ONNX graph as it is written down, node by node, in float32 or with its matrices in 8 bits."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from scripts.model.rounding import round_rows

Weights = Mapping[str, NDArray[np.float32]]

LAYER_NORM_EPSILON = 1e-5
HALF_STEPS = 63
"""Of each half of an activation, either way; see `Graph._product_in_8_bits`."""
HALF_ZERO = 64
FINER = 1 / (2 * HALF_STEPS + 1)
"""A step of the lower half, in steps of the upper."""
ROW_EPSILON = 1e-12
"""Keeps a row of zeros from being divided by zero."""

CONTRIB = "com.microsoft"
PAGE = 4096
INLINE_BYTES = 1024
"""Tensors up to this size stay within the graph's own file."""

# Newest versions that ONNX Runtime 1.20 and later read.
OPSETS = [helper.make_opsetid("", 20), helper.make_opsetid(CONTRIB, 1)]
IR_VERSION = 9


class Graph:
    """Nodes and constants as they are added; a node's only output carries the node's name.

    In float32; with `moments`, those of each linear layer's inputs, its matrices are in 8 bits.
    """

    def __init__(self, weights: Weights, moments: Weights | None = None) -> None:
        self.weights = weights
        self.moments = moments
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def add(self, op: str, name: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        node = helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes)
        self._nodes.append(node)
        return name

    def split(self, name: str, source: str, parts: int, axis: int) -> list[str]:
        outputs = [f"{name}.{part}" for part in range(parts)]
        self._nodes.append(helper.make_node("Split", [source], outputs, axis=axis, num_outputs=parts))
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
        if self.moments is None:
            matrix = self.constant(f"{name}.weight", weight)
            return self.add("Gemm", name, source, matrix, offsets, transB=1)
        return self.add(
            "Add", name, self._product_in_8_bits(name, source, weight, self.moments[name]), offsets
        )

    def _product_in_8_bits(
        self, name: str, source: str, weight: NDArray[np.float32], moments: NDArray[np.float32]
    ) -> str:
        """source x weight transposed, in integers.

        Weights have 8 bits and one scale for each output; first, inputs with large weights are evened out
        with the rest, by the square root of the largest, or their error would be everybody's. What is then
        found is held by tests/integration/embed_search/test_embedders.py.
        Activations have 14 bits, since a few channels are 50 times larger than the rest: over the root mean
        square of its row no value is beyond the root of their number, so a scale holds for every row, and
        a row's neighbours can't change it. Their upper and lower 7 bits are multiplied as rows of one
        matrix, so that the weights are read once. Two products of 7 and 8 bits fit into 16, which is where
        processors without VNNI add them up: the sums are the same everywhere.
        """

        def add(op: str, part: str, *inputs: str, **attributes: Any) -> str:
            return self.add(op, f"{name}.{part}", *inputs, **attributes)

        inputs = weight.shape[1]
        factors = even_factors(weight)
        values, scales = round_rows(weight / factors, moments * np.outer(factors, factors))
        unit, inverse = f"{name}.unit", f"{name}.unit.inverse"
        even = add("Mul", "even", source, self.constant(f"{name}.factors", factors))
        ones = self.constant(f"ones_{inputs}", np.ones(inputs, np.float32))
        self._nodes.append(
            helper.make_node(
                "SimplifiedLayerNormalization", [even, ones], [unit, inverse], name=unit, epsilon=ROW_EPSILON
            )
        )
        zero = self.constant("half_zero", np.array(HALF_ZERO, np.uint8))
        step = np.array(math.sqrt(inputs) / HALF_STEPS, np.float32)
        coarse = self.constant(f"coarse_step_{inputs}", step)
        fine = self.constant(f"fine_step_{inputs}", np.array(step * FINER, np.float32))
        upper = add("QuantizeLinear", "upper", unit, coarse, zero)
        left = add("Sub", "left", unit, add("DequantizeLinear", "upper.value", upper, coarse, zero))
        lower = add("QuantizeLinear", "lower", left, fine, zero)
        products = add(
            "MatMulIntegerToFloat",
            "products",
            add("Concat", "halves", upper, lower, axis=0),
            self.constant(f"{name}.weight.q8", values.T),
            coarse,
            self.constant(f"{name}.weight.scales", scales),
            zero,
            domain=CONTRIB,
        )
        of_upper, of_lower = self.split(f"{name}.product", products, 2, axis=0)
        scaled = add("Mul", "lower.scaled", of_lower, self.constant("finer", np.array(FINER, np.float32)))
        return add("Div", "product", add("Add", "sum", of_upper, scaled), inverse)

    def norm(self, name: str, source: str, residual: str) -> str:
        """Layer normalisation of source + residual, with the weights of that name. ONNX Runtime's
        one operator for both (SkipLayerNormalization) is slower than the two."""
        summed = self.add("Add", f"{name}.sum", source, residual)
        scale, offset = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", name, summed, scale, offset, epsilon=LAYER_NORM_EPSILON)

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


def even_factors(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """What to divide the inputs of weight [out, in] by, and to multiply an activation with: [in]."""
    roots = np.sqrt(np.abs(weight).max(axis=0))
    roots[roots == 0] = 1
    factors: NDArray[np.float32] = (roots / np.exp(np.log(roots).mean())).astype(np.float32)
    return factors
