"""The sensor on the landing zone, in Dagster's own harness: what is whole starts one run, and nothing starts two."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunRequest, SkipReason, build_sensor_context
from dagster._core.test_utils import create_run_for_test

from orchestration.ingest import taken_in
from orchestration.ingest.dfe.run import ingest_dfe
from orchestration.ingest.run import ingest_all
from orchestration.runs import PROCESS, origin
from orchestration.sensors import LONGEST_COPY_SECONDS, build_sensors
from orchestration.settings import Settings

FIRST = "812/ssda903/2025/2025-04-30"
RUN = "3f0c8a52-9d0e-4f57-a5f1-0b6f2f4a7c11"
EPISODES = "CHILD,DECOM\n1,01/04/2024\n"


class Looks:
    """A sensor and what is kept between its looks."""

    def __init__(self, settings: Settings, instance: DagsterInstance) -> None:
        self.settings, self.instance = settings, instance
        self.cursor: str | None = None

    def look(self) -> Any:
        (sensor,) = build_sensors(self.settings)  # a new one each time: a restart loses nothing
        context = build_sensor_context(instance=self.instance, cursor=self.cursor)
        result = sensor(context)
        self.cursor = context.cursor
        return result

    def skips(self, words: str) -> None:
        result = self.look()
        assert isinstance(result, SkipReason)
        assert words in str(result.skip_message)

    def starts(self) -> str:
        result = self.look()
        assert isinstance(result, RunRequest), result
        assert result.run_key
        return result.run_key

    def put(self, path: str, text: str = EPISODES) -> Path:
        file = self.settings.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def ingest(self) -> None:
        ingest_all(self.settings, settle_seconds=0)
        ingest_dfe(self.settings, settle_seconds=0)


@pytest.fixture
def looks(tmp_path: Path) -> Iterator[Looks]:
    with DagsterInstance.ephemeral() as instance:
        yield Looks(Settings(tmp_path), instance)


def test_nothing_lies_there(looks: Looks) -> None:
    looks.skips("Nothing new")
    looks.settings.landing.mkdir()
    looks.skips("Nothing new")


def test_a_slow_copy_starts_one_run_once_it_is_whole(looks: Looks) -> None:
    for rows in range(1, 4):
        looks.put(f"{FIRST}/episodes.csv", EPISODES * rows)
        looks.skips("changed since the last look")
    key = looks.starts()
    # The same is asked for again, by the same key, until there is a run: Dagster starts one run a key.
    assert looks.starts() == key
    run = create_run_for_test(
        looks.instance, job_name="build", status=DagsterRunStatus.QUEUED, remote_job_origin=origin("build")
    )
    looks.skips("a run is queued or under way")
    looks.instance.report_run_canceled(run)
    looks.ingest()
    looks.skips("Nothing new")


def test_ten_deliveries_at_once_are_one_run(looks: Looks) -> None:
    for day in range(10, 20):
        looks.put(f"812/ssda903/2025/2025-04-{day}/episodes.csv")
    looks.skips("and 7 more")
    key = looks.starts()
    looks.ingest()
    looks.skips("Nothing new")
    looks.put("812/ssda903/2025/2025-04-20/episodes.csv")
    looks.skips("New: 812-ssda903-2025-2025-04-20")
    assert looks.starts() != key


def test_what_lies_there_whole_waits_for_what_is_still_copied_and_not_for_ever(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks.put(f"{FIRST}/episodes.csv")
    looks.skips("changed")
    growing = "812/ssda903/2024/2024-04-30/episodes.csv"
    for rows in range(1, 3):
        looks.put(growing, EPISODES * rows)
        looks.skips("1 changed since the last look")
    looks.put(growing, EPISODES * 3)
    kept = json.loads(str(looks.cursor))
    looks.cursor = json.dumps({**kept, "since": kept["since"] - LONGEST_COPY_SECONDS})
    looks.starts()


@pytest.mark.parametrize("path", ["release_2024/national.csv", "somebody's folder/national.csv", "national.csv"])
def test_published_files_count_too_and_their_folders_are_not_named(looks: Looks, path: str) -> None:
    looks.put(f"published/{path}", "time_period,geographic_level\n202324,National\n")
    looks.skips("New: published/")
    assert "somebody" not in str(looks.cursor)
    looks.starts()
    looks.ingest()
    looks.skips("Nothing new")


def test_what_was_said_of_a_release_counts(looks: Looks) -> None:
    looks.put("published/release_2024/national.csv", "time_period,geographic_level\n202324,National\n")
    looks.ingest()
    looks.put("published/release_2024/release.yaml", "files: {}\n")
    looks.skips("New: published/2024")
    looks.starts()


def test_a_build_by_hand_takes_in_what_the_sensor_saw(looks: Looks) -> None:
    looks.put(f"{FIRST}/episodes.csv")
    looks.skips("changed")
    looks.ingest()
    looks.skips("Nothing new")


def test_what_is_kept_names_no_file_and_no_content(looks: Looks) -> None:
    looks.put(f"{FIRST}/Jane Example.csv", "CHILD\nJane Example\n")
    looks.skips("changed")
    assert "Jane" not in str(looks.cursor)
    looks.ingest()
    assert "Jane" not in json.dumps(taken_in.read(looks.settings.raw))


def test_a_mapping_that_changes_is_new(looks: Looks) -> None:
    looks.put(f"{FIRST}/episodes.csv")
    looks.ingest()
    looks.put("812/ssda903/mapping.yaml", "tables: {}\n")
    looks.skips("New: 812-ssda903-2025-2025-04-30")
    looks.starts()


def test_deliveries_too_old_to_be_kept_are_not_new_for_ever(looks: Looks) -> None:
    looks.put("812/ssda903/2015/2015-04-30/episodes.csv")
    looks.put(f"{FIRST}/episodes.csv")
    (looks.settings.decisions).mkdir()
    (looks.settings.decisions / "retention.json").write_text(json.dumps({"keep_from": 2020}))
    looks.ingest()
    looks.skips("Nothing new")


def test_a_run_that_ended_before_it_read_anything_is_not_repeated_without_end(looks: Looks) -> None:
    looks.put(f"{FIRST}/episodes.csv")
    looks.skips("changed")
    key = looks.starts()
    create_run_for_test(
        looks.instance, job_name="build", status=DagsterRunStatus.FAILURE, tags={"dagster/run_key": key}
    )
    looks.skips("by hand once its cause is gone")


def test_an_abandoned_run_does_not_keep_it_waiting(looks: Looks) -> None:
    looks.put(f"{FIRST}/episodes.csv")
    looks.skips("changed")
    create_run_for_test(
        looks.instance,
        job_name="build",
        status=DagsterRunStatus.STARTED,
        tags={PROCESS: f"999999999 1 {RUN}"},
        run_id=RUN,
    )
    looks.starts()


def test_a_cursor_that_cannot_be_read_is_forgotten(looks: Looks) -> None:
    looks.put(f"{FIRST}/episodes.csv")
    looks.cursor = "[1, 2"
    looks.skips("changed")
    looks.starts()


def test_a_record_that_cannot_be_read_asks_for_one_build(looks: Looks) -> None:
    looks.put(f"{FIRST}/episodes.csv")
    looks.ingest()
    (looks.settings.raw / "taken_in.json").write_text("{")
    looks.skips("changed")
    looks.starts()
    looks.ingest()
    looks.skips("Nothing new")
