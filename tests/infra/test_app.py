"""The CDK app synthesises. jsii, under aws-cdk-lib, needs Node.js."""

import shutil

import pytest

if shutil.which("node") is None:
    pytest.skip("aws-cdk-lib needs Node.js, and there is none", allow_module_level=True)

from infra.app import build


def test_synthesises_the_placeholder() -> None:
    assembly = build().synth()
    assert [stack.stack_name for stack in assembly.stacks] == ["ApparelRecommender"]
