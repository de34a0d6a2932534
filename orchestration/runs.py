"""How a run is recorded, whoever starts it: under its job in the web interface, and with the process that it is in.

Dagster itself records neither for a run of the command line. Its pages list the runs that bear the name of their code
location, and its default launcher cannot tell whether the process of a run is alive.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psutil

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance, JobDefinition
    from dagster._core.remote_origin import RemoteJobOrigin
    from dagster._core.storage.dagster_run import RunRecord

CODE_LOCATION = "orchestration.definitions"
"""What `dagster dev -m` calls the module of that name. A workspace file has to call it so too."""
PROCESS = ".dagster/cla_process"
"""The tag of the process that a run is in: its number, when it began, as a number is given out again, and the run, as a
run that is started anew takes over the tags of the one before. What begins with .dagster is kept off the pages."""
STARTED_BY = "cla/started_by"
WAITS = ".dagster/cla_waits_for_the_lock"
COMMAND_LINE = "command line"
ASKED_FOR = {"dagster/max_retries": "2", "dagster/retry_strategy": "ALL_STEPS"}
"""The tags of a run that no person watches: where its process is killed, another one takes its place. What failed for a
reason fails again, so dagster.yaml keeps that from being repeated."""
LAUNCH_SECONDS = 180
"""How long a run may take from its launch until its process says which it is."""
LOCAL = ZoneInfo("Europe/London")


def execute(
    instance: "DagsterInstance",
    job: "JobDefinition",
    assets: Sequence[str] | None = None,
    run_config: Mapping[str, Any] | None = None,
) -> "tuple[str, list[DagsterEvent]]":
    """Run a job, or only the named assets of it, in this process; return the run's id and what happened, errors too.

    It is what `execute_in_process` does, but that records no code location.
    """
    from dagster import AssetKey
    from dagster._core.definitions.job_base import InMemoryJob
    from dagster._core.execution.api import execute_run_iterator
    from dagster._core.utils import make_new_run_id

    run_id = make_new_run_id()
    run = instance.create_run_for_job(
        job,
        run_id=run_id,
        run_config=run_config,
        tags={**job.run_tags, PROCESS: this_process(run_id), STARTED_BY: COMMAND_LINE},
        asset_selection=frozenset(AssetKey(name) for name in assets) if assets else None,
        remote_job_origin=origin(job.name),
    )
    return run_id, list(execute_run_iterator(InMemoryJob(job), run, instance))


def origin(job_name: str) -> "RemoteJobOrigin":
    """Return where a job is defined, as the web interface has it."""
    from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
    from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

    location = RegisteredCodeLocationOrigin(CODE_LOCATION)
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME), job_name)


def this_process(run_id: str) -> str:
    """Return this process as the tag of a run has it."""
    return f"{os.getpid()} {psutil.Process().create_time():.0f} {run_id}"


def say_who_runs(instance: "DagsterInstance", run_id: str) -> None:
    """Tag a run that this process has begun, and that was launched from elsewhere."""
    run = instance.get_run_by_id(run_id)
    if run and run.tags.get(PROCESS) != this_process(run_id):
        instance.add_run_tags(run_id, {PROCESS: this_process(run_id), STARTED_BY: _starter(run.tags), WAITS: "no"})


def end_abandoned(instance: "DagsterInstance") -> None:
    """Mark runs as failed whose process is gone.

    A killed run would count as running for ever, and the web interface's queue, which lets one run at a time, would
    never start another.
    """
    for record in _under_way(instance):
        if not _is_alive(record):
            instance.report_run_failed(
                record.dagster_run, "The process of this run ended without a word; it was probably killed."
            )


def what_runs(instance: "DagsterInstance") -> str | None:
    """Say which run is under way, in words that end a sentence; None where Dagster knows of none."""
    for record in _under_way(instance):
        run = record.dagster_run
        if run.tags.get(WAITS) != "yes" and _is_alive(record):
            since = datetime.fromtimestamp(record.start_time, LOCAL) if record.start_time else None
            begun = f" since {since:%H:%M}" if since else ""
            by = f", started by the {run.tags[STARTED_BY]}" if STARTED_BY in run.tags else ""
            return f"the job {run.job_name}{begun}{by} (run {run.run_id[:8]})"
    return None


def unfinished(instance: "DagsterInstance") -> int:
    """Return how many runs are queued or under way."""
    from dagster import RunsFilter
    from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

    return instance.get_runs_count(RunsFilter(statuses=list(NOT_FINISHED_STATUSES)))


def _starter(tags: Mapping[str, str]) -> str:
    for kind in ("sensor", "schedule"):
        if name := tags.get(f"dagster/{kind}_name"):
            return f"{kind} {name}"
    return "web interface"


def _under_way(instance: "DagsterInstance") -> "Sequence[RunRecord]":
    from dagster import DagsterRunStatus, RunsFilter

    # Not started are those of a command line that was killed in the instant before.
    statuses = [
        DagsterRunStatus.NOT_STARTED,
        DagsterRunStatus.STARTING,
        DagsterRunStatus.STARTED,
        DagsterRunStatus.CANCELING,
    ]
    return instance.get_run_records(RunsFilter(statuses=statuses))


def _is_alive(record: "RunRecord") -> bool:
    """Say whether the process of a run lives; one that was launched a moment ago has not said yet which it is."""
    number, began, of_run = (record.dagster_run.tags.get(PROCESS) or "0 0 -").split()
    if of_run != record.dagster_run.run_id:
        return (datetime.now(UTC) - record.update_timestamp).total_seconds() < LAUNCH_SECONDS
    try:
        return abs(psutil.Process(int(number)).create_time() - float(began)) < 2
    except psutil.Error:
        return False
