"""chat-ui's server: one task on Fargate."""

import re
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from infra.constructs.chat_ui_database import ChatUiDatabase
from infra.constructs.chat_ui_edge import PrivateLoadBalancer
from infra.constructs.chat_ui_environment import PORT, SHUTDOWN_SECONDS
from infra.constructs.findings import accept
from infra.constructs.keeping import log_group
from infra.settings import Settings

_CONTAINER = "chat-ui"
# The image's own start is a shell that keeps the signal to stop to itself: server and database would be
# killed half a minute later. Here both are told as a group (which `set -m` makes of them), and waited for.
START = (
    "set -m; /app/entrypoint.sh & "
    "trap 'kill -TERM -- -$!; while kill -0 -- -$! 2>/dev/null; do sleep 0.2; done' TERM; wait $!"
)
_HTTPS = ec2.Port.tcp(443)
# Of MongoDB Atlas and its like.
_MONGODB = ec2.Port.tcp_range(27015, 27017)
_PRIVATE_REGISTRY = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[^@]+)@(?P<digest>.+)"
)


class ChatUiService(Construct):
    """Public subnets and an address of its own, because a way out by NAT costs nine times as much. Nobody
    gets in by it: the security group lets in the load balancer alone."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        vpc: ec2.IVpc,
        environment: Mapping[str, str],
        secrets: Mapping[str, ecs.Secret],
    ) -> None:
        super().__init__(scope, name)
        self.task = ecs.FargateTaskDefinition(
            self,
            "Task",
            cpu=512,
            memory_limit_mib=1024,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.X86_64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
        )
        accept(
            self.task, "ECS2", "What is secret comes from Secrets Manager; the rest are names and addresses"
        )
        has_database = settings.chat_ui_mongodb_secret is None
        self.database = (
            ChatUiDatabase(self, "Database", settings=settings, vpc=vpc, task=self.task)
            if has_database
            else None
        )
        self._container(settings, environment, secrets)
        self.group = self._group(vpc)
        self.service = self._service(settings, vpc)
        if self.database:
            self.database.open_to(self.group)
            self.service.node.add_dependency(self.database.file_system.mount_targets_available)

    def _container(
        self, settings: Settings, environment: Mapping[str, str], secrets: Mapping[str, ecs.Secret]
    ) -> None:
        container = self.task.add_container(
            _CONTAINER,
            image=self._image(settings.chat_ui_image or ""),
            command=["/bin/bash", "-c", START],
            stop_timeout=cdk.Duration.seconds(SHUTDOWN_SECONDS + 20),
            environment=dict(environment),
            secrets=dict(secrets),
            port_mappings=[ecs.PortMapping(container_port=PORT)],
            logging=ecs.LogDrivers.aws_logs(
                stream_prefix=_CONTAINER, log_group=log_group(self, "Log", settings)
            ),
            # mongod makes a socket in /tmp, and Fargate's empty volumes belong to root.
            readonly_root_filesystem=self.database is None,
            privileged=False,
        )
        if self.database:
            self.database.mount(container)

    def _group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(self, "Group", vpc=vpc, description="chat-ui", allow_all_outbound=False)
        group.add_egress_rule(ec2.Peer.any_ipv4(), _HTTPS, "The API, Cognito, the registry")
        if self.database is None:
            group.add_egress_rule(ec2.Peer.any_ipv4(), _MONGODB, "Its database")
        return group

    def _service(self, settings: Settings, vpc: ec2.IVpc) -> ecs.FargateService:
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.DISABLED)
        accept(
            cluster,
            "ECS4",
            "Container Insights costs several dollars a month for the metrics of one task; ECS itself has "
            "its processor and memory, and the load balancer its health",
        )
        # Two of the bundled database must never run on one folder: the old task is gone before the new one
        # comes, which takes a minute or two. With a database elsewhere the new one comes first.
        at_least, at_most = (0, 100) if self.database else (100, 200)
        service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=self.task,
            desired_count=1,
            min_healthy_percent=at_least,
            max_healthy_percent=at_most,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            assign_public_ip=True,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            security_groups=[self.group],
            enable_execute_command=False,
            health_check_grace_period=cdk.Duration.minutes(3),
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
        )
        # Or the first task starts before it may read its secrets.
        service.node.add_dependency(self.task.obtain_execution_role())
        return service

    def listen_behind(self, load_balancer: PrivateLoadBalancer) -> None:
        """`/` is what fails when chat-ui could not read the list of models, which it tries once: then ECS
        puts a new task in its place. `/healthcheck` says that all is well."""
        listener = load_balancer.add_listener("Http", port=80)
        self.targets = listener.add_targets(
            "Server",
            port=PORT,
            protocol=elb.Protocol.TCP,
            targets=[self.service.load_balancer_target(container_name=_CONTAINER, container_port=PORT)],
            deregistration_delay=cdk.Duration.seconds(SHUTDOWN_SECONDS),
            health_check=elb.HealthCheck(
                protocol=elb.Protocol.HTTP,
                path="/",
                healthy_http_codes="200-399",
                interval=cdk.Duration.seconds(30),
                timeout=cdk.Duration.seconds(10),
                healthy_threshold_count=2,
                unhealthy_threshold_count=3,
            ),
        )

    def _image(self, image: str) -> ecs.ContainerImage:
        """One in ECR is fetched with the permissions of this account, any other has to be public."""
        private = _PRIVATE_REGISTRY.fullmatch(image)
        if private is None:
            return ecs.ContainerImage.from_registry(image)
        accept(self.task, "IAM5[Resource::*]", "Signing in to ECR has no narrower resource")
        repository = ecr.Repository.from_repository_attributes(
            self,
            "Registry",
            repository_name=private["name"],
            repository_arn=(
                f"arn:{cdk.Aws.PARTITION}:ecr:{private['region']}:{private['account']}:repository/{private['name']}"
            ),
        )
        return ecs.ContainerImage.from_ecr_repository(repository, private["digest"])
