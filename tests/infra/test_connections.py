"""A burst of cold environments finds room in the database and on the file system, by design."""

import pytest

from infra.connections import KEPT_BACK, connections_taken, connections_wanted
from tests.infra.deployment import Deployment, Resource

LEAST_AWAKE_ACU = 0.5


def with_a_connection(deployment: Deployment) -> list[Resource]:
    """The functions that may connect to the database."""
    functions = [function["Properties"] for _, function in deployment.all("AWS::Lambda::Function")]
    return [f for f in functions if "DATABASE_HOST" in f.get("Environment", {}).get("Variables", {})]


def scaling(deployment: Deployment) -> tuple[float, float]:
    found = deployment.one("data", "AWS::RDS::DBCluster")["ServerlessV2ScalingConfiguration"]
    return found["MinCapacity"], found["MaxCapacity"]


def test_whoever_connects_is_bounded_and_all_of_them_fit_in(bare: Deployment) -> None:
    reserved = [function.get("ReservedConcurrentExecutions", 0) for function in with_a_connection(bare)]
    assert len(reserved) == 2
    assert all(reserved)
    wanted = connections_wanted(*reserved)
    assert wanted <= connections_taken(*scaling(bare))
    # Even if the limit went down with the capacity, as some say it does, to the least that is awake.
    assert wanted <= connections_taken(LEAST_AWAKE_ACU, LEAST_AWAKE_ACU)


def test_database_keeps_its_own_limit(bare: Deployment) -> None:
    # A limit that is set by hand would keep a serverless instance from scaling down.
    for kind in ("AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup"):
        groups = bare.resources("data", kind).values()
        assert not any("max_connections" in group["Properties"]["Parameters"] for group in groups)


@pytest.mark.parametrize(
    ("min_acu", "max_acu", "aurora"),
    [
        (0, 1, 189),
        (0.5, 4, 823),
        (1, 8, 1_669),
        (1, 16, 3_360),
        (0, 16, 2_000),
        (1, 32, 5_000),
        (0, 64, 2_000),
    ],
)
def test_never_more_is_counted_on_than_aurora_takes(min_acu: float, max_acu: float, aurora: int) -> None:
    assert 0.85 * aurora <= connections_taken(min_acu, max_acu) + KEPT_BACK <= aurora


def test_model_is_read_at_the_throughput_of_those_who_read(bare: Deployment) -> None:
    # With bursting throughput a small file system has credits for some time, and is slow then.
    assert bare.one("model-store", "AWS::EFS::FileSystem")["ThroughputMode"] == "elastic"
