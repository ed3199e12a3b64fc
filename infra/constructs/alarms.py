"""What wakes somebody: symptoms that a shopper feels, each with its paragraph in docs/RUNBOOK.md.

An alarm costs 0.10 USD a month for each metric it looks at, whether anybody visits or not: those here 1.60 at
most, and the first ten metrics of an account are free.

A shop that nobody visits does not ring. Where there is no request there is no metric, and no metric is no
complaint; what asks for failures asks for some of them, as the first visitor after a quiet night finds
database and language model asleep, and an alarm for one slow answer is one that nobody reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.measures import Measures
from infra.settings import Settings

RUNBOOK = "docs/RUNBOOK.md"

AT_LEAST = 3
"""Failures within a window, below which their share says nothing."""
ENOUGH_ANSWERS = 20
"""Within a window, for its slowest twentieth to be more than one unlucky shopper."""
SLOW_MS = 8_000

_WINDOW = cdk.Duration.minutes(15)
_SHORT = cdk.Duration.minutes(5)
_QUIET = cloudwatch.TreatMissingData.NOT_BREACHING


@dataclass(frozen=True)
class Symptom:
    """Rings when `metric` was `threshold` or more in each of so many windows."""

    name: str
    """Of the alarm, and of its heading in the runbook."""
    says: str
    metric: cloudwatch.Metric | cloudwatch.MathExpression
    threshold: float
    windows: int = 1
    missing: cloudwatch.TreatMissingData = _QUIET
    below: bool = False
    """Rings when it was less than `threshold` instead."""


def symptoms(measures: Measures) -> Iterator[Symptom]:
    yield from _of_answers(measures)
    yield from _behind_them(measures)
    if measures.settings.llm != "none":
        yield Symptom(
            "llm-failing",
            "For half an hour, a quarter of the chats or more got no words of the stylist.",
            # The model wakes up within 10 minutes: the second window is one in which it should be there.
            # Only chats count LLM calls, and all of them do.
            _share(measures.conversation("Llm2Failed"), of=measures.conversation("LlmCalls", "SampleCount")),
            threshold=25,
            windows=2,
        )
    if measures.has_chat_ui:
        yield Symptom(
            "chat-ui-down",
            "For ten minutes there was no healthy server of chat-ui.",
            measures.chat_ui_servers().with_(period=_SHORT),
            threshold=1,
            windows=2,
            below=True,
            # A task runs day and night, visited or not; without any the load balancer has nothing to report.
            missing=cloudwatch.TreatMissingData.BREACHING,
        )


def _of_answers(measures: Measures) -> Iterator[Symptom]:
    yield Symptom(
        "errors",
        "A twentieth of the requests or more ended in an error, streamed answers that broke among them.",
        _share(measures.conversation("Errors"), of=measures.requests()),
        threshold=5,
    )
    # At the gateway, because alarms can't see CloudFront's metrics from another region; it hears what our own
    # code is not there to count: functions that don't start, time-outs, too many at once.
    yield Symptom(
        "gateway-errors",
        "A twentieth of what the gateway answered or more had a status of 500 or above.",
        _share(measures.gateway("5XXError"), of=measures.gateway("5XXError", "SampleCount")),
        threshold=5,
    )
    yield Symptom(
        "slow-first-line",
        "For half an hour, one shopper of twenty waited 8 seconds or longer for the first product.",
        _math(
            f"IF(answers >= {ENOUGH_ANSWERS}, slowest, 0)",
            answers=measures.conversation("TimeToFirstLine", "SampleCount"),
            slowest=measures.conversation("TimeToFirstLine", "p95"),
        ),
        threshold=SLOW_MS,
        windows=2,
    )
    yield Symptom(
        "catalogue-failing",
        "A twentieth of the requests or more could not be answered from the catalogue.",
        _share(measures.conversation("CatalogueFailed"), of=measures.requests()),
        threshold=5,
    )


def _behind_them(measures: Measures) -> Iterator[Symptom]:
    yield Symptom(
        "limits-off",
        "Messages are not counted: nothing but the gateway's throttle holds anybody back.",
        measures.conversation("LimitsOff").with_(period=_WINDOW),
        threshold=AT_LEAST,
    )
    yield Symptom(
        "search-busy",
        # Who is turned away asks again some times; a burst of cold starts alone comes to some dozens.
        "Searches were turned away 100 times or more within 5 minutes: as many ran as may run at once.",
        measures.search_function("Throttles").with_(period=_SHORT),
        threshold=100,
    )
    yield Symptom(
        "database-at-maximum",
        "For a quarter of an hour the database needed all the capacity that it may have.",
        measures.database("ACUUtilization").with_(period=_SHORT),
        threshold=95,
        windows=3,
    )
    yield Symptom(
        "catalogue-not-loaded",
        "A catalogue file was put into the bucket and not published; the old catalogue serves on.",
        measures.catalogue_loads("ExecutionsFailed").with_(period=_SHORT),
        threshold=1,
    )
    yield Symptom(
        "dead-letters",
        "A load of a catalogue could not even be started, and won't be tried again.",
        measures.dead_letters().with_(period=_SHORT, statistic="Maximum"),
        threshold=1,
        # SQS stops counting a queue that nobody touched for six hours, with the letters still in it.
        missing=cloudwatch.TreatMissingData.IGNORE,
    )


def _share(failed: cloudwatch.Metric, *, of: cloudwatch.Metric) -> cloudwatch.MathExpression:
    """In percent; 0 where too few failed to speak of a share."""
    return _math(f"IF(failed >= {AT_LEAST}, 100 * failed / asked, 0)", failed=failed, asked=of)


def _math(expression: str, **metrics: cloudwatch.IMetric) -> cloudwatch.MathExpression:
    return cloudwatch.MathExpression(
        expression=expression, using_metrics=metrics, period=_WINDOW, label=expression
    )


class Alarms(Construct):
    """All of them write to `topic`, when they ring and when it is over."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings, measures: Measures) -> None:
        super().__init__(scope, name)
        prefix = f"apparel-{settings.stage}-"
        self.topic = self._topic(settings, prefix)
        self.all = [self._alarm(symptom, prefix) for symptom in symptoms(measures)]

    def _alarm(self, symptom: Symptom, prefix: str) -> cloudwatch.Alarm:
        operator = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            symptom.name,
            alarm_name=f"{prefix}{symptom.name}",
            alarm_description=f"{symptom.says} What to do: {RUNBOOK}#{symptom.name}",
            metric=symptom.metric,
            threshold=symptom.threshold,
            comparison_operator=(
                operator.LESS_THAN_THRESHOLD if symptom.below else operator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
            ),
            evaluation_periods=symptom.windows,
            treat_missing_data=symptom.missing,
        )
        action = actions.SnsAction(self.topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
        return alarm

    def _topic(self, settings: Settings, prefix: str) -> sns.Topic:
        """Without a key of its own: AWS's one shuts CloudWatch out, one of ours costs a dollar a month, and
        what is said here is in this file."""
        stack = cdk.Stack.of(self)
        topic = sns.Topic(self, "Topic", display_name=f"Apparel {settings.stage}", enforce_ssl=True)
        # A topic with a policy has no longer the one that lets its account's alarms in.
        alarms = stack.format_arn(
            service="cloudwatch",
            resource="alarm",
            resource_name=f"{prefix}*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OurAlarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {"aws:SourceArn": alarms},
                },
            )
        )
        if settings.alarm_mail:
            topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_mail))
        return topic
