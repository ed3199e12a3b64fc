"""Weights in 8 bits, rounded for the inputs that they are meant for."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scripts.model.rounding import BLOCK, round_rows

Matrix = NDArray[np.float32]


@pytest.fixture
def weight() -> Matrix:
    return np.random.default_rng(3).standard_normal((5, 2 * BLOCK + 44)).astype(np.float32)


def test_with_inputs_that_know_nothing_of_each_other_each_weight_is_rounded_by_itself(weight: Matrix) -> None:
    weight[3] *= 100
    values, scales = round_rows(weight, np.eye(weight.shape[1], dtype=np.float32))
    np.testing.assert_array_equal(values, np.rint(weight / scales[:, None]))
    assert (np.abs(values).max(axis=1) == 127).all()
    assert scales[3] > 20 * scales[0], "each row has a scale of its own"


def test_with_inputs_that_go_together_the_product_is_nearer_than_by_rounding_each_weight(
    weight: Matrix,
) -> None:
    random = np.random.default_rng(4)
    mixture = random.standard_normal((40, weight.shape[1]))
    seen, new = (
        (random.standard_normal((rows, 40)) @ mixture + random.standard_normal((rows, 1))).astype(np.float32)
        for rows in (2_000, 500)
    )
    values, scales = round_rows(weight, seen.T @ seen)
    nearest = np.rint(weight / scales[:, None])

    def error(rounded: NDArray[np.number]) -> float:
        return float(np.square(new @ (rounded * scales[:, None] - weight).T).mean())

    assert error(values) < error(nearest) / 5


def test_rows_of_zeros_and_inputs_that_were_never_seen_stay_finite(weight: Matrix) -> None:
    weight[1] = 0
    inputs = weight.shape[1]
    moments = np.zeros((inputs, inputs), np.float32)
    values, scales = round_rows(weight, moments)
    assert (values[1] == 0).all()
    assert np.isfinite(scales).all()
    np.testing.assert_array_equal(values, np.rint(weight / scales[:, None]))
