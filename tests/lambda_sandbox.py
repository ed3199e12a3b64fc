"""A sandbox like that of a Lambda function, by bubblewrap.

The same paths, a file system that can't be written to but for a small /tmp, Python 3.13, no other libraries
than the runtime's, another user than root, and an environment that was cleared.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TMP_BYTES = 512 * 1024 * 1024
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc/hosts", "/etc/nsswitch.conf")


@dataclass(frozen=True)
class Sandbox:
    package: Path
    """Stands at /var/task."""
    python: Path
    runtime: Path
    """What the managed runtime brings: awslambdaric and boto3. Stands at /var/runtime."""
    opt: Path | None = None
    """What layers bring."""
    models: Path | None = None
    models_writable: bool = False
    within: Sequence[str] = ()
    """A command line that runs the one that follows it, such as in a control group."""

    def command(self, command: Sequence[str], environment: Mapping[str, str]) -> list[str]:
        """The command line that runs `command` inside."""
        arguments = ["bwrap", "--unshare-user", "--uid", "993", "--gid", "990", "--unshare-pid"]
        arguments += ["--unshare-ipc", "--unshare-uts", "--new-session", "--die-with-parent", "--clearenv"]
        for path in map(Path, _SYSTEM):
            if path.is_symlink():
                arguments += ["--symlink", os.readlink(path), str(path)]
            elif path.exists():
                arguments += ["--ro-bind", str(path), str(path)]
        arguments += ["--proc", "/proc", "--dev", "/dev", "--size", str(TMP_BYTES), "--tmpfs", "/tmp"]
        arguments += self._python()
        arguments += ["--ro-bind", str(self.package), "/var/task"]
        arguments += ["--ro-bind", str(self.runtime), "/var/runtime"]
        if self.opt:
            arguments += ["--ro-bind", str(self.opt), "/opt"]
        if self.models:
            kind = "--bind" if self.models_writable else "--ro-bind"
            arguments += [kind, str(self.models), "/mnt/models"]
        arguments += ["--remount-ro", "/", "--chdir", "/var/task"]
        for name, value in {**_ENVIRONMENT, **environment}.items():
            arguments += ["--setenv", name, value]
        return [*self.within, *arguments, "--", *command]

    def _python(self) -> list[str]:
        """Python's own files at /var/lang, without what was installed there by hand."""
        code = (
            "import sys, sysconfig, json; print(json.dumps([sys.base_prefix, sysconfig.get_path('purelib')]))"
        )
        found = subprocess.run([self.python, "-I", "-c", code], capture_output=True, text=True, check=True)
        prefix, installed = map(Path, json.loads(found.stdout))
        arguments = ["--ro-bind", str(prefix), "/var/lang"]
        if installed.is_dir() and installed.is_relative_to(prefix):
            arguments += ["--tmpfs", str(Path("/var/lang") / installed.relative_to(prefix))]
        return arguments


# What Lambda sets: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
_ENVIRONMENT = {
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/opt/lib",
    "PYTHONPATH": "/var/runtime",
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "LAMBDA_TASK_ROOT": "/var/task",
    "LAMBDA_RUNTIME_DIR": "/var/runtime",
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_LAMBDA_FUNCTION_NAME": "test",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/test",
    "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/25/[$LATEST]0123",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "test",
}
