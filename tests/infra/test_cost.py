"""What a deploy costs, by its templates; and that docs/COST.md says so."""

from collections.abc import Mapping
from typing import Any

import pytest

from scripts import cost, generated
from scripts.costing.idle import UnknownCost, gpu, idle
from scripts.costing.prices import Prices, article, read_prices
from scripts.costing.report import ARTICLE
from scripts.costing.usage import of_1000_chats
from tests.infra.deployment import Deployment, Synthesise


@pytest.fixture(scope="module")
def prices() -> Prices:
    return read_prices()


def of(kind: str, **properties: Any) -> Mapping[str, Mapping[str, Any]]:
    return {"One": {"Type": kind, "Properties": properties}}


def test_the_articles_design_costs_what_its_parts_cost(prices: Prices) -> None:
    parts = idle(article(), prices)
    assert parts["GPU of the LLM"] == pytest.approx(2 * 1.515 * 730)
    assert parts["Aurora: capacity"] == pytest.approx(0.5 * 0.12 * 730)
    assert sum(parts.values()) == pytest.approx(2_335, abs=1)


def test_a_gpu_that_may_be_absent_costs_nothing_while_idle(prices: Prices) -> None:
    asleep = {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 1}
    variant = {"InstanceType": "ml.g5.2xlarge", "InitialInstanceCount": 1, "ManagedInstanceScaling": asleep}
    config = of("AWS::SageMaker::EndpointConfig", ProductionVariants=[variant])
    assert "GPU of the LLM" not in idle(config, prices)


def test_an_alarm_costs_by_the_metrics_that_it_watches_above_those_that_are_free(prices: Prices) -> None:
    both = {"Metrics": [{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": "a + b"}]}
    alarms = {str(number): {"Type": "AWS::CloudWatch::Alarm", "Properties": both} for number in range(6)}
    assert idle(alarms, prices)["CloudWatch alarms and dashboard"] == pytest.approx(0.20)


@pytest.mark.parametrize(
    "resources",
    [
        of("AWS::MSK::Cluster"),
        of("AWS::EC2::VPCEndpoint", VpcEndpointType="Interface"),
    ],
)
def test_refuses_what_has_no_price(resources: Mapping[str, Mapping[str, Any]], prices: Prices) -> None:
    with pytest.raises(UnknownCost):
        idle(resources, prices)


def test_every_resource_has_a_price_or_is_free(full: Deployment, prices: Prices) -> None:
    for template in full.templates.values():
        for name, resource in template["Resources"].items():
            if resource["Type"] != "AWS::ECS::Service":  # needs its task definition
                idle({name: resource}, prices)


def test_the_default_gpu_has_a_price(full: Deployment, prices: Prices) -> None:
    (variant,) = full.one("llm", "AWS::SageMaker::EndpointConfig")["ProductionVariants"]
    assert prices.usd(gpu(variant["InstanceType"])) > 0


def test_idles_within_its_aims_but_for_a_dollar(full: Deployment, bare: Deployment, prices: Prices) -> None:
    """55 USD a month with chat-ui; 10 without, of which docs/COST.md says by how much it is missed."""
    everything, nothing = (
        column.idle_usd
        for column in cost.columns_of({"full": full.templates, "bare": bare.templates}, prices)
        if column.name != ARTICLE
    )
    assert everything <= 55
    assert nothing <= 11


def test_chats_wake_the_gpu_for_hours_and_not_for_seconds(full: Deployment, prices: Prices) -> None:
    resources = dict(full.templates["llm"]["Resources"], **full.templates["api"]["Resources"])
    hours = 1000 / prices.usage["chats_in_an_hour"] + prices.usage["sittings"] * 15 / 60
    assert of_1000_chats(resources, prices, 15)["GPU of the LLM"] == pytest.approx(hours * 1.515)


@pytest.mark.slow
def test_the_page_has_these_figures(
    full: Deployment, bare: Deployment, synthesise: Synthesise, prices: Prices
) -> None:
    known = {"neither": bare, "SageMaker and chat-ui": full}
    templates = {
        name: (known.get(name) or synthesise(settings)).templates for name, settings in cost.DESIGNS.items()
    }
    page = cost.PAGE.read_text(encoding="utf-8")
    for name, text in cost.parts(templates, prices).items():
        assert generated.replaced(page, name, text) == page, "docs/COST.md is not up to date: make cost"
