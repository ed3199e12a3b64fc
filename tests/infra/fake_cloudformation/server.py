"""The server.

    python -m tests.infra.fake_cloudformation.server SOCKET_FD JOURNAL

Every request is a line of its log on standard error, and every error a traceback.
"""

import argparse
import os
import socket
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tests.infra.fake_cloudformation.engine import Engine
from tests.infra.fake_cloudformation.journal import Journal

HOST = "127.0.0.1"


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Serve a fake CloudFormation, and moto's S3, IAM and others."
    )
    parser.add_argument("socket_fd", type=int)
    parser.add_argument("journal", type=Path)
    arguments = parser.parse_args()
    Engine(Journal(arguments.journal)).install()
    listener = socket.socket(fileno=arguments.socket_fd)
    port = listener.getsockname()[1]
    # For the handlers that are run here.
    os.environ["AWS_ENDPOINT_URL"] = f"http://{HOST}:{port}"
    app = DomainDispatcherApplication(create_backend_app)
    # Threads, because a custom resource's handler asks S3 while CloudFormation waits for it.
    make_server(HOST, port, app, threaded=True, fd=listener.fileno()).serve_forever()


if __name__ == "__main__":
    main()
