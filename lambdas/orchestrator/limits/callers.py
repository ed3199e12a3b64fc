"""Who is asking: somebody signed in, a guest, or a load tester."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from orchestrator.errors import InvalidToken
from orchestrator.settings import SettingsError

_BEARER = "bearer "
_CONVERSATION = "chatui-conversation-id"
_MAX_HEADER_CHARS = 4_096


@dataclass(frozen=True)
class Caller:
    """`id` and the others are digests: nothing that is counted or logged names a person."""

    kind: Literal["user", "guest", "tester"]
    id: str
    through_chat_ui: bool = False
    """A guest whom chat-ui's server vouches for; known by the conversation alone."""


class AccessTokens(Protocol):
    """What verifies the tokens of people who are signed in."""

    def subject(self, token: str) -> str:
        """Who a token belongs to. Raises InvalidToken."""


@dataclass(frozen=True)
class Keys:
    """The secrets by which programs are known."""

    service: str = field(default="", repr=False)
    """chat-ui's server sends it for people who are not signed in."""
    testers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Name of a load tester, and their key."""


def read_keys(secret: str) -> Keys:
    """From the JSON of the secret. Raises SettingsError, which does not quote it."""
    try:
        found = json.loads(secret)
        service, testers = found.get("service", ""), found.get("testers", {})
        if not isinstance(service, str) or not all(isinstance(key, str) and key for key in testers.values()):
            raise TypeError
    except (ValueError, AttributeError, TypeError):
        raise SettingsError(
            'The secret of the API keys wants JSON such as {"service": "key", "testers": {"name": "key"}}'
        ) from None
    return Keys(service, testers)


@dataclass(frozen=True)
class Doorman:
    """Tells who asks, from the headers of a request."""

    keys: Keys = Keys()
    tokens: AccessTokens | None = None
    """None: nobody can sign in."""
    address_header: str = "x-viewer-address"
    """Set by CloudFront, which overwrites what the viewer sent."""

    def identify(self, headers: Mapping[str, str]) -> Caller:
        """Raises InvalidToken where somebody claims to be signed in and is not."""
        token = _bearer(headers.get("authorization", ""))
        if token and self.keys.service and _same(token, self.keys.service):
            conversation = headers.get(_CONVERSATION, "")[:_MAX_HEADER_CHARS]
            return Caller("guest", digest("conversation", conversation), through_chat_ui=True)
        for name, key in self.keys.testers.items():
            if _same(token, key):
                return Caller("tester", digest("tester", name))
        if self.tokens and token.count(".") == 2:
            return Caller("user", digest("user", self.tokens.subject(token)))
        return Caller("guest", digest("address", headers.get(self.address_header, "")[:_MAX_HEADER_CHARS]))


def digest(*parts: str) -> str:
    """A short name for something that shall not be stored itself."""
    whole = "\0".join(parts).encode("utf-8", "replace")
    return hashlib.blake2b(whole, digest_size=12).hexdigest()


def _bearer(header: str) -> str:
    if header[: len(_BEARER)].lower() != _BEARER:
        return ""
    if len(header) > _MAX_HEADER_CHARS:
        raise InvalidToken
    return header[len(_BEARER) :].strip()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
