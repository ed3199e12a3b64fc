"""The stand-in's event-stream frames are those that botocore reads."""

import pytest
from botocore.eventstream import ChecksumMismatch, EventStreamBuffer

from scripts.local.sagemaker_api import StreamError, exception_event, payload_part


def messages(data: bytes) -> list[tuple[dict[str, str], bytes]]:
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    return [(message.headers, message.payload) for message in buffer]


def test_a_payload_part_holds_its_bytes() -> None:
    (first, second) = messages(payload_part(b"\x00\xff half") + payload_part(b""))
    assert first[1] == b"\x00\xff half"
    assert second[1] == b""
    assert first[0] == {
        ":message-type": "event",
        ":event-type": "PayloadPart",
        ":content-type": "application/octet-stream",
    }


def test_an_exception_names_its_kind() -> None:
    [(headers, payload)] = messages(
        exception_event(StreamError("ModelStreamError", "no", ErrorCode="StreamBroken"))
    )
    assert headers[":message-type"] == "exception"
    assert headers[":exception-type"] == "ModelStreamError"
    assert payload == b'{"Message": "no", "ErrorCode": "StreamBroken"}'


def test_a_frame_that_was_damaged_is_found_out() -> None:
    damaged = bytearray(payload_part(b"half"))
    damaged[-6] ^= 1
    with pytest.raises(ChecksumMismatch):
        messages(bytes(damaged))
