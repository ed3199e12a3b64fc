"""Waiting for a database that is about to answer."""

import logging
import random
import re
import time
from collections.abc import Callable

import psycopg2

from embed_search.postgres import Connection

logger = logging.getLogger(__name__)

# What Postgres and the network say of a server that is starting, resuming or being replaced; anything else,
# such as a wrong password, is not mended by waiting.
_PASSING = re.compile(
    r"refused|No such file or directory|starting up|shutting down|recovery mode|server closed the connection|"
    r"timeout expired|Connection reset|No route to host|too many clients|remaining connection slots",
    re.IGNORECASE,
)
_PAUSE_S = (0.2, 0.6)


class PatientConnect:
    """Connects, and tries again for `patience_s` seconds while the server is not there yet.

    Once that was in vain, nobody is made to wait so long again for the next `distrust_s` seconds: each call
    tries once, and says at once that there is no database.
    """

    def __init__(self, connect: Callable[[], Connection], patience_s: float, distrust_s: float = 30) -> None:
        self._connect = connect
        self._patience_s = patience_s
        self._distrust_s = distrust_s
        self._gave_up_at = float("-inf")

    def __call__(self) -> Connection:
        """Raises psycopg2.OperationalError."""
        began = time.monotonic()
        patient = began - self._gave_up_at > self._distrust_s
        tries = 0
        while True:
            tries += 1
            try:
                connection = self._connect()
            except psycopg2.OperationalError as error:
                waited = time.monotonic() - began
                if not _PASSING.search(str(error)) or not patient or waited > self._patience_s:
                    self._gave_up_at = time.monotonic() if patient else self._gave_up_at
                    raise
                time.sleep(random.uniform(*_PAUSE_S))
            else:
                if tries > 1:
                    logger.warning("The database answered after %.1f s", time.monotonic() - began)
                return connection
