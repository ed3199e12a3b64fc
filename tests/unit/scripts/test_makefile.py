"""The Makefile's words to a person whose machine lacks something, and its help."""

import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make on a copy of the Makefile, where nothing is set up yet."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(CHECKOUT / name, folder)
    return subprocess.run(
        ["make", "-C", str(folder), *arguments], text=True, capture_output=True, check=False
    )


def python_that_fails_on(folder: Path, word: str) -> str:
    """A stand-in for a Python: it fails when its program holds the word."""
    script = folder / "some-python"
    script.write_text(f'#!/bin/sh\ncase "$*" in *{word}*) exit 1;; esac\n')
    script.chmod(0o755)
    return f"PYTHON={script}"


def test_help_lists_the_commands(tmp_path: Path) -> None:
    listed = make(tmp_path).stdout
    for command in ("run", "test", "check", "eval", "clean"):
        assert f"make {command} " in listed


@pytest.mark.parametrize(
    ("lacks", "advice"),
    [("version_info", "Python 3.11 or newer is needed"), ("ensurepip", "apt install python3-venv")],
)
def test_says_what_the_machine_lacks(tmp_path: Path, lacks: str, advice: str) -> None:
    result = make(tmp_path, "run", python_that_fails_on(tmp_path, lacks))
    assert result.returncode != 0
    assert advice in result.stderr
    assert not (tmp_path / ".venv").exists()
