"""The orchestrator's cold start: until it answers, and what of that is imports."""

import re
import socket
import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.cold_start.surroundings import Processor
from tests.lambda_sandbox import Sandbox
from tests.web_adapter import running_behind_adapter

_SECONDS = 60
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
# As infra/constructs/orchestrator.py has it, without the secret with the callers' keys, which is read at the
# start: from this machine there is no Secrets Manager to be slow.
_ENVIRONMENT = {
    "_HANDLER": "run.sh",
    "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
    "AWS_LWA_READINESS_CHECK_PATH": "/v1/health",
    "SEARCH_FUNCTION": "embed_search",
    "LIMITS_TABLE": "limits",
    "FEEDBACK_TABLE": "feedback",
    "COGNITO_ISSUER": "https://cognito-idp.us-east-1.amazonaws.com/pool",
    "COGNITO_SCOPE": "shop/chat",
    "SAGEMAKER_ENDPOINT": "llm",
    "SAGEMAKER_INFERENCE_COMPONENT": "llm",
    "LLM_CODEC": "llama2",
}


@dataclass(frozen=True)
class Ready:
    seconds: float
    """From the process's start until the readiness path answers."""
    cpu_seconds: float | None


def start(sandbox: Sandbox, processor: Processor) -> Ready:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    within = replace(sandbox, within=processor.within)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**_ENVIRONMENT, "AWS_LWA_PORT": str(port)}
        with running_behind_adapter(within, environment, Path(folder) / "log") as adapter:
            return Ready(adapter.init_seconds, processor.cpu_seconds())


@dataclass(frozen=True)
class Imports:
    seconds: float
    """Of processor time, for all of `import orchestrator.handler`."""
    modules: int
    by_package: dict[str, float]
    """Milliseconds of each top package's own modules, the longest first."""


def imports(sandbox: Sandbox, processor: Processor, first: str, environment: dict[str, str]) -> Imports:
    """What importing the module `first` costs in the sandbox, by Python's -X importtime."""
    code = (
        "import sys, time; sys.path.insert(0, '/var/task'); began = time.process_time(); "
        f"import {first}; print(time.process_time() - began, len(sys.modules))"
    )
    within = replace(sandbox, within=processor.within)
    plain = _run(within.command(["python3", "-c", code], environment))
    timed = _run(within.command(["python3", "-X", "importtime", "-c", code], environment))
    seconds, modules = plain.stdout.split()
    own: defaultdict[str, float] = defaultdict(float)
    for line in timed.stderr.splitlines():
        if found := _LINE.match(line):
            own[found[2].split(".")[0]] += int(found[1]) / 1000
    longest = sorted(own.items(), key=lambda item: -item[1])
    return Imports(float(seconds), int(modules), {name: round(ms, 1) for name, ms in longest[:15]})


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    time.sleep(0.1)  # a quota is not to be used up by what ran before
    return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)


def orchestrator_imports(sandbox: Sandbox, processor: Processor) -> Imports:
    return imports(sandbox, processor, "orchestrator.handler", _ENVIRONMENT)
