"""Every alarm has its paragraph in docs/RUNBOOK.md and every paragraph its alarm; what is to be pasted runs,
and asks for nothing that is not there."""

import ast
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import get_args

import botocore.session
import httpx2
import jmespath
import pytest
from botocore import xform_name

from embed_search.publishing import LoadReport
from infra.constructs.alarms import RUNBOOK
from infra.constructs.rest_api import ACCESS_LOG
from infra.settings import ROOT, Settings
from orchestrator import errors, telemetry
from orchestrator.edge.api import Inside
from orchestrator.events import Recommended, Text
from orchestrator.messages import Message
from orchestrator.services import Services
from tests.infra.deployment import Deployment
from tests.infra.runbook import Call, Question, alarm_paragraphs, calls, code_words
from tests.infra.watching import alarms
from tests.orchestrator_fakes import ECHO, fake_app, served

# What Powertools writes in every line of ours.
EVERY_LINE = {"level", "location", "message", "timestamp", "service", "request_id", "exception"}


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    return calls(tmp_path_factory.mktemp("runbook"))


@pytest.fixture(scope="module")
def questions(called: list[Call]) -> list[Question]:
    asked = [call for call in called if call.operation == "start-query"]
    return [Question(call["--log-group-name"].split("/Limits")[0], call["--query-string"]) for call in asked]


# --- alarms and paragraphs ----------------------------------------------------------------------------------


def test_every_alarm_has_its_paragraph_and_every_paragraph_its_alarm(full: Deployment) -> None:
    assert set(alarm_paragraphs()) == set(alarms(full))


def test_every_alarm_says_where_its_paragraph_is(full: Deployment) -> None:
    for name, alarm in alarms(full).items():
        assert alarm["AlarmDescription"].endswith(f"{RUNBOOK}#{name}")
        # AWS takes 1,024 characters, and a mail shows the first few.
        assert 60 < len(alarm["AlarmDescription"]) < 200
    assert (ROOT / RUNBOOK).is_file()


def test_every_paragraph_has_words_and_something_to_paste() -> None:
    for name, text in alarm_paragraphs().items():
        words, _, commands = text.partition("```sh")
        assert len(words.split()) > 50, name
        assert commands.strip(), name


# --- what is to be pasted -----------------------------------------------------------------------------------


def test_every_command_is_one_that_awss_command_line_has(called: list[Call]) -> None:
    session = botocore.session.get_session()
    assert len(called) > 50
    for call in called:
        service = session.get_service_model(call.service)
        operations = {xform_name(name, "-"): name for name in service.operation_names}
        wanted = service.operation_model(operations[call.operation]).input_shape
        assert wanted is not None
        options = {f"--{xform_name(member, '-')}" for member in wanted.members} | {"--max-results"}
        assert set(call.options) <= options | {"--query", "--output"}, call
        assert {f"--{xform_name(member, '-')}" for member in wanted.required_members} <= set(call.options)
        if "--query" in call.options:
            jmespath.compile(call["--query"])


def test_every_output_and_resource_that_is_asked_for_is_there(full: Deployment, called: list[Call]) -> None:
    for call in called:
        if call.service != "cloudformation":
            continue
        template = full.templates[call["--stack-name"].removeprefix("apparel-dev-")]
        (named,) = re.findall(r"=='(.*)'\]", call["--query"])
        if call.operation == "describe-stacks":
            assert named in template["Outputs"], call
        else:
            assert named in {resource["Type"] for resource in template["Resources"].values()}, call


def test_the_log_groups_that_are_named_are_those_of_the_deploy(
    full: Deployment, questions: list[Question]
) -> None:
    outputs = {question.logs for question in questions if question.logs.endswith("Logs")}
    assert outputs == {"GatewayLogs", "OrchestratorLogs", "SearchLogs", "LoadLogs"}
    for name in outputs:
        (group,) = full.templates["api"]["Outputs"][name]["Value"].values()
        assert full.templates["api"]["Resources"][group]["Type"] == "AWS::Logs::LogGroup"
    fixed = {group["Properties"].get("LogGroupName") for _, group in full.all("AWS::Logs::LogGroup")}
    named = {question.logs for question in questions if question.logs.startswith("/aws/rds/")}
    assert named == {"/aws/rds/cluster/apparel-dev/postgresql"} <= fixed
    assert any(str(name).startswith("/aws/sagemaker/InferenceComponents/") for name in fixed)


def test_the_firewalls_rule_that_is_looked_at_is_one_of_its_rules(
    full: Deployment, called: list[Call]
) -> None:
    (call,) = [call for call in called if call.operation == "get-sampled-requests"]
    rules = full.one("api", "AWS::WAFv2::WebACL")["Rules"]
    assert call["--rule-metric-name"] in {rule["VisibilityConfig"]["MetricName"] for rule in rules}


# --- what the logs are asked for ----------------------------------------------------------------------------


def test_the_gateways_log_has_the_fields_that_it_is_asked_for(questions: list[Question]) -> None:
    asked = {field for question in questions if question.logs == "GatewayLogs" for field in question.fields}
    assert asked
    assert asked <= set(ACCESS_LOG)


def test_the_conversations_lines_have_the_fields_that_they_are_asked_for(
    questions: list[Question], caplog: pytest.LogCaptureFixture
) -> None:
    def notes_all(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
        telemetry.ran_into_limit("some_limit")
        for part in get_args(telemetry.Fallen):
            telemetry.fell(part, "some_code")
        for stage in get_args(telemetry.Stage):
            telemetry.took(stage, 1)
        for moment in get_args(telemetry.Mark):
            telemetry.mark(moment)
        raise errors.CatalogueTimeout
        yield Text("")

    caplog.set_level(logging.INFO)
    with served(fake_app(Inside(notes_all, ECHO.by_query, ECHO.by_products))) as address:
        body = {"messages": [{"role": "user", "content": "shirts"}], "stream": True}
        httpx2.post(f"{address}/v1/chat/completions", json=body)
    (line,) = [vars(record) for record in caplog.records if hasattr(record, "status")]
    has = {
        *line,
        *(f"stages_ms.{name}" for name in line["stages_ms"]),
        *(f"fallen.{x}" for x in line["fallen"]),
    }

    asked = {
        field for question in questions if question.logs == "OrchestratorLogs" for field in question.fields
    }
    assert len(asked) > 10
    assert asked <= has | EVERY_LINE


@pytest.mark.parametrize(("logs", "handler"), [("SearchLogs", "handler.py"), ("LoadLogs", "load_handler.py")])
def test_embed_searchs_lines_have_the_fields_that_they_are_asked_for(
    questions: list[Question], logs: str, handler: str
) -> None:
    tree = ast.parse((ROOT / "lambdas" / "embed_search" / handler).read_text())
    has = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    }
    has |= {f"report.{field.name}" for field in fields(LoadReport)}
    asked = {field for question in questions if question.logs == logs for field in question.fields}
    assert asked
    assert asked <= has | EVERY_LINE


def test_what_is_looked_for_in_messages_is_what_the_code_says(questions: list[Question]) -> None:
    looked_for = {message for question in questions for message in question.messages}
    assert {"refused", "loaded", "Limits are off"} <= looked_for
    for message in looked_for:
        assert message in sources(), message


@cache
def sources() -> str:
    return "\n".join(file.read_text() for file in Path(ROOT / "lambdas").rglob("*.py"))


def test_the_text_names_no_setting_code_or_field_that_is_not_there() -> None:
    codes = {
        found.code for found in vars(errors).values() if isinstance(found, type) and hasattr(found, "code")
    }
    noted = {*get_args(telemetry.Stage), *get_args(telemetry.Mark), "broken_by"}
    unknown = {
        word
        for word in code_words() - set(Settings.model_fields) - codes - noted
        if not any(code.startswith(word) for code in codes)
    }
    assert unknown == set()
