"""The headers that CloudFront puts onto answers: those of the web page, and those of the API."""

import json
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra.settings import ROOT, Settings

_HSTS = cloudfront.ResponseHeadersStrictTransportSecurity(
    access_control_max_age=cdk.Duration.days(365), include_subdomains=True, override=True
)
# What a browser shall do with an answer of the API that somebody opens as a page. /v1/docs brings its own.
_API_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"


def page_headers(scope: Construct, name: str, sign_in_origin: str) -> cloudfront.ResponseHeadersPolicy:
    """Those of web/headers.json, which the local stack sends as well."""
    headers = json.loads((ROOT / "web" / "headers.json").read_text())
    content_policy = headers.pop("Content-Security-Policy").replace("{sign_in}", f" {sign_in_origin}")
    return cloudfront.ResponseHeadersPolicy(
        scope,
        name,
        comment="The chat page",
        security_headers_behavior=_security(headers, content_policy, override=True),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=header, value=value, override=True)
                for header, value in headers.items()
            ]
        ),
    )


def api_headers(scope: Construct, name: str, settings: Settings) -> cloudfront.ResponseHeadersPolicy:
    headers = {
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return cloudfront.ResponseHeadersPolicy(
        scope,
        name,
        comment="The API",
        security_headers_behavior=_security(headers, _API_CONTENT_POLICY, override=False),
        cors_behavior=_cors(settings) if settings.cors_origins else None,
    )


def _security(
    headers: dict[str, str], content_policy: str, *, override: bool
) -> cloudfront.ResponseSecurityHeadersBehavior:
    """Takes out of `headers` those for which CloudFront has properties of their own, and no others."""
    referrer = {policy.value: policy for policy in cloudfront.HeadersReferrerPolicy}
    wanted = headers.pop("Referrer-Policy").upper().replace("-", "_")
    _expect(headers, {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"})
    return cloudfront.ResponseSecurityHeadersBehavior(
        content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
            content_security_policy=content_policy, override=override
        ),
        content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
        frame_options=cloudfront.ResponseHeadersFrameOptions(
            frame_option=cloudfront.HeadersFrameOption.DENY, override=True
        ),
        referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
            referrer_policy=referrer[wanted], override=True
        ),
        strict_transport_security=_HSTS,
    )


def _expect(headers: dict[str, str], expected: Mapping[str, str]) -> None:
    """Raises ValueError where web/headers.json wants what is not done here."""
    for header, value in expected.items():
        if headers.pop(header, None) != value:
            raise ValueError(f"{header}: only {value} is known here")


def _cors(settings: Settings) -> cloudfront.ResponseHeadersCorsBehavior:
    """For what API Gateway and its firewall answer by themselves: unlike them, CloudFront knows several
    origins. The orchestrator's own headers stay as they are."""
    return cloudfront.ResponseHeadersCorsBehavior(
        access_control_allow_origins=list(settings.cors_origins),
        access_control_allow_methods=["GET", "POST", "OPTIONS"],
        access_control_allow_headers=["*"],
        access_control_allow_credentials=False,
        access_control_expose_headers=["retry-after", "x-should-retry"],
        origin_override=False,
    )
