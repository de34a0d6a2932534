"""One build from the landing zone to a publication, run through Dagster in this process."""

import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import runs
from orchestration.errors import UserError
from orchestration.filesystem import LockHeldError, build_lock, private_directory
from orchestration.private_errors import refused_by_the_computer
from orchestration.publish.whole import sweep
from orchestration.quiet import keep_dagster_quiet
from orchestration.settings import Settings
from orchestration.transform.dbt import dbt_kept_ready

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance
    from dagster_shared.error import SerializableErrorInfo

BUILD_JOB, REPORT_JOB, DOCUMENTATION_JOB = "build", "report", "documentation"
SITE_JOB, INTERNAL_SITE_JOB = "site", "site_internal"
SITE, INTERNAL_SITE = "evidence_site", "internal_site"
LONGEST_WAIT_SECONDS = 2 * 60 * 60.0
"""How long a run waits for another one, whoever started that; England takes minutes."""
SWAP = "published_run"
"""The step that ends a build: what readers see is of its run from then on."""
ONLY_FOR_STAFF = "What the staff read is of this build; what the public reads is as it was."

_holding = False


@contextmanager
def one_build_at_a_time(
    settings: Settings,
    wait_seconds: float = 0.0,
    say: Callable[[str], object] = lambda sentence: None,
    over: Callable[[], object] = lambda: None,
) -> Iterator[None]:
    """Hold the build lock; a block inside a block that this process holds already just runs.

    Where another process holds it `say` is told what runs, and `over` once it has ended, or `LockHeldError` is raised
    after `wait_seconds`. Whatever a killed process left half done is removed first: nobody else can be writing it.
    """
    global _holding
    if _holding:
        yield
        return
    with ExitStack() as held:
        try:
            held.enter_context(build_lock(settings.build_lock))
        except LockHeldError:
            said = _who_builds(settings)
            if not wait_seconds:
                raise LockHeldError(f"{said}; wait until it has ended (`cla build --wait` does).") from None
            say(f"{said}; this run waits for up to {wait_seconds / 60:,.0f} minutes.")
            try:
                held.enter_context(build_lock(settings.build_lock, wait_seconds))
            except LockHeldError:
                said = _who_builds(settings)
                raise LockHeldError(f"{said}; this run has waited for it in vain.") from None
            over()
        _holding = True
        try:
            sweep(settings)
            yield
        finally:
            _holding = False


def _who_builds(settings: Settings) -> str:
    with dagster_instance(settings) as instance:
        what = runs.what_runs(instance)
    return f"Another build is running in {settings.data_dir}" + (f": {what}" if what else "")


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


@dataclass(frozen=True)
class Made:
    """An asset that a run made, with the files and the counts that are recorded of it."""

    asset: str
    paths: list[Path]
    numbers: dict[str, int]


class BuildFailedError(UserError):
    """A build that did not end in a publication; says what a person should know, sentence by sentence."""

    def __init__(self, said: str, run_id: str = "") -> None:
        super().__init__(said)
        self.run_id = run_id


def run_build(settings: Settings, assets: Sequence[str] | None = None) -> None:
    """Run the build job, or only the named assets, and raise what went wrong in plain words.

    The caller holds the lock.
    """
    run_job(settings, BUILD_JOB, assets)


def run_job(
    settings: Settings, name: str, assets: Sequence[str] | None = None, config: Mapping[str, Any] | None = None
) -> list[Made]:
    """Run a job in this process, raise what went wrong in plain words, and return what it made.

    `config` is that of its steps. The run is recorded under `dagster_home`, so the web interface shows it.
    """
    # Before Dagster is imported: dbt is imported meanwhile.
    with ExitStack() as meanwhile:
        if name == BUILD_JOB:
            meanwhile.enter_context(dbt_kept_ready(settings))
        meanwhile.enter_context(warnings.catch_warnings())
        # Dagster warns of its own beta interfaces, at every start.
        warnings.simplefilter("ignore")
        from dagster import IntMetadataValue, PathMetadataValue

        from orchestration.definitions import defs

        job = defs.resolve_job_def(name)
        with dagster_instance(settings) as instance:
            runs.end_abandoned(instance)
            # Dagster's console repeats tracebacks; what a person should know is raised below.
            run_config = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}, "ops": config or {}}
            # Where its own storage fails Dagster writes what SQLite said to standard error, and raises it as well.
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
                run_id, events = runs.execute(instance, job, assets, run_config)
    if not any(event.is_job_success for event in events):
        said = said_of_failures([event for event in events if event.is_step_failure], settings.data_dir)
        if said is None:
            raise KeyboardInterrupt
        if any(event.is_step_materialization and event.step_key == SWAP for event in events):
            said.append(ONLY_FOR_STAFF)
        raise BuildFailedError(" ".join(said) or f"The job {name} failed; `cla dev` shows its run.", run_id)
    made = [event.step_materialization_data.materialization for event in events if event.is_step_materialization]
    return [
        Made(
            "/".join(one.asset_key.path),
            [Path(value.value) for value in one.metadata.values() if isinstance(value, PathMetadataValue)],
            {name: value.value or 0 for name, value in one.metadata.items() if isinstance(value, IntMetadataValue)},
        )
        for one in made
        if one.asset_key
    ]


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
        if error.cls_name in ("UserError", "UnexpectedError", "LockHeldError", "UnreachableError"):
            return error.message.partition(": ")[2].strip()
        if reason := refused_by_the_computer(error.message, data_dir):
            return reason
    return f"The step {event.step_key} failed unexpectedly; `cla dev` shows its run."
