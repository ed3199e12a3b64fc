"""CloudFront, the headers it adds, and the web page behind it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.constructs.viewer_address import HEADER, SCRIPT
from infra.settings import ROOT, SettingsError, read_settings
from orchestrator.settings import Settings as OrchestratorSettings
from tests.infra.deployment import Deployment, Resource, Synthesise
from tests.infra.permissions import as_text

BARE = {"llm": "none", "chat_ui": False}
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def config(deployment: Deployment) -> Resource:
    found = deployment.one("api", "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert isinstance(found, dict)
    return found


def headers_of(deployment: Deployment, behavior: Resource) -> dict[str, Any]:
    policy = deployment.templates["api"]["Resources"][behavior["ResponseHeadersPolicyId"]["Ref"]]
    found = policy["Properties"]["ResponseHeadersPolicyConfig"]
    assert isinstance(found, dict)
    return found


def origin_of(deployment: Deployment, behavior: Resource) -> Resource:
    (found,) = [o for o in config(deployment)["Origins"] if o["Id"] == behavior["TargetOriginId"]]
    assert isinstance(found, dict)
    return found


# --- the API ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def api(bare: Deployment) -> Resource:
    (behavior,) = config(bare)["CacheBehaviors"]
    assert isinstance(behavior, dict)
    return behavior


def test_the_api_is_behind_v1_and_reaches_the_stage(bare: Deployment, api: Resource) -> None:
    origin = origin_of(bare, api)

    assert api["PathPattern"] == "/v1/*"
    assert json.dumps(origin["DomainName"]).count(".execute-api.") == 1
    assert json.dumps(origin["OriginPath"]).count("ApiDeploymentStagelive") == 1
    connection = origin["CustomOriginConfig"]
    assert connection["OriginProtocolPolicy"] == "https-only"
    assert connection["OriginSSLProtocols"] == ["TLSv1.2"]
    assert connection["OriginReadTimeout"] == 120


def test_nothing_holds_back_a_stream(api: Resource) -> None:
    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["Compress"] is False
    assert api["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER
    assert "POST" in api["AllowedMethods"]
    assert api["ViewerProtocolPolicy"] == "https-only"


def test_answers_of_the_api_can_do_nothing_as_a_page(bare: Deployment, api: Resource) -> None:
    security = headers_of(bare, api)["SecurityHeadersConfig"]

    # The documentation's own policy stays, which allows it its style.
    assert security["ContentSecurityPolicy"] == {
        "ContentSecurityPolicy": "default-src 'none'; frame-ancestors 'none'",
        "Override": False,
    }
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert security["ContentTypeOptions"] == {"Override": True}
    assert security["FrameOptions"]["FrameOption"] == "DENY"
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"


def test_other_sites_pages_may_not_call_it_unless_a_setting_says_so(bare: Deployment, api: Resource) -> None:
    assert "CorsConfig" not in headers_of(bare, api)


def test_errors_of_the_gateway_are_readable_for_the_sites_of_the_setting(synthesise: Synthesise) -> None:
    sites = ["https://shop.example", "https://www.shop.example"]
    shop = synthesise({**BARE, "cors_origins": ",".join(sites)})

    (behavior,) = config(shop)["CacheBehaviors"]
    cors = headers_of(shop, behavior)["CorsConfig"]

    assert cors["AccessControlAllowOrigins"] == {"Items": sites}
    assert cors["AccessControlAllowCredentials"] is False
    assert cors["OriginOverride"] is False  # the orchestrator knows its own headers better
    assert "retry-after" in cors["AccessControlExposeHeaders"]["Items"]


# --- the viewer's address -----------------------------------------------------------------------------------


def test_the_viewers_address_is_set_before_the_api_sees_a_request(bare: Deployment, api: Resource) -> None:
    (association,) = api["FunctionAssociations"]
    assert association["EventType"] == "viewer-request"
    function = bare.one("api", "AWS::CloudFront::Function")
    assert function["FunctionCode"] == SCRIPT.read_text()
    assert function["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
    assert OrchestratorSettings.model_fields["viewer_address_header"].default == HEADER


def seen_address(ip: str, headers: dict[str, str]) -> dict[str, Any]:
    """The headers after the function has run, in Node.js."""
    event = {
        "viewer": {"ip": ip},
        "request": {"headers": {name: {"value": value} for name, value in headers.items()}},
    }
    call = f"{SCRIPT.read_text()}\nconsole.log(JSON.stringify(handler({json.dumps(event)}).headers));"
    node = str(Path(sys.executable).with_name("node"))
    ran = subprocess.run([node, "-e", call], capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout)
    assert isinstance(found, dict)
    return found


def test_what_the_viewer_says_about_its_address_is_overwritten() -> None:
    lies = {"x-viewer-address": "10.0.0.1", "x-forwarded-for": "10.0.0.1"}
    assert seen_address("198.51.100.7", lies)["x-viewer-address"] == {"value": "198.51.100.7"}


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"),
        ("2001:db8::1", "2001:db8:0:0::/64"),
        ("2001:db8:0:0:ffff::", "2001:db8:0:0::/64"),
        ("::1", "0:0:0:0::/64"),
    ],
)
def test_of_an_ipv6_address_the_network_counts_in_one_spelling(ip: str, network: str) -> None:
    """Or one household could ask with a new address each time."""
    assert seen_address(ip, {})["x-viewer-address"] == {"value": network}


# --- the page -----------------------------------------------------------------------------------------------


def test_the_page_is_everywhere_else_in_a_bucket_that_only_cloudfront_reads(bare: Deployment) -> None:
    page = config(bare)["DefaultCacheBehavior"]
    origin = origin_of(bare, page)

    assert config(bare)["DefaultRootObject"] == "index.html"
    assert as_text(origin["DomainName"]) == "Page"
    assert as_text(origin["OriginAccessControlId"]).startswith("EdgeOrigin")
    bucket = bare.one("api", "AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    deny, allow = bare.one("api", "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert allow["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert as_text(allow["Condition"]).endswith(":distribution/Edge")


def test_the_page_has_the_headers_that_it_has_at_home(bare: Deployment) -> None:
    wanted = json.loads((ROOT / "web" / "headers.json").read_text())
    policy = headers_of(bare, config(bare)["DefaultCacheBehavior"])
    security = policy["SecurityHeadersConfig"]

    found = {item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]}
    found |= {
        "Content-Security-Policy": as_text(security["ContentSecurityPolicy"]["ContentSecurityPolicy"]),
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff" if security["ContentTypeOptions"] else "",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
    }
    sign_in = " https://SignInPoolDomain.auth.region.amazoncognito.com"
    wanted["Content-Security-Policy"] = wanted["Content-Security-Policy"].replace("{sign_in}", sign_in)
    assert found == wanted


def test_the_page_is_told_where_the_api_is_and_where_to_sign_in(bare: Deployment) -> None:
    (files,) = bare.resources("api", "Custom::CDKBucketDeployment").values()
    _, markers = files["Properties"]["SourceMarkers"]
    told = {as_text(value).strip('"') for value in markers.values()}

    sign_in = "https://SignInPoolDomain.auth.region.amazoncognito.com"
    assert told == {
        f"{sign_in}/oauth2/authorize",
        f"{sign_in}/oauth2/token",
        f"{sign_in}/logout",
        "WebPageClient",
        "https://Edge/",
    }
    assert files["Properties"]["SystemMetadata"] == {"cache-control": "no-cache"}
    assert files["Properties"]["Prune"] is True


def test_the_pages_settings_have_the_names_that_the_page_reads(bare: Deployment) -> None:
    (file,) = bare.folder.glob("asset.*/config.json")
    # Values that only a deploy knows are put into the place of these marks.
    found = json.loads(re.sub(r"<<marker:[^>]+>>", '"?"', file.read_text()))

    assert set(found) == {"api", "login"}
    assert found["api"] == "/v1"
    read = re.search(r"login: null \| {(.+)}}", (ROOT / "web" / "js" / "config.js").read_text())
    assert read
    assert list(found["login"]) == read[1].split(", ")
    assert found["login"]["scope"] == "openid email profile apparel/chat"


def test_without_a_page_every_path_is_the_apis(synthesise: Synthesise) -> None:
    pageless = synthesise({**BARE, "web_page": False})

    found = config(pageless)
    assert "CacheBehaviors" not in found
    assert found["DefaultCacheBehavior"]["CachePolicyId"] == CACHING_DISABLED
    assert pageless.resources("api", "AWS::S3::Bucket") == {}
    assert pageless.resources("api", "AWS::Cognito::UserPoolClient") == {}
    assert "WebPageUrl" not in pageless.templates["api"]["Outputs"]


# --- the distribution ---------------------------------------------------------------------------------------


def test_it_speaks_http_2_and_3(bare: Deployment) -> None:
    assert config(bare)["HttpVersion"] == "http2and3"


def test_it_keeps_no_log_of_shoppers_addresses(bare: Deployment) -> None:
    assert "Logging" not in config(bare)


def test_errors_of_the_api_are_not_replaced(bare: Deployment) -> None:
    """CloudFront's error pages are for all of its paths: a 403 of the API would become a page."""
    assert "CustomErrorResponses" not in config(bare)


def test_with_an_own_domain_it_speaks_tls_1_2_at_least(synthesise: Synthesise) -> None:
    certificate = "arn:aws:acm:us-east-1:111122223333:certificate/0"
    own = synthesise({**BARE, "domain_name": "chat.shop.example", "certificate": certificate})

    found = config(own)
    assert found["Aliases"] == ["chat.shop.example"]
    assert found["ViewerCertificate"] == {
        "AcmCertificateArn": certificate,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    outputs = own.templates["api"]["Outputs"]
    assert outputs["ApiUrl"]["Value"] == "https://chat.shop.example/v1"
    client = own.one("api", "AWS::Cognito::UserPoolClient")
    assert client["CallbackURLs"] == ["https://chat.shop.example/"]


def test_a_domain_needs_its_certificate() -> None:
    with pytest.raises(SettingsError, match="domain_name and certificate go together"):
        read_settings({**BARE, "domain_name": "chat.shop.example"})


def test_a_site_that_may_call_is_an_origin_and_never_everybody() -> None:
    with pytest.raises(SettingsError, match="cors_origins"):
        read_settings({**BARE, "cors_origins": "*"})


def test_the_outputs_say_what_scripts_and_people_need(bare: Deployment) -> None:
    outputs = {name: as_text(output["Value"]) for name, output in bare.templates["api"]["Outputs"].items()}

    assert outputs["ApiUrl"] == "https://Edge/v1"
    assert outputs["WebPageUrl"] == "https://Edge/"
    assert outputs["UserPoolId"] == "SignInPool"
    assert outputs["DistributionDomain"] == "Edge"
    assert {"ApiKeysSecret", "SearchFunction", "LoadFunction", "DeadLettersUrl"} <= set(outputs)
    assert not [value for value in outputs.values() if "execute-api" in value]
    assert "CatalogueBucket" in bare.templates["data"]["Outputs"]
