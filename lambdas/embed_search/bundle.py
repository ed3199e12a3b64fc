"""The model bundle: the folder that holds all that embed_search needs of the model.

scripts/model/build_bundle.py builds it, deploy/place_model_handler.py puts it onto the file system. Only the
standard library is imported here.
"""

import json
from pathlib import Path
from typing import Literal, TypedDict

Precision = Literal["fp32", "q8"]

MANIFEST = "manifest.json"
COMPLETE = ".complete"
GRAPH = "model.onnx"
WEIGHTS = "model.weights"
"""Which an embedding needs as a whole; of `model.words` it needs a row a token."""


class BundleError(RuntimeError):
    """The model bundle can't be used: not there, not complete, or not a bundle."""


class FilePin(TypedDict):
    sha256: str
    size: int


class Manifest(TypedDict):
    """What a bundle says of itself (manifest.json)."""

    model: str
    revision: str
    dimensions: int
    max_tokens: int
    precision: Precision
    files: dict[str, FilePin]


def read_manifest(bundle: Path) -> Manifest:
    """The manifest of a complete bundle of this version. Raises BundleError."""
    if not (bundle / COMPLETE).is_file():
        raise BundleError(
            f"{bundle} is no complete model bundle; build one with: python -m scripts.model.build_bundle"
        )
    manifest: Manifest = json.loads((bundle / MANIFEST).read_text())
    if "precision" not in manifest:
        raise BundleError(
            f"{bundle} was built by an earlier version; build one with: python -m scripts.model.build_bundle"
        )
    return manifest


def is_complete(bundle: Path) -> bool:
    """Sealed, and every file still has the size that the manifest gives."""
    if not (bundle / COMPLETE).is_file():
        return False
    files = json.loads((bundle / MANIFEST).read_text())["files"]
    return all(
        (bundle / name).is_file() and (bundle / name).stat().st_size == pin["size"]
        for name, pin in files.items()
    )
