"""A fake identity provider: Cognito's three pages, without asking who comes. It checks what the standard
(RFC 7636) makes a provider check, so that a page which does PKCE wrongly is not let in."""

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from orchestrator.errors import InvalidToken

CLIENT = "fake-client"
TOKEN = "fake.access.token"


@dataclass
class FakeProvider:
    """`authorized` holds the requests for a code, `logged_out` those to leave."""

    authorized: list[dict[str, str]] = field(default_factory=list)
    logged_out: list[dict[str, str]] = field(default_factory=list)
    works: bool = True

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/oauth2/authorize", self._authorize),
                Route("/oauth2/token", self._token, methods=["POST"]),
                Route("/logout", self._logout),
            ]
        )

    @staticmethod
    def login(provider_url: str, page_url: str = "") -> dict[str, str]:
        """The `login` of the page's config.json."""
        return {
            "authorize_url": f"{provider_url}/oauth2/authorize",
            "token_url": f"{provider_url}/oauth2/token",
            "logout_url": f"{provider_url}/logout",
            "client_id": CLIENT,
            "redirect_uri": page_url,
            "scope": "openid email",
        }

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.authorized.append(asked)
        answer = {"code": f"code-{len(self.authorized)}", "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}")

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.authorized[-1]
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        good = (
            self.works
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == challenge
            and (form["client_id"], form["redirect_uri"]) == (asked["client_id"], asked["redirect_uri"])
            and form["code"] == f"code-{len(self.authorized)}"
        )
        granted = {"access_token": TOKEN, "refresh_token": "fake-refresh", "expires_in": 3600}
        body = granted if good else {"error": "invalid_grant"}
        headers = {"access-control-allow-origin": request.headers["origin"]}
        return JSONResponse(body, status_code=200 if good else 400, headers=headers)

    async def _logout(self, request: Request) -> Response:
        self.logged_out.append(dict(request.query_params))
        return RedirectResponse(request.query_params["logout_uri"])


@dataclass
class FakeTokens:
    """What checks the provider's tokens for the API."""

    valid: bool = True

    def subject(self, token: str) -> str:
        if token != TOKEN or not self.valid:
            raise InvalidToken
        return "ann"
