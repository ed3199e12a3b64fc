"""WAF: who is let in to API Gateway, and how the secret behind it is rotated."""

import json
from typing import Any

import pytest

from infra.constructs.firewall import COUNTED_RULES
from orchestrator.edge.api_models import ErrorBody
from tests.infra.deployment import Deployment, Resource, Synthesise
from tests.infra.permissions import as_text

BARE = {"llm": "none", "chat_ui": False}


@pytest.fixture(scope="module")
def acl(bare: Deployment) -> Resource:
    return bare.one("api", "AWS::WAFv2::WebACL")


def rule(acl: Resource, name: str) -> dict[str, Any]:
    (found,) = [rule for rule in acl["Rules"] if rule["Name"] == name]
    assert isinstance(found, dict)
    return found


def test_it_stands_at_the_stage(bare: Deployment, acl: Resource) -> None:
    association = bare.one("api", "AWS::WAFv2::WebACLAssociation")

    assert acl["Scope"] == "REGIONAL"
    assert as_text(association["WebACLArn"]) == "FirewallAcl"
    assert as_text(association["ResourceArn"]) == (
        "arn:aws:apigateway:region::/restapis/Api/stages/ApiDeploymentStagelive"
    )


def test_nobody_is_let_in_who_does_not_know_the_secret(acl: Resource) -> None:
    assert "Block" in acl["DefaultAction"]
    letting_in = [rule["Name"] for rule in acl["Rules"] if "Allow" in rule.get("Action", {})]
    assert letting_in == ["through-cloudfront"]
    match = rule(acl, "through-cloudfront")["Statement"]["ByteMatchStatement"]
    assert match["FieldToMatch"] == {"SingleHeader": {"Name": "x-origin-secret"}}
    assert match["PositionalConstraint"] == "EXACTLY"
    assert match["TextTransformations"] == [{"Priority": 0, "Type": "NONE"}]


def test_who_is_let_in_has_passed_the_other_rules(acl: Resource) -> None:
    in_order = [rule["Name"] for rule in sorted(acl["Rules"], key=lambda rule: rule["Priority"])]
    assert in_order == ["rate-of-a-viewer", "core-rules", "through-cloudfront"]


def test_the_secret_is_a_reference_in_every_template(bare: Deployment, acl: Resource) -> None:
    (secret,) = [name for name in bare.resources("api", "AWS::SecretsManager::Secret") if "Origin" in name]
    reference = {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": secret}, ":SecretString:::}}"]]}

    assert rule(acl, "through-cloudfront")["Statement"]["ByteMatchStatement"]["SearchString"] == reference
    (origin,) = [
        origin
        for origin in bare.one("api", "AWS::CloudFront::Distribution")["DistributionConfig"]["Origins"]
        if "OriginCustomHeaders" in origin
    ]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "x-origin-secret", "HeaderValue": reference}]
    properties = bare.templates["api"]["Resources"][secret]["Properties"]
    assert properties["GenerateSecretString"] == {"ExcludePunctuation": True, "PasswordLength": 48}


def test_a_rotation_takes_the_new_secret_before_it_is_sent_and_the_old_one_still(
    synthesise: Synthesise,
) -> None:
    rotated = synthesise({**BARE, "origin_secret_generation": 2})

    found = rule(rotated.one("api", "AWS::WAFv2::WebACL"), "through-cloudfront")
    accepted = [
        as_text(statement["ByteMatchStatement"]["SearchString"])
        for statement in found["Statement"]["OrStatement"]["Statements"]
    ]
    assert accepted == [
        "{{resolve:secretsmanager:OriginSecretGeneration2:SecretString:::}}",
        "{{resolve:secretsmanager:OriginSecretGeneration1:SecretString:::}}",
    ]
    distribution = rotated.resources("api", "AWS::CloudFront::Distribution")
    (resource,) = distribution.values()
    origins = resource["Properties"]["DistributionConfig"]["Origins"]
    sent = [as_text(header["HeaderValue"]) for o in origins for header in o.get("OriginCustomHeaders", [])]
    assert sent == accepted[:1]
    assert any(name.startswith("FirewallAcl") for name in resource["DependsOn"])


def test_an_address_has_its_share(acl: Resource) -> None:
    rate = rule(acl, "rate-of-a-viewer")
    statement = rate["Statement"]["RateBasedStatement"]

    assert (statement["Limit"], statement["EvaluationWindowSec"]) == (1000, 300)
    assert statement["AggregateKeyType"] == "CUSTOM_KEYS"
    (key,) = statement["CustomKeys"]
    assert key["Header"]["Name"] == "x-viewer-address"
    # Whoever goes around CloudFront could use up the share of somebody else's address.
    assert statement["ScopeDownStatement"] == rule(acl, "through-cloudfront")["Statement"]


def test_who_is_refused_reads_our_kind_of_error(acl: Resource) -> None:
    too_many = rule(acl, "rate-of-a-viewer")["Action"]["Block"]["CustomResponse"]
    around = acl["DefaultAction"]["Block"]["CustomResponse"]

    assert (too_many["ResponseCode"], around["ResponseCode"]) == (429, 403)
    assert too_many["ResponseHeaders"] == [
        {"Name": "Retry-After", "Value": "300"},
        {"Name": "x-should-retry", "Value": "false"},
    ]
    for response in (too_many, around):
        body = acl["CustomResponseBodies"][response["CustomResponseBodyKey"]]
        assert body["ContentType"] == "APPLICATION_JSON"
        assert ErrorBody.model_validate(json.loads(body["Content"]))


def test_of_the_managed_rules_those_that_would_refuse_a_chat_only_count(acl: Resource) -> None:
    core = rule(acl, "core-rules")
    group = core["Statement"]["ManagedRuleGroupStatement"]

    assert (group["VendorName"], group["Name"]) == ("AWS", "AWSManagedRulesCommonRuleSet")
    assert core["OverrideAction"] == {"None": {}}
    overridden = {override["Name"]: override["ActionToUse"] for override in group["RuleActionOverrides"]}
    assert overridden == {name: {"Count": {}} for name in COUNTED_RULES}
    assert {name for name in overridden if name.endswith("_BODY")} == {
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
    }


def test_the_samples_that_ops_look_at_hold_no_credentials(acl: Resource) -> None:
    protections = acl["DataProtectionConfig"]["DataProtections"]
    hidden = [key for protection in protections for key in protection["Field"]["FieldKeys"]]
    assert hidden == ["authorization", "x-origin-secret", "cookie"]
    assert {protection["Action"] for protection in protections} == {"SUBSTITUTION"}


def test_it_costs_no_more_than_was_planned(acl: Resource) -> None:
    """A dollar a month for each rule, five for the firewall."""
    assert len(acl["Rules"]) == 3
