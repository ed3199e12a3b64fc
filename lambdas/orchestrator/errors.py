"""Everything that can go wrong, as the caller sees it.

| error                   | status | type                  | code                   | Retry-After |
|-------------------------|--------|-----------------------|------------------------|-------------|
| BadRequest              | 400    | invalid_request_error | invalid_request        |             |
| UnknownProduct          | 404    | invalid_request_error | unknown_product        |             |
| PathNotFound            | 404    | invalid_request_error | not_found              |             |
| MethodNotAllowed        | 405    | invalid_request_error | method_not_allowed     |             |
| NoText                  | 400    | invalid_request_error | no_text                |             |
| TooLarge                | 413    | invalid_request_error | too_large              |             |
| InvalidToken            | 401    | authentication_error  | invalid_token          |             |
| SignInUnavailable       | 503    | server_error          | sign_in_unavailable    | 30 s        |
| LimitReached            | 429    | rate_limit_error      | (of its kind)          | its reset   |
| ├ SignInNeeded          | 429    | rate_limit_error      | sign_in_needed         | its reset   |
| ├ MinuteFull            | 429    | rate_limit_error      | messages_per_minute    | its reset   |
| ├ GuestsFull            | 429    | rate_limit_error      | guests_per_day         | its reset   |
| ├ UsersFull             | 429    | rate_limit_error      | users_per_day          | its reset   |
| └ TokensFull            | 429    | rate_limit_error      | tokens_per_day         | its reset   |
| TooManyAtOnce           | 429    | rate_limit_error      | too_many_at_once       | 1 s         |
| CatalogueUnavailable    | 503    | server_error          | catalogue_unavailable  | 5 s         |
| ├ CatalogueTimeout      | 503    | server_error          | catalogue_timeout      | 5 s         |
| ├ CatalogueThrottled    | 503    | server_error          | catalogue_busy         | 2 s         |
| └ CatalogueEmpty        | 503    | server_error          | catalogue_empty        | 30 s        |
| CatalogueContractBroken | 500    | server_error          | internal_error         |             |
| FeedbackUnavailable     | 503    | server_error          | feedback_unavailable   | 30 s        |
| LlmUnavailable          | 503    | server_error          | llm_unavailable        | 10 s        |
| ├ LlmBusy               | 503    | server_error          | llm_busy               | 10 s        |
| └ LlmWakingUp           | 503    | server_error          | llm_waking_up          | 120 s       |
| LlmTimeout              | 503    | server_error          | llm_timeout            | 10 s        |
| DeadlinePassed          | 503    | server_error          | deadline_passed        | 5 s         |
| anything else           | 500    | server_error          | internal_error         |             |

The message is a sentence for people: the API gives it in the error's body, a streamed chat says it as
its answer; so it does with NoText, a message that is TooLarge and a LimitReached. LLM errors do not get that
far: the ladder (DESIGN §6) answers without the LLM.
402 is never used: chat-ui takes it for a bill of its own.
"""

from typing import ClassVar


class OrchestratorError(Exception):
    """The root of the tree."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"
    code: ClassVar[str] = "internal_error"
    retry_after: int | None = None
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


class NoText(BadRequest):
    """A message without anything to read: a picture, a file, nothing."""

    code = "no_text"
    default_message = "The last message holds no text."


class TooLarge(BadRequest):
    status = 413
    code = "too_large"
    default_message = "The request is too large. Please send less text."


class InvalidToken(OrchestratorError):
    status = 401
    type = "authentication_error"
    code = "invalid_token"
    default_message = "Your sign-in is not valid any more. Please sign in again."


class SignInUnavailable(OrchestratorError):
    status = 503
    code = "sign_in_unavailable"
    retry_after = 30
    default_message = "Sign-ins can't be checked right now. Please try again in half a minute."


class LimitReached(OrchestratorError):
    """A message too many."""

    status = 429
    type = "rate_limit_error"

    def __init__(self, limit: int, resets_in: int) -> None:
        """`limit` is how many there may be, `resets_in` the seconds until there may be more."""
        self.limit = limit
        self.resets_in = self.retry_after = max(1, resets_in)
        super().__init__(self.default_message.format(limit=limit, wait=_wait(self.resets_in)))


class SignInNeeded(LimitReached):
    code = "sign_in_needed"
    default_message = (
        "Those were the {limit} messages a day that are free without an account. Please sign in to go on, "
        "or come back in {wait}."
    )


class MinuteFull(LimitReached):
    code = "messages_per_minute"
    default_message = "That was more than {limit} messages in a minute. Please ask again in {wait}."


class GuestsFull(LimitReached):
    code = "guests_per_day"
    default_message = (
        "Many people chat without an account today. Please sign in to go on, or come back in {wait}."
    )


class UsersFull(LimitReached):
    code = "users_per_day"
    default_message = (
        "The stylist has met {limit} people today, which is all for a day. Please come back in {wait}."
    )


class TokensFull(LimitReached):
    code = "tokens_per_day"
    default_message = "The stylist has said all there is to say for today. Please come back in {wait}."


class TooManyAtOnce(OrchestratorError):
    status = 429
    type = "rate_limit_error"
    code = "too_many_at_once"
    retry_after = 1
    default_message = "Too many of your messages arrive at the same moment. Please send them one by one."


def _wait(seconds: int) -> str:
    """In words, never too short."""
    for unit, size in (("hour", 3_600), ("minute", 60)):
        if seconds > 2 * size:
            return f"{-(-seconds // size)} {unit}s"
    return f"{seconds} seconds" if seconds > 1 else "a second"


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


class FeedbackUnavailable(OrchestratorError):
    status = 503
    code = "feedback_unavailable"
    retry_after = 30
    default_message = "Your feedback can't be kept right now. Please try again in half a minute."


class LlmError(OrchestratorError):
    """The language model did not give a whole answer."""

    status = 503
    retry_after = 10


class LlmUnavailable(LlmError):
    code = "llm_unavailable"
    default_message = "The stylist can't be reached right now. Please try again in a few seconds."


class LlmBusy(LlmUnavailable):
    """It has too much to do: asking again at once would make that worse."""

    code = "llm_busy"
    default_message = "Many shoppers are talking to the stylist right now. Please try again in a few seconds."


class LlmWakingUp(LlmUnavailable):
    """Its endpoint is scaled to zero. The request that finds out is what wakes it, some minutes later."""

    code = "llm_waking_up"
    retry_after = 120
    default_message = "The stylist is waking up. Please try again in a few minutes."


class LlmTimeout(LlmError):
    code = "llm_timeout"
    default_message = "The stylist is taking too long to answer. Please try again in a few seconds."


class DeadlinePassed(OrchestratorError):
    status = 503
    code = "deadline_passed"
    retry_after = 5
    default_message = "This is taking longer than it should. Please try again in a few seconds."
