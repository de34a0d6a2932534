"""The parts of a run as Dagster assets, downstream of every table they copy, and the swap that readers see them by."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetsDefinition,
    MaterializeResult,
    MetadataValue,
    asset,
)

from orchestration import ledger, progress, summary
from orchestration.private_errors import details_kept_private
from orchestration.publish import disclosure, whole
from orchestration.publish.publication import PUBLIC, Expected, PublishedTable, write_publication
from orchestration.publish.restricted import write_restricted
from orchestration.publish.work_lists import work_lists
from orchestration.settings import Settings
from orchestration.transform.assets import OWNER, build_public_assets, is_public

GROUP = "publication"
STAGE = "Publishing"
AFTER_ALL_OTHERS = {"dagster/priority": "-1"}
"""Of the steps that could run, Dagster takes those without it first."""


def build_publish_assets(
    settings: Settings, manifest: Mapping[str, Any], transform: AssetsDefinition
) -> list[AssetsDefinition]:
    """Make the assets that end a build, from the content of dbt's manifest and the assets made from it."""

    def tables_in(schema: str) -> list[Any]:
        return [
            spec.key
            for spec in transform.specs
            if manifest["nodes"][spec.metadata["dagster_dbt/unique_id"]]["schema"] == schema
        ]

    # A fork may publish something else.
    tells_of_deliveries = any(node["name"] == "delivery_audit" for node in manifest["nodes"].values())

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"duckdb", "parquet"},
        deps=tables_in("marts"),
        required_resource_keys={"one_build"},
        check_specs=[
            AssetCheckSpec(
                "no_delivery_is_held",
                asset="publication",
                description="No delivery waits for somebody to accept it or to deliver again.",
            )
        ]
        if tells_of_deliveries
        else None,
        description="Every table of `marts`, as DuckDB and Parquet, verified: for the authority's own staff.",
    )
    def publication(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        with details_kept_private("publishing", settings.faults):
            expected = Expected.from_manifest(manifest)
            finished = write_publication(
                settings, whole.begin(settings), expected, lambda done, total: progress.report(STAGE, done, total)
            )
        yield MaterializeResult(
            metadata={
                "run_id": finished.run_id,
                "bytes": finished.bytes,
                "rows": sum(table.rows for table in finished.tables),
                "tables": _sizes(finished.tables),
            }
        )
        if tells_of_deliveries:
            yield _held(finished.folder)

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"parquet", "excel"},
        deps=[publication, *tables_in("restricted")],
        required_resource_keys={"one_build"},
        description="Work lists and rejected rows with the authority's own child ids, as Parquet and Excel.",
    )
    def restricted_outputs(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with details_kept_private("writing the restricted outputs", settings.faults):
            progress.report("Writing the restricted outputs")
            aside = whole.needed(settings)
            synthetic = bool(whole.read(aside.part(whole.PUBLISHED))["is_synthetic"])
            tables = write_restricted(settings, aside, work_lists(manifest), synthetic=synthetic)
        return MaterializeResult(metadata={"rows": sum(table.rows for table in tables), "tables": _sizes(tables)})

    if not any(is_public(node) for node in manifest["nodes"].values()):
        return [publication, restricted_outputs]
    public_tables = build_public_assets(settings, manifest)
    return [publication, restricted_outputs, public_tables, _public_publication(settings, manifest, public_tables)]


def build_swap_asset(settings: Settings, ended_by: Iterable[AssetsDefinition]) -> AssetsDefinition:
    """Make the asset that ends a build, after the assets that write the parts of a run.

    It waits for what the staff read, and not for what the public reads, which may fail without keeping the staff's
    figures back. It takes along whatever of that is whole, so it runs when nothing else can.
    """
    keys = [key for assets in ended_by for key in assets.keys]
    for_staff = [key for key in keys if len(key.path) == 1 and not key.path[0].startswith("public_")]

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"duckdb", "parquet"},
        deps=for_staff,
        op_tags=AFTER_ALL_OTHERS,
        required_resource_keys={"one_build"},
        description=(
            "What readers see: all parts of one run with their reports, swapped in together. Where the public part is "
            "not whole, that of the run before stays, and the manifest for the staff says so."
        ),
    )
    def published_run(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with details_kept_private("publishing", settings.faults):
            progress.report("Swapping in")
            swapped = whole.swap_in(settings, with_reports=any(key.path[-1] == "annual_report" for key in keys))
            is_built_now = settings.warehouse_is_whole.read_text(encoding="utf-8") == context.run.run_id
            facts: dict[str, Any] = {
                "run": swapped.run_id,
                "public": swapped.public_run_id or "none",
                "deliveries": swapped.deliveries,
                **({"as_known_at": settings.as_known_at} if settings.as_known_at else {}),
            }
            ledger.record(settings, "built" if is_built_now else "published again", **facts)
        return MaterializeResult(metadata=facts)

    return published_run


def _held(publication: Path) -> AssetCheckResult:
    """Tell of the deliveries that are held, each with its reason; no value of a record is in it."""
    with summary.opened(publication) as connection:
        found = summary.held_deliveries(connection)
        accepted = connection.execute(
            "select distinct delivery_id, accepted_by, accepted_on from marts.delivery_audit "
            "where accepted_on is not null order by all"
        ).fetchall()
    held = [one for one in found if one.status == "held"]
    lines = [f"- **{one.delivery_id}** ({one.la_name}), {one.status}: {one.because}" for one in found]
    lines += [f"- **{delivery_id}** was accepted by {by} on {day}" for delivery_id, by, day in accepted]
    return AssetCheckResult(
        check_name="no_delivery_is_held",
        asset_key="publication",
        passed=not held,
        severity=AssetCheckSeverity.WARN,
        metadata={
            "held": len(held),
            "not_used": len(found) - len(held),
            "accepted": len(accepted),
            "deliveries": MetadataValue.md("\n".join(lines) or "none"),
        },
    )


def _public_publication(
    settings: Settings, manifest: Mapping[str, Any], public_tables: AssetsDefinition
) -> AssetsDefinition:
    """Make the asset that publishes the public variant, after the internal publication."""

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"duckdb", "parquet"},
        deps=["publication", *(spec.key for spec in public_tables.specs if spec.key.path[0] == PUBLIC.schema)],
        required_resource_keys={"one_build"},
        description=(
            "The suppressed tables that everyone may see, as DuckDB and Parquet, attacked before they are written, "
            "and verified."
        ),
    )
    def public_publication(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with details_kept_private("publishing for the public", settings.faults):
            progress.report("Attacking the public figures")
            hidden = disclosure.check(settings)
            expected = Expected.from_manifest(manifest, PUBLIC)
            finished = write_publication(
                settings,
                whole.needed(settings),
                expected,
                lambda done, total: progress.report("Publishing for the public", done, total),
                PUBLIC,
            )
        return MaterializeResult(
            metadata={
                "run_id": finished.run_id,
                "bytes": finished.bytes,
                "figures_hidden": hidden,
                "tables": _sizes(finished.tables),
            }
        )

    return public_publication


def _sizes(tables: list[PublishedTable]) -> MetadataValue:
    lines = [f"| {table.name} | {table.rows:,} | {table.parquet_bytes:,} |" for table in tables]
    return MetadataValue.md("\n".join(["| table | rows | Parquet bytes |", "| --- | ---: | ---: |", *lines]))
