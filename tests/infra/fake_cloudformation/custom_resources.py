"""Custom resources: CloudFormation calls a function, and the function answers at a URL.

The functions of ours that can run here do run here, in a process of their own with the environment that the
template gives them; for the others success is recorded, under a name that says that it is fake.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.common_models import CloudFormationModel

REALLY_RUN = {
    "embed_search.deploy.migrate_handler.handler",
    "embed_search.deploy.place_model_handler.handler",
}
FAKE_SUCCESS = "fake-success-of-"
_TIMEOUT_SECONDS = 60
_ROOT = Path(__file__).parents[3]


class CustomResource(CloudFormationModel):
    """`MOUNTS` in the server's environment is the folder that stands for /mnt in every function."""

    def __init__(self, event: dict[str, Any], account_id: str, region_name: str) -> None:
        self._event = event
        self._account_id = account_id
        self._region_name = region_name
        self.physical_resource_id = ""
        self._data: Mapping[str, Any] = {}
        self.type = event["ResourceType"]
        self._ask("Create")

    @staticmethod
    def cloudformation_type() -> str:
        return "Custom::"

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        return self._data[attribute_name]

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
    ) -> "CustomResource":
        event = {
            "StackId": where["StackId"],
            "LogicalResourceId": where["LogicalId"],
            "ResourceType": where["ResourceType"],
            "ResourceProperties": cloudformation_json["Properties"],
        }
        return cls(event, account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "CustomResource",
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> "CustomResource":
        event = original_resource._event
        event["OldResourceProperties"] = event["ResourceProperties"]
        event["ResourceProperties"] = cloudformation_json["Properties"]
        former = original_resource.physical_resource_id
        original_resource._ask("Update")
        if original_resource.physical_resource_id != former:
            original_resource._ask("Delete", of=former)
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        self._ask("Delete")

    def _ask(self, request: str, of: str | None = None) -> None:
        function = lambda_backends[self._account_id][self._region_name].get_function(
            self._event["ResourceProperties"]["ServiceToken"]
        )
        event = {**self._event, "RequestType": request, "RequestId": str(uuid.uuid4())}
        if physical_id := of or self.physical_resource_id:
            event["PhysicalResourceId"] = physical_id
        if function.handler not in REALLY_RUN:
            self.physical_resource_id = f"{FAKE_SUCCESS}{self._event['LogicalResourceId']}"
            return
        answer = run_handler(function.handler, function.environment_vars, event)
        if answer["Status"] != "SUCCESS":
            raise RuntimeError(f"{event['LogicalResourceId']}: {answer['Reason']}")
        if request != "Delete":
            self.physical_resource_id = answer["PhysicalResourceId"]
            self._data = answer["Data"]


def run_handler(handler: str, environment: Mapping[str, str], event: Mapping[str, Any]) -> dict[str, Any]:
    """What the function answers, run from this checkout in a process of its own."""
    mounts = os.environ["MOUNTS"]
    own = {name: value.replace("/mnt/", f"{mounts}/") for name, value in environment.items()}
    for value in own.values():
        if value.startswith(mounts):  # as EFS makes the folder of an access point
            Path(value).mkdir(parents=True, exist_ok=True)
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.infra.fake_cloudformation.run_handler", handler],
        cwd=_ROOT,
        env={**aws, **own, "PATH": os.environ["PATH"]},
        input=json.dumps(event),
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
    )
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise RuntimeError(f"{handler} ended with {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
