"""The raw layer: Parquet files that hold each delivery as it came, visible whole or not at all.

A delivery's rows lie in files named after its content_hash. They count only from the moment when its commit record,
raw/deliveries/<delivery_id>.parquet, names that hash, and that file is replaced in one step, last. So a run that dies
at any point leaves the old content visible or the new, and what it left behind is swept away by the next run.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.filesystem import TEMPORARY_SUFFIX, atomic_file, private_directory
from orchestration.ingest.landing import (
    EVERY_FILE,
    MAPPING_CONTENT,
    Delivery,
    Description,
    Misplaced,
    StillBeingWrittenError,
)
from orchestration.ingest.limits import DEFAULT_LIMITS
from orchestration.ingest.person_keys import KINDS, Kind
from orchestration.ingest.readers import Part
from orchestration.ingest.spelling.rules import RULES_FILE
from orchestration.ingest.tables import DATASETS, TableSpec, all_tables, table_specs
from orchestration.settings import REPOSITORY, Limits

READER_VERSION = 7
"""Raised when the readers read the same file differently, so that every delivery is read again."""

SPELLING_SEEDS = (
    RULES_FILE,
    *(REPOSITORY / "seeds" / name for name in ("codesets/ssda903_codes.csv", "codesets/iro_codes.csv")),
    REPOSITORY / "seeds" / "reference" / "authorities.csv",
)
"""What decides, beside the readers, how a file is read; a change of any of them reads every delivery again."""

_TIMESTAMP = pa.timestamp("us")
DELIVERIES_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("la_code", pa.string()),
        ("dataset", pa.string()),
        ("collection_year", pa.int32()),
        ("extracted_on", pa.date32()),
        ("status", pa.string()),
        ("supplier", pa.string()),
        ("is_synthetic", pa.bool_()),
        ("declared_empty", pa.string()),
        ("content_hash", pa.string()),
        ("source_hash", pa.string()),
        ("file_count", pa.int32()),
        ("loaded_at", _TIMESTAMP),
        ("replaced_content_hash", pa.string()),
        ("replaced_at", _TIMESTAMP),
    ]
)
FILES_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("content_hash", pa.string()),
        ("file_name", pa.string()),
        ("table_name", pa.string()),
        ("format", pa.string()),
        ("encoding", pa.string()),
        ("rows_delivered", pa.int64()),
        ("rows_parsed", pa.int64()),
        ("rows_unparsed", pa.int64()),
        ("is_rejected", pa.bool_()),
        ("rule_id", pa.string()),
        ("message", pa.string()),
        ("unknown_columns", pa.string()),
    ]
)
REJECTED_LINES_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("content_hash", pa.string()),
        ("file_name", pa.string()),
        ("table_name", pa.string()),
        ("row_number", pa.int64()),
        ("column_name", pa.string()),
        ("rule_id", pa.string()),
        ("message", pa.string()),
        ("raw_content", pa.string()),
    ]
)
SPELLING_CHANGES_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("content_hash", pa.string()),
        ("file_name", pa.string()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("rule_id", pa.string()),
        ("cells", pa.int64()),
    ]
)
_BLANKS = " \t\n\r\xa0"
"""What staging trims, to the letter (macro `trimmed`): a number trimmed otherwise here would have no key there."""
_NOT_LOADED = "not_loaded.parquet"
_EMPTY = "empty.parquet"
_SOURCE = b"source_hash"


@dataclass(frozen=True)
class Commit:
    """The commit record of a delivery."""

    delivery_id: str
    content_hash: str
    replaced_content_hash: str | None
    replaced_at: datetime | None
    source_hash: str
    """The fingerprint of the files alone, which tells changed files from changed readers."""


def table_schema(table: TableSpec) -> pa.Schema:
    """Return the schema of a raw table.

    Where a row came from, its columns as text, and as JSON the unknown columns and what was delivered in the cells that
    are read otherwise.
    """
    return pa.schema(
        [
            ("delivery_id", pa.string()),
            ("content_hash", pa.string()),
            ("file_name", pa.string()),
            ("row_number", pa.int64()),
            ("loaded_at", _TIMESTAMP),
            *((name, pa.string()) for name in table.columns),
            ("extra_columns", pa.string()),
            ("as_delivered", pa.string()),
        ]
    )


@cache
def _reader_fingerprint(dataset: str) -> str:
    tables = [(table.name, table.columns, sorted(table.required)) for table in table_specs(dataset).values()]
    digest = hashlib.sha256(json.dumps([READER_VERSION, tables]).encode())
    for seed in SPELLING_SEEDS:
        digest.update(seed.read_bytes())
    return digest.hexdigest()


def content_hash(dataset: str, source_hash: str, limits: Limits = DEFAULT_LIMITS, erased: str = "") -> str:
    """Return the name of what the present readers make of files with this fingerprint in a delivery of the dataset.

    The readers, their limits, the dataset's tables and what was `erased` of the authority (a fingerprint) are part of
    it: after an upgrade or an erasure its deliveries are read again, into files of their own, and the switch from the
    old rows to the new ones is as much one step as any other.
    """
    changed = "" if limits == DEFAULT_LIMITS else str(limits)
    return hashlib.sha256(f"{_reader_fingerprint(dataset)}{changed}{source_hash}{erased}".encode()).hexdigest()[:16]


def prepare(raw: Path) -> None:
    """Give every raw table its empty file, so that each can be read although nobody delivered it."""
    schemas = {
        "deliveries": DELIVERIES_SCHEMA,
        "files": FILES_SCHEMA,
        "rejected_lines": REJECTED_LINES_SCHEMA,
        "spelling_changes": SPELLING_CHANGES_SCHEMA,
        **{kind.folder: kind.schema for kind in KINDS},
        **{f"{table.dataset}/{table.name}": table_schema(table) for table in all_tables()},
    }
    for name, schema in schemas.items():
        write_empty(raw / name, schema)


def write_empty(folder: Path, schema: pa.Schema) -> None:
    """Write the file without rows that stands for the schema of a folder, unless it is there."""
    path = private_directory(folder) / _EMPTY
    if not path.exists() or not pq.read_schema(path).equals(schema):
        with atomic_file(path) as temporary:
            pq.write_table(schema.empty_table(), temporary)


def read_commits(raw: Path) -> dict[str, Commit]:
    """Return the commit record of every delivery."""
    commits = {}
    for file in (raw / "deliveries").glob("*.parquet"):
        table = pq.ParquetFile(file)
        source_hash = (table.metadata.metadata or {}).get(_SOURCE, b"").decode()
        columns = ["delivery_id", "content_hash", "replaced_content_hash", "replaced_at"]
        for row in table.read(columns=columns).to_pylist():
            commits[row["delivery_id"]] = Commit(**row, source_hash=source_hash)
    return commits


def write_rows(
    raw: Path, delivery: Delivery, version: str, parts: Sequence[Part], loaded_at: datetime
) -> tuple[list[Path], dict[Kind, set[str]]]:
    """Write everything of a delivery but its commit record; return the files and the people numbered in them.

    `version` is the delivery's content_hash.
    """
    written: list[Path] = []
    for table in table_specs(delivery.dataset).values():
        of_table = [part for part in parts if part.table == table.name and part.row_numbers]
        if not of_table:
            continue
        rows = pa.concat_tables(_part_rows(table, delivery, version, part, loaded_at) for part in of_table)
        folder = private_directory(raw / delivery.dataset / table.name / f"delivery_id={delivery.delivery_id}")
        written.append(write_parquet(folder / f"{version}.parquet", rows))
    identity = (delivery.delivery_id, version)
    name = f"{delivery.delivery_id}.{version}.parquet"
    written.append(
        write_parquet(raw / "files" / name, rows_table(FILES_SCHEMA, (_file_row(*identity, part) for part in parts)))
    )
    rejected = [
        (*identity, part.file_name, part.table, line.row_number, None, line.rule_id, line.message, line.raw_content)
        for part in parts
        for line in part.rejected_lines
    ]
    if rejected:
        written.append(write_parquet(raw / "rejected_lines" / name, rows_table(REJECTED_LINES_SCHEMA, rejected)))
    spelt = [
        (*identity, part.file_name, part.table, column or None, rule_id, cells)
        for part in parts
        for (column, rule_id), cells in part.spelling.items()
    ]
    if spelt:
        written.append(write_parquet(raw / "spelling_changes" / name, rows_table(SPELLING_CHANGES_SCHEMA, spelt)))
    return written, {kind: _numbers(kind, parts) for kind in KINDS}


def commit(
    raw: Path,
    delivery: Delivery,
    version: str,
    source_hash: str,
    description: Description,
    loaded_at: datetime,
    previous: Commit | None,
) -> None:
    """Make what `write_rows` wrote as `version` visible; the caller has seen to it that it is on the disk."""
    replaced = (previous.replaced_content_hash, previous.replaced_at) if previous else (None, None)
    if previous and previous.source_hash != source_hash:
        replaced = (previous.content_hash, loaded_at)
    row = (
        delivery.delivery_id,
        delivery.la_code,
        delivery.dataset,
        delivery.collection_year,
        delivery.extracted_on,
        description.status,
        description.supplier,
        description.is_synthetic,
        ";".join(description.empty) or None,
        version,
        source_hash,
        len(delivery.stamps.keys() | delivery.refused.keys() - {MAPPING_CONTENT, EVERY_FILE}),
        loaded_at,
        *replaced,
    )
    schema = DELIVERIES_SCHEMA.with_metadata({_SOURCE: source_hash.encode()})
    write_parquet(commit_path(raw, delivery.delivery_id), rows_table(schema, [row]), durable=True)


def commit_path(raw: Path, delivery_id: str) -> Path:
    """Return where a delivery's commit record lies."""
    return raw / "deliveries" / f"{delivery_id}.parquet"


def write_not_loaded(
    raw: Path, misplaced: Iterable[Misplaced], postponed: Mapping[str, StillBeingWrittenError]
) -> None:
    """Write which files belong to no loaded delivery, and why; their content_hash is null because none was read."""
    rows = [_not_loaded_row(None, file.path, "path_outside_pattern", file.message) for file in misplaced]
    rows += [
        _not_loaded_row(delivery_id, error.file_name, "still_being_written", error.message)
        for delivery_id, error in postponed.items()
    ]
    write_parquet(raw / "files" / _NOT_LOADED, rows_table(FILES_SCHEMA, rows), durable=True)


def sweep(raw: Path) -> None:
    """Delete what no commit record names: contents that were replaced, and what a run that died left behind."""
    committed = {commit.delivery_id: commit.content_hash for commit in read_commits(raw).values()}
    for folder in [folder for dataset in DATASETS for folder in (raw / dataset).glob("*/delivery_id=*")]:
        version = committed.get(folder.name.removeprefix("delivery_id="))
        for file in folder.iterdir():
            if file.name != f"{version}.parquet":
                file.unlink()
        if version is None:
            folder.rmdir()
    keep = {f"{delivery_id}.{version}.parquet" for delivery_id, version in committed.items()}
    for name in ("files", "rejected_lines", "spelling_changes"):
        for file in (raw / name).iterdir():
            if file.name not in keep | {_EMPTY, _NOT_LOADED}:
                file.unlink()
    for folder in (
        raw,
        raw / "deliveries",
        *(raw / kind.folder for kind in KINDS),
        raw / "postcodes",
        raw / "bank_holidays",
    ):
        for file in folder.glob(f"*{TEMPORARY_SUFFIX}"):
            file.unlink()


def _numbers(kind: Kind, parts: Iterable[Part]) -> set[str]:
    """Return the numbers of the kind's people in every row, trimmed."""
    delivered: set[str | None] = set()
    for part in parts:
        for column in kind.columns & part.columns.keys():
            delivered.update(part.columns[column])
    return {text for number in delivered if (text := trimmed(number))}


def trimmed(number: str | None) -> str:
    """Return a number as the maps of keys have it; '' where there is none."""
    return (number or "").strip(_BLANKS)


def _part_rows(table: TableSpec, delivery: Delivery, version: str, part: Part, loaded_at: datetime) -> pa.Table:
    count = part.rows_parsed
    schema = table_schema(table)
    constant = {
        "delivery_id": delivery.delivery_id,
        "content_hash": version,
        "file_name": part.file_name,
        "loaded_at": loaded_at,
    }
    arrays = []
    for column in schema:
        if column.name in constant:
            arrays.append(pa.repeat(pa.scalar(constant[column.name], column.type), count))
        elif column.name == "row_number":
            arrays.append(pa.array(part.row_numbers, column.type))
        elif column.name == "extra_columns" and part.extra_columns is not None:
            arrays.append(pa.array(part.extra_columns, column.type))
        elif column.name == "as_delivered" and part.as_delivered is not None:
            arrays.append(pa.array(part.as_delivered, column.type))
        elif column.name in part.columns:
            arrays.append(pa.array(part.columns[column.name], column.type))
        else:
            arrays.append(pa.nulls(count, column.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _file_row(delivery_id: str, version: str, part: Part) -> tuple[Any, ...]:
    return (
        delivery_id,
        version,
        part.file_name,
        part.table,
        part.format,
        part.encoding,
        part.rows_delivered,
        part.rows_parsed,
        part.rows_unparsed,
        part.rule_id is not None,
        part.rule_id,
        part.message,
        ", ".join(part.unknown_columns) or None,
    )


def _not_loaded_row(delivery_id: str | None, file_name: str, rule_id: str, message: str) -> tuple[Any, ...]:
    kind = Path(file_name).suffix.lower().lstrip(".")
    return (delivery_id, None, file_name, None, kind, None, 0, 0, 0, True, rule_id, message, None)


def rows_table(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    """Return rows as a table of a schema."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(values, column.type) for values, column in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def write_parquet(path: Path, table: pa.Table, *, durable: bool = False) -> Path:
    """Write a Parquet file whole or not at all, for its owner alone."""
    # Arrow's copy of the schema and the statistics make thousands of small files larger, and no reader needs them.
    keep_schema = table.schema.metadata is not None
    with atomic_file(path, durable=durable) as temporary:
        pq.write_table(table, temporary, compression="zstd", store_schema=keep_schema, write_statistics=False)
    return path
