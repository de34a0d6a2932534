"""What a person is told after a build: the audit of what was delivered, and the headline figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.ingest.published.sayings import RELEASE_FILE
from orchestration.publish.publication import DATABASE, read_manifest
from orchestration.settings import Settings

HEADLINES = (
    ("children_looked_after", "all", "all"),
    ("children_looked_after_rate", "all", "all"),
    ("started_looked_after", "all", "all"),
    ("ceased_looked_after", "all", "all"),
    ("left_to_permanence", "all", "all"),
    ("children_looked_after_share", "placement_group", "Foster placements"),
    ("three_or_more_placements", "all", "all"),
    ("long_term_placement_stability", "all", "all"),
    ("missing_from_placement", "all", "all"),
    ("reviews_on_time", "all", "all"),
    ("review_attendance", "all", "all"),
    ("disputes_raised", "all", "all"),
    ("iro_caseload", "all", "all"),
)
"""The figures that open an annual report; what they mean stands in the catalogue."""

MOST_REJECTED_FILES = 20
MOST_NAMES = 4


@dataclass(frozen=True)
class Headline:
    """One figure of this year and the year before, as they would be printed."""

    name: str
    category: str
    this_year: str
    last_year: str


def print_audit(settings: Settings, console: Console) -> None:
    """Say what was delivered and what became of it, each rejected file in one sentence."""
    with _published(settings) as connection:
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
        f"\nDelivered: {_number(deliveries, 'delivery', 'deliveries')} ({unused:,} not the latest of their year), "
        f"{_number(files, 'file and table', 'files and tables')}, {_number(delivered, 'row', 'rows')}: "
        f"{accepted or 0:,} accepted, {rejected or 0:,} rejected, {repaired or 0:,} repaired.",
        highlight=False,
        soft_wrap=True,
    )
    if rejected_files:
        console.print(f"{_number(len(rejected_files), 'file was', 'files were')} rejected:", highlight=False)
    for delivery_id, file_name, message in rejected_files[:MOST_REJECTED_FILES]:
        said = message if delivery_id is None or file_name in message else f"{delivery_id}/{file_name}: {message}"
        console.print(f"  {said}", highlight=False, markup=False, soft_wrap=True)
    if len(rejected_files) > MOST_REJECTED_FILES:
        more = len(rejected_files) - MOST_REJECTED_FILES
        console.print(f"  and {more:,} more, all in marts.rejected_files", highlight=False)


def print_published_conflicts(settings: Settings, console: Console) -> None:
    """Say in a sentence where the files of a release contradict each other, and what is wrong with a release.yaml."""
    with _published(settings) as connection:
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
    with _published(settings) as connection:
        authorities = connection.execute(
            "select distinct la_code, la_name from marts.metric_values order by la_code"
        ).fetchall()
        for la_code, la_name in authorities if len(authorities) <= 3 else []:
            this_year, last_year, lines = headlines(connection, la_code)
            mark = "SYNTHETIC DATA: every child is invented" if manifest.get("is_synthetic") else None
            table = Table(
                title=f"{la_name}, year to {this_year}", caption=mark, caption_style="bold", title_style="bold"
            )
            table.add_column("")
            table.add_column(f"{this_year.year}", justify="right")
            table.add_column(f"{last_year.year}", justify="right")
            for line in lines:
                table.add_row(
                    line.name if line.category == "all" else f"{line.name}: {line.category}",
                    line.this_year,
                    line.last_year,
                )
            console.print()
            console.print(table)


def headlines(connection: duckdb.DuckDBPyConnection, la_code: str) -> tuple[Any, Any, list[Headline]]:
    """Return the last two financial years of an authority and its headline figures in them."""
    years = connection.execute(
        """
        select distinct period_end from marts.metric_values
        where la_code = ? and period_type = 'financial_year' order by period_end desc limit 2
        """,
        [la_code],
    ).fetchall()
    this_year = years[0][0]
    last_year = years[1][0] if len(years) > 1 else this_year.replace(year=this_year.year - 1)
    figures = {
        (metric_id, breakdown, category, period_end): (name, f"{display_value}{'%' if unit == 'percent' else ''}")
        for name, unit, metric_id, breakdown, category, period_end, display_value in connection.execute(
            """
            select c.name, c.unit, v.metric_id, v.breakdown, v.category, v.period_end, v.display_value
            from marts.metric_values v join marts.metric_catalogue c using (metric_id)
            where v.la_code = ? and v.period_type = 'financial_year' and v.period_end in (?, ?)
            """,
            [la_code, this_year, last_year],
        ).fetchall()
    }
    lines = []
    for headline in HEADLINES:
        now, before = figures.get((*headline, this_year)), figures.get((*headline, last_year))
        if now is not None:
            lines.append(Headline(now[0], headline[2], now[1], before[1] if before else "-"))
    return this_year, last_year, lines


@contextmanager
def _published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        yield connection


def _names(names: list[str]) -> str:
    """Return file names as a list in a sentence, not more of them than can be read."""
    more = len(names) - MOST_NAMES + 1
    named = names if len(names) <= MOST_NAMES else [*names[: MOST_NAMES - 1], f"{more} more files"]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _number(count: int | None, one: str, many: str) -> str:
    return f"{count or 0:,} {one if count == 1 else many}"
