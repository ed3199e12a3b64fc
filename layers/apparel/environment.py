"""Settings from the environment, for pydantic models whose fields are named after its variables.

It is what pydantic-settings does with them; but that package imports asyncio, argparse and a reader of .env
files for what no Lambda has, and each cold start of the search would wait 55 ms of CPU for it.
"""

from collections.abc import Mapping

from pydantic import BaseModel


def values_of(model: type[BaseModel], environment: Mapping[str, str]) -> dict[str, str]:
    """The fields' variables (a field's name in upper case). An empty one counts as not set."""
    found = {name: environment.get(name.upper(), "") for name in model.model_fields}
    return {name: value for name, value in found.items() if value}
