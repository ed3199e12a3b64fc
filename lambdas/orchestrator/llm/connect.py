"""From settings to the language model, if there is one."""

from botocore.config import Config

from orchestrator.aws import client
from orchestrator.llm.codec import Codec, MessagesCodec
from orchestrator.llm.protocol import Llm
from orchestrator.llm.tokens import counter_of
from orchestrator.secret_store import read_secret
from orchestrator.settings import Settings

_CONNECT_SECONDS = 3
_CONNECTIONS = 50


def connect_llm(settings: Settings) -> Llm | None:
    """Opens no connection but for the secret. Raises SettingsError."""
    if settings.sagemaker_endpoint:
        return _sagemaker(settings, settings.sagemaker_endpoint)
    if settings.llm_base_url is None:
        return None
    # Imported here as SageMaker's below: whoever uses the other one need not wait for it.
    from orchestrator.llm.openai_llm import OpenAiLlm

    key = settings.llm_api_key
    if settings.llm_api_key_secret_arn:
        key = read_secret(settings.llm_api_key_secret_arn, settings.aws_region)
    return OpenAiLlm(
        base_url=str(settings.llm_base_url),
        model=settings.llm_model,
        api_key=key,
        timeout_seconds=settings.llm_timeout_seconds,
        silence_seconds=settings.llm_silence_seconds,
        context_tokens=settings.llm_context_tokens,
        count=counter_of(settings.llm_tokenizer),
    )


def _sagemaker(settings: Settings, endpoint: str) -> Llm:
    from orchestrator.llm.llama2 import Llama2Codec
    from orchestrator.llm.sagemaker_llm import SageMakerLlm

    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=settings.llm_silence_seconds,
        retries={"total_max_attempts": 1},  # the ladder (DESIGN §6) answers sooner than a second try
        max_pool_connections=_CONNECTIONS,
    )
    codec: Codec = Llama2Codec() if settings.llm_codec == "llama2" else MessagesCodec(ask_usage=True)
    return SageMakerLlm(
        client("sagemaker-runtime", settings.aws_region, config),
        endpoint=endpoint,
        component=settings.sagemaker_inference_component,
        codec=codec,
        timeout_seconds=settings.llm_timeout_seconds,
        silence_seconds=settings.llm_silence_seconds,
        context_tokens=settings.llm_context_tokens,
        count=counter_of(settings.llm_tokenizer),
    )
