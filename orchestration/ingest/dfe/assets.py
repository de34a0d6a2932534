"""The published files as Dagster assets, each under its name as a source of dbt."""

from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    multi_asset,
)

from orchestration import progress
from orchestration.ingest.dfe.run import DfeReport, ingest_dfe
from orchestration.private_errors import details_kept_private
from orchestration.retries import tried_again_where_locked
from orchestration.settings import Settings
from orchestration.transform.assets import OWNER

FILES = AssetKey(["dfe", "files"])
_DESCRIPTIONS = {
    "files": "One row per published file that was read.",
    "columns": "One row per column of a published file, in the order of the file.",
    "rows": "One row per row of a published file, with the columns that say of what time and place it is.",
    "cells": "One row per cell of all other columns of a published file, as text.",
}


def build_dfe_assets(settings: Settings) -> list[AssetsDefinition]:
    """Make the assets that fill raw/published from landing/published."""
    specs = [
        AssetSpec(
            AssetKey(["dfe", name]),
            description=text,
            group_name="dfe",
            kinds={"python", "parquet"},
            owners=[OWNER],
        )
        for name, text in _DESCRIPTIONS.items()
    ]

    @multi_asset(
        name="ingest_dfe",
        specs=specs,
        check_specs=[
            AssetCheckSpec(
                "every_published_file_was_read",
                asset=FILES,
                description="Every CSV file in landing/published could be read to its last row.",
            )
        ],
        required_resource_keys={"one_build"},
    )
    def published(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        with tried_again_where_locked(), details_kept_private("reading the published files", settings.faults):
            report = ingest_dfe(settings, progress.report)
        context.log.info(report.summary())
        for spec in specs:
            name = spec.key.path[-1]
            yield MaterializeResult(asset_key=spec.key, metadata={"dagster/row_count": getattr(report, name)})
        yield _check(report)

    return [published]


def _check(report: DfeReport) -> AssetCheckResult:
    # Not their names: Dagster keeps what it is told, and a child's file may have been dropped among them.
    left = len(report.unreadable) + len(report.postponed)
    return AssetCheckResult(
        asset_key=FILES,
        check_name="every_published_file_was_read",
        passed=not left,
        severity=AssetCheckSeverity.WARN,
        metadata={"count": left, "named_in": "marts.published_files"},
    )
