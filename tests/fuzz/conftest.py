"""Generated input: a little of it in `make test`, much more in `make fuzz` (FUZZ=long)."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings

# No parser takes long over what it is given: one that backtracks, or reads again from every place, is found.
SECONDS_PER_EXAMPLE = timedelta(seconds=3)

_SLOW_IS_MEASURED_HERE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
for name, examples in (("short", 60), ("long", 5_000)):
    settings.register_profile(
        f"fuzz-{name}",
        max_examples=examples,
        deadline=SECONDS_PER_EXAMPLE,
        suppress_health_check=_SLOW_IS_MEASURED_HERE,
    )

FUZZ = settings.get_profile(f"fuzz-{os.environ.get('FUZZ', 'short')}")
