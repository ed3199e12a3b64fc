"""Synthesise every variant of the deploy with the real `cdk`: `make synth`.

Into a fresh folder each, build/cdk/VARIANT, where the templates stay to be read: an old folder may hold the
report of a failed check, which the next `cdk` takes for its own. No credentials are at hand, so nothing can
be looked up in an account; and once the packages are built, no network either, where the system lets us
take it away.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from scripts.results import table

ROOT = Path(__file__).parents[1]
CDK = ROOT / "infra" / "node_modules" / ".bin" / "cdk"
FOLDER = ROOT / "build" / "cdk"

# Values that have no default and no meaning, for a synth that nobody deploys.
SYNTH_ONLY_IMAGE = "registry.example/chat-ui-db@sha256:" + "0" * 64
SYNTH_ONLY_SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:llm-key-AbCdEf"

VARIANTS: dict[str, dict[str, object]] = {
    "full": {"accept_llama2_eula": True, "chat_ui_image": SYNTH_ONLY_IMAGE},
    "bare": {"llm": "none", "chat_ui": False},
    "openai": {
        "llm": "openai",
        "llm_base_url": "https://llm.example/v1",
        "llm_model": "some-model",
        "llm_api_key_secret": SYNTH_ONLY_SECRET,
        "chat_ui": False,
    },
}
"""What ops can choose between. `full` is cdk.json as it is, with what has no default."""


def synthesise(variant: str, *, offline: bool) -> Path:
    """The folder with what `cdk synth` wrote. Raises CalledProcessError where it failed."""
    folder = FOLDER / variant
    shutil.rmtree(folder, ignore_errors=True)
    settings = [f"--context={name}={json_text(value)}" for name, value in VARIANTS[variant].items()]
    command = [str(CDK), "synth", "--quiet", "--no-notices", f"--output={folder}", *settings]
    subprocess.run(
        [*(["unshare", "-rn"] if offline else []), *command],
        cwd=ROOT,
        env=without_credentials(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return folder


def json_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def without_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """As it is on a machine that has never seen an AWS account."""
    own = {name: value for name, value in environment.items() if not name.startswith(("AWS_", "CDK_"))}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**own, **nowhere, "AWS_EC2_METADATA_DISABLED": "true"}


def can_cut_the_network() -> bool:
    """Whether `unshare` gives us a network without anything in it. Not on macOS, nor in some containers."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0


def resources(folder: Path) -> dict[str, Counter[str]]:
    """How many resources of which type each stack holds."""
    templates = {
        file.name.removesuffix(".template.json"): json.loads(file.read_text())
        for file in sorted(folder.glob("*.template.json"))
    }
    return {
        stack: Counter(resource["Type"] for resource in template["Resources"].values())
        for stack, template in templates.items()
    }


def main() -> int:
    cut = can_cut_the_network()
    rows: list[tuple[object, ...]] = [("variant", "stacks", "resources", "functions", "network", "seconds")]
    for number, variant in enumerate(VARIANTS):
        offline = cut and number > 0  # the first one may have to fetch the wheels
        print(f"cdk synth: {variant} ...", file=sys.stderr, flush=True)
        started = time.monotonic()
        try:
            folder = synthesise(variant, offline=offline)
        except subprocess.CalledProcessError as error:
            print(error.output, file=sys.stderr)
            print(f"cdk synth of the variant {variant} ended with {error.returncode}.", file=sys.stderr)
            return 1
        found = resources(folder)
        for asset in folder.glob("asset.*"):  # three times the model and the packages: 2 GB
            shutil.rmtree(asset) if asset.is_dir() else asset.unlink()
        functions = sum(types["AWS::Lambda::Function"] for types in found.values())
        seconds = f"{time.monotonic() - started:.0f}"
        total = sum(types.total() for types in found.values())
        rows.append((variant, len(found), total, functions, "none" if offline else "there", seconds))
    print("cdk synth, without credentials, nothing to report by cdk-nag:")
    print(table(rows))
    if not cut:
        print("The network could not be taken away here (unshare -rn).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
