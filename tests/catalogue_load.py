"""A catalogue file loaded as the state machine does it, one step after the other."""

import json
from collections.abc import Callable
from typing import Any

LIMITS = {"min_percent": 50, "max_deleted_percent": 20}


def load_file(invoke: Callable[[dict[str, Any]], Any], s3: Any, bucket: str, key: str) -> dict[str, Any]:
    """What publishing gave back. `invoke` calls the loading function, `s3` is boto3's client."""
    state: dict[str, Any] = {"bucket": {"name": bucket}, "object": {"key": key, "size": 1}}

    def step(name: str, **more: Any) -> Any:
        return json.loads(json.dumps(invoke({"step": name, "state": state, **more})))

    def of_each_batch(name: str, batches_key: str) -> None:
        for batch in json.loads(s3.get_object(Bucket=bucket, Key=batches_key)["Body"].read()):
            invoke({"step": name, "state": {**state, "batch": batch}})

    state["load"] = step("plan", run="run-1")
    of_each_batch("stage", state["load"]["parts_key"])
    state["prepared"] = step("prepare", limits=LIMITS)
    of_each_batch("index", state["prepared"]["batches_key"])
    published: dict[str, Any] = step("publish", limits=LIMITS)
    return published
