"""A custom resource answers each request once, whatever happens to it."""

import threading
from collections.abc import Iterator

import pytest

from apparel.cloudformation import Context, Function, Made, Request, custom_resource
from tests.cloudformation import SECRET, CloudFormation, FunctionContext, cloudformation


@pytest.fixture
def end() -> Iterator[CloudFormation]:
    with cloudformation() as end:
        yield end


class Understandable(Exception):
    """Its text may be told."""


def makes(request: Request, _context: Context) -> Made:
    return Made(f"thing-{request['Name']}", {"Size": "3"})


def fails_with(error: Exception) -> Function:
    def fail(_request: Request, _context: Context) -> Made:
        raise error

    return fail


def test_success_is_answered_with_id_and_data(end: CloudFormation) -> None:
    custom_resource()(makes)(end.request("Create", {"Name": "a"}), FunctionContext())
    assert end.answer == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "thing-a",
        "StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/apparel-test/1",
        "RequestId": "request-1",
        "LogicalResourceId": "Resource1",
        "Data": {"Size": "3"},
    }
    assert end.content_types == [""], "the URL is signed for no content type"


def test_update_knows_the_old_properties(end: CloudFormation) -> None:
    seen: list[Request] = []

    def note(request: Request, _context: Context) -> Made:
        seen.append(request)
        return Made("x")

    custom_resource()(note)(
        end.request("Update", {"Name": "b"}, old={"Name": "a"}, physical_id="x"), FunctionContext()
    )
    assert (seen[0]["Name"], seen[0].old_properties["Name"]) == ("b", "a")


def test_delete_is_answered_without_the_function(end: CloudFormation) -> None:
    handler = custom_resource()(fails_with(AssertionError("not called")))
    handler(end.request("Delete", {}, physical_id="thing-a"), FunctionContext())
    assert (end.answer["Status"], end.answer["PhysicalResourceId"]) == ("SUCCESS", "thing-a")


def test_failure_tells_what_may_be_told(end: CloudFormation) -> None:
    handler = custom_resource(Understandable)(fails_with(Understandable("The file is too large.")))
    handler(end.request("Create", {}), FunctionContext())
    assert end.answer["Status"] == "FAILED"
    assert end.answer["Reason"] == "The file is too large. (more in the log stream stream-1)"


def test_other_failures_tell_their_type_only(end: CloudFormation) -> None:
    custom_resource(Understandable)(fails_with(ValueError("password=hunter2")))(
        end.request("Create", {}), FunctionContext()
    )
    assert end.answer["Reason"] == "ValueError (more in the log stream stream-1)"


def test_missing_property_is_named(end: CloudFormation) -> None:
    custom_resource()(makes)(end.request("Create", {}), FunctionContext())
    assert "The property Name is missing" in end.answer["Reason"]


def test_failed_update_keeps_the_id(end: CloudFormation) -> None:
    handler = custom_resource()(fails_with(ValueError("x")))
    handler(end.request("Update", {}, old={}, physical_id="thing-a"), FunctionContext())
    assert end.answer["PhysicalResourceId"] == "thing-a", "or CloudFormation would delete the resource"


def test_reason_fits_into_what_cloudformation_takes(end: CloudFormation) -> None:
    custom_resource(Understandable)(fails_with(Understandable("x" * 10_000)))(
        end.request("Create", {}), FunctionContext()
    )
    assert len(end.answer["Reason"]) == 1_000


def test_answers_once_and_before_the_time_is_up(end: CloudFormation) -> None:
    release = threading.Event()

    def slow(_request: Request, _context: Context) -> Made:
        assert release.wait(10)
        return Made("late")

    event = end.request("Create", {})
    # Ten seconds are kept for the answer, so it is due at once.
    caller = threading.Thread(target=custom_resource()(slow), args=(event, FunctionContext(seconds=10)))
    caller.start()
    deadline = threading.Event()
    while not end.answers and not deadline.wait(0.02):
        pass
    release.set()
    caller.join()
    assert end.answer["Status"] == "FAILED"
    assert "did not finish" in end.answer["Reason"]


def test_tries_again_where_the_answer_is_not_taken(end: CloudFormation) -> None:
    end.statuses = [500, 503]
    custom_resource()(makes)(end.request("Create", {"Name": "a"}), FunctionContext())
    assert end.answer["Status"] == "SUCCESS"


def test_url_never_gets_into_the_logs(end: CloudFormation, caplog: pytest.LogCaptureFixture) -> None:
    end.statuses = [403]
    handler = custom_resource()(fails_with(ValueError("x")))
    handler(end.request("Create", {}), FunctionContext())
    assert "CloudFormation did not take the answer: status 403" in caplog.text
    assert SECRET not in caplog.text
