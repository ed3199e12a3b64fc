"""A small catalogue, and an embedder that can be understood: texts that share words are near."""

import csv
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

COLUMNS = (
    "ProductID",
    "ProductName",
    "ProductBrand",
    "Gender",
    "Price (INR)",
    "NumImages",
    "Description",
    "PrimaryColor",
)


class WordEmbedder:
    """Each word is a direction of its own; a text is the mean of its words, of unit length."""

    name = "words"
    dimensions = 768

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.embedded += texts
        return np.stack([self._vector(text) for text in texts]).astype(np.float32)

    def _vector(self, text: str) -> npt.NDArray[np.float64]:
        words = re.findall(r"\w+", text.lower()) or ["nothing"]
        vector: npt.NDArray[np.float64] = np.sum([self._direction(word) for word in words], axis=0)
        return vector / float(np.linalg.norm(vector))

    def _direction(self, word: str) -> npt.NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
        return np.random.default_rng(seed).standard_normal(self.dimensions)


def row(
    product_id: object,
    name: str,
    gender: str = "Men",
    price: object = 999,
    *,
    brand: str = "Acme",
    description: str = "",
    color: str = "",
) -> tuple[str, ...]:
    """One line of a catalogue file."""
    return (str(product_id), name, brand, gender, str(price), "3", description, color)


def write_catalogue(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path
