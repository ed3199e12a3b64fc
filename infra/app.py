"""The CDK app. So far it holds one empty stack: what production needs is not written yet."""

import aws_cdk as cdk

from infra.placeholder_stack import PlaceholderStack


def build() -> cdk.App:
    """The app with all its stacks."""
    app = cdk.App()
    PlaceholderStack(app, "ApparelRecommender")
    return app


if __name__ == "__main__":
    build().synth()
