"""Serve a GGUF model as a SageMaker endpoint, on a socket that listens already.

python -m scripts.local.llm_endpoint SOCKET_FD MODEL_FILE
"""

import socket
import sys
from pathlib import Path

from scripts.local.llm_container import LlamaCpp
from scripts.local.llm_local import COMPONENT, ENDPOINT
from scripts.local.sagemaker_api import SageMakerServer
from scripts.results import usable_cores


def main() -> None:
    socket_fd, model = sys.argv[1:]
    container = LlamaCpp(Path(model), threads=usable_cores())
    listener = socket.socket(fileno=int(socket_fd))
    SageMakerServer(
        container.answer, endpoint=ENDPOINT, component=COMPONENT, listener=listener
    ).serve_forever()


if __name__ == "__main__":
    main()
