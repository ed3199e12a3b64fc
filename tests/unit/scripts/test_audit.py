"""The licences of what is deployed are listed, and agreed to."""

import pytest

from scripts.audit import AGREED, PAGE, licences, page


def test_the_list_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(licences()), "`make audit` writes it anew"


def test_each_licence_is_agreed_to() -> None:
    refused = [(name, licence) for name, _, licence in licences() if not AGREED.search(licence)]
    assert refused == []


@pytest.mark.parametrize("licence", ["GPL-3.0-or-later", "AGPL-3.0", "Limited use only", "not stated", ""])
def test_others_are_refused(licence: str) -> None:
    assert not AGREED.search(licence)
