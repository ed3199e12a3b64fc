"""What the HTTP API takes and gives (DESIGN §3.1): OpenAI's chat completions, and recommendations."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from apparel.contracts import MAX_LIMIT, MAX_TEXT, Filters, Hit
from apparel.product import Price, ProductId
from orchestrator.edge.clean import CleanText, clean_tree
from orchestrator.feedback import Thumb

MODEL_ID = "apparel-recommender"
MODEL_CREATED = 1_735_689_600


def _id_as_text(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a product id is a text or a number")
    return clean_tree(value)


CleanId = Annotated[ProductId, BeforeValidator(_id_as_text)]


class _Body(BaseModel):
    """Fields that are not listed are ignored, as OpenAI's clients send many."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ContentPart(_Body):
    """A part of a message. Only parts of type `text` are read; pictures and files are skipped."""

    type: CleanText
    text: CleanText | None = None


class ChatMessage(_Body):
    """One message. `system` and `developer` messages are accepted and not obeyed."""

    role: Literal["system", "developer", "user", "assistant"]
    content: CleanText | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text" and part.text)
        return self.content or ""


class StreamOptions(_Body):
    include_usage: bool | None = None


class ChatRequest(_Body):
    """A conversation, whole, newest message last; the last one must be from the user."""

    model: CleanText = MODEL_ID
    """Any name is taken: there is one model."""
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None


class RecommendationsRequest(_Body):
    """Exactly one of `query`, `similar_to` and `viewed`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"query": "cotton kurta for women", "filters": {"max_price": 1500}}]}
    )

    query: Annotated[CleanText, Field(max_length=MAX_TEXT)] | None = None
    """What is looked for, in words."""
    similar_to: CleanId | None = None
    """The id of a product, to find others like it."""
    viewed: list[CleanId] | None = Field(default=None, min_length=1, max_length=50)
    """Ids of the products that this visitor looked at, newest last."""
    limit: int = Field(default=5, ge=1, le=MAX_LIMIT)
    filters: Filters | None = None

    @field_validator("filters", mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        return clean_tree(value)

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(value is not None for value in (self.query, self.similar_to, self.viewed)) != 1:
            raise ValueError("give exactly one of query, similar_to and viewed")
        if self.query is not None and not self.query.strip():
            raise ValueError("query holds no text")
        return self


class FeedbackRequest(_Body):
    """What somebody thinks of one answer of a conversation."""

    conversation_id: Annotated[CleanText, Field(min_length=1, max_length=128)]
    message: int = Field(ge=1, le=10_000)
    """Which of the conversation's answers, from 1."""
    thumb: Thumb
    reason: Annotated[CleanText, Field(max_length=500)] = ""


class FeedbackKept(BaseModel):
    status: Literal["kept"] = "kept"


class Recommendation(BaseModel):
    """A product of the catalogue, with the shop's own price."""

    product_id: str
    name: str
    brand: str
    gender: str
    price: Price
    currency: str
    color: str
    category: str
    description: str
    url: str
    score: float

    @classmethod
    def of(cls, hit: Hit, url: str) -> "Recommendation":
        return cls(**hit.product.model_dump(), url=url, score=round(hit.score, 6))


class Recommendations(BaseModel):
    recommendations: list[Recommendation]


class Usage(BaseModel):
    """Token counts are estimates (4 characters a token): the code that answers has no tokenizer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class AnswerMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    index: int = 0
    message: AnswerMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class ChatCompletion(BaseModel):
    """OpenAI's chat completion, and the products that this answer newly recommends."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL_ID
    choices: list[Choice]
    usage: Usage
    recommendations: list[Recommendation]


class Model(BaseModel):
    id: str = MODEL_ID
    object: Literal["model"] = "model"
    created: int = MODEL_CREATED
    owned_by: str = "shop"


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[Model] = [Model()]


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    products: int | None = None
    """How many the catalogue holds; only with `deep=1`."""
    catalogue_version: str | None = None
    llm: Literal["configured", "none"] | None = None
    limits: Literal["on", "off", "unavailable"] | None = None


class ErrorDetail(BaseModel):
    message: str
    type: str
    code: str
    param: str | None


class ErrorBody(BaseModel):
    error: ErrorDetail
