"""The raw layer of published files: four small Parquet datasets, one file of each for every published file.

`files` holds the commit records and is written last; whatever no commit record names is a leftover of a broken run and
is swept away. Text stays as it was published.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.filesystem import TEMPORARY_SUFFIX, atomic_file, private_directory
from orchestration.ingest.dfe.files import IDENTIFIERS, PublishedFile, PublishedTable
from orchestration.ingest.dfe.sayings import Sayings

READER_VERSION = 3
"""Raised when the reader makes something else of the same file: everything is then read again."""

FILES_SCHEMA = pa.schema(
    [
        ("file_id", pa.string()),
        ("file_path", pa.string()),
        ("release", pa.string()),
        ("sha256", pa.string()),
        ("size_bytes", pa.int64()),
        ("encoding", pa.string()),
        ("row_count", pa.int64()),
        ("rows_unread", pa.int64()),
        ("message", pa.string()),
        ("named_on", pa.date32()),
        ("said_published_on", pa.date32()),
        ("said_version", pa.int64()),
        ("said_revised", pa.bool_()),
        ("loaded_at", pa.timestamp("us")),
    ]
)
COLUMNS_SCHEMA = pa.schema(
    [
        ("file_id", pa.string()),
        ("position", pa.int32()),
        ("header", pa.string()),
        ("column_name", pa.string()),
    ]
)
ROWS_SCHEMA = pa.schema(
    [("file_id", pa.string()), ("row_number", pa.int64()), *((name, pa.string()) for name in IDENTIFIERS)]
)
CELLS_SCHEMA = pa.schema(
    [
        ("file_id", pa.string()),
        ("row_number", pa.int64()),
        ("position", pa.int32()),
        ("raw_value", pa.string()),
    ]
)
SCHEMAS = {"files": FILES_SCHEMA, "columns": COLUMNS_SCHEMA, "rows": ROWS_SCHEMA, "cells": CELLS_SCHEMA}
_EMPTY = "empty.parquet"


@dataclass(frozen=True)
class Source:
    """A file as the raw layer records it: where it lies, what it holds and what is said of it."""

    file: PublishedFile
    checksum: str
    said: Sayings


def file_id(file: PublishedFile, checksum: str, said: Sayings) -> str:
    """Return the name of what the present reader makes of this content in this place, with what is said of it."""
    return hashlib.sha256(f"{READER_VERSION}\0{file.name}\0{checksum}\0{said}".encode()).hexdigest()[:16]


def prepare(raw: Path) -> None:
    """Give every dataset its empty file, so that dbt can read it although nothing was published."""
    for name, schema in SCHEMAS.items():
        path = private_directory(raw / "published" / name) / _EMPTY
        if not path.exists() or not pq.read_schema(path).equals(schema):
            _write(path, schema.empty_table())


def known(raw: Path) -> set[str]:
    """Return the files that were read whole."""
    return {path.stem for path in (raw / "published" / "files").glob("*.parquet") if path.name != _EMPTY}


def write(raw: Path, identity: str, source: Source, table: PublishedTable, now: datetime) -> None:
    """Write a file's columns, rows and cells, and at last the record that makes them count."""
    file = source.file
    folder = raw / "published"
    names = table.column_names
    count = len(table.row_numbers)
    numbers = pa.array(table.row_numbers, pa.int64())
    columns = {
        "file_id": [identity] * len(names),
        "position": list(range(1, len(names) + 1)),
        "header": list(table.header),
        "column_name": list(names),
    }
    _write(folder / "columns" / f"{identity}.parquet", pa.table(columns, schema=COLUMNS_SCHEMA))
    places = {name: names.index(name) for name in IDENTIFIERS if name in names}
    identifiers = [
        pa.array(table.columns[places[name]], pa.string()) if name in places else pa.nulls(count, pa.string())
        for name in IDENTIFIERS
    ]
    rows = [pa.repeat(pa.scalar(identity), count), numbers, *identifiers]
    _write(folder / "rows" / f"{identity}.parquet", pa.Table.from_arrays(rows, schema=ROWS_SCHEMA))
    others = [index for index in range(len(names)) if index not in places.values()]
    _write(
        folder / "cells" / f"{identity}.parquet",
        pa.Table.from_arrays(
            [
                pa.repeat(pa.scalar(identity), count * len(others)),
                pa.concat_arrays([numbers] * len(others)) if others else numbers.slice(0, 0),
                pc.cast(pa.array([index + 1 for index in others for _ in range(count)], pa.int32()), pa.int32()),
                pa.concat_arrays([pa.array(table.columns[index], pa.string()) for index in others])
                if others
                else pa.array([], pa.string()),
            ],
            schema=CELLS_SCHEMA,
        ),
    )
    record = {
        "file_id": [identity],
        "file_path": [file.name],
        "release": [file.release],
        "sha256": [source.checksum],
        "size_bytes": [file.stamp[0]],
        "encoding": [table.encoding],
        "row_count": [count],
        "rows_unread": [table.rows_unread],
        "message": [table.message],
        "named_on": [source.said.named_on],
        "said_published_on": [source.said.published_on],
        "said_version": [source.said.version],
        "said_revised": [source.said.revised],
        "loaded_at": [now],
    }
    _write(folder / "files" / f"{identity}.parquet", pa.table(record, schema=FILES_SCHEMA))


def withdraw(raw: Path, identity: str) -> None:
    """Make a file count no more; `sweep` then removes what it left."""
    (raw / "published" / "files" / f"{identity}.parquet").unlink()


def sweep(raw: Path) -> None:
    """Remove what no commit record names."""
    keep = {f"{identity}.parquet" for identity in known(raw)} | {_EMPTY}
    for name in SCHEMAS:
        for path in (raw / "published" / name).iterdir():
            if path.name not in keep or path.name.endswith(TEMPORARY_SUFFIX):
                path.unlink()


def _write(path: Path, table: pa.Table) -> None:
    with atomic_file(path, durable=False) as temporary:
        pq.write_table(table, temporary, compression="zstd", store_schema=False)
