"""What a person is told after a build: the audit of what was delivered, and the headline figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.ingest.dfe.sayings import RELEASE_FILE
from orchestration.publish.publication import DATABASE, read_manifest
from orchestration.settings import Settings

MOST_REJECTED_FILES = 20
MOST_WITHOUT_ROWS = 30
MOST_RULES = 12
MOST_NAMES = 4


@dataclass(frozen=True)
class Headline:
    """One figure of this year and the year before, as they would be printed."""

    name: str
    this_year: str
    last_year: str


def print_audit(settings: Settings, console: Console) -> None:
    """Say what was delivered and what became of it, each rejected file in one sentence."""
    with published(settings) as connection:
        ((files, delivered, accepted, rejected, repaired),) = connection.execute(
            """
            select count(*), sum(rows_delivered), sum(rows_accepted), sum(rows_rejected), sum(rows_repaired)
            from marts.delivery_audit
            """
        ).fetchall()
        ((deliveries, unused),) = connection.execute(
            "select count(*), count(*) filter (where not is_current) from marts.dim_delivery"
        ).fetchall()
        rejected_files = connection.execute(
            "select delivery_id, file_name, message from marts.rejected_files order by all"
        ).fetchall()
    console.print(
        f"\nDelivered: {_number(deliveries, 'delivery', 'deliveries')} ({unused:,} not in force), "
        f"{_number(files, 'file and table', 'files and tables')}, {_number(delivered, 'row', 'rows')}: "
        f"{accepted or 0:,} accepted, {rejected or 0:,} rejected, {repaired or 0:,} repaired.",
        highlight=False,
        soft_wrap=True,
    )
    if rejected_files:
        console.print(f"{_number(len(rejected_files), 'file was', 'files were')} rejected:", highlight=False)
    for delivery_id, file_name, message in rejected_files[:MOST_REJECTED_FILES]:
        of_file = message if message.startswith(file_name) else f"{file_name}: {message}"
        said = message if delivery_id is None else f"{delivery_id}/{of_file}"
        console.print(f"  {said}", highlight=False, markup=False, soft_wrap=True)
    if len(rejected_files) > MOST_REJECTED_FILES:
        more = len(rejected_files) - MOST_REJECTED_FILES
        console.print(f"  and {more:,} more, all in marts.rejected_files", highlight=False)


@dataclass(frozen=True)
class Held:
    """A delivery that is held, or that nothing can be used of, with the reason in sentences."""

    delivery_id: str
    la_name: str
    status: str
    because: str
    can_be_accepted: bool


def held_deliveries(connection: duckdb.DuckDBPyConnection) -> list[Held]:
    """Return the deliveries that wait for somebody's decision, and those that nothing can be used of.

    A publication of before there was a gate tells of none.
    """
    ((tells,),) = connection.execute(
        "select count(*) from duckdb_columns() where table_name = 'delivery_audit' and column_name = 'delivery_status'"
    ).fetchall()
    if not tells:
        return []
    rows = connection.execute(
        """
        select distinct audit.delivery_id, coalesce(authorities.la_name, audit.la_code), audit.delivery_status,
            coalesce(audit.held_because, case audit.dataset
                when 'ssda903' then 'It holds no Episodes, without which a return says nothing.'
                else 'None of its rows could be used.' end),
            deliveries.is_usable
        from marts.delivery_audit as audit join marts.dim_delivery as deliveries using (delivery_id)
        left join marts.dim_authority as authorities on audit.la_code = authorities.la_code
        where audit.delivery_status in ('held', 'not used')
        order by all
        """
    ).fetchall()
    return [Held(*row) for row in rows]


def print_held(settings: Settings, console: Console) -> int:
    """Say of each delivery that is not believed why, and what to do; return how many are held."""
    with published(settings) as connection:
        found = held_deliveries(connection)
    held = [one for one in found if one.status == "held"]
    if found:
        console.print()
    for one in found:
        word = "HELD, it replaces nothing" if one.status == "held" else "Not used"
        console.print(
            f"{word}: {one.delivery_id} ({one.la_name}). {one.because}", highlight=False, markup=False, soft_wrap=True
        )
    acceptable = [one.delivery_id for one in held if one.can_be_accepted]
    if acceptable:
        console.print(
            "Deliver again, or, if a held delivery is right, let it through and build again:\n"
            f'  cla accept {acceptable[0]} --because "..."',
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    return len(held)


def print_tables_without_rows(settings: Settings, console: Console) -> None:
    """Name the tables that came without a row that could be used: their metrics have no figures."""
    with published(settings) as connection:
        rows = connection.execute(
            """
            select la_code, collection_year, string_agg(table_name, ', ' order by table_name)
            from marts.data_quality_issues where rule_id = 'table_without_rows' group by all order by all
            """
        ).fetchall()
    for la_code, year, tables in rows[:MOST_WITHOUT_ROWS]:
        console.print(
            f"Without rows: {tables} of {la_code} in {year}; their metrics have no figures. Where there is truly "
            "nothing of a table, say so in the delivery's delivery.yaml, such as 'empty: [missing]'.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if len(rows) > MOST_WITHOUT_ROWS:
        more = len(rows) - MOST_WITHOUT_ROWS
        console.print(f"  and {more:,} more authorities and years, all in marts.data_quality_issues", highlight=False)


def print_rules(settings: Settings, console: Console) -> None:
    """Say which rules rejected, repaired or re-spelt most, by authority and table, in the order of harm."""
    with published(settings) as connection:
        rows = connection.execute(
            """
            with broken as (
                select 1 as harm, 'rejected' as what, delivery_id, table_name, column_name, rule_id,
                    count(*) as rows
                from marts.rejected_records group by all
                union all
                select 2, 'repaired', delivery_id, table_name, column_name, rule_id, count(*)
                from marts.repaired_records group by all
                union all
                select 3, 'read in another spelling', delivery_id, table_name, column_name, rule_id, sum(cells)
                from marts.spelling_changes group by all
            )
            select d.la_code, broken.what, broken.table_name, broken.column_name, broken.rule_id,
                cast(sum(broken.rows) as bigint) as rows
            from broken join marts.dim_delivery as d using (delivery_id)
            where d.delivery_status <> 'superseded'
            group by all
            order by min(broken.harm), rows desc, 1, 3, 4, 5
            """
        ).fetchall()
    if not rows:
        return
    console.print("\nWhat was wrong with rows (superseded deliveries left aside), the worst first:", highlight=False)
    for la_code, what, table, column, rule, count in rows[:MOST_RULES]:
        place = ".".join(part for part in (table, column) if part) or "files"
        said = f"  {la_code}  {place:<32} {count:>8,} {what}: {rule.replace('_', ' ')}"
        console.print(said, highlight=False, markup=False, soft_wrap=True)
    if len(rows) > MOST_RULES:
        console.print(f"  and {len(rows) - MOST_RULES:,} more kinds", highlight=False)
    console.print(
        f"Every row of them is in {settings.restricted / 'restricted_rejected_records.xlsx'} and "
        "restricted_repaired_records.xlsx beside it; spellings are counted in marts.spelling_changes.",
        highlight=False,
        soft_wrap=True,
    )


def print_published_conflicts(settings: Settings, console: Console) -> None:
    """Say in a sentence where the files of a release contradict each other, and what is wrong with a release.yaml."""
    with published(settings) as connection:
        releases = connection.execute(
            """
            with cells as (
                select
                    release, is_withheld,
                    count(distinct (collection_year, geography_code, metric_id, breakdown, category, unit)) as figures
                from marts.published_conflicts
                group by all
            ),

            names as (
                select
                    release, is_withheld,
                    list(distinct file_name order by file_name) as files,
                    list(distinct file_name order by file_name) filter (where is_used) as later
                from marts.published_conflicts
                group by all
            )

            select release, is_withheld, figures, files, later
            from cells inner join names using (release, is_withheld)
            order by release, is_withheld
            """
        ).fetchall()
        faults = connection.execute(
            "select sentence from marts.published_files where split_part(file_name, '/', -1) = ? order by all",
            [RELEASE_FILE],
        ).fetchall()
    for release, is_withheld, figures, files, later in releases:
        said = f"DfE's release {release}: {_names(files)} {'contradicts itself' if len(files) == 1 else 'differ'}"
        said += f" in {_number(figures, 'figure', 'figures')}"
        if not is_withheld:
            said += f"; by what is said of them {_names(later)} {'counts' if len(later) == 1 else 'count'}"
        elif len(files) == 1:
            said += ", so no comparator is taken from those"
        else:
            said += (
                ", and nothing says which is the later: no comparator is taken from those until "
                f"{RELEASE_FILE} in the release's folder says it, or the wrong file is taken away"
            )
        console.print(f"{said} (marts.published_conflicts).", highlight=False, markup=False, soft_wrap=True)
    for (sentence,) in faults:
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def print_headlines(settings: Settings, console: Console) -> None:
    """Print the headline figures of each authority, if there are few enough to read."""
    manifest = read_manifest(settings) or {}
    with published(settings) as connection:
        authorities = connection.execute(
            "select distinct la_code, la_name from marts.metric_values order by la_code"
        ).fetchall()
        for la_code, la_name in authorities if len(authorities) <= 3 else []:
            found = headlines(connection, la_code)
            if found is None:
                continue
            this_year, last_year, lines = found
            mark = "SYNTHETIC DATA: every child is invented" if manifest.get("is_synthetic") else None
            table = Table(
                title=f"{la_name}, year to {this_year}", caption=mark, caption_style="bold", title_style="bold"
            )
            table.add_column("")
            table.add_column(f"{this_year.year}", justify="right")
            table.add_column(f"{last_year.year}", justify="right")
            for line in lines:
                table.add_row(
                    line.name,
                    line.this_year,
                    line.last_year,
                )
            console.print()
            console.print(table)


def headlines(connection: duckdb.DuckDBPyConnection, la_code: str) -> tuple[Any, Any, list[Headline]] | None:
    """Return the last two financial years of an authority and its headline figures in them; None where it has none."""
    years = connection.execute(
        """
        select distinct period_end from marts.metric_values
        where la_code = ? and period_type = 'financial_year' order by period_end desc limit 2
        """,
        [la_code],
    ).fetchall()
    if not years:
        return None
    this_year = years[0][0]
    last_year = years[1][0] if len(years) > 1 else this_year.replace(year=this_year.year - 1)
    lines = [
        Headline(name, _with_unit(now, unit), _with_unit(before, unit))
        for name, unit, now, before in connection.execute(
            """
            select h.name, c.unit, now.display_value, before.display_value
            from marts.metric_headlines as h
            join marts.metric_catalogue as c using (metric_id)
            join marts.metric_values as now using (metric_id, breakdown, category)
            left join marts.metric_values as before
                on
                    before.metric_id = h.metric_id and before.breakdown = h.breakdown and before.category = h.category
                    and before.la_code = now.la_code and before.period_type = now.period_type and before.period_end = ?
            where now.la_code = ? and now.period_type = 'financial_year' and now.period_end = ?
            order by h.place
            """,
            [last_year, la_code, this_year],
        ).fetchall()
    ]
    return this_year, last_year, lines


@contextmanager
def published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the last publication for reading."""
    with opened(settings.published) as connection:
        yield connection


@contextmanager
def opened(publication: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a publication for reading."""
    with duckdb.connect(str(publication / DATABASE), read_only=True) as connection:
        yield connection


def _names(names: list[str]) -> str:
    """Return file names as a list in a sentence, not more of them than can be read."""
    more = len(names) - MOST_NAMES + 1
    named = names if len(names) <= MOST_NAMES else [*names[: MOST_NAMES - 1], f"{more} more files"]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _with_unit(display: str | None, unit: str) -> str:
    return "-" if display is None else f"{display}{'%' if unit == 'percent' else ''}"


def _number(count: int | None, one: str, many: str) -> str:
    return f"{count or 0:,} {one if count == 1 else many}"
