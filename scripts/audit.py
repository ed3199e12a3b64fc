"""`make audit`: known vulnerabilities of the locked packages, and the licences of what is deployed.

Exit status 1: a vulnerability, or a licence that nobody has agreed to. The vulnerabilities come from PyPI's
own data; where that can't be reached the audit says so, and only the licences are held to.
"""

import json
import re
import subprocess
import sys
from importlib import metadata

from infra.packaging.locked import pins
from infra.packaging.recipe import RECIPES, ROOT

LOCK = ROOT / "requirements.lock"
PAGE = ROOT / "docs" / "LICENSES.md"

# What may be deployed: permissive licences, and weaker copyleft that asks nothing of those who only import.
AGREED = re.compile(r"\b(?:MIT|BSD|Apache|ISC|PSF|Python Software|Unlicense|MPL|LGPL|Zlib|0BSD)\b")
_HEADING = """# Licences of what is deployed

The libraries inside the Lambda packages (`infra/packaging/recipe.py`), written by `make audit`. Besides them:
the embedding model all-mpnet-base-v2 (Apache-2.0); Llama 2 where it is chosen (Meta's own licence, to be
accepted by a setting); the page's font (`web/fonts/LICENSE`).

| library | version | licence |
|---|---|---|
"""


def vulnerabilities() -> tuple[int, list[str]]:
    """How many packages could be checked, and what was found in them."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise SystemExit(f"pip-audit gave no result:\n{done.stderr}")
    packages = json.loads(done.stdout)["dependencies"]
    checked = [package for package in packages if "skip_reason" not in package]
    found = [
        f"{package['name']} {package['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions'])}"
        for package in checked
        for flaw in package["vulns"]
    ]
    return len(checked), found


def licences() -> list[tuple[str, str, str]]:
    """Name, version and licence of each library in a Lambda package."""
    wanted = {pin for recipe in RECIPES.values() for pin in pins(recipe.libraries, "x86_64")}
    return [(*_split(pin), _licence(pin.partition("==")[0])) for pin in sorted(wanted)]


def page(libraries: list[tuple[str, str, str]]) -> str:
    return _HEADING + "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence in libraries)


def _split(pin: str) -> tuple[str, str]:
    name, _, version = pin.partition("==")
    return name, version


def _licence(name: str) -> str:
    """As the package states it: its SPDX expression, else its classifiers, else its own words."""
    about = metadata.metadata(name)
    if expressions := about.get_all("License-Expression"):
        return str(expressions[0])
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    names = [line.rsplit(" :: ", 1)[-1] for line in classifiers]
    own_words = about.get_all("License") or ["not stated"]
    return ", ".join(names) or str(own_words[0]).splitlines()[0]


def main() -> int:
    libraries = licences()
    PAGE.write_text(page(libraries), encoding="utf-8")
    refused = [f"{name}: {licence}" for name, _, licence in libraries if not AGREED.search(licence)]
    print(f"{len(libraries)} libraries are deployed; their licences are in {PAGE.relative_to(ROOT)}.")
    checked, flaws = vulnerabilities()
    if checked:
        print(f"{checked} locked packages checked for known vulnerabilities: {len(flaws)} found.")
    else:
        print("Not checked for vulnerabilities: PyPI's data on them can't be reached from here.")
    for line in [*flaws, *refused]:
        print(f"  {line}")
    return 1 if flaws or refused else 0


if __name__ == "__main__":
    sys.exit(main())
