"""Stages two files, begins to index each, and prints by how many MB the second one raised the peak of memory.

python -m tests.integration.embed_search.loader_memory URL SMALL_FILE FILE
"""

import itertools
import resource
import sys
from contextlib import closing
from pathlib import Path

import psycopg2

from embed_search.catalogue_file import read_catalogue
from embed_search.indexing import parts
from embed_search.missing import index_missing
from embed_search.postgres import Connection
from embed_search.staging import LoadPolicy, open_load, prepare, stage
from tests.embed_search_fakes import WordEmbedder

BATCHES = 3


def begin(connection: Connection, file: Path) -> None:
    """All steps that see the whole file; of the batches, which are alike, some, because they take time."""
    load_id = open_load(connection, "version", WordEmbedder.name)
    for number, rows in enumerate(parts(read_catalogue(file))):
        stage(connection, load_id, number, rows)
    prepare(connection, load_id, LoadPolicy(force=True))
    turns = itertools.chain([True] * BATCHES, itertools.repeat(False))
    index_missing(connection, WordEmbedder(), load_id, go_on=lambda: next(turns))


def peak_mb() -> float:
    """Not by `ru_maxrss` on Linux: there it begins with that of the process which has started this one."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    lines = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) / 1e3


if __name__ == "__main__":
    with closing(psycopg2.connect(sys.argv[1])) as connection:
        begin(connection, Path(sys.argv[2]))
        before = peak_mb()
        begin(connection, Path(sys.argv[3]))
    print(round(peak_mb() - before, 1))
