"""The two ways to search, each in its sandbox, over the same database by the same road: TLS and a login."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2.extensions import parse_dsn

from embed_search.database import dsn_of
from embed_search.settings import Settings
from infra.packaging.build import build
from infra.packaging.interpreter import lambda_python
from infra.packaging.libraries import installed
from infra.packaging.recipe import Libraries, Package
from scripts.cold_start import article_packages
from scripts.cold_start.starting import Way
from scripts.model.build_bundle import ensure_bundle
from scripts.model.fetch import ensure_model
from scripts.results import ROOT
from tests.lambda_sandbox import Sandbox
from tests.rds_stand_in import Rds, rds_stand_in

FOLDER = ROOT / "build" / "cold"
_MANAGED = Libraries(requirements=("awslambdaric", "boto3"), aws_clients=("rds-data", "s3"))
_HERE = Path(__file__).parent


class NotHere(RuntimeError):
    """Something that the measurement needs is not on this machine."""


@dataclass(frozen=True)
class Ways:
    ours: Way
    our_steps: Way
    """The same, one step after the other."""
    least: Way
    """The same libraries and model with next to no code of ours."""
    article: Way
    orchestrator: Sandbox

    @property
    def folders(self) -> list[Path]:
        """With all that is read."""
        sandboxes = [way.sandbox for way in (self.ours, self.article)]
        found = [place for box in sandboxes for place in (box.package, box.runtime, box.models, box.opt)]
        return [place for place in (*found, self.orchestrator.package) if place]


@contextmanager
def ways(database_url: str) -> Iterator[Ways]:
    """Everything is built that is not there yet. Raises NotHere, PackagingError and ModelUnavailable."""
    python = lambda_python()
    if python is None or shutil.which("bwrap") is None:
        raise NotHere(
            "This wants Python 3.13 (on the PATH or under pyenv), and bubblewrap: apt-get install it."
        )
    if os.uname().machine != "x86_64":
        raise NotHere("The packages are built for x86_64, which this machine is not.")
    opt = _empty("opt")
    for code in ("search_steps.py", "search_least.py"):
        shutil.copy(_HERE / code, opt)
    (opt / "bootstrap").write_text('#!/bin/sh\nexec "$LAMBDA_TASK_ROOT/$_HANDLER"\n')
    (opt / "bootstrap").chmod(0o755)
    runtime = installed(_MANAGED, "x86_64")
    bundle = ensure_bundle()
    socket_file = Path(parse_dsn(database_url)["host"]) / ".s.PGSQL.5432"
    with rds_stand_in(socket_file, _empty("rds")) as rds:
        shutil.copy(rds.authority, opt / "ca.pem")
        model = f"/mnt/models/{bundle.name}"
        environment = {
            **rds.environment("postgres", "postgres"),
            "DATABASE_CA_FILE": "/opt/ca.pem",
            "MODEL_BUNDLE": model,
        }
        login = {"DATABASE_URL": _password_login(rds)}
        box = Sandbox(_package("search"), python, runtime, opt, bundle.parent)
        path = {"PYTHONPATH": "/var/runtime:/opt"}
        yield Ways(
            Way("ours", box, "embed_search.handler.handler", environment),
            Way("our steps", box, "search_steps.handler", {**environment, **path}),
            Way("the least", box, "search_least.handler", {**path, **login, "MODEL_BUNDLE": model}),
            _article(login, opt),
            Sandbox(_package("orchestrator"), python, runtime, opt),
        )


def _article(login: dict[str, str], opt: Path) -> Way:
    """As its EFS has it: packages and model, under this Python, for which there is torch without CUDA."""
    efs = FOLDER / "article"
    article_packages.linked(article_packages.ARTICLE, efs / "site-packages")
    article_packages.linked(article_packages.RUNTIME, FOLDER / "article-runtime")
    if not (efs / "model").is_dir():
        shutil.copytree(ensure_model(), efs / "model")
    code = _empty("article-code")
    shutil.copy(_HERE / "article.py", code)
    environment = {
        "MODEL": "/mnt/models/model",
        **login,
        "PYTHONPATH": "/var/runtime:/mnt/models/site-packages",
        "HF_HUB_OFFLINE": "1",
    }
    box = Sandbox(code, Path(sys.executable), FOLDER / "article-runtime", opt, efs)
    return Way("the article's way", box, "article.handler", environment)


def _password_login(rds: Rds) -> str:
    """A fixed password; the stand-in takes none but a token of the last minutes."""
    given = rds.environment("postgres", "postgres")
    fields = {name.lower(): value for name, value in given.items()}
    dsn = dsn_of(Settings.model_validate({**fields, "model_bundle": "unused"}))()
    return dsn.replace(str(rds.authority), "/opt/ca.pem")


def _package(package: Package) -> Path:
    folder = _empty(package)
    build(package, "x86_64", folder)
    return folder


def _empty(name: str) -> Path:
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def products_in(database_url: str) -> int:
    connection = psycopg2.connect(database_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM product")
            (number,) = cursor.fetchone() or (0,)
        return int(number)
    finally:
        connection.close()
