"""An AWS account on loopback that has nothing in it, and the real `cdk` with credentials for it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.settings import ROOT
from scripts.synth import CDK, without_credentials
from tests.infra.fake_cloudformation.journal import Journal, Step

ACCOUNT = "123456789012"  # moto's
REGION = "us-east-1"
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "fake",
    "AWS_SECRET_ACCESS_KEY": "fake",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}
_CDK_SECONDS = 120
_EXCEPTION = re.compile(r"^[\w.]+(?:Error|Exception|Fake)\b.*", re.M)
_FAILED = re.compile(r'^Traceback|" 50\d ', re.M)


@dataclass(frozen=True)
class FakeAccount:
    folder: Path
    endpoint: str

    @property
    def mounts(self) -> Path:
        """What /mnt is to the functions."""
        return self.folder / "mnt"

    @property
    def journal(self) -> list[Step]:
        return Journal(self.folder / "journal").read()

    def cdk(self, *arguments: str) -> str:
        """What the command printed. Raises AssertionError where it failed, or only looks as if it had not:
        when moto breaks, the CLI tries again and then prints success over what is missing."""
        seen = len(self._log())
        done = subprocess.run(
            [str(CDK), *arguments, "--no-notices", "--ci"],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_CDK_SECONDS,
        )
        log = self._log()[seen:]
        what = "\n".join(dict.fromkeys(_EXCEPTION.findall(log)))
        assert not _FAILED.search(log), f"The fake account broke:\n{what}\n{done.stdout[-3000:]}"
        assert done.returncode == 0, done.stdout
        return done.stdout

    def _log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        return {
            **without_credentials(os.environ),
            # The CLI keeps what it learns about accounts in the home folder.
            "HOME": str(self.folder),
            "AWS_ENDPOINT_URL": self.endpoint,
            # Where CloudFormation is told that its templates are: moto knows S3 by its real name only.
            "AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION": f"https://s3.{REGION}.amazonaws.com",
            **_CREDENTIALS,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }


@contextmanager
def fake_account(folder: Path, data_api_url: str) -> Iterator[FakeAccount]:
    """Served until the block ends. The functions that migrate reach the RDS Data API at `data_api_url`."""
    (folder / "mnt").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = _start_server(folder, listener, data_api_url)
    # From here on the server alone holds the socket: if it ends, calls are refused and don't wait for ever.
    try:
        yield FakeAccount(folder, f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=30)


def _start_server(folder: Path, listener: socket.socket, data_api_url: str) -> subprocess.Popen[bytes]:
    module, number = "tests.infra.fake_cloudformation.server", listener.fileno()
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", module, str(number), str(folder / "journal")],
            cwd=ROOT,
            env={
                **without_credentials(os.environ),
                **_CREDENTIALS,
                "AWS_ENDPOINT_URL_RDS_DATA": data_api_url,
                "MOUNTS": str(folder / "mnt"),
            },
            pass_fds=[number],
            stdout=log,
            stderr=log,
        )
