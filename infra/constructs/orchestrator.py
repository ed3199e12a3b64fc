"""The conversation: an ordinary HTTP server behind AWS's Lambda Web Adapter, which streams its answers."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.python_function import PythonFunction
from infra.constructs.sign_in import SignIn
from infra.constructs.viewer_address import HEADER as VIEWER_ADDRESS
from infra.llm_stack import LlmStack
from infra.settings import Settings

# Version 30 is 1.1.0 of the adapter; 29 was cut from a release that was taken back.
# https://github.com/aws/aws-lambda-web-adapter/pull/871
_ADAPTERS = {"x86_64": "LambdaAdapterLayerX86:30", "arm64": "LambdaAdapterLayerArm64:30"}
_ADAPTER_ACCOUNT = "753240598075"

# How long a whole request may take, and what the function has on top to say so.
DEADLINE_SECONDS = 60
TIMEOUT = cdk.Duration.seconds(DEADLINE_SECONDS + 30)


class Orchestrator(PythonFunction):
    """Outside the VPC: all that it calls are AWS's public endpoints. Every permission is on one thing."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        search: lambda_.IFunction,
        limits_table: dynamodb.ITable,
        feedback_table: dynamodb.ITable,
        api_keys: secretsmanager.ISecret,
        sign_in: SignIn,
        llm: LlmStack | None,
    ) -> None:
        super().__init__(
            scope,
            name,
            settings=settings,
            package="orchestrator",
            handler="run.sh",
            description="The conversation: HTTP in, streamed answers out",
            memory_mb=settings.orchestrator_memory_mb,
            timeout=TIMEOUT,
            layers=[_web_adapter(scope, f"{name}WebAdapter", settings)],
            reserved_concurrency=settings.orchestrator_concurrency,
            environment={
                "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
                "AWS_LWA_INVOKE_MODE": "response_stream",
                "AWS_LWA_PORT": "8080",
                "AWS_LWA_READINESS_CHECK_PATH": "/v1/health",
                "SEARCH_FUNCTION": search.function_arn,
                "DEADLINE_SECONDS": str(DEADLINE_SECONDS),
                "PRODUCT_URL_TEMPLATE": settings.product_url_template,
                "CORS_ORIGINS": ",".join(settings.cors_origins),
                "LIMITS_TABLE": limits_table.table_name,
                "FEEDBACK_TABLE": feedback_table.table_name,
                "API_KEYS_SECRET_ARN": api_keys.secret_arn,
                "COGNITO_ISSUER": sign_in.issuer,
                "COGNITO_SCOPE": sign_in.scope_name,
                "VIEWER_ADDRESS_HEADER": VIEWER_ADDRESS,
                "METRICS_NAMESPACE": settings.metrics_namespace,
                **_llm_environment(settings, llm),
            },
        )
        self._may(["lambda:InvokeFunction"], search.function_arn)
        # A transaction needs the permissions of its parts.
        self._may(
            ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], limits_table.table_arn
        )
        self._may(["dynamodb:PutItem"], feedback_table.table_arn)
        self._may(["secretsmanager:GetSecretValue"], api_keys.secret_arn)
        if settings.llm == "openai" and settings.llm_api_key_secret:
            self._may(["secretsmanager:GetSecretValue"], settings.llm_api_key_secret)
        if llm is not None:
            self._may(
                ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"],
                llm.endpoint_arn,
                llm.inference_component_arn,
            )

    def _may(self, actions: list[str], *resources: str) -> None:
        self.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=list(resources)))


def _web_adapter(scope: Construct, name: str, settings: Settings) -> lambda_.ILayerVersion:
    arn = (
        f"arn:{cdk.Aws.PARTITION}:lambda:{cdk.Aws.REGION}:{_ADAPTER_ACCOUNT}:layer:"
        + _ADAPTERS[settings.architecture]
    )
    return lambda_.LayerVersion.from_layer_version_arn(scope, name, arn)


def _llm_environment(settings: Settings, llm: LlmStack | None) -> dict[str, str]:
    if llm is not None:
        return {
            "SAGEMAKER_ENDPOINT": llm.endpoint_name,
            "SAGEMAKER_INFERENCE_COMPONENT": llm.inference_component_name,
            "LLM_CODEC": "llama2" if settings.is_llama2 else "messages",
        }
    if settings.llm == "openai":
        key = settings.llm_api_key_secret
        return {
            "LLM_BASE_URL": settings.llm_base_url or "",
            "LLM_MODEL": settings.llm_model or "",
            **({"LLM_API_KEY_SECRET_ARN": key} if key else {}),
        }
    return {}
