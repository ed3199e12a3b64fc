"""The real `cdk` deploys all stacks to a fake account, again, with changes, rolls back, and destroys.

What is real: the CDK's command line, its assets, the order of things, and the functions that place the model
and migrate a database. What is not: every service behind a template (tests/infra/fake_cloudformation/).
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
import boto3
import psycopg2
import pytest

from infra.settings import ROOT
from scripts.local.postgres import running_postgres
from scripts.synth import CDK, VARIANTS
from tests.fake_data_api import fake_data_api
from tests.folders import open_folder
from tests.infra.deployment import Synthesise
from tests.infra.fake_account import ACCOUNT, REGION, FakeAccount, fake_account
from tests.infra.fake_cloudformation.custom_resources import FAKE_SUCCESS
from tests.infra.fake_cloudformation.journal import Resources, Step, resources
from tests.integration.embed_search.databases import rds_like_database
from tests.small_bundle import small_bundle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CDK.exists(), reason="the CDK's command line is not installed: make synth does it"
    ),
]

CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:apparel-dev"
MASTER_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!cluster-of-apparel-dev"
FUNCTION = "AWS::Lambda::Function"
DEPLOY = ["deploy", "--all", "--method", "direct", "--require-approval", "never", "--app"]
PARTS = ["network", "data", "model-store", "llm", "api", "chat-ui", "monitoring"]


@dataclass(frozen=True)
class Run:
    """One `cdk deploy` or `cdk destroy`."""

    output: str
    steps: list[Step]
    """What CloudFormation did in it."""
    after: Resources
    """What there was afterwards."""


@dataclass(frozen=True)
class Apps:
    """Two versions of the app, synthesised."""

    first: Path
    first_bundle: str
    second: Path
    second_bundle: str


@pytest.fixture(scope="module")
def apps(synthesise: Synthesise, tmp_path_factory: pytest.TempPathFactory) -> Apps:
    bundles = tmp_path_factory.mktemp("bundles")
    first, second = (small_bundle(bundles, {"model.onnx": words}) for words in (b"no model", b"none either"))
    later = {"origin_secret_generation": 2, "search_memory_mb": 2048}
    return Apps(
        without_code(synthesise({**VARIANTS["full"], "model_bundle": str(first)}).folder),
        first.name,
        without_code(synthesise({**VARIANTS["full"], "model_bundle": str(second), **later}).folder),
        second.name,
    )


def without_code(folder: Path) -> Path:
    """Unbuilt, the functions' code is the checkout itself, which the CLI would zip while Python writes
    bytecode into it. A file in its place will do: nothing here runs what is uploaded as code."""
    instead = folder / "no-code"
    instead.mkdir()
    (instead / "README").write_text("no code")
    for manifest in folder.glob("*.assets.json"):
        assets = json.loads(manifest.read_text())
        for asset in assets["files"].values():
            if Path(asset["source"]["path"]).is_absolute():
                asset["source"]["path"] = instead.name
        manifest.write_text(json.dumps(assets))
    return folder


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of an empty database like one of RDS, on a server of its own."""
    with (
        open_folder() as folder,
        running_postgres(folder / "postgres") as server,
        rds_like_database(server) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def account(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeAccount]:
    """Bootstrapped."""
    with ExitStack() as stack:
        data_api = stack.enter_context(fake_data_api(database, cluster=CLUSTER, secret=MASTER_SECRET))
        account = stack.enter_context(fake_account(tmp_path_factory.mktemp("account"), data_api.url))
        account.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
        yield account


def run(account: FakeAccount, *arguments: str) -> Run:
    seen = len(account.journal)
    output = account.cdk(*arguments)
    journal = [step for step in account.journal if step.stack != "CDKToolkit"]
    return Run(output, account.journal[seen:], resources(journal))


# Each needs what the one before it left.
@pytest.fixture(scope="module")
def deployed(account: FakeAccount, apps: Apps) -> Run:
    return run(account, *DEPLOY, str(apps.first))


@pytest.fixture(scope="module")
def deployed_again(account: FakeAccount, apps: Apps, deployed: Run) -> Run:
    return run(account, *DEPLOY, str(apps.first))


@pytest.fixture(scope="module")
def updated(account: FakeAccount, apps: Apps, deployed_again: Run) -> Run:
    return run(account, *DEPLOY, str(apps.second))


@pytest.fixture(scope="module")
def rolled_back(account: FakeAccount, apps: Apps, updated: Run) -> Run:
    return run(account, *DEPLOY, str(apps.first))


@pytest.fixture(scope="module")
def destroyed(account: FakeAccount, apps: Apps, rolled_back: Run) -> Run:
    return run(account, "destroy", "--all", "--force", "--app", str(apps.first))


def environment(function: Step) -> dict[str, str]:
    return dict(function.properties["Environment"]["Variables"])


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


def sent(of: Run) -> str:
    """The secret that CloudFront sends to the API."""
    (value,) = (
        header["HeaderValue"]
        for origin in of.after.one("AWS::CloudFront::Distribution", part="api").properties[
            "DistributionConfig"
        ]["Origins"]
        for header in origin.get("OriginCustomHeaders", [])
        if header["HeaderName"] == "x-origin-secret"
    )
    return str(value)


def let_in(of: Run) -> list[str]:
    """The secrets with which the firewall lets a request through."""
    (rule,) = (
        rule
        for rule in of.after.one("AWS::WAFv2::WebACL").properties["Rules"]
        if rule["Name"] == "through-cloudfront"
    )
    statement = rule["Statement"]
    several = statement["OrStatement"]["Statements"] if "OrStatement" in statement else [statement]
    return [part["ByteMatchStatement"]["SearchString"] for part in several]


def test_chat_ui_speaks_to_the_api_and_is_sent_back_to_itself(deployed: Run) -> None:
    api, own = (deployed.after.one("AWS::CloudFront::Distribution", part=part) for part in ("api", "chat-ui"))
    (container,) = deployed.after.one("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    variables = {entry["Name"]: entry["Value"] for entry in container["Environment"]}
    assert variables["OPENAI_BASE_URL"] == f"https://{domain(api)}/v1"
    assert variables["ORIGIN"] == f"https://{domain(own)}"
    client = deployed.after.one("AWS::Cognito::UserPoolClient", GenerateSecret=True).properties
    assert client["CallbackURLs"] == [f"https://{domain(own)}/login/callback"]


def domain(distribution: Step) -> str:
    return f"dfake{distribution.physical_id.removeprefix('EFAKE')}.cloudfront.net"


def test_second_deploy_changes_nothing(deployed_again: Run) -> None:
    assert deployed_again.steps == []
    assert deployed_again.output.count("(no changes)") == len(PARTS)


def test_update_switches_search_to_the_new_model_which_is_there_already(
    updated: Run, apps: Apps, account: FakeAccount
) -> None:
    search = updated.after.one(FUNCTION, "EmbeddingSearch")
    assert environment(search)["MODEL_BUNDLE"] == f"/mnt/models/{apps.second_bundle}"
    assert search.properties["MemorySize"] == 2048
    names = [(step.action, step.logical_id) for step in updated.steps]
    placed = updated.after.one("Custom::PlacedModel")
    assert names.index(("update", placed.logical_id)) < names.index(("update", search.logical_id))
    kept = {folder.name for folder in (account.mounts / "models").iterdir() if folder.is_dir()}
    assert kept == {apps.first_bundle, apps.second_bundle}


def test_new_origin_secret_is_let_in_before_it_is_sent_and_the_former_one_still_is(
    updated: Run, deployed: Run
) -> None:
    assert let_in(updated) == [sent(updated), sent(deployed)]
    assert sent(updated) != sent(deployed)
    changed = [step.type for step in updated.steps]
    assert changed.index("AWS::WAFv2::WebACL") < changed.index("AWS::CloudFront::Distribution")


def test_update_touches_nothing_that_holds_data(updated: Run) -> None:
    holding = {"AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::DynamoDB::Table", "AWS::EFS::FileSystem"}
    holding |= {"AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::EC2::VPC", "AWS::EC2::Subnet"}
    assert [step for step in updated.steps if step.type in holding or step.action == "delete"] == []


def test_rollback_is_a_deploy_of_the_version_before(
    rolled_back: Run, deployed: Run, apps: Apps, account: FakeAccount
) -> None:
    search = rolled_back.after.one(FUNCTION, "EmbeddingSearch")
    assert environment(search)["MODEL_BUNDLE"] == f"/mnt/models/{apps.first_bundle}"
    assert (account.mounts / "models" / apps.first_bundle / ".complete").exists()
    assert sent(rolled_back) == sent(deployed)


def test_destroy_leaves_nothing_but_the_accounts_own_setting_for_api_logs(destroyed: Run) -> None:
    kept = {(step.type, step.stack) for step in destroyed.steps if step.action == "keep"}
    assert kept == {("AWS::ApiGateway::Account", "apparel-dev-api"), ("AWS::IAM::Role", "apparel-dev-api")}
    assert destroyed.after.steps == []


def test_looks_only_as_if_it_had_gone_well(account: FakeAccount, tmp_path: Path) -> None:
    """What the tests above rest on: what the fake account does not know is a failure, whatever `cdk` says."""
    app = cdk.App(outdir=str(tmp_path / "out"))
    cdk.CfnResource(cdk.Stack(app, "unknown"), "Unknown", type="AWS::Nobody::KnowsThis")
    app.synth()
    with pytest.raises(AssertionError, match="AWS::Nobody::KnowsThis is known neither"):
        account.cdk(*DEPLOY, str(tmp_path / "out"))
