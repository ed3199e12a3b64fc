"""Dashboard and alarms: what they look at is there, what rings and what does not, and what they cost."""

import ast
import json
import subprocess
import sys

import pytest

from infra.settings import ROOT
from scripts.synth import VARIANTS
from tests.infra.deployment import Deployment, Synthesise
from tests.infra.permissions import as_text
from tests.infra.watching import (
    Figures,
    Seen,
    alarms,
    rings,
    seen_by_alarm,
    seen_on_dashboard,
    widgets,
)

# AWS's own that are looked at, each documented by its service.
AWS_METRICS = {
    "AWS/ApiGateway": {"Count", "4XXError", "5XXError"},
    "AWS/CloudFront": {"Requests", "5xxErrorRate"},
    "AWS/DynamoDB": {"ConsumedWriteCapacityUnits"},
    "AWS/EFS": {"ClientConnections", "MeteredIOBytes"},
    "AWS/Lambda": {"ConcurrentExecutions", "Duration", "Throttles"},
    "AWS/NetworkELB": {"HealthyHostCount"},
    "AWS/RDS": {"ACUUtilization", "DatabaseConnections", "ServerlessDatabaseCapacity"},
    "AWS/SageMaker": {"ConcurrentRequestsPerCopy", "Invocations", "NoCapacityInvocationFailures"},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
    "AWS/States": {"ExecutionsFailed", "ExecutionsSucceeded"},
    "AWS/WAFV2": {"BlockedRequests"},
}
OURS = "ApparelRecommender/dev"

# A request that notes all that can be noted, in a process of its own, whose first one is a cold start.
WRITE_EVERYTHING = """
from orchestrator.edge.metrics import FALLEN, STAGES, TALLIES, emit
from orchestrator.telemetry import Telemetry

telemetry = Telemetry("an-id", ms=dict.fromkeys(STAGES, 1.0))
telemetry.tallies.update(dict.fromkeys(TALLIES, 1))
emit(telemetry, "/v1/chat/completions", 200, "ApparelRecommender/dev")
"""


@pytest.fixture(scope="module")
def written() -> dict[str, list[str]]:
    """The names of the metrics that the conversation writes, and their dimensions."""
    done = subprocess.run(
        [sys.executable, "-c", WRITE_EVERYTHING], capture_output=True, text=True, check=True, cwd=ROOT, env={}
    )
    record = json.loads(done.stdout)
    (directive,) = record["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == OURS
    (dimensions,) = directive["Dimensions"]
    flat = [part for name in dimensions for part in (name, record[name])]
    return {metric["Name"]: flat for metric in directive["Metrics"]}


def everything_seen(deployment: Deployment) -> set[Seen]:
    by_alarms = {seen for alarm in alarms(deployment).values() for seen in seen_by_alarm(alarm)}
    return by_alarms | set(seen_on_dashboard(deployment))


# --- what they look at is there -----------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["full", "bare", "openai"])
def test_looks_at_nothing_that_nobody_writes(
    variant: str, request: pytest.FixtureRequest, written: dict[str, list[str]]
) -> None:
    for seen in everything_seen(request.getfixturevalue(variant)):
        if seen.namespace != OURS:
            assert seen.name in AWS_METRICS[seen.namespace], seen
        elif "embed_search" in seen.dimensions:
            assert seen.name in written_by_search(), seen
        else:
            assert json.loads(seen.dimensions) == written[seen.name], seen


def test_the_list_of_awss_metrics_holds_no_other_ones(full: Deployment) -> None:
    looked_at = {(seen.namespace, seen.name) for seen in everything_seen(full)} - {
        (OURS, seen.name) for seen in everything_seen(full)
    }
    assert looked_at == {(space, name) for space, names in AWS_METRICS.items() for name in names}


def test_everything_that_is_written_is_shown_because_it_costs(
    full: Deployment, written: dict[str, list[str]]
) -> None:
    shown = {seen.name for seen in seen_on_dashboard(full) if seen.namespace == OURS}
    assert shown == set(written) | written_by_search()


def written_by_search() -> set[str]:
    """By embed_search's handler, which takes a model and a database to run."""
    tree = ast.parse((ROOT / "lambdas" / "embed_search" / "handler.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    (made,) = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Metrics"]
    assert "service='embed_search'" in ast.unparse(made)
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "add_metric"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_cloudfronts_figures_are_fetched_where_cloudfront_keeps_them(full: Deployment) -> None:
    rows = [row for widget in widgets(full) for row in widget["properties"].get("metrics", [])]
    regions = {row[-1].get("region") for row in rows if row[0] == "AWS/CloudFront"}
    assert regions == {"us-east-1"}
    # No alarm can: it takes metrics of its own region alone.
    assert not [
        seen for alarm in alarms(full).values() for seen in seen_by_alarm(alarm) if "Front" in seen.name
    ]


def test_the_firewall_counts_under_the_name_that_is_looked_at(full: Deployment, prod: Deployment) -> None:
    for deployment, name in ((full, "apparel-dev"), (prod, "apparel-prod")):
        acl = deployment.one("api", "AWS::WAFv2::WebACL")
        assert acl["VisibilityConfig"]["MetricName"] == name
        (seen,) = [seen for seen in seen_on_dashboard(deployment) if seen.namespace == "AWS/WAFV2"]
        assert json.loads(seen.dimensions) == ["Region", "Ref-AWS-Region", "Rule", "ALL", "WebACL", name]


def test_stages_in_one_account_are_told_apart(full: Deployment, prod: Deployment) -> None:
    assert {seen.namespace for seen in everything_seen(prod) if seen.namespace[:4] != "AWS/"} == {
        "ApparelRecommender/prod"
    }
    names = [as_text(alarm["AlarmName"]) for alarm in alarms(prod).values()]
    assert all(name.startswith("apparel-prod-") for name in names)
    assert prod.one("monitoring", "AWS::CloudWatch::Dashboard")["DashboardName"] == "apparel-prod"


# --- what rings, and what does not --------------------------------------------------------------------------


SERVER_UP: Figures = {"HealthyHostCount Maximum": 1}
NOBODY = SERVER_UP
FIRST_VISITOR: Figures = {
    # Two questions after a quiet night: the first one waits for Aurora, and neither hears the stylist.
    "Errors Sum": 1,
    "Errors SampleCount": 2,
    "5XXError Sum": 1,
    "5XXError SampleCount": 2,
    "CatalogueFailed Sum": 1,
    "Llm2Failed Sum": 2,
    "LlmCalls SampleCount": 2,
    "LimitsOff Sum": 0,
    "TimeToFirstLine SampleCount": 2,
    "TimeToFirstLine p95": 31_000,
    "ACUUtilization Average": 100,
    "Throttles Sum": 0,
    "ApproximateNumberOfMessagesVisible Maximum": 0,
    "ExecutionsFailed Sum": 0,
    **SERVER_UP,
}
BUSY_AND_WELL: Figures = {
    "Errors Sum": 4,
    "Errors SampleCount": 900,
    "5XXError Sum": 4,
    "5XXError SampleCount": 950,
    "CatalogueFailed Sum": 4,
    "Llm2Failed Sum": 9,
    "LlmCalls SampleCount": 700,
    "LimitsOff Sum": 1,
    "TimeToFirstLine SampleCount": 600,
    "TimeToFirstLine p95": 1_900,
    "ACUUtilization Average": 60,
    "Throttles Sum": 2,
    "ExecutionsFailed Sum": 0,
    "ApproximateNumberOfMessagesVisible Maximum": 0,
    **SERVER_UP,
}


def ringing(deployment: Deployment, *windows: Figures) -> set[str]:
    return {name for name, alarm in alarms(deployment).items() if rings(alarm, windows)}


def test_a_shop_that_nobody_visits_does_not_ring(full: Deployment) -> None:
    assert ringing(full, NOBODY, NOBODY, NOBODY, NOBODY) == set()


def test_the_first_visitor_after_a_quiet_night_rings_nothing(full: Deployment) -> None:
    assert ringing(full, NOBODY, NOBODY, FIRST_VISITOR) == set()


def test_a_language_model_that_wakes_up_within_ten_minutes_does_not_ring(full: Deployment) -> None:
    waking = {**BUSY_AND_WELL, "Llm2Failed Sum": 30, "LlmCalls SampleCount": 40}
    assert ringing(full, BUSY_AND_WELL, waking, BUSY_AND_WELL) == set()


def test_a_busy_shop_with_a_failure_now_and_then_does_not_ring(full: Deployment) -> None:
    assert ringing(full, BUSY_AND_WELL, BUSY_AND_WELL, BUSY_AND_WELL) == set()


SYMPTOMS: dict[str, list[Figures]] = {
    "errors": [{"Errors Sum": 60}],
    "gateway-errors": [{"5XXError Sum": 60}],
    "catalogue-failing": [{"CatalogueFailed Sum": 60}],
    "slow-first-line": [{"TimeToFirstLine p95": 12_000}] * 2,
    "limits-off": [{"LimitsOff Sum": 900}],
    "search-busy": [{"Throttles Sum": 400}],
    "database-at-maximum": [{"ACUUtilization Average": 99}] * 3,
    "catalogue-not-loaded": [{"ExecutionsFailed Sum": 1}],
    "dead-letters": [{"ApproximateNumberOfMessagesVisible Maximum": 1}],
    "llm-failing": [{"Llm2Failed Sum": 400}] * 2,
    "chat-ui-down": [{"HealthyHostCount Maximum": 0}] * 2,
}


@pytest.mark.parametrize("name", SYMPTOMS)
def test_each_alarm_rings_for_its_symptom_and_no_other_does(full: Deployment, name: str) -> None:
    ill = [{**BUSY_AND_WELL, **figures} for figures in SYMPTOMS[name]]
    assert ringing(full, BUSY_AND_WELL, BUSY_AND_WELL, *ill) == {name}
    assert ringing(full, *ill, BUSY_AND_WELL) == set()


def test_every_alarm_has_its_symptom_here(full: Deployment) -> None:
    assert set(alarms(full)) == set(SYMPTOMS)


def test_a_server_of_chat_ui_that_reports_nothing_is_one_that_is_gone(full: Deployment) -> None:
    assert ringing(full, {}, {}) == {"chat-ui-down"}


def test_an_alarm_is_there_only_where_its_part_is(bare: Deployment, openai: Deployment) -> None:
    assert set(alarms(bare)) == set(SYMPTOMS) - {"llm-failing", "chat-ui-down"}
    assert set(alarms(openai)) == set(SYMPTOMS) - {"chat-ui-down"}


# --- who is told, and what it costs -------------------------------------------------------------------------


def test_all_alarms_tell_the_topic_when_they_ring_and_when_it_is_over(full: Deployment) -> None:
    (topic,) = full.resources("monitoring", "AWS::SNS::Topic")
    for alarm in alarms(full).values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": topic}]


def test_the_topic_takes_what_this_stages_alarms_say_over_tls(full: Deployment) -> None:
    # A policy of its own replaces the one that lets the account's alarms in.
    statements = full.one("monitoring", "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (allowed,) = [statement for statement in statements if statement["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Action"] == "sns:Publish"
    condition = allowed["Condition"]
    assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = as_text(condition["ArnLike"]["aws:SourceArn"])
    assert source == "arn:aws:cloudwatch:region:account:alarm:apparel-dev-*"
    (denied,) = [statement for statement in statements if statement["Effect"] == "Deny"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    # CloudWatch can't use AWS's own key for topics.
    assert "KmsMasterKeyId" not in full.one("monitoring", "AWS::SNS::Topic")


def test_an_address_is_told_where_one_is_set(full: Deployment, synthesise: Synthesise) -> None:
    assert full.resources("monitoring", "AWS::SNS::Subscription") == {}
    told = synthesise({**VARIANTS["bare"], "alarm_mail": "ops@shop.example"})
    subscription = told.one("monitoring", "AWS::SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@shop.example")


def test_what_watching_costs_while_nobody_visits(full: Deployment) -> None:
    """https://aws.amazon.com/cloudwatch/pricing/: 0.10 USD a metric of an alarm; a dashboard of up to 50
    metrics is one of the three that are free. Log queries in widgets would be paid for at every look."""
    per_alarm = [len(list(seen_by_alarm(alarm))) for alarm in alarms(full).values()]
    assert sum(per_alarm) <= 16
    full.template("monitoring").resource_count_is("AWS::CloudWatch::Dashboard", 1)
    assert len({seen.metric for seen in seen_on_dashboard(full)}) <= 50
    assert {widget["type"] for widget in widgets(full)} == {"alarm", "metric", "text"}
    periods = [
        item["MetricStat"]["Period"]
        for alarm in alarms(full).values()
        for item in alarm.get("Metrics", [])
        if "MetricStat" in item
    ]
    # Below a minute they cost three times as much.
    assert min(periods) >= 60


def test_the_dashboard_leaves_out_what_is_not_there(bare: Deployment) -> None:
    namespaces = {seen.namespace for seen in seen_on_dashboard(bare)}
    assert not namespaces & {"AWS/SageMaker", "AWS/NetworkELB"}


def test_nothing_but_metrics_and_messages_lives_in_this_stack(full: Deployment) -> None:
    kinds = {resource["Type"] for resource in full.templates["monitoring"]["Resources"].values()}
    assert kinds == {
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
    }
