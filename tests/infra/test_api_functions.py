"""The three functions of the API stack, and what makes a catalogue be loaded."""

import hashlib
import json
from typing import Any

import pytest

from embed_search.settings import Settings as SearchSettings
from infra.constructs import edge, orchestrator, rest_api, search_functions
from infra.settings import ROOT
from orchestrator.settings import Settings as OrchestratorSettings
from tests.infra.deployment import Deployment, Resource, Synthesise, as_list
from tests.infra.permissions import as_text

SEARCH = "embed_search.handler.handler"
LOAD = "embed_search.load_handler.handler"
CONVERSATION = "run.sh"


def function(deployment: Deployment, handler: str) -> Resource:
    return deployment.one("api", "AWS::Lambda::Function", Handler=handler)


def environment(deployment: Deployment, handler: str) -> dict[str, str]:
    variables: dict[str, Any] = function(deployment, handler)["Environment"]["Variables"]
    return {name: as_text(value) for name, value in variables.items()}


def test_search_and_load_are_one_package_with_two_entries_and_two_database_users(bare: Deployment) -> None:
    search, load = function(bare, SEARCH), function(bare, LOAD)

    assert search["Code"] == load["Code"]
    common = {
        "MODEL_BUNDLE": "/mnt/models/fake-bundle-of-a-few-bytes",
        "DATABASE_HOST": "Database",
        "DATABASE_NAME": "apparel",
        "METRICS_NAMESPACE": "ApparelRecommender/dev",
    }
    assert environment(bare, SEARCH) == {**common, "DATABASE_USER": "embed_search"}
    assert environment(bare, LOAD) == {
        **common,
        "DATABASE_USER": "load_catalogue",
        "EMBEDDER_THREADS": "2",
    }


def test_both_live_in_the_isolated_subnets_behind_one_security_group(bare: Deployment) -> None:
    for handler in (SEARCH, LOAD):
        network = function(bare, handler)["VpcConfig"]
        subnets = [as_text(subnet) for subnet in network["SubnetIds"]]
        assert subnets == ["VpcdataSubnet1Subnet", "VpcdataSubnet2Subnet"]
        assert [as_text(group) for group in network["SecurityGroupIds"]] == ["SearchGroup"]


def test_both_mount_the_model_through_the_readers_access_point(bare: Deployment) -> None:
    for handler in (SEARCH, LOAD):
        (mount,) = function(bare, handler)["FileSystemConfigs"]
        assert mount["LocalMountPath"] == "/mnt/models"
        assert as_text(mount["Arn"]).endswith(":access-point/Reader")


def test_nobody_in_the_api_stack_may_write_to_the_models(bare: Deployment) -> None:
    actions = [action for _, s in bare.statements() for action in as_list(s["Action"])]
    writers = [
        name for name, s in bare.statements() if "elasticfilesystem:ClientWrite" in as_list(s["Action"])
    ]
    assert "elasticfilesystem:ClientMount" in actions
    assert not [name for name in writers if name.startswith("api/")]


def test_concurrency_is_reserved_so_that_no_part_starves_another(bare: Deployment) -> None:
    reserved = {handler: function(bare, handler)["ReservedConcurrentExecutions"] for handler in (
        SEARCH, LOAD, CONVERSATION)}  # fmt: skip
    assert reserved == {SEARCH: 10, LOAD: 5, CONVERSATION: 60}


def test_the_conversation_runs_outside_the_vpc_behind_the_web_adapter(bare: Deployment) -> None:
    conversation = function(bare, CONVERSATION)

    assert "VpcConfig" not in conversation
    assert [as_text(layer) for layer in conversation["Layers"]] == [
        "arn:aws:lambda:region:753240598075:layer:LambdaAdapterLayerX86:30"
    ]
    given = environment(bare, CONVERSATION)
    assert {name: value for name, value in given.items() if name.startswith("AWS_")} == {
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_PORT": "8080",
        "AWS_LWA_READINESS_CHECK_PATH": "/v1/health",
    }


def test_the_web_adapter_is_of_the_functions_architecture(synthesise: Synthesise) -> None:
    arm = synthesise({"llm": "none", "chat_ui": False, "architecture": "arm64"})

    conversation = function(arm, CONVERSATION)

    assert conversation["Architectures"] == ["arm64"]
    assert as_text(conversation["Layers"][0]).endswith(":layer:LambdaAdapterLayerArm64:30")


def test_stages_in_one_account_count_apart(bare: Deployment, prod: Deployment) -> None:
    for handler in (SEARCH, CONVERSATION):
        assert environment(bare, handler)["METRICS_NAMESPACE"] == "ApparelRecommender/dev"
        assert environment(prod, handler)["METRICS_NAMESPACE"] == "ApparelRecommender/prod"


def test_the_conversation_knows_whom_to_ask_and_whom_to_believe(bare: Deployment) -> None:
    given = environment(bare, CONVERSATION)

    assert given["SEARCH_FUNCTION"] == "EmbeddingSearch"
    assert given["LIMITS_TABLE"] == "Limits"
    assert given["FEEDBACK_TABLE"] == "Feedback"
    assert given["API_KEYS_SECRET_ARN"] == "ApiKeys"
    assert given["COGNITO_ISSUER"] == "SignInPool"
    assert given["COGNITO_SCOPE"] == "apparel/chat"
    assert given["VIEWER_ADDRESS_HEADER"] == "x-viewer-address"
    assert not [name for name in given if name.startswith(("LLM_", "SAGEMAKER_"))]


@pytest.mark.parametrize("variant", ["full", "bare", "openai"])
def test_the_conversation_starts_with_what_it_is_given(variant: str, request: pytest.FixtureRequest) -> None:
    given = environment(request.getfixturevalue(variant), CONVERSATION)
    issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
    variables = {name.lower(): value for name, value in given.items() if not name.startswith("AWS_")}
    variables = {name: value for name, value in variables.items() if value} | {"cognito_issuer": issuer}

    assert set(variables) <= set(OrchestratorSettings.model_fields)
    assert OrchestratorSettings.model_validate(variables)


def test_search_and_load_read_what_they_are_given(bare: Deployment) -> None:
    for handler in (SEARCH, LOAD):
        given = {name.lower() for name in environment(bare, handler)}
        assert given <= set(SearchSettings.model_fields)


def test_an_llm_on_sagemaker_is_named_by_endpoint_and_component(full: Deployment) -> None:
    given = environment(full, CONVERSATION)
    endpoint = full.one("llm", "AWS::SageMaker::Endpoint")
    component = full.one("llm", "AWS::SageMaker::InferenceComponent")

    assert given["SAGEMAKER_ENDPOINT"] == endpoint["EndpointName"]
    assert given["SAGEMAKER_INFERENCE_COMPONENT"] == component["InferenceComponentName"]
    assert given["LLM_CODEC"] == "llama2"


def test_another_model_is_asked_in_its_own_template(synthesise: Synthesise) -> None:
    other = synthesise({"llm_model_id": "mistralai/Mistral-7B-Instruct-v0.3", "chat_ui": False})
    assert environment(other, CONVERSATION)["LLM_CODEC"] == "messages"


def test_an_llm_of_somebody_else_is_named_and_its_key_is_not(openai: Deployment) -> None:
    given = environment(openai, CONVERSATION)

    assert {name: value for name, value in given.items() if name.startswith("LLM_")} == {
        "LLM_BASE_URL": "https://llm.example/v1",
        "LLM_MODEL": "some-model",
        "LLM_API_KEY_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:llm-key-AbCdEf",
    }


def test_each_timeout_leaves_room_for_the_answer_of_the_one_behind_it(bare: Deployment) -> None:
    deadline = int(environment(bare, CONVERSATION)["DEADLINE_SECONDS"])
    conversation = function(bare, CONVERSATION)["Timeout"]
    gateway = rest_api.TIMEOUT.to_seconds()
    cloudfront = edge.READ_TIMEOUT.to_seconds()

    assert deadline < conversation < gateway < cloudfront <= 120
    # What the orchestrator waits for a search is up before the search function is stopped.
    waits = OrchestratorSettings.model_fields["search_timeout_seconds"].default
    assert waits < function(bare, SEARCH)["Timeout"] == search_functions.SEARCH_TIMEOUT.to_seconds()
    assert orchestrator.DEADLINE_SECONDS == deadline > waits
    # A search that only then finds room still has its whole time.
    assert deadline > OrchestratorSettings.model_fields["search_patience_seconds"].default + waits


def test_what_could_not_be_loaded_is_kept_for_two_weeks(bare: Deployment) -> None:
    queue = bare.one("api", "AWS::SQS::Queue")
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["SqsManagedSseEnabled"] is True

    assert as_text(function(bare, LOAD)["DeadLetterConfig"]["TargetArn"]) == "DeadLetters"
    invoke = bare.one("api", "AWS::Lambda::EventInvokeConfig")
    assert (invoke["MaximumRetryAttempts"], invoke["MaximumEventAgeInSeconds"]) == (1, 6 * 3600)


def test_the_dead_letters_come_over_tls_and_from_our_rule_alone(bare: Deployment) -> None:
    statements = bare.one("api", "AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    deny, allow = statements

    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert allow["Action"] == "sqs:SendMessage"
    assert as_text(allow["Condition"]) == "ArnEquals aws:SourceArn CatalogueLoadingNewFile"


def test_the_deploy_loads_the_catalogue_of_the_settings(bare: Deployment) -> None:
    (loaded,) = bare.resources("api", "Custom::LoadedCatalogue").values()
    properties = loaded["Properties"]

    file = (ROOT / "data" / "sample_catalogue.csv").read_bytes()
    assert properties["Sha256"] == hashlib.sha256(file).hexdigest()
    assert properties["BundleHash"] == "fake-bundle-of-a-few-bytes"
    assert len(properties["SchemaHash"]) == 16
    assert as_text(properties["ServiceToken"]) == "EmbeddingLoad"
    # A load that is running already, then this one; CloudFormation would wait for an hour.
    assert 2 * 900 < int(properties["ServiceTimeout"]) < 3600
    allowed = [as_text(arn) for arn in as_list(bare.allowed("api", "EmbeddingLoadRole")["s3:GetObject"])]
    assert any(arn.endswith("/ASSET.csv") for arn in allowed)


def test_search_takes_a_new_model_after_the_catalogue_did(bare: Deployment) -> None:
    """Or it would compare embeddings of two models for as long as the load takes."""
    (loaded,) = bare.resources("api", "Custom::LoadedCatalogue")
    (search,) = [
        resource
        for resource in bare.resources("api", "AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"] == SEARCH
    ]
    assert loaded in search["DependsOn"]


def test_an_own_catalogue_need_not_be_loaded_by_the_deploy(synthesise: Synthesise) -> None:
    without = synthesise({"llm": "none", "chat_ui": False, "catalogue": ""})

    # It is asked all the same: a new model embeds the catalogue that is there.
    loaded = without.one("api", "Custom::LoadedCatalogue")
    assert loaded.keys() == {"ServiceToken", "ServiceTimeout", "SchemaHash", "BundleHash"}
    assert without.one("api", "AWS::Events::Rule")


def test_the_database_is_migrated_and_the_model_placed_before_anything_here(bare: Deployment) -> None:
    assembly = bare.app.synth()
    stacks = {stack.stack_name: [other.id for other in stack.dependencies] for stack in assembly.stacks}

    (api,) = [name for name in stacks if name.endswith("-api")]
    assert {name.removesuffix(".assets") for name in stacks[api]} >= {
        api.replace("-api", "-data"),
        api.replace("-api", "-model-store"),
    }


def test_no_secret_stands_in_an_environment_variable(openai: Deployment) -> None:
    for _, found in openai.all("AWS::Lambda::Function"):
        assert "{{resolve:" not in json.dumps(found["Properties"].get("Environment", {}))
