"""Two warehouses compared, table for table, row for row and value for value: what one engine built and what another did.

`python -m tests.parity ONE OTHER` compares the warehouses of two data folders; `make parity` builds them first.
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

SCHEMAS = ("marts", "public_marts", "restricted", "suppression")
TOLERANCE = 1e-9
"""Of doubles alone: their last digits depend on the order in which an engine adds; everything else is equal."""
_INEXACT = {"DOUBLE", "FLOAT"}
_ALIKE = {"HUGEINT": "BIGINT"}
"""A sum of whole numbers is wider on DuckDB, where no contract says otherwise."""


def differences(one: Path, other: Path, schemas: Sequence[str] = SCHEMAS) -> list[str]:
    """Return a sentence for each table that differs, without a value of it; `one` and `other` are warehouse files."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path.as_posix()}' as {name} (read_only)")
        tables = {name: _tables(connection, name, schemas) for name in ("one", "other")}
        found = [
            f"{table} is only in {where}"
            for where, others in (("one", "other"), ("other", "one"))
            for table in sorted(tables[where].keys() - tables[others].keys())
        ]
        for table in sorted(tables["one"].keys() & tables["other"].keys()):
            found += _differences_of(connection, table, tables["one"][table], tables["other"][table])
        assert any(tables["one"].values()), "there is no table to compare"
    return found


def _tables(connection: duckdb.DuckDBPyConnection, name: str, schemas: Sequence[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name in (select unnest(?)) order by all",
        [name, list(schemas)],
    ).fetchall():
        found.setdefault(f"{schema}.{table}", {})[column] = _ALIKE.get(kind, kind)
    return found


def _differences_of(
    connection: duckdb.DuckDBPyConnection, table: str, one: dict[str, str], other: dict[str, str]
) -> list[str]:
    if one != other:
        columns = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        return [f"{table} has other columns or types: {', '.join(columns)}"]
    counts = [connection.execute(f"select count(*) from {name}.{table}").fetchall()[0][0] for name in ("one", "other")]
    if counts[0] != counts[1]:
        return [f"{table} has {counts[0]} rows in one and {counts[1]} in the other"]
    exact = [name for name, kind in one.items() if kind not in _INEXACT]
    inexact = [name for name in one if name not in exact]
    columns = ", ".join(f'"{name}"' for name in [*exact, *inexact])
    query = "select {columns} from {name}.{table} order by all"
    rows = [
        connection.execute(query.format(columns=columns, name=name, table=table)).fetchall() for name in ("one", "other")
    ]
    unequal: dict[str, int] = {}
    for left, right in zip(*rows, strict=True):
        for name, mine, theirs in zip([*exact, *inexact], left, right, strict=True):
            if not _equal(mine, theirs):
                unequal[name] = unequal.get(name, 0) + 1
    if not unequal:
        return []
    return [f"{table} differs: " + ", ".join(f"{name} in {rows} rows" for name, rows in unequal.items())]


def _equal(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, float) and isinstance(theirs, float):
        return math.isclose(mine, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE) or (math.isnan(mine) and math.isnan(theirs))
    return bool(mine == theirs)


if __name__ == "__main__":
    said = differences(*(Path(folder) / "warehouse" / "warehouse.duckdb" for folder in sys.argv[1:3]))
    print("\n".join(said) or "The two are equal, row for row and value for value.")
    sys.exit(bool(said))
