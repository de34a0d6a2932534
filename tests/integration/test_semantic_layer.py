"""The semantic layer asked through MetricFlow on the demo authority: each metric gives its figure of metric_values."""

from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
    PydanticSemanticManifestTransformer,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from orchestration.transform.manifest import prepare_manifest

pytestmark = pytest.mark.slow

BREAKDOWNS = {
    "children_looked_after": "placement_group",
    "reviews_on_time": "review_type",
    "disputes_raised": "dispute_category",
    "care_leavers_in_touch": "care_leaver_age",
}


@pytest.fixture(scope="module")
def semantics(demo: tuple[Settings, str]) -> PydanticSemanticManifest:
    written = prepare_manifest(demo[0]).parent / "semantic_manifest.json"
    return PydanticSemanticManifestTransformer.transform(
        PydanticSemanticManifest.parse_raw(written.read_text(encoding="utf-8"))
    )


@pytest.fixture(scope="module")
def engine(semantics: PydanticSemanticManifest) -> MetricFlowEngine:
    """MetricFlow as it writes DuckDB's SQL; the tests ask the publication themselves."""
    client: Any = SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer())
    return MetricFlowEngine(SemanticManifestLookup(semantics), client)


@pytest.fixture
def warehouse(demo: tuple[Settings, str]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"attach '{(demo[0].published / DATABASE).as_posix()}' as warehouse (read_only)")
    return connection


def asked(
    engine: MetricFlowEngine, warehouse: duckdb.DuckDBPyConnection, metric: str, group_by: list[str]
) -> dict[tuple[Any, ...], float]:
    request = MetricFlowQueryRequest.create(metric_names=[metric], group_by_names=group_by)
    rows = warehouse.execute(engine.explain(request).sql_statement.sql).fetchall()
    return {
        tuple(str(value)[:10] if value.__class__.__name__ == "datetime" else value for value in key): float(value or 0)
        for *key, value in rows
    }


def figures(warehouse: duckdb.DuckDBPyConnection, metric: str, breakdown: str) -> dict[tuple[Any, ...], float]:
    rows = warehouse.execute(
        """
        select cast(period_end as varchar), category, value
        from warehouse.marts.metric_values
        where metric_id = ? and breakdown = ? and period_type = 'financial_year'
        """,
        [metric, breakdown],
    ).fetchall()
    return {(end, category): float(value or 0) for end, category, value in rows}


def test_every_metric_of_every_year_is_the_figure(
    engine: MetricFlowEngine, semantics: PydanticSemanticManifest, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """Headlines; a year of which nobody has a row is no row here and 0 there."""
    names = {metric.name for metric in semantics.metrics}
    parts = {name for name in names if name.removesuffix("_counted").removesuffix("_out_of") in names - {name}}
    wrong = []
    for metric in sorted(names - parts):
        if metric.startswith("care_leavers_"):
            continue  # they have no headline: the next test has them
        of_years = {end: value for (end, _), value in figures(warehouse, metric, "all").items()}
        found = {end: value for (end,), value in asked(engine, warehouse, metric, ["metric_time__day"]).items()}
        differing = [end for end, value in of_years.items() if abs(found.get(end, 0.0) - value) > 1e-9 * max(1, value)]
        if not of_years or differing:
            wrong.append((metric, len(of_years), differing))
    assert len(names - parts) > 50
    assert wrong == []


@pytest.mark.parametrize(("metric", "column"), BREAKDOWNS.items())
def test_a_breakdown_is_the_figures_too(
    engine: MetricFlowEngine,
    semantics: PydanticSemanticManifest,
    warehouse: duckdb.DuckDBPyConnection,
    metric: str,
    column: str,
) -> None:
    (cohort,) = (
        model.name for model in semantics.semantic_models if f"{metric}_counted" in {one.name for one in model.measures}
    )
    found = asked(engine, warehouse, metric, ["metric_time__day", f"{cohort}__{column}"])
    of_categories = figures(warehouse, metric, column)
    assert of_categories and found
    assert {key: value for key, value in found.items() if value} == pytest.approx(
        {key: value for key, value in of_categories.items() if value}
    )


def test_without_a_period_the_latest_year_answers_and_periods_are_never_added_up(
    engine: MetricFlowEngine, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """Traps the same children of all periods added up."""
    latest = max(figures(warehouse, "children_looked_after", "all").items())
    assert asked(engine, warehouse, "children_looked_after", []) == {(): latest[1]}
