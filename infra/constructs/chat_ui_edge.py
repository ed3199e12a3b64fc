"""How chat-ui is reached: CloudFront, through a VPC origin, to a load balancer without a public address."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from infra.constructs.findings import accept
from infra.network_stack import ISOLATED
from infra.settings import Settings

HTTP = ec2.Port.tcp(80)
# chat-ui itself writes something every 100 ms while an answer is under way.
_READ_TIMEOUT = cdk.Duration.seconds(60)
_UNCHANGING = "/_app/immutable/*"
"""SvelteKit's files, with a hash of what is in them in their names."""


class PrivateLoadBalancer(elb.NetworkLoadBalancer):
    """In subnets that no route leads out of. Between CloudFront and here requests stay in AWS's network, so
    that no certificate is needed for a name that nobody sees."""

    def __init__(self, scope: Construct, name: str, *, vpc: ec2.IVpc) -> None:
        group = ec2.SecurityGroup(
            scope, f"{name}Group", vpc=vpc, description="Load balancer of chat-ui", allow_all_outbound=False
        )
        # CloudFront's interface in this VPC has a security group of its own, which it makes with the first
        # origin, and so after this. Its prefix list has another name in each region. Neither would let in
        # less: nothing else reaches an address that is private.
        group.add_ingress_rule(ec2.Peer.any_ipv4(), HTTP, "CloudFront, by its interface in this VPC")
        accept(group, "EC23", "The load balancer has no public address, and no route leads to its subnets")
        super().__init__(
            scope,
            name,
            vpc=vpc,
            vpc_subnets=ISOLATED,
            internet_facing=False,
            security_groups=[group],
            # There is one task, in one zone, and CloudFront may come by the other.
            cross_zone_enabled=True,
        )
        self.group = group
        accept(self, "ELB2", "Network load balancers log TLS connections alone, and there are none here")


class ChatUiEdge(cloudfront.Distribution):
    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, load_balancer: elb.INetworkLoadBalancer
    ) -> None:
        origin = origins.VpcOrigin.with_network_load_balancer(
            load_balancer,
            vpc_origin_name=f"apparel-{settings.stage}-chat-ui",
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTP_ONLY,
            http_port=80,
            read_timeout=_READ_TIMEOUT,
            keepalive_timeout=cdk.Duration.seconds(60),
        )
        headers = _headers(scope, f"{name}Headers")
        super().__init__(
            scope,
            name,
            comment=f"Apparel recommender, chat-ui ({settings.stage})",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origin,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER,
                response_headers_policy=headers,
                # chat-ui compresses what is not streamed.
                compress=False,
            ),
            additional_behaviors={
                _UNCHANGING: cloudfront.BehaviorOptions(
                    origin=origin,
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                    cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                    response_headers_policy=headers,
                )
            },
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
        )
        self.origin_url = f"https://{self.distribution_domain_name}"
        self._accept_findings()

    def _accept_findings(self) -> None:
        accept(self, "CFR1", "A shop decides for itself whom it sells to; the chat is open to everybody")
        accept(
            self,
            "CFR2",
            "Nothing is done here for who is not signed in, and the API behind it has its own firewall; one "
            "for CloudFront costs 5 USD a month and would have to live in us-east-1",
        )
        accept(
            self,
            "CFR3",
            "Such a log holds every shopper's address and is needed for nothing: the API logs each request",
        )
        accept(self, "CFR4", "CloudFront's own certificate lets viewers choose TLS below 1.2")


def _headers(scope: Construct, name: str) -> cloudfront.ResponseHeadersPolicy:
    """Beside chat-ui's own content policy."""
    return cloudfront.ResponseHeadersPolicy(
        scope,
        name,
        comment="chat-ui",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.SAME_ORIGIN, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=cdk.Duration.days(365), include_subdomains=True, override=True
            ),
        ),
    )
