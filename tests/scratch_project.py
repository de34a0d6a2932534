"""A dbt project of four models, for tests of what surrounds dbt: fast, and free to fail."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import Settings

CHILD = "SMITH-1999"
"""Stands for a child's data: a value that dbt and DuckDB quote when they choke on it."""

PROJECT = """
name: scratch
version: "1.0"
config-version: 2
profile: scratch
models:
  +materialized: table
flags:
  send_anonymous_usage_stats: false
"""

PROFILE = """
scratch:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('CLA_WAREHOUSE_PATH') }}"
      threads: 2
"""

SCHEMA_MACRO = "{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}"

MODELS = """
models:
  - name: stg_people
    description: One row per person.
    columns: [{name: child, description: The child., data_tests: [{accepted_values: {arguments: {values: %s}}}]}]
  - name: people
    description: One row per person.
    columns: [{name: child_key, description: The keyed hash.}]
  - name: metric_values
    description: "One row per metric; it's a count."
    columns: [{name: value, description: The count.}]
"""


@dataclass(frozen=True)
class ScratchSettings(Settings):
    """Settings whose dbt project is the scratch project beside the data."""

    def dbt_environment(self) -> dict[str, str]:
        """Point dbt at the scratch project."""
        project = (self.data_dir / "project").as_posix()
        return {**super().dbt_environment(), "DBT_PROJECT_DIR": project, "DBT_PROFILES_DIR": project}


def scratch_settings(data_dir: Path, *, check_holds: bool = True, cast_breaks: bool = False) -> ScratchSettings:
    """Write the project into the data folder and return settings that use it.

    Without `check_holds` a data test fails; with `cast_breaks` a model fails, and DuckDB's message quotes the secret.
    """
    project = data_dir / "project"
    files = {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILE,
        "macros/schema.sql": SCHEMA_MACRO,
        "models/staging/stg_people.sql": f"{{{{ config(schema='staging') }}}} select '{CHILD}' as child",
        "models/staging/_models.yml": MODELS % (f"['{CHILD}']" if check_holds else "['SOMEONE-ELSE']"),
        "models/marts/core/people.sql": (
            "{{ config(schema='marts') }} select md5(child) as child_key from {{ ref('stg_people') }}"
        ),
        "models/marts/metrics/metric_values.sql": (
            "{{ config(schema='marts') }} select "
            + ("max(cast(child as integer))" if cast_breaks else "count(*)")
            + " as value from {{ ref('stg_people') }}"
        ),
        "models/restricted/restricted_people.sql": (
            "{{ config(schema='restricted') }} select child, '=1+1' as delivered from {{ ref('stg_people') }}"
        ),
    }
    for name, content in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return ScratchSettings(data_dir=data_dir)
