"""CloudFormation's own work, where moto's does less than the deploy needs.

moto resolves references and makes resources. What is done here in its place: `DependsOn` holds for every
resource; an update reaches each resource whose resolved properties changed, in the order of a creation, and
removes afterwards; a deletion goes backwards; dynamic references to secrets are resolved; and whatever is
unknown or unresolved is an error, where moto would warn and go on.

Not done: no resource is replaced by an update, nothing is rolled back.
"""

import importlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.infra.fake_cloudformation.custom_resources import CustomResource
from tests.infra.fake_cloudformation.journal import Action, Journal, Step
from tests.infra.fake_cloudformation.resources import FakeResource, UnknownToTheFake, is_fake, secret_value

# As Any: what is not meant to be replaced is replaced here.
parsing: Any = importlib.import_module("moto.cloudformation.parsing")
stacks: Any = importlib.import_module("moto.cloudformation.models")

_SECRET = re.compile(
    r"\{\{resolve:secretsmanager:(arn:aws:secretsmanager:[^:]+:[^:]+:secret:[^:}]+)(?::SecretString:([^:}]*))?:*\}\}"
)


class Engine:
    """Takes the place of parts of moto, in this process, for good."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._made: dict[tuple[str, str], Step] = {}
        """What there is, in the order in which it was made."""
        self._moto_class = parsing.resource_class_from_type
        self._moto_parse = parsing.parse_resource
        self._moto_create = parsing.parse_and_create_resource

    def install(self) -> None:
        moto_update, moto_delete = stacks.Stack.update, stacks.Stack.delete

        def update(stack: Any, *arguments: Any, **named: Any) -> None:
            moto_update(stack, *arguments, **named)
            exports = stacks.cloudformation_backends[stack.account_id][stack.region_name].exports
            exports.update({export.name: export for export in stack.exports})

        def delete(stack: Any) -> None:
            moto_delete(stack)
            # To describe a deleted stack's outputs, moto would make its resources anew.
            stack.output_map = parsing.OutputMap(stack.resource_map, {}, stack.stack_id)

        stacks.Stack.update, stacks.Stack.delete = update, delete
        stacks.CloudFormationBackend._resolve_update_parameters = _given
        parsing.resource_class_from_type = self._class_of
        parsing.parse_resource = self._parse
        parsing.parse_and_create_resource = self._create
        parsing.ResourceMap.update = lambda resources, *arguments: self._update(resources, *arguments)
        parsing.ResourceMap.delete = lambda resources: self._delete(resources)

    def _class_of(self, kind: str) -> Any:
        if kind.startswith("Custom::"):
            return CustomResource
        if is_fake(kind):
            return FakeResource
        if found := self._moto_class(kind):
            return found
        raise UnknownToTheFake(f"{kind} is known neither to moto nor to types.toml")

    def _parse(self, resource: dict[str, Any], resources: Any) -> Any:
        found, resolved, kind = self._moto_parse(resource, resources)
        resolved["Properties"] = _resolved(resolved["Properties"], kind)
        return found, resolved, kind

    def _create(self, name: str, resource: dict[str, Any], resources: Any, **where: str) -> Any:
        for other in _as_list(resource.get("DependsOn", [])):
            resources[other]
        made = self._moto_create(name, resource, resources, **where)
        if made is not None:
            self._note("create", resources, name, resource["Type"], made)
        return made

    def _update(self, resources: Any, template: dict[str, Any], parameters: Any = None) -> None:
        former = resources._resource_json_map
        resources._template = template
        resources._resource_json_map = template["Resources"]
        resources.input_parameters = parameters or resources.input_parameters
        resources.load_mapping()
        resources.load_parameters()
        resources.load_conditions()
        for name in _in_order(template["Resources"]):
            if name in former:
                self._update_one(resources, name)
            else:
                resources[name]
        self._remove(resources, former, former.keys() - template["Resources"].keys())

    def _update_one(self, resources: Any, name: str) -> None:
        resource = resources._resource_json_map[name]
        before = self._made[_stack(resources), name]
        _, resolved, kind = parsing.parse_resource(dict(resource), resources)
        if resolved["Properties"] == before.properties:
            return
        where = {"account_id": resources._account_id, "region_name": resources._region_name}
        made = parsing.parse_and_update_resource(name, dict(resource), resources, **where)
        if made is not None:  # of many types moto can't update a property, and then has no say
            resources._parsed_resources[name] = made
        self._note("update", resources, name, kind, resources[name])

    def _delete(self, resources: Any) -> None:
        self._remove(resources, resources._resource_json_map, resources._resource_json_map.keys())

    def _remove(self, resources: Any, template: dict[str, Any], names: Iterable[str]) -> None:
        stack, wanted = _stack(resources), set(names)
        for step in reversed(list(self._made.values())):
            if step.stack != stack or step.logical_id not in wanted:
                continue
            action: Action = "keep"
            if template[step.logical_id].get("DeletionPolicy") != "Retain":
                resource = resources[step.logical_id]
                resources._delete_resource(
                    resource, {**template[step.logical_id], "Properties": step.properties}
                )
                action = "delete"
            resources._parsed_resources.pop(step.logical_id)
            del self._made[stack, step.logical_id]
            self._journal.write(Step(**{**vars(step), "action": action}))

    def _note(self, action: Action, resources: Any, name: str, kind: str, made: Any) -> None:
        _, resolved, _ = parsing.parse_resource(dict(resources._resource_json_map[name]), resources)
        physical_id = str(getattr(made, "physical_resource_id", name))  # some of moto's have none
        step = Step(action, _stack(resources), name, kind, physical_id, resolved["Properties"])
        self._made[step.stack, name] = step
        self._journal.write(step)


def _given(_backend: Any, instance: Any, incoming_params: list[dict[str, str]]) -> dict[str, str]:
    """moto knows the previous value only of a parameter that was given, and not of one by default."""
    new = {item["ParameterKey"]: item.get("ParameterValue") for item in incoming_params}
    return {name: value for name, value in {**instance.parameters, **new}.items() if value is not None}


def _stack(resources: Any) -> str:
    return str(resources._parsed_resources["AWS::StackName"])


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _in_order(template: dict[str, Any]) -> Iterator[str]:
    """Each resource after those that it refers to or depends on."""
    seen: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name in seen:
            return
        seen.add(name)
        resource = template[name]
        for other in sorted({*_references(resource), *_as_list(resource.get("DependsOn", []))}):
            if other in template:
                yield from visit(other)
        yield name

    for name in template:
        yield from visit(name)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        if "Fn::GetAtt" in value:
            yield value["Fn::GetAtt"][0]
        if "Fn::Sub" in value:
            texts = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else [value["Fn::Sub"]]
            yield from re.findall(r"\$\{([A-Za-z0-9]+)", str(texts[0]))
        for item in value.values():
            yield from _references(item)


def _resolved(value: Any, kind: str) -> Any:
    """With the values of secrets in it. Raises UnknownToTheFake where a reference is left."""
    if isinstance(value, list):
        return [_resolved(item, kind) for item in value if item is not None]  # AWS::NoValue
    if isinstance(value, dict):
        if left := [key for key in value if key == "Ref" or key.startswith("Fn::")]:
            raise UnknownToTheFake(f"{kind}: {left[0]} of {value[left[0]]} was not resolved")
        return {key: _resolved(item, kind) for key, item in value.items()}
    if isinstance(value, str):
        value = _SECRET.sub(lambda found: secret_value(found[1], found[2] or ""), value)
        if "{{resolve:" in value:
            raise UnknownToTheFake(f"{kind}: {value} was not resolved")
    elif not isinstance(value, bool | int | float):  # moto gives the object, of what has no id
        raise UnknownToTheFake(f"{kind}: a reference gave {type(value).__name__}")
    return value
