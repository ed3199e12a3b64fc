"""cdk-nag's findings that are accepted, each one beside the construct that it is about."""

import aws_cdk as cdk
from constructs import IConstruct


def accept(construct: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding of `construct` and what is below it.

    `finding` is the rule's name without the pack's, such as `S1`, or with the resource that the rule names:
    `IAM5[Resource::*]`.
    """
    acknowledgment = cdk.Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason)
    cdk.Validations.of(construct).acknowledge(acknowledgment)
