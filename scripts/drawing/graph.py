"""From templates to boxes and arrows: who refers to whom."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.drawing.kinds import (
    BACKWARDS,
    CALLED,
    DEPLOY_HANDLERS,
    NAMED_BY,
    NO_FLOW,
    NOT_OURS,
    PART_OF,
    SHOWN,
)

Template = Mapping[str, Any]
Key = tuple[str, str]
"""The stack's part of the name, and the logical id."""


@dataclass(frozen=True)
class Box:
    key: Key
    kind: str
    label: str
    during_deploy: bool


@dataclass(frozen=True)
class Arrow:
    source: Key
    target: Key
    during_deploy: bool


class Graph:
    """`templates` by the stack's part of the name."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self._resources: dict[Key, Mapping[str, Any]] = {
            (part, name): resource
            for part, template in templates.items()
            for name, resource in template["Resources"].items()
        }
        self._exports = dict(_exports(templates))
        self._names = {
            resource["Properties"]["EndpointName"]: key
            for key, resource in self._resources.items()
            if resource["Type"] == "AWS::SageMaker::Endpoint"
        }
        self.boxes = {
            key: _box(key, resource) for key, resource in self._resources.items() if _is_shown(key, resource)
        }
        self._wholes = {key: whole for key in self._resources if (whole := self._whole(key))}

    @property
    def arrows(self) -> list[Arrow]:
        """Each pair once, in the order of the templates."""
        found: dict[tuple[Key, Key], Arrow] = {}
        for key, whole in self._wholes.items():
            for other in self._references(key, self._resources[key].get("Properties", {})):
                if (target := self._wholes.get(other)) and target != whole:
                    arrow = self._arrow(whole, target)
                    if not self._is_no_flow(arrow):
                        found.setdefault((arrow.source, arrow.target), arrow)
        return list(found.values())

    def _arrow(self, source: Key, target: Key) -> Arrow:
        if (self.boxes[source].kind, self.boxes[target].kind) in BACKWARDS:
            source, target = target, source
        return Arrow(source, target, self.boxes[source].during_deploy)

    def _whole(self, key: Key) -> Key | None:
        """The box that stands for a resource; None for one that no box shows."""
        if key in self.boxes:
            return key
        kind = self._resources[key]["Type"]
        kind = "Custom::" if kind.startswith("Custom::") else kind
        properties = self._resources[key].get("Properties", {})
        if kind in PART_OF:
            others = self._references(key, properties.get(PART_OF[kind]))
        elif kind in NAMED_BY:
            others = self._referring(key, NAMED_BY[kind])
        else:
            return None
        return next((whole for other in others if (whole := self._whole(other))), None)

    def _referring(self, key: Key, kind: str) -> Iterator[Key]:
        for other, resource in self._resources.items():
            if resource["Type"] == kind and key in self._references(other, resource["Properties"]):
                yield other

    def _is_no_flow(self, arrow: Arrow) -> bool:
        source, target = self.boxes[arrow.source], self.boxes[arrow.target]
        return source.key[0] == target.key[0] and (source.key[0], source.kind, target.kind) in NO_FLOW

    def _references(self, key: Key, value: Any) -> Iterator[Key]:
        """What is referred to, in other stacks as well, and what is named by its explicit name."""
        part = key[0]
        if isinstance(value, str):
            if value in self._names:
                yield self._names[value]
        elif isinstance(value, list):
            for item in value:
                yield from self._references(key, item)
        elif isinstance(value, dict):
            if "Fn::ImportValue" in value:
                if exported := self._exports.get(value["Fn::ImportValue"]):
                    yield exported
                return
            name = value.get("Ref") or (value.get("Fn::GetAtt") or [None])[0]
            if isinstance(name, str) and (part, name) in self._resources:
                yield part, name
            for item in value.values():
                yield from self._references(key, item)


def _exports(templates: Mapping[str, Template]) -> Iterator[tuple[str, Key]]:
    for part, template in templates.items():
        for output in template.get("Outputs", {}).values():
            value = output["Value"]
            name = (
                value.get("Ref") or (value.get("Fn::GetAtt") or [None])[0]
                if isinstance(value, dict)
                else None
            )
            if name and "Export" in output:
                yield output["Export"]["Name"], (part, name)


def _is_shown(key: Key, resource: Mapping[str, Any]) -> bool:
    return resource["Type"] in SHOWN and not key[1].startswith(NOT_OURS)


def _box(key: Key, resource: Mapping[str, Any]) -> Box:
    handler = resource.get("Properties", {}).get("Handler", "")
    words = _words(key[1])
    label = CALLED.get(resource["Type"]) or CALLED.get(words, words)
    return Box(key, resource["Type"], label, handler.startswith(DEPLOY_HANDLERS))


def _words(logical_id: str) -> str:
    """Of DeadLettersBBF8BAAB: dead letters."""
    return " ".join(re.findall(r"[A-Z]+[a-z]*", without_hash(logical_id))).lower()


def without_hash(logical_id: str) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)
