"""The HTTP API: API Gateway in front of the orchestrator, its answers streamed."""

import json

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs import request_models
from infra.constructs.findings import accept
from infra.constructs.gateway_responses import add_gateway_responses
from infra.constructs.keeping import log_group
from infra.settings import Settings

STAGE = "live"
# Without one the service takes 29 s. Above the orchestrator's own time-out (orchestrator.py), so that its
# answer is the one that is heard, and below CloudFront's (edge.py).
TIMEOUT = cdk.Duration.seconds(100)

# DESIGN §3.1. No proxy resource: what is not named here never starts a function.
ROUTES: list[tuple[str, str, apigateway.JsonSchema | None]] = [
    ("POST", "/v1/chat/completions", request_models.CHAT),
    ("POST", "/v1/recommendations", request_models.RECOMMENDATIONS),
    ("POST", "/v1/feedback", request_models.FEEDBACK),
    ("GET", "/v1/models", None),
    ("GET", "/v1/health", None),
    ("GET", "/v1/openapi.json", None),
    ("GET", "/v1/docs", None),
]

# Neither an address nor anything that a shopper wrote: the route's pattern and not the path, no query string.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "trace_id": "$context.xrayTraceId",
    "time": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "ms": "$context.responseLatency",
    "integration_status": "$context.integration.status",
    "integration_ms": "$context.integration.latency",
    "first_byte_ms": "$context.integration.timeToFirstContent",
    "waf_status": "$context.waf.status",
    "error": "$context.error.responseType",
}


class RestApi(apigateway.RestApi):
    """Regional, because only there may a streamed answer be silent for minutes (edge-optimised: 30 s)."""

    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, orchestrator: lambda_.IFunction
    ) -> None:
        log = log_group(scope, f"{name}AccessLog", settings)
        super().__init__(
            scope,
            name,
            rest_api_name=f"apparel-{settings.stage}",
            description="Apparel recommender: OpenAI's chat completions, and recommendations",
            endpoint_configuration=apigateway.EndpointConfiguration(types=[apigateway.EndpointType.REGIONAL]),
            # The account's own setting, without which no stage writes a log. Others may use it by the time
            # that this stack is destroyed, so it stays.
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=cdk.RemovalPolicy.RETAIN,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=settings.throttle_rate,
                throttling_burst_limit=settings.throttle_burst,
                access_log_destination=apigateway.LogGroupLogDestination(log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
                metrics_enabled=True,
                tracing_enabled=True,
            ),
        )
        self.access_log = log
        # An output with an address at which the firewall lets nobody in.
        self.node.try_remove_child("Endpoint")
        add_gateway_responses(self)
        self._add_routes(orchestrator, preflight=bool(settings.cors_origins))
        self._accept_findings()

    def _add_routes(self, orchestrator: lambda_.IFunction, *, preflight: bool) -> None:
        """All of them stream, the preflight requests too: behind the Web Adapter a function does it for all
        of its routes or for none."""
        integration = apigateway.LambdaIntegration(
            orchestrator,
            response_transfer_mode=apigateway.ResponseTransferMode.STREAM,
            timeout=TIMEOUT,
            allow_test_invoke=False,
        )
        validator = self.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )
        shallow = request_models.within_depth(self)
        for method, path, schema in ROUTES:
            resource = self.root.resource_for_path(path)
            models = None
            if schema is not None:
                model = self.add_model(str(schema.title), schema=request_models.both(schema, shallow))
                # Whatever the client calls it (`curl -d` says it is a form), the body is JSON.
                models = {"$default": model}
            resource.add_method(method, integration, request_models=models, request_validator=validator)
            if preflight:
                resource.add_method("OPTIONS", integration)

    def _accept_findings(self) -> None:
        guests = "Guests chat without an account; the orchestrator verifies the tokens of the others itself"
        accept(self, "APIG4", guests)
        accept(self, "COG4", guests)
        accept(
            self,
            "APIG6",
            "The access log has status, latency and kind of error of each request; an execution log would be "
            "kept for ever, and at its finer levels quotes what shoppers say",
        )
        accept(
            self,
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
            "The role of the account for all of its APIs; AWS documents this policy for it",
        )
