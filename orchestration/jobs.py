"""The jobs of the code location, and what each run of them holds while it lasts."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from dagster import AssetKey, AssetSelection, InitResourceContext, define_asset_job, resource

from orchestration import progress, runs
from orchestration.build import (
    BUILD_JOB,
    DOCUMENTATION_JOB,
    INTERNAL_SITE,
    INTERNAL_SITE_JOB,
    LONGEST_WAIT_SECONDS,
    SITE,
    SITE_JOB,
    one_build_at_a_time,
)
from orchestration.ingest.assets import DELIVERY
from orchestration.reports.assets import build_report_job
from orchestration.schedules import build_release_job
from orchestration.settings import Settings
from orchestration.status import under_way

APART = {
    "read_again": ([DELIVERY], "Reads the chosen deliveries again; the next build makes the tables from them."),
    DOCUMENTATION_JOB: (
        [AssetKey(["data_dictionary"]), AssetKey(["dbt_docs"]), AssetKey(["column_lineage"])],
        "What every table and column means, and what each column is made from.",
    ),
    SITE_JOB: ([AssetKey(SITE)], "The site of the public figures; it needs Node.js and minutes."),
    INTERNAL_SITE_JOB: (
        [AssetKey(INTERNAL_SITE)],
        "The site of the exact figures, for the authority's own staff; it needs Node.js and minutes.",
    ),
}
"""The jobs that no build waits for, by name: what they make, and a description."""


def build_jobs(settings: Settings) -> list[Any]:
    """Make the jobs apart, the build of all other assets, and what writes and fetches beside it."""
    others = [key for keys, _ in APART.values() for key in keys]
    return [
        define_asset_job(
            BUILD_JOB,
            selection=AssetSelection.all() - AssetSelection.assets(*others),
            description="Landing zone to publication.",
        ),
        *(
            define_asset_job(name, selection=AssetSelection.assets(*keys), description=description)
            for name, (keys, description) in APART.items()
        ),
        build_report_job(settings),
        build_release_job(settings),
    ]


def build_resources(settings: Settings) -> dict[str, Any]:
    """Make what a run holds while it lasts; each asset names the one it needs."""

    @resource(description="Says in the run's log how far it is, and in its tags which process it is in.")
    def run_record(context: InitResourceContext) -> Iterator[None]:
        if context.instance and context.run:
            runs.say_who_runs(context.instance, context.run.run_id)
        with progress.logged(_log(context).info):
            yield

    @resource(
        description="Held for the whole run, so that two runs never write the same warehouse.",
        required_resource_keys={"run_record"},
    )
    def one_build(context: InitResourceContext) -> Iterator[None]:
        def say(sentence: str) -> None:
            waits("yes")
            _log(context).warning(sentence)

        def waits(answer: str) -> None:
            if context.instance and context.run:
                context.instance.add_run_tags(context.run.run_id, {runs.WAITS: answer})

        with (
            one_build_at_a_time(settings, LONGEST_WAIT_SECONDS, say, lambda: waits("no")),
            _marked(settings, context),
        ):
            yield

    return {"run_record": run_record, "one_build": one_build}


def _log(context: InitResourceContext) -> Any:
    assert context.log is not None  # it is None outside a run alone
    return context.log


def _marked(settings: Settings, context: InitResourceContext) -> AbstractContextManager[None]:
    """Mark that a build is under way, so that `cla status` can tell of one that was killed."""
    run = context.run
    return under_way(settings, run.run_id) if run and run.job_name == BUILD_JOB else nullcontext()
