"""The reports as a Dagster asset, downstream of the publication that they are read from."""

from collections.abc import Iterable
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, MetadataValue, asset

from orchestration import progress
from orchestration.faults import details_kept_private
from orchestration.publish.publication import DATABASE
from orchestration.reports.figures import authorities_and_years
from orchestration.reports.write import write_reports
from orchestration.settings import Settings
from orchestration.transform.assets import OWNER

GROUP = "reports"
STAGE = "Writing the reports"


PUBLICATIONS = {"publication", "public_publication"}


def build_report_assets(settings: Settings, publishing: Iterable[AssetsDefinition]) -> list[AssetsDefinition]:
    """Make the asset that ends a build: what people read, of the latest year, after the assets that publish."""
    publications = [key for assets in publishing for key in assets.keys if key.path[-1] in PUBLICATIONS]

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"word", "html", "excel"},
        deps=publications,
        required_resource_keys={"one_build"},
        description=(
            "The annual report of the IRO service (Word, HTML, Excel) and the board pack, of the latest year, beside "
            "the published tables and, suppressed, beside the public ones."
        ),
    )
    def annual_report(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with details_kept_private("writing the reports", settings.faults):
            authorities = authorities_and_years(settings.published / DATABASE)
            if len(authorities) != 1:
                # Drawing one for each authority of England would take an hour; `cla report` writes the one asked for.
                context.log.info("No report was written: the publication has more than one authority.")
                return MaterializeResult(metadata={"reports": 0})
            written = write_reports(settings, progress=lambda done, total: progress.report(STAGE, done, total))
        lines = [f"| {file.path.name} | {file.variant} | {file.bytes:,} |" for file in written]
        table = "\n".join(["| file | variant | bytes |", "| --- | --- | ---: |", *lines])
        return MaterializeResult(metadata={"reports": len(written), "files": MetadataValue.md(table)})

    return [annual_report]
