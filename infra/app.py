"""The CDK app: `cdk synth` and `cdk deploy` run it (cdk.json)."""

import sys
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.api_stack import ApiStack
from infra.data_stack import DataStack
from infra.model_store_stack import ModelStoreStack
from infra.network_stack import NetworkStack
from infra.settings import Settings, SettingsError, read_settings


def build(context: Mapping[str, Any] | None = None, outdir: str | None = None) -> cdk.App:
    """The app with all its stacks. Raises SettingsError.

    The settings come from cdk.json by way of the CDK's command line; without it, from `context`.
    """
    app = cdk.App(context=dict(context or {}), outdir=outdir)
    settings = read_settings(app.node.get_all_context())
    cdk.Tags.of(app).add("project", "apparel-recommender")
    cdk.Tags.of(app).add("stage", settings.stage)
    _add_stacks(app, settings)
    return app


def _add_stacks(app: cdk.App, settings: Settings) -> None:
    def name(part: str) -> str:
        return f"apparel-{settings.stage}-{part}"

    network = NetworkStack(app, name("network"), settings)
    data = DataStack(app, name("data"), settings, network)
    model_store = ModelStoreStack(app, name("model-store"), settings, network)
    ApiStack(app, name("api"), settings, network, data, model_store, None)


def add_checks(app: cdk.App) -> None:
    """Let synth refuse what breaks a rule of cdk-nag and was not accepted beside its construct."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def main() -> int:
    try:
        app = build()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    add_checks(app)
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        return 1  # the findings are printed already
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
