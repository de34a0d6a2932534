"""How runs are recorded: under their job, with their process; which are abandoned; and that two never write at once."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    Definitions,
    RunsFilter,
    in_process_executor,
    job,
    op,
)
from dagster._core.test_utils import create_run_for_test

from orchestration import jobs, progress, runs
from orchestration.build import one_build_at_a_time
from orchestration.filesystem import LockHeldError
from orchestration.jobs import build_resources
from orchestration.settings import Settings

RUN = "3f0c8a52-9d0e-4f57-a5f1-0b6f2f4a7c11"
GONE = "999999999 1"
HOLD = """
import sys, time
from pathlib import Path
from orchestration.filesystem import build_lock
with build_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def held(settings: Settings, seconds: float) -> "subprocess.Popen[str]":
    """Let another process hold the build lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(settings.build_lock), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def writing_job(settings: Settings) -> Any:
    @op(required_resource_keys={"one_build"})
    def write() -> None:
        progress.report("Writing something", 2, 3)
        progress.say("Jane Example.csv is odd.")

    @job
    def build() -> None:
        write()

    defs = Definitions(jobs=[build], resources=build_resources(settings), executor=in_process_executor)
    return defs.resolve_job_def("build")


def logged(instance: DagsterInstance) -> list[str]:
    (run,) = instance.get_runs(limit=1)
    return [entry.user_message for entry in instance.all_logs(run.run_id)]


def test_a_run_of_the_command_line_is_found_under_its_job(tmp_path: Path, instance: DagsterInstance) -> None:
    """The pages ask for the runs of a job by this tag."""
    runs.execute(instance, writing_job(Settings(tmp_path)))
    (run,) = instance.get_runs(
        RunsFilter(job_name="build", tags={".dagster/repository": "__repository__@orchestration.definitions"})
    )
    assert run.status == DagsterRunStatus.SUCCESS
    assert run.tags[runs.STARTED_BY] == "command line"
    assert run.remote_job_origin is not None
    assert run.remote_job_origin.location_name == "orchestration.definitions"


def test_its_log_tells_the_stages_and_no_file(tmp_path: Path, instance: DagsterInstance) -> None:
    runs.execute(instance, writing_job(Settings(tmp_path)))
    told = logged(instance)
    assert "Writing something ..." in told
    assert any(line.startswith("Writing something: 2 of 3, ") for line in told)
    assert not any("Jane" in line for line in told)


def test_a_run_waits_for_the_lock_and_says_so(
    tmp_path: Path, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path)
    with held(settings, 3):
        started = time.monotonic()
        runs.execute(instance, writing_job(settings))
        assert time.monotonic() - started > 1
    (run,) = instance.get_runs()
    assert run.status == DagsterRunStatus.SUCCESS
    assert run.tags[runs.WAITS] == "no"
    assert any(
        "Another build is running" in line and "waits for up to 120 minutes" in line for line in logged(instance)
    )


def test_it_does_not_wait_for_ever(tmp_path: Path, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(tmp_path)
    monkeypatch.setattr(jobs, "LONGEST_WAIT_SECONDS", 1.0)
    with held(settings, 60) as process:
        _, events = runs.execute(instance, writing_job(settings))
        process.kill()
    assert not any(event.event_type == DagsterEventType.RUN_SUCCESS for event in events)
    assert instance.get_runs()[0].status == DagsterRunStatus.FAILURE


def test_the_one_sentence_says_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.build import dagster_instance

    settings = Settings(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", "")
    with dagster_instance(settings) as stored:
        run = create_run_for_test(
            stored,
            job_name="build",
            run_id=RUN,
            tags={"dagster/sensor_name": "landing_zone", runs.STARTED_BY: "another"},
        )
        runs.say_who_runs(stored, RUN)
    with held(settings, 60) as process:
        with pytest.raises(LockHeldError) as said, one_build_at_a_time(settings):
            pass
        process.kill()
    assert f"the job build, started by the sensor landing_zone (run {run.run_id[:8]}); wait" in str(said.value)


@pytest.mark.parametrize(
    ("status", "tags", "seconds", "is_ended"),
    [
        (DagsterRunStatus.STARTED, {runs.PROCESS: f"{GONE} {RUN}"}, 0, True),
        (DagsterRunStatus.NOT_STARTED, {runs.PROCESS: f"{GONE} {RUN}"}, 0, True),
        (DagsterRunStatus.STARTED, {runs.PROCESS: runs.this_process(RUN)}, 10_000, False),
        # Started anew by Dagster, with the tags of the run whose process was killed.
        (DagsterRunStatus.NOT_STARTED, {runs.PROCESS: f"{GONE} another"}, 0, False),
        (DagsterRunStatus.STARTING, {}, 0, False),  # launched a moment ago: it has not said its process
        (DagsterRunStatus.STARTED, {}, runs.LAUNCH_SECONDS, True),
        (DagsterRunStatus.QUEUED, {}, 10_000, False),
    ],
)
def test_a_run_is_ended_where_its_process_is_gone(
    instance: DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
    status: DagsterRunStatus,
    tags: dict[str, str],
    seconds: int,
    is_ended: bool,
) -> None:
    """Traps a waiting or documenting run of the web interface that a build by hand would mark as failed."""
    run = create_run_for_test(
        instance, job_name="build", run_id=RUN, status=status, tags=tags, remote_job_origin=runs.origin("build")
    )
    monkeypatch.setattr(runs, "LAUNCH_SECONDS", runs.LAUNCH_SECONDS - seconds)
    runs.end_abandoned(instance)
    now = instance.get_run_by_id(run.run_id)
    assert now is not None
    assert (now.status == DagsterRunStatus.FAILURE) == is_ended
