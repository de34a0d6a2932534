"""Which columns of which tables each column is made from, for Dagster's pages.

It is read from the SQL of the last whole build and takes some fifteen seconds, so no build waits: `cla docs` writes
it, and from then on each build tells it with the tables. It holds names of tables and columns and nothing else.
"""

import json
from collections.abc import Mapping
from typing import Any

import duckdb

from orchestration.filesystem import write_private_text
from orchestration.settings import Settings

FILE = "column_lineage.json"
Lineage = dict[str, dict[str, list[tuple[str, str]]]]
"""For each table (dbt's unique id) and column the tables and columns that it is made from."""


def write_column_lineage(settings: Settings, manifest: Mapping[str, Any]) -> Lineage:
    """Write and return the lineage of all models that the last build has compiled; of none before a whole build.

    `manifest` is the content of dbt's manifest.
    """
    found: Lineage = {}
    if settings.warehouse_is_whole.exists():
        schema = _columns(settings)
        relations = {
            (node["schema"], node["alias"]): unique_id
            for unique_id, node in manifest["nodes"].items()
            if node["resource_type"] in ("model", "seed")
        }
        for unique_id, node in manifest["nodes"].items():
            compiled = settings.dbt_target / "compiled" / node["package_name"] / node["original_file_path"]
            if node["resource_type"] == "model" and node["language"] == "sql" and compiled.exists():
                found[unique_id] = lineage_of(compiled.read_text(encoding="utf-8"), schema, relations)
    write_private_text(settings.dbt_manifest / FILE, json.dumps(found))
    return found


def read_column_lineage(settings: Settings) -> Lineage:
    """Return what was written last; nothing where `cla docs` has not run yet."""
    path = settings.dbt_manifest / FILE
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def lineage_of(
    sql: str, schema: Mapping[str, Any], relations: Mapping[tuple[str, str], str]
) -> dict[str, list[tuple[str, str]]]:
    """Return for each column of a query the tables and columns that it reads; files it reads are no tables."""
    from sqlglot import exp, lineage  # takes half a second, and a build has no use for it

    columns = {}
    # Without trimming, one walk serves all columns: with it each column has the whole query to itself.
    for name, column in lineage.lineage(None, sql, dict(schema), dialect="duckdb", trim_selects=False).items():
        read = {
            (relations[table.db, table.name], leaf.name.rpartition(".")[2].strip('"'))
            for leaf in column.walk()
            if isinstance(table := leaf.expression, exp.Table) and (table.db, table.name) in relations
        }
        columns[name] = sorted(read)
    return columns


def _columns(settings: Settings) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    found: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        for row in connection.execute(
            "select database_name, schema_name, table_name, column_name, data_type from duckdb_columns()"
        ).fetchall():
            database, schema, table, column, data_type = row
            found.setdefault(database, {}).setdefault(schema, {}).setdefault(table, {})[column] = data_type
    return found
