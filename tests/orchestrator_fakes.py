"""Readable stand-ins for what the orchestrator's edge talks to, and a real server to put it behind."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import uvicorn
from starlette.types import ASGIApp

from apparel.contracts import (
    Facet,
    FacetsReply,
    Filters,
    Hit,
    RetrievalReply,
    SearchRequest,
    SimilarRequest,
    SummaryReply,
)
from apparel.product import Product
from orchestrator.deadline import Deadline
from orchestrator.edge.api import Inside, create_app
from orchestrator.events import Recommended, Text
from orchestrator.llm.protocol import Llm, Usage
from orchestrator.llm.tokens import estimate
from orchestrator.messages import Message
from orchestrator.services import Services
from orchestrator.settings import Settings

SHIRT = Product(
    product_id="101",
    name="Roadster Men Navy Blue Checked Casual Shirt",
    brand="Roadster",
    gender="Men",
    price=Decimal(1299),
    color="Blue",
    category="shirt",
    description="Navy blue checked casual shirt, has a spread collar, 100% cotton",
)
KURTA = Product(
    product_id="202",
    name="Anouk Women Pink Printed Straight Kurta",
    brand="Anouk",
    gender="Women",
    price=Decimal("799.50"),
    color="Pink",
    category="kurta",
    description="Pink printed straight kurta with a mandarin collar",
)
PRODUCTS = {product.product_id: product for product in (SHIRT, KURTA)}
BRANDS = [
    "Roadster",
    "Anouk",
    "Nike",
    "HERE&NOW",
    "Mast & Harbour",
    "Being Human",
    "ONLY",
    "AND",
    "W",
    "even",
]


class ShelfCatalogue:
    """A catalogue of two products: every search finds both, nothing is computed."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def search(self, request: SearchRequest) -> RetrievalReply:
        return self._found(
            [p for p in PRODUCTS.values() if p.product_id not in request.exclude_ids][: request.limit]
        )

    def similar(self, request: SimilarRequest) -> RetrievalReply:
        return self._found([p for p in PRODUCTS.values() if p.product_id not in request.product_ids])

    def products(self, product_ids: list[str]) -> list[Product]:
        self._may_fail()
        return [PRODUCTS[name] for name in product_ids if name in PRODUCTS]

    def summary(self, filters: Filters) -> SummaryReply:
        self._may_fail()
        prices = [product.price for product in PRODUCTS.values()]
        return SummaryReply(
            total=2,
            min_price=min(prices),
            max_price=max(prices),
            brands=[Facet(value=brand, count=1) for brand in BRANDS],
            categories=[],
            colors=[],
        )

    def facets(self) -> FacetsReply:
        self._may_fail()
        brands = [Facet(value=brand, count=1) for brand in BRANDS]
        return FacetsReply(
            catalogue_version="v1", products=2, brands=brands, categories=[], colors=[], words=[]
        )

    def _found(self, products: list[Product]) -> RetrievalReply:
        self._may_fail()
        return RetrievalReply(hits=[Hit(product=product, score=0.5) for product in products], total=2)

    def _may_fail(self) -> None:
        if self.error:
            raise self.error


@dataclass
class ScriptedLlm:
    """Says what it was told to say, in pieces of three characters; an exception in the script is raised."""

    answers: list[str | Exception]
    context_tokens: int = 4_096
    asked: list[Sequence[Message]] = field(default_factory=list)

    def count(self, text: str) -> int:
        return estimate(text)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
        usage: Usage | None = None,
    ) -> Iterator[str]:
        self.asked.append(messages)
        said = self.answers.pop(0)
        if isinstance(said, Exception):
            raise said
        for start in range(0, len(said), 3):
            yield said[start : start + 3]

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
        usage: Usage | None = None,
    ) -> str:
        stream = self.stream(
            messages, max_tokens=max_tokens, temperature=temperature, stop=stop, deadline=deadline
        )
        return "".join(stream)


def echo_answer(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
    """A conversation that recommends the shelf and repeats what it was told."""
    hits = services.catalogue.search(SearchRequest(text=messages[-1].text)).hits
    yield Recommended(tuple(hits))
    yield Text(f"You said: {messages[-1].text}")
    yield Text(" It costs $5.")


def shelf_query(query: str, filters: Filters | None, limit: int, services: Services) -> Sequence[Hit]:
    return services.catalogue.search(SearchRequest(text=query, limit=limit)).hits


def shelf_similar(ids: list[str], filters: Filters | None, limit: int, services: Services) -> Sequence[Hit]:
    return services.catalogue.similar(SimilarRequest(product_ids=ids, limit=limit)).hits


ECHO = Inside(answer=echo_answer, by_query=shelf_query, by_products=shelf_similar)


def fake_services(
    settings: Settings | None = None, llm: Llm | None = None, error: Exception | None = None
) -> Services:
    return Services(catalogue=ShelfCatalogue(error), llm=llm, settings=settings or Settings())


def fake_app(inside: Inside = ECHO, services: Services | None = None, heartbeat_s: float = 10) -> ASGIApp:
    return create_app(services or fake_services(), inside, heartbeat_s)


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The app under a real uvicorn on a free port; gives its address."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # without it asyncio does not set TCP_NODELAY
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
