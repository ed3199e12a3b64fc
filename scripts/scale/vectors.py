"""Vectors of made-up products, at some 20 microseconds each instead of the model's 8 milliseconds.

A million names would keep two cores busy for hours, so past `EMBEDDED_ROWS` products' vectors are made:

1. BASE names of the same generator are embedded by the real model.
2. A ridge regression learns from them what each token of a name, and each pair of neighbours, adds to its
   vector: the part that products share who share attributes.
3. What it does not explain is measured on names that it has not seen, and put back as noise of that very
   covariance, drawn by the name's hash: so far apart lie two products of nearly the same name.
4. The sum is brought to unit length, as the model's own vectors are.

Queries are embedded by the real model, always. How near the made vectors come to the real ones, `make
bench-catalogue` measures in every run, on names that the fit never saw (`validity.py`).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

BASE = 12_000
FEATURES = 4_000
"""The commonest tokens and pairs of the base; rarer ones are left to the noise."""
RIDGE = 1e-2
HELD_OUT = 5
"""Of so many base names, one shows the error of a fit to the others."""
SHRINKAGE = 0.1
"""Of the error's covariance towards its diagonal: it is estimated from some 2,400 names."""

Array = npt.NDArray[np.float32]
Feature = tuple[int, ...]


@dataclass(frozen=True)
class Fit:
    """What was learnt: `weights` (features, d), and `noise` (d, d), a root of the error's covariance."""

    features: dict[Feature, int]
    weights: Array
    noise: Array
    explained: float
    """The share of the variance of unseen names' vectors that the weights explain."""


class MadeEmbedder:
    """An Embedder whose vectors are made as above; the same text has the same vector."""

    def __init__(self, fit: Fit, tokenizer: Tokenizer, name: str) -> None:
        self._fit, self._tokenizer, self.name = fit, tokenizer, name
        self.dimensions = fit.weights.shape[1]

    def embed(self, texts: Sequence[str]) -> Array:
        made = _explained(self._fit, token_ids(self._tokenizer, texts))
        made += _draws(texts, self.dimensions) @ self._fit.noise.T
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def learn(tokenizer: Tokenizer, names: Sequence[str], vectors: Array) -> Fit:
    tokens = token_ids(tokenizer, names)
    counts = Counter(feature for ids in tokens for feature in _features_of(ids))
    features = {feature: at for at, (feature, _) in enumerate(counts.most_common(FEATURES))}
    held_out = np.arange(len(names)) % HELD_OUT == 0
    inputs = _matrix(features, tokens)
    partly = _ridge(inputs[~held_out], vectors[~held_out])
    errors = vectors[held_out] - inputs[held_out] @ partly
    covariance = np.cov(errors, rowvar=False)
    covariance = (1 - SHRINKAGE) * covariance + SHRINKAGE * np.diag(np.diag(covariance))
    spread = vectors[held_out] - vectors.mean(axis=0)
    return Fit(
        features,
        _ridge(inputs, vectors),
        np.linalg.cholesky(covariance).astype(np.float32),
        float(1 - np.square(errors).sum() / np.square(spread).sum()),
    )


def token_ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]


def _features_of(ids: Sequence[int]) -> Iterator[Feature]:
    for token in ids:
        yield (token,)
    yield from pairwise(ids)


def _weighed(features: dict[Feature, int], ids: Sequence[int]) -> tuple[list[int], float]:
    """The features of a name that are known, and the weight of each: the model takes the mean of a name's
    tokens."""
    return [features[f] for f in _features_of(ids) if f in features], 1 / len(ids)


def _matrix(features: dict[Feature, int], tokens: Sequence[Sequence[int]]) -> Array:
    matrix = np.zeros((len(tokens), len(features)), np.float32)
    for row, ids in zip(matrix, tokens, strict=True):
        known, weight = _weighed(features, ids)
        np.add.at(row, known, weight)
    return matrix


def _ridge(inputs: Array, outputs: Array) -> Array:
    """Weights (features, d) with the least squared error and a penalty on their squares."""
    gram = inputs.T @ inputs
    gram[np.diag_indices_from(gram)] += RIDGE
    weights: Array = np.linalg.solve(gram, inputs.T @ outputs)
    return weights


def _explained(fit: Fit, tokens: Sequence[Sequence[int]]) -> Array:
    made = np.empty((len(tokens), fit.weights.shape[1]), np.float32)
    for row, ids in zip(made, tokens, strict=True):
        known, weight = _weighed(fit.features, ids)
        row[:] = fit.weights[known].sum(axis=0) * weight
    return made


def _draws(texts: Sequence[str], dimensions: int) -> Array:
    """A standard normal vector for each text, by its hash."""
    draws = np.empty((len(texts), dimensions), np.float32)
    for row, text in zip(draws, texts, strict=True):
        key = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
        np.random.Generator(np.random.SFC64(key)).standard_normal(dimensions, np.float32, row)
    return draws
