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
from orchestration.private_errors import details_kept_private
from orchestration.publish.publication import INTERNAL, PUBLIC, Variant
from orchestration.reports.write import Written, write_reports_of_a_run
from orchestration.settings import Settings
from orchestration.site.builder import build_site
from orchestration.transform.assets import OWNER

GROUP = "reports"


BOARD_PACK = "board_pack"
DESCRIBED = {
    "annual_report": (
        "The annual report of the IRO service (Word, HTML, Excel), of the latest year, beside the {tables}.",
        {"word", "html", "excel"},
    ),
    BOARD_PACK: (
        "One page of headline figures for the corporate parenting board, beside the {tables}.",
        {"html"},
    ),
}


def build_report_assets(settings: Settings, publishing: Iterable[AssetsDefinition]) -> list[AssetsDefinition]:
    """Make the assets of what people read, of the latest year, for each publication that there is."""
    made = {key.path[-1] for assets in publishing for key in assets.keys}
    known = (("", "published tables", INTERNAL), ("public_", "suppressed tables that everyone may see", PUBLIC))
    return [
        _reports(settings, prefix, tables, variant)
        for prefix, tables, variant in known
        if f"{prefix}publication" in made
    ]


def _reports(settings: Settings, prefix: str, tables: str, variant: Variant) -> AssetsDefinition:
    @multi_asset(
        name=f"{prefix}reports",
        specs=[
            AssetSpec(
                f"{prefix}{name}",
                deps=[AssetKey(f"{prefix}publication")],
                group_name=GROUP,
                owners=[OWNER],
                kinds=kinds,
                description=description.format(tables=tables),
            )
            for name, (description, kinds) in DESCRIBED.items()
        ],
        required_resource_keys={"one_build"},
    )
    def reports(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        with details_kept_private("writing the reports", settings.faults):
            stage = f"Writing the {'public ' if variant.is_public else ''}reports"
            written = write_reports_of_a_run(settings, variant, lambda done, total: progress.report(stage, done, total))
            if not written:
                # Drawing one for each authority of England would take an hour; `cla report` writes the one asked for.
                context.log.info("No report was written: the publication has more than one authority.")
        for name in DESCRIBED:
            files = [file for file in written if file.path.name.startswith(BOARD_PACK) == (name == BOARD_PACK)]
            yield MaterializeResult(asset_key=f"{prefix}{name}", metadata=_metadata(files))

    return reports


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
