"""What the system remembers: the catalogue in Aurora, counts of messages and feedback in DynamoDB, and the
bucket that catalogue files are put into."""

import hashlib
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.keeping import log_group, removal_policy
from infra.constructs.load_definition import RUNS_FOLDER
from infra.constructs.python_function import PythonFunction
from infra.network_stack import ISOLATED, NetworkStack
from infra.settings import ROOT, Settings

# A long-term support release: patched, but without changes of behaviour. It stays one only while the
# automatic upgrade to other minor versions is off.
ENGINE = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_7)
DATABASE_NAME = "apparel"
_PARAMETERS = {
    "rds.force_ssl": "1",
    # A statement that fails would be logged with the shopper's words in it.
    "log_min_error_statement": "panic",
}
_MIGRATE_TIMEOUT = cdk.Duration.minutes(10)


class DataStack(cdk.Stack):
    def __init__(self, scope: Construct, name: str, settings: Settings, network: NetworkStack) -> None:
        super().__init__(
            scope,
            name,
            description="Apparel recommender: databases and the catalogue's bucket",
            termination_protection=settings.is_protected,
        )
        self.database_name = DATABASE_NAME
        self.schema_hash = schema_hash()
        self.cluster = self._cluster(settings, network)
        self.migrated = self._migrated(settings)
        self.limits_table = self._table("Limits", settings, ("id", dynamodb.AttributeType.STRING))
        self.feedback_table = self._table(
            "Feedback",
            settings,
            ("conversation", dynamodb.AttributeType.STRING),
            ("message", dynamodb.AttributeType.NUMBER),
        )
        self.catalogue_bucket = self._catalogue_bucket(settings)
        cdk.CfnOutput(
            self,
            "CatalogueBucket",
            value=self.catalogue_bucket.bucket_name,
            description="A catalogue file that is put here is loaded",
        )
        cdk.CfnOutput(
            self,
            "FeedbackTable",
            value=self.feedback_table.table_name,
            description="What shoppers think of answers: make export-feedback TABLE=...",
        )

    def _cluster(self, settings: Settings, network: NetworkStack) -> rds.DatabaseCluster:
        # With a name that is given, CloudFormation refuses an update that would replace the cluster, and the
        # log group can be there before Aurora makes one that keeps everything for ever.
        identifier = f"apparel-{settings.stage}"
        logs = log_group(self, "DatabaseLog", settings, f"/aws/rds/cluster/{identifier}/postgresql")
        cluster = rds.DatabaseCluster(
            self,
            "Database",
            engine=ENGINE,
            cluster_identifier=identifier,
            default_database_name=DATABASE_NAME,
            writer=rds.ClusterInstance.serverless_v2(
                "Writer",
                auto_minor_version_upgrade=False,
                publicly_accessible=False,
                ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            ),
            serverless_v2_min_capacity=settings.aurora_min_acu,
            serverless_v2_max_capacity=settings.aurora_max_acu,
            serverless_v2_auto_pause_duration=(
                cdk.Duration.minutes(settings.aurora_pause_minutes) if settings.aurora_min_acu == 0 else None
            ),
            vpc=network.vpc,
            vpc_subnets=ISOLATED,
            security_groups=[network.database_security_group],
            iam_authentication=True,
            enable_data_api=True,
            manage_master_user_password=True,
            storage_encrypted=True,
            parameters=_PARAMETERS,
            backup=rds.BackupProps(retention=cdk.Duration.days(settings.backup_days)),
            copy_tags_to_snapshot=True,
            cloudwatch_logs_exports=["postgresql"],
            deletion_protection=settings.is_protected,
            removal_policy=removal_policy(settings),
        )
        _resource_of(cluster).node.add_dependency(logs)
        accept(
            cluster, "RDS10", "Only the stage prod is protected: others are meant to be destroyed with ease"
        )
        return cluster

    def _migrated(self, settings: Settings) -> cdk.CustomResource:
        secret = _resource_of(self.cluster).attr_master_user_secret_secret_arn
        function = self._migrate(settings, secret)
        migrated = cdk.CustomResource(
            self,
            "Migrated",
            resource_type="Custom::Migrated",
            service_token=function.function_arn,
            service_timeout=_MIGRATE_TIMEOUT.plus(cdk.Duration.minutes(1)),
            properties={
                "ClusterArn": self.cluster.cluster_arn,
                "SecretArn": secret,
                "Database": DATABASE_NAME,
                "SchemaHash": self.schema_hash,
            },
        )
        # The instance too: without one the cluster takes no statements.
        migrated.node.add_dependency(self.cluster, function)
        return migrated

    def _migrate(self, settings: Settings, secret: str) -> PythonFunction:
        """Outside the VPC: the Data API and the secret are reached over the internet, which the isolated
        subnets have no way to."""
        function = PythonFunction(
            self,
            "Migrate",
            settings=settings,
            package="deploy",
            handler="embed_search.deploy.migrate_handler.handler",
            description="Brings the database to the schema that this version needs, during a deploy",
            memory_mb=256,
            timeout=_MIGRATE_TIMEOUT,
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[
                    "rds-data:BeginTransaction",
                    "rds-data:CommitTransaction",
                    "rds-data:ExecuteStatement",
                    "rds-data:RollbackTransaction",
                ],
                resources=[self.cluster.cluster_arn],
            )
        )
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secret])
        )
        return function

    def _table(
        self,
        name: str,
        settings: Settings,
        key: tuple[str, dynamodb.AttributeType],
        sort_key: tuple[str, dynamodb.AttributeType] | None = None,
    ) -> dynamodb.Table:
        """Costs nothing while nobody chats, and forgets by itself."""
        return dynamodb.Table(
            self,
            name,
            partition_key=dynamodb.Attribute(name=key[0], type=key[1]),
            sort_key=dynamodb.Attribute(name=sort_key[0], type=sort_key[1]) if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=settings.is_protected,
            removal_policy=removal_policy(settings),
        )

    def _catalogue_bucket(self, settings: Settings) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Catalogue",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=cdk.Duration.days(90),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                ),
                # For as long as the console keeps the executions that they belong to.
                s3.LifecycleRule(prefix=f"{RUNS_FOLDER}/", expiration=cdk.Duration.days(90)),
            ],
            removal_policy=removal_policy(settings),
            auto_delete_objects=not settings.is_protected,
        )
        resource = bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        # By the property itself: the construct's own switch brings a function that may write the
        # notifications of every bucket in the account.
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )
        accept(bucket, "S1", "One public list of products, written by ops and read by one function of ours")
        return bucket


def _resource_of(cluster: rds.DatabaseCluster) -> rds.CfnDBCluster:
    resource = cluster.node.default_child
    assert isinstance(resource, rds.CfnDBCluster)
    return resource


def schema_hash(package: Path = ROOT / "lambdas" / "embed_search") -> str:
    """Of all that decides what the migration does: when it changes, the deploy migrates again."""
    files = [package / "migrations.py"]
    files += (package / "sql" / "migrations").glob("*.sql")
    files += (file for file in (package / "deploy").iterdir() if file.suffix in (".py", ".sql"))
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(f"{file.relative_to(package)}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]
