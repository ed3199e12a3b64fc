"""Step Functions around the loading function: a catalogue file in batches, side by side."""

import json

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.keeping import log_group
from infra.constructs.load_definition import MAPS, RUNS_FOLDER, LoadLimits, definition
from infra.constructs.python_function import PythonFunction
from infra.settings import Settings


class LoadMachine(sfn.StateMachine):
    """Its input is the `detail` of S3's event "Object Created"; `{"force": true}` in it lifts the guards.

    It logs what happens and not with which data: those are in the console for 90 days.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        policy: LoadLimits,
        load: PythonFunction,
        bucket: s3.IBucket,
    ) -> None:
        # By this name the machine's own role knows it, which is made before it.
        machine = f"apparel-{settings.stage}-catalogue"
        role = iam.Role(scope, f"{name}Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        # Without this prefix each log group of Step Functions adds to a policy of limited length.
        log = log_group(scope, f"{name}Log", settings, f"/aws/vendedlogs/states/{machine}")
        super().__init__(
            scope,
            name,
            state_machine_name=machine,
            comment="Loads a catalogue file that was put into the bucket",
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition(policy), indent=1)),
            definition_substitutions={
                "LoadFunction": load.function_arn,
                "CatalogueBucket": bucket.bucket_name,
                "Partition": cdk.Aws.PARTITION,
            },
            role=role,
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[load.function_arn])
        )
        _may_run_batches(scope, role, machine)
        _may_use_files(role, bucket)
        accept(
            role,
            "IAM5[Resource::*]",
            "The permissions for X-Ray and for the delivery of logs have no narrower resource",
        )


def _may_run_batches(scope: Construct, role: iam.Role, machine: str) -> None:
    """A map starts executions of the machine itself, one for a batch."""
    stack = cdk.Stack.of(scope)

    def arn(resource: str, name: str) -> str:
        return stack.format_arn(
            service="states",
            resource=resource,
            resource_name=name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )

    role.add_to_policy(
        iam.PolicyStatement(actions=["states:StartExecution"], resources=[arn("stateMachine", machine)])
    )
    executions = [f"{machine}:*", *(f"{machine}/{name}:*" for name in MAPS)]
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["states:DescribeExecution", "states:StopExecution"],
            resources=[arn("execution", name) for name in executions],
        )
    )
    for name in executions:
        accept(
            role,
            f"IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{name}]",
            "The machine's own executions, whose names Step Functions makes up",
        )


def _may_use_files(role: iam.Role, bucket: s3.IBucket) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html."""
    role.add_to_policy(
        iam.PolicyStatement(
            actions=[
                "s3:AbortMultipartUpload",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            resources=[bucket.arn_for_objects(f"{RUNS_FOLDER}/*")],
        )
    )
