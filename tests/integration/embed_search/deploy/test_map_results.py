"""What a distributed map writes of its batches, in the form that AWS documents; moto's writes no batches."""

import json
from typing import Any

import boto3

from embed_search.catalogue_bucket import CatalogueBucket, reason_of
from tests.integration.embed_search.deploy.conftest import BUCKET

RESULTS = {
    "MapRunArn": "arn:aws:states:us-east-1:123456789012:mapRun:apparel-dev-catalogue/Stage:1",
    "ResultWriterDetails": {"Bucket": BUCKET, "Key": "loads/1/manifest.json"},
}


def failed(number: int, error: str, cause: object) -> dict[str, Any]:
    """One execution, as in https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html"""
    return {
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:apparel-dev-catalogue/Stage:2",
        "Input": json.dumps({"load": {}, "batch": {"number": number, "start": 0, "end": 9}}),
        "InputDetails": {"Included": True},
        "Name": "2",
        "Error": error,
        "Cause": cause if isinstance(cause, str) else json.dumps(cause),
        "Status": "FAILED",
        "StartDate": "2026-11-27T20:00:00.000Z",
        "StopDate": "2026-11-27T20:05:00.000Z",
    }


def put(key: str, content: object) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(content).encode())


def test_says_why_each_part_failed(s3: str) -> None:
    raised = {
        "errorMessage": "server closed the connection",
        "errorType": "OperationalError",
        "stackTrace": [],
    }
    put("loads/1/FAILED_0.json", [failed(4, "OperationalError", raised)])
    put("loads/1/FAILED_1.json", [failed(7, "States.Timeout", "")])
    files = [{"Key": "loads/1/FAILED_0.json", "Size": 1}, {"Key": "loads/1/FAILED_1.json", "Size": 1}]
    succeeded = [{"Key": "loads/1/SUCCEEDED_0.json", "Size": 1}]
    put(
        "loads/1/manifest.json",
        {
            "DestinationBucket": BUCKET,
            "MapRunArn": RESULTS["MapRunArn"],
            "ResultFiles": {"FAILED": files, "PENDING": [], "SUCCEEDED": succeeded},
        },
    )

    assert CatalogueBucket(boto3.client("s3")).failures(RESULTS) == {
        4: "OperationalError: server closed the connection",
        7: "States.Timeout",
    }


def test_a_sentence_of_ours_needs_no_name() -> None:
    cause = json.dumps({"errorMessage": "The catalogue is empty.", "errorType": "CatalogueFileError"})
    assert reason_of({"Error": "CatalogueFileError", "Cause": cause}) == "The catalogue is empty."
    assert reason_of({}) == "unknown"
