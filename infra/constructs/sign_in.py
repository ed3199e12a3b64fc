"""Accounts of shoppers: a Cognito user pool with its hosted page for signing in and up."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.findings import accept
from infra.constructs.keeping import removal_policy
from infra.settings import Settings

RESOURCE_SERVER = "apparel"
SCOPE = "chat"


class SignIn(Construct):
    """The pool and what its clients share. Clients are made where their address is known: `add_client`.

    An access token that holds `scope_name` was given to one of them, because no other client can ask for
    that scope: so the orchestrator need not know their ids, which don't exist when it is made.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        self.user_pool = self._pool(settings)
        chat = cognito.ResourceServerScope(scope_name=SCOPE, scope_description="Chat with the stylist")
        server = self.user_pool.add_resource_server("Api", identifier=RESOURCE_SERVER, scopes=[chat])
        self.scope_name = f"{RESOURCE_SERVER}/{SCOPE}"
        self.scopes = [
            cognito.OAuthScope.OPENID,
            cognito.OAuthScope.EMAIL,
            cognito.OAuthScope.PROFILE,
            cognito.OAuthScope.resource_server(server, chat),
        ]
        self.url = self._hosted_page(settings)
        self.issuer = self.user_pool.user_pool_provider_url

    @property
    def scope_names(self) -> str:
        """As the clients ask for them."""
        return f"openid email profile {self.scope_name}"

    def add_client(
        self,
        scope: Construct,
        name: str,
        *,
        callback: str,
        sign_out: str,
        has_secret: bool = False,
        remembered: cdk.Duration | None = None,
    ) -> cognito.UserPoolClient:
        """A client for the code flow. `scope` is the stack that knows its addresses. `has_secret` is for
        servers, which can keep one; `remembered` for how long they may renew tokens, else an hour."""
        client = cognito.UserPoolClient(
            scope,
            name,
            user_pool=self.user_pool,
            generate_secret=has_secret,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=self.scopes,
                callback_urls=[callback],
                logout_urls=[sign_out],
            ),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=cdk.Duration.hours(1),
            id_token_validity=cdk.Duration.hours(1),
            refresh_token_validity=remembered or cdk.Duration.hours(1),
        )
        # By the hosted page alone: unset, Cognito would take passwords from anybody's form as well.
        resource = client.node.default_child
        assert isinstance(resource, cognito.CfnUserPoolClient)
        resource.explicit_auth_flows = ["ALLOW_REFRESH_TOKEN_AUTH"]
        return client

    def page_config(self, client: cognito.UserPoolClient, redirect_uri: str) -> Mapping[str, str]:
        """What the chat page needs to know (web/js/config.js)."""
        return {
            "authorize_url": f"{self.url}/oauth2/authorize",
            "token_url": f"{self.url}/oauth2/token",
            "logout_url": f"{self.url}/logout",
            "client_id": client.user_pool_client_id,
            "redirect_uri": redirect_uri,
            "scope": self.scope_names,
        }

    def _pool(self, settings: Settings) -> cognito.UserPool:
        pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            # chat-ui lets nobody in who has no name.
            standard_attributes=cognito.StandardAttributes(
                fullname=cognito.StandardAttribute(required=True, mutable=True)
            ),
            keep_original=cognito.KeepOriginalAttrs(email=True),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=cdk.Duration.days(3),
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OPTIONAL,
            # By an app: text messages cost, and can be run up by strangers.
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            # 10,000 people a month are free in this plan and the next one, which costs thrice as much above.
            feature_plan=cognito.FeaturePlan.LITE,
            email=_mail(settings),
            deletion_protection=settings.is_protected,
            removal_policy=removal_policy(settings),
        )
        accept(
            pool, "COG2", "Optional: an account here holds no more than an address and a count of messages"
        )
        threats = (
            "Threat protection comes with the plus plan: 0.02 USD a month for each person, from the first "
            "one on. All that a stolen account could do here is chat"
        )
        accept(pool, "COG3", threats)
        accept(pool, "COG8", threats)
        return pool

    def _hosted_page(self, settings: Settings) -> str:
        """Its name has to be free in the whole region: the stack's id has a part that is nobody else's."""
        stack_uuid = cdk.Fn.select(2, cdk.Fn.split("/", cdk.Aws.STACK_ID))
        unique = cdk.Fn.select(0, cdk.Fn.split("-", stack_uuid))
        domain = self.user_pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"apparel-{settings.stage}-{unique}"),
            # The newer one shows nothing until a style has been drawn for each client.
            managed_login_version=cognito.ManagedLoginVersion.CLASSIC_HOSTED_UI,
        )
        return domain.base_url()


def _mail(settings: Settings) -> cognito.UserPoolEmail | None:
    address = settings.sign_in_mail_from
    if address is None:
        return None
    return cognito.UserPoolEmail.with_ses(
        from_email=address, ses_verified_domain=address.split("@")[1], ses_region=cdk.Aws.REGION
    )
