"""The model bundle gets onto the file system whole or not at all."""

import hashlib
import json
import os
import random
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import boto3
import pytest

from embed_search.bundle import COMPLETE, MANIFEST, BundleError, read_manifest
from embed_search.deploy.place_model import place, remove_older
from embed_search.deploy.place_model_handler import handler
from embed_search.s3_file import PART_BYTES, open_s3
from tests.cloudformation import CloudFormation, FunctionContext
from tests.integration.embed_search.deploy.conftest import BUCKET
from tests.integration.local.processes import eventually
from tests.small_bundle import small_bundle, zipped

FILES = {"model.onnx": random.Random(1).randbytes(3_000_000), "tokenizer.json": b'{"a": 1}' * 1000}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return small_bundle(tmp_path / "bundles", FILES)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def visible(models: Path) -> set[str]:
    return {path.name for path in models.iterdir() if not path.name.startswith(".")}


def test_placed_bundle_is_the_one_that_was_built(bundle: Path, models: Path, tmp_path: Path) -> None:
    with zipped(bundle, tmp_path / "a.zip").open("rb") as archive:
        placed = place(archive, bundle.name, models)
    assert placed == models / bundle.name
    assert contents(placed) == contents(bundle)
    assert read_manifest(placed)["model"] == "m"


def test_repeat_reads_nothing(bundle: Path, models: Path, tmp_path: Path) -> None:
    with zipped(bundle, tmp_path / "a.zip").open("rb") as archive:
        place(archive, bundle.name, models)
    with open(os.devnull, "rb") as nothing:
        place(nothing, bundle.name, models)
    assert contents(models / bundle.name) == contents(bundle)


def test_killed_in_the_middle_leaves_nothing_and_the_next_run_completes(
    bundle: Path, models: Path, tmp_path: Path
) -> None:
    archive = zipped(bundle, tmp_path / "a.zip")
    module = "tests.integration.embed_search.deploy.slow_placing"
    with subprocess.Popen([sys.executable, "-m", module, str(archive), bundle.name, str(models)]) as process:
        half = models / f".placing-{bundle.name}" / "model.onnx"
        assert eventually(lambda: half.exists() and half.stat().st_size > 200_000)
        assert process.poll() is None
        process.kill()
    assert visible(models) == set()
    assert not list(models.glob(f"*/{COMPLETE}"))

    with archive.open("rb") as file:
        place(file, bundle.name, models)
    assert contents(models / bundle.name) == contents(bundle)
    assert not list(models.glob(".placing-*"))


def test_folder_without_its_marker_is_placed_anew(bundle: Path, models: Path, tmp_path: Path) -> None:
    (models / bundle.name).mkdir()
    (models / bundle.name / "model.onnx").write_bytes(b"half")
    with zipped(bundle, tmp_path / "a.zip").open("rb") as archive:
        place(archive, bundle.name, models)
    assert contents(models / bundle.name) == contents(bundle)


def test_damaged_file_is_refused(bundle: Path, models: Path, tmp_path: Path) -> None:
    (bundle / "model.onnx").write_bytes(FILES["model.onnx"][:-1] + b"x")
    with (
        zipped(bundle, tmp_path / "a.zip").open("rb") as archive,
        pytest.raises(BundleError, match=r"model\.onnx of the bundle is damaged"),
    ):
        place(archive, bundle.name, models)
    assert visible(models) == set()


def test_another_bundle_is_refused(bundle: Path, models: Path, tmp_path: Path) -> None:
    with (
        zipped(bundle, tmp_path / "a.zip").open("rb") as archive,
        pytest.raises(BundleError, match="does not hold the bundle 0123456789abcdef, but another one"),
    ):
        place(archive, "0123456789abcdef", models)


def test_cut_archive_is_refused(bundle: Path, models: Path, tmp_path: Path) -> None:
    archive = zipped(bundle, tmp_path / "a.zip")
    archive.write_bytes(archive.read_bytes()[:100_000])
    with archive.open("rb") as file, pytest.raises(BundleError, match="can't be unpacked"):
        place(file, bundle.name, models)
    assert visible(models) == set()


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "sub/model.onnx", COMPLETE])
def test_files_stay_within_the_folder(name: str, models: Path, tmp_path: Path) -> None:
    manifest = json.dumps({"files": {name: {"sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}}})
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(name, "x")
    bundle_hash = hashlib.sha256(manifest.encode()).hexdigest()[:16]
    with (tmp_path / "a.zip").open("rb") as file, pytest.raises(BundleError, match="file with the name"):
        place(file, bundle_hash, models)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["", "..", "0123456789ABCDEF", "0123456789abcdef/.."])
def test_name_has_to_be_a_hash(name: str, models: Path, tmp_path: Path) -> None:
    with open(os.devnull, "rb") as nothing, pytest.raises(BundleError, match="not the hash of a bundle"):
        place(nothing, name, models)


def test_only_older_bundles_are_removed(models: Path, tmp_path: Path) -> None:
    names = [small_bundle(models, {"f": bytes([number])}).name for number in range(4)]
    (models / "notes").mkdir()
    assert remove_older(models, names[2:]) == sorted(names[:2])
    assert visible(models) == {*names[2:], "notes"}


def test_memory_does_not_grow_with_the_bundle(models: Path, tmp_path: Path) -> None:
    large = small_bundle(tmp_path / "bundles", {"model.onnx": random.Random(2).randbytes(1_000_000) * 150})
    archive = zipped(large, tmp_path / "a.zip", zipfile.ZIP_STORED)

    class FileClient:
        """boto3's client, on a file."""

        def head_object(self, **_: str) -> dict[str, int]:
            return {"ContentLength": archive.stat().st_size}

        def get_object(self, *, Range: str, **_: str) -> dict[str, object]:
            start, end = map(int, Range.removeprefix("bytes=").split("-"))

            class Body:
                def read(self) -> bytes:
                    with archive.open("rb") as file:
                        file.seek(start)
                        return file.read(end + 1 - start)

            return {"Body": Body()}

    tracemalloc.start()
    try:
        with open_s3(FileClient(), "b", "k") as file:
            place(file, large.name, models)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * PART_BYTES
    assert (models / large.name / "model.onnx").stat().st_size == 150_000_000


# The handler, with S3 (moto's) and CloudFormation.


@pytest.mark.usefixtures("s3")
class TestHandler:
    @pytest.fixture(autouse=True)
    def environment(self, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MODELS_FOLDER", str(models))

    def upload(self, tmp_path: Path, number: int) -> dict[str, str]:
        """The properties of a new bundle."""
        bundle = small_bundle(tmp_path / f"b{number}", {"model.onnx": bytes([number]) * 100})
        boto3.client("s3").upload_file(str(zipped(bundle, tmp_path / f"{number}.zip")), BUCKET, f"{number}")
        return {"Bucket": BUCKET, "Key": f"{number}", "BundleHash": bundle.name}

    def test_former_bundle_stays_and_older_ones_go(
        self, end: CloudFormation, models: Path, tmp_path: Path
    ) -> None:
        first, second, third = (self.upload(tmp_path, number) for number in range(3))
        handler(end.request("Create", first), FunctionContext())
        handler(end.request("Update", second, old=first), FunctionContext())
        handler(end.request("Update", third, old=second), FunctionContext())
        assert [answer["Status"] for answer in end.answers] == ["SUCCESS"] * 3
        assert [answer["PhysicalResourceId"] for answer in end.answers] == [
            one["BundleHash"] for one in (first, second, third)
        ]
        assert visible(models) == {second["BundleHash"], third["BundleHash"]}

        # CloudFormation cleans up behind an update whose id changed.
        handler(end.request("Delete", second, physical_id=second["BundleHash"]), FunctionContext())
        assert visible(models) == {second["BundleHash"], third["BundleHash"]}

        # A rollback finds the former one in its place, even where its archive is gone.
        boto3.client("s3").delete_object(Bucket=BUCKET, Key=second["Key"])
        handler(end.request("Update", second, old=third), FunctionContext())
        assert end.answers[-1]["Status"] == "SUCCESS"
        assert visible(models) == {second["BundleHash"], third["BundleHash"]}

    def test_update_of_the_same_bundle_removes_nothing(
        self, end: CloudFormation, models: Path, tmp_path: Path
    ) -> None:
        first, second = (self.upload(tmp_path, number) for number in range(2))
        handler(end.request("Create", first), FunctionContext())
        handler(end.request("Update", second, old=first), FunctionContext())
        handler(end.request("Update", second, old=second), FunctionContext())
        assert visible(models) == {first["BundleHash"], second["BundleHash"]}

    def test_missing_archive_is_told(self, end: CloudFormation, models: Path) -> None:
        wanted = {"Bucket": BUCKET, "Key": "nothing.zip", "BundleHash": "0" * 16}
        handler(end.request("Create", wanted), FunctionContext())
        assert end.answer["Status"] == "FAILED"
        assert "(404)" in end.answer["Reason"]
