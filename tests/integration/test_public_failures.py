"""A small number that is not hidden stops what the public sees, and nothing else."""

import json
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance, ExecuteInProcessResult, ResourceDefinition, materialize

from orchestration.ledger import entries
from orchestration.publish import disclosure
from orchestration.publish.assets import build_publish_assets, build_swap_asset
from orchestration.publish.publication import DATABASE, PUBLIC, read_manifest
from orchestration.settings import Settings
from orchestration.transform.assets import build_transform_assets
from orchestration.transform.manifest import prepare_manifest
from tests.scratch_project import CHILD, scratch_settings

PUBLIC_MODEL = """
{{ config(schema='public_marts', tags=['public']) }}
select value, value > 0 and value < 6 as is_small from {{ ref('metric_values') }}
"""
PUBLIC_TEST = "select * from {{ ref('public_metric_values') }} where is_small"


def run(settings: Settings) -> tuple[ExecuteInProcessResult, list[str]]:
    """Run everything; return the result and the steps in the order in which they began."""
    manifest = json.loads(prepare_manifest(settings).read_bytes())
    transform = build_transform_assets(settings, manifest)
    publishing = build_publish_assets(settings, manifest, transform)
    with DagsterInstance.ephemeral() as instance:
        result = materialize(
            [transform, *publishing, build_swap_asset(settings, publishing)],
            instance=instance,
            resources={"one_build": ResourceDefinition.none_resource()},
            raise_on_error=False,
        )
    return result, [event.step_key for event in result.all_events if event.is_step_start]


@pytest.mark.ci
def test_a_suppression_that_fails_leaves_the_internal_publication_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = scratch_settings(tmp_path)
    project = tmp_path / "project"
    for name, content in (
        ("models/public/public_metric_values.sql", PUBLIC_MODEL),
        ("tests/no_small_number_is_public.sql", PUBLIC_TEST),
    ):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(content)
    result, _ = run(settings)

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

    # Once it holds, all parts are of one run: the swap waits until the public part has had its turn.
    (project / "tests/no_small_number_is_public.sql").write_text("select 1 as one where false")
    monkeypatch.setattr(disclosure, "check", lambda _: 0)
    result, steps = run(settings)
    assert result.success
    assert steps[-1] == "published_run"
    manifest, public = read_manifest(settings), read_manifest(settings, PUBLIC)
    assert manifest is not None and public is not None
    assert set(manifest["parts"].values()) == {manifest["run_id"]} == {public["run_id"]}
    assert [entry.action for entry in entries(settings)] == ["built", "built"]
    assert [entry.facts["public"] for entry in entries(settings)] == ["none", public["run_id"]]

    # When it fails again, the public part of the run before stays, and the manifest for the staff says so.
    (project / "tests/no_small_number_is_public.sql").write_text(PUBLIC_TEST)
    assert not run(settings)[0].success
    after = read_manifest(settings)
    assert after is not None and after["run_id"] > manifest["run_id"]
    assert after["parts"]["published_public"] == public["run_id"] == settings.published_public.resolve().name
    assert after["parts"]["restricted"] == after["run_id"] == settings.restricted.resolve().name
