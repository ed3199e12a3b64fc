"""Errors of AWS's own services in the shape of the API's (DESIGN §3.1), so that a client reads one kind."""

import json


def error_body(message: str, kind: str, code: str) -> str:
    """`message` is a sentence that a person can act on."""
    return json.dumps({"error": {"message": message, "type": kind, "code": code, "param": None}})
