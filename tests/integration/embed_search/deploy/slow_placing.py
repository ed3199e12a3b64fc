"""Places a bundle from an archive that takes its time, to be killed meanwhile.

python -m tests.integration.embed_search.deploy.slow_placing ARCHIVE NAME MODELS
"""

import io
import sys
import time
from pathlib import Path

from embed_search.deploy.place_model import place


class SlowFile(io.FileIO):
    def read(self, size: int | None = -1, /) -> bytes:
        time.sleep(0.2)
        return super().read(-1 if size is None else size)


if __name__ == "__main__":
    archive, name, models = sys.argv[1:]
    place(SlowFile(archive), name, Path(models))
