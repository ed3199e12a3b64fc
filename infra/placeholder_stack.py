"""Stands where the production stacks will be, so that `cdk synth` has something to show."""

import aws_cdk as cdk
from constructs import Construct


class PlaceholderStack(cdk.Stack):
    """No resources."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name, description="Apparel recommender: placeholder without resources")
