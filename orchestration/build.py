"""One build from the landing zone to a publication, run through Dagster in this process."""

import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import UserError
from orchestration.filesystem import build_lock, private_directory
from orchestration.private_errors import refused_by_the_computer
from orchestration.publish.whole import sweep
from orchestration.quiet import keep_dagster_quiet
from orchestration.settings import Settings
from orchestration.transform.dbt import dbt_kept_ready

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance
    from dagster_shared.error import SerializableErrorInfo

BUILD_JOB = "build"
SWAP = "published_run"
"""The step that ends a build: what readers see is of its run from then on."""
ONLY_FOR_STAFF = "What the staff read is of this build; what the public reads is as it was."

_holding = False


@contextmanager
def one_build_at_a_time(settings: Settings) -> Iterator[None]:
    """Hold the build lock; a block inside a block that this process holds already just runs.

    Whatever a killed process left half done is removed first: nobody else can be writing it.
    """
    global _holding
    if _holding:
        yield
        return
    with build_lock(settings.build_lock):
        _holding = True
        try:
            sweep(settings)
            yield
        finally:
            _holding = False


def is_running(settings: Settings) -> bool:
    """Say whether some process is building at this moment."""
    if not settings.build_lock.exists():
        return False
    try:
        with build_lock(settings.build_lock):
            return False
    except UserError:
        return True
    except OSError:
        return False  # nobody builds where not even the lock can be opened


class BuildFailedError(UserError):
    """A build that did not end in a publication; says what a person should know, sentence by sentence."""

    def __init__(self, said: str, run_id: str = "") -> None:
        super().__init__(said)
        self.run_id = run_id


def run_build(settings: Settings, assets: Sequence[str] | None = None) -> None:
    """Run the build job, or only the named assets, and raise what went wrong in plain words.

    The caller holds the lock. Runs are recorded under `dagster_home`, so the web interface shows them.
    """
    # Before Dagster is imported: dbt is imported meanwhile.
    with dbt_kept_ready(settings), warnings.catch_warnings():
        # Dagster warns of its own beta interfaces, at every start.
        warnings.simplefilter("ignore")
        from dagster import AssetKey

        from orchestration.definitions import defs

        job = defs.resolve_job_def(BUILD_JOB)
        with dagster_instance(settings) as instance:
            end_abandoned_runs(instance)
            # Where its own storage fails Dagster writes what SQLite said to standard error, and raises it as well.
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
                result = job.execute_in_process(
                    instance=instance,
                    raise_on_error=False,
                    asset_selection=[AssetKey(name) for name in assets] if assets else None,
                    # Dagster's console repeats tracebacks; what a person should know is raised below.
                    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                )
    if not result.success:
        failed = [event for event in result.all_events if event.is_step_failure]
        said = said_of_failures(failed, settings.data_dir)
        if said is None:
            raise KeyboardInterrupt
        if any(event.step_key == SWAP for event in result.get_asset_materialization_events()):
            said.append(ONLY_FOR_STAFF)
        raise BuildFailedError(" ".join(said), result.run_id)


def prepare_dagster_home(settings: Settings) -> None:
    """Make the folder that Dagster stores everything in; its configuration is the repository's and names no path."""
    private_directory(settings.dagster_home)
    if not settings.dagster_yaml.is_file():
        raise UserError(f"CLA_DAGSTER_YAML names {settings.dagster_yaml}, which is no file.")
    shutil.copyfile(settings.dagster_yaml, settings.dagster_home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def dagster_instance(settings: Settings) -> "DagsterInstance":
    """Return Dagster's storage under the data folder."""
    from dagster import DagsterInstance

    keep_dagster_quiet()
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


_INTERRUPTIONS = {"DagsterExecutionInterruptedError", "KeyboardInterrupt"}


def said_of_failures(failed: "Sequence[DagsterEvent]", data_dir: Path) -> list[str] | None:
    """Return what the failed steps of a run have to say, a sentence or more each; None where somebody stopped it."""
    if any(_INTERRUPTIONS & {error.cls_name for error in _errors(event)} for event in failed):
        return None
    return [_sentence(event, data_dir) for event in failed]


def _errors(event: "DagsterEvent") -> "Iterator[SerializableErrorInfo]":
    """Return the error that a step failed with and those behind it."""
    error = event.step_failure_data.error
    while error is not None:
        yield error
        error = error.cause


def _sentence(event: "DagsterEvent", data_dir: Path) -> str:
    """Return what a failed step has to say: its own description, or the sentence of the error behind it."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return f"{failure.user_failure_data.description}."
    for error in _errors(event):
        if error.cls_name in ("UserError", "UnexpectedError"):
            return error.message.partition(": ")[2].strip()
        if reason := refused_by_the_computer(error.message, data_dir):
            return reason
    return f"The step {event.step_key} failed unexpectedly; `cla dev` shows its run."
