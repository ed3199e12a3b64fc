"""Which stacks there are."""

from tests.infra.deployment import Deployment


def test_names_each_stack_by_its_stage_and_part(bare: Deployment) -> None:
    stacks = [stack.stack_name for stack in bare.app.synth().stacks]
    assert stacks[:3] == ["apparel-dev-network", "apparel-dev-data", "apparel-dev-model-store"]
