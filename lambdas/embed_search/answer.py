"""From a message of the contract to its reply."""

from pydantic import ValidationError

from apparel.contracts import (
    REQUEST,
    ErrorReply,
    FacetsRequest,
    ProductsRequest,
    Reply,
    SearchRequest,
    SimilarRequest,
    SummaryRequest,
)
from embed_search import retrieve
from embed_search.embedder import Embedder
from embed_search.errors import BadRequest, EmbedSearchError
from embed_search.product_store import ProductStore


def answer(message: object, embedder: Embedder, store: ProductStore) -> Reply:
    """The reply to one message; what can go wrong by the table of `errors` is an ErrorReply."""
    try:
        return _dispatch(message, embedder, store)
    except EmbedSearchError as error:
        return ErrorReply(code=error.code, message=str(error))


def _dispatch(message: object, embedder: Embedder, store: ProductStore) -> Reply:
    try:
        request = REQUEST.validate_python(message)
    except ValidationError as error:
        raise BadRequest(_sentence(error)) from error
    match request:
        case SearchRequest():
            return retrieve.search(request, embedder, store)
        case SimilarRequest():
            return retrieve.similar(request, store)
        case ProductsRequest():
            return retrieve.products(request, store)
        case SummaryRequest():
            return store.summary(request.filters)
        case FacetsRequest():
            return store.facets()


def _sentence(error: ValidationError) -> str:
    """Where the message does not fit; without its values, which may be a shopper's words."""
    faults = (
        f"{'.'.join(map(str, fault['loc'])) or 'message'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False, include_context=False)[:5]
    )
    return f"The request does not fit the contract: {'; '.join(faults)}."
