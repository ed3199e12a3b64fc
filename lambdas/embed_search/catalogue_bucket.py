"""Catalogue files in S3, and what is written beside them while they are loaded."""

import io
import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from botocore.exceptions import ClientError

from embed_search.errors import CatalogueFileError
from embed_search.s3_file import open_s3

REPORT_SUFFIX = ".report.json"
RUNS_FOLDER = "loads"
MAPPING_NAME = "columns.toml"
"""Beside a catalogue file: how the shop's export names its columns (docs/CATALOGUE.md)."""
MAX_BYTES = 4_000_000_000

_MAX_REASON = 2_000


class CatalogueBucket:
    """`s3` is boto3's client. Raises botocore's errors."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def open(self, bucket: str, key: str, version: str | None) -> io.BufferedReader:
        """A version of a file, the newest without one. Raises CatalogueFileError when it is too large."""
        wanted = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
        size = self._s3.head_object(**wanted)["ContentLength"]
        if size > MAX_BYTES:
            raise CatalogueFileError(
                f"The catalogue has {size / 1e9:.1f} GB, and at most {MAX_BYTES / 1e9:.0f} can be loaded."
            )
        return open_s3(self._s3, bucket, key, version)

    def read(self, bucket: str, key: str, version: str | None, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end`."""
        wanted = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
        content: bytes = self._s3.get_object(**wanted, Range=f"bytes={start}-{end - 1}")["Body"].read()
        return content

    def is_newest(self, bucket: str, key: str, version: str | None) -> bool:
        """Whether the file was not put there again after this version of it; without one it is the newest."""
        try:
            newest = self._s3.head_object(Bucket=bucket, Key=key).get("VersionId")
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return True
            raise
        return version in (None, newest)

    def column_mapping(self, bucket: str, key: str) -> str | None:
        """The text of the column mapping that lies beside the file, if there is one."""
        beside = str(PurePosixPath(key).with_name(MAPPING_NAME))
        try:
            body: bytes = self._s3.get_object(Bucket=bucket, Key=beside)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        return body.decode("utf-8", errors="replace")

    def put_batches(self, bucket: str, run: str, name: str, batches: Iterable[Mapping[str, Any]]) -> str:
        """The key of a file that a map reads its batches from."""
        key = f"{RUNS_FOLDER}/{run}/{name}.json"
        self._put(bucket, key, list(batches))
        return key

    def batches(self, bucket: str, key: str) -> list[dict[str, Any]]:
        """What `put_batches` wrote."""
        found: list[dict[str, Any]] = self._get(bucket, key)
        return found

    def failures(self, results: Mapping[str, Any]) -> dict[int, str]:
        """Why parts failed for good, by their numbers: `results` is what a map gives back.

        https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
        """
        details = results["ResultWriterDetails"]
        manifest = self._get(details["Bucket"], details["Key"])
        failed = (
            execution
            for file in manifest["ResultFiles"]["FAILED"]
            for execution in self._get(details["Bucket"], file["Key"])
        )
        return {json.loads(one["Input"])["batch"]["number"]: reason_of(one) for one in failed}

    def put_refused(self, bucket: str, run: str, rows: Iterable[Mapping[str, Any]]) -> str:
        """The key of a file with a JSON list of them, a row a line; written by way of the disk, for they may
        be millions. Its name ends in no suffix of a catalogue, or it would be loaded itself."""
        key = f"{RUNS_FOLDER}/{run}/refused_rows.json"
        with tempfile.TemporaryFile() as file:
            between = b"[\n"
            for row in rows:
                file.write(between + json.dumps(row).encode())
                between = b",\n"
            file.write(b"\n]\n")
            file.seek(0)
            self._s3.put_object(Bucket=bucket, Key=key, Body=file, ContentType="application/json")
        return key

    def put_report(self, bucket: str, key: str, report: Mapping[str, Any]) -> None:
        """What became of a file, in `<key>.report.json`."""
        self._put(bucket, key + REPORT_SUFFIX, report)

    def _get(self, bucket: str, key: str) -> Any:
        return json.loads(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    def _put(self, bucket: str, key: str, content: object) -> None:
        body = json.dumps(content, indent=1).encode()
        self._s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")


def reason_of(error: Mapping[str, Any]) -> str:
    """What a person is told of an error that Step Functions caught, `{"Error", "Cause"}`: of an error of a
    Lambda its own text, of any other one its name as well."""
    try:
        cause = str(json.loads(error["Cause"])["errorMessage"])
    except (ValueError, KeyError, TypeError):
        cause = str(error.get("Cause", ""))
    name = str(error.get("Error", "unknown"))
    return (cause if name in _PLAIN else f"{name}: {cause}".removesuffix(": "))[:_MAX_REASON]


# Their texts are whole sentences.
_PLAIN = ("CatalogueFileError", "LoadRefused", "LoadInterrupted")
