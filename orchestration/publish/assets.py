"""The publications and the restricted outputs as Dagster assets, downstream of every table they copy."""

from collections.abc import Iterator, Mapping
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

from orchestration import progress, summary
from orchestration.faults import details_kept_private
from orchestration.publish import disclosure
from orchestration.publish.publication import PUBLIC, Expected, PublishedTable, publish, read_manifest
from orchestration.publish.restricted import write_restricted
from orchestration.publish.work_lists import work_lists
from orchestration.settings import Settings
from orchestration.transform.assets import OWNER, build_public_assets, is_public

GROUP = "publication"
STAGE = "Publishing"


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
        description="One folder per run with every table of `marts`, as DuckDB and Parquet, verified and swapped in.",
    )
    def publication(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        with details_kept_private("publishing", settings.faults):
            expected = Expected.from_manifest(manifest)
            finished = publish(settings, expected, lambda done, total: progress.report(STAGE, done, total))
        yield MaterializeResult(
            metadata={
                "run_id": finished.run_id,
                "bytes": finished.bytes,
                "rows": sum(table.rows for table in finished.tables),
                "tables": _sizes(finished.tables),
            }
        )
        if tells_of_deliveries:
            yield _held(settings)

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
            published = read_manifest(settings) or {}
            tables = write_restricted(
                settings, published["run_id"], work_lists(manifest), synthetic=bool(published.get("is_synthetic"))
            )
        return MaterializeResult(metadata={"rows": sum(table.rows for table in tables), "tables": _sizes(tables)})

    if not any(is_public(node) for node in manifest["nodes"].values()):
        return [publication, restricted_outputs]
    public_tables = build_public_assets(settings, manifest)
    return [publication, restricted_outputs, public_tables, _public_publication(settings, manifest, public_tables)]


def _held(settings: Settings) -> AssetCheckResult:
    """Tell of the deliveries that are held, each with its reason; no value of a record is in it."""
    with summary.published(settings) as connection:
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
            "One folder per run with the suppressed tables that everyone may see, attacked before it is written, "
            "verified and swapped in."
        ),
    )
    def public_publication(context: AssetExecutionContext) -> MaterializeResult[Any]:
        with details_kept_private("publishing for the public", settings.faults):
            progress.report("Attacking the public figures")
            hidden = disclosure.check(settings)
            expected = Expected.from_manifest(manifest, PUBLIC)
            finished = publish(
                settings,
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
