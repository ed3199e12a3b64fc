"""Loads a file with an embedder that takes its time, to be killed meanwhile.

python -m tests.integration.embed_search.slow_loader URL FILE SECONDS_A_BATCH
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg2

from embed_search.indexing import load_catalogue
from embed_search.staging import LoadPolicy
from tests.embed_search_fakes import WordEmbedder


class SlowEmbedder(WordEmbedder):
    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        time.sleep(float(sys.argv[3]))
        return super().embed(texts)


if __name__ == "__main__":
    load_catalogue(
        psycopg2.connect(sys.argv[1], application_name="slow_loader"),
        SlowEmbedder(),
        Path(sys.argv[2]),
        policy=LoadPolicy(force=True),
    )
