"""What starts at a given time, in the time of London; each is off until somebody switches it on."""

from datetime import datetime
from typing import Any

from dagster import (
    DefaultScheduleStatus,
    JobDefinition,
    OpExecutionContext,
    RetryRequested,
    ScheduleDefinition,
    job,
    op,
)
from dagster._utils.schedules import is_valid_cron_string

from orchestration import runs
from orchestration.build import BUILD_JOB, REPORT_JOB
from orchestration.errors import UserError
from orchestration.fetch_dfe import UnreachableError, fetch_newest_release
from orchestration.private_errors import details_kept_private
from orchestration.retries import NETWORK_SECONDS, TIMES
from orchestration.settings import Settings

RELEASE_JOB = "fetch_published"
TIME_ZONE = str(runs.LOCAL)


def build_schedules(settings: Settings) -> list[ScheduleDefinition]:
    """Make the schedules; when they run is a setting of each."""
    known = (
        ("weekday_refresh", BUILD_JOB, settings.build_schedule, "CLA_BUILD_SCHEDULE", "A build, whatever is new."),
        (
            "new_dfe_release",
            RELEASE_JOB,
            settings.release_schedule,
            "CLA_RELEASE_SCHEDULE",
            "Downloads DfE's newest release where it is new. Needs the network.",
        ),
        ("report_day", REPORT_JOB, settings.report_schedule, "CLA_REPORT_SCHEDULE", "The reports, on a given day."),
    )
    return [
        ScheduleDefinition(
            name=name,
            job_name=job_name,
            cron_schedule=_valid(when, variable),
            execution_timezone=TIME_ZONE,
            default_status=DefaultScheduleStatus.STOPPED,
            description=f"{description} {variable} says when.",
            tags=runs.ASKED_FOR,
        )
        for name, job_name, when, variable, description in known
    ]


def build_release_job(settings: Settings) -> JobDefinition:
    """Make the job that asks DfE for a new release; what it downloads is taken in by the next build."""

    @op(required_resource_keys={"run_record"})
    def fetch_the_newest_release(context: OpExecutionContext) -> None:
        try:
            with details_kept_private("downloading a release", settings.faults):
                found = fetch_newest_release(settings, datetime.now(runs.LOCAL).year)
        except UnreachableError as error:
            raise RetryRequested(max_retries=TIMES, seconds_to_wait=NETWORK_SECONDS) from error
        if found is None:
            context.log.info("DfE's service has no release of this year or the last.")
            return
        release, fetched = found
        what = "is new" if fetched.is_new else "has not changed"
        context.log.info(f"Release {release} {what}: {len(fetched.checksums):,} files.")

    @job(name=RELEASE_JOB, description="DfE's newest release, downloaded into the landing zone where it is new.")
    def fetch_published() -> None:
        fetch_the_newest_release()

    return fetch_published


def _valid(when: str, variable: str) -> Any:
    if not is_valid_cron_string(when):
        raise UserError(f"{variable} should be a time as cron writes it, such as '30 6 * * 1-5'.")
    return when
