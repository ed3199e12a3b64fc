"""`make smoke URL=https://... [KEY=...] [API_GATEWAY_URL=https://...]`: does a deployed API work?

Prints a table. Exit status 0: all checks passed; 1: one failed; 2: it can't be asked at all. Every call has a
deadline.
"""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.deployed.caller import Caller, CheckFailed
from scripts.deployed.checks import Check, Visit, checks
from scripts.results import table

USAGE = "make smoke URL=https://<the ApiUrl of the deploy> [KEY=...] [API_GATEWAY_URL=https://...]"


@dataclass(frozen=True)
class Result:
    name: str
    passed: bool
    seconds: float
    seen: str


def smoke(visit: Visit) -> list[Result]:
    return [_run(name, check, visit) for name, check in checks(visit)]


def _run(name: str, check: Check, visit: Visit) -> Result:
    began = time.monotonic()
    try:
        seen, passed = check(visit), True
    except CheckFailed as failed:
        seen, passed = str(failed), False
    return Result(name, passed, time.monotonic() - began, seen)


def report(results: list[Result]) -> str:
    rows = [
        (result.name, "ok" if result.passed else "FAILED", f"{result.seconds:.1f} s") for result in results
    ]
    lines = table([("check", "", "took"), *rows]).splitlines()
    seen = ["seen", *(" ".join(result.seen.split()) for result in results)]
    return "\n".join(f"{line}  {what}" for line, what in zip(lines, seen, strict=True))


def read_visit(environment: Mapping[str, str]) -> Visit:
    """Raises ValueError where URL is missing or no address."""
    url = environment.get("URL", "").rstrip("/")
    if not url.startswith(("https://", "http://")):
        raise ValueError("URL wants the address of the API")
    around = environment.get("API_GATEWAY_URL", "").rstrip("/") or None
    caller = Caller(url if url.endswith("/v1") else f"{url}/v1", environment.get("KEY") or None)
    return Visit(caller, around)


def main() -> int:
    try:
        visit = read_visit(os.environ)
    except ValueError as error:
        print(f"{error}: {USAGE}", file=sys.stderr)
        return 2
    print(f"Asking {visit.caller.base_url}; the first answer may take a minute.", flush=True)
    results = smoke(visit)
    print(report(results))
    failed = sum(not result.passed for result in results)
    print(f"{failed} of {len(results)} checks failed." if failed else f"All {len(results)} checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
