"""API Gateway: the routes and how they stream, what is checked of a request, and what it says by itself."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft4Validator

from infra.constructs.gateway_responses import GATEWAY_ERRORS
from orchestrator.edge.api_models import ChatRequest, ErrorBody, FeedbackRequest, RecommendationsRequest
from orchestrator.edge.nesting import MAX_DEPTH, is_deeper_than
from tests.infra.deployment import Deployment, Resource, Synthesise
from tests.infra.permissions import as_text

METHOD = "AWS::ApiGateway::Method"
RESPONSE = "AWS::ApiGateway::GatewayResponse"


def routes(deployment: Deployment) -> dict[str, Resource]:
    """The methods by what a person calls them, such as `GET /v1/models`."""
    resources = deployment.resources("api", "AWS::ApiGateway::Resource")

    def path(logical_id: str) -> str:
        properties = resources[logical_id]["Properties"]
        parent = properties["ParentId"].get("Ref")
        return f"{path(parent) if parent else ''}/{properties['PathPart']}"

    return {
        f"{method['Properties']['HttpMethod']} {path(method['Properties']['ResourceId']['Ref'])}": method[
            "Properties"
        ]
        for method in deployment.resources("api", METHOD).values()
    }


def test_the_routes_are_those_of_the_api_and_no_others(bare: Deployment) -> None:
    assert sorted(routes(bare)) == [
        "GET /v1/docs",
        "GET /v1/health",
        "GET /v1/models",
        "GET /v1/openapi.json",
        "POST /v1/chat/completions",
        "POST /v1/feedback",
        "POST /v1/recommendations",
    ]


def test_every_route_streams_from_the_conversation_with_its_timeout_set(bare: Deployment) -> None:
    for method in routes(bare).values():
        integration = method["Integration"]
        assert integration["Type"] == "AWS_PROXY"
        assert integration["ResponseTransferMode"] == "STREAM"
        assert integration["TimeoutInMillis"] == 100_000
        assert as_text(integration["Uri"]) == (
            "arn:aws:apigateway:region:lambda:path/2021-11-15/functions/Orchestrator"
            "/response-streaming-invocations"
        )


def test_the_api_is_regional_where_a_stream_may_be_silent_for_minutes(bare: Deployment) -> None:
    assert bare.one("api", "AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}


def test_nobody_is_asked_to_log_in_at_the_gateway(bare: Deployment) -> None:
    """Guests chat too; the orchestrator verifies the tokens of the others."""
    assert {method["AuthorizationType"] for method in routes(bare).values()} == {"NONE"}


def test_only_this_apis_own_routes_may_call_the_conversation(bare: Deployment) -> None:
    sources = [
        as_text(permission["Properties"]["SourceArn"])
        for permission in bare.resources("api", "AWS::Lambda::Permission").values()
        if permission["Properties"]["Principal"] == "apigateway.amazonaws.com"
    ]
    assert sorted(source.split("/", 2)[2] for source in sources) == [
        "GET/v1/docs",
        "GET/v1/health",
        "GET/v1/models",
        "GET/v1/openapi.json",
        "POST/v1/chat/completions",
        "POST/v1/feedback",
        "POST/v1/recommendations",
    ]
    assert not [source for source in sources if "test-invoke-stage" in source]


def test_preflight_requests_go_to_the_conversation_where_other_sites_may_call(synthesise: Synthesise) -> None:
    shop = synthesise({"llm": "none", "chat_ui": False, "cors_origins": "https://shop.example"})

    found = routes(shop)

    preflights = [name for name in found if name.startswith("OPTIONS ")]
    assert len(preflights) == 7
    assert {found[name]["Integration"]["ResponseTransferMode"] for name in preflights} == {"STREAM"}
    functions = shop.one("api", "AWS::Lambda::Function", Handler="run.sh")
    assert functions["Environment"]["Variables"]["CORS_ORIGINS"] == "https://shop.example"


def test_the_stage_throttles_traces_and_counts(bare: Deployment) -> None:
    stage = bare.one("api", "AWS::ApiGateway::Stage")

    assert stage["TracingEnabled"] is True
    (settings,) = stage["MethodSettings"]
    assert settings == {
        "HttpMethod": "*",
        "ResourcePath": "/*",
        "ThrottlingRateLimit": 20,
        "ThrottlingBurstLimit": 60,
        "MetricsEnabled": True,
        "DataTraceEnabled": False,
    }


def test_the_access_log_is_json_without_addresses_or_anything_that_was_said(bare: Deployment) -> None:
    log = bare.one("api", "AWS::ApiGateway::Stage")["AccessLogSetting"]
    fields = json.loads(log["Format"])

    assert fields["request_id"] == "$context.requestId"
    assert {"status", "ms", "first_byte_ms", "error", "route"} <= set(fields)
    used = set(fields.values())
    unwanted = ("identity.", "path", "requestOverride", "authorizer", "querystring", "validationErrorString")
    assert not [value for value in used if any(word in value for word in unwanted)]
    group = log["DestinationArn"]["Fn::Join"][1][-1]["Ref"]
    assert bare.templates["api"]["Resources"][group]["Properties"]["RetentionInDays"] == 30


# --- what is checked of a body ------------------------------------------------------------------------------


def model(deployment: Deployment, route: str) -> dict[str, Any]:
    """The JSON schema of a route's bodies, whatever content type the client says they have."""
    models = routes(deployment)[route]["RequestModels"]
    assert list(models) == ["$default"]
    resource = deployment.templates["api"]["Resources"][models["$default"]["Ref"]]
    schema: dict[str, Any] = with_addresses(resource["Properties"]["Schema"])
    return {**schema, "models": with_addresses(deployment.resources("api", "AWS::ApiGateway::Model"))}


def with_addresses(schema: Any) -> Any:
    """The schema with the addresses of other models as API Gateway reads them, where the model's name
    stands for its place under `models`."""
    if isinstance(schema, list):
        return [with_addresses(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if set(schema) == {"$ref"}:
        https, api, models, named = schema["$ref"]["Fn::Join"][1]
        assert (https, models) == ("https://apigateway.amazonaws.com/restapis/", "/models/")
        assert api["Ref"].startswith("Api")
        return {"$ref": f"#/models/{named['Ref']}/Properties/Schema"}
    return {name: with_addresses(part) for name, part in schema.items()}


def accepts(schema: dict[str, Any], body: object) -> bool:
    Draft4Validator.check_schema(schema)
    return bool(Draft4Validator(schema).is_valid(body))


def test_bodies_and_parameters_are_checked_on_every_route(bare: Deployment) -> None:
    validator = bare.one("api", "AWS::ApiGateway::RequestValidator")
    assert validator["ValidateRequestBody"] is validator["ValidateRequestParameters"] is True
    assert all("RequestValidatorId" in method for method in routes(bare).values())


CHATS: list[dict[str, Any]] = [
    {"messages": [{"role": "user", "content": "hi"}]},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}], "stream": True},
    {"messages": [{"role": "assistant", "content": None}, {"role": "user", "content": "hi"}], "stream": None},
    # What OpenAI's clients and chat-ui send along.
    {
        "model": "apparel-recommender",
        "messages": [{"role": "user", "content": "hi", "name": "x", "reasoning_content": "y"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [],
        "temperature": 0,
        "max_tokens": 24,
        "stop": None,
        "metadata": {"a": "b"},
    },
]


@pytest.mark.parametrize("body", CHATS)
def test_whatever_the_conversation_takes_passes_the_gateway(bare: Deployment, body: dict[str, Any]) -> None:
    assert ChatRequest.model_validate(body)
    assert accepts(model(bare, "POST /v1/chat/completions"), body)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {},
        {"messages": "hi"},
        {"messages": []},
        {"messages": ["hi"]},
        {"messages": [{"content": "hi"}]},
        {"messages": [{"role": "user", "content": "x" * 1_000_001}]},
        {"messages": [{"role": "user", "content": ["x"] * 201}]},
        {"messages": [{"role": "user", "content": "hi"}] * 2_001},
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_no_chat_or_far_too_much_stays_at_the_gateway(bare: Deployment, body: object) -> None:
    assert not accepts(model(bare, "POST /v1/chat/completions"), body)


@pytest.mark.parametrize(
    "body",
    [
        {"query": "red shirt"},
        {"query": "red shirt", "filters": {"max_price": 900}, "limit": 3, "more": True},
        {"similar_to": "10017413"},
        {"similar_to": 10017413, "filters": None},
        {"viewed": ["1", 2], "query": None, "similar_to": None},
    ],
    ids=str,
)
def test_whatever_recommendations_take_passes_the_gateway(bare: Deployment, body: dict[str, Any]) -> None:
    assert RecommendationsRequest.model_validate(body)
    assert accepts(model(bare, "POST /v1/recommendations"), body)


@pytest.mark.parametrize(
    "body", [[], {"query": 5}, {"query": "x" * 10_001}, {"viewed": ["1"] * 201}, {"filters": "red"}], ids=str
)
def test_what_asks_for_no_recommendations_stays_at_the_gateway(bare: Deployment, body: object) -> None:
    assert not accepts(model(bare, "POST /v1/recommendations"), body)


@pytest.mark.parametrize(
    "body",
    [
        {"conversation_id": "c-1", "message": 1, "thumb": "up"},
        {"conversation_id": "c" * 128, "message": 3, "thumb": "down", "reason": "x" * 500, "more": None},
    ],
    ids=lambda body: str(body)[:40],
)
def test_whatever_feedback_is_taken_passes_the_gateway(bare: Deployment, body: dict[str, Any]) -> None:
    assert FeedbackRequest.model_validate(body)
    assert accepts(model(bare, "POST /v1/feedback"), body)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"conversation_id": "c-1", "message": 1},
        {"conversation_id": "c-1", "message": 1, "thumb": "sideways"},
        {"conversation_id": ["c-1"], "message": 1, "thumb": "up"},
        {"conversation_id": "c-1", "message": 1, "thumb": "up", "reason": "x" * 5_001},
    ],
    ids=lambda body: str(body)[:60],
)
def test_what_is_no_feedback_stays_at_the_gateway(bare: Deployment, body: object) -> None:
    assert not accepts(model(bare, "POST /v1/feedback"), body)


def in_arrays(levels: int) -> Any:
    return [in_arrays(levels - 1)] if levels else "x"


def in_objects(levels: int) -> Any:
    return {"a": in_objects(levels - 1)} if levels else "x"


BODIES: dict[str, dict[str, Any]] = {
    "POST /v1/chat/completions": CHATS[0],
    "POST /v1/recommendations": {"query": "red shirt"},
    "POST /v1/feedback": {"conversation_id": "c-1", "message": 1, "thumb": "up"},
}


@pytest.mark.parametrize("nested", [in_arrays, in_objects])
@pytest.mark.parametrize("route", BODIES)
def test_the_gateway_caps_the_depth_as_the_code_does(
    bare: Deployment, route: str, nested: Callable[[int], Any]
) -> None:
    schema = model(bare, route)
    for levels, fits in ((MAX_DEPTH, True), (MAX_DEPTH + 1, False), (MAX_DEPTH + 200, False)):
        body = {**BODIES[route], "more": nested(levels - 1)}
        assert accepts(schema, body) is fits
        assert is_deeper_than(MAX_DEPTH, json.dumps(body).encode()) is not fits


@pytest.mark.parametrize("nested", [in_arrays, in_objects])
def test_the_depth_of_a_messages_own_fields_counts_too(
    bare: Deployment, nested: Callable[[int], Any]
) -> None:
    schema = model(bare, "POST /v1/chat/completions")

    def chat(levels: int) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": [{"type": "x", "x": nested(levels - 5)}]}]}

    assert accepts(schema, chat(MAX_DEPTH))
    assert not accepts(schema, chat(MAX_DEPTH + 1))


# --- what API Gateway says by itself ------------------------------------------------------------------------


def said(deployment: Deployment) -> dict[str, Resource]:
    return {
        response["Properties"]["ResponseType"]: response["Properties"]
        for response in deployment.resources("api", RESPONSE).values()
    }


def test_everything_the_gateway_says_has_the_shape_of_our_errors(bare: Deployment) -> None:
    responses = said(bare)
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "BAD_REQUEST_BODY", "WAF_FILTERED"} <= set(responses)
    for response in responses.values():
        assert list(response["ResponseTemplates"]) == ["application/json"]
        body = json.loads(response["ResponseTemplates"]["application/json"])
        assert ErrorBody.model_validate(body).model_dump() == body
        assert body["error"]["message"][-1] in ".)"


def test_the_gateways_429_and_503_say_when_to_come_back(bare: Deployment) -> None:
    for response in said(bare).values():
        # DEFAULT_5XX keeps the status of whatever it is, which may be 503.
        if response.get("StatusCode") in ("429", "503") or response["ResponseType"] == "DEFAULT_5XX":
            headers = response["ResponseParameters"]
            assert headers["gatewayresponse.header.Retry-After"].strip("'").isdecimal()
            assert headers["gatewayresponse.header.x-should-retry"] == "'false'"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("THROTTLED", "429", "too_many_requests"),
        ("QUOTA_EXCEEDED", "429", "quota_exceeded"),
        ("REQUEST_TOO_LARGE", "413", "too_large"),
        ("BAD_REQUEST_BODY", "400", "invalid_request"),
        ("MISSING_AUTHENTICATION_TOKEN", "404", "not_found"),
        ("WAF_FILTERED", "403", "blocked"),
        ("INTEGRATION_TIMEOUT", "503", "deadline_passed"),
        ("INTEGRATION_FAILURE", "503", "unavailable"),
    ],
)
def test_each_kind_has_its_status_and_code(bare: Deployment, kind: str, status: str, code: str) -> None:
    response = said(bare)[kind]
    assert response["StatusCode"] == status
    assert json.loads(response["ResponseTemplates"]["application/json"])["error"]["code"] == code


def test_no_answer_is_402_which_chat_ui_takes_for_a_bill(bare: Deployment) -> None:
    assert "402" not in {response.get("StatusCode") for response in said(bare).values()}


def test_nothing_the_client_sent_is_quoted_back(bare: Deployment) -> None:
    for response in said(bare).values():
        quoted = response["ResponseTemplates"]["application/json"].replace("$context.requestId", "")
        assert "$" not in quoted


def test_every_error_that_is_defined_is_deployed_with_the_api(bare: Deployment) -> None:
    assert set(said(bare)) == {error.type.response_type for error in GATEWAY_ERRORS}
    deployment = bare.resources("api", "AWS::ApiGateway::Deployment")
    (waits_for,) = [resource["DependsOn"] for resource in deployment.values()]
    assert set(bare.resources("api", RESPONSE)) | set(bare.resources("api", METHOD)) <= set(waits_for)
