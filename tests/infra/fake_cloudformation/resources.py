"""Resources of the types that moto lacks: a physical id, attributes, and nothing behind them."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moto.core.common_models import CloudFormationModel

# moto's table, but for types.toml.
_TYPES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("types.toml").read_text(encoding="utf-8")
)
SECRET = "AWS::SecretsManager::Secret"
_secrets: dict[str, str] = {}
"""What the fake secrets hold, by their ARNs."""


class UnknownToTheFake(Exception):
    """The template asks for something that the fake can't give. The server answers with a 500."""


def is_fake(kind: str) -> bool:
    return kind in _TYPES


def secret_value(arn: str, key: str) -> str:
    """The whole secret, or of JSON the value of `key`."""
    if arn not in _secrets:
        raise UnknownToTheFake(f"no secret {arn}")
    return str(json.loads(_secrets[arn])[key]) if key else _secrets[arn]


class FakeResource(CloudFormationModel):
    def __init__(self, kind: str, names: Mapping[str, str], properties: Mapping[str, Any]) -> None:
        self._kind = kind
        self._names = names
        self.type = kind
        if kind == SECRET:
            _secrets[self.physical_resource_id] = _generated(self._names["name"], properties)

    @property
    def physical_resource_id(self) -> str:
        return _TYPES[self._kind].get("Ref", "{name}").format(**self._names)

    @staticmethod
    def cloudformation_type() -> str:
        return "a type that moto lacks"

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True  # get_cfn_attribute is asked

    def get_cfn_attribute(self, attribute_name: str) -> str:
        template = _TYPES[self._kind].get(attribute_name)
        if template is None:
            raise UnknownToTheFake(f"{self._kind} has no attribute {attribute_name} in types.toml")
        return template.format(Ref=self.physical_resource_id, **self._names)

    def is_created(self) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **where: Any,
    ) -> "FakeResource":
        kind, logical_id, stack = where["ResourceType"], where["LogicalId"], where["StackId"].split("/")[1]
        unique = hashlib.sha256(f"{stack} {logical_id}".encode()).hexdigest()[:8]
        properties = cloudformation_json["Properties"]
        name = properties.get(_TYPES[kind].get("named_by", ""), f"{stack}-{logical_id}-{unique}")
        names = {"name": name, "unique": unique, "account": account_id, "region": region_name}
        return cls(kind, names, properties)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "FakeResource",
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> "FakeResource":
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        _secrets.pop(self.physical_resource_id, None)


def _generated(name: str, properties: Mapping[str, Any]) -> str:
    """What Secrets Manager would generate, but for the randomness."""
    if "SecretString" in properties:
        return str(properties["SecretString"])
    wanted = properties.get("GenerateSecretString", {})
    password = f"fake-secret-of-{name}"
    if "GenerateStringKey" in wanted:
        template = json.loads(wanted.get("SecretStringTemplate", "{}"))
        return json.dumps({**template, wanted["GenerateStringKey"]: password})
    return password
