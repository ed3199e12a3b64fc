"""The state machine that loads a catalogue file, in Amazon States Language (https://states-language.net).

    Plan ──> Stage ──> Prepare ──> Index ──> Publish        Stage and Index are distributed maps
      └────────┴──────────┴──────────┴──────────┴──> TellWhy ──> NotLoaded, or Superseded

What is kept between the states is the event of S3, with what each state adds to it. The file is cut into
parts by Plan and not by the map's own reader of CSV: that one gives no line numbers, so that no refused row
could be found again, and reads no encoding but UTF-8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

State = dict[str, Any]

RUNS_FOLDER = "loads"
"""In the catalogue's bucket: the batches of each load, and what the maps say of them."""
MAPS = ("Stage", "Index")
FOR_GOOD = ("CatalogueFileError", "LoadRefused", "LoadInterrupted", "SettingsError", "BundleError")
"""Errors of the steps that trying again does not mend, by the names of their classes."""

_TRIES = 4


@dataclass(frozen=True)
class LoadLimits:
    """What a load may do, and how much of it at once."""

    concurrency: int
    min_percent: float
    """Of the file's rows, below which nothing is published."""
    max_deleted_percent: float
    """Of the products that are sold, above which nothing is published."""
    step_seconds: int
    """How long one call of the function may take."""


def definition(policy: LoadLimits) -> State:
    """With `${LoadFunction}`, `${CatalogueBucket}` and `${Partition}` to be filled in by CloudFormation."""
    limits = {
        "min_percent": policy.min_percent,
        "max_deleted_percent": policy.max_deleted_percent,
    }
    return {
        "Comment": "Loads a catalogue file: what searchers see changes in Publish, at one instant.",
        "StartAt": "Plan",
        "States": {
            "Plan": {
                **_step("plan", policy, run="$$.Execution.Name"),
                "ResultPath": "$.load",
                "Catch": _on_error("TellWhy"),
                "Next": "IsNew",
            },
            "IsNew": _if_any("$.load.parts", then="Stage", otherwise="Unchanged"),
            "Stage": _map("stage", policy, batches="$.load.parts_key", result="$.staged", then="Prepare"),
            "Prepare": {
                **_step("prepare", policy, limits=limits),
                "ResultPath": "$.prepared",
                "Catch": _on_error("TellWhy"),
                "Next": "IsAnythingMissing",
            },
            "IsAnythingMissing": _if_any("$.prepared.batches", then="Index", otherwise="Publish"),
            "Index": _map(
                "index", policy, batches="$.prepared.batches_key", result="$.indexed", then="Publish"
            ),
            "Publish": {
                **_step("publish", policy, limits=limits),
                "ResultPath": "$.report",
                "Catch": _on_error("TellWhy"),
                "End": True,
            },
            "Unchanged": {"Type": "Succeed"},
            "TellWhy": {
                **_step("tell_why", policy),
                "ResultPath": "$.told",
                "Catch": _on_error("NotLoaded", told_in="$.untold"),
                "Next": "IsSuperseded",
            },
            "IsSuperseded": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.told.superseded", "BooleanEquals": True, "Next": "Superseded"}],
                "Default": "NotLoaded",
            },
            "Superseded": {"Type": "Succeed", "Comment": "A newer file is loaded in the place of this one."},
            "NotLoaded": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
        },
    }


def _map(step: str, policy: LoadLimits, *, batches: str, result: str, then: str) -> State:
    """Each batch is an execution of its own: the console lists them, with why one failed.

    A batch that fails for good is set aside. The map ends early when there are too many of them; whether the
    rest is enough to be published, Prepare and Publish decide by the number of rows.
    """
    name = step.capitalize()
    return {
        "Type": "Map",
        "Label": name,
        "MaxConcurrency": policy.concurrency,
        "ToleratedFailurePercentage": 100.0 - policy.min_percent,
        "ItemReader": {
            "Resource": "arn:${Partition}:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "${CatalogueBucket}", "Key.$": batches},
        },
        "ItemSelector": {
            "bucket.$": "$.bucket",
            "object.$": "$.object",
            "load.$": "$.load",
            "batch.$": "$$.Map.Item.Value",
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": f"{name}Batch",
            "States": {f"{name}Batch": {**_step(step, policy), "End": True}},
        },
        "ResultWriter": {
            "Resource": "arn:${Partition}:states:::s3:putObject",
            "Parameters": {"Bucket": "${CatalogueBucket}", "Prefix": RUNS_FOLDER},
        },
        "ResultPath": result,
        "Catch": _on_error("TellWhy"),
        "Next": then,
    }


def _step(
    name: str, policy: LoadLimits, run: str | None = None, limits: Mapping[str, Any] | None = None
) -> State:
    """One call of the function; what it returns is the state's result."""
    more = {**({"run.$": run} if run else {}), **({"limits": limits} if limits else {})}
    return {
        "Type": "Task",
        "Resource": "${LoadFunction}",
        "Parameters": {"step": name, "state.$": "$", **more},
        # A function that is stopped at its own time-out says so; this is for one of which nothing is heard.
        "TimeoutSeconds": policy.step_seconds + 60,
        "Retry": [
            {"ErrorEquals": list(FOR_GOOD), "MaxAttempts": 0},
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 5,
                "BackoffRate": 2,
                "MaxAttempts": _TRIES,
                "MaxDelaySeconds": 120,
                # Batches that fail together, as when the database restarts, don't come back together.
                "JitterStrategy": "FULL",
            },
        ],
    }


def _if_any(number: str, *, then: str, otherwise: str) -> State:
    return {
        "Type": "Choice",
        "Choices": [{"Variable": number, "NumericGreaterThan": 0, "Next": then}],
        "Default": otherwise,
    }


def _on_error(state: str, told_in: str = "$.error") -> Sequence[State]:
    return [{"ErrorEquals": ["States.ALL"], "ResultPath": told_in, "Next": state}]
