"""What API Gateway checks of a body before it costs anything: its shape in the rough, and the counts and
sizes that nobody needs more of. The orchestrator checks the rest, and says it better.

Fields that are not named here pass: OpenAI's clients send many. `null` passes wherever the API takes it.
"""

from aws_cdk import aws_apigateway as apigateway

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
    schema=_DRAFT,
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
    schema=_DRAFT,
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
    schema=_DRAFT,
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
