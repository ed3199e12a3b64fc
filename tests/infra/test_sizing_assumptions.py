"""The simulation of larger loads speaks of this deploy."""

import json
from dataclasses import asdict

from infra.constructs.scale_to_zero import QUESTIONS_AT_ONCE
from infra.settings import ROOT
from scripts.simulate import DEPLOYED
from scripts.sizing.scenarios import CALLS_OF_AN_INSTANCE


def test_ceilings_are_those_of_a_deploy() -> None:
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    assert asdict(DEPLOYED) == {name: context[name] for name in asdict(DEPLOYED)}


def test_an_instance_of_the_llm_takes_as_many_calls_as_it_scales_by() -> None:
    assert CALLS_OF_AN_INSTANCE == QUESTIONS_AT_ONCE
