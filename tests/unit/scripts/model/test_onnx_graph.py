"""8-bit blocks, and tensors beside the graph."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from scripts.model.onnx_graph import Graph, quantise_blocks, save


def test_a_block_is_off_by_at_most_half_a_step_and_does_not_feel_its_neighbour() -> None:
    weight = np.random.default_rng(3).standard_normal((5, 64)).astype(np.float32)
    weight[:, 40] *= 100
    blocks, scales = quantise_blocks(weight, 32)
    assert blocks.shape == (5, 2, 32)
    restored = (blocks.astype(np.float32) - 128) * scales[:, :, None]
    error = np.abs(restored - weight.reshape(5, 2, 32))
    assert (error <= scales[:, :, None] / 2 * 1.001).all()
    assert error[:, 0].max() < 0.02


def test_a_block_of_zeros_stays_zero() -> None:
    blocks, scales = quantise_blocks(np.zeros((1, 32), np.float32), 32)
    assert (blocks == 128).all()
    assert np.isfinite(scales).all()


def test_large_tensors_lie_beside_the_graph_in_whole_pages(tmp_path: Path) -> None:
    graph = Graph({}, "fp32")
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
    graph = Graph({}, "fp32")
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
