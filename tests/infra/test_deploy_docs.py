"""docs/DEPLOY.md says what is true: settings, outputs, commands."""

import json
import re

import pytest

from infra.settings import ROOT, Settings
from tests.infra.deployment import Deployment

PAGE = (ROOT / "docs" / "DEPLOY.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \|(.*?) \| (.+?) \|$", re.M)


def test_lists_every_setting_in_order_with_its_default() -> None:
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]

    def shown(value: object) -> str:
        text = value if isinstance(value, str) else json.dumps(value)
        return f"`{text}`" if text else "–"

    rows = [(name, default) for name, default, _, _ in ROW.findall(PAGE)]
    assert rows == [(name, shown(context[name])) for name in Settings.model_fields]


def test_every_setting_has_a_cost() -> None:
    costs = {name: cost for name, _, _, cost in ROW.findall(PAGE)}
    assert costs.keys() == Settings.model_fields.keys()
    assert all(cost.strip() for cost in costs.values())


@pytest.mark.parametrize("page", ["docs/DEPLOY.md", "README.md"])
def test_outputs_that_it_prints_are_there(full: Deployment, page: str) -> None:
    named = set(re.findall(r"\boutput ([a-z-]+) ([A-Z]\w+)", (ROOT / page).read_text(encoding="utf-8")))
    there = {
        (part, name) for part, template in full.templates.items() for name in template.get("Outputs", {})
    }
    assert named <= there


def test_make_targets_that_it_names_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"`make ([a-z-]+)\b", PAGE)) <= targets


def test_links_lead_to_a_file_or_a_heading() -> None:
    headings = {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", PAGE, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif not target.startswith("https://"):
            assert (ROOT / "docs" / target.partition("#")[0]).is_file(), target


def test_what_a_destroy_keeps_is_listed(full: Deployment) -> None:
    kept = {
        resource["Type"]
        for template in full.templates.values()
        for resource in template["Resources"].values()
        if resource.get("DeletionPolicy") == "Retain"
    }
    assert kept == {"AWS::ApiGateway::Account", "AWS::IAM::Role"}
    assert "`AWS::ApiGateway::Account` and its role" in PAGE


def test_reserved_concurrency_is_what_it_says(full: Deployment) -> None:
    reserved = sum(
        function["Properties"].get("ReservedConcurrentExecutions", 0)
        for _, function in full.all("AWS::Lambda::Function")
    )
    assert f"the functions reserve {reserved} " in PAGE


def test_names_every_stack_that_is_protected(prod: Deployment) -> None:
    (parts,) = re.findall(r"for part in ([a-z -]+); do", PAGE)
    protected = {
        stack.stack_name.removeprefix("apparel-prod-")
        for stack in prod.app.synth().stacks
        if stack.termination_protection
    }
    assert set(parts.split()) == protected
