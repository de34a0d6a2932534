"""How tables and views take the place of the last build's, on a dbt project of its own."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.settings import REPOSITORY
from orchestration.transform.dbt import DbtResult, run_dbt
from tests.scratch_project import ScratchSettings, scratch_settings

CONTRACT = """
models:
  - name: {name}
    config: {{contract: {{enforced: true}}}}
    columns:
      - {{name: value, data_type: integer, constraints: [{{type: not_null}}]}}
"""

BROKEN = {
    "a_cast": "select cast('none' as integer) as value",
    "a_null": "select cast(null as integer) as value",
    "a_type": "select 'text' as value",
    "a_column": "select 1 as another",
}


def build(settings: ScratchSettings, models: Mapping[str, str], materialized: str) -> DbtResult:
    folder = settings.data_dir / "project/models/replaced"
    folder.mkdir(exist_ok=True)
    for name, model in models.items():
        (folder / f"{name}.sql").write_text(f"{{{{ config(materialized='{materialized}') }}}} {model}")
        (folder / f"{name}.yml").write_text(CONTRACT.format(name=name))
    return run_dbt(settings, ["build", "--full-refresh", "--select", "path:models/replaced"])


def found(settings: ScratchSettings) -> dict[str, tuple[str, int]]:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        kinds = dict(connection.execute("select table_name, table_type from information_schema.tables").fetchall())
        return {name: (kind, connection.table(name).fetchall()[0][0]) for name, kind in kinds.items()}


def test_a_table_becomes_a_view_and_what_breaks_leaves_what_was(tmp_path: Path) -> None:
    settings = scratch_settings(tmp_path)
    shutil.copy(REPOSITORY / "macros/overrides/replace_relation.sql", tmp_path / "project/macros")
    profile = tmp_path / "project/profiles.yml"
    profile.write_text(profile.read_text() + "      disable_transactions: true\n")
    names = ["whole", *BROKEN]

    assert build(settings, dict.fromkeys(names, "select 1 as value"), "table").succeeded
    assert found(settings) == dict.fromkeys(names, ("BASE TABLE", 1))

    result = build(settings, {"whole": "select 2 as value", **BROKEN}, "table")
    assert {node.name for node in result.failed} == BROKEN.keys()
    assert found(settings) == {"whole": ("BASE TABLE", 2), **dict.fromkeys(BROKEN, ("BASE TABLE", 1))}

    assert build(settings, dict.fromkeys(names, "select 3 as value"), "view").succeeded
    assert found(settings) == dict.fromkeys(names, ("VIEW", 3))
    assert build(settings, dict.fromkeys(names, "select 4 as value"), "table").succeeded
    assert found(settings) == dict.fromkeys(names, ("BASE TABLE", 4))
