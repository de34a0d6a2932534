"""The reports and the site as Dagster assets, downstream of the publications that they are read from."""

from collections.abc import Iterable, Iterator
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    MetadataValue,
    asset,
    multi_asset,
)

from orchestration import progress
from orchestration.faults import details_kept_private
from orchestration.publish.publication import DATABASE
from orchestration.reports.figures import authorities_and_years
from orchestration.reports.write import Written, write_reports
from orchestration.settings import Settings
from orchestration.site.build import build_site
from orchestration.transform.assets import OWNER

GROUP = "reports"
STAGE = "Writing the reports"


PUBLICATIONS = {"publication", "public_publication"}
BOARD_PACK = "board_pack"


def build_report_assets(settings: Settings, publishing: Iterable[AssetsDefinition]) -> list[AssetsDefinition]:
    """Make the assets that end a build: what people read, of the latest year, after the assets that publish."""
    publications = [key for assets in publishing for key in assets.keys if key.path[-1] in PUBLICATIONS]
    described = {
        "annual_report": (
            "The annual report of the IRO service (Word, HTML, Excel), of the latest year, beside the published tables "
            "and, suppressed, beside the public ones.",
            {"word", "html", "excel"},
        ),
        BOARD_PACK: (
            "One page of headline figures for the corporate parenting board, beside the annual report.",
            {"html"},
        ),
    }

    @multi_asset(
        name="reports",
        specs=[
            AssetSpec(name, deps=publications, group_name=GROUP, owners=[OWNER], kinds=kinds, description=description)
            for name, (description, kinds) in described.items()
        ],
        required_resource_keys={"one_build"},
    )
    def reports(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        written: list[Written] = []
        with details_kept_private("writing the reports", settings.faults):
            if len(authorities_and_years(settings.published / DATABASE)) == 1:
                written = write_reports(settings, progress=lambda done, total: progress.report(STAGE, done, total))
            else:
                # Drawing one for each authority of England would take an hour; `cla report` writes the one asked for.
                context.log.info("No report was written: the publication has more than one authority.")
        for name in described:
            files = [file for file in written if file.path.name.startswith(BOARD_PACK) == (name == BOARD_PACK)]
            yield MaterializeResult(asset_key=name, metadata=_metadata(files))

    return [reports]


def build_site_assets(settings: Settings) -> list[AssetsDefinition]:
    """Make the asset of the site; a job of its own runs it: it needs Node.js and minutes that no build waits for."""

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"html", "javascript"},
        deps=[AssetKey("public_publication")],
        description="The site of the public figures, of the one authority published: static pages for any web server.",
    )
    def evidence_site(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with details_kept_private("building the site", settings.faults):
            site = build_site(settings, progress=context.log.info)
        return MaterializeResult(
            metadata={"folder": MetadataValue.path(site.folder), "pages": site.pages, "bytes": site.bytes}
        )

    return [evidence_site]


def _metadata(files: list[Written]) -> dict[str, Any]:
    lines = [f"| {file.path.name} | {file.variant} | {file.bytes:,} |" for file in files]
    table = "\n".join(["| file | variant | bytes |", "| --- | --- | ---: |", *lines])
    return {"reports": len(files), "files": MetadataValue.md(table)}
