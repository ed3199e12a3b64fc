"""What embed_search wants from its environment, and how it says so."""

from pathlib import Path

import pytest

from embed_search.settings import SettingsError, read_settings

ENVIRONMENT = {
    "MODEL_BUNDLE": "/mnt/models/1234567890abcdef",
    "DATABASE_HOST": "db.example",
    "DATABASE_USER": "embed_search",
    "AWS_REGION": "ap-south-1",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "wJalr-secret",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    authorities = tmp_path / "rds-ca.pem"
    authorities.touch()
    for name, value in {**ENVIRONMENT, "DATABASE_CA_FILE": str(authorities)}.items():
        monkeypatch.setenv(name, value)


def test_rds_is_named_by_host_and_user() -> None:
    settings = read_settings()
    assert (settings.database_host, settings.database_port) == ("db.example", 5432)
    assert settings.database_name == "apparel"


def test_url_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT.keys() - {"MODEL_BUNDLE"}:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///x")
    assert read_settings().database_host is None


def test_without_any_database_both_ways_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_HOST")
    monkeypatch.setenv("DATABASE_USER", "")
    with pytest.raises(SettingsError, match="DATABASE_URL, or DATABASE_HOST and DATABASE_USER"):
        read_settings()


@pytest.mark.parametrize(
    "name", ["DATABASE_HOST", "DATABASE_USER", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
)
def test_what_is_missing_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=rf"^Wrong settings:\n  {name}: wanted"):
        read_settings()


def test_missing_certificates_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_CA_FILE", "/nowhere/ca.pem")
    with pytest.raises(SettingsError, match=r"DATABASE_CA_FILE: there is no file /nowhere/ca\.pem"):
        read_settings()


def test_wrong_value_is_named_and_no_secret_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PORT", "70000")
    monkeypatch.delenv("MODEL_BUNDLE")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "DATABASE_PORT: Input should be less than or equal to 65535" in str(caught.value)
    assert "MODEL_BUNDLE: Field required" in str(caught.value)
    assert "wJalr" not in str(caught.value)
