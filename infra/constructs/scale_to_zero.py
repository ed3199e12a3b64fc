"""Copies of an inference component, from none to some and back. SageMaker's managed scaling then brings as
many instances as the copies need.

AWS's recipe (https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html)
leaves the way down to target tracking. That one lets go after a quarter of an hour of little use, whatever is
set, and an endpoint with a question now and then goes to sleep between two of them: so here target tracking
only brings more, and the way down has alarms of its own.
"""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

# vLLM answers this many questions at once on one copy while the text still comes faster than it is read.
QUESTIONS_AT_ONCE = 8
# From the first question to the first answer 9 to 10 minutes were measured (July 2026, one GPU).
_WAKING = cdk.Duration.minutes(10)
_MINUTE = cdk.Duration.minutes(1)
_NO_ALARM = cloudwatch.TreatMissingData.NOT_BREACHING


class ScaleToZero(Construct):
    """The component has to be there before this: `scale.node.add_dependency(component)`."""

    def __init__(self, scope: Construct, name: str, *, component: str, most: int, idle_minutes: int) -> None:
        """`component`: its name. `most`: copies."""
        super().__init__(scope, name)
        self._component = component
        # Without a role of its own: the one that Application Auto Scaling makes for itself does.
        self.target = scaling.CfnScalableTarget(
            self,
            "Copies",
            service_namespace="sagemaker",
            scalable_dimension="sagemaker:inference-component:DesiredCopyCount",
            resource_id=f"inference-component/{component}",
            min_capacity=0,
            max_capacity=most,
        )
        self._wake()
        self._sleep(idle_minutes)
        if most > 1:
            self._grow()
            self._shrink(most)

    def _wake(self) -> None:
        """0 to 1. A question that finds no copy fails, and this failure is the alarm clock."""
        alarm = self._alarm(
            "NobodyThere",
            "Questions came while the language model was asleep",
            metric=self._metric("NoCapacityInvocationFailures", "Sum"),
            minutes=1,
        )
        # While it wakes up more questions fail; one copy is enough for them.
        self._on(alarm, "Wake", scaling.AdjustmentType.CHANGE_IN_CAPACITY, 1, cooldown=_WAKING)

    def _sleep(self, idle_minutes: int) -> None:
        """To 0, when nobody has asked anything: neither one that is awake nor one that is waking up."""
        nobody = self._math(
            "IF(FILL(asked, 0) + FILL(failed, 0) > 0, 0, 1)",
            asked=self._metric("Invocations", "Sum"),
            failed=self._metric("NoCapacityInvocationFailures", "Sum"),
        )
        alarm = self._alarm(
            "NobodyAsks",
            "Nobody has asked the language model anything",
            metric=nobody,
            minutes=idle_minutes,
            missing=cloudwatch.TreatMissingData.BREACHING,
        )
        self._on(alarm, "Sleep", scaling.AdjustmentType.EXACT_CAPACITY, 0)

    def _grow(self) -> None:
        scaling.TargetTrackingScalingPolicy(
            self,
            "Grow",
            scaling_target=self.target,
            predefined_metric=(
                scaling.PredefinedMetric.SAGEMAKER_INFERENCE_COMPONENT_CONCURRENT_REQUESTS_PER_COPY_HIGH_RESOLUTION
            ),
            target_value=QUESTIONS_AT_ONCE,
            disable_scale_in=True,
            scale_out_cooldown=_WAKING,
        )

    def _shrink(self, most: int) -> None:
        """To 1, when one copy would do even for what all of them have, for a quarter of an hour.

        Only while there is something to do, for at zero copies "exactly 1" would wake one.
        """
        little = self._math(
            f"IF(busy > 0 AND busy < {QUESTIONS_AT_ONCE / most:g}, 1, 0)",
            minutes=5,
            busy=self._metric("ConcurrentRequestsPerCopy", "Maximum", minutes=5),
        )
        alarm = self._alarm(
            "OneWouldDo", "One copy of the language model would do", metric=little, minutes=15
        )
        self._on(alarm, "Shrink", scaling.AdjustmentType.EXACT_CAPACITY, 1)

    def _metric(self, name: str, statistic: str, minutes: int = 1) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/SageMaker",
            metric_name=name,
            dimensions_map={"InferenceComponentName": self._component},
            statistic=statistic,
            period=cdk.Duration.minutes(minutes),
        )

    def _math(self, expression: str, minutes: int = 1, **metrics: cloudwatch.IMetric) -> cloudwatch.IMetric:
        using: Mapping[str, cloudwatch.IMetric] = metrics
        return cloudwatch.MathExpression(
            expression=expression, using_metrics=using, period=cdk.Duration.minutes(minutes), label=expression
        )

    def _alarm(
        self,
        name: str,
        description: str,
        *,
        metric: cloudwatch.IMetric,
        minutes: int,
        missing: cloudwatch.TreatMissingData = _NO_ALARM,
    ) -> cloudwatch.Alarm:
        """Rings when `metric` was 1 or more for so many minutes."""
        assert isinstance(metric, cloudwatch.Metric | cloudwatch.MathExpression)
        return cloudwatch.Alarm(
            self,
            name,
            alarm_description=description,
            metric=metric,
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=int(minutes / metric.period.to_minutes()),
            treat_missing_data=missing,
        )

    def _on(
        self,
        alarm: cloudwatch.Alarm,
        name: str,
        kind: scaling.AdjustmentType,
        copies: int,
        cooldown: cdk.Duration = _MINUTE,
    ) -> None:
        step = scaling.StepScalingAction(
            self,
            name,
            scaling_target=self.target,
            adjustment_type=kind,
            metric_aggregation_type=scaling.MetricAggregationType.MAXIMUM,
            cooldown=cooldown,
        )
        step.add_adjustment(adjustment=copies, lower_bound=0)
        alarm.add_alarm_action(actions.ApplicationScalingAction(step))
