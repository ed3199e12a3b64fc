"""CI on GitHub does what a person does, and may do no more than read."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

# A major version of GitHub's own actions, or a commit of anybody's.
PINNED = re.compile(r"actions/[\w-]+@v\d+|[\w.-]+/[\w./-]+@[0-9a-f]{40}")
MADE_BY_MAKE = re.compile(r"(?<![\w/.-])make ((?:[\w-]+ ?)+)")


@pytest.fixture(params=WORKFLOWS, ids=lambda file: file.name)
def workflow(request: pytest.FixtureRequest) -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load(request.param.read_text())
    return read


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def commands(workflow: dict[Any, Any]) -> list[str]:
    text = "\n".join(step["run"] for step in steps(workflow) if "run" in step)
    return [line.strip() for line in text.splitlines() if line.strip()]


def make_targets() -> set[str]:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return set(phony.split())


def test_there_is_a_workflow() -> None:
    assert [file.name for file in WORKFLOWS] == ["ci.yml"]


def test_runs_make_targets_that_exist_and_scripts_of_ours_alone(workflow: dict[Any, Any]) -> None:
    assert commands(workflow)
    for command in commands(workflow):
        program, *arguments = command.split()
        if program == "make":
            assert set(arguments) <= make_targets()
        else:
            assert (ROOT / program).is_relative_to(ROOT / ".ci"), command
            assert os.access(ROOT / program, os.X_OK)
            assert arguments == []


def test_what_ci_runs_calls_make_targets_that_exist() -> None:
    script = re.sub(r"#.*", "", (ROOT / ".ci" / "run").read_text())
    called = {target for found in MADE_BY_MAKE.findall(script) for target in found.split()}
    assert {"check", "test", "audit", "synth"} <= called
    assert called <= make_targets()
    for other in re.findall(r"^\.ci/[\w-]+", script, re.MULTILINE):
        assert os.access(ROOT / other, os.X_OK)


def test_may_read_the_code_and_nothing_else(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
    (checkout,) = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"]["persist-credentials"] is False
    assert "secrets" not in str(workflow)
    # As a pull request of a stranger, with the rights of this repository.
    assert "pull_request_target" not in workflow[True]  # YAML takes the key `on` for yes


def test_takes_actions_of_a_version_that_is_named(workflow: dict[Any, Any]) -> None:
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []


def test_a_newer_push_ends_the_run_of_an_older_one_and_none_runs_for_ever(workflow: dict[Any, Any]) -> None:
    assert workflow["concurrency"]["cancel-in-progress"] is True
    assert "github.ref" in workflow["concurrency"]["group"]
    assert all(0 < job["timeout-minutes"] <= 120 for job in workflow["jobs"].values())


def test_models_are_kept_between_runs_until_another_release_is_pinned(workflow: dict[Any, Any]) -> None:
    (cache,) = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/cache@")]
    assert cache["with"]["path"] == "~/.cache/apparel-recommender"
    for pattern in re.findall(r"'([^']+)'", cache["with"]["key"]):
        assert list(ROOT.glob(pattern)), pattern


def test_runs_with_the_oldest_python_that_is_promised(workflow: dict[Any, Any]) -> None:
    (setup,) = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/setup-python@")]
    *others, default = setup["with"]["python-version"].split()
    assert f"MIN_PYTHON := {default}\n" in (ROOT / "Makefile").read_text()
    assert "3.13" in others  # Lambda's
    assert (ROOT / setup["with"]["cache-dependency-path"]).is_file()
