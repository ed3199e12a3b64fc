"""Builds a package into a folder."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from infra.packaging import rds_ca
from infra.packaging.bytecode import compile_sources
from infra.packaging.errors import PackagingError
from infra.packaging.libraries import CACHE, fingerprint, installed
from infra.packaging.recipe import RECIPES, UNUSED_SOURCES, Architecture, Package, Recipe

MAX_BYTES = 250 * 1024 * 1024
"""Lambda's limit for all that is unzipped, layers included."""
CERTIFICATES = "rds-ca.pem"
_SHOWN_FOLDERS = 10


def build(package: Package, architecture: Architecture, target: Path, cache: Path = CACHE) -> None:
    """Fills the folder `target` with what the functions of the package unzip. Raises PackagingError."""
    recipe = RECIPES[package]
    shutil.copytree(installed(recipe.libraries, architecture, cache), target, dirs_exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        ours = Path(folder) / "ours"
        _copy_ours(recipe, ours)
        compile_sources(ours)
        shutil.copytree(ours, target, dirs_exist_ok=True)
    check_size(target)


def recipe_hash(recipe: Recipe, architecture: Architecture) -> str:
    """Of everything that a package is made from: known without building, and equal on every machine that
    has a Python of Lambda's version for compiling."""
    decides = hashlib.sha256(fingerprint(recipe.libraries, architecture).encode())
    for source in recipe.sources:
        for file in sorted(_files(source)):
            _add(decides, f"{source.name}/{file.relative_to(source).as_posix()}", file)
    if recipe.start_script:
        _add(decides, recipe.start_script.name, recipe.start_script)
    if recipe.database_certificates:
        decides.update(rds_ca.lock_entry().encode())
    decides.update(json.dumps(UNUSED_SOURCES).encode())
    for code in ("build.py", "rds_ca.py"):
        _add(decides, code, Path(__file__).with_name(code))
    return decides.hexdigest()


def _files(source: Path) -> list[Path]:
    kept = (file.relative_to(source) for file in source.rglob("*") if file.is_file())
    return [source / file for file in kept if not set(file.parts) & set(UNUSED_SOURCES)]


def _add(digest: "hashlib._Hash", name: str, file: Path) -> None:
    content = file.read_bytes()
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def _copy_ours(recipe: Recipe, target: Path) -> None:
    for source in recipe.sources:
        ignored = shutil.ignore_patterns(*UNUSED_SOURCES)
        shutil.copytree(source, target / source.name, ignore=ignored)
    if recipe.start_script:
        script = Path(shutil.copy(recipe.start_script, target))
        script.chmod(0o755)
    if recipe.database_certificates:
        (target / CERTIFICATES).write_text(rds_ca.certificates())


def check_size(folder: Path, limit: int = MAX_BYTES) -> int:
    """The bytes of all files in the folder. Raises PackagingError above the limit, naming what is largest."""
    sizes = {entry.name: _size(entry) for entry in folder.iterdir()}
    total = sum(sizes.values())
    if total > limit:
        largest = sorted(sizes.items(), key=lambda item: -item[1])[:_SHOWN_FOLDERS]
        lines = [f"  {size / 1e6:7.1f} MB  {name}" for name, size in largest]
        raise PackagingError(
            f"The package has {total / 1e6:.1f} MB unzipped, and Lambda takes {limit / 1e6:.1f}. "
            "The largest:\n" + "\n".join(lines)
        )
    return total


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
