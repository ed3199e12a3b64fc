"""`make clean`: remove the local database and logs, also what root has of them outside the checkout."""

import shutil
import sys

from scripts.local.errors import StackError
from scripts.local.postgres_files import remove_roots_folders
from scripts.local.stack import CHECKOUT, StackSettings, only_stack


def main() -> int:
    state_dir = StackSettings.state_dir
    try:
        with only_stack(state_dir):
            shutil.rmtree(state_dir)
        remove_roots_folders(CHECKOUT)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
