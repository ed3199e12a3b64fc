"""The judged questions over the real catalogue, where it is beside the checkout.

Those of an evaluation folder, with the bars that the product has to reach without an LLM, and the project's
own with their baseline.
"""

from collections.abc import Iterator

import pytest

from scripts.evaluate import figures, judge
from scripts.evaluation import report as reporting
from scripts.evaluation.run import MYNTRA, below_baseline, evaluate
from scripts.local.stack import CHECKOUT, StackSettings, local_stack
from tests.folders import open_folder

SHARED = CHECKOUT.parent / "shared"
CATALOGUE = SHARED / "data" / "myntra_products_catalog.csv"

pytestmark = pytest.mark.skipif(
    not CATALOGUE.exists(), reason="the Myntra data set is not beside the checkout"
)


@pytest.fixture(scope="module")
def real_shop() -> Iterator[str]:
    with open_folder() as folder:
        settings = StackSettings(catalogue=CATALOGUE, state_dir=folder / "state")
        with local_stack(settings, announce=lambda _: None) as base_url:
            yield base_url


@pytest.mark.skipif(not (SHARED / "eval").exists(), reason="no evaluation folder beside the checkout")
def test_answers_reach_the_bars(real_shop: str) -> None:
    found = figures(judge(real_shop, CATALOGUE, SHARED / "eval"))
    assert found["attribute_strict_precision_at_5"] >= 0.97
    assert found["attribute_wants_met"] >= 0.99
    assert found["occasion_strict_precision_at_5"] >= 0.95
    assert found["dialogue_turns_right"] == found["dialogue_turns"]
    assert found["turns_with_an_invented_price"] == 0


def test_no_figure_of_the_own_questions_is_below_the_baseline(real_shop: str) -> None:
    if not MYNTRA.is_about(CATALOGUE):
        pytest.skip("the questions were judged over another version of the data set")
    report = evaluate(real_shop, MYNTRA, CATALOGUE)
    worse = below_baseline(reporting.figures(report), MYNTRA)
    assert not worse, f"{worse}\n{reporting.failures(report)}"
    assert report.untrue == []
