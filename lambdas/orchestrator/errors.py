"""Everything that can go wrong, as the caller sees it.

| error                   | status | type                  | code                   | Retry-After |
|-------------------------|--------|-----------------------|------------------------|-------------|
| BadRequest              | 400    | invalid_request_error | invalid_request        |             |
| UnknownProduct          | 404    | invalid_request_error | unknown_product        |             |
| PathNotFound            | 404    | invalid_request_error | not_found              |             |
| MethodNotAllowed        | 405    | invalid_request_error | method_not_allowed     |             |
| TooLarge                | 413    | invalid_request_error | too_large              |             |
| CatalogueUnavailable    | 503    | server_error          | catalogue_unavailable  | 5 s         |
| ├ CatalogueTimeout      | 503    | server_error          | catalogue_timeout      | 5 s         |
| ├ CatalogueThrottled    | 503    | server_error          | catalogue_busy         | 2 s         |
| └ CatalogueEmpty        | 503    | server_error          | catalogue_empty        | 30 s        |
| CatalogueContractBroken | 500    | server_error          | internal_error         |             |
| LlmUnavailable          | 503    | server_error          | llm_unavailable        | 10 s        |
| LlmTimeout              | 503    | server_error          | llm_timeout            | 10 s        |
| DeadlinePassed          | 503    | server_error          | deadline_passed        | 5 s         |
| anything else           | 500    | server_error          | internal_error         |             |

The message is a sentence for people: the API gives it in the error's body, a streamed chat says it as
its answer. LLM errors do not get that far: the ladder (DESIGN §6) answers without the LLM.
402 is never used: chat-ui takes it for a bill of its own.
"""

from typing import ClassVar


class OrchestratorError(Exception):
    """The root of the tree."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"
    code: ClassVar[str] = "internal_error"
    retry_after: ClassVar[int | None] = None
    """Seconds."""
    default_message: ClassVar[str] = "Something went wrong on our side. Please try again in a moment."

    def __init__(self, message: str | None = None, *, param: str | None = None, detail: str = "") -> None:
        """`message` is for the caller, `detail` only for the log."""
        self.message = message or self.default_message
        self.param = param
        super().__init__(f"{self.message} {detail}".strip())


class BadRequest(OrchestratorError):
    status = 400
    type = "invalid_request_error"
    code = "invalid_request"
    default_message = "The request is not understood: see /v1/docs for what can be sent."


class UnknownProduct(BadRequest):
    status = 404
    code = "unknown_product"
    default_message = "This shop has no product with that id."


class PathNotFound(BadRequest):
    status = 404
    code = "not_found"
    default_message = "There is nothing at this address: see /v1/docs for what there is."


class MethodNotAllowed(BadRequest):
    status = 405
    code = "method_not_allowed"
    default_message = "This address does not take that method: see /v1/docs for what it takes."


class TooLarge(BadRequest):
    status = 413
    code = "too_large"
    default_message = "The request is too large. Please send less text."


class CatalogueError(OrchestratorError):
    """embed_search did not give what it was asked for."""


class CatalogueUnavailable(CatalogueError):
    status = 503
    code = "catalogue_unavailable"
    retry_after = 5
    default_message = "The catalogue can't be reached right now. Please try again in a few seconds."


class CatalogueTimeout(CatalogueUnavailable):
    code = "catalogue_timeout"
    default_message = "The catalogue is taking too long to answer. Please try again in a few seconds."


class CatalogueThrottled(CatalogueUnavailable):
    code = "catalogue_busy"
    retry_after = 2
    default_message = "Many shoppers are searching right now. Please try again in a few seconds."


class CatalogueEmpty(CatalogueUnavailable):
    code = "catalogue_empty"
    retry_after = 30
    default_message = "The catalogue holds no products yet. Please try again once it has been loaded."


class CatalogueContractBroken(CatalogueError):
    """A reply that does not fit the contract, or a request of ours that embed_search refused."""


class LlmError(OrchestratorError):
    """The language model did not give a whole answer."""

    status = 503
    retry_after = 10


class LlmUnavailable(LlmError):
    code = "llm_unavailable"
    default_message = "The stylist can't be reached right now. Please try again in a few seconds."


class LlmTimeout(LlmError):
    code = "llm_timeout"
    default_message = "The stylist is taking too long to answer. Please try again in a few seconds."


class DeadlinePassed(OrchestratorError):
    status = 503
    code = "deadline_passed"
    retry_after = 5
    default_message = "This is taking longer than it should. Please try again in a few seconds."
