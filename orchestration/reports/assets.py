"""The reports and the site as Dagster assets, downstream of the publications that they are read from."""

from collections.abc import Iterable, Iterator
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    AssetsDefinition,
    AssetSpec,
    Config,
    JobDefinition,
    MaterializeResult,
    MetadataValue,
    OpExecutionContext,
    asset,
    job,
    multi_asset,
    op,
)

from orchestration import progress
from orchestration.build import INTERNAL_SITE, REPORT_JOB, SITE
from orchestration.private_errors import details_kept_private
from orchestration.publish.publication import INTERNAL, PUBLIC, Variant
from orchestration.reports.write import Written, write_reports, write_reports_of_a_run
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


class Of(Config):
    """Of what a report or the site is: nothing said is the latest year, and the only authority; of a site, all."""

    year: int | None = None
    la_code: str | None = None


class OfReport(Of):
    """Of what a report is, and in which forms."""

    with_pdf: bool = False


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
            yield MaterializeResult(asset_key=f"{prefix}{name}", metadata=_metadata(_files_of(name, written)))

    return reports


def build_report_job(settings: Settings) -> JobDefinition:
    """Make the job that writes the reports of the last publication anew, in between two builds.

    It is no job of assets: a build's reports are of the build's own run, and these of whatever is published.
    """

    @op(required_resource_keys={"one_build"})
    def write_the_reports(context: OpExecutionContext, config: OfReport) -> None:
        with details_kept_private("writing the reports", settings.faults):
            stage = "Writing the reports"
            written = write_reports(
                settings,
                config.year,
                config.la_code,
                lambda done, total: progress.report(stage, done, total),
                with_pdf=config.with_pdf,
            )
        for prefix, variant in (("", "internal"), ("public_", "public")):
            for name in DESCRIBED:
                files = _files_of(name, [file for file in written if file.variant == variant])
                if files:
                    context.log_event(AssetMaterialization(f"{prefix}{name}", metadata=_metadata(files)))

    @job(name=REPORT_JOB, description="The annual report and the board pack of the last publication, written anew.")
    def report() -> None:
        write_the_reports()

    return report


def build_site_assets(settings: Settings) -> list[AssetsDefinition]:
    """Make the assets of the two sites, each with a job of its own: Node.js takes minutes that no build waits for."""
    return [
        _site(
            settings,
            SITE,
            PUBLIC,
            "The site of the public figures, of each authority published: static pages for any web server.",
        ),
        _site(
            settings,
            INTERNAL_SITE,
            INTERNAL,
            "The site of the exact figures for managers, with each officer, the data's quality, what was revised and "
            "how long the work lists are: OFFICIAL-SENSITIVE, in a folder that its owner alone can open.",
        ),
    ]


def _site(settings: Settings, name: str, variant: Variant, description: str) -> AssetsDefinition:
    @asset(
        name=name,
        group_name=GROUP,
        owners=[OWNER],
        kinds={"html", "javascript"},
        deps=[AssetKey("public_publication" if variant.is_public else "publication")],
        description=description,
        required_resource_keys={"run_record"},
    )
    def site(config: Of) -> MaterializeResult[Any]:
        with details_kept_private("building the site", settings.faults):
            finished = build_site(settings, config.la_code, progress.report, variant)
        return MaterializeResult(
            metadata={"folder": MetadataValue.path(finished.folder), "pages": finished.pages, "bytes": finished.bytes}
        )

    return site


def _files_of(name: str, written: list[Written]) -> list[Written]:
    return [file for file in written if file.path.name.startswith(BOARD_PACK) == (name == BOARD_PACK)]


def _metadata(files: list[Written]) -> dict[str, Any]:
    lines = [f"| {file.path.name} | {file.variant} | {file.bytes:,} |" for file in files]
    table = "\n".join(["| file | variant | bytes |", "| --- | --- | ---: |", *lines])
    paths = {file.path.name: MetadataValue.path(file.path) for file in files}
    return {"reports": len(files), "files": MetadataValue.md(table), **paths}
