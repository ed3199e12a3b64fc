"""What 1,000 chats cost on top of the idle month."""

from collections.abc import Mapping
from typing import Any

from scripts.costing.idle import Costs, Resources, gpu
from scripts.costing.prices import Prices

CHATS = 1_000
_MILLION = 1e6
_DEFAULT_PAUSE_SECONDS = 300


def of_1000_chats(resources: Resources, prices: Prices, llm_idle_minutes: float) -> Costs:
    """USD. An LLM that somebody else runs is not in it."""
    usage = prices.usage
    messages = CHATS * usage["messages_in_a_chat"]
    hours = CHATS / usage["chats_in_an_hour"]
    costs = {
        "GPU of the LLM": _gpu(resources, prices, hours, llm_idle_minutes),
        "Aurora: capacity": _aurora(resources, prices, hours),
        "Lambda": messages * _functions(resources, prices) + _cold_searches(resources, prices),
        "API Gateway": messages * prices.usd("api_requests") / _MILLION,
        "CloudWatch and X-Ray": messages * _telemetry(prices) + _metrics(prices, hours),
    }
    if _all(resources, "AWS::WAFv2::WebACL"):
        costs["WAF"] = messages * prices.usd("firewall_requests") / _MILLION
    if _all(resources, "AWS::DynamoDB::Table"):
        writes = usage["table_writes_in_a_message"] * prices.usd("table_writes")
        reads = usage["table_reads_in_a_message"] * prices.usd("table_reads")
        costs["DynamoDB"] = messages * (writes + reads) / _MILLION
    return {item: usd for item, usd in costs.items() if usd}


def _all(resources: Resources, kind: str) -> list[Mapping[str, Any]]:
    return [r.get("Properties", {}) for r in resources.values() if r["Type"] == kind]


def _gpu(resources: Resources, prices: Prices, hours: float, idle_minutes: float) -> float:
    """Of instances that are not there while nobody asks; the others are in the idle month."""
    awake = hours + prices.usage["sittings"] * idle_minutes / 60
    return sum(
        awake * prices.usd(gpu(variant["InstanceType"]))
        for config in _all(resources, "AWS::SageMaker::EndpointConfig")
        for variant in config["ProductionVariants"]
        if variant.get("ManagedInstanceScaling", {}).get("MinInstanceCount") == 0
    )


def _aurora(resources: Resources, prices: Prices, hours: float) -> float:
    """Above the capacity that is paid in any case."""
    total = 0.0
    for cluster in _all(resources, "AWS::RDS::DBCluster"):
        scaling = cluster["ServerlessV2ScalingConfiguration"]
        pause = scaling.get("SecondsUntilAutoPause", 0 if scaling["MinCapacity"] else _DEFAULT_PAUSE_SECONDS)
        awake = hours + prices.usage["sittings"] * pause / 3600
        more = max(0.0, prices.usage["aurora_acu_awake"] - float(scaling["MinCapacity"]))
        total += awake * more * prices.usd("aurora_capacity")
    return total


def _functions(resources: Resources, prices: Prices) -> float:
    """Of one message, both functions."""
    usage = prices.usage
    functions = {f["Handler"]: f for f in _all(resources, "AWS::Lambda::Function")}
    variables = functions["run.sh"].get("Environment", {}).get("Variables", {})
    has_llm = "LLM_BASE_URL" in variables or bool(_all(resources, "AWS::SageMaker::EndpointConfig"))
    seconds = usage["orchestrator_seconds_with_llm" if has_llm else "orchestrator_seconds"]
    calls = usage["search_calls_in_a_message"]
    return (
        (1 + calls) * prices.usd("lambda_requests") / _MILLION
        + seconds * _second(functions["run.sh"], prices)
        + calls * usage["search_seconds"] * _second(functions["embed_search.handler.handler"], prices)
    )


def _second(function: Mapping[str, Any], prices: Prices) -> float:
    (architecture,) = function.get("Architectures", ["x86_64"])
    return float(function["MemorySize"]) / 1024 * prices.usd(f"lambda_{architecture}")


def _cold_searches(resources: Resources, prices: Prices) -> float:
    """The model, read from EFS."""
    if not _all(resources, "AWS::EFS::FileSystem"):
        return 0
    return prices.usage["search_cold_starts"] * prices.usage["model_gb"] * prices.usd("efs_read")


def _telemetry(prices: Prices) -> float:
    """Of one message."""
    usage = prices.usage
    logs = usage["log_kb_in_a_message"] / 1e6 * prices.usd("logs")
    return logs + usage["traces_in_a_message"] * prices.usd("traces") / _MILLION


def _metrics(prices: Prices, hours: float) -> float:
    """A metric is paid for the hours in which it has values."""
    paid = max(0, prices.usage["metrics"] - prices.allowances["metrics"])
    return paid * prices.usd("metric") * hours / prices.hours_a_month
