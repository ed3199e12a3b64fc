"""What the ops team can set: the context of cdk.json, or `-c name=value` on the command line.

`docs/DEPLOY.md` says what each setting costs.
"""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from infra.connections import connections_taken, connections_wanted
from infra.llm_sizing import sizing_problems

ROOT = Path(__file__).parents[1]
LLAMA_2_LICENSE = "https://ai.meta.com/llama/license/"

# What the CDK itself and its libraries keep in the context.
_FOREIGN = ("@aws-cdk/", "aws:", "aws-cdk:", "availability-zones:", "cdk-", "cli-")

# The days that CloudWatch Logs offers.
RetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653]


class SettingsError(ValueError):
    """A setting is missing or wrong; the text names each one and what it wants."""


class Settings(BaseModel):
    """Every setting with its default. Unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,11}$")] = "dev"
    """Part of every stack's name, so that stages live side by side in one account. With `prod`, databases,
    buckets and file systems are protected from deletion and kept by `cdk destroy`."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Of both Lambdas. arm64 costs a fifth less a second; the tests run what is built for x86_64."""
    log_retention_days: RetentionDays = 30

    model_bundle: Path | None = None
    """The folder of the embedding model's bundle; by default the newest one that `make bundle` made."""
    catalogue: Path | None = ROOT / "data" / "sample_catalogue.csv"
    """Loaded during the deploy; empty: none, and the file is put into the catalogue bucket by hand."""
    product_url_template: str = "https://shop.example/products/{product_id}"

    aurora_min_acu: float = Field(default=0, ge=0, le=256, multiple_of=0.5)
    """Aurora capacity units of about 2 GB each. 0 pauses the database when nobody chats."""
    aurora_max_acu: float = Field(default=2, ge=1, le=256, multiple_of=0.5)
    aurora_pause_minutes: int = Field(default=10, ge=5, le=1440)
    backup_days: int = Field(default=7, ge=1, le=35)

    search_memory_mb: int = Field(default=1769, ge=1024, le=10_240)
    """1,769 MB are one whole processor."""
    search_concurrency: int = Field(default=10, ge=1, le=1000)
    """How many searches run at once; each holds one database connection."""
    orchestrator_memory_mb: int = Field(default=1024, ge=512, le=10_240)
    orchestrator_concurrency: int = Field(default=60, ge=1, le=1000)

    load_concurrency: int = Field(default=4, ge=1, le=100)
    """How many batches of a catalogue file are embedded at once; each holds one database connection."""
    load_min_percent: float = Field(default=90, ge=0, le=100)
    """Of a file's rows, that have to be good for it to be published: below, the old catalogue stays."""
    load_max_deleted_percent: float = Field(default=20, ge=0, le=100)
    """Of the products that are sold, that may leave the catalogue by one file; above it the old one stays."""

    throttle_rate: float = Field(default=20, gt=0, le=10_000)
    """Requests a second that API Gateway lets through, all callers together."""
    throttle_burst: int = Field(default=60, ge=1, le=5_000)
    viewer_requests_per_5_minutes: int = Field(default=1000, ge=10, le=2_000_000_000)
    """From one address, counted by WAF. Everybody who chats through chat-ui comes from its server's."""
    origin_secret_generation: int = Field(default=1, ge=1)
    """Raise it by one to rotate the header by which API Gateway knows CloudFront."""

    cors_origins: tuple[Annotated[str, Field(pattern=r"^https?://[^/\s,*]+$")], ...] = ()
    """Sites whose pages may call the API, such as `https://shop.example`; a list, or with commas."""
    domain_name: Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")] | None = None
    """Of the API and the web page, in the place of CloudFront's own; its DNS record is made by hand."""
    certificate: Annotated[str, Field(pattern=r"^arn:aws:acm:us-east-1:\d{12}:certificate/.+$")] | None = None
    """The ARN of the certificate for `domain_name`. CloudFront's own lets viewers choose TLS below 1.2."""
    sign_in_mail_from: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    """An address at a domain that SES has verified in this region. Without it Cognito's own mails go out,
    which are 50 a day at most."""
    alarm_mail: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    """Where alarms are sent to; AWS asks this address once for its consent."""

    llm: Literal["sagemaker", "openai", "none"] = "sagemaker"
    llm_max_instances: int = Field(default=1, ge=1, le=20)
    llm_instance_type: Annotated[str, Field(pattern=r"^ml\.[a-z0-9-]+\.[a-z0-9]+$")] = "ml.g5.2xlarge"
    llm_gpus: int | None = Field(default=None, ge=1, le=16)
    """Of one instance; only for types that infra/llm_sizing.py does not know."""
    llm_model_id: Annotated[str, Field(pattern=r"^[\w./-]{3,120}$")] = "meta-textgeneration-llama-2-7b-f"
    """What SageMaker serves: a JumpStart id of Llama 2, or the name of a model of Hugging Face, which is
    fetched from there at each start unless `llm_model_data` says where in S3 it is."""
    llm_model_data: Annotated[str, Field(pattern=r"^s3://[a-z0-9.-]{3,63}/[\w./-]+/$")] | None = None
    """A folder in S3 with the weights as Hugging Face lays them out, of any model."""
    accept_llama2_eula: bool = False
    llm_idle_minutes: int = Field(default=15, ge=15, le=1440)
    """Without a question, after which the endpoint scales to zero instances. Waking up takes about 10."""
    llm_base_url: Annotated[str, Field(pattern=r"^https://")] | None = None
    llm_model: str | None = None
    llm_api_key_secret: Annotated[str, Field(pattern=r"^arn:aws[\w-]*:secretsmanager:")] | None = None
    """The ARN of a secret that holds nothing but the key."""

    web_page: bool = True
    """Serve the project's own chat page at `/`."""
    chat_ui: bool = True
    chat_ui_image: Annotated[str, Field(pattern=r"^[^@\s]+@sha256:[0-9a-f]{64}$")] | None = None
    """By digest: a tag may change under a running service. Needed where `chat_ui` is on."""
    chat_ui_mongodb_secret: Annotated[str, Field(pattern=r"^arn:aws[\w-]*:secretsmanager:")] | None = None
    """The ARN of a secret that holds a MongoDB connection string; without it the image must be one with a
    database inside (chat-ui-db), whose data lies on EFS."""

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value or ()

    @field_validator("model_bundle", "catalogue")
    @classmethod
    def _from_the_project(cls, path: Path | None) -> Path | None:
        """Relative paths are meant from the project's folder, wherever `cdk` is called."""
        return path and ROOT / path.expanduser()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if problems := "\n  ".join(self._problems()):
            raise ValueError(problems)
        return self

    def _problems(self) -> Iterator[str]:
        if self.aurora_min_acu > self.aurora_max_acu:
            yield "aurora_min_acu is above aurora_max_acu"
        wanted = connections_wanted(self.search_concurrency, self.load_concurrency + 1)
        taken = connections_taken(self.aurora_min_acu, self.aurora_max_acu)
        if wanted > taken:
            yield (
                f"search_concurrency and load_concurrency may open {wanted} connections while a deploy "
                f"replaces the functions, and with this aurora_max_acu the database takes {taken}"
            )
        if (self.domain_name is None) != (self.certificate is None):
            yield "domain_name and certificate go together: one of them is missing"
        if self.catalogue and not self.catalogue.is_file():
            yield f"catalogue: there is no file {self.catalogue}"
        if self.llm == "sagemaker" and self.is_llama2 and not self.accept_llama2_eula:
            yield (
                f"Llama 2 is used under Meta's licence: read {LLAMA_2_LICENSE} and, if you accept it, set "
                "accept_llama2_eula to true; otherwise set llm to none, or name another llm_model_id"
            )
        if self.llm == "sagemaker":
            yield from sizing_problems(
                model_id=self.llm_model_id,
                has_own_weights=self.llm_model_data is not None,
                instance_type=self.llm_instance_type,
                gpus_given=self.llm_gpus,
            )
        if self.llm == "openai" and not (self.llm_base_url and self.llm_model):
            yield "with llm set to openai, llm_base_url and llm_model are needed"
        if self.chat_ui and self.chat_ui_image is None:
            yield (
                "chat_ui_image wants an image by its digest, such as "
                "ghcr.io/huggingface/chat-ui-db@sha256:...; or set chat_ui to false"
            )

    @property
    def is_llama2(self) -> bool:
        return "llama-2" in self.llm_model_id.lower()

    @property
    def metrics_namespace(self) -> str:
        """Of the metrics that the functions write themselves. Without the stage in it, those of one account
        would add up."""
        return f"ApparelRecommender/{self.stage}"

    @property
    def is_protected(self) -> bool:
        """Whether data outlives a `cdk destroy`, and can't be deleted by mistake."""
        return self.stage == "prod"


def read_settings(context: Mapping[str, Any]) -> Settings:
    """From the whole context of the app. Raises SettingsError."""
    own = {name: value for name, value in context.items() if not name.startswith(_FOREIGN)}
    try:
        return Settings.model_validate({name: value for name, value in own.items() if value is not None})
    except ValidationError as error:
        lines = [_explain(item["type"], item["loc"], item["msg"]) for item in error.errors()]
    raise SettingsError("Settings (cdk.json or -c name=value):\n  " + "\n  ".join(lines))


def _explain(kind: str, where: tuple[int | str, ...], message: str) -> str:
    name = str(where[0]) if where else ""
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(name, Settings.model_fields, n=1)
        return f"{name}: no such setting" + (f"; did you mean {near[0]}?" if near else "")
    return f"{name}: {message}" if name else message.removeprefix("Value error, ")
