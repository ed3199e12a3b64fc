"""Cognito: accounts of shoppers, and the clients that may ask for their tokens."""

import pytest

from tests.infra.deployment import Deployment, Resource, Synthesise
from tests.infra.permissions import as_text


@pytest.fixture(scope="module")
def pool(bare: Deployment) -> Resource:
    return bare.one("api", "AWS::Cognito::UserPool")


def test_people_sign_up_themselves_with_an_address_that_is_verified(pool: Resource) -> None:
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    assert pool["UsernameAttributes"] == ["email"]
    assert pool["AutoVerifiedAttributes"] == ["email"]
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["AccountRecoverySetting"]["RecoveryMechanisms"] == [{"Name": "verified_email", "Priority": 1}]


def test_passwords_are_long_and_mixed(pool: Resource) -> None:
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 12,
        "RequireLowercase": True,
        "RequireUppercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "TemporaryPasswordValidityDays": 3,
    }


def test_a_second_factor_is_offered_by_app_and_never_by_text_message(pool: Resource) -> None:
    assert pool["MfaConfiguration"] == "OPTIONAL"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert "SmsConfiguration" not in pool


def test_it_costs_nothing_for_the_first_ten_thousand_people(pool: Resource) -> None:
    assert pool["UserPoolTier"] == "LITE"


def test_the_web_pages_client_is_public_and_knows_the_code_flow_alone(bare: Deployment) -> None:
    client = bare.one("api", "AWS::Cognito::UserPoolClient")

    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["SupportedIdentityProviders"] == ["COGNITO"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert [as_text(url) for url in client["CallbackURLs"]] == ["https://Edge/"]
    assert [as_text(url) for url in client["LogoutURLs"]] == ["https://Edge/"]
    assert (client["AccessTokenValidity"], client["RefreshTokenValidity"]) == (60, 60)
    assert client["TokenValidityUnits"]["AccessToken"] == "minutes"


def test_tokens_carry_the_scope_by_which_the_conversation_knows_our_clients(bare: Deployment) -> None:
    server = bare.one("api", "AWS::Cognito::UserPoolResourceServer")
    client = bare.one("api", "AWS::Cognito::UserPoolClient")
    conversation = bare.one("api", "AWS::Lambda::Function", Handler="run.sh")

    (scope,) = server["Scopes"]
    name = f"{server['Identifier']}/{scope['ScopeName']}"
    assert conversation["Environment"]["Variables"]["COGNITO_SCOPE"] == name == "apparel/chat"
    scopes = [as_text(scope).replace("SignInPoolApi", "apparel") for scope in client["AllowedOAuthScopes"]]
    assert scopes == ["openid", "email", "profile", "apparel/chat"]


def test_the_hosted_page_has_a_name_that_nobody_else_has(bare: Deployment) -> None:
    domain = bare.one("api", "AWS::Cognito::UserPoolDomain")["Domain"]["Fn::Join"][1]

    assert domain[0] == "apparel-dev-"
    assert "AWS::StackId" in str(domain[1])


@pytest.mark.parametrize(
    ("variant", "protection", "kept"), [("bare", "INACTIVE", "Delete"), ("prod", "ACTIVE", "Retain")]
)
def test_accounts_are_kept_in_production(
    variant: str, protection: str, kept: str, request: pytest.FixtureRequest
) -> None:
    deployment = request.getfixturevalue(variant)
    (pool,) = deployment.resources("api", "AWS::Cognito::UserPool").values()
    assert pool["Properties"]["DeletionProtection"] == protection
    assert pool["DeletionPolicy"] == kept


def test_mails_go_out_through_ses_where_an_address_is_set(synthesise: Synthesise, pool: Resource) -> None:
    assert "EmailConfiguration" not in pool
    mailing = synthesise({"llm": "none", "chat_ui": False, "sign_in_mail_from": "hello@shop.example"})

    mail = mailing.one("api", "AWS::Cognito::UserPool")["EmailConfiguration"]

    assert (mail["EmailSendingAccount"], mail["From"]) == ("DEVELOPER", "hello@shop.example")
    assert as_text(mail["SourceArn"]).endswith(":identity/shop.example")


def test_the_keys_of_programs_are_made_for_chat_ui_and_left_open_for_testers(bare: Deployment) -> None:
    (keys,) = [
        secret["Properties"]
        for name, secret in bare.resources("api", "AWS::SecretsManager::Secret").items()
        if name.startswith("ApiKeys")
    ]
    assert keys["GenerateSecretString"] == {
        "SecretStringTemplate": '{"testers": {}}',
        "GenerateStringKey": "service",
        "ExcludePunctuation": True,
        "PasswordLength": 48,
    }
