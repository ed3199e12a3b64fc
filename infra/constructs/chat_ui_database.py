"""The folder of the database inside the image chat-ui-db, on a file system that outlives its task."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.keeping import removal_policy
from infra.network_stack import ISOLATED, NFS
from infra.settings import Settings

# Where mongod keeps its data, and who it runs as, in that image.
DATABASE_FOLDER = "/data/db"
_OWNER = "1000"
_VOLUME = "database"


class ChatUiDatabase(Construct):
    """MongoDB's journal brings it back after a crash, but two of it on one folder destroy it: whoever mounts
    this runs once at a time."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        vpc: ec2.IVpc,
        task: ecs.FargateTaskDefinition,
    ) -> None:
        super().__init__(scope, name)
        self.group = ec2.SecurityGroup(
            self, "Group", vpc=vpc, description="Conversations of chat-ui", allow_all_outbound=False
        )
        self.file_system = efs.FileSystem(
            self,
            "Conversations",
            vpc=vpc,
            vpc_subnets=ISOLATED,
            security_group=self.group,
            encrypted=True,
            throughput_mode=efs.ThroughputMode.ELASTIC,
            enable_automatic_backups=settings.is_protected,
            removal_policy=removal_policy(settings),
        )
        self.access_point = efs.AccessPoint(
            self,
            "AccessPoint",
            file_system=self.file_system,
            path="/chat-ui",
            posix_user=efs.PosixUser(uid=_OWNER, gid=_OWNER),
            create_acl=efs.Acl(owner_uid=_OWNER, owner_gid=_OWNER, permissions="700"),
        )
        self._only_for(task.task_role)
        task.add_volume(
            name=_VOLUME,
            efs_volume_configuration=ecs.EfsVolumeConfiguration(
                file_system_id=self.file_system.file_system_id,
                transit_encryption="ENABLED",
                authorization_config=ecs.AuthorizationConfig(
                    access_point_id=self.access_point.access_point_id, iam="ENABLED"
                ),
            ),
        )

    def mount(self, container: ecs.ContainerDefinition) -> None:
        container.add_mount_points(
            ecs.MountPoint(container_path=DATABASE_FOLDER, source_volume=_VOLUME, read_only=False)
        )

    def open_to(self, task_group: ec2.SecurityGroup) -> None:
        self.group.connections.allow_from(task_group, NFS, "Database of chat-ui")
        task_group.connections.allow_to(self.group, NFS, "Its folder")

    def _only_for(self, role: iam.IRole) -> None:
        """Its policy names nobody else, so nobody else gets in, whatever their own policies say."""
        actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=actions,
                resources=[self.file_system.file_system_arn],
                conditions={
                    "StringEquals": {
                        "elasticfilesystem:AccessPointArn": self.access_point.access_point_arn,
                    }
                },
            )
        )
        self.file_system.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ChatUiAlone",
                principals=[iam.ArnPrincipal(role.role_arn)],
                actions=actions,
                conditions={
                    "Bool": {
                        "elasticfilesystem:AccessedViaMountTarget": "true",
                        "aws:SecureTransport": "true",
                    },
                },
            )
        )
        self.file_system.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OnlyOverTls",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["*"],
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            )
        )
