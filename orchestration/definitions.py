"""The Dagster code location: everything between the landing zone and what people read."""

import json

from dagster import Definitions, in_process_executor

from orchestration.documentation.assets import build_documentation_assets
from orchestration.ingest.assets import build_ingest_assets
from orchestration.ingest.dfe.assets import build_dfe_assets
from orchestration.jobs import build_jobs, build_resources
from orchestration.publish.assets import build_publish_assets, build_swap_asset
from orchestration.quiet import keep_dagster_quiet
from orchestration.reports.assets import build_report_assets, build_site_assets
from orchestration.schedules import build_schedules
from orchestration.sensors import build_sensors
from orchestration.settings import Settings
from orchestration.transform.assets import build_transform_assets
from orchestration.transform.manifest import prepare_manifest
from orchestration.watch import build_notice_sensors, with_freshness

keep_dagster_quiet()  # where Dagster itself loads this, in a process that is not ours
settings = Settings.from_environment()
manifest = json.loads(prepare_manifest(settings).read_bytes())
transform = build_transform_assets(settings, manifest)
publishing = build_publish_assets(settings, manifest, transform)
publishing += build_report_assets(settings, publishing)

defs = Definitions(
    assets=[
        *(*build_ingest_assets(settings), *build_dfe_assets(settings)),
        *with_freshness(settings, [transform, *publishing, build_swap_asset(settings, publishing)]),
        *(*build_documentation_assets(settings, manifest), *build_site_assets(settings)),
    ],
    jobs=build_jobs(settings),
    schedules=build_schedules(settings),
    sensors=[*build_sensors(settings), *build_notice_sensors(settings)],
    resources=build_resources(settings),
    executor=in_process_executor,
)
