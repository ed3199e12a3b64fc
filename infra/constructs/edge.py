"""CloudFront: the one public address, with the API under /v1/ and the web page everywhere else."""

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.origin_secret import HEADER as ORIGIN_SECRET
from infra.constructs.response_headers import api_headers, page_headers
from infra.constructs.viewer_address import ViewerAddress
from infra.settings import Settings

API_PATH = "/v1"
# The most that CloudFront waits for the next byte; the orchestrator sends one every 10 s while it works.
READ_TIMEOUT = Duration.seconds(120)


class Edge(cloudfront.Distribution):
    """Without a page, the API is at every path."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        api: apigateway.RestApi,
        origin_secret: str,
        page: s3.IBucket | None,
        sign_in_origin: str,
    ) -> None:
        behind_v1 = _api_behavior(scope, f"{name}Api", settings, api, origin_secret)
        elsewhere = _page_behavior(scope, f"{name}Page", page, sign_in_origin) if page else behind_v1
        certificate = settings.certificate and certificates.Certificate.from_certificate_arn(
            scope, f"{name}Certificate", settings.certificate
        )
        super().__init__(
            scope,
            name,
            comment=f"Apparel recommender ({settings.stage})",
            default_behavior=elsewhere,
            additional_behaviors={f"{API_PATH}/*": behind_v1} if page else None,
            default_root_object="index.html" if page else None,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            domain_names=[settings.domain_name] if settings.domain_name else None,
            certificate=certificate or None,
            minimum_protocol_version=(
                cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None
            ),
        )
        self.origin_url = f"https://{settings.domain_name or self.distribution_domain_name}"
        self._accept_findings(has_certificate=bool(certificate))

    def _accept_findings(self, *, has_certificate: bool) -> None:
        accept(self, "CFR1", "A shop decides for itself whom it sells to; the chat is open to everybody")
        accept(
            self,
            "CFR2",
            "The firewall stands at the API's stage, where it can check the origin's secret; the page is a "
            "few public files",
        )
        accept(
            self,
            "CFR3",
            "Such a log holds every shopper's address and is needed for nothing: API Gateway's log has each "
            "request to the API, without addresses",
        )
        if not has_certificate:
            accept(
                self,
                "CFR4",
                "CloudFront's own certificate lets viewers choose TLS below 1.2; with the settings "
                "domain_name and certificate it is 1.2 at least",
            )


def _api_behavior(
    scope: Construct, name: str, settings: Settings, api: apigateway.RestApi, origin_secret: str
) -> cloudfront.BehaviorOptions:
    """Nothing is cached, and nothing compressed: that would hold back a stream."""
    return cloudfront.BehaviorOptions(
        origin=origins.RestApiOrigin(
            api,
            read_timeout=READ_TIMEOUT,
            keepalive_timeout=Duration.seconds(60),
            custom_headers={ORIGIN_SECRET: origin_secret},
        ),
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        # API Gateway refuses a Host that is not its own.
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        response_headers_policy=api_headers(scope, f"{name}Headers", settings),
        compress=False,
        function_associations=[
            cloudfront.FunctionAssociation(
                event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                function=ViewerAddress(scope, "ViewerAddress"),
            )
        ],
    )


def _page_behavior(
    scope: Construct, name: str, page: s3.IBucket, sign_in_origin: str
) -> cloudfront.BehaviorOptions:
    return cloudfront.BehaviorOptions(
        origin=origins.S3BucketOrigin.with_origin_access_control(page),
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
        response_headers_policy=page_headers(scope, f"{name}Headers", sign_in_origin),
    )
