"""Custom resources of CloudFormation in plain Python functions.

CloudFormation waits for an answer at the URL that it gives along, up to an hour when none comes. Here every
request is answered, once: when the function returns, when it fails, and shortly before its time is up.
crhelper, the library for this, was passed over: it logs the whole event with that URL, waits two minutes on
every Delete, and had its last release in 2024.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Literal, Protocol

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

_RESERVE_SECONDS = 10.0
"""Kept from the function's time for giving the answer."""
_MAX_REASON = 1_000
"""Characters; CloudFormation takes 4 KB for the whole answer."""
_TRIES = 4
_TRY_SECONDS = 5.0


class Context(Protocol):
    """What is used of Lambda's context object."""

    log_stream_name: str

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True)
class Request:
    """A Create or an Update."""

    properties: Mapping[str, str]
    """ResourceProperties. CloudFormation makes a string of every value."""
    old_properties: Mapping[str, str]
    """Of the resource before an Update; blank on a Create."""

    def __getitem__(self, name: str) -> str:
        try:
            return self.properties[name]
        except KeyError:
            raise RequestError(f"The property {name} is missing.") from None


@dataclass(frozen=True)
class Made:
    """What a Create or an Update led to."""

    physical_id: str
    """Another one than before makes CloudFormation delete the resource with the former id afterwards."""
    data: Mapping[str, str] = field(default_factory=dict)
    """For `Fn::GetAtt`."""


class RequestError(ValueError):
    """The custom resource was given wrong properties."""


Function = Callable[[Request, Context], Made]
Handler = Callable[[Mapping[str, Any], Context], None]


def is_request(event: Mapping[str, Any]) -> bool:
    """Whether CloudFormation sent this event."""
    return "ResponseURL" in event


def custom_resource(*tellable: type[Exception]) -> Callable[[Function], Handler]:
    """Makes a Lambda handler of a function that creates or updates something.

    Deleting is answered at once, and does nothing: what these functions leave goes with its own resource.
    `tellable` are the exceptions whose text may be read by whoever deploys; of any other only the type is
    told, with the log stream that has the rest.
    """
    told = (*tellable, RequestError)

    def decorate(function: Function) -> Handler:
        @wraps(function)
        def handler(event: Mapping[str, Any], context: Context) -> None:
            answer = _Answer(event)
            if event["RequestType"] == "Delete":
                answer.give("SUCCESS")
                return
            seconds = context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS
            out_of_time = (
                "It did not finish within the function's time. What was done so far is kept: deploy again."
            )
            timer = threading.Timer(max(0.0, seconds), answer.give, ["FAILED", out_of_time])
            timer.daemon = True
            timer.start()
            try:
                request = Request(event["ResourceProperties"], event.get("OldResourceProperties", {}))
                made = function(request, context)
            except Exception as error:
                logger.exception("Custom resource failed")
                answer.give("FAILED", _reason(error, told, context))
            else:
                answer.give("SUCCESS", made=made)
            finally:
                timer.cancel()

        return handler

    return decorate


def _reason(error: Exception, told: tuple[type[Exception], ...], context: Context) -> str:
    text = str(error) if isinstance(error, told) else ""
    kind = type(error).__name__
    return f"{text or kind} (more in the log stream {context.log_stream_name})"


class _Answer:
    """The one answer to a request."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = event
        self._given = False
        self._lock = threading.Lock()

    def give(self, status: Literal["SUCCESS", "FAILED"], reason: str = "", made: Made | None = None) -> None:
        """Only the first call has an effect."""
        with self._lock:
            if self._given:
                return
            self._given = True
            logger.info("%s %s", self._event["LogicalResourceId"], status)
            _put(self._event["ResponseURL"], json.dumps(self._body(status, reason, made)).encode())

    def _body(self, status: str, reason: str, made: Made | None) -> dict[str, object]:
        # A failure keeps the id that there was: with another one CloudFormation would delete the resource.
        known = self._event.get("PhysicalResourceId", self._event["LogicalResourceId"])
        return {
            "Status": status,
            "Reason": reason[:_MAX_REASON],
            "PhysicalResourceId": made.physical_id if made else known,
            "StackId": self._event["StackId"],
            "RequestId": self._event["RequestId"],
            "LogicalResourceId": self._event["LogicalResourceId"],
            "Data": dict(made.data) if made else {},
        }


def _put(url: str, body: bytes) -> None:
    # The URL is signed for a PUT without a content type.
    request = urllib.request.Request(url, body, {"Content-Type": ""}, method="PUT")
    for tried in range(1, _TRIES + 1):
        try:
            with urllib.request.urlopen(request, timeout=_TRY_SECONDS):
                return
        except urllib.error.HTTPError as error:
            # Not the error itself, which holds the URL: whoever has that could answer in our name.
            logger.error("CloudFormation did not take the answer: status %d", error.code)
        except OSError as error:
            logger.error("CloudFormation was not reached: %s", type(error).__name__)
        if tried < _TRIES:
            time.sleep(0.2 * 2**tried)
