"""The project's own judged questions, conversations and sessions: the committed baseline holds."""

import pytest

from scripts.evaluation import report as reporting
from scripts.evaluation.report import Report
from scripts.evaluation.run import below_baseline, evaluate


@pytest.fixture(scope="module")
def report(base_url: str) -> Report:
    return evaluate(base_url)


def test_no_figure_is_below_the_baseline(report: Report) -> None:
    worse = below_baseline(reporting.figures(report))
    assert not worse, f"{worse}\n{reporting.failures(report)}"


def test_everything_said_about_products_is_the_catalogues(report: Report) -> None:
    assert report.untrue == []
