"""The state machine that loads catalogue files: who starts it, how it fails, what it may do.

tests/integration/embed_search/load_runs/ executes the definition.
"""

import json
from typing import Any

import pytest

from embed_search import errors
from embed_search.bundle import BundleError
from embed_search.catalogue_bucket import REPORT_SUFFIX
from embed_search.catalogue_bucket import RUNS_FOLDER as WRITTEN_TO
from embed_search.catalogue_file import format_of
from embed_search.settings import SettingsError
from infra.constructs.load_definition import FOR_GOOD, MAPS, RUNS_FOLDER
from scripts.synth import VARIANTS
from tests.infra.deployment import Deployment, Resource, Synthesise, as_list
from tests.infra.permissions import as_text

MACHINE = "arn:aws:states:region:account"


@pytest.fixture(scope="module")
def stricter(synthesise: Synthesise) -> Deployment:
    wanted = {"load_concurrency": 12, "load_min_percent": 80, "load_max_deleted_percent": 5}
    return synthesise({**VARIANTS["bare"], **wanted})


def machine(deployment: Deployment) -> Resource:
    return deployment.one("api", "AWS::StepFunctions::StateMachine")


def states(deployment: Deployment) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(machine(deployment)["DefinitionString"])["States"]
    return found


def maps(deployment: Deployment) -> dict[str, Any]:
    return {name: state for name, state in states(deployment).items() if state["Type"] == "Map"}


def steps(deployment: Deployment) -> dict[str, Any]:
    """All states that call the function."""
    outer = {name: state for name, state in states(deployment).items() if state["Type"] == "Task"}
    for of_batches in maps(deployment).values():
        outer |= of_batches["ItemProcessor"]["States"]
    return outer


def load_function(deployment: Deployment) -> Resource:
    return deployment.one("api", "AWS::Lambda::Function", Handler="embed_search.load_handler.handler")


# --- what starts it -----------------------------------------------------------------------------------------


def test_a_catalogue_file_that_is_put_into_the_bucket_starts_it(bare: Deployment) -> None:
    rule = bare.one("api", "AWS::Events::Rule")

    assert rule["EventPattern"]["source"] == ["aws.s3"]
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    detail = rule["EventPattern"]["detail"]
    assert [as_text(name) for name in detail["bucket"]["name"]] == ["Catalogue"]
    # Reports and plans of a load end in .json, so that they don't lead to another load.
    suffixes = [key["suffix"]["equals-ignore-case"] for key in detail["object"]["key"]]
    assert suffixes == [".csv", ".jsonl", ".ndjson"]
    assert all(format_of(f"shop{suffix}") for suffix in suffixes)
    assert format_of(f"shop{REPORT_SUFFIX}") is format_of(f"{RUNS_FOLDER}/run/parts.json") is None
    (target,) = rule["Targets"]
    assert as_text(target["Arn"]) == "CatalogueLoadingMachine"
    assert target["InputPath"] == "$.detail"


def test_an_event_that_starts_nothing_becomes_a_dead_letter(bare: Deployment) -> None:
    (target,) = bare.one("api", "AWS::Events::Rule")["Targets"]
    assert as_text(target["DeadLetterConfig"]["Arn"]) == "DeadLetters"
    assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0


# --- how it goes on, and how it fails -----------------------------------------------------------------------


def test_as_many_batches_run_as_the_function_has_room_for(bare: Deployment, stricter: Deployment) -> None:
    for deployment, batches in ((bare, 4), (stricter, 12)):
        assert {state["MaxConcurrency"] for state in maps(deployment).values()} == {batches}
        assert load_function(deployment)["ReservedConcurrentExecutions"] == batches + 1


def test_what_is_set_decides_what_is_published(stricter: Deployment) -> None:
    assert {state["ToleratedFailurePercentage"] for state in maps(stricter).values()} == {20}
    for step in ("Prepare", "Publish"):
        limits = steps(stricter)[step]["Parameters"]["limits"]
        assert limits == {"min_percent": 80, "max_deleted_percent": 5}, step


def test_each_map_runs_its_batches_as_executions_of_their_own(bare: Deployment) -> None:
    assert list(maps(bare)) == list(MAPS)
    for name, state in maps(bare).items():
        assert state["ItemProcessor"]["ProcessorConfig"] == {
            "Mode": "DISTRIBUTED",
            "ExecutionType": "STANDARD",
        }
        assert state["Label"] == name
        # Without it what the batches give back must fit into 256 KB.
        assert state["ResultWriter"]["Parameters"]["Prefix"] == RUNS_FOLDER


def test_every_step_is_tried_again_with_backoff_and_jitter_unless_that_is_in_vain(bare: Deployment) -> None:
    assert set(steps(bare)) == {"Plan", "StageBatch", "Prepare", "IndexBatch", "Publish", "TellWhy"}
    for name, step in steps(bare).items():
        never, again = step["Retry"]
        assert never == {"ErrorEquals": list(FOR_GOOD), "MaxAttempts": 0}, name
        assert again["ErrorEquals"] == ["States.ALL"], name
        assert (again["BackoffRate"], again["JitterStrategy"]) == (2, "FULL"), name
        assert again["MaxAttempts"] >= 3, name
        assert step["TimeoutSeconds"] > load_function(bare)["Timeout"], name


def test_what_is_not_tried_again_is_what_the_steps_raise() -> None:
    """Step Functions knows an error by the name of its class."""
    raised = (
        errors.CatalogueFileError,
        errors.LoadRefused,
        errors.LoadInterrupted,
        SettingsError,
        BundleError,
    )
    assert [error.__name__ for error in raised] == list(FOR_GOOD)
    assert WRITTEN_TO == RUNS_FOLDER


def test_every_failure_is_told_beside_the_file_and_ends_as_a_failed_execution(bare: Deployment) -> None:
    found = states(bare)
    for name in ("Plan", *MAPS, "Prepare", "Publish"):
        (caught,) = found[name]["Catch"]
        assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], "TellWhy"), name
    (caught,) = found["TellWhy"]["Catch"]
    assert {caught["Next"], found[found["TellWhy"]["Next"]]["Default"]} == {"NotLoaded"}
    assert found["NotLoaded"]["Type"] == "Fail"
    # A batch that fails is not caught: the map counts it.
    assert [name for name, step in steps(bare).items() if "Catch" not in step] == ["StageBatch", "IndexBatch"]


def test_logs_all_that_happens_and_not_with_what(bare: Deployment) -> None:
    logging = machine(bare)["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine(bare)["TracingConfiguration"] == {"Enabled": True}
    name = bare.one("api", "AWS::Logs::LogGroup", LogGroupName="/aws/vendedlogs/states/apparel-dev-catalogue")
    assert name["RetentionInDays"] == 30


def test_stages_in_one_account_have_machines_of_their_own(prod: Deployment) -> None:
    assert machine(prod)["StateMachineName"] == "apparel-prod-catalogue"


# --- what it may do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "resources"),
    [
        ("lambda:InvokeFunction", ["EmbeddingLoad"]),
        ("states:StartExecution", [f"{MACHINE}:stateMachine:apparel-dev-catalogue"]),
        (
            "states:StopExecution",
            [
                f"{MACHINE}:execution:apparel-dev-catalogue/Index:*",
                f"{MACHINE}:execution:apparel-dev-catalogue/Stage:*",
                f"{MACHINE}:execution:apparel-dev-catalogue:*",
            ],
        ),
        ("s3:GetObject", ["Catalogue/loads/*"]),
        ("s3:PutObject", ["Catalogue/loads/*"]),
    ],
)
def test_it_may_do_its_own_steps_and_no_other(bare: Deployment, action: str, resources: list[str]) -> None:
    allowed = bare.allowed("api", "CatalogueLoadingMachineRole")
    assert sorted(as_text(resource) for resource in as_list(allowed[action])) == resources


def test_nothing_more_than_that(bare: Deployment) -> None:
    """Besides traces and the delivery of logs, for which tests/infra/test_rules.py has a list."""
    allowed = bare.allowed("api", "CatalogueLoadingMachineRole")
    own = {action for action, resource in allowed.items() if resource != "*"}
    assert own == {
        "lambda:InvokeFunction",
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StopExecution",
    }


def test_the_rule_may_start_it_and_nothing_else(bare: Deployment) -> None:
    allowed = bare.allowed("api", "CatalogueLoadingMachineEventsRole")
    assert {action: as_text(resource) for action, resource in allowed.items()} == {
        "states:StartExecution": "CatalogueLoadingMachine"
    }
