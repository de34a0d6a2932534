"""The jobs of the code location, and the lock that each run of them holds."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from dagster import AssetsDefinition, AssetSelection, InitResourceContext, define_asset_job, resource

from orchestration.build import BUILD_JOB, one_build_at_a_time
from orchestration.settings import Settings
from orchestration.status import under_way


def build_jobs(apart: Mapping[str, Sequence[AssetsDefinition]]) -> list[Any]:
    """Make a job for each set of assets that no build waits for, by its name, and the build of all others."""
    nobody_waits_for = AssetSelection.assets(*(one for assets in apart.values() for one in assets))
    selection = AssetSelection.all() - nobody_waits_for
    return [
        define_asset_job(BUILD_JOB, selection=selection, description="Landing zone to publication."),
        *(define_asset_job(name, selection=AssetSelection.assets(*assets)) for name, assets in apart.items()),
    ]


def build_lock_resource(settings: Settings) -> Any:
    """Make the resource that holds the build lock while a run lasts, so that two never write the same warehouse."""

    @resource(description="Held for the whole run, so that two runs never write the same warehouse.")
    def one_build(context: InitResourceContext) -> Iterator[None]:
        with one_build_at_a_time(settings), _marked(settings, context):
            yield

    return one_build


def _marked(settings: Settings, context: InitResourceContext) -> AbstractContextManager[None]:
    """Mark that a build is under way, so that `cla status` can tell of one that was killed."""
    run = context.run
    return under_way(settings, run.run_id) if run and run.job_name == BUILD_JOB else nullcontext()
