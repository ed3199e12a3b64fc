"""What makes a catalogue be loaded: a file that is put into the bucket, and the deploy itself."""

import hashlib

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.python_function import PythonFunction
from infra.constructs.search_functions import LOAD_TIMEOUT
from infra.data_stack import DataStack
from infra.model_store_stack import ModelStoreStack
from infra.settings import Settings


class DeadLetters(sqs.Queue):
    """Calls that failed for good, for ops to look at."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(
            scope,
            name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        accept(self, "SQS3", "This is the queue for dead letters itself")


class CatalogueLoading(Construct):
    """`loaded` is there when the catalogue of the settings is; without one it is None."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        load: PythonFunction,
        data: DataStack,
        model_store: ModelStoreStack,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, name)
        # A load can be run again at no harm, but what failed twice will fail again.
        load.configure_async_invoke(retry_attempts=1, max_event_age=cdk.Duration.hours(6))
        self._on_a_new_file(load, data, dead_letters)
        self.loaded = (
            self._during_the_deploy(str(settings.catalogue), load, data, model_store)
            if settings.catalogue
            else None
        )

    def _on_a_new_file(self, load: PythonFunction, data: DataStack, dead_letters: sqs.IQueue) -> None:
        bucket = data.catalogue_bucket
        rule = events.Rule(
            self,
            "NewFile",
            description="Loads each CSV file that is put into the catalogue's bucket",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket.bucket_name]},
                    "object": {"key": [{"suffix": {"equals-ignore-case": ".csv"}}]},
                },
            ),
        )
        rule.add_target(
            targets.LambdaFunction(
                load, dead_letter_queue=dead_letters, max_event_age=cdk.Duration.hours(6), retry_attempts=5
            )
        )
        for action, files in (("s3:GetObject", "*"), ("s3:PutObject", "*.report.json")):
            load.add_to_role_policy(
                iam.PolicyStatement(actions=[action], resources=[bucket.arn_for_objects(files)])
            )
        # cdk-nag names the bucket as this stack's template does: by what the other stack exports.
        imported = cdk.Stack.of(self).resolve(data.export_value(bucket.bucket_arn))
        assert load.role is not None
        exported = imported["Fn::ImportValue"]
        every = "Whatever file is put into the catalogue's bucket is a catalogue"
        accept(load.role, f"IAM5[Resource::{exported}/*]", every)
        beside = "What became of a file is written beside it"
        accept(load.role, f"IAM5[Resource::{exported}/*.report.json]", beside)

    def _during_the_deploy(
        self, catalogue: str, load: PythonFunction, data: DataStack, model_store: ModelStoreStack
    ) -> cdk.CustomResource:
        """Again whenever the file, the schema or the model is another one; a load over what is there already
        embeds nothing."""
        asset = s3_assets.Asset(self, "File", path=catalogue)
        load.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"], resources=[asset.bucket.arn_for_objects(asset.s3_object_key)]
            )
        )
        with open(catalogue, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        loaded = cdk.CustomResource(
            self,
            "Loaded",
            resource_type="Custom::LoadedCatalogue",
            service_token=load.function_arn,
            # There may be a file before it, and only one is loaded at a time.
            service_timeout=cdk.Duration.minutes(2 * LOAD_TIMEOUT.to_minutes() + 5),
            properties={
                "Bucket": asset.s3_bucket_name,
                "Key": asset.s3_object_key,
                "Sha256": sha256,
                "SchemaHash": data.schema_hash,
                "BundleHash": model_store.bundle_hash,
            },
        )
        loaded.node.add_dependency(load, data.migrated, model_store.placed)
        return loaded
