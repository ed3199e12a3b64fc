"""The packages as a deploy builds them, each in a sandbox like Lambda's, among stand-ins for AWS.

The fixtures follow a deploy: `migrated`, `loaded`, then `search` and the chat serve. Each step is done by the
packaged function itself.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from psycopg2.extensions import parse_dsn

from infra.packaging.build import build
from infra.packaging.interpreter import lambda_python
from infra.packaging.libraries import installed
from infra.packaging.recipe import Libraries, Package
from tests.catalogue_load import load_file
from tests.cloudformation import CloudFormation, cloudformation
from tests.embed_search_fakes import write_catalogue
from tests.fake_data_api import CLUSTER, SECRET, fake_data_api
from tests.integration.embed_search.conftest import SHELF
from tests.integration.embed_search.databases import rds_like_database
from tests.lambda_runtime import Function, running_function
from tests.lambda_sandbox import Sandbox
from tests.rds_stand_in import Rds, rds_stand_in
from tests.web_adapter import BOOTSTRAP

BUCKET = "shop"
KEY = "spring/shop.csv"
SandboxOf = Callable[[Package], Sandbox]
Start = Callable[..., AbstractContextManager[Function]]


@dataclass(frozen=True)
class Aws:
    """Stand-ins for the services, on loopback."""

    rds: Rds
    database: str
    data_api: str
    s3: str
    cloudformation: CloudFormation

    def s3_client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.s3,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def environment(self, user: str, bundle: Path) -> dict[str, str]:
        """Of search and load, as infra/constructs/search_functions.py sets it; but that the database has an
        address and a certificate authority of the test."""
        name = parse_dsn(self.database)["dbname"]
        return {
            **self.rds.environment(user, name),
            "DATABASE_CA_FILE": "/opt/test-ca.pem",
            "MODEL_BUNDLE": f"/mnt/models/{bundle.name}",
            "AWS_ENDPOINT_URL_S3": self.s3,
        }


@pytest.fixture(scope="session")
def sandbox_of(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> SandboxOf:
    """A package in its sandbox, unpacked into a clean folder; built once a session."""
    python = lambda_python()
    if python is None:
        pytest.skip("there is no Python 3.13 here, neither on the PATH nor under pyenv")
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed: apt-get install bubblewrap")
    if os.uname().machine != "x86_64":
        pytest.skip("the packages are built for x86_64, which this machine is not")
    folder = tmp_path_factory.mktemp("packages")
    opt = folder / "opt"
    opt.mkdir()
    (opt / "bootstrap").write_text(BOOTSTRAP)
    (opt / "bootstrap").chmod(0o755)
    managed = Libraries(requirements=("awslambdaric", "boto3"), aws_clients=("rds-data", "s3"))
    runtime = installed(managed, "x86_64")

    def sandbox(package: Package) -> Sandbox:
        target = folder / package
        if not target.exists():
            build(package, "x86_64", target)
        return Sandbox(target, python, runtime, opt, bundle.parent)

    return sandbox


@pytest.fixture(scope="module")
def aws(
    sandbox_of: SandboxOf, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Aws]:
    """A database like one of RDS behind TLS and IAM, its Data API, S3, and CloudFormation's ear."""
    socket_file = Path(parse_dsn(postgres_server)["host"]) / ".s.PGSQL.5432"
    with ExitStack() as stack:
        database = stack.enter_context(rds_like_database(postgres_server))
        rds = stack.enter_context(rds_stand_in(socket_file, tmp_path_factory.mktemp("rds")))
        opt = sandbox_of("search").opt
        assert opt is not None
        shutil.copy(rds.authority, opt / "test-ca.pem")
        s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        s3.start()
        stack.callback(s3.stop)
        yield Aws(
            rds=rds,
            database=database,
            data_api=stack.enter_context(fake_data_api(database)).url,
            s3="http://{}:{}".format(*s3.get_host_and_port()),
            cloudformation=stack.enter_context(cloudformation()),
        )


@pytest.fixture(scope="module")
def start(sandbox_of: SandboxOf, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Starts a handler of a package with an environment."""
    folder = tmp_path_factory.mktemp("logs")

    @contextmanager
    def start(package: Package, handler: str, environment: Mapping[str, str]) -> Iterator[Function]:
        with running_function(
            sandbox_of(package), handler, environment, folder / f"{handler}.log"
        ) as function:
            yield function

    return start


@pytest.fixture(scope="module")
def migrated(aws: Aws, start: Start) -> dict[str, Any]:
    """CloudFormation's answer from the migration."""
    properties = {"ClusterArn": CLUSTER, "SecretArn": SECRET, "Database": "apparel", "SchemaHash": "1"}
    environment = {"AWS_ENDPOINT_URL_RDS_DATA": aws.data_api}
    with start("deploy", "embed_search.deploy.migrate_handler.handler", environment) as function:
        function.invoke(aws.cloudformation.request("Create", properties))
    return aws.cloudformation.answers.pop()


@pytest.fixture(scope="module")
def loaded(
    migrated: dict[str, Any],
    aws: Aws,
    start: Start,
    bundle: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The shelf is put into the bucket, and loaded; gives what was logged."""
    file = write_catalogue(tmp_path_factory.mktemp("shop") / "shop.csv", SHELF)
    client = aws.s3_client()
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key=KEY, Body=file.read_bytes())
    with start(
        "search", "embed_search.load_handler.handler", aws.environment("load_catalogue", bundle)
    ) as function:
        load_file(function.invoke, client, BUCKET, KEY)
        return function.logs()


@pytest.fixture(scope="module")
def search(loaded: str, aws: Aws, start: Start, bundle: Path) -> Iterator[Function]:
    environment = aws.environment("embed_search", bundle)
    with start("search", "embed_search.handler.handler", environment) as function:
        yield function
