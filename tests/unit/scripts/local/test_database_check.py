"""What is said about a database that is not fit for the catalogue."""

import pytest

from scripts.local.database_check import check_pgvector
from scripts.local.errors import UnfitDatabaseError


def test_takes_pgvector_that_is_new_enough_installed_or_not() -> None:
    check_pgvector(("0.8.0", True))
    check_pgvector(("0.10.1", False))


@pytest.mark.parametrize(
    ("found", "remedy"),
    [
        (None, "Install it there"),
        (("0.7.4", False), "update it there"),
        (("0.5.1", True), "ALTER EXTENSION vector UPDATE"),
    ],
    ids=["not on the server", "too old on the server", "too old in the database"],
)
def test_says_what_to_do(found: tuple[str, bool] | None, remedy: str) -> None:
    with pytest.raises(UnfitDatabaseError, match=remedy):
        check_pgvector(found)
