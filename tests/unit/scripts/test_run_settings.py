"""What `make run` is told, and what the loader is told by it."""

from pathlib import Path

import pytest

from scripts.local.stack import StackSettings, load_options
from scripts.run import read_settings


def test_columns_lead_to_the_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATALOGUE", "shop.csv")
    monkeypatch.setenv("COLUMN_MAPPING", "shop.toml")
    settings = read_settings()
    assert (settings.catalogue, settings.columns) == (Path("shop.csv"), Path("shop.toml"))
    assert load_options(settings) == ["--columns", "shop.toml", "--force"]


def test_a_database_of_somebody_elses_is_not_emptied_by_a_mistaken_file() -> None:
    shop = Path("shop.csv")
    assert load_options(StackSettings(shop)) == ["--force"]
    assert load_options(StackSettings(shop, database_url="postgresql://host/shop")) == []
