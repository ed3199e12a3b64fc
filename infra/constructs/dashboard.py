"""One page on which ops see how the chat is doing.

An account has three dashboards of up to 50 metrics for nothing; each one more costs 3 USD a month. So there
is one, of no more metrics than that. Those that our functions write themselves cost 0.30 USD a month each, by
the hour, and nothing in an hour without a visitor.
"""

from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.measures import Measures

_HEIGHT = 6
_WIDTH = 24

Graph = tuple[str, Sequence[cloudwatch.IMetric], Sequence[cloudwatch.IMetric]]
"""Its title, and what is drawn against its left and its right axis."""


class Dashboard(cloudwatch.Dashboard):
    def __init__(
        self, scope: Construct, name: str, *, measures: Measures, alarms: Sequence[cloudwatch.Alarm]
    ) -> None:
        super().__init__(
            scope,
            name,
            dashboard_name=f"apparel-{measures.settings.stage}",
            default_interval=cdk.Duration.days(1),
        )
        height = 2 + len(alarms) // 4
        self.add_widgets(
            cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=_WIDTH, height=height)
        )
        for heading, graphs in _rows(measures):
            self.add_widgets(cloudwatch.TextWidget(markdown=f"## {heading}", width=_WIDTH, height=1))
            self.add_widgets(*(_drawn(graph, _WIDTH // len(graphs)) for graph in graphs))


def _rows(measures: Measures) -> Iterator[tuple[str, list[Graph]]]:
    yield "What shoppers get", [_traffic(measures), _errors(measures), _opinions(measures)]
    yield "How long it takes", [_waiting(measures), _stages(measures)]
    yield "What they had to do without", [_rungs(measures), _limits(measures), _guard(measures)]
    yield "The language model", _language_model(measures)
    yield "Catalogue and database", [_search(measures), _database(measures), _files(measures)]
    yield "What it costs, and what is left lying", [_compute(measures), _tokens(measures), _rest(measures)]


def _traffic(measures: Measures) -> Graph:
    left = [
        measures.requests().with_(label="questions"),
        measures.gateway("Count").with_(label="requests at the gateway"),
        measures.cloudfront("Requests").with_(label="requests at CloudFront, the page's too"),
    ]
    return "Traffic", left, [measures.conversation("Products").with_(label="products shown")]


def _errors(measures: Measures) -> Graph:
    left = [
        measures.conversation("Errors").with_(label="answers that failed"),
        measures.gateway("5XXError"),
        measures.gateway("4XXError"),
    ]
    return "Errors", left, [measures.cloudfront("5xxErrorRate", "Average").with_(label="CloudFront, %")]


def _opinions(measures: Measures) -> Graph:
    return "Feedback", [measures.conversation("FeedbackUp"), measures.conversation("FeedbackDown")], []


def _waiting(measures: Measures) -> Graph:
    shown = {
        "first line": "TimeToFirstLine",
        "first word of the LLM": "TimeToFirstToken",
        "whole answer": "Time",
    }
    left = [
        measures.conversation(name, statistic).with_(label=f"{label}, {statistic}")
        for label, name in shown.items()
        for statistic in ("p50", "p95")
    ]
    return "What a shopper waits for, ms", left, []


def _stages(measures: Measures) -> Graph:
    names = ("LimitsTime", "UnderstandingTime", "Llm1Time", "CatalogueTime", "EmbedTime", "SqlTime")
    return "Stages, ms, p95", [measures.conversation(name, "p95") for name in names], []


def _rungs(measures: Measures) -> Graph:
    names = ("Llm1Failed", "Llm2Failed", "CatalogueFailed", "LimitsOff")
    return "Parts that failed", [measures.conversation(name) for name in names], []


def _limits(measures: Measures) -> Graph:
    left = [
        measures.conversation("LimitReached").with_(label="messages over a limit"),
        measures.firewall("BlockedRequests").with_(label="requests that the firewall blocked"),
    ]
    return "Limits and firewall", left, []


def _guard(measures: Measures) -> Graph:
    left = [
        measures.conversation("GuardKept").with_(label="sentences of the LLM shown"),
        measures.conversation("GuardDropped").with_(label="dropped as untrue"),
    ]
    return "Guard", left, []


def _language_model(measures: Measures) -> list[Graph]:
    calls: Graph = ("Calls", [measures.conversation("LlmCalls")], [])
    if not measures.has_sagemaker:
        return [calls]
    capacity = [
        measures.sagemaker("Invocations"),
        measures.sagemaker("NoCapacityInvocationFailures").with_(label="asleep or full"),
    ]
    at_once = measures.sagemaker("ConcurrentRequestsPerCopy", "Maximum")
    return [calls, ("Capacity", capacity, [at_once.with_(label="questions at once, of a copy")])]


def _search(measures: Measures) -> Graph:
    left = [
        measures.search_function("Throttles"),
        measures.catalogue("Failed").with_(label="failed"),
        measures.conversation("ColdStart").with_(label="cold starts of the conversation"),
    ]
    at_once = measures.search_function("ConcurrentExecutions", "Maximum")
    return "Search", left, [at_once.with_(label="searches at once")]


def _database(measures: Measures) -> Graph:
    left = [
        measures.database("ServerlessDatabaseCapacity").with_(label="capacity, ACU"),
        measures.database("DatabaseConnections", "Maximum").with_(label="connections"),
    ]
    return "Aurora", left, [measures.database("ACUUtilization").with_(label="of the most it may have, %")]


def _files(measures: Measures) -> Graph:
    left = [measures.model_files("MeteredIOBytes").with_(label="bytes, which are paid for")]
    return "Model files (EFS)", left, [measures.model_files("ClientConnections").with_(label="connections")]


def _compute(measures: Measures) -> Graph:
    settings = measures.settings
    lambdas = cloudwatch.MathExpression(
        expression=(
            f"(FILL(search, 0) * {settings.search_memory_mb} + "
            f"FILL(talk, 0) * {settings.orchestrator_memory_mb}) / 1024000"
        ),
        using_metrics={
            "search": measures.search_function("Duration"),
            "talk": measures.orchestrator_function("Duration"),
        },
        label="Lambda, GB-seconds",
    )
    acu_hours = cloudwatch.MathExpression(
        expression="capacity * PERIOD(capacity) / 3600",
        using_metrics={"capacity": measures.database("ServerlessDatabaseCapacity")},
        label="Aurora, ACU-hours",
    )
    return "Computing", [lambdas], [acu_hours]


def _tokens(measures: Measures) -> Graph:
    left = [measures.conversation("TokensIn"), measures.conversation("TokensOut")]
    return (
        "Tokens, and writes to count messages",
        left,
        [measures.limits_table("ConsumedWriteCapacityUnits").with_(label="writes")],
    )


def _rest(measures: Measures) -> Graph:
    left: list[cloudwatch.IMetric] = [
        measures.dead_letters().with_(statistic="Maximum", label="dead letters"),
    ]
    if measures.has_chat_ui:
        left.append(measures.chat_ui_servers().with_(label="healthy servers of chat-ui"))
    right = [
        measures.catalogue_loads("ExecutionsSucceeded").with_(label="catalogue files loaded"),
        measures.catalogue_loads("ExecutionsFailed").with_(label="not loaded"),
    ]
    return "Dead letters, catalogue files, and chat-ui", left, right


def _drawn(graph: Graph, width: int) -> cloudwatch.GraphWidget:
    title, left, right = graph
    return cloudwatch.GraphWidget(
        title=title, left=list(left), right=list(right), width=width, height=_HEIGHT
    )
