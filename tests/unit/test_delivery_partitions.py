"""Deliveries as partitions, in Dagster's own harness: a build covers them, and one is read again by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    AssetSelection,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    in_process_executor,
)
from dagster import define_asset_job as asset_job

from orchestration import runs
from orchestration.ingest import run as ingest
from orchestration.ingest.assets import BANK_HOLIDAYS, BY_DELIVERY, DELIVERY, POSTCODES, build_ingest_assets
from orchestration.ingest.raw import read_commits
from orchestration.jobs import build_resources
from orchestration.settings import Settings

NAMES = [f"812-ssda903-2025-2025-04-{day}" for day in (10, 11, 12)]
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    "{child},01/04/2024,S,C2,N1,U1,PR1,,,,,,\n"
)


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path)
    for child, name in enumerate(NAMES, start=1):
        put(settings, name, EPISODES.format(child=child))
    return settings


def put(settings: Settings, name: str, text: str) -> None:
    folder = settings.landing / "812/ssda903/2025" / name[-10:]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "episodes.csv").write_text(text)


def job_of(settings: Settings, name: str) -> Any:
    chosen = AssetSelection.assets(DELIVERY)
    return Definitions(
        assets=build_ingest_assets(settings),
        jobs=[
            asset_job(
                "build", selection=AssetSelection.all() - chosen - AssetSelection.assets(POSTCODES, BANK_HOLIDAYS)
            ),
            asset_job("read_again", selection=chosen),
        ],
        resources=build_resources(settings),
        executor=in_process_executor,
    ).resolve_job_def(name)


def build(instance: DagsterInstance, settings: Settings) -> None:
    runs.execute(instance, job_of(settings, "build"))
    assert instance.get_runs(limit=1)[0].status == DagsterRunStatus.SUCCESS


def read_again(instance: DagsterInstance, settings: Settings, first: str, last: str = "") -> Any:
    tags = {"dagster/partition": first}
    if last:
        tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    return job_of(settings, "read_again").execute_in_process(instance=instance, tags=tags, raise_on_error=False)


def told(instance: DagsterInstance) -> dict[str, str]:
    """Return what was last told of each partition."""
    records = instance.fetch_materializations(DELIVERY, limit=100, ascending=True).records
    return {
        str(record.partition_key): str(record.asset_materialization.metadata["what"].value)
        for record in records
        if record.asset_materialization and "what" in record.asset_materialization.metadata
    }


def partitions(instance: DagsterInstance) -> set[str]:
    return set(instance.get_dynamic_partitions(str(BY_DELIVERY.name)))


def test_a_build_registers_and_covers_what_it_reads(instance: DagsterInstance, settings: Settings) -> None:
    build(instance, settings)
    assert partitions(instance) == set(NAMES)
    assert told(instance) == dict.fromkeys(NAMES, "new")
    put(settings, NAMES[0], EPISODES.format(child=9))
    build(instance, settings)
    assert told(instance) == {NAMES[0]: "replaced", NAMES[1]: "new", NAMES[2]: "new"}


def test_what_is_withdrawn_is_no_partition_any_more(instance: DagsterInstance, settings: Settings) -> None:
    build(instance, settings)
    (settings.landing / "812/ssda903/2025/2025-04-10/episodes.csv").unlink()
    instance.add_dynamic_partitions(str(BY_DELIVERY.name), ["a name that somebody added"])
    build(instance, settings)
    assert partitions(instance) == set(NAMES[1:])


def test_a_new_history_knows_what_was_read_before_it(instance: DagsterInstance, settings: Settings) -> None:
    ingest.ingest_all(settings, settle_seconds=0)
    build(instance, settings)
    assert told(instance) == dict.fromkeys(NAMES, "read before")


def test_one_delivery_is_read_again_and_no_other(
    instance: DagsterInstance, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(instance, settings)
    put(settings, NAMES[2], EPISODES.format(child=9))
    before = read_commits(settings.raw)
    read: list[str] = []
    real = ingest._read_delivery
    monkeypatch.setattr(ingest, "_read_delivery", lambda *given: read.append(given[-1].delivery_id) or real(*given))
    result = read_again(instance, settings, NAMES[1])
    assert result.success
    assert read == [NAMES[1]]
    assert read_commits(settings.raw) == before
    (made,) = [event for event in result.all_events if event.event_type == DagsterEventType.ASSET_MATERIALIZATION]
    assert (made.asset_key, made.partition) == (DELIVERY, NAMES[1])


def test_several_chosen_are_one_run(instance: DagsterInstance, settings: Settings) -> None:
    build(instance, settings)
    result = read_again(instance, settings, NAMES[0], NAMES[1])
    made = [event for event in result.all_events if event.event_type == DagsterEventType.ASSET_MATERIALIZATION]
    assert sorted(event.partition for event in made) == NAMES[:2]


def test_a_delivery_that_is_gone_cannot_be_read_again(instance: DagsterInstance, settings: Settings) -> None:
    build(instance, settings)
    (settings.landing / "812/ssda903/2025/2025-04-10/episodes.csv").unlink()
    result = read_again(instance, settings, NAMES[0])
    assert not result.success
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    assert failed.step_failure_data.user_failure_data.description.endswith(f": {NAMES[0]} is not there")
    assert read_commits(settings.raw).keys() == set(NAMES)


def test_where_the_keys_are_lost_all_is_read(instance: DagsterInstance, settings: Settings) -> None:
    """Traps a map of keys that holds the children of one delivery and passes for whole."""
    build(instance, settings)
    keys = next(settings.raw.glob("*child_keys*"))
    for file in keys.iterdir():
        file.unlink()
    report = ingest.ingest_all(settings, settle_seconds=0, again=[NAMES[0]])
    assert sorted(report.reread) == NAMES
