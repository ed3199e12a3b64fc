"""Model bundles for tests of moving them about: the real form, without a model in it."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from embed_search.bundle import COMPLETE, MANIFEST, FilePin, Manifest


def small_bundle(parent: Path, files: Mapping[str, bytes]) -> Path:
    """A complete bundle in a folder that is named by its hash."""
    pins: dict[str, FilePin] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in files.items()
    }
    manifest: Manifest = {
        "model": "m",
        "revision": "r",
        "dimensions": 1,
        "max_tokens": 1,
        "precision": "q8",
        "files": pins,
    }
    written = json.dumps(manifest)
    folder = parent / hashlib.sha256(written.encode()).hexdigest()[:16]
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_text(written)
    (folder / COMPLETE).touch()
    return folder


def zipped(bundle: Path, path: Path, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """As the CDK zips a folder: all files, at the top."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for file in sorted(bundle.iterdir()):
            archive.write(file, file.name)
    return path
