"""Who is asking, told from headers."""

import pytest

from orchestrator.errors import InvalidToken
from orchestrator.limits.callers import Doorman, Keys, read_keys
from orchestrator.settings import SettingsError

KEYS = Keys(service="chat-ui's key", testers={"load": "tester's key"})


class OnlyAnna:
    """Believes one token."""

    def subject(self, token: str) -> str:
        if token != "anna's.real.token":
            raise InvalidToken
        return "anna"


DOORMAN = Doorman(KEYS, OnlyAnna())


def bearer(token: str, **headers: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", **{name.replace("_", "-"): v for name, v in headers.items()}}


class TestGuests:
    def test_are_known_by_their_address(self) -> None:
        one = DOORMAN.identify({"x-viewer-address": "192.0.2.1"})
        assert one.kind == "guest"
        assert one == DOORMAN.identify(bearer("sk-anything", x_viewer_address="192.0.2.1"))
        assert one != DOORMAN.identify({"x-viewer-address": "192.0.2.2"})

    def test_can_not_become_somebody_else_by_a_new_conversation(self) -> None:
        first = DOORMAN.identify({"x-viewer-address": "192.0.2.1", "chatui-conversation-id": "1"})
        second = DOORMAN.identify({"x-viewer-address": "192.0.2.1", "chatui-conversation-id": "2"})
        assert first == second

    def test_of_chat_ui_are_known_by_their_conversation(self) -> None:
        first = DOORMAN.identify(
            bearer(KEYS.service, chatui_conversation_id="1", x_viewer_address="10.0.0.1")
        )
        second = DOORMAN.identify(
            bearer(KEYS.service, chatui_conversation_id="2", x_viewer_address="10.0.0.1")
        )
        assert first.through_chat_ui
        assert second.through_chat_ui
        assert first.id != second.id

    def test_without_any_header_are_one_guest(self) -> None:
        assert DOORMAN.identify({}) == DOORMAN.identify({"authorization": "Basic abc"})


class TestPeopleWhoSignedIn:
    def test_are_known_by_their_token(self) -> None:
        anna = DOORMAN.identify(bearer("anna's.real.token", x_viewer_address="192.0.2.1"))
        assert anna.kind == "user"
        assert anna == DOORMAN.identify(bearer("anna's.real.token", x_viewer_address="192.0.2.2"))

    def test_are_sent_back_with_a_bad_token(self) -> None:
        with pytest.raises(InvalidToken, match="sign in again"):
            DOORMAN.identify(bearer("forged.anna.token"))

    def test_an_endless_token_is_not_even_read(self) -> None:
        with pytest.raises(InvalidToken):
            DOORMAN.identify(bearer("a.b." + "c" * 5_000))

    def test_nobody_signs_in_where_there_is_no_login(self) -> None:
        assert Doorman(KEYS).identify(bearer("anna's.real.token")).kind == "guest"


class TestLoadTesters:
    def test_are_known_by_their_key(self) -> None:
        assert DOORMAN.identify(bearer("tester's key")).kind == "tester"

    @pytest.mark.parametrize("token", ["", "tester's ke", "tester's key2"])
    def test_a_nearly_right_key_is_a_guests(self, token: str) -> None:
        assert DOORMAN.identify(bearer(token)).kind == "guest"

    def test_an_empty_service_key_opens_nothing(self) -> None:
        assert not Doorman(Keys()).identify(bearer("")).through_chat_ui


class TestKeysOfTheSecret:
    def test_are_json(self) -> None:
        assert read_keys('{"service": "s", "testers": {"a": "k"}}') == Keys("s", {"a": "k"})
        assert read_keys("{}") == Keys()

    @pytest.mark.parametrize(
        "secret", ["hunter2", "[]", '{"service": 5}', '{"testers": {"a": ""}}', '{"testers": ["hunter2"]}']
    )
    def test_anything_else_is_refused_without_being_quoted(self, secret: str) -> None:
        with pytest.raises(SettingsError, match="wants JSON") as refused:
            read_keys(secret)
        assert "hunter2" not in str(refused.value)

    def test_are_not_shown_by_accident(self) -> None:
        assert "key" not in repr(DOORMAN.keys)


def test_a_caller_holds_no_address_token_or_name() -> None:
    headers = bearer("anna's.real.token", x_viewer_address="192.0.2.1")
    assert not {"anna", "192.0.2.1"} & set(repr(DOORMAN.identify(headers)).split("'"))
