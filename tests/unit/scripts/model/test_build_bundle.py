"""Bundles are whole or not there, named by their content, and written once."""

import json
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from embed_search.bundle import BundleError
from embed_search.embedder import OnnxEmbedder
from scripts.model.build_bundle import store


def write_small(folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps({"model": "small"}))
    (folder / "model.onnx").write_bytes(b"graph")


def never(folder: Path) -> None:
    raise AssertionError("built again")


def test_the_second_time_nothing_is_built(tmp_path: Path) -> None:
    bundle = store(tmp_path, "recipe", write_small)
    assert store(tmp_path, "recipe", never) == bundle


def test_the_manifest_lists_every_file(tmp_path: Path) -> None:
    manifest = json.loads((store(tmp_path, "recipe", write_small) / "manifest.json").read_text())
    assert manifest["model"] == "small"
    assert manifest["files"]["model.onnx"]["size"] == 5
    assert len(manifest["files"]["model.onnx"]["sha256"]) == 64


def test_the_same_content_has_the_same_name_and_is_kept_once(tmp_path: Path) -> None:
    first = store(tmp_path, "recipe", write_small)
    assert store(tmp_path, "the same with a comment", write_small) == first
    assert store(tmp_path / "elsewhere", "recipe", write_small).name == first.name


def test_other_content_has_another_name(tmp_path: Path) -> None:
    def write_other(folder: Path) -> None:
        write_small(folder)
        (folder / "model.onnx").write_bytes(b"GRAPH")

    assert store(tmp_path, "recipe", write_small) != store(tmp_path, "another", write_other)


def test_a_build_that_dies_leaves_nothing_that_is_used(tmp_path: Path) -> None:
    def die_halfway(folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"gra")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store(tmp_path, "recipe", die_halfway)
    assert not list(tmp_path.rglob("model.onnx"))
    bundle = store(tmp_path, "recipe", write_small)
    assert (bundle / "model.onnx").read_bytes() == b"graph"


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    def killed(folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"gra")
        os.kill(os.getpid(), signal.SIGKILL)

    builder = multiprocessing.get_context("fork").Process(target=store, args=(tmp_path, "recipe", killed))
    builder.start()
    builder.join()
    assert len(list(tmp_path.rglob("model.onnx"))) == 1

    bundle = store(tmp_path, "recipe", write_small)
    assert list(tmp_path.rglob("model.onnx")) == [bundle / "model.onnx"]


@pytest.mark.parametrize("damage", [".complete", "model.onnx"])
def test_a_bundle_that_lost_a_file_is_built_again(tmp_path: Path, damage: str) -> None:
    (store(tmp_path, "recipe", write_small) / damage).unlink()
    bundle = store(tmp_path, "recipe", write_small)
    assert (bundle / ".complete").is_file()
    assert (bundle / "model.onnx").read_bytes() == b"graph"


def test_a_bundle_that_was_cut_short_is_built_again(tmp_path: Path) -> None:
    (store(tmp_path, "recipe", write_small) / "model.onnx").write_bytes(b"gra")
    assert (store(tmp_path, "recipe", write_small) / "model.onnx").read_bytes() == b"graph"


def test_the_embedder_refuses_a_bundle_of_an_earlier_version(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="earlier version"):
        OnnxEmbedder(store(tmp_path, "recipe", write_small))


def test_the_embedder_refuses_a_bundle_that_is_not_complete(tmp_path: Path) -> None:
    bundle = store(tmp_path, "recipe", write_small)
    (bundle / ".complete").unlink()
    with pytest.raises(BundleError, match="no complete model bundle"):
        OnnxEmbedder(bundle)
