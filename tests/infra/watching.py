"""What dashboard and alarms look at, and when an alarm rings, as far as a template tells."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.infra.deployment import Deployment, Resource

Figures = Mapping[str, float]
"""What CloudWatch has for one window, such as `{"Errors Sum": 3}`; what is not there is missing."""


@dataclass(frozen=True, order=True)
class Seen:
    """A metric that somebody looks at."""

    namespace: str
    name: str
    dimensions: str
    statistic: str

    @property
    def metric(self) -> tuple[str, str, str]:
        return self.namespace, self.name, self.dimensions


def alarms(deployment: Deployment) -> dict[str, Resource]:
    """The alarms that somebody is told of, by their names without the stage's."""
    return {
        alarm["Properties"]["AlarmName"].split("-", 2)[2]: alarm["Properties"]
        for alarm in deployment.resources("monitoring", "AWS::CloudWatch::Alarm").values()
    }


def seen_by_alarm(alarm: Resource) -> Iterator[Seen]:
    yield from _inputs(alarm).values()


def seen_on_dashboard(deployment: Deployment) -> Iterator[Seen]:
    for widget in widgets(deployment):
        for row in widget["properties"].get("metrics", []):
            *where, options = row if isinstance(row[-1], dict) else [*row, {}]
            if "expression" not in options:
                namespace, name, *dimensions = where
                yield Seen(namespace, name, json.dumps(dimensions), options.get("stat", "Average"))


def widgets(deployment: Deployment) -> list[Any]:
    body = deployment.one("monitoring", "AWS::CloudWatch::Dashboard")["DashboardBody"]
    found: list[Any] = json.loads(_text(body))["widgets"]
    return found


def rings(alarm: Resource, windows: Sequence[Figures]) -> bool:
    """Whether it is in alarm after these windows, oldest first, beginning from `OK`."""
    return all(_breaches(alarm, figures) for figures in windows[-alarm["EvaluationPeriods"] :])


def _breaches(alarm: Resource, figures: Figures) -> bool:
    found = _value(alarm, figures)
    if found is None:
        # `ignore` keeps the state, which was OK.
        return bool(alarm["TreatMissingData"] == "breaching")
    if alarm["ComparisonOperator"] == "LessThanThreshold":
        return bool(found < alarm["Threshold"])
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    return bool(found >= alarm["Threshold"])


def _value(alarm: Resource, figures: Figures) -> float | None:
    given = {name: figures.get(f"{seen.name} {seen.statistic}") for name, seen in _inputs(alarm).items()}
    if None in given.values():
        return None
    (expression,) = [item["Expression"] for item in alarm.get("Metrics", []) if "Expression" in item] or [
        "alone"
    ]
    # The little of CloudWatch's metric math that the alarms use reads the same in Python.
    value = eval(expression, {"__builtins__": {}, "IF": _if, **given})
    return float(value)


def _if(condition: bool, then: float, otherwise: float) -> float:
    return then if condition else otherwise


def _inputs(alarm: Resource) -> dict[str, Seen]:
    if "MetricName" in alarm:
        statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        return {"alone": _seen(alarm, statistic)}
    return {
        item["Id"]: _seen(item["MetricStat"]["Metric"], item["MetricStat"]["Stat"])
        for item in alarm["Metrics"]
        if "MetricStat" in item
    }


def _seen(metric: Resource, statistic: str) -> Seen:
    dimensions = [[found["Name"], _text(found["Value"])] for found in metric["Dimensions"]]
    flat = json.dumps([part for pair in sorted(dimensions) for part in pair])
    return Seen(metric["Namespace"], metric["MetricName"], flat, statistic)


def _text(value: Any) -> str:
    """With a word in the place of what only CloudFormation knows, the same for the same thing."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(_text(part) for part in parts)
    return re.sub(r"\W+", "-", json.dumps(value)).strip("-")
