"""8-bit blocks."""

import numpy as np

from scripts.model.onnx_graph import quantise_blocks


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
