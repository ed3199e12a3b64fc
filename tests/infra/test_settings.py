"""What ops set is read, checked, and refused with sentences that say what is wanted."""

import json

import pytest

from infra.settings import ROOT, Settings, SettingsError, read_settings

GOOD: dict[str, object] = {"llm": "none", "chat_ui": False}


def refusal(**settings: object) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings({**GOOD, **settings})
    return str(refused.value)


def test_cdk_json_lists_every_setting_with_its_default() -> None:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    listed = {name: value for name, value in context.items() if not name.startswith("@aws-cdk/")}

    assert list(listed) == list(Settings.model_fields)
    assert read_settings({**listed, **GOOD}) == read_settings(GOOD)


def test_takes_the_texts_that_the_command_line_gives() -> None:
    settings = read_settings({"llm": "none", "chat_ui": "false", "aurora_max_acu": "4", "catalogue": ""})

    assert (settings.chat_ui, settings.aurora_max_acu, settings.catalogue) == (False, 4, None)


def test_finds_relative_paths_from_the_project() -> None:
    settings = read_settings({**GOOD, "catalogue": "data/sample_catalogue.csv", "model_bundle": "bundles/x"})

    assert settings.catalogue == ROOT / "data" / "sample_catalogue.csv"
    assert settings.model_bundle == ROOT / "bundles" / "x"


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"llm": "sagemaker"}, "accept_llama2_eula to true"),
        ({"llm": "openai"}, "llm_base_url and llm_model are needed"),
        ({"llm": "openai", "llm_base_url": "http://llm.example"}, "llm_base_url: "),
        ({"chat_ui": True}, "chat_ui_image wants an image by its digest"),
        ({"chat_ui_image": "ghcr.io/huggingface/chat-ui-db:latest"}, "chat_ui_image: "),
        ({"aurora_min_acu": 4, "aurora_max_acu": 2}, "aurora_min_acu is above aurora_max_acu"),
        ({"search_concurrency": 180}, "with this aurora_max_acu the database takes 368"),
        ({"aurora_min_acu": 0.3}, "aurora_min_acu: "),
        ({"log_retention_days": 31}, "log_retention_days: "),
        ({"stage": "Production!"}, "stage: "),
        ({"catalogue": "no/such.csv"}, "catalogue: there is no file"),
        ({"serach_memory_mb": 2048}, "serach_memory_mb: no such setting; did you mean search_memory_mb?"),
    ],
)
def test_says_what_a_setting_wants(settings: dict[str, object], wanted: str) -> None:
    assert wanted in refusal(**settings)


def test_names_everything_that_is_wrong_at_once() -> None:
    text = refusal(stage="X", backup_days=99)
    assert "stage: " in text
    assert "backup_days: " in text


def test_another_model_than_llama_2_needs_no_consent_to_its_licence() -> None:
    assert not read_settings({**GOOD, "llm": "sagemaker", "llm_model_id": "Qwen/Qwen3-8B"}).is_llama2


def test_leaves_the_context_of_the_cdk_alone() -> None:
    foreign = {"@aws-cdk/core:checkSecretUsage": True, "aws:cdk:enable-path-metadata": True}
    assert read_settings({**GOOD, **foreign}) == read_settings(GOOD)
