"""What `cdk synth` would write, for the tests to look into."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import aws_cdk as cdk
from aws_cdk.assertions import Template

Resource = dict[str, Any]


@dataclass(frozen=True)
class Deployment:
    """All stacks of one variant, synthesised."""

    app: cdk.App
    folder: Path

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """By the stack's part of the name: `network`, `data`, `model-store`, `llm`, `api`, `chat-ui`,
        `monitoring`."""
        files = sorted(self.folder.glob("*.template.json"))
        return {_part(file): json.loads(file.read_text()) for file in files}

    def template(self, part: str) -> Template:
        return Template.from_string(json.dumps(self.templates[part]))

    def resources(self, part: str, kind: str) -> dict[str, Resource]:
        """The resources of one type, such as `AWS::EC2::VPC`, by their logical ids."""
        resources = self.templates[part]["Resources"]
        return {name: resource for name, resource in resources.items() if resource["Type"] == kind}

    def one(self, part: str, kind: str, **properties: object) -> Resource:
        """The properties of the only resource of a type, or of the only one with these properties."""
        found: list[Resource] = [
            resource["Properties"]
            for resource in self.resources(part, kind).values()
            if properties.items() <= resource["Properties"].items()
        ]
        assert len(found) == 1, f"{len(found)} resources of type {kind} in {part} where one was expected"
        return found[0]

    def all(self, kind: str) -> Iterator[tuple[str, Resource]]:
        """The resources of one type in all stacks, each with `stack/logical id`."""
        for part in self.templates:
            for name, resource in self.resources(part, kind).items():
                yield f"{part}/{name}", resource

    def statements(self) -> Iterator[tuple[str, Resource]]:
        """What roles are allowed or denied, each statement with `stack/logical id` of its policy."""
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            for name, resource in self.all(kind):
                for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                    yield name, statement
        for name, resource in self.all("AWS::IAM::Role"):
            for policy in resource["Properties"].get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield name, statement

    def allowed(self, part: str, role: str) -> dict[str, Any]:
        """What the policies of the role whose logical id begins with `role` allow: action to resource."""
        return {
            action: statement["Resource"]
            for name, statement in self.statements()
            if name.startswith(f"{part}/{role}") and statement["Effect"] == "Allow"
            for action in as_list(statement["Action"])
        }


class Synthesise(Protocol):
    def __call__(self, settings: Mapping[str, object], checked: bool = False) -> Deployment:
        """`checked`: with cdk-nag, whose findings raise RuntimeError."""


def as_list(value: Any) -> list[Any]:
    """CloudFormation takes one thing in the place of a list of one."""
    return value if isinstance(value, list) else [value]


def _part(file: Path) -> str:
    """Of `apparel-dev-model-store.template.json`: model-store."""
    return file.name.removesuffix(".template.json").split("-", 2)[2]
