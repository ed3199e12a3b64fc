"""Which wheels a package needs, at the versions of requirements.lock.

The requirements are followed for Lambda's platform, not for the machine that deploys: pip itself evaluates
conditions such as `python_version < "3.12"` for the Python that it runs on.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.packaging.errors import PackagingError
from infra.packaging.recipe import PYTHON, ROOT, Architecture, Libraries

_MACHINES: dict[Architecture, str] = {"x86_64": "x86_64", "arm64": "aarch64"}


def pins(libraries: Libraries, architecture: Architecture) -> list[str]:
    """`name==version` of all that has to be installed, sorted. Raises PackagingError."""
    environment = _environment(architecture)
    locked = _locked(environment)
    needed = _needed(libraries, environment)
    unlocked = sorted(needed - locked.keys())
    if unlocked:
        raise PackagingError(f"requirements.lock lacks {', '.join(unlocked)}: `make lock` writes it anew.")
    return [f"{name}=={locked[name]}" for name in sorted(needed)]


def platform_tags(architecture: Architecture) -> list[str]:
    """Of the wheels that run on Lambda's Amazon Linux 2023, which has glibc 2.34. All of them have to be
    named: given one alone, pip takes older versions that still have wheels with that tag."""
    machine = _MACHINES[architecture]
    return [
        f"{tag}_{machine}" for tag in ("manylinux_2_28", "manylinux_2_27", "manylinux2014", "manylinux_2_17")
    ]


def _environment(architecture: Architecture) -> dict[str, str]:
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{PYTHON}.0",
        "os_name": "posix",
        "platform_machine": _MACHINES[architecture],
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{PYTHON}.0",
        "python_version": PYTHON,
        "sys_platform": "linux",
    }


def _needed(libraries: Libraries, environment: dict[str, str]) -> set[str]:
    left_out = {canonicalize_name(name) for name in libraries.unused}
    needed: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = list(_expanded(libraries.requirements))
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if name in left_out or (name, extras) in seen:
            continue
        seen.add((name, extras))
        needed.add(name)
        waiting += _asked_for_by(name, extras, environment)
    return needed


def _expanded(requirements: tuple[str, ...]) -> Iterator[Requirement]:
    extras = _project()["project"]["optional-dependencies"]
    for entry in requirements:
        kind, _, extra = entry.partition(":")
        yield from map(Requirement, extras[extra] if kind == "extra" else [entry])


def _asked_for_by(name: str, extras: frozenset[str], environment: dict[str, str]) -> Iterator[Requirement]:
    try:
        requires = metadata.requires(name) or []
    except metadata.PackageNotFoundError as error:
        raise PackagingError(
            f"{name} is not installed here, so what it needs is not known: pip install -e '.[infra]'"
        ) from error
    for text in requires:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras)):
            yield requirement


def _locked(environment: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            (specifier,) = requirement.specifier
            found[canonicalize_name(requirement.name)] = specifier.version
    return found


@cache
def _project() -> dict[str, dict[str, dict[str, list[str]]]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())
