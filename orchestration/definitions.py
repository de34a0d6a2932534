"""The Dagster code location: everything between the landing zone and a publication."""

import json
from collections.abc import Iterator

from dagster import AssetSelection, Definitions, InitResourceContext, define_asset_job, in_process_executor, resource

from orchestration.build import BUILD_JOB, one_build_at_a_time
from orchestration.ingest.assets import build_ingest_assets
from orchestration.ingest.published.assets import build_published_assets
from orchestration.publish.assets import build_publish_assets
from orchestration.reports.assets import build_report_assets
from orchestration.settings import Settings
from orchestration.transform.assets import build_transform_assets
from orchestration.transform.manifest import prepare_manifest

settings = Settings.from_environment()
manifest = json.loads(prepare_manifest(settings).read_bytes())
transform = build_transform_assets(settings, manifest)
publishing = build_publish_assets(settings, manifest, transform)
reading = build_report_assets(settings, publishing)


@resource(description="Held for the whole run, so that two runs never write the same warehouse.")
def one_build(_: InitResourceContext) -> Iterator[None]:
    """Take the build lock when the run starts and give it back when it ends, however it was started."""
    with one_build_at_a_time(settings):
        yield


defs = Definitions(
    assets=[*build_ingest_assets(settings), *build_published_assets(settings), transform, *publishing, *reading],
    jobs=[define_asset_job(BUILD_JOB, selection=AssetSelection.all(), description="Landing zone to publication.")],
    resources={"one_build": one_build},
    executor=in_process_executor,
)
