"""A language model in AWS's container for large models (LMI: DJL Serving with vLLM), and what it may do."""

import hashlib
import json
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import region_info
from constructs import Construct

from infra.constructs.findings import accept
from infra.llm_sizing import JUMPSTART_GB, gpus_of
from infra.settings import Settings

REPOSITORY = "djl-inference"
TAG = "0.36.0-lmi28.0.0-cu130"
CONTEXT_TOKENS = 4096
"""As much as Llama 2 has, and as much as the orchestrator counts on (its LLM_CONTEXT_TOKENS)."""
_MOUNTED = "/opt/ml/model"
_JUMPSTART_VERSION = "v1.1.0"  # of its artefacts: infra/llm_sizing.py


def gpu_count(settings: Settings) -> int:
    """Of one instance. A copy of the model takes them all."""
    gpus = gpus_of(settings.llm_instance_type)
    count = gpus.count if gpus else settings.llm_gpus
    assert count is not None, "the settings were checked"
    return count


def container_environment(settings: Settings) -> dict[str, str]:
    """https://github.com/deepjavalibrary/djl-serving, serving/docs/lmi/user_guides/starting-guide.md.

    OPTION_ROLLING_BATCH is left out: since release 17 vLLM's own asynchronous mode is the default, and naming
    `vllm` there brings back the older one. Everybody who may look at the model in SageMaker's console sees
    these values.
    """
    return {
        "HF_MODEL_ID": _MOUNTED if weights_are_mounted(settings) else settings.llm_model_id,
        "TENSOR_PARALLEL_DEGREE": str(gpu_count(settings)),
        "OPTION_MAX_MODEL_LEN": str(CONTEXT_TOKENS),
    }


def weights_are_mounted(settings: Settings) -> bool:
    """From S3, by SageMaker. Otherwise the container fetches them from Hugging Face at each start."""
    return settings.llm_model_data is not None or settings.llm_model_id in JUMPSTART_GB


class ServedModel(Construct):
    """`log_groups` are those that the container writes to, by their fixed names."""

    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, log_groups: Sequence[logs.LogGroup]
    ) -> None:
        super().__init__(scope, name)
        # What comes out of S3 needs no network, so what a shopper writes can't leave by one either.
        self.is_isolated = weights_are_mounted(settings)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
            description="The container of the language model",
        )
        account = cdk.Stack.of(self).regional_fact(region_info.FactName.DLC_REPOSITORY_ACCOUNT)
        self._may_be_fetched(account)
        self._may_log(log_groups)
        source = self._weights(settings) if self.is_isolated else None
        image = f"{account}.dkr.ecr.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}/{REPOSITORY}:{TAG}"
        self.resource = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=self.role.role_arn,
            enable_network_isolation=self.is_isolated,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=image,
                environment=container_environment(settings),
                model_data_source=source,
            ),
        )
        # SageMaker tries the role's permissions as it makes the model.
        self.resource.node.add_dependency(self.role)

    def _weights(self, settings: Settings) -> sagemaker.CfnModel.ModelDataSourceProperty:
        if settings.llm_model_data:
            bucket, _, folder = settings.llm_model_data.removeprefix("s3://").partition("/")
            license_of_model = None
        else:
            bucket = f"jumpstart-private-cache-prod-{cdk.Aws.REGION}"
            model = settings.llm_model_id
            folder = f"meta-textgeneration/{model}/artifacts/inference-prepack/{_JUMPSTART_VERSION}/"
            license_of_model = sagemaker.CfnModel.ModelAccessConfigProperty(
                accept_eula=settings.accept_llama2_eula
            )
        self._may_read(bucket, folder)
        return sagemaker.CfnModel.ModelDataSourceProperty(
            s3_data_source=sagemaker.CfnModel.S3DataSourceProperty(
                s3_uri=f"s3://{bucket}/{folder}",
                s3_data_type="S3Prefix",
                compression_type="None",
                model_access_config=license_of_model,
            )
        )

    def _may_read(self, bucket: str, folder: str) -> None:
        arn = f"arn:{cdk.Aws.PARTITION}:s3:::{bucket}"
        self._may(["s3:GetObject"], [f"{arn}/{folder}*"])
        self._may(["s3:ListBucket"], [arn], {"StringLike": {"s3:prefix": f"{folder}*"}})
        resource = arn.replace(cdk.Aws.PARTITION, "<AWS::Partition>").replace(cdk.Aws.REGION, "<AWS::Region>")
        accept(
            self.role,
            f"IAM5[Resource::{resource}/{folder}*]",
            "All files of one model: their names are its maker's",
        )

    def _may_be_fetched(self, account: str) -> None:
        repository = cdk.Stack.of(self).format_arn(
            service="ecr", account=account, resource="repository", resource_name=REPOSITORY
        )
        self._may(
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [repository],
        )
        self._may(["ecr:GetAuthorizationToken"], ["*"])

    def _may_log(self, groups: Sequence[logs.LogGroup]) -> None:
        for group in groups:
            group.grant_write(self.role)
        self._may(
            ["cloudwatch:PutMetricData"],
            ["*"],
            {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
        )
        accept(
            self.role,
            "IAM5[Resource::*]",
            "ECR's sign-in and CloudWatch's metrics have no narrower resource; the metrics are held to "
            "SageMaker's namespaces",
        )

    def _may(
        self,
        actions: list[str],
        resources: list[str],
        conditions: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.role.add_to_policy(
            iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions)
        )


def fingerprint(settings: Settings, *more: str) -> str:
    """Of all that makes the model another one, short enough for a name."""
    parts = [TAG, container_environment(settings), settings.llm_model_id, settings.llm_model_data, *more]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:8]
