"""The code of the Lambda functions.

    python -m infra.packages --output FOLDER [--architecture arm64]

builds all packages as a deploy does. pip runs once for each set of libraries; build/packages/ keeps them.
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import get_args

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

from infra.packaging.build import build, check_size, recipe_hash
from infra.packaging.errors import PackagingError
from infra.packaging.recipe import RECIPES, Architecture, Package

__all__ = ["Package", "code"]

_ARCHITECTURES: dict[str, Architecture] = {"x86_64": "x86_64", "arm64": "arm64"}


@jsii.implements(cdk.ILocalBundling)
class _LocalBundling:
    """What the CDK would do in a container, done here."""

    def __init__(self, package: Package, architecture: Architecture) -> None:
        self._package = package
        self._architecture = architecture

    # jsii hands both over by position.
    def try_bundle(self, output_dir: str, options: object = None, **_others: object) -> bool:
        build(self._package, self._architecture, Path(output_dir))
        return True


def code(package: Package, architecture: lambda_.Architecture) -> lambda_.Code:
    """What a function of this package runs. Synth builds it, without Docker, and may raise PackagingError."""
    name = _ARCHITECTURES[architecture.name]
    bundling = cdk.BundlingOptions(
        # Wanted by the CDK, and not used.
        image=lambda_.Runtime.PYTHON_3_13.bundling_image,
        local=_LocalBundling(package, name),
        command=["false"],
    )
    return lambda_.Code.from_asset(
        str(RECIPES[package].sources[0]),
        asset_hash=recipe_hash(RECIPES[package], name),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        bundling=bundling,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the Lambda packages.")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER", help="gets a folder for each")
    parser.add_argument("--architecture", choices=get_args(Architecture), default="x86_64")
    arguments = parser.parse_args()
    try:
        for package in RECIPES:
            target = arguments.output / package
            shutil.rmtree(target, ignore_errors=True)
            build(package, arguments.architecture, target)
            print(f"{target}  {check_size(target) / 1e6:.1f} MB")
    except PackagingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
