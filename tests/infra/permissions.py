"""What the roles of functions may do, as lines that a person can read and compare."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.infra.deployment import Deployment, Resource, as_list

_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "region", "AWS::AccountId": "account"}
# CDK's way to name what one stack exports for another: its kind, logical id with a hash, attribute, hash.
_EXPORT = re.compile(r".*:ExportsOutput(?:Ref|FnGetAtt)(?P<id>\w+?)[0-9A-F]{8}\w*")


def permissions(deployment: Deployment) -> dict[str, set[str]]:
    """For each function, `stack/logical id without its hash`, one line for each statement of its role."""
    found = {}
    for name, function in deployment.all("AWS::Lambda::Function"):
        part = name.split("/")[0]
        found[plain(name)] = set(_lines(deployment, part, function["Properties"]))
    return found


def plain(logical_id: str) -> str:
    """Without the hash that the CDK appends."""
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)


def _lines(deployment: Deployment, part: str, function: Resource) -> Iterator[str]:
    role = function["Role"]["Fn::GetAtt"][0]
    own_log = as_text(function.get("LoggingConfig", {}).get("LogGroup", ""))
    resource = deployment.templates[part]["Resources"][role]["Properties"]
    for managed in resource.get("ManagedPolicyArns", []):
        yield f"the policy {as_text(managed).rsplit('/', 1)[-1]}"
    assert "Policies" not in resource, f"{role}: policies inside of a role are not looked into here"
    for policy in deployment.resources(part, "AWS::IAM::Policy").values():
        if {"Ref": role} in policy["Properties"]["Roles"]:
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                yield _line(statement, own_log)


def _line(statement: Resource, own_log: str) -> str:
    verb = "" if statement["Effect"] == "Allow" else "not "
    actions = ", ".join(sorted(as_list(statement["Action"])))
    named = sorted(as_text(resource) for resource in as_list(statement["Resource"]))
    resources = " and ".join("its log" if name == own_log else name for name in named)
    condition = statement.get("Condition")
    return f"{verb}{actions} on {resources}" + (f" if {as_text(condition)}" if condition else "")


def as_text(value: Any) -> str:
    """A value of a template, its functions resolved to names."""
    if isinstance(value, str):
        return re.sub(r"\b[0-9a-f]{64}\b", "ASSET", value)
    if not isinstance(value, dict):
        return json.dumps(value)
    match next(iter(value.items())):
        case ("Ref", name):
            return _PSEUDO.get(name, plain(name))
        case ("Fn::GetAtt", [name, _]):
            return plain(name)
        case ("Fn::Sub", text):
            return re.sub(r"\$\{AWS::(\w+)\}", r"\1", text)
        case ("Fn::Join", [separator, parts]):
            return str(separator).join(as_text(part) for part in parts)
        case ("Fn::ImportValue", name):
            export = _EXPORT.fullmatch(name)
            assert export, name
            return export["id"]
    return ", ".join(
        f"{operator} {key} {as_text(what)}" for operator, keys in value.items() for key, what in keys.items()
    )
