"""`make clean`: remove the local database and logs, also root's database outside the checkout."""

import shutil
import sys

from scripts.local_stack import StackSettings, only_stack
from scripts.postgres_files import server_home
from scripts.stack_errors import StackError


def main() -> int:
    state_dir = StackSettings.state_dir
    try:
        with only_stack(state_dir):
            shutil.rmtree(server_home(state_dir / "postgres"))
            shutil.rmtree(state_dir)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
