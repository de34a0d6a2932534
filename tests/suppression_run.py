"""The models of suppression, as dbt compiled them, run on figures given to them."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.publish.disclosure import Row
from orchestration.publish.suppression import hidden_cells
from tests.random_figures import SEEDS

STAGES = ("figures", "known", "cells", "figure_cells", "sums", "hidden", "judged")
TOGETHER = "Other categories, together"


def suppressed(
    compiled: Path,
    figures: Mapping[str, Sequence[Row]],
    given_out: Mapping[str, Sequence[Row]] | None = None,
    *,
    only_small: bool = False,
) -> dict[str, list[Row]]:
    """Return what the public gets of each authority's figures by the models, hidden rows among them.

    `compiled` is the folder of compiled models; the warehouse is made anew, in memory and under the same name.
    `given_out` is what was public before, by authority. With `only_small` nothing is hidden but the small numbers.
    """
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        for schema in ("marts", "seeds", "staging", "suppression"):
            connection.execute(f"create schema warehouse.{schema}")
        for path in sorted((SEEDS / "suppression").glob("*.csv")):
            connection.execute(
                f"create table warehouse.seeds.{path.stem} as "
                f"from read_csv('{path.as_posix()}', header = true, all_varchar = true)"
            )
        connection.execute(
            """
            alter table warehouse.seeds.suppression_relations alter sign type integer;
            alter table warehouse.seeds.suppression_relations alter years_before type integer;
            alter table warehouse.seeds.suppression_measures alter importance type integer;
            alter table warehouse.seeds.suppression_measures alter is_of_children type boolean
            """
        )
        connection.execute(
            "create table warehouse.seeds.metric_definitions as "
            f"from read_csv('{(SEEDS / 'metrics/metric_definitions.csv').as_posix()}')"
        )
        connection.execute(
            """
            create table warehouse.marts.metric_values (
                la_code varchar, period_type varchar, period_end date, metric_id varchar, breakdown varchar,
                category varchar, numerator double, denominator double
            );
            create table warehouse.marts.metric_months (
                la_code varchar, period_end date, month_ends_on date, metric_id varchar, numerator double,
                denominator double
            );
            create table warehouse.marts.published_values (
                la_code varchar, collection_year integer, metric_id varchar, breakdown varchar, category varchar,
                unit varchar, value double, symbol varchar
            );
            create table warehouse.staging.stg_landing__given_out (
                run_id varchar, la_code varchar, period_end date, metric_id varchar, breakdown varchar,
                category varchar, numerator double, denominator double, is_suppressed boolean
            )
            """
        )
        connection.register("given", _table(figures))
        connection.register("given_before", _table(given_out or {}))
        connection.execute(
            """
            insert into warehouse.marts.metric_values
            select
                la_code, 'financial_year', make_date(year, 3, 31), metric_id, breakdown, category, numerator,
                denominator
            from given where breakdown <> 'month';
            insert into warehouse.marts.metric_months
            select la_code, make_date(year, 3, 31), cast(category as date), metric_id, numerator, denominator
            from given where breakdown = 'month';
            insert into warehouse.staging.stg_landing__given_out
            select
                'before', la_code, make_date(year, 3, 31), metric_id, breakdown, category,
                case when not hidden then numerator end, case when not hidden then denominator end, hidden
            from given_before
            """
        )
        for stage in STAGES:
            if stage == "hidden":
                # What dbt's Python model does, by the same function.
                cells, sums = (
                    connection.execute(f"from warehouse.suppression.suppression_{one}").to_arrow_table()
                    for one in ("cells", "sums")
                )
                connection.register("hidden", hidden_cells(cells, sums))
                connection.execute(
                    "create table warehouse.suppression.suppression_hidden as from hidden "
                    + ("where reason = 'small'" if only_small else "")
                )
                continue
            sql = (compiled / "suppression" / f"suppression_{stage}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table warehouse.suppression.suppression_{stage} as {sql}")
        judged: dict[str, list[Row]] = {la_code: [] for la_code in figures}
        for la_code, *row in connection.execute(
            """
            select la_code, metric_id, breakdown, category, unit, numerator, denominator, is_hidden, year(period_end)
            from warehouse.suppression.suppression_judged
            where not is_in_another
            """
        ).fetchall():
            judged[la_code].append(Row(*row))
    return judged


def _table(figures: Mapping[str, Sequence[Row]]) -> pa.Table:
    rows = [{"la_code": la_code, **dataclasses.asdict(row)} for la_code, rows in figures.items() for row in rows]
    schema = pa.schema(
        [(name, pa.string()) for name in ("la_code", "metric_id", "breakdown", "category", "unit")]
        + [("numerator", pa.float64()), ("denominator", pa.float64()), ("hidden", pa.bool_()), ("year", pa.int64())]
    )
    return pa.Table.from_pylist(rows, schema=schema)
