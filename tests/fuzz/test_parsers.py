"""Every parser of foreign text, over whatever can be sent: none breaks, none takes long."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from apparel.contracts import REQUEST, Filters
from embed_search.catalogue_file import read_catalogue
from embed_search.catalogue_row import CatalogueRow, RefusedRow
from embed_search.column_mapping import MYNTRA
from embed_search.errors import CatalogueFileError
from orchestrator.dialogue.situation import Situation, history_ids, products_listed
from orchestrator.edge.api_models import ChatRequest
from orchestrator.edge.history import conversation_of
from orchestrator.edge.titles import title_for
from orchestrator.errors import BadRequest, InvalidToken
from orchestrator.limits.callers import Doorman, Keys
from orchestrator.llm.guard import Guard
from orchestrator.llm.sentences import sentences
from orchestrator.messages import Message
from orchestrator.settings import Settings
from orchestrator.understanding.reading import read
from tests.fuzz.conftest import FUZZ
from tests.unit.orchestrator.shop import LEXICON, SHOWN

SETTINGS = Settings()
TEMPLATE = SETTINGS.product_url_template
TEXT = st.text(max_size=400)
LINE = "{}. **[{}](https://shop.example/products/{})** by {}, ₹{}"
LINES = st.lists(
    st.one_of(
        st.builds(
            "{}. **[{}](https://shop.example/products/{})** by {}, ₹{}".format, *[st.text(max_size=12)] * 5
        ),
        st.sampled_from(["", "1. ", "](", "[", "(https://shop.example/products/", ")", "99999999999. x"]),
        st.text(max_size=30),
    ),
    max_size=12,
).map("\n".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@FUZZ
@given(
    content=TEXT | st.lists(st.dictionaries(st.sampled_from(["type", "text"]), JSON), max_size=4) | JSON,
    role=TEXT,
)
def test_messages(content: Any, role: str) -> None:
    body = {"messages": [{"role": role, "content": "x"}, {"role": "user", "content": content}]}
    try:
        request = ChatRequest.model_validate(body)
    except ValidationError:
        body["messages"].pop(0)
        try:
            request = ChatRequest.model_validate(body)
        except ValidationError:
            return
    try:
        last = conversation_of(request, SETTINGS)[-1]
    except BadRequest:
        return
    assert last.text.strip()
    assert len(last.text) <= SETTINGS.max_message_chars


@FUZZ
@given(texts=st.lists(LINES | TEXT, max_size=6))
def test_histories(texts: list[str]) -> None:
    messages = [Message("assistant", text) for text in texts]
    ids = history_ids(messages, TEMPLATE)
    assert len(ids) == len(set(ids))
    for message in messages:
        assert products_listed(message, TEMPLATE, {}) == []


@FUZZ
@given(text=TEXT)
def test_references_never_point_beyond_what_was_shown(text: str) -> None:
    found = Situation(shown=SHOWN, seen=("11", "12")).resolve(read(text, LEXICON).references)
    assert all(item.product in SHOWN for item in found or ())


@FUZZ
@given(value=st.dictionaries(st.sampled_from([*Filters.model_fields, "x"]), JSON, max_size=5) | JSON)
def test_filters(value: Any) -> None:
    try:
        filters = TypeAdapter(Filters).validate_python(value)
    except ValidationError:
        return
    assert Filters.model_validate_json(filters.model_dump_json()) == filters


@FUZZ
@given(value=JSON, op=st.sampled_from(["search", "similar", "products", "summary", "facets"]))
def test_messages_to_embed_search(value: Any, op: str) -> None:
    message = {**value, "op": op} if isinstance(value, dict) else value
    try:
        REQUEST.validate_python(message)
    except ValidationError:
        return


FIELDS = st.one_of(
    TEXT, st.sampled_from(["", "NaN", "-1", "1e9", "0", "Women", '"', '""', "\r", "\n", "a,b", "\ufeff"])
)


@FUZZ
@given(rows=st.lists(st.lists(FIELDS, max_size=9), max_size=6), separator=st.sampled_from([",", ";", "\t"]))
def test_catalogue_rows(rows: list[list[str]], separator: str, tmp_path: Path) -> None:
    lines = [",".join(MYNTRA.values()), *(separator.join(row) for row in rows)]
    check_catalogue(tmp_path, "\n".join(lines).encode("utf-8", "surrogatepass"))


@FUZZ
@given(body=st.binary(max_size=600), headed=st.booleans())
def test_catalogue_bytes(body: bytes, headed: bool, tmp_path: Path) -> None:
    check_catalogue(tmp_path, (",".join(MYNTRA.values()).encode() + b"\n" if headed else b"") + body)


def check_catalogue(folder: Path, content: bytes) -> None:
    path = folder / "catalogue.csv"
    path.write_bytes(content)
    try:
        rows = list(read_catalogue(path))
    except CatalogueFileError:
        return
    for row in rows:
        assert row.line >= 2
        if isinstance(row, CatalogueRow):
            assert row.product_id
            assert row.price > 0
            json.dumps(row.name, ensure_ascii=False).encode()
        else:
            assert isinstance(row, RefusedRow)
            assert row.reason


@FUZZ
@given(pieces=st.lists(st.text(max_size=80), max_size=20))
def test_what_a_model_says(pieces: list[str]) -> None:
    guard = Guard(SHOWN, ["Roadster", "W", "even"])
    said = list(sentences(pieces))
    assert "".join(sentence.text for sentence in said).strip() in "".join(pieces)
    for sentence in said:
        shown = guard.passed(sentence)
        assert shown is None or "](" not in shown


@FUZZ
@given(headers=st.dictionaries(st.sampled_from(["authorization", "chatui-conversation-id", "x"]), TEXT))
def test_headers_of_callers(headers: dict[str, str]) -> None:
    try:
        caller = Doorman(Keys("service", {"a": "key"})).identify(headers)
    except InvalidToken:
        return
    assert caller.kind == "guest" or "key" in headers["authorization"]


@FUZZ
@given(text=TEXT)
def test_titles(text: str) -> None:
    assert 0 < len(title_for(text)) <= 40
