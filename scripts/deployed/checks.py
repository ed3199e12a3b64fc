"""What has to hold of a deployed API. Each check returns what it saw, in few words, or raises CheckFailed."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.deployed.caller import MODEL, Answer, Caller, CheckFailed, Reply

# The first call may have to start both functions and wake a database that has been paused for a day.
WAKING_SECONDS = 110
CHAT_SECONDS = 60
QUICK_SECONDS = 15

_WISH = "shirts"
_PRODUCT_LINE = re.compile(r"^(\d+)\. \*\*\[.+?\]\((\S+?)\)\*\* by .+?, ₹([\d,.]+)$", re.M)
_FIELDS = {"product_id", "name", "brand", "gender", "price", "currency", "color", "category", "description"}
_FIELDS |= {"url", "score"}


@dataclass
class Visit:
    """One run. `api_gateway_url` is API Gateway's own address, where it is known."""

    caller: Caller
    api_gateway_url: str | None = None
    messages: list[dict[str, str]] = field(default_factory=list)
    shown: Sequence[dict[str, Any]] = ()
    """What the first chat turn recommended."""


Check = Callable[[Visit], str]


def checks(visit: Visit) -> Iterator[tuple[str, Check]]:
    """Those that make sense here, in their order: the first wakes everything up."""
    yield "health, deep", health_deep
    yield "health", health
    yield "models", models
    yield "chat, streamed", chat
    yield "chat, a follow-up by number", follow_up
    yield "recommendations", recommendations
    yield "similar products", similar
    yield "errors in one shape", error_shape
    if visit.caller.base_url.startswith("https://"):
        yield "security headers", security_headers
        yield "nothing over plain HTTP", no_plain_http
    if visit.api_gateway_url:
        yield "no way around CloudFront", no_way_around


def health_deep(visit: Visit) -> str:
    body = _body(visit.caller.get("/health?deep=1", WAKING_SECONDS))
    if not body.get("products"):
        raise CheckFailed("the catalogue is empty: load one (docs/DEPLOY.md)")
    return f"{body['products']:,} products, LLM: {body.get('llm')}"


def health(visit: Visit) -> str:
    body = _body(visit.caller.get("/health", QUICK_SECONDS))
    _expect(body.get("status") == "ok", f"the status is {body.get('status')!r}, not 'ok'")
    return "ok"


def models(visit: Visit) -> str:
    ids = [model.get("id") for model in _body(visit.caller.get("/models", QUICK_SECONDS)).get("data", [])]
    _expect(ids == [MODEL], f"the models are {ids}, not {[MODEL]}")
    return MODEL


def chat(visit: Visit) -> str:
    visit.messages = [{"role": "user", "content": _WISH}]
    answer = visit.caller.chat(visit.messages, CHAT_SECONDS)
    _whole(answer)
    _expect(bool(answer.recommendations), f"no products; the answer begins: {answer.text[:200]}")
    _expect(answer.recommended_before_text, "the recommendations came after the text had begun")
    visit.shown = answer.recommendations or []
    lines = [(int(number), url, _number(price)) for number, url, price in _PRODUCT_LINE.findall(answer.text)]
    wanted = [(number, item["url"], float(item["price"])) for number, item in enumerate(visit.shown, start=1)]
    _expect(lines == wanted, f"the product lines {lines} are not the recommendations {wanted}")
    visit.messages.append({"role": "assistant", "content": answer.text})
    return (
        f"{len(lines)} products; first byte {answer.first_byte_s:.2f} s, "
        f"first product line {answer.first_line_s:.2f} s, whole {answer.total_s:.2f} s"
    )


def follow_up(visit: Visit) -> str:
    _expect(len(visit.shown) > 1, "not asked: the chat before recommended less than two products")
    second = visit.shown[1]
    question = {"role": "user", "content": "what is the price of the 2nd one?"}
    answer = visit.caller.chat([*visit.messages, question], CHAT_SECONDS)
    _whole(answer)
    prices = {_number(price) for price in re.findall(r"₹([\d,]+(?:\.\d+)?)", answer.text)}
    _expect(float(second["price"]) in prices, f"₹{second['price']} is not in the answer: {answer.text[:200]}")
    _expect(not answer.recommendations, "a question about a price recommended something new")
    return f"₹{second['price']:,} for number 2; first byte {answer.first_byte_s:.2f} s"


def recommendations(visit: Visit) -> str:
    items = _recommended(visit, {"query": _WISH, "limit": 3})
    _expect(len(items) == 3, f"{len(items)} products where 3 were asked for")
    for item in items:
        _expect(item.keys() >= _FIELDS, f"a product without {', '.join(sorted(_FIELDS - item.keys()))}")
        _expect(item["price"] > 0 and item["currency"] == "INR", f"a price of {item['price']}")
    return f"{len(items)} products"


def similar(visit: Visit) -> str:
    (first, *_) = _recommended(visit, {"query": _WISH, "limit": 1})
    items = _recommended(visit, {"similar_to": first["product_id"], "limit": 3})
    _expect(bool(items), f"nothing is similar to product {first['product_id']}")
    ids = [item["product_id"] for item in items]
    _expect(first["product_id"] not in ids, "the product itself is among those similar to it")
    return f"{len(items)} products"


def error_shape(visit: Visit) -> str:
    caller = visit.caller
    bad = {
        "a body without messages": (caller.post("/chat/completions", {}, QUICK_SECONDS), {400}),
        "a body that asks for nothing": (caller.post("/recommendations", {}, QUICK_SECONDS), {400}),
        # API Gateway itself refuses a path that it has no method for.
        "an unknown path": (caller.get("/no-such-path", QUICK_SECONDS), {403, 404}),
    }
    for what, (reply, statuses) in bad.items():
        _expect(reply.status in statuses, f"{what} gave status {reply.status}, not one of {sorted(statuses)}")
        _error_body(what, reply)
    return f"{len(bad)} bad requests refused with a sentence each"


def security_headers(visit: Visit) -> str:
    headers = visit.caller.get("/health", QUICK_SECONDS).headers
    missing = [
        name for name in ("strict-transport-security", "x-content-type-options") if name not in headers
    ]
    _expect(not missing, f"missing: {', '.join(missing)}")
    return "there"


def no_plain_http(visit: Visit) -> str:
    plain = "http://" + visit.caller.base_url.removeprefix("https://")
    reply = visit.caller.get("/health", QUICK_SECONDS, base_url=plain)
    _expect(reply.status in {301, 302, 307, 308, 403}, f"it was served, with status {reply.status}")
    return f"status {reply.status}"


def no_way_around(visit: Visit) -> str:
    for path in ("/v1/models", "/v1/health"):
        reply = visit.caller.get(path, QUICK_SECONDS, base_url=visit.api_gateway_url)
        _expect(reply.status == 403, f"{path} was served around CloudFront, with status {reply.status}")
        _error_body(path, reply)
    return "403"


def _recommended(visit: Visit, body: dict[str, object]) -> list[dict[str, Any]]:
    items = _body(visit.caller.post("/recommendations", body, CHAT_SECONDS)).get("recommendations")
    _expect(isinstance(items, list), "the answer has no list `recommendations`")
    assert isinstance(items, list)
    return items


def _body(reply: Reply) -> dict[str, Any]:
    if reply.status == 429:
        raise CheckFailed("a limit is reached: name a key that has none (KEY=, docs/DEPLOY.md)")
    _expect(reply.status == 200, f"status {reply.status}: {str(reply.body)[:200]}")
    _expect(isinstance(reply.body, dict), "the answer is no JSON object")
    body: dict[str, Any] = reply.body
    return body


def _error_body(what: str, reply: Reply) -> None:
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(error, dict) or not error.keys() >= {"message", "type", "code", "param"}:
        raise CheckFailed(f"{what} gave no error of ours: {str(reply.body)[:200]}")
    _expect(bool(error["message"]), f"{what} gave an error without a sentence")


def _whole(answer: Answer) -> None:
    kind = answer.headers.get("content-type", "")
    _expect(kind.startswith("text/event-stream"), f"the content type is {kind!r}, not text/event-stream")
    _expect("content-encoding" not in answer.headers, "the stream is compressed, which holds it back")
    _expect(answer.recommendations is not None, "no chunk carried `recommendations`")
    _expect(answer.finish_reason == "stop" and answer.done, "the stream broke off before `stop` and [DONE]")


def _number(price: str) -> float:
    return float(price.replace(",", ""))


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise CheckFailed(otherwise)
