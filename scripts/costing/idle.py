"""What resources cost by being there for a month, while nobody uses them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scripts.costing.prices import Prices

Resources = Mapping[str, Mapping[str, Any]]
"""Of one template or several, by any name; no reference between them is followed."""
Costs = dict[str, float]
"""USD by what it is paid for, in the order of first mention."""

_Lines = Iterator[tuple[str, float]]


class UnknownCost(LookupError):
    """A type of resource that neither has a price nor is listed as free."""


def idle(resources: Resources, prices: Prices) -> Costs:
    """USD a month. Raises UnknownCost."""
    costs: defaultdict[str, float] = defaultdict(float)
    for name, resource in resources.items():
        kind = resource["Type"]
        if kind in _PRICED:
            for item, usd in _PRICED[kind](resource.get("Properties", {}), resources, prices):
                costs[item] += usd
        elif not prices.is_free(kind):
            raise UnknownCost(f"{name} is a {kind}: give it a price, or list it as free (prices.toml)")
    costs["CloudWatch alarms and dashboard"] = _watching(resources, prices)
    costs["S3: packages of the deploys"] = prices.assumptions["s3_gb"] * prices.usd("s3_storage")
    return {item: usd for item, usd in costs.items() if usd}


def _database(properties: Mapping[str, Any], _: Resources, prices: Prices) -> _Lines:
    capacity = float(properties["ServerlessV2ScalingConfiguration"]["MinCapacity"])
    yield "Aurora: capacity", capacity * prices.a_month("aurora_capacity")
    yield "Aurora: storage", prices.assumptions["aurora_gb"] * prices.usd("aurora_storage")
    if properties.get("ManageMasterUserPassword"):
        yield "Secrets", prices.usd("secret")


def _endpoint(properties: Mapping[str, Any], _: Resources, prices: Prices) -> _Lines:
    for variant in properties["ProductionVariants"]:
        scaling = variant.get("ManagedInstanceScaling", {})
        count = scaling.get("MinInstanceCount", variant.get("InitialInstanceCount", 0))
        yield "GPU of the LLM", count * prices.a_month(gpu(variant["InstanceType"]))


def gpu(instance_type: str) -> str:
    """The name of its price: of ml.g5.2xlarge, gpu_g5_2xlarge."""
    return f"gpu_{instance_type.removeprefix('ml.').replace('.', '_')}"


def _service(properties: Mapping[str, Any], resources: Resources, prices: Prices) -> _Lines:
    (task,) = (r["Properties"] for r in resources.values() if r["Type"] == "AWS::ECS::TaskDefinition")
    processors, gigabytes = int(task["Cpu"]) / 1024, int(task["Memory"]) / 1024
    count = properties["DesiredCount"]
    hourly = processors * prices.a_month("fargate_processor") + gigabytes * prices.a_month("fargate_memory")
    yield "chat-ui: Fargate", count * hourly
    network = properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {})
    if network.get("AssignPublicIp") == "ENABLED":
        yield "Public addresses", count * prices.a_month("public_address")


def _load_balancer(properties: Mapping[str, Any], _: Resources, prices: Prices) -> _Lines:
    yield "chat-ui: load balancer", prices.a_month("load_balancer")
    if properties.get("Scheme", "internet-facing") == "internet-facing":
        yield "Public addresses", len(properties["Subnets"]) * prices.a_month("public_address")


def _file_system(_: Mapping[str, Any], resources: Resources, prices: Prices) -> _Lines:
    """The first one holds the models, another one chat-ui's conversations."""
    count = sum(resource["Type"] == "AWS::EFS::FileSystem" for resource in resources.values())
    gigabytes = prices.assumptions["efs_gb_models"] + (count - 1) * prices.assumptions["efs_gb_conversations"]
    yield "EFS: storage", gigabytes / count * prices.usd("efs_storage")


def _firewall(properties: Mapping[str, Any], _: Resources, prices: Prices) -> _Lines:
    rules = len(properties["Rules"])
    yield "WAF", prices.usd("firewall") + rules * prices.usd("firewall_rule")


def _endpoint_in_the_vpc(properties: Mapping[str, Any], _: Resources, prices: Prices) -> _Lines:
    if properties.get("VpcEndpointType", "Gateway") != "Gateway":
        raise UnknownCost("an interface endpoint has no price in prices.toml")
    yield from ()


def _by_the_month(item: str, price: str) -> Callable[[Mapping[str, Any], Resources, Prices], _Lines]:
    def lines(_: Mapping[str, Any], __: Resources, prices: Prices) -> _Lines:
        yield item, prices.usd(price)

    return lines


def _by_the_hour(item: str, price: str) -> Callable[[Mapping[str, Any], Resources, Prices], _Lines]:
    def lines(_: Mapping[str, Any], __: Resources, prices: Prices) -> _Lines:
        yield item, prices.a_month(price)

    return lines


def _nothing(_: Mapping[str, Any], __: Resources, ___: Prices) -> _Lines:
    """Counted together, in `_watching`."""
    yield from ()


def _watching(resources: Resources, prices: Prices) -> float:
    """Above what is free. An alarm costs by the metrics that it watches."""
    alarms = [r.get("Properties", {}) for r in resources.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    metrics: int = sum(
        sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms
    )
    dashboards: int = sum(r["Type"] == "AWS::CloudWatch::Dashboard" for r in resources.values())
    paid_metrics = max(0, metrics - prices.allowances["alarms"])
    paid_dashboards = max(0, dashboards - prices.allowances["dashboards"])
    return paid_metrics * prices.usd("alarm") + paid_dashboards * prices.usd("dashboard")


_PRICED: dict[str, Callable[[Mapping[str, Any], Resources, Prices], _Lines]] = {
    "AWS::CloudWatch::Alarm": _nothing,
    "AWS::CloudWatch::Dashboard": _nothing,
    "AWS::EC2::EIP": _by_the_hour("Public addresses", "public_address"),
    "AWS::EC2::NatGateway": _by_the_hour("NAT gateway", "nat_gateway"),
    "AWS::EC2::VPCEndpoint": _endpoint_in_the_vpc,
    "AWS::ECS::Service": _service,
    "AWS::EFS::FileSystem": _file_system,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::RDS::DBCluster": _database,
    "AWS::SageMaker::EndpointConfig": _endpoint,
    "AWS::SecretsManager::Secret": _by_the_month("Secrets", "secret"),
    "AWS::WAFv2::WebACL": _firewall,
}
