"""The dbt project as Dagster assets: every seed and model an asset, every data test a check, one dbt run for all."""

import json
from collections.abc import Generator, Iterator, Mapping
from functools import cached_property
from typing import Any, cast

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    Failure,
    MaterializeResult,
    TableColumnDep,
    TableColumnLineage,
)
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from orchestration import progress
from orchestration.filesystem import remove_folder, write_private_text
from orchestration.private_errors import details_kept_private, sentence_of
from orchestration.settings import Settings
from orchestration.transform.column_lineage import Lineage, read_column_lineage
from orchestration.transform.dbt import DbtResult, NodeResult, running_dbt
from orchestration.transform.manifest import lend_parse_result

OWNER = "team:children-in-care-data"
STAGE = "Building and testing the tables"
_UNIQUE_ID = "dagster_dbt/unique_id"
PUBLIC = "public"
"""The tag of the models that make the public variant. They are built and tested by themselves, after all others: a
small number that is not hidden stops what the public sees, and not what the authority's own staff see."""
_OF_CODE = "of_seeds"
"""The tag of tests over what ships with the code; like unit tests, they run with the tests of the code."""


class FolderTranslator(DagsterDbtTranslator):
    """Groups assets by the folder their model lies in, and hangs every dbt test on a table."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the layer (staging, intermediate, seeds) or, within the marts, the part of them."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        _, layer, *inner = dbt_resource_props["fqn"]
        return str(inner[0] if layer == "marts" and len(inner) > 1 else layer)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Return the one team that looks after the warehouse; an authority that forks it puts its own here."""
        return [OWNER]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return dbt's own description, without the SQL that would be appended: the repository has it."""
        return str(dbt_resource_props["description"])

    def get_asset_check_spec(
        self, asset_spec: AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> AssetCheckSpec | None:
        """Describe a test in its own words; a singular test over several tables belongs to the last one it names."""
        test = manifest["nodes"][unique_id]
        if _OF_CODE in test["config"]["tags"]:
            return None
        parents = [parent for parent in test["depends_on"]["nodes"] if parent in manifest["nodes"]]
        parents = [parent for parent in parents if is_public(manifest["nodes"][parent])] or parents
        attached = test.get("attached_node") or (parents[-1] if parents else None)
        if attached is None or self.get_asset_spec(manifest, attached, project).key != asset_spec.key:
            return None
        parents = [parent for parent in test["depends_on"]["nodes"] if parent in manifest["nodes"]]
        others = {self.get_asset_spec(manifest, parent, project).key for parent in parents} - {asset_spec.key}
        return AssetCheckSpec(
            name=test["name"],
            asset=asset_spec.key,
            description=test["description"] or in_plain_words(test["name"]),
            additional_deps=sorted(others),
            blocking=test["config"]["severity"].lower() == "error",
            metadata={_UNIQUE_ID: unique_id},
        )


def build_transform_assets(settings: Settings, manifest: Mapping[str, Any]) -> AssetsDefinition:
    """Make the assets of the dbt project from the content of its manifest, those of the public variant aside."""

    @dbt_assets(
        manifest=manifest,
        name="dbt",
        exclude=f"tag:{PUBLIC}",
        dagster_dbt_translator=FolderTranslator(),
        required_resource_keys={"one_build"},
    )
    def dbt(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        with details_kept_private("building the tables", settings.faults):
            settings.nothing_is_whole()
            lend_parse_result(settings)
            if settings.engine == "duckdb" and settings.spark_tables.exists() and not context.is_subset:
                # The file holds views of what Spark built, which would be left behind with children's data in it.
                settings.warehouse.unlink(missing_ok=True)
                remove_folder(settings.spark_tables)
        yield from _build(settings, manifest, Selection(context, manifest, read_column_lineage(settings)))
        if not context.is_subset:
            write_private_text(settings.warehouse_is_whole, context.run.run_id)

    return dbt


def build_public_assets(settings: Settings, manifest: Mapping[str, Any]) -> AssetsDefinition:
    """Make the assets of the public variant from the content of dbt's manifest."""

    @dbt_assets(
        manifest=manifest,
        name="dbt_public",
        select=f"tag:{PUBLIC}",
        dagster_dbt_translator=FolderTranslator(),
        required_resource_keys={"one_build"},
    )
    def dbt_public(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        with details_kept_private("building the public tables", settings.faults):
            settings.public_is_whole.unlink(missing_ok=True)
        yield from _build(
            settings, manifest, Selection(context, manifest, read_column_lineage(settings), is_of_public=True)
        )
        if not context.is_subset:
            write_private_text(settings.public_is_whole, context.run.run_id)

    return dbt_public


def _parents(node: Mapping[str, Any]) -> list[str]:
    """Return what a node is made from; a seed is made from nothing."""
    return list(node.get("depends_on", {}).get("nodes", []))


def is_public(node: Mapping[str, Any]) -> bool:
    """Say whether a node of dbt's manifest makes the public variant."""
    return PUBLIC in node["config"]["tags"]


def _build(
    settings: Settings, manifest: Mapping[str, Any], selection: "Selection"
) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
    """Run dbt, tell Dagster meanwhile how each table and test ended, and raise what went wrong."""
    progress.report(STAGE, 0, selection.size)
    result = yield from _events(settings, selection)
    if not result.succeeded:
        raise failure(result, manifest, settings, "Nothing public was published: " if selection.is_of_public else "")


def _events(
    settings: Settings, selection: "Selection"
) -> Generator[MaterializeResult[Any] | AssetCheckResult, None, DbtResult]:
    running = running_dbt(settings, ["build", "--full-refresh", *selection.arguments])
    done = 0
    while True:
        with details_kept_private("building the tables", settings.faults):
            try:
                node = next(running)
            except StopIteration as over:
                return cast("DbtResult", over.value)
        done += 1
        progress.report(STAGE, done, max(done, selection.size))
        yield from selection.events(node)


class Selection:
    """What a run asks of dbt, and how dbt's answers become Dagster's events."""

    def __init__(
        self,
        context: AssetExecutionContext,
        manifest: Mapping[str, Any],
        lineage: Lineage,
        *,
        is_of_public: bool = False,
    ) -> None:
        self.context = context
        self.is_of_public = is_of_public
        self.manifest = manifest
        self.lineage = lineage
        definition = context.assets_def
        self.assets: dict[str, AssetKey] = {
            definition.specs_by_key[key].metadata[_UNIQUE_ID]: key for key in context.selected_asset_keys
        }
        self.checks: dict[str, AssetCheckSpec] = {
            spec.metadata[_UNIQUE_ID]: spec
            for spec in definition.check_specs
            if spec.key in context.selected_asset_check_keys
        }

    @property
    def arguments(self) -> list[str]:
        """Return dbt's arguments: everything but what tests the code and not the data."""
        arguments = ["--exclude-resource-type", "unit_test", "--exclude", f"tag:{_OF_CODE}"]
        if not self.is_of_public:
            # Their tests go with them, whatever else these look at.
            arguments += [f"tag:{PUBLIC}"]
        if self.context.is_subset:
            chosen = [".".join(self.manifest["nodes"][unique_id]["fqn"]) for unique_id in self._unique_ids]
            arguments += ["--indirect-selection", "cautious", "--select", *(f"fqn:{fqn}" for fqn in chosen)]
        elif self.is_of_public:
            arguments += ["--select", f"tag:{PUBLIC}"]
        return arguments

    @cached_property
    def _unique_ids(self) -> list[str]:
        return sorted({*self.assets, *self.checks})

    @property
    def size(self) -> int:
        """Return how many nodes dbt is going to report; a whole build also has tests of macros, which no table owns."""
        if self.context.is_subset or self.is_of_public:
            return len(self._unique_ids)
        nodes = self.manifest["nodes"]
        return sum(
            _OF_CODE not in node["config"]["tags"]
            and not any(is_public(nodes[one]) for one in [unique_id, *_parents(node)] if one in nodes)
            for unique_id, node in nodes.items()
        )

    def events(self, node: NodeResult) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        """Return what Dagster records: a table that was built, or how a test ended."""
        if node.unique_id in self.assets and node.succeeded:
            rows = {} if node.rows is None else {"dagster/row_count": node.rows}
            yield MaterializeResult(
                asset_key=self.assets[node.unique_id],
                metadata={"seconds": node.seconds, **rows, **self._column_lineage(node.unique_id)},
            )
        elif node.unique_id in self.checks and node.status != "skipped":
            check = self.checks[node.unique_id]
            yield AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=node.succeeded,
                severity=AssetCheckSeverity.WARN if node.status == "warn" else AssetCheckSeverity.ERROR,
                metadata={"seconds": node.seconds, "failing_rows": node.failures},
            )

    def _column_lineage(self, unique_id: str) -> dict[str, TableColumnLineage]:
        translator, nodes = FolderTranslator(), self.manifest["nodes"]
        columns = {
            column: [
                TableColumnDep(asset_key=translator.get_asset_key(nodes[table]), column_name=name)
                for table, name in made_from
                if table in nodes
            ]
            for column, made_from in self.lineage.get(unique_id, {}).items()
        }
        return {"dagster/column_lineage": TableColumnLineage(columns)} if columns else {}


def failure(result: DbtResult, manifest: Mapping[str, Any], settings: Settings, consequence: str = "") -> Failure:
    """Return what went wrong in plain words: tables that broke and checks that did not hold, nothing of their data."""
    broken = sorted(node.name for node in result.failed if node.resource_type != "test")
    unproved = sorted(_described(node, manifest) for node in result.failed if node.resource_type == "test")
    refused = sentence_of(result.refused, settings.data_dir)
    said = (
        [refused.rstrip(".")]
        if refused
        else [
            *([f"{_number(broken, 'table')} could not be built: {'; '.join(broken)}"] if broken else []),
            *([f"{_number(unproved, 'check')} did not hold: {'; '.join(unproved)}"] if unproved else []),
        ]
    )
    return Failure(
        consequence + (". ".join(said) or f"dbt ended before it built anything; {settings.dbt_logs} says why"),
        metadata={"tables": json.dumps(broken), "checks": json.dumps(unproved)},
        allow_retries=False,
    )


def in_plain_words(name: str) -> str:
    """Return the name of a test as a person reads it: assert_parts_sum_to_whole becomes 'parts sum to whole'."""
    return name.removeprefix("assert_").replace("_", " ")


def _described(node: NodeResult, manifest: Mapping[str, Any]) -> str:
    description = manifest["nodes"].get(node.unique_id, {}).get("description", "")
    said = " ".join(description.split()).rstrip(".") or in_plain_words(node.name)
    return f"{said} ({node.failures:,} rows)" if node.failures else said


def _number(names: list[str], noun: str) -> str:
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'}"
