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
from infra.constructs.load_definition import RUNS_FOLDER, LoadLimits
from infra.constructs.load_machine import LoadMachine
from infra.constructs.python_function import PythonFunction
from infra.constructs.search_functions import LOAD_TIMEOUT
from infra.data_stack import DataStack
from infra.model_store_stack import ModelStoreStack
from infra.settings import Settings

SUFFIXES = (".csv", ".jsonl", ".ndjson")
"""Of catalogue files, as embed_search reads them. What a load writes ends in .json, and leads to no other."""


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
    """`loaded` is there when there is a catalogue by the deploy's model, if there is any."""

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
        # CloudFormation's call: a load can be run again at no harm, but what failed twice will fail again.
        load.configure_async_invoke(retry_attempts=1, max_event_age=cdk.Duration.hours(6))
        policy = LoadLimits(
            concurrency=settings.load_concurrency,
            min_percent=settings.load_min_percent,
            max_deleted_percent=settings.load_max_deleted_percent,
            step_seconds=int(LOAD_TIMEOUT.to_seconds()),
        )
        self.machine = LoadMachine(
            self, "Machine", settings=settings, policy=policy, load=load, bucket=data.catalogue_bucket
        )
        self._on_a_new_file(data, dead_letters)
        self._may_use_files(load, data)
        catalogue = str(settings.catalogue) if settings.catalogue else None
        self.loaded = self._during_the_deploy(catalogue, load, data, model_store)

    def _on_a_new_file(self, data: DataStack, dead_letters: sqs.IQueue) -> None:
        rule = events.Rule(
            self,
            "NewFile",
            description="Loads each catalogue file that is put into the catalogue's bucket",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [data.catalogue_bucket.bucket_name]},
                    "object": {
                        "key": [{"suffix": {"equals-ignore-case": suffix}} for suffix in SUFFIXES],
                    },
                },
            ),
        )
        rule.add_target(
            targets.SfnStateMachine(
                self.machine,
                input=events.RuleTargetInput.from_event_path("$.detail"),
                dead_letter_queue=dead_letters,
                max_event_age=cdk.Duration.hours(6),
                retry_attempts=5,
            )
        )

    def _may_use_files(self, load: PythonFunction, data: DataStack) -> None:
        bucket = data.catalogue_bucket
        # cdk-nag names the bucket as this stack's template does: by what the other stack exports.
        exported = cdk.Stack.of(self).resolve(data.export_value(bucket.bucket_arn))["Fn::ImportValue"]
        # Without it S3 does not tell that a file is missing from a file that is forbidden.
        load.add_to_role_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn]))
        read, written = ["s3:GetObject", "s3:GetObjectVersion"], ["s3:PutObject"]
        for actions, files, why in (
            (read, "*", "Whatever file is put into the catalogue's bucket is a catalogue"),
            (written, "*.report.json", "What became of a file is written beside it"),
            (written, f"{RUNS_FOLDER}/*", "The plan of each load has a name of its own"),
        ):
            load.add_to_role_policy(
                iam.PolicyStatement(actions=actions, resources=[bucket.arn_for_objects(files)])
            )
            assert load.role is not None
            accept(load.role, f"IAM5[Resource::{exported}/{files}]", why)
            accept(self.machine.role, f"IAM5[Resource::{exported}/{files}]", why)

    def _during_the_deploy(
        self, catalogue: str | None, load: PythonFunction, data: DataStack, model_store: ModelStoreStack
    ) -> cdk.CustomResource:
        """Again whenever the file, the schema or the model is another one. A catalogue that came by the
        bucket is not replaced, but embedded by the new model."""
        loaded = cdk.CustomResource(
            self,
            "Loaded",
            resource_type="Custom::LoadedCatalogue",
            service_token=load.function_arn,
            # There may be a file before it, and only one is loaded at a time.
            service_timeout=cdk.Duration.minutes(2 * LOAD_TIMEOUT.to_minutes() + 5),
            properties={
                **(self._file(catalogue, load) if catalogue else {}),
                "SchemaHash": data.schema_hash,
                "BundleHash": model_store.bundle_hash,
            },
        )
        loaded.node.add_dependency(load, data.migrated, model_store.placed)
        return loaded

    def _file(self, catalogue: str, load: PythonFunction) -> dict[str, str]:
        asset = s3_assets.Asset(self, "File", path=catalogue)
        load.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"], resources=[asset.bucket.arn_for_objects(asset.s3_object_key)]
            )
        )
        with open(catalogue, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return {"Bucket": asset.s3_bucket_name, "Key": asset.s3_object_key, "Sha256": sha256}
