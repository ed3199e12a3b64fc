"""Build the model bundle: `python -m scripts.model.build_bundle` prints its folder.

A bundle is all that embed_search needs of the model: the graph with its weights beside it, the tokenizer, and
a manifest. It lives in `<cache>/bundles/<content hash>/`, is complete (it has the file `.complete`) or not
used, and never changes. A second run finds it in milliseconds.

The bundle in use has 8 bits. How they are rounded goes by what the names of the sample catalogue make of the
graph in float32; that depends a little on the processor that multiplies, so that another machine may build
another bundle, of the same recall. One in float32 is what tests and benchmarks compare it with.
"""

import argparse
import csv
import hashlib
import inspect
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from embed_search.bundle import COMPLETE, GRAPH, MANIFEST, Precision, is_complete
from scripts.model import calibration, mpnet_onnx, onnx_graph, rounding
from scripts.model.fetch import CacheSettings, ModelUnavailable, ensure_model, locked, sha256_of
from scripts.model.release import MPNET

UNFINISHED = ".building-"
FOLDERS: dict[Precision, str] = {"q8": "bundles", "fp32": "reference-bundles"}
"""Apart, since a deploy takes the newest bundle."""
CALIBRATION = Path(__file__).parents[2] / "data" / "sample_catalogue.csv"
CALIBRATION_SHARE = 5
"""Every fifth of its names. With more nothing is gained that recall would show."""


def ensure_bundle(settings: CacheSettings | None = None, precision: Precision = "q8") -> Path:
    """The folder of the complete bundle; fetches the model and builds, if need be.

    Raises ModelUnavailable if no source has the model.
    """
    settings = settings or CacheSettings()
    bundles = settings.cache / FOLDERS[precision]
    return store(
        bundles, _recipe(precision), lambda folder: _write_model(ensure_model(settings), folder, precision)
    )


def store(bundles: Path, recipe: str, write: Callable[[Path], None]) -> Path:
    """The folder that `write` fills, named by the hash of its contents; written once for each recipe.

    `recipe` identifies the inputs, so that the name can be looked up before anything is built.
    """
    known = bundles / "recipes" / recipe
    if known.is_file() and is_complete(bundle := bundles / known.read_text()):
        return bundle
    known.parent.mkdir(parents=True, exist_ok=True)
    with locked(bundles / ".lock"):
        if known.is_file() and is_complete(bundle := bundles / known.read_text()):
            return bundle
        for left_over in bundles.glob(f"{UNFINISHED}*"):  # of a process that was killed
            shutil.rmtree(left_over)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=bundles) as temporary:
            folder = Path(temporary) / "bundle"
            folder.mkdir()
            write(folder)
            bundle = bundles / _seal(folder)
            if not is_complete(bundle):
                shutil.rmtree(bundle, ignore_errors=True)
                folder.rename(bundle)
            name = Path(temporary) / "name"
            name.write_text(bundle.name)
            name.rename(known)
    return bundle


def _recipe(precision: Precision) -> str:
    """Hash of all that decides what the bundle holds: the weights, the tokenizer, this code, and the texts
    that it is calibrated with."""
    inputs = [MPNET.files["model.safetensors"].sha256, MPNET.files["tokenizer.json"].sha256, precision]
    code = (mpnet_onnx, onnx_graph, calibration, rounding, _calibration_texts, _write_model, _seal)
    inputs += [inspect.getsource(part) for part in code]
    inputs += _calibration_texts()
    return hashlib.sha256("\0".join(inputs).encode()).hexdigest()


def _calibration_texts() -> list[str]:
    with CALIBRATION.open(encoding="utf-8", newline="") as file:
        return [row["ProductName"] for row in csv.DictReader(file)][::CALIBRATION_SHARE]


def _write_model(model: Path, folder: Path, precision: Precision) -> None:
    print("building the model bundle (about 45 seconds) ...", file=sys.stderr, flush=True)
    weights = mpnet_onnx.read_safetensors(model / "model.safetensors")
    graph = mpnet_onnx.build(weights)
    if precision == "q8":
        tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        tokenizer.no_padding()
        texts = [np.array(tokenizer.encode(text).ids, np.int64) for text in _calibration_texts()]
        graph = mpnet_onnx.build(weights, calibration.input_moments(graph, texts))
    onnx_graph.save(graph, folder / GRAPH, mpnet_onnx.READ_BY_ROW)
    shutil.copyfile(model / "tokenizer.json", folder / "tokenizer.json")
    manifest = {
        "model": MPNET.repository,
        "revision": MPNET.revision,
        "dimensions": mpnet_onnx.DIMENSIONS,
        "max_tokens": mpnet_onnx.MAX_TOKENS,
        "precision": precision,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest))


def _seal(folder: Path) -> str:
    """Add hash and size of each file to the manifest, mark the folder complete, return its hash."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text())
    others = sorted(file for file in folder.iterdir() if file != path)
    manifest["files"] = {
        file.name: {"sha256": sha256_of(file), "size": file.stat().st_size} for file in others
    }
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    path.write_text(text)
    for file in (*others, path):
        with file.open("rb") as written:
            os.fsync(written.fileno())
    (folder / COMPLETE).touch()
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main() -> int:
    argparse.ArgumentParser(description="Build the model bundle; prints its folder.").parse_args()
    try:
        print(ensure_bundle())
    except ModelUnavailable as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
