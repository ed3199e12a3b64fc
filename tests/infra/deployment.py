"""What `cdk synth` would write, for the tests to look into."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

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
        """By the stack's part of the name: `network`, `data`, `model-store`, `llm`, `api`, `chat-ui`."""
        files = sorted(self.folder.glob("*.template.json"))
        return {_part(file): json.loads(file.read_text()) for file in files}

    def template(self, part: str) -> Template:
        return Template.from_string(json.dumps(self.templates[part]))

    def resources(self, part: str, kind: str) -> dict[str, Resource]:
        """The resources of one type, such as `AWS::EC2::VPC`, by their logical ids."""
        resources = self.templates[part]["Resources"]
        return {name: resource for name, resource in resources.items() if resource["Type"] == kind}

    def one(self, part: str, kind: str, **properties: object) -> Resource:
        """The only resource of a type, or the only one with these properties."""
        found = [
            resource
            for resource in self.resources(part, kind).values()
            if properties.items() <= resource.get("Properties", {}).items()
        ]
        assert len(found) == 1, f"{len(found)} resources of type {kind} in {part} where one was expected"
        return found[0]


def _part(file: Path) -> str:
    """Of `apparel-dev-model-store.template.json`: model-store."""
    return file.name.removesuffix(".template.json").split("-", 2)[2]
