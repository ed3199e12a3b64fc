"""The judged questions of an evaluation folder over the real catalogue, where both are beside the checkout.

The bars are those that the product has to reach without an LLM.
"""

import pytest

from scripts.evaluate import figures, judge
from scripts.local.stack import CHECKOUT, StackSettings, local_stack
from tests.folders import open_folder

SHARED = CHECKOUT.parent / "shared"
MYNTRA = SHARED / "data" / "myntra_products_catalog.csv"


@pytest.mark.skipif(not MYNTRA.exists(), reason="the Myntra data set is not beside the checkout")
def test_answers_reach_the_bars() -> None:
    with open_folder() as folder:
        settings = StackSettings(catalogue=MYNTRA, state_dir=folder / "state")
        with local_stack(settings, announce=lambda _: None) as base_url:
            found = figures(judge(base_url, MYNTRA, SHARED / "eval"))
    assert found["attribute_strict_precision_at_5"] >= 0.97
    assert found["attribute_wants_met"] >= 0.98
    assert found["occasion_strict_precision_at_5"] >= 0.95
    assert found["dialogue_turns_right"] == found["dialogue_turns"]
    assert found["turns_with_an_invented_price"] == 0
