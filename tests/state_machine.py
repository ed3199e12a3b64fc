"""Step Functions here: moto's interpreter, which is LocalStack's, runs a definition, with a Python function
as the Lambda that all tasks call.

What it leaves out: that a map fails when too many of its batches do, and the batches in its results. The
tries are fewer, and within a second, so as not to wait for them.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto import mock_aws
from moto.awslambda_simple.models import lambda_simple_backends

ACCOUNT, REGION = "123456789012", "us-east-1"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:load"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/machine"
_SECONDS = 60
RETRIES = 2

Function = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True)
class Execution:
    status: str
    error: str | None
    batches: dict[str, dict[str, int]]
    """Of each map, by its label: how many succeeded, failed, ..."""


@dataclass(frozen=True)
class Machine:
    arn: str

    def start(self, name: str, event: dict[str, Any]) -> str:
        started = boto3.client("stepfunctions").start_execution(
            stateMachineArn=self.arn, name=name, input=json.dumps(event)
        )
        return str(started["executionArn"])

    def wait(self, execution: str) -> Execution:
        """Until it ended. Raises TimeoutError."""
        client = boto3.client("stepfunctions")
        deadline = time.monotonic() + _SECONDS
        while (found := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
            if time.monotonic() > deadline:
                raise TimeoutError(execution)
            time.sleep(0.02)
        runs = client.list_map_runs(executionArn=execution)["mapRuns"]
        batches = {
            run["mapRunArn"].split("/")[1].split(":")[0]: client.describe_map_run(mapRunArn=run["mapRunArn"])[
                "itemCounts"
            ]
            for run in runs
        }
        return Execution(found["status"], found.get("error"), batches)

    def run(self, name: str, event: dict[str, Any]) -> Execution:
        return self.wait(self.start(name, event))


@contextmanager
def state_machine(definition: str, function: Function) -> Iterator[Machine]:
    """Of one account that has nothing else in it; S3 is moto's too, for clients that are made inside."""
    config: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
    with mock_aws(config=config):
        backend: Any = lambda_simple_backends[ACCOUNT][REGION]
        backend.invoke = _as_lambda(function)
        made = boto3.client("stepfunctions").create_state_machine(
            name="catalogue", definition=_in_a_hurry(definition), roleArn=_ROLE
        )
        yield Machine(made["stateMachineArn"])


def _as_lambda(function: Function) -> Callable[..., bytes]:
    """As Lambda answers: an error of the function is a header, and a body with the error's name."""

    def invoke(_name: str, _qualifier: str, body: str, _headers: object, answered: dict[str, str]) -> bytes:
        try:
            return json.dumps(function(json.loads(body))).encode()
        except Exception as error:  # Lambda reports whatever a handler raises
            answered["x-amz-function-error"] = "Unhandled"
            told = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}
            return json.dumps(told).encode()

    return invoke


def _in_a_hurry(definition: str) -> str:
    def shorter(state: dict[str, Any]) -> dict[str, Any]:
        hurried = {"IntervalSeconds": 1, "MaxDelaySeconds": 1, "MaxAttempts": RETRIES}
        return {**state, **hurried} if "IntervalSeconds" in state else state

    return json.dumps(json.loads(definition, object_hook=shorter))
