"""The templates that a deploy would hand to CloudFormation, without building the functions' code."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.app import build
from infra.settings import ROOT

Template = dict[str, Any]


def synthesise(settings: Mapping[str, object]) -> dict[str, Template]:
    """By the stack's part of the name: `network`, `data`, ... What cdk.json sets holds unless `settings`
    says otherwise. Raises SettingsError."""
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    with tempfile.TemporaryDirectory() as folder:
        app = build({**context, "aws:cdk:bundling-stacks": [], **settings}, outdir=folder)
        app.synth()
        return {
            file.name.removesuffix(".template.json").split("-", 2)[2]: json.loads(file.read_text("utf-8"))
            for file in sorted(Path(folder).glob("*.template.json"))
        }
