"""What API Gateway checks of a body before it costs anything: its shape in the rough, and the counts, sizes
and depths that nobody needs more of. The orchestrator checks the rest, and says it better.

Fields that are not named here pass: OpenAI's clients send many. `null` passes wherever the API takes it.
"""

from aws_cdk import aws_apigateway as apigateway

from orchestrator.edge.nesting import MAX_DEPTH

_Type = apigateway.JsonSchemaType
_Schema = apigateway.JsonSchema
_DRAFT = apigateway.JsonSchemaVersion.DRAFT4

# Far above what people send, as chat-ui sends a conversation whole, with all that was ever pasted into it.
MAX_MESSAGES = 2_000
MAX_CHARS = 1_000_000
MAX_PARTS = 200
MAX_QUERY_CHARS = 10_000
MAX_VIEWED = 200
MAX_CONVERSATION_ID_CHARS = 1_000
MAX_REASON_CHARS = 5_000

CHAT = _Schema(
    title="Chat",
    type=_Type.OBJECT,
    required=["messages"],
    properties={
        "messages": _Schema(
            type=_Type.ARRAY,
            min_items=1,
            max_items=MAX_MESSAGES,
            items=_Schema(
                type=_Type.OBJECT,
                required=["role"],
                properties={
                    "role": _Schema(type=_Type.STRING, max_length=20),
                    "content": _Schema(
                        type=[_Type.STRING, _Type.ARRAY, _Type.NULL],
                        max_length=MAX_CHARS,
                        max_items=MAX_PARTS,
                    ),
                },
            ),
        ),
        "stream": _Schema(type=[_Type.BOOLEAN, _Type.NULL]),
    },
)

RECOMMENDATIONS = _Schema(
    title="Recommendations",
    type=_Type.OBJECT,
    properties={
        "query": _Schema(type=[_Type.STRING, _Type.NULL], max_length=MAX_QUERY_CHARS),
        "similar_to": _Schema(type=[_Type.STRING, _Type.INTEGER, _Type.NULL]),
        "viewed": _Schema(type=[_Type.ARRAY, _Type.NULL], max_items=MAX_VIEWED),
        "filters": _Schema(type=[_Type.OBJECT, _Type.NULL]),
    },
)

FEEDBACK = _Schema(
    title="Feedback",
    type=_Type.OBJECT,
    required=["conversation_id", "message", "thumb"],
    properties={
        "conversation_id": _Schema(type=_Type.STRING, max_length=MAX_CONVERSATION_ID_CHARS),
        "message": _Schema(type=[_Type.NUMBER, _Type.STRING]),
        "thumb": _Schema(enum=["up", "down"]),
        "reason": _Schema(type=_Type.STRING, max_length=MAX_REASON_CHARS),
    },
)

_SCALARS = [_Type.STRING, _Type.NUMBER, _Type.BOOLEAN, _Type.NULL]
_LEVELS_PER_MODEL = 4
"""A level names the one below it twice, for arrays and for objects: one schema of all of them would double
with each."""


def within_depth(api: apigateway.RestApi) -> apigateway.JsonSchema:
    """Any JSON value of at most MAX_DEPTH levels of arrays and objects.

    Models are added for it that refer to each other: by their addresses, the one kind of `$ref` that the
    service is known to resolve.
    """
    value = _Schema(type=_SCALARS)
    for depth in range(_LEVELS_PER_MODEL, MAX_DEPTH + 1, _LEVELS_PER_MODEL):
        for _ in range(_LEVELS_PER_MODEL):
            value = _Schema(
                type=[*_SCALARS, _Type.ARRAY, _Type.OBJECT], items=value, additional_properties=value
            )
        model = api.add_model(f"Depth{depth}", schema=value)
        address = f"https://apigateway.amazonaws.com/restapis/{api.rest_api_id}/models/{model.model_id}"
        value = _Schema(ref=address)
    return value


def both(first: apigateway.JsonSchema, second: apigateway.JsonSchema) -> apigateway.JsonSchema:
    """What fits both schemas."""
    return _Schema(schema=_DRAFT, title=first.title, all_of=[first, second])
