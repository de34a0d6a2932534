"""A dbt project of four models, for tests of what surrounds dbt: fast, and free to fail."""

import json
from dataclasses import dataclass
from pathlib import Path

from dagster import DagsterInstance, ExecuteInProcessResult, ResourceDefinition, materialize

from orchestration.publish.assets import build_publish_assets, build_swap_asset
from orchestration.settings import Settings
from orchestration.transform.assets import build_transform_assets
from orchestration.transform.manifest import prepare_manifest

CHILD = "SMITH-1999"
"""Stands for a child's data: a value that dbt and the engines quote when they choke on it."""

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
  target: "{{ env_var('CLA_ENGINE') }}"
  outputs:
    spark:
      type: spark
      method: session
      schema: main
      host: here
      threads: 2
    duckdb:
      type: duckdb
      path: "{{ env_var('CLA_WAREHOUSE_PATH') }}"
      threads: 2
"""

MACROS = """
{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}
{% macro register_raw() %}{% endmacro %}
"""

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


def scratch_settings(
    data_dir: Path, *, check_holds: bool = True, cast_breaks: bool = False, engine: str = "duckdb"
) -> ScratchSettings:
    """Write the project into the data folder and return settings that use it.

    Without `check_holds` a data test fails; with `cast_breaks` a model fails and the engine quotes the secret.
    """
    project = data_dir / "project"
    files = {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILE,
        "macros/macros.sql": MACROS,
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
    return ScratchSettings(data_dir=data_dir, engine=engine)


def build(settings: Settings, instance: DagsterInstance) -> ExecuteInProcessResult:
    """Build and publish what the project makes, as Dagster does."""
    manifest = json.loads(prepare_manifest(settings).read_bytes())
    transform = build_transform_assets(settings, manifest)
    publishing = build_publish_assets(settings, manifest, transform)
    return materialize(
        [transform, *publishing, build_swap_asset(settings, publishing)],
        instance=instance,
        resources={"one_build": ResourceDefinition.none_resource()},
        raise_on_error=False,
    )


def everything_told(result: ExecuteInProcessResult, instance: DagsterInstance, captured: str) -> str:
    """Return what a run has printed and what Dagster keeps of it."""
    events = instance.all_logs(result.run_id)
    return captured + "".join(str(event) for event in events) + "".join(event.to_json() for event in events)
