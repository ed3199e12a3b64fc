"""The chat page beside the API: on AWS CloudFront serves it from S3, here this does.

The API stays unaware of it: what is no file of the page goes through to the API.
"""

import json
import mimetypes
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

PAGE = Path(__file__).parents[2] / "web"
HEADERS = PAGE / "headers.json"
"""What a browser is told with every file; `infra/` reads it too."""
CONFIG_PATH = "/config.json"

# Some systems' lists lack these, and with `nosniff` a browser runs no script of another type.
for _type, _ending in (("text/javascript", ".js"), ("font/woff2", ".woff2"), ("image/svg+xml", ".svg")):
    mimetypes.add_type(_type, _ending)


def page_headers(sign_in_url: str | None = None) -> dict[str, str]:
    """The headers of the page. Scripts may call the origin of `sign_in_url`, besides the page's own."""
    parts = urlsplit(sign_in_url or "")
    allowed = f" {parts.scheme}://{parts.netloc}" if sign_in_url else ""
    found: dict[str, str] = json.loads(HEADERS.read_text())
    return {name: value.replace("{sign_in}", allowed) for name, value in found.items()}


class WebPage:
    """An app that serves the page's files, and leaves everything else to `api`."""

    def __init__(self, api: ASGIApp, login: Mapping[str, str] | None = None, folder: Path = PAGE) -> None:
        self.api = api
        self.login = login
        self.files = StaticFiles(directory=folder, html=True)
        self.packed = GZipMiddleware(self._file_or_config, minimum_size=500)
        self.headers = page_headers(login["token_url"] if login else None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and self._holds(scope)
        await (self.packed if is_page else self.api)(scope, receive, send)

    def _holds(self, scope: Scope) -> bool:
        if scope["path"] in ("/", CONFIG_PATH):
            return True
        found = self.files.lookup_path(self.files.get_path(scope))[1]
        return found is not None and stat.S_ISREG(found.st_mode)

    async def _file_or_config(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(scope)
        response.headers.update({**self.headers, "Cache-Control": "no-cache"})
        await response(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["path"] == CONFIG_PATH:
            return JSONResponse({"api": "/v1", "login": self.login})
        return await self.files.get_response(self.files.get_path(scope), scope)
