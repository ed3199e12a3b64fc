"""`python -m scripts.faults`, which `make faults` runs."""

import sys

from scripts.faults.drill import main

if __name__ == "__main__":
    sys.exit(main())
