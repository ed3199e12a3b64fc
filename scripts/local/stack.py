"""The whole system on one machine: PostgreSQL, embed_search behind a stand-in for Lambda, the orchestrator.

    with local_stack(StackSettings(catalogue=Path("data/sample_catalogue.csv"))) as base_url:
        httpx.get(base_url + "/health")

The Lambdas run with the handlers that run on AWS, each in a process of its own, and the orchestrator reaches
embed_search through boto3. Nothing listens beyond 127.0.0.1, and no process outlives this one.
"""

import fcntl
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from scripts.local.child_process import ChildProcess, child_command
from scripts.local.database_check import check_database
from scripts.local.errors import StackError
from scripts.local.llm_local import READY_SECONDS as LLM_READY_SECONDS
from scripts.local.llm_local import llm_child, llm_environment
from scripts.local.postgres import postgres_child
from scripts.local.postgres_keeper import START_SECONDS
from scripts.local.sockets import HOST, bound_socket, get, listen, port_of
from scripts.local.supervisor import Supervisor

__all__ = ["CHECKOUT", "Stack", "StackError", "StackSettings", "local_stack", "only_stack", "running_stack"]

CHECKOUT = Path(__file__).parents[2]
SEARCH_FUNCTION = "embed_search"
LIMITS_TABLE = "limits"
FEEDBACK_TABLE = "feedback"
READY_SECONDS = 90.0
PROBE_SECONDS = 1.0
DEEP_PROBE_SECONDS = 30.0


@dataclass(frozen=True)
class StackSettings:
    """What to run, and where its state lies."""

    catalogue: Path
    state_dir: Path = CHECKOUT / ".local"
    """Database and logs. One stack at a time."""
    columns: Path | None = None
    """Which column of the catalogue is what (docs/CATALOGUE.md); None where it is an export like Myntra's."""
    port: int = 0
    """Of the API; 0 takes any free one."""
    database_url: str | None = None
    """A PostgreSQL to use instead of one in `state_dir`."""
    bundle: Path | None = None
    """The model bundle; None makes sure that there is one."""
    llm_model: Path | None = None
    """A GGUF file; None leaves the LLM to `environment`, or out."""
    limits: bool = False
    """Count messages and keep feedback, in a stand-in for DynamoDB that forgets all when the stack ends."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to that of both Lambdas."""
    handler: str = "embed_search.handler:handler"
    app: str = "orchestrator.handler:app"
    loader: str = "scripts.load_catalogue"


@dataclass(frozen=True)
class Stack:
    """A running stack."""

    base_url: str
    supervisor: Supervisor


@contextmanager
def local_stack(settings: StackSettings, announce: Callable[[str], None] = print) -> Iterator[str]:
    """Run the stack and give the API's base URL, such as `http://127.0.0.1:8000/v1`."""
    with running_stack(settings, announce) as stack:
        yield stack.base_url


@contextmanager
def running_stack(settings: StackSettings, announce: Callable[[str], None] = print) -> Iterator[Stack]:
    """Run the stack until the block ends.

    Raises a StackError (scripts/local/errors.py) when it can't start; whatever was started by then is
    stopped again.
    """
    if not settings.catalogue.is_file():
        raise StackError(
            f"There is no catalogue file {settings.catalogue}. CATALOGUE names the file to load."
        )
    with ExitStack() as cleanup:
        cleanup.enter_context(only_stack(settings.state_dir))
        public = cleanup.enter_context(bound_socket(settings.port))
        inner = cleanup.enter_context(bound_socket(0))
        supervisor = Supervisor(announce)
        cleanup.callback(supervisor.stop)
        for old in (settings.state_dir / "logs").glob("*.log"):
            old.unlink()
        if settings.limits:
            counting = cleanup.enter_context(bound_socket(0))
            settings = _start_limits(settings, supervisor, counting)
        if settings.llm_model:
            talking = cleanup.enter_context(bound_socket(0))
            settings = _start_llm(settings, settings.llm_model, supervisor, talking, announce)
        _start(settings, supervisor, public, inner, announce)
        supervisor.watch()
        yield Stack(f"http://{HOST}:{port_of(public)}/v1", supervisor)


def _start(
    settings: StackSettings,
    supervisor: Supervisor,
    public: socket.socket,
    inner: socket.socket,
    announce: Callable[[str], None],
) -> None:
    logs = settings.state_dir.resolve() / "logs"
    bundle = settings.bundle or _ensure_bundle()
    environment = _environment(settings, port_of(inner), bundle)
    environment["DATABASE_URL"] = _start_database(settings, supervisor, logs, announce)
    announce(f"Loading {settings.catalogue}")
    _load_catalogue(settings, environment)
    announce("Starting embed_search and the orchestrator")
    for listener in (inner, public):
        listen(listener)
    supervisor.start(_embed_search(settings, environment, inner, logs), READY_SECONDS)
    supervisor.start(_orchestrator(settings, environment, public, logs), READY_SECONDS)
    _wait_until_healthy(port_of(public))


def _start_limits(settings: StackSettings, supervisor: Supervisor, listener: socket.socket) -> StackSettings:
    """Start the table of limits; the settings that lead the orchestrator to it."""
    listen(listener)
    supervisor.start(
        ChildProcess(
            "DynamoDB",
            "scripts.local.dynamodb_api",
            [str(listener.fileno()), LIMITS_TABLE, FEEDBACK_TABLE],
            settings.state_dir.resolve() / "logs" / "dynamodb.log",
            lambda _pid: get(port_of(listener), "/moto-api/", PROBE_SECONDS)[0] == 200,
            _environment(settings, 0, Path()),
            [listener.fileno()],
        ),
        READY_SECONDS,
    )
    address = f"http://{HOST}:{port_of(listener)}"
    tables = {"LIMITS_TABLE": LIMITS_TABLE, "FEEDBACK_TABLE": FEEDBACK_TABLE}
    return replace(
        settings, environment={**tables, "AWS_ENDPOINT_URL_DYNAMODB": address, **settings.environment}
    )


def _start_llm(
    settings: StackSettings,
    model: Path,
    supervisor: Supervisor,
    listener: socket.socket,
    announce: Callable[[str], None],
) -> StackSettings:
    """Start the language model; the settings that lead the orchestrator to it."""
    announce("Starting the language model")
    log = settings.state_dir.resolve() / "logs" / "llm.log"
    listen(listener)
    supervisor.start(llm_child(model, listener, log, _environment(settings, 0, Path())), LLM_READY_SECONDS)
    llm = llm_environment(port_of(listener))
    return replace(settings, environment={**llm, **settings.environment})


def _ensure_bundle() -> Path:
    # Imported here, because what makes a bundle is heavy and not needed where one is given.
    from scripts.model.build_bundle import ensure_bundle
    from scripts.model.fetch import ModelUnavailable

    try:
        return ensure_bundle()
    except ModelUnavailable as error:
        raise StackError(str(error)) from error


def _start_database(
    settings: StackSettings, supervisor: Supervisor, logs: Path, announce: Callable[[str], None]
) -> str:
    if settings.database_url:
        check_database(settings.database_url)
        return settings.database_url
    announce("Starting PostgreSQL")
    child, url = postgres_child(settings.state_dir / "postgres", logs / "postgres.log")
    supervisor.start(child, START_SECONDS)
    return url


def _load_catalogue(settings: StackSettings, environment: Mapping[str, str]) -> None:
    """Run the loader in a process of its own: the memory it takes is given back, and it can be stopped at
    any point. Its progress goes to our terminal."""
    command = child_command(settings.loader, str(settings.catalogue), *load_options(settings))
    loader = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        status = loader.wait()
    finally:
        loader.kill()
        loader.wait()
    if status != 0:
        raise StackError(f"{settings.catalogue} could not be loaded.")


def load_options(settings: StackSettings) -> list[str]:
    """Our own database holds what was run last, whatever it was; what is in a database of somebody else's is
    not deleted by a mistaken file."""
    columns = ["--columns", str(settings.columns)] if settings.columns else []
    return columns if settings.database_url else [*columns, "--force"]


def _embed_search(
    settings: StackSettings, environment: Mapping[str, str], listener: socket.socket, logs: Path
) -> ChildProcess:
    return ChildProcess(
        "embed_search",
        "scripts.local.lambda_api",
        [str(listener.fileno()), SEARCH_FUNCTION, settings.handler],
        logs / "embed_search.log",
        lambda _pid: get(port_of(listener), "/health", PROBE_SECONDS)[0] == 200,
        environment,
        [listener.fileno()],
    )


def _orchestrator(
    settings: StackSettings, environment: Mapping[str, str], listener: socket.socket, logs: Path
) -> ChildProcess:
    return ChildProcess(
        "orchestrator",
        "scripts.local.http_app",
        [str(listener.fileno()), settings.app],
        logs / "orchestrator.log",
        lambda _pid: get(port_of(listener), "/v1/health", PROBE_SECONDS)[0] == 200,
        environment,
        [listener.fileno()],
    )


def _environment(settings: StackSettings, lambda_port: int, bundle: Path) -> dict[str, str]:
    """The environment of both Lambdas: leads boto3 to the stand-in, and away from a person's own AWS account
    and proxy."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    no_proxy = ",".join(filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), HOST]))
    return {
        **inherited,
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "AWS_ENDPOINT_URL_LAMBDA": f"http://{HOST}:{lambda_port}",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SEARCH_FUNCTION": SEARCH_FUNCTION,
        "MODEL_BUNDLE": str(bundle),
        **settings.environment,
    }


@contextmanager
def only_stack(state_dir: Path) -> Iterator[None]:
    """Hold the lock of `state_dir`; it dies with this process."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "stack.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StackError(
                f"The stack of {state_dir.resolve()} runs already (process {lock.read().strip()}). "
                "Use that one, or stop it first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _wait_until_healthy(port: int) -> None:
    """Wait until the API says that all it depends on works."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        status, body = get(port, "/v1/health?deep=1", DEEP_PROBE_SECONDS)
        if status == 200:
            return
        if time.monotonic() > deadline:
            raise StackError(f"The API says that it is not well: {body}")
        time.sleep(0.2)
