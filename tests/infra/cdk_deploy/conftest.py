"""The fake account, and what is done to it once for all tests here: each step needs the one before."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from scripts.local.postgres import running_postgres
from scripts.synth import CDK, VARIANTS
from tests.fake_data_api import fake_data_api
from tests.folders import open_folder
from tests.infra.cdk_deploy.runs import DEPLOY, Apps, Run, run, without_code
from tests.infra.deployment import Synthesise
from tests.infra.fake_account import ACCOUNT, REGION, FakeAccount, fake_account
from tests.integration.embed_search.databases import rds_like_database
from tests.small_bundle import small_bundle

CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:apparel-dev"
MASTER_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!cluster-of-apparel-dev"


@pytest.fixture(scope="session")
def apps(synthesise: Synthesise, tmp_path_factory: pytest.TempPathFactory) -> Apps:
    bundles = tmp_path_factory.mktemp("bundles")
    first, second = (small_bundle(bundles, {"model.onnx": words}) for words in (b"no model", b"none either"))
    later = {"origin_secret_generation": 2, "search_memory_mb": 2048}
    return Apps(
        without_code(synthesise({**VARIANTS["full"], "model_bundle": str(first)}).folder),
        first.name,
        without_code(synthesise({**VARIANTS["full"], "model_bundle": str(second), **later}).folder),
        second.name,
    )


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The URL of an empty database like one of RDS, on a server of its own."""
    with (
        open_folder() as folder,
        running_postgres(folder / "postgres") as server,
        rds_like_database(server) as url,
    ):
        yield url


@pytest.fixture(scope="session")
def account(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeAccount]:
    """Bootstrapped."""
    if not CDK.exists():
        pytest.skip("the CDK's command line is not installed: make synth does it")
    with ExitStack() as stack:
        data_api = stack.enter_context(fake_data_api(database, cluster=CLUSTER, secret=MASTER_SECRET))
        account = stack.enter_context(fake_account(tmp_path_factory.mktemp("account"), data_api.url))
        account.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
        yield account


@pytest.fixture(scope="session")
def deployed(account: FakeAccount, apps: Apps) -> Run:
    return run(account, *DEPLOY, str(apps.first))


@pytest.fixture(scope="session")
def deployed_again(account: FakeAccount, apps: Apps, deployed: Run) -> Run:
    return run(account, *DEPLOY, str(apps.first))


@pytest.fixture(scope="session")
def updated(account: FakeAccount, apps: Apps, deployed_again: Run) -> Run:
    return run(account, *DEPLOY, str(apps.second))


@pytest.fixture(scope="session")
def rolled_back(account: FakeAccount, apps: Apps, updated: Run) -> Run:
    return run(account, *DEPLOY, str(apps.first))


@pytest.fixture(scope="session")
def destroyed(account: FakeAccount, apps: Apps, rolled_back: Run) -> Run:
    return run(account, "destroy", "--all", "--force", "--app", str(apps.first))
