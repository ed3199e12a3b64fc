"""The header by which API Gateway's firewall knows that a request came through CloudFront."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.findings import accept
from infra.settings import Settings

HEADER = "x-origin-secret"


class OriginSecret(Construct):
    """`current` is what CloudFront sends; `accepted` are the values that are let in.

    Rotation: raise `origin_secret_generation` and deploy. The firewall takes the new value before CloudFront
    sends it, and goes on taking the former one, which CloudFront's locations send until they know better;
    the next rotation forgets it. In the templates both are references that CloudFormation resolves.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings) -> None:
        super().__init__(scope, name)
        generation = settings.origin_secret_generation
        current = self._secret(generation)
        former = [self._secret(generation - 1)] if generation > 1 else []
        self.current = _reference(current)
        self.accepted = [self.current, *(_reference(secret) for secret in former)]

    def _secret(self, generation: int) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            f"Generation{generation}",
            description="Sent by CloudFront to API Gateway; rotated by origin_secret_generation",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                exclude_punctuation=True, password_length=48
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        accept(secret, "SMG4", "Rotated by a deploy, since CloudFront and WAF hold the value as well")
        return secret


def _reference(secret: secretsmanager.Secret) -> str:
    """`{{resolve:secretsmanager:...}}`, never the value."""
    return secret.secret_value.unsafe_unwrap()
