"""The HTTP API (DESIGN §3.1): routes only. What they answer with is decided further in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse

from apparel.contracts import Filters, Hit, SearchRequest
from orchestrator.deadline import Deadline
from orchestrator.edge.answering import Answer, ending_well, in_thread, steps
from orchestrator.edge.api_errors import ERROR_RESPONSES, handle_errors
from orchestrator.edge.api_models import (
    ChatCompletion,
    ChatRequest,
    FeedbackKept,
    FeedbackRequest,
    Health,
    ModelList,
    Recommendation,
    Recommendations,
    RecommendationsRequest,
)
from orchestrator.edge.completions import EventStream, Frame, completion, server_sent
from orchestrator.edge.docs_page import docs_page
from orchestrator.edge.limiting import ALLOWANCE_HEADERS, admitted, allowance_headers
from orchestrator.edge.middleware import BodyLimit, Requests
from orchestrator.edge.turn import turn_of
from orchestrator.errors import PathNotFound
from orchestrator.feedback import Feedback
from orchestrator.services import Services
from orchestrator.telemetry import tally

HEARTBEAT_SECONDS = 10.0
_DOCS_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@dataclass(frozen=True)
class Inside:
    """What the routes call: the conversation, and recommendations without one."""

    answer: Answer
    by_query: Callable[[str, Filters | None, int, Services], Sequence[Hit]]
    by_products: Callable[[list[str], Filters | None, int, Services], Sequence[Hit]]


def create_app(services: Services, inside: Inside, heartbeat_s: float = HEARTBEAT_SECONDS) -> FastAPI:
    """The whole API over the given services."""
    settings = services.settings
    app = FastAPI(
        title="Apparel recommender",
        description="Chat with a stylist that knows one shop's catalogue, in the shape of OpenAI's API.",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=ERROR_RESPONSES,
    )
    handle_errors(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            expose_headers=["x-request-id", "retry-after", *ALLOWANCE_HEADERS],
        )
    app.add_middleware(Requests, metrics_namespace=settings.metrics_namespace)
    _add_chat(app, services, inside, heartbeat_s)
    _add_recommendations(app, services, inside)
    _add_feedback(app, services)
    _add_about(app, services)
    return app


def _add_chat(app: FastAPI, services: Services, inside: Inside, heartbeat_s: float) -> None:
    @app.post("/v1/chat/completions", response_model=ChatCompletion)
    async def chat(body: ChatRequest, request: Request, response: Response) -> ChatCompletion | EventStream:
        """Answer the last message of a conversation. With `stream` the answer comes as server-sent
        events, and one chunk before the text carries `recommendations`."""
        deadline = Deadline(services.settings.deadline_seconds)
        within = services.within(deadline)
        turn = await turn_of(body, request, inside.answer, within)
        request_id = str(request.scope["request_id"])
        events = ending_well(
            steps(partial(turn.answer, turn.messages, within), deadline, heartbeat_s),
            request_id=request_id,
            may_raise=not body.stream,
        )
        frame = Frame(services.settings, request_id, turn.messages)
        if not body.stream:
            response.headers.update(allowance_headers(turn.allowance))
            return await completion(events, frame)
        include_usage = bool(body.stream_options and body.stream_options.include_usage)
        chunks = server_sent(events, frame, include_usage=include_usage)
        return EventStream(chunks, allowance_headers(turn.allowance))


def _add_recommendations(app: FastAPI, services: Services, inside: Inside) -> None:
    @app.post("/v1/recommendations")
    async def recommendations(
        body: RecommendationsRequest, request: Request, response: Response
    ) -> Recommendations:
        """Products for a shop's own pages: for a query, like a product, or for what a visitor has viewed."""
        deadline = Deadline(services.settings.deadline_seconds)
        within = services.within(deadline)
        response.headers.update(allowance_headers(await admitted(body.model_dump_json(), request, within)))
        if body.query is not None:
            call = partial(inside.by_query, body.query.strip(), body.filters, body.limit, within)
        else:
            ids = body.viewed or [str(body.similar_to)]
            call = partial(inside.by_products, ids, body.filters, body.limit, within)
        hits = await in_thread(call, deadline)
        url = services.settings.product_url
        return Recommendations(
            recommendations=[Recommendation.of(hit, url(hit.product.product_id)) for hit in hits]
        )


def _add_feedback(app: FastAPI, services: Services) -> None:
    @app.post("/v1/feedback", status_code=201)
    async def feedback(body: FeedbackRequest) -> FeedbackKept:
        """Keep what somebody thinks of an answer; of the same answer the last word counts."""
        if services.feedback is None:
            raise PathNotFound("This shop takes no feedback here.")
        given = Feedback(body.conversation_id, body.message, body.thumb, body.reason)
        await in_thread(partial(services.feedback.keep, given), Deadline(services.settings.deadline_seconds))
        tally("feedback_up" if body.thumb == "up" else "feedback_down", 1)
        return FeedbackKept()


def _add_about(app: FastAPI, services: Services) -> None:
    @app.get("/v1/models")
    async def models() -> ModelList:
        """The one model there is; its id never changes."""
        return ModelList()

    @app.get("/v1/health")
    async def health(deep: bool = False) -> Health:
        """Whether this process lives; with `deep=1` also whether a search works, 503 if not, and how the
        parts are that an answer can do without."""
        if not deep:
            return Health()
        deadline = Deadline(services.settings.deadline_seconds)
        probe = SearchRequest(text="shirt", limit=1)
        await in_thread(partial(services.catalogue.search, probe), deadline)
        facets = await in_thread(services.catalogue.facets, deadline)
        return Health(
            products=facets.products,
            catalogue_version=facets.catalogue_version,
            llm="configured" if services.llm else "none",
            limits=await in_thread(services.limits.state, deadline) if services.limits else "off",
        )

    @app.get("/v1/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi()), headers=_DOCS_HEADERS)
