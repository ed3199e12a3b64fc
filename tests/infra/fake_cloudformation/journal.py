"""What the fake CloudFormation did, a line of JSON for each step."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Action = Literal["create", "update", "delete", "keep"]


@dataclass(frozen=True)
class Step:
    """`keep`: not deleted with its stack, as its DeletionPolicy has it."""

    action: Action
    stack: str
    logical_id: str
    type: str
    physical_id: str
    properties: Mapping[str, Any]
    """Resolved: no Ref, no Fn::GetAtt, no dynamic reference."""


class Journal:
    """Written by the server, read by the tests."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, step: Step) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(step)) + "\n")

    def read(self) -> list[Step]:
        """In the order in which it happened."""
        if not self._path.exists():
            return []
        return [Step(**json.loads(line)) for line in self._path.read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Resources:
    """What there is after some steps."""

    steps: Sequence[Step]

    def all(self, kind: str, name: str = "", part: str = "", **properties: object) -> list[Step]:
        """Of one type, with these properties, whose logical id begins with `name`, of the stack `part`."""
        return [
            step
            for step in self.steps
            if step.type == kind
            and step.logical_id.startswith(name)
            and step.stack.endswith(f"-{part}" if part else "")
            and properties.items() <= step.properties.items()
        ]

    def one(self, kind: str, name: str = "", part: str = "", **properties: object) -> Step:
        found = self.all(kind, name, part, **properties)
        assert len(found) == 1, f"{len(found)} of {kind} {name} {part} where one was expected"
        return found[0]

    def position(self, step: Step) -> int:
        """The smaller, the earlier it was made."""
        return list(self.steps).index(step)


def resources(steps: Sequence[Step]) -> Resources:
    """In the order of their creation."""
    there: dict[tuple[str, str], Step] = {}
    for step in steps:
        if step.action in ("create", "update"):
            there[step.stack, step.logical_id] = step
        else:
            there.pop((step.stack, step.logical_id), None)
    return Resources(list(there.values()))
