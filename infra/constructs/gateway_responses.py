"""What API Gateway says when a request does not reach the orchestrator, or no answer comes back."""

from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway

from infra.constructs.error_bodies import error_body

_SEE_DOCS = "see /v1/docs for what there is."


@dataclass(frozen=True)
class GatewayError:
    """`status` None keeps the one that API Gateway has for this kind of error."""

    type: apigateway.ResponseType
    status: int | None
    kind: str
    code: str
    message: str
    retry_after: int | None = None
    """Seconds."""

    @property
    def body(self) -> str:
        is_ours = self.kind == "server_error"
        message = f"{self.message} (request $context.requestId)" if is_ours else self.message
        return error_body(message, self.kind, self.code)

    @property
    def headers(self) -> dict[str, str]:
        """In API Gateway's way of writing: a fixed value stands in single quotes."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = f"'{self.retry_after}'"
            # OpenAI's clients would try each of these three times, and chat-ui all of it twice.
            headers["x-should-retry"] = "'false'"
        return headers


_Type = apigateway.ResponseType
_REFUSED = "invalid_request_error"

GATEWAY_ERRORS = [
    GatewayError(
        _Type.THROTTLED, 429, "rate_limit_error", "too_many_requests",
        "Many shoppers are here at this moment. Please try again in a few seconds.", retry_after=2,
    ),
    GatewayError(
        _Type.QUOTA_EXCEEDED, 429, "rate_limit_error", "quota_exceeded",
        "The quota of this key is used up. Please come back tomorrow.", retry_after=3600,
    ),
    GatewayError(
        _Type.REQUEST_TOO_LARGE, 413, _REFUSED, "too_large",
        "The request is too large. Please send less text.",
    ),
    GatewayError(
        _Type.BAD_REQUEST_BODY, 400, _REFUSED, "invalid_request",
        "The body is not the JSON that is wanted here: see /v1/docs for what can be sent.",
    ),
    # API Gateway's name for a path or method that it does not know.
    GatewayError(
        _Type.MISSING_AUTHENTICATION_TOKEN, 404, _REFUSED, "not_found",
        f"There is nothing at this address: {_SEE_DOCS}",
    ),
    GatewayError(
        _Type.RESOURCE_NOT_FOUND, 404, _REFUSED, "not_found",
        f"There is nothing at this address: {_SEE_DOCS}",
    ),
    GatewayError(
        _Type.WAF_FILTERED, 403, _REFUSED, "blocked",
        "This request looks like an attack and was not let through. Please write it in another way.",
    ),
    # 504 by default: but whoever is told when to come back needs no kind of its own.
    GatewayError(
        _Type.INTEGRATION_TIMEOUT, 503, "server_error", "deadline_passed",
        "This is taking longer than it should. Please try again in a few seconds.", retry_after=5,
    ),
    GatewayError(
        _Type.INTEGRATION_FAILURE, 503, "server_error", "unavailable",
        "The stylist can't be reached right now. Please try again in a few seconds.", retry_after=5,
    ),
    GatewayError(
        _Type.DEFAULT_4_XX, None, _REFUSED, "invalid_request",
        "The request can't be served as it is: see /v1/docs for what can be sent.",
    ),
    GatewayError(
        _Type.DEFAULT_5_XX, None, "server_error", "internal_error",
        "Something went wrong on our side. Please try again in a moment.", retry_after=5,
    ),
]  # fmt: skip


def add_gateway_responses(api: apigateway.RestApi) -> None:
    for error in GATEWAY_ERRORS:
        api.add_gateway_response(
            f"Says{error.type.response_type.title().replace('_', '')}",
            type=error.type,
            status_code=str(error.status) if error.status else None,
            response_headers=error.headers,
            templates={"application/json": error.body},
        )
