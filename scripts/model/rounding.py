"""A matrix in 8 bits, by GPTQ: what the rounding of one input adds to a product, the next inputs make up for.

Frantar, Ashkboos, Hoefler and Alistarh, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
Transformers", https://arxiv.org/abs/2210.17323, algorithm 1, inputs in the order of their size.
"""

import numpy as np
from numpy.typing import NDArray

STEPS = 127
"""From zero to the largest, either way."""
DAMPING = 0.01
"""Added to the moments' diagonal, as a share of its mean, as in the paper."""
BLOCK = 128
"""So many inputs are rounded before the rest of the matrix makes up for them, which is then one product."""


def round_rows(
    weight: NDArray[np.float32], moments: NDArray[np.float32]
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """weight [out, in] in symmetric 8 bits, and the scale of each row [out].

    `moments` [in, in] is the sum of x xᵀ over the inputs x that the matrix is meant for; with the unit matrix
    each weight is rounded by itself.
    """
    scales = np.abs(weight).max(axis=1) / np.float32(STEPS)
    scales[scales == 0] = 1
    order = np.argsort(-moments.diagonal(), kind="stable")
    passed_on = _cholesky_of_inverse(moments[order][:, order])
    left = np.ascontiguousarray((weight / scales[:, None]).T[order])
    rounded = np.empty_like(left)
    for start in range(0, len(order), BLOCK):
        stop = min(start + BLOCK, len(order))
        errors = np.empty((stop - start, len(weight)), np.float32)
        for place in range(start, stop):
            rounded[place] = np.rint(left[place]).clip(-STEPS, STEPS)
            errors[place - start] = (left[place] - rounded[place]) / passed_on[place, place]
            left[place + 1 : stop] -= np.outer(passed_on[place, place + 1 : stop], errors[place - start])
        left[stop:] -= passed_on[start:stop, stop:].T @ errors
    values = np.empty(weight.shape, np.int8)
    values[:, order] = rounded.T
    return values, scales


def _cholesky_of_inverse(moments: NDArray[np.float32]) -> NDArray[np.float32]:
    """The upper factor U of the damped moments' inverse UᵀU: the inverse of R, where the moments are RRᵀ."""
    damped = moments.astype(np.float64)
    damped[np.diag_indices_from(damped)] += DAMPING * (damped.diagonal().mean() or 1)
    upper = np.linalg.cholesky(damped[::-1, ::-1])[::-1, ::-1]
    return np.linalg.inv(upper.astype(np.float32)).astype(np.float32, copy=False)
