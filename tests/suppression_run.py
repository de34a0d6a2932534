"""The models of suppression, as dbt compiled them, run on figures given to them."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.publish.disclosure import Row
from tests.random_figures import SEEDS

STAGES = ("suppression_figures", "suppression_cells", "suppression_sums", "suppression_hidden", "suppression_judged")
PERIOD_END = "2025-03-31"


def suppressed(compiled: Path, figures: Mapping[str, Sequence[Row]], rounds: int | None = None) -> dict[str, list[Row]]:
    """Return the figures of each authority with whether the models hide them.

    `compiled` is the folder of compiled models; the warehouse is made anew, in memory and under the same name. With
    `rounds` only what these first rounds hide is hidden.
    """
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse")
        for schema in ("marts", "seeds", "suppression"):
            connection.execute(f"create schema warehouse.{schema}")
        for path in sorted((SEEDS / "suppression").glob("*.csv")):
            connection.execute(
                f"create table warehouse.seeds.{path.stem} as "
                f"from read_csv('{path.as_posix()}', header = true, all_varchar = true)"
            )
        connection.execute("alter table warehouse.seeds.suppression_relations alter sign type integer")
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
            )
            """
        )
        table = pa.Table.from_pylist(
            [{"la_code": la_code, **dataclasses.asdict(row)} for la_code, rows in figures.items() for row in rows]
        )
        connection.register("given", table)
        connection.execute(
            f"""
            insert into warehouse.marts.metric_values
            select
                la_code, 'financial_year', '{PERIOD_END}', metric_id, breakdown, category, numerator, denominator
            from given
            """
        )
        for stage in STAGES:
            sql = (compiled / "suppression" / f"{stage}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table warehouse.suppression.{stage} as {sql}")
            if stage == "suppression_hidden" and rounds is not None:
                connection.execute(f"delete from warehouse.suppression.{stage} where hidden_in_round > {rounds}")
        judged: dict[str, list[Row]] = {la_code: [] for la_code in figures}
        for la_code, *row in connection.execute(
            """
            select la_code, metric_id, breakdown, category, unit, numerator, denominator, is_hidden
            from warehouse.suppression.suppression_judged
            """
        ).fetchall():
            judged[la_code].append(Row(*row))
    return judged
