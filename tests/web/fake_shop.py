"""A fake shop, for what the real one can't be made to do on demand: the API's real HTTP edge over an answer
that each test scripts, and raw faults of what may lie between page and API."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from apparel.contracts import Hit
from orchestrator.edge.api import Inside
from orchestrator.events import Recommended, Text
from orchestrator.messages import Message
from orchestrator.services import Services
from tests.orchestrator_fakes import KURTA, SHIRT, fake_app, fake_services, shelf_query, shelf_similar

Events = Iterator[Recommended | Text]
Script = Callable[[], Events]

HEARTBEAT_SECONDS = 0.3
SHOP = "https://shop.example/products"
LINES = (
    f"1. **[{SHIRT.name}]({SHOP}/101)** by Roadster, ₹1,299\n"
    f"2. **[{KURTA.name}]({SHOP}/202)** by Anouk, ₹799.50"
)


def says(*texts: str) -> Script:
    """An answer without products."""
    return lambda: iter([Recommended(()), *map(Text, texts)])


def lists(*texts: str) -> Script:
    """The shelf's two products, listed as the real composer does, then these texts."""
    return lambda: iter([_shelf(), Text("Here are two ideas:"), Text(f"\n\n{LINES}\n\n"), *map(Text, texts)])


def lists_then_waits(gate: threading.Event) -> Script:
    """The products at once, half a sentence, and the other half when the gate opens."""

    def events() -> Events:
        yield from lists("The first half, ")()
        gate.wait(timeout=30)
        yield Text("and the second.")

    return events


def waits(gate: threading.Event, script: Script) -> Script:
    """Nothing until the gate opens; meanwhile the edge sends its heartbeats."""

    def events() -> Events:
        gate.wait(timeout=30)
        yield from script()

    return events


def _shelf() -> Recommended:
    return Recommended(tuple(Hit(product=product, score=0.5) for product in (SHIRT, KURTA)))


class FakeShop:
    """An ASGI app. `script` and `faults` are used up, one a question; `asked` holds what was sent."""

    def __init__(self, services: Services | None = None) -> None:
        self.script: deque[Script] = deque()
        self.faults: deque[ASGIApp] = deque()
        self.asked: list[list[tuple[str, str]]] = []
        self.authorizations: list[str] = []
        self.left = threading.Event()
        """Set when somebody left an answer before its end."""
        inside = Inside(answer=self._answer, by_query=shelf_query, by_products=shelf_similar)
        self._edge = fake_app(inside, services or fake_services(), HEARTBEAT_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/v1/chat/completions":
            self.authorizations.append(dict(scope["headers"]).get(b"authorization", b"").decode())
            if self.faults:
                return await self.faults.popleft()(scope, receive, send)
        return await self._edge(scope, receive, send)

    def _answer(self, messages: Sequence[Message], services: Services) -> Events:
        self.asked.append([(message.role, message.text) for message in messages])
        script = self.script.popleft() if self.script else lists("What else?")
        try:
            yield from script()
        except GeneratorExit:
            self.left.set()
            raise


async def html_error(scope: Scope, receive: Receive, send: Send) -> None:
    """What a proxy says when it gets nowhere."""
    await HTMLResponse("<h1>502 Bad Gateway</h1>", status_code=502)(scope, receive, send)


async def cut_off(scope: Scope, receive: Receive, send: Send) -> None:
    """A stream that ends before its end."""
    start = b'data: {"choices":[{"index":0,"delta":{"content":"Half an "}}]}\n\n'
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": start, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def refused_for_guests(scope: Scope, receive: Receive, send: Send) -> None:
    """What the API answers with `stream: false`, or another API in OpenAI's format, at its limit."""
    message = "Those were the 2 messages a day that are free without an account. Please sign in to go on."
    error = {"message": message, "type": "rate_limit_error", "code": "sign_in_needed", "param": None}
    await JSONResponse({"error": error}, status_code=429, headers={"retry-after": "3600"})(
        scope, receive, send
    )
