"""Two warehouses compared, row for row and value for value: what one engine built and what the other did.

`python -m tests.parity ONE OTHER` compares the warehouses of two data folders. `python -m tests.parity ONE` builds the
tables of a data folder once more on Spark, in a folder that is removed again, and compares those; `make parity` does it
with the demo and random authorities.
"""

import math
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import Settings
from orchestration.transform.dbt import run_dbt

SCHEMAS = ("marts", "public_marts", "restricted", "suppression")
TOLERANCE = 1e-9
"""Of doubles alone: their last digits depend on the order in which an engine adds; everything else is equal."""
MODELS_ALONE = ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
_INEXACT = {"DOUBLE", "FLOAT"}
_ALIKE = {"HUGEINT": "BIGINT"}
"""A sum of whole numbers is wider on DuckDB, where no contract says otherwise."""


def beside(settings: Settings, data_dir: Path, spark_configuration: str) -> Settings:
    """Return a data folder with the same deliveries read, so that the same rows have the same keys and times."""
    for folder in ("landing", "raw", "decisions", "keys", "crosswalks"):
        if (settings.data_dir / folder).exists():
            shutil.copytree(settings.data_dir / folder, data_dir / folder)
    return replace(settings, data_dir=data_dir, engine="spark", spark_configuration=spark_configuration)


def differences(one: Path, other: Path, schemas: Sequence[str] = SCHEMAS, la_code: str = "") -> list[str]:
    """Return a sentence for each table that differs, without a value of it; `one` and `other` are warehouse files.

    With an authority's code only its rows are compared, and without the times at which each folder read them.
    """
    # Each by itself: a view names its database, and both are called warehouse.
    with duckdb.connect(one, read_only=True) as mine, duckdb.connect(other, read_only=True) as theirs:
        tables = _tables(mine, schemas, la_code), _tables(theirs, schemas, la_code)
        assert tables[0], "there is no table to compare"
        return [
            *(f"{table} is only in the first" for table in sorted(tables[0].keys() - tables[1].keys())),
            *(f"{table} is only in the second" for table in sorted(tables[1].keys() - tables[0].keys())),
            *(
                f"{table}: {found}"
                for table in sorted(tables[0].keys() & tables[1].keys())
                if (found := _difference(mine, theirs, table, tables[0][table], tables[1][table], la_code))
            ),
        ]


def _tables(connection: duckdb.DuckDBPyConnection, schemas: Sequence[str], la_code: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "where table_schema in (select unnest(?)) order by all",
        [list(schemas)],
    ).fetchall():
        if not (la_code and kind == "TIMESTAMP"):
            found.setdefault(f"{schema}.{table}", {})[column] = _ALIKE.get(kind, kind)
    return {table: columns for table, columns in found.items() if not la_code or "la_code" in columns}


def _difference(
    mine: duckdb.DuckDBPyConnection,
    theirs: duckdb.DuckDBPyConnection,
    table: str,
    my_columns: dict[str, str],
    their_columns: dict[str, str],
    la_code: str,
) -> str:
    """Return how a table differs, '' where it does not."""
    if my_columns != their_columns:
        names = my_columns.keys() | their_columns.keys()
        return "other columns or types: " + ", ".join(
            sorted(name for name in names if my_columns.get(name) != their_columns.get(name))
        )
    columns = sorted(my_columns, key=lambda name: my_columns[name] in _INEXACT)
    chosen = "where la_code = $code" if la_code else ""
    query = f"select {', '.join(columns)} from {table} {chosen} order by all"
    code = {"code": la_code} if la_code else {}
    rows, their_rows = mine.execute(query, code).fetchall(), theirs.execute(query, code).fetchall()
    if len(rows) != len(their_rows):
        return f"{len(rows)} rows and {len(their_rows)}"
    unequal: dict[str, int] = {}
    for row, their_row in zip(rows, their_rows, strict=True):
        for name, value, their_value in zip(columns, row, their_row, strict=True):
            if not _equal(value, their_value):
                unequal[name] = unequal.get(name, 0) + 1
    return ", ".join(f"{name} in {count} rows" for name, count in unequal.items())


def _equal(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, float) and isinstance(theirs, float):
        return math.isclose(mine, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(mine == theirs)


def _with_spark(one: Settings) -> list[str]:
    with tempfile.TemporaryDirectory(dir=one.data_dir.parent) as folder:
        on_spark = beside(one, Path(folder), one.spark_configuration)
        started = time.monotonic()
        built = run_dbt(on_spark, MODELS_ALONE)
        print(f"Spark built the tables in {time.monotonic() - started:.0f} s.", flush=True)
        if not built.succeeded:
            return [f"{node.name} could not be built" for node in built.failed]
        return differences(one.warehouse, on_spark.warehouse)


if __name__ == "__main__":
    folders = [replace(Settings.from_environment(), data_dir=Path(folder).resolve()) for folder in sys.argv[1:3]]
    said = _with_spark(*folders) if len(folders) == 1 else differences(*(folder.warehouse for folder in folders))
    print("\n".join(said) or "The two are equal, row for row and value for value.")
    sys.exit(bool(said))
