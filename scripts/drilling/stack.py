"""The local stack with a scripted language model, over the protocol that production speaks."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from scripts.local.sagemaker_api import Container, SageMakerServer
from scripts.local.stack import CHECKOUT, StackSettings, local_stack

_ENDPOINT, _COMPONENT = "drill", "drill-component"


@contextlib.contextmanager
def served(container: Container) -> Iterator[dict[str, str]]:
    """The container behind an endpoint; gives the environment that leads the orchestrator there."""
    server = SageMakerServer(container, endpoint=_ENDPOINT, component=_COMPONENT)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield {
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": server.url,
            "SAGEMAKER_ENDPOINT": _ENDPOINT,
            "SAGEMAKER_INFERENCE_COMPONENT": _COMPONENT,
        }
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def stack_with(container: Container, catalogue: Path, name: str) -> Iterator[str]:
    """The API's base URL. `name` tells its state from that of other stacks."""
    with served(container) as environment:
        settings = StackSettings(
            catalogue=catalogue, state_dir=CHECKOUT / ".local" / name, environment=environment
        )
        with local_stack(settings) as base_url:
            yield base_url
