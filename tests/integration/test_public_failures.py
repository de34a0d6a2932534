"""A small number that is not hidden stops what the public sees, and nothing else."""

import json
from pathlib import Path

import duckdb
from dagster import DagsterInstance, ResourceDefinition, materialize

from orchestration.publish.assets import build_publish_assets
from orchestration.publish.publication import DATABASE
from orchestration.transform.assets import build_transform_assets
from orchestration.transform.manifest import prepare_manifest
from tests.scratch_project import CHILD, scratch_settings

PUBLIC_MODEL = """
{{ config(schema='public_marts', tags=['public']) }}
select value, value > 0 and value < 6 as is_small from {{ ref('metric_values') }}
"""
PUBLIC_TEST = "select * from {{ ref('public_metric_values') }} where is_small"


def test_a_suppression_that_fails_leaves_the_internal_publication_alone(tmp_path: Path) -> None:
    settings = scratch_settings(tmp_path)
    project = tmp_path / "project"
    for name, content in (
        ("models/public/public_metric_values.sql", PUBLIC_MODEL),
        ("tests/no_small_number_is_public.sql", PUBLIC_TEST),
    ):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(content)
    manifest = json.loads(prepare_manifest(settings).read_bytes())
    transform = build_transform_assets(settings, manifest)
    with DagsterInstance.ephemeral() as instance:
        result = materialize(
            [transform, *build_publish_assets(settings, manifest, transform)],
            instance=instance,
            resources={"one_build": ResourceDefinition.none_resource()},
            raise_on_error=False,
        )

    assert not result.success
    assert [event.step_key for event in result.all_events if event.is_step_failure] == ["dbt_public"]
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    description = failed.step_failure_data.user_failure_data.description
    assert description == "Nothing public was published: 1 check did not hold: no small number is public (1 rows)"
    assert settings.warehouse_is_whole.exists()
    assert not settings.public_is_whole.exists()
    assert not settings.published_public.exists()
    assert (settings.restricted / "restricted_people.xlsx").exists()
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        assert connection.execute("select value from marts.metric_values").fetchall() == [(1,)]
    assert CHILD not in description
