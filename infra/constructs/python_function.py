"""A Lambda function of ours: Python 3.13, its own log group, and a role that holds only what it is given."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import packages
from infra.constructs.findings import accept
from infra.constructs.keeping import log_group
from infra.settings import Settings

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURES = {"x86_64": lambda_.Architecture.X86_64, "arm64": lambda_.Architecture.ARM_64}

# What Lambda itself does with the role to put a function into a VPC: the list of the managed policy
# AWSLambdaVPCAccessExecutionRole without its logs.
_NETWORK_INTERFACE = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


class PythonFunction(lambda_.Function):
    """`environment` holds no secret. With `vpc` the function lives in the isolated subnets, and
    `security_groups` are needed. `filesystem` wants a `vpc`."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        package: packages.Package,
        handler: str,
        memory_mb: int,
        timeout: cdk.Duration,
        description: str,
        environment: Mapping[str, str] | None = None,
        reserved_concurrency: int | None = None,
        vpc: ec2.IVpc | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        filesystem: lambda_.FileSystem | None = None,
        layers: Sequence[lambda_.ILayerVersion] | None = None,
        dead_letter_queue: sqs.IQueue | None = None,
    ) -> None:
        architecture = ARCHITECTURES[settings.architecture]
        subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED) if vpc else None
        log = log_group(scope, f"{name}Log", settings)
        role = iam.Role(scope, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        if vpc:
            _let_lambda_attach_it(role)
        accept(
            role,
            "IAM5[Resource::*]",
            "The permissions for X-Ray and for Lambda's network interfaces have no narrower resource",
        )
        super().__init__(
            scope,
            name,
            description=description,
            runtime=RUNTIME,
            architecture=architecture,
            code=packages.code(package, architecture),
            handler=handler,
            memory_size=memory_mb,
            timeout=timeout,
            environment=dict(environment or {}),
            reserved_concurrent_executions=reserved_concurrency,
            role=role,
            log_group=log,
            tracing=lambda_.Tracing.ACTIVE,
            vpc=vpc,
            vpc_subnets=subnets,
            security_groups=security_groups,
            filesystem=filesystem,
            layers=layers,
            dead_letter_queue=dead_letter_queue,
        )
        accept(
            self,
            "L1",
            "The packages are built and tested for Python 3.13, which AWS supports until June 2029",
        )


def _let_lambda_attach_it(role: iam.Role) -> None:
    """Lambda puts the function into the VPC by the function's own role; its code may not.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: the key lambda:SourceFunctionArn is
    only there in calls that come from within the function.
    """
    allow = iam.PolicyStatement(actions=_NETWORK_INTERFACE, resources=["*"])
    deny = iam.PolicyStatement(
        effect=iam.Effect.DENY,
        actions=_NETWORK_INTERFACE,
        resources=["*"],
        conditions={"Null": {"lambda:SourceFunctionArn": "false"}},
    )
    role.add_to_policy(allow)
    role.add_to_policy(deny)
