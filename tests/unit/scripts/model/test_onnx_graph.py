"""Products in 8 bits, and tensors beside the graph."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from scripts.model.onnx_graph import Graph, even_factors, save


@pytest.fixture
def in_8_bits() -> tuple[ort.InferenceSession, NDArray[np.float32], NDArray[np.float32]]:
    """The rows of a table times a matrix of [3, 64] plus a bias; one of its inputs has large weights."""
    random = np.random.default_rng(5)
    weight = random.standard_normal((3, 64)).astype(np.float32)
    weight[:, 7] *= 20
    bias = np.array([0.5, 0, -2], np.float32)
    table = random.standard_normal((4, 64)).astype(np.float32)
    table[1, 30] *= 60  # as some channels of MPNet
    table[2] = 0
    graph = Graph({}, {"embedding.flat": np.eye(64, dtype=np.float32)})
    rows = graph.add("Gather", "rows", graph.constant("table", table), "input_ids")
    flat = graph.add("Reshape", "flat", rows, graph.constant("shape", np.array([-1, 64])))
    product = graph.linear("embedding.flat", flat, weight, bias)
    graph.add("Unsqueeze", "embedding", product, graph.constant("axis", np.array([0])))
    model = graph.model(3).SerializeToString()
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session, table @ weight.T + bias, np.linalg.norm(weight, axis=1)


def test_a_product_in_8_bits_bears_channels_much_larger_than_the_rest(
    in_8_bits: tuple[ort.InferenceSession, NDArray[np.float32], NDArray[np.float32]],
) -> None:
    session, wanted, norms = in_8_bits
    (found,) = session.run(["embedding"], {"input_ids": np.array([[0, 1, 2, 3]])})
    error = np.abs(found[0] - wanted)
    assert error[2].max() == 0
    assert (error[[0, 3]] <= 0.02 * norms).all()
    assert (error[1] <= 0.3 * norms).all()  # its large channel is 60


def test_a_row_is_the_same_whatever_stands_beside_it(
    in_8_bits: tuple[ort.InferenceSession, NDArray[np.float32], NDArray[np.float32]],
) -> None:
    session, *_ = in_8_bits
    (together,) = session.run(["embedding"], {"input_ids": np.array([[0, 1, 2, 3]])})
    for row in range(4):
        (alone,) = session.run(["embedding"], {"input_ids": np.array([[row]])})
        np.testing.assert_array_equal(alone[0, 0], together[0, row])


def test_inputs_without_weights_are_left_as_they_are() -> None:
    assert (even_factors(np.zeros((1, 32), np.float32)) == 1).all()


def test_large_tensors_lie_beside_the_graph_in_whole_pages(tmp_path: Path) -> None:
    graph = Graph({})
    rows = np.arange(6_000, dtype=np.float32).reshape(-1, 2)
    few, matrix = np.ones(3, np.float32), np.arange(4_096, dtype=np.float32).reshape(2, -1)
    graph.constant("few", few)
    words = graph.add("Gather", "words", graph.constant("rows", rows), "input_ids")
    graph.add("MatMul", "embedding", words, graph.constant("matrix", matrix))
    save(graph.model(4_096 // 2), tmp_path / "model.onnx", {"rows": ".words"})

    assert (tmp_path / "model.onnx").stat().st_size < 2_000
    assert (tmp_path / "model.words").read_bytes() == rows.tobytes()
    assert (tmp_path / "model.weights").read_bytes() == matrix.tobytes()
    read = {tensor.name: tensor for tensor in onnx.load(tmp_path / "model.onnx").graph.initializer}
    for name, wanted in (("few", few), ("rows", rows), ("matrix", matrix)):
        np.testing.assert_array_equal(onnx.numpy_helper.to_array(read[name]), wanted)


def test_tensors_begin_at_whole_pages(tmp_path: Path) -> None:
    graph = Graph({})
    tables = [np.full((1_000, 2), number, np.float32) for number in range(3)]
    gathered = [
        graph.add("Gather", f"rows_{number}", graph.constant(f"table_{number}", table), "input_ids")
        for number, table in enumerate(tables)
    ]
    graph.add("Sum", "embedding", *gathered)
    save(graph.model(2), tmp_path / "model.onnx", {})

    session = ort.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    (found,) = session.run(["embedding"], {"input_ids": np.array([[999]])})
    np.testing.assert_array_equal(found, [[[3, 3]]])
    model = onnx.load(tmp_path / "model.onnx", load_external_data=False)
    places = [
        int(entry.value)
        for tensor in model.graph.initializer
        for entry in tensor.external_data
        if entry.key == "offset"
    ]
    assert places == [0, 8_192, 16_384]
