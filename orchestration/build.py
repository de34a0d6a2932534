"""One build from the landing zone to a publication, run through Dagster in this process."""

import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.errors import UserError
from orchestration.filesystem import build_lock, private_directory
from orchestration.settings import REPOSITORY, Settings

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance

BUILD_JOB = "build"

_holding = False


@contextmanager
def one_build_at_a_time(settings: Settings) -> Iterator[None]:
    """Hold the build lock; a block inside a block that this process holds already just runs."""
    global _holding
    if _holding:
        yield
        return
    with build_lock(settings.build_lock):
        _holding = True
        try:
            yield
        finally:
            _holding = False


def is_running(settings: Settings) -> bool:
    """Say whether some process is building at this moment."""
    if not settings.build_lock.exists():
        return False
    try:
        with one_build_at_a_time(settings):
            return False
    except UserError:
        return True


@dataclass
class BuildFailedError(UserError):
    """A build that did not end in a publication: what a person should know, sentence by sentence."""

    sentences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return all of it as one text."""
        return " ".join(self.sentences)


def run_build(settings: Settings, assets: Sequence[str] | None = None) -> None:
    """Run the build job, or only the named assets, and raise what went wrong in plain words.

    The caller holds the lock. Runs are recorded under `dagster_home`, so the web interface shows them.
    """
    with warnings.catch_warnings():
        # Dagster warns of its own beta interfaces, at every start.
        warnings.simplefilter("ignore")
        from dagster import AssetKey

        from orchestration.definitions import defs

        job = defs.resolve_job_def(BUILD_JOB)
        with dagster_instance(settings) as instance:
            end_abandoned_runs(instance)
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                asset_selection=[AssetKey(name) for name in assets] if assets else None,
                # Dagster's console repeats tracebacks; what a person should know is raised below.
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
    if not result.success:
        raise BuildFailedError([sentence for event in result.all_events for sentence in _sentences(event)])


def prepare_dagster_home(settings: Settings) -> None:
    """Make the folder that Dagster stores everything in; its configuration is the repository's and names no path."""
    private_directory(settings.dagster_home)
    shutil.copyfile(REPOSITORY / "dagster.yaml", settings.dagster_home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def dagster_instance(settings: Settings) -> "DagsterInstance":
    """Return Dagster's storage under the data folder."""
    from dagster import DagsterInstance

    prepare_dagster_home(settings)
    return DagsterInstance.get()


def end_abandoned_runs(instance: "DagsterInstance") -> None:
    """Mark runs as failed whose process is gone; the caller holds the build lock, so no run can be alive.

    A killed run would count as running for ever, and the web interface's queue, which lets one run at a time, would
    never start another.
    """
    from dagster import DagsterRunStatus, RunsFilter

    statuses = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    for run in instance.get_runs(RunsFilter(statuses=statuses)):
        instance.report_run_failed(run, "The process of this run ended without a word; it was probably killed.")


def _sentences(event: "DagsterEvent") -> Iterator[str]:
    """Return what a failed step has to say: its own description, or the sentence of the error behind it."""
    if not event.is_step_failure:
        return
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        yield f"{failure.user_failure_data.description}."
        return
    error = failure.error
    while error is not None:
        if error.cls_name in ("UserError", "UnexpectedError"):
            yield error.message.partition(": ")[2].strip()
            return
        error = error.cause
    yield f"The step {event.step_key} failed unexpectedly; `cla dev` shows its run."
