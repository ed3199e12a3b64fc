"""`make load [URL= KEY=] SCENARIO=ramp|soak|spike USERS= SECONDS=`: many shoppers, each with own products.

Without URL the local stack is started and asked, on loopback. Exit status 0: the objectives were met; 1: not;
2: nothing could be measured. The plots are in build/load/SCENARIO-USERS.html.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.load.objectives import LOCAL
from scripts.load.shapes import SHAPES
from scripts.local.errors import StackError
from scripts.local.stack import CHECKOUT, StackSettings, local_stack

STOP_SECONDS = 75
"""What is under way at the end may be finished."""


@dataclass(frozen=True)
class Plan:
    scenario: str
    users: int
    seconds: float

    @property
    def report(self) -> Path:
        return CHECKOUT / "build" / "load" / f"{self.scenario}-{self.users}.html"


def read_plan(environment: Mapping[str, str]) -> Plan:
    """Raises ValueError, naming the setting."""
    scenario = environment.get("SCENARIO") or "ramp"
    if scenario not in SHAPES:
        raise ValueError(f"SCENARIO wants one of {', '.join(SHAPES)}")
    try:
        plan = Plan(scenario, int(environment.get("USERS") or 10), float(environment.get("SECONDS") or 60))
    except ValueError as error:
        raise ValueError("USERS and SECONDS want numbers") from error
    if not (plan.users > 0 and plan.seconds > 0):
        raise ValueError("USERS and SECONDS want positive numbers")
    return plan


def put_load(plan: Plan, base_url: str, target: str) -> int:
    """Locust's exit status. It gets a process of its own, because it changes sockets and threads."""
    plan.report.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "locust", "-f", "scripts/load/locustfile.py", "--headless"]
    command += ["--host", base_url, "--html", str(plan.report), "--stop-timeout", str(STOP_SECONDS)]
    command += ["--only-summary", "--loglevel", "WARNING"]
    environment = {
        **os.environ,
        "SCENARIO": plan.scenario,
        "USERS": str(plan.users),
        "SECONDS": str(plan.seconds),
        "TARGET": target,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")])),
    }
    limit = plan.seconds + 2 * STOP_SECONDS
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, timeout=limit, check=False)
    print(f"Plots: {plan.report}")
    return done.returncode


def main() -> int:
    try:
        plan = read_plan(os.environ)
        url = (os.environ.get("URL") or "").rstrip("/")
        if url:
            return put_load(plan, url if url.endswith("/v1") else f"{url}/v1", "a URL")
        catalogue = Path(os.environ.get("CATALOGUE") or CHECKOUT / "data" / "sample_catalogue.csv")
        settings = StackSettings(catalogue, state_dir=CHECKOUT / ".local" / "load")
        with local_stack(settings) as base_url:
            return put_load(plan, base_url, f"{LOCAL}, {catalogue.name}")
    except (ValueError, StackError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
