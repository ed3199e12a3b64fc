"""The network of the data side, and who may speak to whom in it."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.constructs.keeping import log_group
from infra.settings import Settings

POSTGRES = ec2.Port.tcp(5432)
NFS = ec2.Port.tcp(2049)
HTTPS = ec2.Port.tcp(443)
ISOLATED = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)


class NetworkStack(cdk.Stack):
    """Two zones, isolated subnets, and the free way to S3. Nothing here needs the internet, so there is no
    NAT gateway and no interface endpoint; public subnets are for chat-ui alone.

    All security groups of the data side are here with their rules, so that no two stacks need each other.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(
            scope,
            name,
            description="Apparel recommender: network",
            termination_protection=settings.is_protected,
        )
        self.vpc = self._vpc(settings)
        self.search_security_group = self._group("Search", "Functions that search, load and place the model")
        self.database_security_group = self._group("Database", "Aurora")
        self.models_security_group = self._group("Models", "EFS with the embedding model")
        self._connect()

    def _vpc(self, settings: Settings) -> ec2.Vpc:
        # The data subnets come first: their addresses stay when chat-ui is switched on or off.
        subnets = [_subnets("data", ec2.SubnetType.PRIVATE_ISOLATED)]
        if settings.chat_ui:
            subnets.append(_subnets("public", ec2.SubnetType.PUBLIC))
        return ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.0.0.0/16"),
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=subnets,
            gateway_endpoints={"S3": {"service": ec2.GatewayVpcEndpointAwsService.S3}},
            # Nothing is put into the default group, and closing it takes one more function.
            restrict_default_security_group=False,
            flow_logs={
                "Rejected": ec2.FlowLogOptions(
                    traffic_type=ec2.FlowLogTrafficType.REJECT,
                    destination=ec2.FlowLogDestination.to_cloud_watch_logs(
                        log_group(self, "RejectedLog", settings)
                    ),
                )
            },
        )

    def _group(self, name: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, f"{name}Group", vpc=self.vpc, description=description, allow_all_outbound=False
        )

    def _connect(self) -> None:
        search = self.search_security_group.connections
        search.allow_to(self.database_security_group, POSTGRES, "Queries")
        search.allow_to(self.models_security_group, NFS, "The embedding model")
        # S3 has no security group, and its prefix list another name in every region. From the isolated
        # subnets no route leads anywhere else.
        search.allow_to_any_ipv4(HTTPS, "S3 through the gateway endpoint")


def _subnets(name: str, kind: ec2.SubnetType) -> ec2.SubnetConfiguration:
    is_public = kind is ec2.SubnetType.PUBLIC
    return ec2.SubnetConfiguration(
        name=name, subnet_type=kind, cidr_mask=24, map_public_ip_on_launch=False if is_public else None
    )
