"""The steps of a load out of S3, each of which may run in a process of its own.

infra/constructs/load_definition.py calls plan, stage, prepare, index and publish in this order. `state` is
what it keeps between them: the `detail` of S3's event (bucket.name, object.key, object.version-id), with
`"force": true` from who wants it, and what the steps gave back. Every step may be repeated. All raise
psycopg2.Error and botocore's errors, those after the plan LoadInterrupted too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from hashlib import file_digest
from io import BytesIO
from itertools import chain, islice
from typing import Any

import psycopg2

from embed_search.catalogue_bucket import CatalogueBucket, reason_of
from embed_search.catalogue_file import Layout, read_layout, read_rows
from embed_search.column_mapping import MYNTRA_EXPORT, ColumnMapping, read_mapping
from embed_search.embedder import Embedder
from embed_search.errors import LoadInterrupted
from embed_search.file_parts import PART_ROWS, FilePart, file_parts
from embed_search.indexing import version_of
from embed_search.missing import index_missing
from embed_search.postgres import Connection
from embed_search.publishing import publish, published, refused_rows
from embed_search.set_aside import (
    expect_good_rows,
    set_parts_aside,
    set_unindexed_aside,
    superseded_by,
    unstaged,
)
from embed_search.staging import LoadPolicy, is_any_open, open_load, prepare, stage

State = Mapping[str, Any]

POSITIONS = 1_000
"""Products to be described and texts to be embedded in one batch: up to a minute of work."""
REPORTED_ROWS = 1_000
"""Refused rows in a report; where there are more, all of them are in a file of their own."""


class LoadSteps:
    """`connect` opens a connection that may write, for one step."""

    def __init__(
        self,
        bucket: CatalogueBucket,
        connect: Callable[[], Connection],
        embedder: Embedder,
        *,
        part_rows: int = PART_ROWS,
        positions: int = POSITIONS,
        reported_rows: int = REPORTED_ROWS,
    ) -> None:
        self._bucket = bucket
        self._connect = connect
        self._embedder = embedder
        self._part_rows = part_rows
        self._positions = positions
        self._reported_rows = reported_rows

    def run(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The step that an event of the state machine names. Raises ValueError when there is none such."""
        state = event["state"]
        match event["step"]:
            case "plan":
                return self.plan(state, event["run"])
            case "stage":
                return self.stage(state, state["batch"])
            case "prepare":
                return self.prepare(state, event["limits"])
            case "index":
                return self.index(state, state["batch"])
            case "publish":
                return self.publish(state, event["limits"])
            case "tell_why":
                return self.tell_why(state)
        raise ValueError(f"There is no step {event['step']}.")

    def plan(self, state: State, run: str) -> dict[str, Any]:
        """Cuts the file into parts, and opens a load: of two files the newer one wins. `run` names the
        execution. Without parts there is nothing to do: the file is what is published already, and no other
        one is on its way; or it was put there again since. Raises CatalogueFileError."""
        bucket, key, object_version = _where(state)
        toml = self._bucket.column_mapping(bucket, key)
        with self._bucket.open(bucket, key, object_version) as file, self._connection() as connection:
            version = version_of(file_digest(file, "sha256").hexdigest(), self._embedder.name, _mapping(toml))
            report = published(connection, version)
            if report is not None and not is_any_open(connection):
                self._report(state, connection, {"run": run, **asdict(report)})
                return {"parts": 0}
            file.seek(0)
            layout = read_layout(file, key, _mapping(toml))
            parts = list(file_parts(file, layout, self._part_rows))
            if not _is_forced(state) and not self._bucket.is_newest(bucket, key, object_version):
                return {"parts": 0}
            return {
                "run": run,
                "load_id": open_load(connection, version, self._embedder.name, _source(state)),
                "version": version,
                "parts": len(parts),
                "parts_key": self._bucket.put_batches(bucket, run, "parts", map(asdict, parts)),
                "rows": sum(part.rows for part in parts) - (layout.format == "csv"),
                "header": layout.header,
                "format": layout.format,
                "encoding": layout.mapping.encoding,
                "columns": toml,
            }

    def stage(self, state: State, batch: Mapping[str, int]) -> dict[str, Any]:
        """Puts one part of the file into the database."""
        part = FilePart(**batch)
        content = self._bucket.read(*_where(state), part.start, part.end)
        rows = read_rows(BytesIO(content), _layout(state["load"]), part.first_line)
        with self._connection() as connection:
            stage(connection, state["load"]["load_id"], part.number, rows)
        return {"first_line": part.first_line, "last_line": part.last_line}

    def prepare(self, state: State, limits: Mapping[str, float]) -> dict[str, Any]:
        """Once the parts are staged or failed for good: what is to be done, in batches.

        Raises CatalogueFileError and LoadRefused.
        """
        load, policy = state["load"], _policy(state, limits)
        with self._connection() as connection:
            if missing := self._unstaged(connection, state):
                why = self._bucket.failures(state["staged"])
                set_parts_aside(connection, load["load_id"], missing, why)
            plan = prepare(connection, load["load_id"], policy)
            expect_good_rows(connection, load["load_id"], load["rows"], policy)
        batches = [
            {"first": first, "last": first + self._positions - 1}
            for first in range(1, max(plan.to_describe, plan.to_embed) + 1, self._positions)
        ]
        key = self._bucket.put_batches(state["bucket"]["name"], load["run"], "missing", batches)
        return {**asdict(plan), "batches": len(batches), "batches_key": key}

    def index(self, state: State, batch: Mapping[str, int]) -> dict[str, Any]:
        """Describes and embeds what is at these positions."""
        with self._connection() as connection:
            index_missing(
                connection,
                self._embedder,
                state["load"]["load_id"],
                positions=(batch["first"], batch["last"]),
            )
        return dict(batch)

    def publish(self, state: State, limits: Mapping[str, float]) -> dict[str, Any]:
        """Replaces the catalogue, and writes the report beside the file. Raises LoadRefused."""
        load, policy = state["load"], _policy(state, limits)
        with self._connection() as connection:
            missing = self._unstaged(connection, state)
            try:
                set_unindexed_aside(connection, load["load_id"])
                expect_good_rows(connection, load["load_id"], load["rows"], policy)
                report = publish(connection, load["load_id"], policy)
            except LoadInterrupted:
                # It may be published already, and nobody heard of it.
                done = published(connection, load["version"])
                if done is None or done.load_id != load["load_id"]:
                    raise
                report, missing = done, []
            told = {"run": load["run"], **asdict(report), "set_aside": _lines(missing)}
            self._report(state, connection, told)
        return asdict(report)

    def tell_why(self, state: State) -> dict[str, Any]:
        """Writes beside the file why it was not loaded. `superseded`: because a newer load has begun; of the
        same file, whose report is the newer load's then."""
        load = state.get("load", {})
        told: dict[str, Any] = {"run": load.get("run"), "error": reason_of(state["error"])}
        try:
            with self._connection() as connection:
                newer = superseded_by(connection, load["load_id"]) if "load_id" in load else None
                if "load_id" in load and newer is None:
                    told |= {
                        "load_id": load["load_id"],
                        "set_aside": _lines(self._unstaged(connection, state)),
                    }
                if newer != _source(state):
                    self._report(state, connection, told)
        except psycopg2.Error:
            # Which may be the very reason.
            self._report(state, None, told)
            return {"superseded": False}
        return {"superseded": newer is not None}

    def _unstaged(self, connection: Connection, state: State) -> list[FilePart]:
        batches = self._bucket.batches(state["bucket"]["name"], state["load"]["parts_key"])
        return unstaged(connection, state["load"]["load_id"], [FilePart(**batch) for batch in batches])

    def _report(self, state: State, connection: Connection | None, told: Mapping[str, Any]) -> None:
        """With the refused rows of the load that it is about."""
        bucket, key, object_version = _where(state)
        refused = self._refused(connection, bucket, told) if connection and "load_id" in told else {}
        report = {"version_id": object_version, **told, "refused_rows": [], **refused}
        self._bucket.put_report(bucket, key, report)

    def _refused(self, connection: Connection, bucket: str, told: Mapping[str, Any]) -> dict[str, Any]:
        with closing(refused_rows(connection, told["load_id"])) as rows:
            first = [asdict(row) for row in islice(rows, self._reported_rows)]
            following = next(rows, None)
            if following is None:
                return {"refused_rows": first}
            every = chain(first, [asdict(following)], map(asdict, rows))
            return {
                "refused_rows": first,
                "all_refused_rows": self._bucket.put_refused(bucket, told["run"], every),
            }

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = self._connect()
        try:
            yield connection
        finally:
            connection.close()


def _where(state: State) -> tuple[str, str, str | None]:
    """Bucket, key and version of the file."""
    return state["bucket"]["name"], state["object"]["key"], state["object"].get("version-id")


def _source(state: State) -> str:
    bucket, key, _ = _where(state)
    return f"s3://{bucket}/{key}"


def _mapping(toml: str | None) -> ColumnMapping:
    return read_mapping(toml) if toml is not None else MYNTRA_EXPORT


def _layout(load: State) -> Layout:
    mapping = replace(_mapping(load["columns"]), encoding=load["encoding"])
    return Layout(load["format"], mapping, tuple(load["header"]))


def _policy(state: State, limits: Mapping[str, float]) -> LoadPolicy:
    return LoadPolicy(
        max_deleted_share=limits["max_deleted_percent"] / 100,
        min_good_share=limits["min_percent"] / 100,
        force=_is_forced(state),
    )


def _is_forced(state: State) -> bool:
    return state.get("force") is True


def _lines(parts: Sequence[FilePart]) -> list[dict[str, int]]:
    return [{"first_line": part.first_line, "last_line": part.last_line} for part in parts]
