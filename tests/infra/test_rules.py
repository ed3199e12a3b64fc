"""What holds for every stack of every variant: cdk-nag, cfn-lint, and the rules of the house."""

import json
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from infra.app import add_checks
from infra.settings import ROOT
from scripts.synth import VARIANTS
from tests.infra.deployment import Deployment, Resource, Synthesise, as_list

# These have no narrower resource: https://docs.aws.amazon.com/service-authorization/latest/reference/
NO_NARROWER_RESOURCE = {
    # Held to SageMaker's namespaces by a condition: tests/infra/test_llm_stack.py.
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    # How Step Functions gets at its log group: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    # By the role, but not from within the function: infra/constructs/python_function.py.
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}
# The CDK's own, which empty a bucket before it is deleted, and fill one.
NOT_OURS = ("CustomS3AutoDeleteObjects", "CustomCDKBucketDeployment")


@pytest.fixture(scope="session", params=["full", "bare", "openai", "prod"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Deployment)
    return found


def functions_of_ours(deployment: Deployment) -> list[tuple[str, Resource]]:
    """Properties, each with `stack/logical id`."""
    found = [
        (name, function["Properties"])
        for name, function in deployment.all("AWS::Lambda::Function")
        if not any(theirs in name for theirs in NOT_OURS)
    ]
    assert found
    return found


@pytest.mark.parametrize("variant", ["full", "bare", "openai", "prod"])
def test_cdk_nag_has_nothing_to_report(variant: str, synthesise: Synthesise) -> None:
    settings = VARIANTS.get(variant) or {**VARIANTS["full"], "stage": "prod"}
    synthesise(settings, checked=True)


def test_cdk_nag_would_refuse_what_was_not_accepted(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path / "out"))
    s3.Bucket(cdk.Stack(app, "Careless"), "WithoutTls")
    add_checks(app)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    assert "AwsSolutions-S10" in (tmp_path / "out" / "validation-report.json").read_text()


def test_cfn_lint_finds_neither_error_nor_warning(
    full: Deployment, bare: Deployment, openai: Deployment, prod: Deployment
) -> None:
    files = [
        file
        for deployment in (full, bare, openai, prod)
        for file in sorted(deployment.folder.glob("*.template.json"))
    ]
    different = {file.read_text(): str(file) for file in files}.values()
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--format", "parseable", "--", *different]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (linted.stdout + linted.stderr, linted.returncode) == ("", 0)


def test_no_role_may_do_everything_or_reach_everything(deployment: Deployment) -> None:
    for name, statement in deployment.statements():
        if statement["Effect"] != "Allow":
            continue
        actions = as_list(statement["Action"])
        assert all(action.split(":")[-1] != "*" for action in actions), name
        if "*" in as_list(statement["Resource"]):
            assert set(actions) <= NO_NARROWER_RESOURCE, name


def test_no_function_may_touch_its_own_network_interfaces(deployment: Deployment) -> None:
    from_within = {"Null": {"lambda:SourceFunctionArn": "false"}}
    allowed: dict[str, set[str]] = {}
    denied: dict[str, set[str]] = {}
    for policy, statement in deployment.statements():
        interfaces = {action for action in as_list(statement["Action"]) if action.startswith("ec2:")}
        if interfaces and statement["Effect"] == "Allow":
            allowed[policy] = interfaces
        elif interfaces and statement["Condition"] == from_within:
            denied[policy] = interfaces
    assert allowed
    assert denied == allowed


def test_nothing_costs_by_the_hour_for_a_way_out(deployment: Deployment) -> None:
    assert list(deployment.all("AWS::EC2::NatGateway")) == []
    endpoints = [endpoint["Properties"] for _, endpoint in deployment.all("AWS::EC2::VPCEndpoint")]
    assert {endpoint["VpcEndpointType"] for endpoint in endpoints} == {"Gateway"}


def test_every_function_of_ours_is_traced_and_logs_to_a_group_that_forgets(deployment: Deployment) -> None:
    for name, function in functions_of_ours(deployment):
        assert function["Runtime"] == "python3.13", name
        assert function["Architectures"] == ["x86_64"], name
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        stack = name.split("/")[0]
        group = deployment.templates[stack]["Resources"][function["LoggingConfig"]["LogGroup"]["Ref"]]
        assert group["Properties"]["RetentionInDays"] == 30, name


def test_no_function_shares_its_role(deployment: Deployment) -> None:
    roles = [
        json.dumps([name.split("/")[0], function["Properties"]["Role"]])
        for name, function in deployment.all("AWS::Lambda::Function")
    ]
    assert len(roles) == len(set(roles))


def test_every_log_group_forgets(deployment: Deployment) -> None:
    for name, group in deployment.all("AWS::Logs::LogGroup"):
        assert group["Properties"]["RetentionInDays"] == 30, name


def test_every_stack_can_be_deployed_in_any_account_and_region(deployment: Deployment) -> None:
    for stack in deployment.app.synth().stacks:
        assert (stack.environment.account, stack.environment.region) == ("unknown-account", "unknown-region")


def test_arm64_is_a_setting(synthesise: Synthesise) -> None:
    arm = synthesise({**VARIANTS["bare"], "architecture": "arm64"})
    assert {tuple(function["Architectures"]) for _, function in functions_of_ours(arm)} == {("arm64",)}
