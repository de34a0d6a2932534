"""Which columns a column is made from, read from a model's SQL."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.filesystem import private_directory, write_private_text
from orchestration.settings import Settings
from orchestration.transform.column_lineage import lineage_of, read_column_lineage, write_column_lineage

SCHEMA = {"warehouse": {"staging": {"episodes": {"child": "varchar", "decom": "date", "legal_status": "varchar"}}}}
RELATIONS = {("staging", "episodes"): "model.x.episodes"}


def test_columns_are_followed_through_stars_joins_and_windows() -> None:
    sql = """
        with episodes as (select * from "warehouse"."staging"."episodes"),
        numbered as (select *, row_number() over (partition by child order by decom) as place from episodes)
        select child, place, upper(legal_status) as status, 1 as one from numbered where decom is not null
    """
    assert lineage_of(sql, SCHEMA, RELATIONS) == {
        "child": [("model.x.episodes", "child")],
        "place": [("model.x.episodes", "child"), ("model.x.episodes", "decom")],
        "status": [("model.x.episodes", "legal_status")],
        "one": [],
    }


def test_a_file_that_is_read_is_no_table() -> None:
    assert lineage_of("select child from read_parquet('raw/*.parquet')", SCHEMA, RELATIONS) == {"child": []}


@pytest.mark.parametrize("is_whole", [True, False])
def test_only_a_whole_build_has_a_lineage(tmp_path: Path, is_whole: bool) -> None:
    settings = Settings(tmp_path)
    node = {"resource_type": "model", "language": "sql", "package_name": "x", "original_file_path": "models/starts.sql"}
    manifest = {
        "nodes": {
            "model.x.episodes": {**node, "schema": "staging", "alias": "episodes", "original_file_path": "e.sql"},
            "model.x.starts": {**node, "schema": "marts", "alias": "starts"},
        }
    }
    private_directory(settings.warehouse.parent)
    private_directory(settings.dbt_manifest)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.warehouse.as_posix()}' as warehouse")
        connection.execute("create schema warehouse.staging; create table warehouse.staging.episodes (child varchar)")
    compiled = private_directory(settings.dbt_target / "compiled" / "x" / "models")
    (compiled / "starts.sql").write_text('select * from "warehouse"."staging"."episodes"', encoding="utf-8")
    if is_whole:
        write_private_text(settings.warehouse_is_whole, "run")
    write_column_lineage(settings, manifest)
    found = json.loads(json.dumps(read_column_lineage(settings)))
    assert found == ({"model.x.starts": {"child": [["model.x.episodes", "child"]]}} if is_whole else {})
