"""The schedules: off at first, in the time of London, by settings; what is tried again, and what is not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    Definitions,
    RetryRequested,
    in_process_executor,
)
from dagster._utils.schedules import cron_string_iterator

from orchestration import retries, runs, schedules
from orchestration.errors import UserError
from orchestration.fetch_dfe import Fetched, NotReleasedError, UnreachableError, fetch_newest_release
from orchestration.jobs import build_resources
from orchestration.private_errors import UnexpectedError, details_kept_private
from orchestration.schedules import build_release_job, build_schedules
from orchestration.sensors import build_sensors
from orchestration.settings import Settings


def test_nothing_starts_by_itself_until_somebody_switches_it_on(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert {one.default_status for one in build_schedules(settings)} == {DefaultScheduleStatus.STOPPED}
    assert {one.default_status for one in build_sensors(settings)} == {DefaultSensorStatus.STOPPED}


def test_they_keep_to_the_clock_of_london_in_summer_and_winter(tmp_path: Path) -> None:
    refresh = next(one for one in build_schedules(Settings(tmp_path)) if one.name == "weekday_refresh")
    for day, hour in (((2026, 1, 9), 6), ((2026, 7, 10), 5)):  # Fridays
        noon = datetime(*day, 12, tzinfo=UTC).timestamp()
        ticks = cron_string_iterator(noon, str(refresh.cron_schedule), refresh.execution_timezone)
        following = datetime.fromtimestamp(next(ticks).timestamp(), UTC)
        assert (following.hour, following.minute, following.weekday()) == (hour, 30, 0)


def test_when_they_run_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLA_REPORT_SCHEDULE", "0 8 27 5 *")
    monkeypatch.setenv("CLA_LOOK_EVERY_SECONDS", "60")
    settings = Settings.from_environment()
    assert {one.name: one.cron_schedule for one in build_schedules(settings)}["report_day"] == "0 8 27 5 *"
    assert build_sensors(settings)[0].minimum_interval_seconds == 60
    monkeypatch.setenv("CLA_BUILD_SCHEDULE", "every morning")
    with pytest.raises(UserError, match="CLA_BUILD_SCHEDULE should be a time as cron writes it"):
        build_schedules(Settings.from_environment())


def test_the_newest_release_is_this_years_or_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"2025"}

    def fetch(settings: Settings, release: str, **_: Any) -> Fetched:
        if release not in there:
            raise NotReleasedError("not there")
        return Fetched(tmp_path, {}, is_new=True)

    monkeypatch.setattr("orchestration.fetch_dfe.fetch_release", fetch)
    for year, expected in ((2025, "2025"), (2026, "2025"), (2027, None)):
        found = fetch_newest_release(Settings(tmp_path), year)
        assert (found and found[0]) == expected


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def fetched(instance: DagsterInstance, settings: Settings) -> tuple[DagsterRunStatus, list[str]]:
    defs = Definitions(
        jobs=[build_release_job(settings)], resources=build_resources(settings), executor=in_process_executor
    )
    runs.execute(instance, defs.resolve_job_def(schedules.RELEASE_JOB))
    (run,) = instance.get_runs(limit=1)
    return run.status, [entry.user_message for entry in instance.all_logs(run.run_id)]


@pytest.mark.parametrize(("failures", "status"), [(2, "SUCCESS"), (9, "FAILURE")])
def test_the_network_is_tried_again_and_not_for_ever(
    tmp_path: Path, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch, failures: int, status: str
) -> None:
    monkeypatch.setattr(schedules, "NETWORK_SECONDS", 0)
    asked: list[int] = []

    def fetch(settings: Settings, year: int) -> tuple[str, Fetched]:
        asked.append(year)
        if len(asked) <= failures:
            raise UnreachableError("DfE's statistics service cannot be reached from here")
        return "2024", Fetched(tmp_path, {"national.csv": "0"}, is_new=True)

    monkeypatch.setattr(schedules, "fetch_newest_release", fetch)
    ended, told = fetched(instance, Settings(tmp_path))
    assert ended.value == status
    assert len(asked) == min(failures, retries.TIMES) + 1
    assert ("Release 2024 is new: 1 files." in told) == (status == "SUCCESS")


def test_what_somebody_else_put_there_is_not_tried_again(
    tmp_path: Path, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def fetch(settings: Settings, year: int) -> None:
        asked.append(year)
        raise UserError("The folder already holds files.")

    monkeypatch.setattr(schedules, "fetch_newest_release", fetch)
    assert fetched(instance, Settings(tmp_path))[0] == DagsterRunStatus.FAILURE
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("platform", "error", "expected"),
    [
        ("win32", PermissionError(13, "Permission denied", "episodes.csv"), RetryRequested),
        ("win32", ValueError("Jane Example"), UnexpectedError),
        ("linux", PermissionError(13, "Permission denied", "episodes.csv"), UnexpectedError),
    ],
)
def test_a_locked_file_is_tried_again_where_there_are_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, error: Exception, expected: type[Exception]
) -> None:
    with (
        pytest.raises(expected) as raised,
        retries.tried_again_where_locked(),
        details_kept_private("reading", tmp_path / "faults"),
    ):
        monkeypatch.setattr(retries.sys, "platform", platform)
        raise error
    assert "Jane" not in f"{raised.value}{raised.value.__cause__}"
