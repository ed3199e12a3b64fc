"""`make cost`: what a deploy costs, idle and by use, written into docs/COST.md and build/results/cost.json.

Computed from the resources of the synthesised templates and the prices in scripts/costing/prices.toml.
"""

import sys
from collections.abc import Mapping
from typing import Any

from infra.settings import Settings, SettingsError
from scripts import generated, results
from scripts.costing.idle import idle
from scripts.costing.prices import Prices, article, read_prices
from scripts.costing.report import ARTICLE, Column, figures, price_table, tables
from scripts.costing.usage import of_1000_chats
from scripts.synth import VARIANTS
from scripts.templates import Template, synthesise

PAGE = results.ROOT / "docs" / "COST.md"

DESIGNS: dict[str, Mapping[str, object]] = {
    "neither": VARIANTS["bare"],
    "SageMaker": {**VARIANTS["full"], "chat_ui": False},
    "chat-ui": {**VARIANTS["full"], "llm": "none"},
    "SageMaker and chat-ui": VARIANTS["full"],
}
"""Neither SageMaker nor chat-ui, each of them, and both."""


def parts(templates: Mapping[str, Mapping[str, Template]], prices: Prices) -> dict[str, str]:
    """The written parts of the page, from the templates of each design."""
    columns = columns_of(templates, prices)
    return {"cost": tables(columns, prices), "prices": price_table(prices)}


def columns_of(templates: Mapping[str, Mapping[str, Template]], prices: Prices) -> list[Column]:
    return [
        _column(ARTICLE, article(), prices),
        *(_column(name, _together(stacks), prices) for name, stacks in templates.items()),
    ]


def _column(name: str, resources: Mapping[str, Any], prices: Prices) -> Column:
    idle_minutes = Settings.model_fields["llm_idle_minutes"].default
    return Column(name, idle(resources, prices), of_1000_chats(resources, prices, idle_minutes))


def _together(stacks: Mapping[str, Template]) -> dict[str, Any]:
    return {
        f"{part}/{name}": resource
        for part, template in stacks.items()
        for name, resource in template["Resources"].items()
    }


def main() -> int:
    prices = read_prices()
    try:
        templates = {name: synthesise(settings) for name, settings in DESIGNS.items()}
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    columns = columns_of(templates, prices)
    for name, text in parts(templates, prices).items():
        generated.write(PAGE, name, text)
    rows = [(column.name, f"{column.idle_usd:,.2f}", f"{column.chats_usd:,.2f}") for column in columns]
    print(results.table([("USD", "idle month", "1,000 chats more"), *rows]))
    print(f"Written: {PAGE.relative_to(results.ROOT)}, {results.write('cost', figures(columns))}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
