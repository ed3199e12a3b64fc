"""The real `cdk` deploys all stacks to a fake account: what each part is told of the others.

What is real: the CDK's command line, its assets, the order of things, and the functions that place the model
and migrate a database. What is not: every service behind a template (tests/infra/fake_cloudformation/).
"""

import hashlib
from contextlib import closing

import boto3
import psycopg2
import pytest

from infra.settings import ROOT
from tests.infra.cdk_deploy.runs import FUNCTION, PARTS, Apps, Run, domain, environment, let_in, sent
from tests.infra.fake_account import ACCOUNT, REGION, FakeAccount
from tests.infra.fake_cloudformation.custom_resources import FAKE_SUCCESS

pytestmark = pytest.mark.slow


def test_deploys_every_stack_and_tells_the_address(deployed: Run) -> None:
    made = list(dict.fromkeys(step.stack for step in deployed.steps))
    assert sorted(made) == sorted(f"apparel-dev-{part}" for part in PARTS)
    assert {step.action for step in deployed.steps} == {"create"}
    api = deployed.after.one("AWS::CloudFront::Distribution", part="api")
    assert f"apparel-dev-api.ApiUrl = https://{domain(api)}/v1" in deployed.output


@pytest.mark.parametrize(
    ("name", "user"), [("EmbeddingSearch", "embed_search"), ("EmbeddingLoad", "load_catalogue")]
)
def test_search_and_load_get_database_and_model(deployed: Run, apps: Apps, name: str, user: str) -> None:
    function = deployed.after.one(FUNCTION, name).properties
    reader = deployed.after.one("AWS::EFS::AccessPoint", "Reader").physical_id
    variables = function["Environment"]["Variables"]

    assert variables["MODEL_BUNDLE"] == f"/mnt/models/{apps.first_bundle}"
    assert variables["DATABASE_HOST"] == f"apparel-dev.cluster-fake.{REGION}.rds.amazonaws.com"
    assert variables["DATABASE_USER"] == user
    (mount,) = function["FileSystemConfigs"]
    assert mount["Arn"] == f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/{reader}"


def test_functions_in_the_network_reach_database_and_model_and_nothing_else_does(deployed: Run) -> None:
    search, database, models = (
        deployed.after.one("AWS::EC2::SecurityGroup", f"{name}Group", part="network").physical_id
        for name in ("Search", "Database", "Models")
    )
    let_in = {
        (rule.properties["SourceSecurityGroupId"], rule.properties["GroupId"], rule.properties["FromPort"])
        for rule in deployed.after.all("AWS::EC2::SecurityGroupIngress", part="network")
    }
    assert let_in == {(search, database, 5432), (search, models, 2049)}
    for name in ("EmbeddingSearch", "EmbeddingLoad", "PlaceModel"):
        network = deployed.after.one(FUNCTION, name).properties["VpcConfig"]
        assert network["SecurityGroupIds"] == [search], name
    cluster = deployed.after.one("AWS::RDS::DBCluster").properties
    assert cluster["VpcSecurityGroupIds"] == [database]


def test_model_is_placed_before_search_is_made(deployed: Run, apps: Apps, account: FakeAccount) -> None:
    assert (account.mounts / "models" / apps.first_bundle / "model.onnx").read_text() == "no model"
    assert (account.mounts / "models" / apps.first_bundle / ".complete").exists()
    placed, search = (
        deployed.after.one("Custom::PlacedModel"),
        deployed.after.one(FUNCTION, "EmbeddingSearch"),
    )
    assert placed.physical_id == apps.first_bundle
    assert deployed.after.position(placed) < deployed.after.position(search)


def test_database_is_migrated_before_search_is_made(deployed: Run, database: str) -> None:
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM product")
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN ('embed_search', 'load_catalogue')")
        assert {row[0] for row in cursor.fetchall()} == {"embed_search", "load_catalogue"}
    migrated, search = deployed.after.one("Custom::Migrated"), deployed.after.one(FUNCTION, "EmbeddingSearch")
    assert deployed.after.position(migrated) < deployed.after.position(search)


def test_load_is_asked_for_the_catalogue_that_was_uploaded(deployed: Run, account: FakeAccount) -> None:
    loaded = deployed.after.one("Custom::LoadedCatalogue")
    assert loaded.physical_id.startswith(FAKE_SUCCESS)  # its function needs a model and a network
    s3 = boto3.client(
        "s3",
        endpoint_url=account.endpoint,
        aws_access_key_id="fake",
        aws_secret_access_key="fake",
        region_name=REGION,
    )
    asset = s3.get_object(Bucket=loaded.properties["Bucket"], Key=loaded.properties["Key"])["Body"].read()
    assert asset == (ROOT / "data" / "sample_catalogue.csv").read_bytes()
    assert hashlib.sha256(asset).hexdigest() == loaded.properties["Sha256"]


def test_orchestrator_knows_whom_it_asks(deployed: Run) -> None:
    after = deployed.after
    variables = environment(after.one(FUNCTION, "Orchestrator"))
    search = after.one(FUNCTION, "EmbeddingSearch").physical_id
    pool = after.one("AWS::Cognito::UserPool").physical_id

    assert variables["SEARCH_FUNCTION"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{search}"
    assert variables["LIMITS_TABLE"] == after.one("AWS::DynamoDB::Table", "Limits").physical_id
    assert variables["API_KEYS_SECRET_ARN"] == after.one("AWS::SecretsManager::Secret", "ApiKeys").physical_id
    assert variables["COGNITO_ISSUER"] == f"https://cognito-idp.{REGION}.amazonaws.com/{pool}"


def test_orchestrator_may_invoke_search_alone(deployed: Run) -> None:
    role = deployed.after.one(FUNCTION, "Orchestrator").properties["Role"].rsplit("/", 1)[1]
    invoked = [
        statement["Resource"]
        for policy in deployed.after.all("AWS::IAM::Policy")
        if role in policy.properties["Roles"]
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if "lambda:InvokeFunction" in statement["Action"]
    ]
    assert invoked == [environment(deployed.after.one(FUNCTION, "Orchestrator"))["SEARCH_FUNCTION"]]


def test_orchestrator_names_the_endpoint_that_there_is(deployed: Run) -> None:
    variables = environment(deployed.after.one(FUNCTION, "Orchestrator"))
    component = deployed.after.one("AWS::SageMaker::InferenceComponent").properties
    assert variables["SAGEMAKER_ENDPOINT"] == component["EndpointName"]
    assert (
        variables["SAGEMAKER_ENDPOINT"]
        == deployed.after.one("AWS::SageMaker::Endpoint").properties["EndpointName"]
    )
    assert variables["SAGEMAKER_INFERENCE_COMPONENT"] == component["InferenceComponentName"]


def test_alarm_that_wakes_the_llm_watches_that_component(deployed: Run) -> None:
    alarm = deployed.after.one("AWS::CloudWatch::Alarm", MetricName="NoCapacityInvocationFailures")
    component = deployed.after.one("AWS::SageMaker::InferenceComponent").properties["InferenceComponentName"]
    assert alarm.properties["Dimensions"] == [{"Name": "InferenceComponentName", "Value": component}]
    target = deployed.after.one("AWS::ApplicationAutoScaling::ScalableTarget").properties
    assert target["ResourceId"] == f"inference-component/{component}"


def test_every_call_streams_from_the_orchestrator(deployed: Run) -> None:
    function = deployed.after.one(FUNCTION, "Orchestrator").physical_id
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2021-11-15/functions/{arn}/response-streaming-invocations"
    integrations = [step.properties["Integration"] for step in deployed.after.all("AWS::ApiGateway::Method")]
    assert len(integrations) >= 6
    assert {(part["Uri"], part["ResponseTransferMode"]) for part in integrations} == {(uri, "STREAM")}


def test_firewall_stands_at_the_stage_and_lets_in_what_cloudfront_sends(deployed: Run) -> None:
    after = deployed.after
    api, stage = after.one("AWS::ApiGateway::RestApi"), after.one("AWS::ApiGateway::Stage")
    association = after.one("AWS::WAFv2::WebACLAssociation").properties
    assert association["ResourceArn"] == (
        f"arn:aws:apigateway:{REGION}::/restapis/{api.physical_id}/stages/{stage.physical_id}"
    )
    acl = after.one("AWS::WAFv2::WebACL")
    assert association["WebACLArn"].endswith(
        f"/{acl.physical_id.split('|')[0]}/{acl.physical_id.split('|')[1]}"
    )
    assert let_in(deployed) == [sent(deployed)]
    assert after.position(acl) < after.position(after.one("AWS::CloudFront::Distribution", part="api"))


def test_chat_ui_speaks_to_the_api_and_is_sent_back_to_itself(deployed: Run) -> None:
    api, own = (deployed.after.one("AWS::CloudFront::Distribution", part=part) for part in ("api", "chat-ui"))
    (container,) = deployed.after.one("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    variables = {entry["Name"]: entry["Value"] for entry in container["Environment"]}
    assert variables["OPENAI_BASE_URL"] == f"https://{domain(api)}/v1"
    assert variables["ORIGIN"] == f"https://{domain(own)}"
    client = deployed.after.one("AWS::Cognito::UserPoolClient", GenerateSecret=True).properties
    assert client["CallbackURLs"] == [f"https://{domain(own)}/login/callback"]
