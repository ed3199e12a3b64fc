"""Puts a model bundle where searches mount it: into a folder named by its hash, whole or not at all.

A folder `<hash>` appears by a rename, with every file checked and the marker `.complete` in it. What a killed
run leaves has another name, and the next run removes it.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from embed_search.bundle import COMPLETE, MANIFEST, BundleError, FilePin, Manifest

_NAME = re.compile(r"[0-9a-f]{16}")
_UNFINISHED = ".placing-"
_CHUNK = 1 << 20
_MAX_MANIFEST = 1 << 20


def place(archive: BinaryIO, name: str, models: Path) -> Path:
    """The folder of the bundle; unpacked from the zip `archive` unless it is there.

    `name` is the hash of the bundle (the beginning of the SHA-256 of its manifest), and the manifest has the
    hashes of all other files: what does not fit is refused with a BundleError. Memory stays within a few MB.
    """
    if not _NAME.fullmatch(name):
        raise BundleError(f"{name!r} is not the hash of a bundle.")
    target = models / name
    with _alone(models):
        for left_over in models.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left_over)
        if not (target / COMPLETE).is_file():
            unfinished = models / f"{_UNFINISHED}{name}"
            unfinished.mkdir()
            _unpack(archive, name, unfinished)
            (unfinished / COMPLETE).touch()
            if target.exists():  # without its marker: not one that was placed here
                shutil.rmtree(target)
            unfinished.rename(target)
    return target


def remove_older(models: Path, kept: Collection[str]) -> list[str]:
    """Removes all bundles but those named, and returns their names."""
    with _alone(models):
        older = [path for path in models.iterdir() if _NAME.fullmatch(path.name) and path.name not in kept]
        for path in older:
            (path / COMPLETE).unlink(missing_ok=True)
            shutil.rmtree(path)
    return sorted(path.name for path in older)


@contextmanager
def _alone(models: Path) -> Iterator[None]:
    """CloudFormation may ask twice, when it did not hear the first answer. The lock dies with its process."""
    with (models / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unpack(archive: BinaryIO, name: str, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as zipped:
            text = _manifest_text(zipped, name)
            manifest: Manifest = json.loads(text)
            for file, pin in manifest["files"].items():
                if PurePosixPath(file).name != file or file in (MANIFEST, COMPLETE):
                    raise BundleError(f"The bundle has a file with the name {file!r}.")
                with zipped.open(file) as source:
                    _write(source, folder / file, pin)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise BundleError(f"The bundle {name} can't be unpacked: {error}") from error
    (folder / MANIFEST).write_bytes(text)


def _manifest_text(zipped: zipfile.ZipFile, name: str) -> bytes:
    with zipped.open(MANIFEST) as file:
        text = file.read(_MAX_MANIFEST)
    if not hashlib.sha256(text).hexdigest().startswith(name):
        raise BundleError(f"The archive does not hold the bundle {name}, but another one.")
    return text


def _write(source: IO[bytes], path: Path, pin: FilePin) -> None:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != pin["sha256"]:
        raise BundleError(f"The file {path.name} of the bundle is damaged: its SHA-256 differs.")
