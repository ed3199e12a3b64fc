"""The token for RDS is the one that boto3 makes."""

from pathlib import Path

import boto3
from pydantic import SecretStr

from embed_search.database import dsn_of
from embed_search.iam_token import Signer
from embed_search.settings import Settings

HOST = "apparel.cluster-abc.ap-south-1.rds.amazonaws.com"


def settings(authorities: Path) -> Settings:
    return Settings(
        database_url=None,
        database_host=HOST,
        database_user="embed_search",
        database_ca_file=authorities,
        aws_region="ap-south-1",
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key=SecretStr("secret/with+signs"),
        aws_session_token=SecretStr("session/token=="),
        model_bundle=Path("/mnt/models/x"),
    )


def by_boto3() -> str:
    client = boto3.client(
        "rds",
        region_name="ap-south-1",
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key="secret/with+signs",
        aws_session_token="session/token==",
    )
    token: str = client.generate_db_auth_token(HOST, 5432, "embed_search", "ap-south-1")
    return token


def test_token_is_boto3s(tmp_path: Path) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.touch()
    sign = Signer(settings(authorities))
    # Both hold the second in which they were made.
    assert any(sign() == by_boto3() for _ in range(5))


def test_connection_string_checks_the_servers_name(tmp_path: Path) -> None:
    authorities = tmp_path / "the ca's.pem"
    authorities.touch()
    dsn = dsn_of(settings(authorities))()
    assert "sslmode=verify-full" in dsn
    assert r"sslrootcert='" in dsn
    assert f"host={HOST} port=5432 dbname=apparel user=embed_search" in dsn
