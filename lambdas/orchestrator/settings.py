"""Settings, read from the environment once, at the edge."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from apparel.environment import values_of

Seconds = Annotated[float, Field(gt=0, le=900)]


class SettingsError(ValueError):
    """A setting is missing or wrong; the text names each variable and what it wants."""


class Settings(BaseModel):
    """Each field is an environment variable of the same name in upper case."""

    model_config = ConfigDict(frozen=True)

    search_function: str = Field(default="embed_search", min_length=1, max_length=170)
    """Name or ARN of the embed_search Lambda. boto3 itself reads AWS_ENDPOINT_URL_LAMBDA."""
    aws_region: str | None = None
    search_timeout_seconds: Seconds = 40
    """How long one call may take: a database that resumes from zero needs 15-30 s."""
    search_patience_seconds: Seconds = 10
    """How long to ask again while all environments of embed_search are busy; new ones start in seconds."""
    deadline_seconds: Seconds = 60
    """How long a whole request may take."""
    facets_ttl_seconds: Seconds = 300

    product_url_template: str = "https://shop.example/products/{product_id}"
    cors_origins: tuple[str, ...] = ()
    """Comma separated; empty means that no other site's pages may call this API."""
    max_body_bytes: int = Field(default=5_000_000, ge=1_000, le=6_000_000)
    """chat-ui sends the pictures of a conversation again with every turn; Lambda takes 6 MB."""
    max_message_chars: int = Field(default=8_000, ge=100)
    """The longest last message of a chat; older messages are cut instead."""
    max_history_chars: int = Field(default=24_000, ge=0)
    max_history_messages: int = Field(default=40, ge=0)

    limits_table: str | None = None
    """Name of the DynamoDB table in which messages are counted. Without it there are no limits."""
    messages_per_minute: int = Field(default=8, ge=1)
    guest_messages_per_day: int = Field(default=2, ge=0)
    """Without login, of one conversation of chat-ui, or from one address."""
    chat_ui_guest_messages_per_day: int = Field(default=2_000, ge=0)
    """Of all guests of chat-ui together."""
    users_per_day: int = Field(default=1_000, ge=1)
    tester_messages_per_minute: int = Field(default=600, ge=1)
    user_tokens_per_day: int = Field(default=100_000, ge=1)
    """Of the LLM, in and out, for one user."""
    tokens_per_day: int = Field(default=5_000_000, ge=1)
    api_keys_secret_arn: str | None = None
    """Of a secret in Secrets Manager that holds JSON: `{"service": key, "testers": {name: key}}`."""
    cognito_issuer: HttpUrl | None = None
    """`https://cognito-idp.<region>.amazonaws.com/<pool>`. Without it nobody can sign in."""
    cognito_clients: tuple[str, ...] = ()
    """Ids of the clients whose access tokens are taken; comma separated."""
    cognito_scope: str | None = None
    """A scope that only our own clients can ask for; tokens that have it are taken too."""
    viewer_address_header: str = "x-viewer-address"
    """Set by CloudFront, which overwrites what the viewer sent."""

    sagemaker_endpoint: str | None = None
    """Name of a SageMaker endpoint that serves the LLM. boto3 itself reads AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME
    where it is not to go to AWS."""
    sagemaker_inference_component: str | None = None
    """Of that endpoint, where it has components; only such endpoints scale to zero."""
    llm_codec: Literal["messages", "llama2"] = "messages"
    """How the SageMaker endpoint is asked: `messages` as OpenAI's chat is, where the container applies the
    model's template; `llama2` with `inputs` in Llama 2's own template."""
    feedback_table: str | None = None
    """Name of the DynamoDB table that feedback is kept in. Without it none is taken."""
    metrics_namespace: str = Field(default="ApparelRecommender", min_length=1, max_length=255)
    """Of CloudWatch; each stage of a deploy has its own."""

    llm_base_url: HttpUrl | None = None
    """Of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`, in place of SageMaker. Without
    either there is no LLM."""
    llm_api_key: SecretStr | None = None
    llm_api_key_secret_arn: str | None = None
    """Of a secret in Secrets Manager that holds nothing but the key; read at start."""
    llm_model: str = ""
    llm_timeout_seconds: Seconds = 30
    """How long a whole LLM answer may take."""
    llm_silence_seconds: Seconds = 10
    """How long the LLM may be silent, before its first piece or between two."""
    llm_context_tokens: int = Field(default=4_096, ge=1_024)
    llm_tokenizer: Path | None = None
    """The model's `tokenizer.json`; without it tokens are estimated."""

    @field_validator("cors_origins", "cognito_clients", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("product_url_template")
    @classmethod
    def _has_the_id(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")) or value.count("{product_id}") != 1:
            raise ValueError("wants an http(s) address that holds {product_id} once")
        return value

    @model_validator(mode="after")
    def _sign_in_needs_a_client(self) -> Self:
        if self.cognito_issuer and not (self.cognito_clients or self.cognito_scope):
            raise ValueError("COGNITO_CLIENTS or COGNITO_SCOPE is wanted, because COGNITO_ISSUER is set")
        return self

    @model_validator(mode="after")
    def _one_llm_with_all_it_needs(self) -> Self:
        if self.llm_base_url and not self.llm_model:
            raise ValueError("LLM_MODEL wants the name of a model, because LLM_BASE_URL is set")
        if self.llm_base_url and self.sagemaker_endpoint:
            raise ValueError("LLM_BASE_URL or SAGEMAKER_ENDPOINT, not both: there is one LLM")
        if self.llm_api_key and self.llm_api_key_secret_arn:
            raise ValueError("LLM_API_KEY or LLM_API_KEY_SECRET_ARN, not both")
        return self

    def product_url(self, product_id: str) -> str:
        """The product's page in the shop."""
        return self.product_url_template.replace("{product_id}", quote(product_id, safe=""))


def read_settings() -> Settings:
    """From the environment. Raises SettingsError."""
    try:
        return Settings.model_validate(values_of(Settings, os.environ))
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in item['loc']).upper() or 'Settings'}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError("Wrong settings:\n  " + "\n  ".join(lines)) from None
