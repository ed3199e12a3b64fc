"""The embedding model on a file system that the search function mounts."""

import aws_cdk as cdk
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from infra.constructs.keeping import removal_policy
from infra.constructs.python_function import PythonFunction
from infra.model_bundle import find_bundle
from infra.network_stack import ISOLATED, NetworkStack
from infra.settings import Settings

MODELS_FOLDER = "/mnt/models"
_OWNER = "1000"
_PLACE_TIMEOUT = cdk.Duration.minutes(14)


class ModelStoreStack(cdk.Stack):
    """`/mnt/models/<bundle_hash>` is complete as soon as `placed` is: what uses it depends on that."""

    def __init__(self, scope: Construct, name: str, settings: Settings, network: NetworkStack) -> None:
        super().__init__(
            scope,
            name,
            description="Apparel recommender: the embedding model",
            termination_protection=settings.is_protected,
        )
        bundle = find_bundle(settings)
        self.bundle_hash = bundle.name
        self.model_path = f"{MODELS_FOLDER}/{self.bundle_hash}"
        self.file_system = self._file_system(settings, network)
        self.reader_access_point = self._access_point("Reader")
        self.writer_access_point = self._access_point("Writer")
        self.placed = self._placed(settings, network, str(bundle))

    def reader_mount(self) -> lambda_.FileSystem:
        """For a function that only reads: `PythonFunction(filesystem=store.reader_mount(), ...)`."""
        return self._mount(self.reader_access_point, "elasticfilesystem:ClientMount")

    def _mount(self, access_point: efs.AccessPoint, *actions: str) -> lambda_.FileSystem:
        # Not from_efs_access_point, which always allows writing.
        return lambda_.FileSystem(
            arn=access_point.access_point_arn,
            local_mount_path=MODELS_FOLDER,
            dependency=[self.file_system.mount_targets_available],
            policies=[
                iam.PolicyStatement(
                    actions=list(actions),
                    resources=[self.file_system.file_system_arn],
                    conditions={
                        "StringEquals": {"elasticfilesystem:AccessPointArn": access_point.access_point_arn}
                    },
                )
            ],
        )

    def _file_system(self, settings: Settings, network: NetworkStack) -> efs.FileSystem:
        return efs.FileSystem(
            self,
            "Models",
            vpc=network.vpc,
            vpc_subnets=ISOLATED,
            security_group=network.models_security_group,
            encrypted=True,
            throughput_mode=efs.ThroughputMode.ELASTIC,
            # Every deploy can place the bundle anew, from the asset's bucket.
            enable_automatic_backups=False,
            removal_policy=removal_policy(settings),
        )

    def _access_point(self, name: str) -> efs.AccessPoint:
        return efs.AccessPoint(
            self,
            name,
            file_system=self.file_system,
            path="/models",
            posix_user=efs.PosixUser(uid=_OWNER, gid=_OWNER),
            create_acl=efs.Acl(owner_uid=_OWNER, owner_gid=_OWNER, permissions="750"),
        )

    def _placed(self, settings: Settings, network: NetworkStack, bundle: str) -> cdk.CustomResource:
        asset = s3_assets.Asset(self, "Bundle", path=bundle, asset_hash=self.bundle_hash)
        function = PythonFunction(
            self,
            "PlaceModel",
            settings=settings,
            package="deploy",
            handler="embed_search.deploy.place_model_handler.handler",
            description="Puts the embedding model onto the file system, during a deploy",
            memory_mb=1769,
            timeout=_PLACE_TIMEOUT,
            environment={"MODELS_FOLDER": MODELS_FOLDER},
            vpc=network.vpc,
            security_groups=[network.search_security_group],
            filesystem=self._mount(
                self.writer_access_point, "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"
            ),
        )
        self._guard(function)
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"], resources=[asset.bucket.arn_for_objects(asset.s3_object_key)]
            )
        )
        placed = cdk.CustomResource(
            self,
            "Placed",
            resource_type="Custom::PlacedModel",
            service_token=function.function_arn,
            service_timeout=_PLACE_TIMEOUT.plus(cdk.Duration.minutes(1)),
            properties={
                "Bucket": asset.s3_bucket_name,
                "Key": asset.s3_object_key,
                "BundleHash": self.bundle_hash,
            },
        )
        placed.node.add_dependency(function, self.file_system)
        return placed

    def _guard(self, writer: lambda_.Function) -> None:
        """Whatever a role allows: only over TLS, only through an access point, and only `writer` writes.

        The policy can't name the access points, which are made after it.
        """
        anyone = iam.AnyPrincipal()
        assert writer.role is not None
        statements = {
            "OnlyOverTls": (["*"], {"Bool": {"aws:SecureTransport": "false"}}),
            "OnlyThroughAnAccessPoint": (
                ["elasticfilesystem:ClientMount"],
                {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
            ),
            "OnlyTheWriterWrites": (
                ["elasticfilesystem:ClientWrite"],
                {"ArnNotEquals": {"aws:PrincipalArn": writer.role.role_arn}},
            ),
            "NobodyIsRoot": (["elasticfilesystem:ClientRootAccess"], {}),
        }
        for name, (actions, conditions) in statements.items():
            self.file_system.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=name,
                    effect=iam.Effect.DENY,
                    principals=[anyone],
                    actions=actions,
                    conditions=conditions,
                )
            )
        # A policy of denials alone would leave it open whether the roles' own policies count.
        self.file_system.add_to_resource_policy(
            iam.PolicyStatement(
                sid="RolesOfThisAccount",
                principals=[iam.AccountRootPrincipal()],
                actions=["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                conditions={"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
            )
        )
