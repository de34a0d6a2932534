"""The documentation of the tables, as Dagster assets: it changes with the code, so no build waits for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, MaterializeResult, MetadataValue, asset

from orchestration.documentation.dbt_docs import write_dbt_docs
from orchestration.documentation.definitions import PAGE as DEFINITIONS
from orchestration.documentation.definitions import write_definitions
from orchestration.documentation.dictionary import PAGE, write_data_dictionary
from orchestration.publish.publication import INTERNAL, PUBLIC
from orchestration.settings import Settings
from orchestration.transform.assets import OWNER
from orchestration.transform.column_lineage import write_column_lineage

GROUP = "reports"


def build_documentation_assets(settings: Settings, manifest: Mapping[str, Any]) -> list[AssetsDefinition]:
    """Make the assets from the content of dbt's manifest; nothing is upstream of them but the code."""

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"html"},
        required_resource_keys={"run_record"},
        description="Every published table and column in plain words, as one HTML file to read without the internet.",
    )
    def data_dictionary(context: AssetExecutionContext) -> MaterializeResult[Any]:
        return _written(_dictionary(settings, manifest))

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"html", "dbt"},
        required_resource_keys={"run_record"},
        description="dbt's documentation: every model with its code, tests and lineage, as one HTML file without data.",
    )
    def dbt_docs(context: AssetExecutionContext) -> MaterializeResult[Any]:
        return _written(_dbt_docs(settings, manifest))

    @asset(
        group_name=GROUP,
        owners=[OWNER],
        kinds={"json"},
        required_resource_keys={"run_record", "one_build"},
        description="Which columns each column of the last whole build is made from; the next build shows it here.",
    )
    def column_lineage(context: AssetExecutionContext) -> MaterializeResult[Any]:
        found = write_column_lineage(settings, manifest)
        return MaterializeResult(metadata={"tables": len(found), "columns": sum(map(len, found.values()))})

    return [data_dictionary, dbt_docs, column_lineage]


def _dictionary(settings: Settings, manifest: Mapping[str, Any]) -> Path:
    path = settings.docs / PAGE
    write_data_dictionary(manifest, path, (INTERNAL, PUBLIC))
    write_definitions(settings.docs / DEFINITIONS)
    return path


def _dbt_docs(settings: Settings, manifest: Mapping[str, Any]) -> Path:
    path = settings.docs / "dbt" / "index.html"
    write_dbt_docs(settings, manifest, path)
    return path


def _written(path: Path) -> MaterializeResult[Any]:
    return MaterializeResult(metadata={"file": MetadataValue.path(path), "bytes": path.stat().st_size})
