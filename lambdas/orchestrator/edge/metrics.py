"""One record of metrics for each request, in CloudWatch's embedded format on standard output.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
Each name is a metric of its own to CloudWatch's bill, so there is one dimension (the service) and no more
names than the dashboard shows. Stages of a deploy in one account are told apart by the namespace.
"""

from collections.abc import Iterator

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from orchestrator.telemetry import Telemetry

SERVICE = "orchestrator"

Metric = tuple[str, MetricUnit, float]

STAGES = {
    "limits": "LimitsTime",
    "understanding": "UnderstandingTime",
    "llm1": "Llm1Time",
    "catalogue": "CatalogueTime",
    "embed": "EmbedTime",
    "sql": "SqlTime",
    "first_line": "TimeToFirstLine",
    "first_token": "TimeToFirstToken",
}
TALLIES = {
    "guard_kept": "GuardKept",
    "guard_dropped": "GuardDropped",
    "llm_calls": "LlmCalls",
    "tokens_in": "TokensIn",
    "tokens_out": "TokensOut",
    "products": "Products",
    "feedback_up": "FeedbackUp",
    "feedback_down": "FeedbackDown",
}
FALLEN = {
    "llm1": "Llm1Failed",
    "llm2": "Llm2Failed",
    "catalogue": "CatalogueFailed",
    "limits": "LimitsOff",
}

_cold = True


def emit(telemetry: Telemetry, route: str, status: int, namespace: str) -> None:
    """Write the record of a request that has ended."""
    metrics = EphemeralMetrics(namespace=namespace, service=SERVICE)
    for name, unit, value in _metrics_of(telemetry, status):
        metrics.add_metric(name=name, unit=unit, value=value)
    metrics.add_metadata("request_id", telemetry.request_id)
    metrics.add_metadata("route", route)
    metrics.flush_metrics()


def _metrics_of(telemetry: Telemetry, status: int) -> Iterator[Metric]:
    global _cold
    yield "Time", MetricUnit.Milliseconds, round(telemetry.since_it_began(), 1)
    for name, ms in telemetry.ms.items():
        yield STAGES[name], MetricUnit.Milliseconds, round(ms, 1)
    for name, amount in telemetry.tallies.items():
        yield TALLIES[name], MetricUnit.Count, amount
    for part in FALLEN:
        # Zeros as well: an alarm can tell "nothing failed" from "nobody came".
        yield FALLEN[part], MetricUnit.Count, int(part in telemetry.fallen)
    failed = status >= 500 or status == 0 or telemetry.broken_by != ""
    yield "Errors", MetricUnit.Count, int(failed)
    yield "LimitReached", MetricUnit.Count, int(telemetry.limit_reached != "")
    if _cold:
        yield "ColdStart", MetricUnit.Count, 1
        _cold = False
