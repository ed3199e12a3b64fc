"""The CDK app: `cdk synth` and `cdk deploy` run it (cdk.json)."""

import sys
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.api_stack import ApiStack
from infra.chat_ui_stack import ChatUiStack
from infra.data_stack import DataStack
from infra.llm_stack import LlmStack
from infra.model_store_stack import ModelStoreStack
from infra.monitoring_stack import MonitoringStack
from infra.network_stack import NetworkStack
from infra.packaging.errors import PackagingError
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
    llm = LlmStack(app, name("llm"), settings) if settings.llm == "sagemaker" else None
    api = ApiStack(app, name("api"), settings, network, data, model_store, llm)
    if llm:
        api.add_stack_dependency(llm)  # it knows the endpoint by its name alone
    chat_ui = ChatUiStack(app, name("chat-ui"), settings, network, api) if settings.chat_ui else None
    MonitoringStack(
        app,
        name("monitoring"),
        settings,
        data=data,
        model_store=model_store,
        api=api,
        llm=llm,
        chat_ui=chat_ui,
    )


def add_checks(app: cdk.App) -> None:
    """Let synth refuse what breaks a rule of cdk-nag and was not accepted beside its construct."""
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def main() -> int:
    try:
        app = build()
        add_checks(app)
        app.synth()
    except (SettingsError, RuntimeError) as error:
        text = explain(error)
        if text is None:
            raise
        print(text, file=sys.stderr)
        return 1
    return 0


def explain(error: Exception) -> str | None:
    """What ops are told instead of a traceback, or None where only that helps."""
    # One of our errors that went through the CDK's JavaScript comes back as another one, with ours behind it.
    for known in (error, error.__cause__, error.__context__):
        if isinstance(known, SettingsError | PackagingError):
            return str(known)
    if "ValidationFailed" in str(error):
        return "cdk-nag's findings above are new: mend each, or accept it with a reason."
    return None


if __name__ == "__main__":
    raise SystemExit(main())
