"""Errors as HTTP answers: one shape for all of them, with a sentence a person can act on."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from orchestrator.edge.api_models import ErrorBody, ErrorDetail
from orchestrator.edge.limiting import allowance_headers
from orchestrator.errors import BadRequest, MethodNotAllowed, OrchestratorError, PathNotFound
from orchestrator.limits.admission import allowance_of

logger = logging.getLogger(__name__)

# For the OpenAPI description; naming "4XX" also keeps FastAPI's own 422, which is never sent, out of it.
ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorBody, "description": "The request can't be served as it is"},
    "5XX": {"model": ErrorBody, "description": "Not the caller's fault; 503 says when to come back"},
}

_PLAIN_WORDS = {
    "missing": "is missing",
    "json_invalid": "is not valid JSON",
    "literal_error": "has a value that is not supported",
    "extra_forbidden": "is not a known field",
    "too_short": "is empty",
    "string_too_short": "is empty",
}


def error_response(error: OrchestratorError, request_id: str) -> JSONResponse:
    headers = {"x-should-retry": "false"} if error.status in (429, 503) else {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    headers.update(allowance_headers(allowance_of(error)))
    message = error.message
    if error.status >= 500:
        message = f"{message} (request {request_id})"
    body = ErrorBody(error=ErrorDetail(message=message, type=error.type, code=error.code, param=error.param))
    return JSONResponse(body.model_dump(), status_code=error.status, headers=headers)


def handle_errors(app: FastAPI) -> None:
    """Give each kind of exception its answer."""

    @app.exception_handler(OrchestratorError)
    async def ours(request: Request, error: OrchestratorError) -> JSONResponse:
        request_id = str(request.scope.get("request_id", ""))
        if error.status >= 500:
            logger.warning("%s: %s", type(error).__name__, error, extra={"request_id": request_id})
        return error_response(error, request_id)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return await ours(request, explain(error.errors()))

    @app.exception_handler(HTTPException)
    async def by_the_framework(request: Request, error: HTTPException) -> JSONResponse:
        known = _FRAMEWORK.get(error.status_code)
        response = await ours(request, known() if known else BadRequest("The body can't be read as JSON."))
        response.headers.update(error.headers or {})
        return response


_FRAMEWORK: dict[int, type[OrchestratorError]] = {404: PathNotFound, 405: MethodNotAllowed}


def explain(problems: Any) -> BadRequest:
    """The first problem that validation found, in plain words; never the value itself, which is hostile
    until shown otherwise."""
    problem = next(iter(problems))
    where = [str(part) for part in problem["loc"][1:]]  # the first one says body or query
    kind = problem["type"]
    if kind == "json_invalid":
        return BadRequest("The body is not valid JSON.")
    param = ".".join(part for part in where if part.isidentifier() or part.isdigit()) or None
    what = f"`{param}`" if param else "The request"
    if kind == "value_error":
        return BadRequest(f"{what} is not right: {problem['ctx']['error']}.", param=param)
    if not param and kind == "missing":
        return BadRequest("The request has no body: send a JSON object.")
    words = _PLAIN_WORDS.get(kind) or f"is not right: {problem['msg']}"
    return BadRequest(f"{what} {words}.", param=param)
