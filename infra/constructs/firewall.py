"""AWS WAF on the API's stage: only what CloudFront sends is let in, and of that not too much.

It stands at the stage and not at CloudFront, because there its rules can check the origin's secret, and
because CloudFront's would have to live in us-east-1. Each rule costs a dollar a month, which is why there
are three.
"""

from collections.abc import Sequence

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.constructs.error_bodies import error_body
from infra.constructs.origin_secret import HEADER as ORIGIN_SECRET
from infra.constructs.viewer_address import HEADER as VIEWER_ADDRESS
from infra.settings import Settings

_Acl = wafv2.CfnWebACL
_AS_IT_IS = [_Acl.TextTransformationProperty(priority=0, type="NONE")]
WINDOW_SECONDS = 300

# Of AWS's core rule set, those that only count. A shopper's words are text wherever they go (JSON in, bound
# parameters to Postgres, escaped on the page), and chat-ui sends a conversation whole with every question:
# one message that looks odd would lock it for good. The other rules look at addresses, headers and query.
COUNTED_RULES = {
    "SizeRestrictions_BODY": "refuses more than 8 KB, which is a dozen turns",
    "CrossSiteScripting_BODY": "takes a pasted piece of a web page for an attack",
    "GenericLFI_BODY": "takes '../' for one",
    "GenericRFI_BODY": "takes a link to an address in digits for one",
    "EC2MetaDataSSRF_BODY": "takes a metadata service's name for one; nothing here fetches what is named",
    "NoUserAgent_HEADER": "a shop's own server need not send the header",
}

_BODIES = {
    "too_many": error_body(
        "Those were a lot of requests from your address. Please come back in five minutes.",
        "rate_limit_error",
        "too_many_requests",
    ),
    "around": error_body(
        "This address is not open to the public: please use the one that the shop gives out.",
        "invalid_request_error",
        "forbidden",
    ),
}


def metrics_name(settings: Settings) -> str:
    return f"apparel-{settings.stage}"


class Firewall(Construct):
    """Denies by default."""

    def __init__(
        self, scope: Construct, name: str, *, settings: Settings, stage_arn: str, secrets: Sequence[str]
    ) -> None:
        """`secrets`: the values of the origin's header that are let in."""
        super().__init__(scope, name)
        through_cloudfront = _any_of([_header_is(ORIGIN_SECRET, secret) for secret in secrets])
        self.acl = _Acl(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=_Acl.DefaultActionProperty(block=_block(403, "around")),
            custom_response_bodies={
                name: _Acl.CustomResponseBodyProperty(content_type="APPLICATION_JSON", content=body)
                for name, body in _BODIES.items()
            },
            # In the samples that the console shows for three hours.
            data_protection_config=_Acl.DataProtectionConfigProperty(
                data_protections=[_hidden(header) for header in ("authorization", ORIGIN_SECRET, "cookie")]
            ),
            # All its rules count under this name, and stages of one account are told apart by it.
            visibility_config=_metric(metrics_name(settings)),
            rules=[
                _Acl.RuleProperty(
                    name="rate-of-a-viewer",
                    priority=0,
                    statement=_rate(settings.viewer_requests_per_5_minutes, through_cloudfront),
                    action=_Acl.RuleActionProperty(
                        block=_block(
                            429, "too_many", {"Retry-After": str(WINDOW_SECONDS), "x-should-retry": "false"}
                        )
                    ),
                    visibility_config=_metric("rate-of-a-viewer"),
                ),
                _Acl.RuleProperty(
                    name="core-rules",
                    priority=1,
                    statement=_core_rules(),
                    override_action=_Acl.OverrideActionProperty(none={}),
                    visibility_config=_metric("core-rules"),
                ),
                _Acl.RuleProperty(
                    name="through-cloudfront",
                    priority=2,
                    statement=through_cloudfront,
                    action=_Acl.RuleActionProperty(allow={}),
                    visibility_config=_metric("through-cloudfront"),
                ),
            ],
        )
        self.association = wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=stage_arn, web_acl_arn=self.acl.attr_arn
        )


def _rate(limit: int, through_cloudfront: wafv2.CfnWebACL.StatementProperty) -> _Acl.StatementProperty:
    """By the address that CloudFront saw: WAF itself sees CloudFront's, and whoever came around CloudFront
    could name somebody else's."""
    header = _Acl.RateLimitHeaderProperty(name=VIEWER_ADDRESS, text_transformations=_AS_IT_IS)
    return _Acl.StatementProperty(
        rate_based_statement=_Acl.RateBasedStatementProperty(
            aggregate_key_type="CUSTOM_KEYS",
            custom_keys=[_Acl.RateBasedStatementCustomKeyProperty(header=header)],
            evaluation_window_sec=WINDOW_SECONDS,
            limit=limit,
            scope_down_statement=through_cloudfront,
        )
    )


def _core_rules() -> _Acl.StatementProperty:
    """The only managed group. The others are about what is not here (SQL built from text, PHP, Java), or
    look at the sender's address, which is CloudFront's."""
    counted = [
        _Acl.RuleActionOverrideProperty(name=name, action_to_use=_Acl.RuleActionProperty(count={}))
        for name in COUNTED_RULES
    ]
    return _Acl.StatementProperty(
        managed_rule_group_statement=_Acl.ManagedRuleGroupStatementProperty(
            vendor_name="AWS", name="AWSManagedRulesCommonRuleSet", rule_action_overrides=counted
        )
    )


def _header_is(name: str, value: str) -> _Acl.StatementProperty:
    return _Acl.StatementProperty(
        byte_match_statement=_Acl.ByteMatchStatementProperty(
            field_to_match=_Acl.FieldToMatchProperty(single_header={"Name": name}),
            positional_constraint="EXACTLY",
            search_string=value,
            text_transformations=_AS_IT_IS,
        )
    )


def _any_of(statements: Sequence[_Acl.StatementProperty]) -> _Acl.StatementProperty:
    if len(statements) == 1:  # WAF wants two at least
        return statements[0]
    return _Acl.StatementProperty(or_statement=_Acl.OrStatementProperty(statements=statements))


def _block(status: int, body: str, headers: dict[str, str] | None = None) -> _Acl.BlockActionProperty:
    given = [_Acl.CustomHTTPHeaderProperty(name=name, value=value) for name, value in (headers or {}).items()]
    response = _Acl.CustomResponseProperty(
        response_code=status, custom_response_body_key=body, response_headers=given or None
    )
    return _Acl.BlockActionProperty(custom_response=response)


def _hidden(header: str) -> _Acl.DataProtectProperty:
    return _Acl.DataProtectProperty(
        action="SUBSTITUTION",
        field=_Acl.FieldToProtectProperty(field_type="SINGLE_HEADER", field_keys=[header]),
    )


def _metric(name: str) -> _Acl.VisibilityConfigProperty:
    return _Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
