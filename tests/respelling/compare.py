"""Two builds of the same deliveries in different spellings: which figures, rows and judgements differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from .rewrite import Applied
from .rules import RULES

KEY = ("la_code", "period_type", "period_end", "metric_id", "breakdown", "category")
TEXTS = ("display_value", "status", "as_known_at")
NUMBERS = ("numerator", "denominator", "value", "undetermined")


@dataclass
class Difference:
    """What is not the same for one authority: counts and names, no figure and no cell."""

    applied: Applied
    metrics: Counter[str] = field(default_factory=Counter)
    figures: int = 0
    others: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        said = [f"{self.applied.name}:"]
        if self.metrics:
            most = ", ".join(f"{metric} {count}" for metric, count in self.metrics.most_common(5))
            more = f" and {len(self.metrics) - 5} more metrics" if len(self.metrics) > 5 else ""
            said.append(f"{sum(self.metrics.values()):,} of {self.figures:,} figures differ ({most}{more}).")
        said += self.others
        return " ".join(said)


def compare_builds(base: Path, respelt: Path, done: Sequence[Applied]) -> list[Difference]:
    """Every authority of which the two warehouses do not say the same, by what was done to its deliveries."""
    found = {each.la_code: Difference(each) for each in done}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{base}' as plain (read_only)")
        connection.execute(f"attach '{respelt}' as spelt (read_only)")
        connection.execute("create table done as select unnest(?) as la_code", [list(found)])
        _compare_figures(connection, found)
        _compare_rows(connection, found)
        _compare_judgements(connection, found)
    return [each for each in found.values() if each.metrics or each.others]


def _compare_figures(connection: duckdb.DuckDBPyConnection, found: dict[str, Difference]) -> None:
    keys = ", ".join(KEY)
    same_text = " and ".join(f"plain.{name} is not distinct from spelt.{name}" for name in TEXTS)
    # Sums of fractions may be added in another order.
    same_number = " and ".join(
        f"(plain.{name} is not distinct from spelt.{name}"
        f" or abs(plain.{name} - spelt.{name}) <= 1e-9 * greatest(1, abs(plain.{name})))"
        for name in NUMBERS
    )
    rows = connection.execute(
        f"""
        with
            plain as (
                select *, 1 as is_plain from plain.marts.metric_values where la_code in (select la_code from done)
            ),
            spelt as (
                select *, 1 as is_spelt from spelt.marts.metric_values where la_code in (select la_code from done)
            )
        select
            la_code,
            metric_id,
            count(*),
            count(*) filter (
                where is_plain is null or is_spelt is null or not coalesce({same_text} and {same_number}, false)
            )
        from plain full outer join spelt using ({keys})
        group by la_code, metric_id
        """
    ).fetchall()
    for la_code, metric, count, differ in rows:
        found[la_code].figures += count
        if differ:
            found[la_code].metrics[metric] += differ
    for each in found.values():
        if not each.figures:
            each.others.append("Neither build has a figure.")


def _compare_rows(connection: duckdb.DuckDBPyConnection, found: dict[str, Difference]) -> None:
    rows = connection.execute(
        """
        with
            plain as (
                select delivery_id, la_code, coalesce(table_name, '(none)') as table_name,
                    sum(rows_accepted) as accepted, sum(rows_rejected) as rejected
                from plain.marts.delivery_audit group by all
            ),
            spelt as (
                select delivery_id, la_code, coalesce(table_name, '(none)') as table_name,
                    sum(rows_accepted) as accepted, sum(rows_rejected) as rejected
                from spelt.marts.delivery_audit group by all
            )
        select la_code, delivery_id, table_name,
            coalesce(plain.accepted, 0)::bigint, coalesce(spelt.accepted, 0)::bigint,
            coalesce(plain.rejected, 0)::bigint, coalesce(spelt.rejected, 0)::bigint
        from plain full outer join spelt using (delivery_id, la_code, table_name)
        where la_code in (select la_code from done)
        order by 1, 2, 3
        """
    ).fetchall()
    accepted: dict[str, Counter[str]] = {la_code: Counter() for la_code in found}
    for la_code, delivery_id, table, before, after, rejected_before, rejected_after in rows:
        each = found[la_code]
        may = each.applied.added_rows[delivery_id, table]
        if before != after:
            accepted[la_code][f"rows accepted {before} -> {after} of {table}"] += 1
        elif not rejected_before <= rejected_after <= rejected_before + may:
            accepted[la_code][f"rows rejected {rejected_before} -> {rejected_after} of {table}"] += 1
    for la_code, counts in accepted.items():
        if counts:
            more = f", and {len(counts) - 3} more" if len(counts) > 3 else ""
            found[la_code].others.append("; ".join(list(counts)[:3]) + more + ".")


def _compare_judgements(connection: duckdb.DuckDBPyConnection, found: dict[str, Difference]) -> None:
    rows = connection.execute(
        """
        with
            plain as (select distinct delivery_id, la_code, delivery_status from plain.marts.delivery_audit),
            spelt as (select distinct delivery_id, la_code, delivery_status from spelt.marts.delivery_audit)
        select la_code, delivery_id, plain.delivery_status, spelt.delivery_status
        from plain full outer join spelt using (delivery_id, la_code)
        where la_code in (select la_code from done)
            and plain.delivery_status is distinct from spelt.delivery_status
        order by 1, 2
        """
    ).fetchall()
    for la_code, delivery_id, before, after in rows:
        found[la_code].others.append(f"{delivery_id} was {before} and is {after}.")
    rows = connection.execute(
        """
        with
            plain as (select distinct delivery_id, la_code, bound_id, table_name from plain.marts.delivery_findings),
            spelt as (select distinct delivery_id, la_code, bound_id, table_name from spelt.marts.delivery_findings),
            differing as (
                (select *, 'no more found' as said from plain except select *, 'no more found' from spelt)
                union all
                (select *, 'now found' from spelt except select *, 'now found' from plain)
            )
        select la_code, said, bound_id, coalesce(table_name, 'the whole'), count(*)
        from differing where la_code in (select la_code from done) group by all order by all
        """
    ).fetchall()
    for la_code, said, bound, table, count in rows:
        found[la_code].others.append(f"{said} by the bound {bound} in {table} of {count} deliveries.")


def spelling_not_counted(respelt: Path, done: Sequence[Applied]) -> list[str]:
    """Every re-spelt column that the published count of re-spelt cells does not mention."""
    with duckdb.connect(str(respelt), read_only=True) as connection:
        counted = {
            tuple(row): cells
            for *row, cells in connection.execute(
                """
                select delivery_id, table_name, lower(column_name), sum(cells)
                from marts.spelling_changes group by all
                """
            ).fetchall()
        }
    missing = []
    for each in done:
        if each.rule not in RULES or not RULES[each.rule].counted:
            continue
        short = [key for key in each.counted if not counted.get(key)]
        if short:
            names = sorted({f"{table}.{column}" for _, table, column in short})
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            missing.append(f"{each.name}: nothing counted in {', '.join(names[:5])}{more}")
    return missing
