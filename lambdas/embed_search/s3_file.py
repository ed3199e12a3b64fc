"""An object in S3 as a file that can be read from any place, a part at a time."""

import io
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from typing_extensions import Buffer

PART_BYTES = 16 * 1024 * 1024
_TRIES = 3


class S3File(io.RawIOBase):
    """`client` is boto3's for `s3`. Each read is one request."""

    def __init__(self, client: Any, bucket: str, key: str, version: str | None = None) -> None:
        self._get = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
        self._client = client
        self._position = 0

    @cached_property
    def _size(self) -> int:
        """Asked for at the first read: a bundle that is placed already needs no archive any more."""
        size: int = self._client.head_object(**self._get)["ContentLength"]
        return size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._position
        elif whence == io.SEEK_END:
            offset += self._size
        self._position = max(0, offset)
        return self._position

    def readinto(self, buffer: "Buffer") -> int:
        target = memoryview(buffer).cast("B")
        end = min(self._position + len(target), self._size)
        if self._position >= end:
            return 0
        part = self._part(f"bytes={self._position}-{end - 1}")
        target[: len(part)] = part
        self._position += len(part)
        return len(part)

    def _part(self, wanted: str) -> bytes:
        """boto3 itself repeats a request that fails, but not a body that breaks off."""
        for _ in range(_TRIES - 1):
            try:
                return self._read(wanted)
            except BotoCoreError:
                continue
        return self._read(wanted)

    def _read(self, wanted: str) -> bytes:
        part: bytes = self._client.get_object(**self._get, Range=wanted)["Body"].read()
        return part


def open_s3(client: Any, bucket: str, key: str, version: str | None = None) -> io.BufferedReader:
    """The same with a buffer of one part; of a bucket's newest version, unless one is named."""
    return io.BufferedReader(S3File(client, bucket, key, version), PART_BYTES)
