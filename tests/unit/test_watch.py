"""What Dagster watches by itself: failed runs, what is held or stale, and how old the deliveries are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.build import BUILD_JOB, BuildFailedError
from orchestration.filesystem import private_directory, write_private_text
from orchestration.ingest.assets import build_ingest_assets
from orchestration.notices import of_a_run
from orchestration.settings import Addresses, Settings
from orchestration.status import read
from orchestration.watch import CHECK, PUBLISHED, build_freshness_check, build_notice_sensors, with_freshness
from tests.notice_servers import Hook, webhook


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with webhook() as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, hook: Hook) -> Settings:
    return Settings(data_dir=tmp_path, notices=Addresses(webhook=hook.address, webhook_kind="slack"))


def publish(settings: Settings, days_old: int, *, synthetic: bool = False) -> None:
    taken = (date.today() - timedelta(days=days_old)).isoformat()
    delivery = {"la_code": "812", "dataset": "ssda903", "delivery_id": f"812-ssda903-2025-{taken}"}
    manifest = {
        "run_id": "20260101T000000Z",
        "published_at": f"{date.today()}T00:00:00+00:00",
        "tables": {},
        "is_synthetic": synthetic,
        "deliveries": [{**delivery, "extracted_on": taken, "is_synthetic": synthetic}],
    }
    write_private_text(private_directory(settings.published) / "manifest.json", json.dumps(manifest))


def sensors(settings: Settings) -> dict[str, Any]:
    return {sensor.name: sensor for sensor in build_notice_sensors(settings)}


def failing_run(settings: Settings, instance: dg.DagsterInstance, assets: list[Any]) -> Any:
    """Run assets as a job named as the build is, and have the sensor hear of its end."""
    job = dg.define_asset_job(BUILD_JOB)
    resources = {"one_build": dg.ResourceDefinition.none_resource()}
    definitions = dg.Definitions(assets=assets, jobs=[job], resources=resources)
    result = definitions.resolve_job_def(BUILD_JOB).execute_in_process(instance=instance, raise_on_error=False)
    assert not result.success
    heard_of(settings, instance, result)
    return result


def heard_of(settings: Settings, instance: dg.DagsterInstance, result: Any) -> None:
    context = dg.build_run_status_sensor_context(
        sensor_name="notice_of_failed_runs",
        dagster_event=next(event for event in result.all_events if event.is_run_failure),
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
    ).for_run_failure()
    sensors(settings)["notice_of_failed_runs"](context)


def test_a_rejected_file_is_in_no_notice_and_each_failed_run_is_told_once(settings: Settings, hook: Hook) -> None:
    folder = settings.landing / "812/ssda903/2025/2025-04-30"
    folder.mkdir(parents=True)
    (folder / "Zqx0001 Smith.csv").write_text("CHILD,Zqx0002\nZqx0003,Zqx0004\n")
    ingest = [asset for asset in build_ingest_assets(settings) if "ingest" in asset.op.name]
    with dg.DagsterInstance.ephemeral() as instance:
        result = failing_run(settings, instance, ingest)
        heard_of(settings, instance, result)
    assert len(hook.posts) == 1
    assert "1 rejected as unrecognised columns" in hook.posts[0]["text"]
    written = "".join(path.read_text() for path in settings.watch.iterdir())
    assert "zqx" not in (json.dumps(hook.posts) + written + json.dumps(read(settings).as_json())).lower()
    assert str(settings.data_dir) not in json.dumps(hook.posts)
    # The command line, whose run it was, would tell of the same run.
    with pytest.raises(BuildFailedError), of_a_run(settings, print):
        raise BuildFailedError("No delivery.", result.run_id)
    assert [("failed" in post["text"]) for post in hook.posts] == [True, False], "the second is: nothing is published"


def test_an_engine_that_quotes_a_child_is_not_quoted(settings: Settings, hook: Hook) -> None:
    @dg.asset
    def broken() -> None:
        raise ValueError("could not convert 'Zqx Smith' to INT32")

    with dg.DagsterInstance.ephemeral() as instance:
        failing_run(settings, instance, [broken])
    assert "The step broken failed unexpectedly" in hook.posts[0]["text"]
    assert "Zqx" not in json.dumps(hook.posts)


def test_a_run_that_somebody_stopped_is_no_news(settings: Settings, hook: Hook) -> None:
    @dg.asset
    def stopped() -> None:
        raise dg.DagsterExecutionInterruptedError

    with dg.DagsterInstance.ephemeral() as instance:
        failing_run(settings, instance, [stopped])
    assert hook.posts == [] and read(settings).last_run is None


def test_the_sensor_tells_what_has_become_stale_and_moves_the_check_with_it(settings: Settings, hook: Hook) -> None:
    look = sensors(settings)["notice_of_what_is_held_or_stale"]
    publish(settings, days_old=3)
    first = look(dg.build_sensor_context())
    assert first.asset_events[0].passed and hook.posts == []
    assert look(dg.build_sensor_context(cursor=first.cursor)).asset_events == []
    publish(settings, days_old=60)
    late = look(dg.build_sensor_context(cursor=first.cursor))
    assert not late.asset_events[0].passed and late.asset_events[0].check_name == CHECK
    look(dg.build_sensor_context(cursor=late.cursor))
    assert len(hook.posts) == 1 and "was taken 60 days ago" in hook.posts[0]["text"]


def test_the_check_shows_names_and_days_alone(settings: Settings) -> None:
    publish(settings, days_old=60)
    check = build_freshness_check(settings)
    result = check()
    assert not result.passed and result.severity == dg.AssetCheckSeverity.WARN
    (row,) = result.metadata["latest_deliveries"].records
    assert set(row.data) == {"authority", "dataset", "delivery", "taken", "days", "stale"}
    publish(settings, days_old=60, synthetic=True)
    assert check().passed


def test_the_sensors_are_on_from_the_start_and_start_no_run(settings: Settings) -> None:
    for sensor in build_notice_sensors(settings):
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
        assert not sensor.has_jobs


def test_dagster_judges_by_the_same_days() -> None:
    settings = Settings(data_dir=Path("nowhere"), stale_publication_days=7)
    assets = [dg.AssetsDefinition(specs=[dg.AssetSpec(key)]) for key in (*PUBLISHED, "other")]
    judged = {
        spec.key: spec.freshness_policy
        for one in with_freshness(settings, assets)
        if not isinstance(one, dg.AssetChecksDefinition)
        for spec in one.specs
    }
    for key in PUBLISHED:
        policy = judged[key]
        assert policy is not None and policy.fail_window.to_timedelta() == timedelta(days=7)
    assert judged[dg.AssetKey("other")] is None
