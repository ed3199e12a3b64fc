"""Which model bundle a deploy takes."""

import os
import shutil
from pathlib import Path

import pytest

from infra.model_bundle import find_bundle
from infra.settings import Settings, SettingsError


def settings(**more: object) -> Settings:
    return Settings.model_validate({"llm": "none", "chat_ui": False, **more})


def test_takes_the_newest_complete_one(fake_bundle: Path, tmp_path: Path) -> None:
    for name, time in (("older", 1000), ("newest", 3000), ("newer", 2000)):
        shutil.copytree(fake_bundle, tmp_path / name)
        os.utime(tmp_path / name / ".complete", (time, time))
    cut_short = shutil.copytree(fake_bundle, tmp_path / "cut-short")
    (cut_short / "model.onnx").write_text("half")

    assert find_bundle(settings(), tmp_path).name == "newest"


def test_says_which_command_makes_one(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"^There is no model bundle in .* yet; `make bundle` builds it\.$"
    ):
        find_bundle(settings(), tmp_path)


def test_takes_the_one_that_the_setting_names(fake_bundle: Path, tmp_path: Path) -> None:
    assert find_bundle(settings(model_bundle=str(fake_bundle)), tmp_path) == fake_bundle


def test_refuses_a_named_one_that_is_not_complete(fake_bundle: Path, tmp_path: Path) -> None:
    named = shutil.copytree(fake_bundle, tmp_path / "named")
    (named / ".complete").unlink()
    with pytest.raises(SettingsError, match=r"no complete model bundle is in .*named"):
        find_bundle(settings(model_bundle=str(named)))
