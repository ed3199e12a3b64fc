"""`make run`: the whole system on this machine, until Ctrl-C."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from scripts.local.errors import StackError
from scripts.local.llm_local import ensure_chat_model
from scripts.local.requests import narrated
from scripts.local.stack import CHECKOUT, StackSettings, running_stack
from scripts.model.fetch import ModelUnavailable

NEXT_STEPS = """
Ready: {base_url}

Chat in a browser: {page_url}

Ask by program:
  curl -s {base_url}/recommendations -H 'content-type: application/json' \\
    -d '{{"query": "something to wear to my brother'"'"'s wedding"}}'
  curl -sN {base_url}/chat/completions -H 'content-type: application/json' \\
    -d '{{"model": "apparel-recommender", "stream": true,
         "messages": [{{"role": "user", "content": "blue cotton shirts for men under 1500"}}]}}'

HuggingFace chat-ui, started after this with these settings in its .env.local:
  OPENAI_BASE_URL={base_url}
  OPENAI_API_KEY=anything
  LLM_SUMMARIZATION=false
  PUBLIC_ORIGIN=http://localhost:5173

Another catalogue:  make run CATALOGUE=path/to/catalogue.csv COLUMN_MAPPING=path/to/columns.toml
With a small LLM:   make run LLM=local
With a larger one:  make run LLM_BASE_URL=http://127.0.0.1:11434/v1 LLM_MODEL=llama3.2 LLM_API_KEY=...
Logs:               {logs}
Stop:               Ctrl-C
"""


class RunSettings(BaseSettings):
    """Each field is an environment variable of the same name in upper case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    catalogue: Path = CHECKOUT / "data" / "sample_catalogue.csv"
    column_mapping: Path | None = None
    """A TOML file that says which column of the catalogue is what. Not COLUMNS: shells set that."""
    port: int = Field(default=8000, ge=0, le=65535)
    database_url: SecretStr | None = None
    """A libpq URL of a PostgreSQL to use instead of the embedded one."""
    llm: Literal["local", ""] = ""
    """`local` fetches a small language model and runs it here."""
    llm_base_url: str | None = None
    limits: Literal["on", "off"] = "off"
    """Whether messages are counted, as on AWS; here everybody is a guest."""


def read_settings() -> StackSettings:
    """From the environment. Raises StackError, which names the variable."""
    try:
        run = RunSettings()
    except ValidationError as error:
        problems = [f"{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        raise StackError("; ".join(problems)) from None
    if run.llm and run.llm_base_url:
        raise StackError("LLM=local or LLM_BASE_URL, not both: there is one LLM.")
    url = run.database_url.get_secret_value() if run.database_url else None
    return StackSettings(
        catalogue=run.catalogue,
        columns=run.column_mapping,
        port=run.port,
        database_url=url,
        llm_model=_chat_model() if run.llm else None,
        limits=run.limits == "on",
    )


def _chat_model() -> Path:
    try:
        return ensure_chat_model(say)
    except ModelUnavailable as error:
        raise StackError(str(error)) from None


def stop_on_signals() -> None:
    """Have Ctrl-C, SIGTERM and a closed terminal end the main block once; while it tidies up, further ones
    are ignored."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # `nohup` stays in force.
            signal.signal(number, stop)


def say(line: str) -> None:
    print(line, flush=True)


def run(settings: StackSettings) -> int:
    """Run the stack until it is told to stop (0) or can't be kept running (1)."""
    try:
        with running_stack(settings, say) as stack:
            page_url = stack.base_url.removesuffix("v1")
            logs = settings.state_dir / "logs"
            say(NEXT_STEPS.format(base_url=stack.base_url, page_url=page_url, logs=logs))
            with narrated(logs / "orchestrator.log", say):
                stack.supervisor.wait()
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter).parse_args()
    stop_on_signals()
    try:
        settings = read_settings()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return run(settings)


if __name__ == "__main__":
    sys.exit(main())
