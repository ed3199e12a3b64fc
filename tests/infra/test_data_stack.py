"""The database, its schema, the table of limits and the catalogue's bucket."""

import shutil
from pathlib import Path

import pytest

from infra.data_stack import schema_hash
from infra.settings import ROOT
from tests.infra.deployment import Deployment, Resource, as_list
from tests.infra.permissions import plain


def cluster(deployment: Deployment) -> Resource:
    return deployment.one("data", "AWS::RDS::DBCluster")


def policies(deployment: Deployment, kind: str) -> set[tuple[str, str]]:
    """Deletion and replacement policy of the resources of a type."""
    found = {
        (resource["DeletionPolicy"], resource["UpdateReplacePolicy"])
        for resource in deployment.resources("data", kind).values()
    }
    assert found
    return found


def tables(deployment: Deployment) -> dict[str, Resource]:
    return {
        plain(name): table["Properties"]
        for name, table in deployment.resources("data", "AWS::DynamoDB::Table").items()
    }


def test_runs_a_long_term_release_of_aurora_and_stays_on_it(bare: Deployment) -> None:
    assert (cluster(bare)["Engine"], cluster(bare)["EngineVersion"]) == ("aurora-postgresql", "17.7")
    assert bare.one("data", "AWS::RDS::DBInstance")["AutoMinorVersionUpgrade"] is False


def test_pauses_when_nobody_chats(bare: Deployment) -> None:
    assert cluster(bare)["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 0,
        "MaxCapacity": 2,
        "SecondsUntilAutoPause": 600,
    }
    assert bare.one("data", "AWS::RDS::DBInstance")["DBInstanceClass"] == "db.serverless"


def test_is_reached_from_the_isolated_subnets_over_tls_alone(bare: Deployment) -> None:
    instance = bare.one("data", "AWS::RDS::DBInstance")
    assert instance["PubliclyAccessible"] is False
    assert instance["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
    assert bare.one("data", "AWS::RDS::DBClusterParameterGroup")["Parameters"]["rds.force_ssl"] == "1"
    subnets = bare.one("data", "AWS::RDS::DBSubnetGroup")["SubnetIds"]
    assert len(subnets) == 2
    assert all("VpcdataSubnet" in subnet["Fn::ImportValue"] for subnet in subnets)
    (group,) = cluster(bare)["VpcSecurityGroupIds"]
    assert "DatabaseGroup" in group["Fn::ImportValue"]


def test_keeps_shoppers_words_out_of_the_database_log(bare: Deployment) -> None:
    parameters = bare.one("data", "AWS::RDS::DBClusterParameterGroup")["Parameters"]
    assert parameters["log_min_error_statement"] == "panic"


def test_has_no_password_but_the_one_that_rds_manages(bare: Deployment) -> None:
    assert cluster(bare)["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in cluster(bare)
    assert cluster(bare)["EnableIAMDatabaseAuthentication"] is True
    bare.template("data").resource_count_is("AWS::SecretsManager::Secret", 0)


def test_is_encrypted_and_backed_up(bare: Deployment) -> None:
    assert cluster(bare)["StorageEncrypted"] is True
    assert cluster(bare)["BackupRetentionPeriod"] == 7
    assert cluster(bare)["CopyTagsToSnapshot"] is True


def test_its_log_ends_up_in_a_group_that_was_there_before(bare: Deployment) -> None:
    # Aurora would make one itself, and keep it for ever.
    (resource,) = bare.resources("data", "AWS::RDS::DBCluster").values()
    (log,) = (name for name in as_list(resource["DependsOn"]) if name.startswith("DatabaseLog"))
    group = bare.resources("data", "AWS::Logs::LogGroup")[log]["Properties"]
    assert group == {
        "LogGroupName": "/aws/rds/cluster/apparel-dev/postgresql",
        "RetentionInDays": 30,
        "Tags": group["Tags"],
    }
    assert cluster(bare)["DBClusterIdentifier"] == "apparel-dev"


@pytest.mark.parametrize("kind", ["AWS::RDS::DBCluster", "AWS::DynamoDB::Table", "AWS::S3::Bucket"])
def test_data_goes_with_its_stack_except_in_prod(bare: Deployment, prod: Deployment, kind: str) -> None:
    assert policies(bare, kind) == {("Delete", "Delete")}
    assert policies(prod, kind) == {("Retain", "Retain")}


def test_nothing_of_prod_can_be_deleted_by_mistake(bare: Deployment, prod: Deployment) -> None:
    assert cluster(prod)["DeletionProtection"] is True
    assert all(table["DeletionProtectionEnabled"] is True for table in tables(prod).values())
    assert cluster(bare)["DeletionProtection"] is False
    for deployment, protected in ((prod, True), (bare, False)):
        stacks = {stack.stack_name: stack.termination_protection for stack in deployment.app.synth().stacks}
        for part in ("network", "data", "model-store"):
            (name,) = (name for name in stacks if name.endswith(part))
            assert bool(stacks[name]) is protected


def test_migrates_during_the_deploy_when_the_cluster_takes_statements(bare: Deployment) -> None:
    (migrated,) = bare.resources("data", "Custom::Migrated").values()
    (instance,) = bare.resources("data", "AWS::RDS::DBInstance")
    assert instance in migrated["DependsOn"]
    properties = migrated["Properties"]
    assert properties["Database"] == cluster(bare)["DatabaseName"] == "apparel"
    assert properties["SecretArn"]["Fn::GetAtt"][1] == "MasterUserSecret.SecretArn"
    assert properties["ServiceToken"]["Fn::GetAtt"][0].startswith("Migrate")
    assert int(properties["ServiceTimeout"]) > migration(bare)["Timeout"]


def migration(deployment: Deployment) -> Resource:
    return deployment.one("data", "AWS::Lambda::Function", Runtime="python3.13")


def test_migrates_from_outside_the_network_by_the_data_api(bare: Deployment) -> None:
    assert cluster(bare)["EnableHttpEndpoint"] is True
    assert "VpcConfig" not in migration(bare)
    allowed = bare.allowed("data", "MigrateRole")
    assert {action for action in allowed if action.startswith("rds-data:")} == {
        "rds-data:BeginTransaction",
        "rds-data:CommitTransaction",
        "rds-data:ExecuteStatement",
        "rds-data:RollbackTransaction",
    }
    assert allowed["secretsmanager:GetSecretValue"] == {
        "Fn::GetAtt": [
            next(iter(bare.resources("data", "AWS::RDS::DBCluster"))),
            "MasterUserSecret.SecretArn",
        ]
    }


def test_migrates_anew_when_a_migration_is_added_and_only_then(bare: Deployment, tmp_path: Path) -> None:
    package = ROOT / "lambdas" / "embed_search"
    (migrated,) = bare.resources("data", "Custom::Migrated").values()
    assert migrated["Properties"]["SchemaHash"] == schema_hash(package)

    copy = shutil.copytree(package, tmp_path / "embed_search")
    (copy / "answer.py").write_text("# no concern of the schema")
    assert schema_hash(copy) == schema_hash(package)
    (copy / "sql" / "migrations" / "9999_more.sql").write_text("SELECT 1;")
    assert schema_hash(copy) != schema_hash(package)


KEYS = {
    "Limits": [("id", "HASH", "S")],
    "Feedback": [("conversation", "HASH", "S"), ("message", "RANGE", "N")],
}


@pytest.mark.parametrize("name", KEYS)
def test_counts_messages_and_keeps_feedback_in_tables_that_cost_nothing_idle(
    bare: Deployment, name: str
) -> None:
    table = tables(bare)[name]
    types = {found["AttributeName"]: found["AttributeType"] for found in table["AttributeDefinitions"]}
    keys = [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]
    assert [(*key, types[key[0]]) for key in keys] == KEYS[name]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_there_are_no_other_tables_and_the_one_to_export_is_an_output(bare: Deployment) -> None:
    assert set(tables(bare)) == set(KEYS)
    output = bare.templates["data"]["Outputs"]["FeedbackTable"]
    assert plain(output["Value"]["Ref"]) == "Feedback"


def test_the_catalogue_bucket_is_private_versioned_and_tells_of_new_files(bare: Deployment) -> None:
    bucket = bare.one("data", "AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    files, runs = bucket["LifecycleConfiguration"]["Rules"]
    assert files["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert (runs["Prefix"], runs["ExpirationInDays"]) == ("loads/", 90)
    statements = bare.one("data", "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert any(
        statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in statements
    )


def test_only_a_bucket_that_goes_with_its_stack_is_emptied(bare: Deployment, prod: Deployment) -> None:
    assert len(bare.resources("data", "Custom::S3AutoDeleteObjects")) == 1
    assert len(prod.resources("data", "Custom::S3AutoDeleteObjects")) == 0
