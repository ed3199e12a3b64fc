"""What goes into a Lambda package, before anything is installed."""

import re
import shutil
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.packaging import rds_ca
from infra.packaging.build import check_size, recipe_hash
from infra.packaging.errors import PackagingError
from infra.packaging.locked import pins, platform_tags
from infra.packaging.recipe import RECIPES, ROOT, Architecture, Libraries, Package, Recipe

HEAVY = {"torch", "transformers", "sentence-transformers", "huggingface-hub", "hf-xet", "onnx", "aws-cdk-lib"}


def names(package: Package, architecture: Architecture = "x86_64") -> set[str]:
    return {pin.partition("==")[0] for pin in pins(RECIPES[package].libraries, architecture)}


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
@pytest.mark.parametrize("package", RECIPES)
def test_nothing_heavy_is_asked_for(package: Package, architecture: Architecture) -> None:
    assert not names(package, architecture) & HEAVY


def test_what_runtime_needs_is_asked_for_with_all_that_it_needs() -> None:
    assert {"onnxruntime", "tokenizers", "numpy", "psycopg2-binary", "pydantic-core"} <= names("search")
    assert {"fastapi", "starlette", "uvicorn", "pyjwt", "cryptography", "botocore"} <= names("orchestrator")
    assert not {"boto3", "s3transfer"} & names("orchestrator")
    assert not {"pydantic-settings", "python-dotenv"} & (names("search") | names("orchestrator"))
    assert names("deploy") == set()


def test_versions_are_those_for_lambdas_python() -> None:
    """The lock has two of numpy; this may run under the Python that has the older one."""
    locked = re.findall(r"^numpy==(\S+) ; python_full_version >= '3\.12'$", lock(), re.MULTILINE)
    assert [f"numpy=={version}" for version in locked] == [
        pin for pin in pins(RECIPES["search"].libraries, "x86_64") if pin.startswith("numpy==")
    ]


def test_every_version_is_locked() -> None:
    for package in RECIPES:
        for pin in pins(RECIPES[package].libraries, "arm64"):
            assert re.search(rf"^{re.escape(pin)}( ;|$)", lock(), re.MULTILINE), pin


def test_unlocked_requirement_is_refused() -> None:
    with pytest.raises(PackagingError, match=r"requirements\.lock lacks pip: `make lock`"):
        pins(Libraries(requirements=("pip",)), "x86_64")


def test_wheels_of_several_ages_are_taken() -> None:
    assert platform_tags("arm64")[0] == "manylinux_2_28_aarch64"
    assert "manylinux2014_aarch64" in platform_tags("arm64")


@pytest.mark.parametrize("package", ["search", "orchestrator"])
def test_descriptions_of_all_services_that_are_called_stay(package: Package) -> None:
    called = {
        name
        for source in RECIPES[package].sources
        for file in source.rglob("*.py")
        if "deploy" not in file.parts
        for name in re.findall(r"""\bclient\(\s*["']([\w-]+)["']""", file.read_text())
    }
    assert called == set(RECIPES[package].libraries.aws_clients or ())


def test_lambdas_do_not_hold_each_other() -> None:
    folders = {package: {source.name for source in RECIPES[package].sources} for package in RECIPES}
    assert folders == {
        "search": {"embed_search", "apparel"},
        "orchestrator": {"orchestrator", "apparel"},
        "deploy": {"embed_search", "apparel"},
    }


# The size.


def test_package_too_large_is_told_with_what_is_largest(tmp_path: Path) -> None:
    for name, size in {"small": 10, "large": 3_000_000, "medium": 2_000_000}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x" * size)
    assert check_size(tmp_path) == 5_000_010
    with pytest.raises(PackagingError) as caught:
        check_size(tmp_path, limit=4_000_000)
    assert str(caught.value).splitlines() == [
        "The package has 5.0 MB unzipped, and Lambda takes 4.0. The largest:",
        "      3.0 MB  large",
        "      2.0 MB  medium",
        "      0.0 MB  small",
    ]


# The hash.


def test_hash_follows_the_sources_alone(tmp_path: Path) -> None:
    sources = tuple(
        Path(shutil.copytree(source, tmp_path / source.name)) for source in RECIPES["deploy"].sources
    )
    recipe = Recipe(sources)
    before = recipe_hash(recipe, "x86_64")
    (tmp_path / "apparel" / "__pycache__").mkdir(exist_ok=True)
    (tmp_path / "apparel" / "__pycache__" / "x.cpython-313.pyc").write_text("compiled")
    (tmp_path / "embed_search" / "torch_embedder.py").write_text("left out anyway")
    assert recipe_hash(recipe, "x86_64") == before == recipe_hash(RECIPES["deploy"], "x86_64")
    (tmp_path / "apparel" / "product.py").write_text("# changed")
    assert recipe_hash(recipe, "x86_64") != before


def test_hashes_differ_by_package_and_architecture() -> None:
    machines: list[Architecture] = ["x86_64", "arm64"]
    hashes = {recipe_hash(recipe, machine) for recipe in RECIPES.values() for machine in machines}
    assert len(hashes) == 2 * len(RECIPES)


# Amazon's certificate authorities.


def test_authorities_of_all_regions_are_there() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=rds_ca.certificates())
    found: list[dict[str, Any]] = context.get_ca_certs()
    names = {dict(pair for part in item["subject"] for pair in part)["commonName"] for item in found}
    for region in ("us-east-1", "ap-south-1", "eu-central-1", "sa-east-1"):
        assert f"Amazon RDS {region} Root CA RSA2048 G1" in names
    assert not any("2019" in name or "Beta" in name for name in names)


def test_authorities_are_those_that_are_locked() -> None:
    assert "sha512-" in rds_ca.lock_entry()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[: len(text) // 4], "holds [0-9]+ of Amazon's RDS roots instead of some 80"),
        (lambda text: "exports.defaults = [];", "holds 0 of Amazon's RDS roots"),
    ],
)
def test_other_content_is_refused(change: Callable[[str], str], message: str, tmp_path: Path) -> None:
    original = ROOT / "infra" / rds_ca._NPM_PACKAGE / rds_ca._PROFILE
    rds_ca.certificates()  # installs it, if need be
    copy = tmp_path / rds_ca._NPM_PACKAGE / rds_ca._PROFILE
    copy.parent.mkdir(parents=True)
    copy.write_text(change(original.read_text()))
    with pytest.raises(PackagingError, match=message):
        rds_ca.certificates(tmp_path)


def lock() -> str:
    return (ROOT / "requirements.lock").read_text()
