"""The printed figures of the 2024/25 report as golden values, and the demo against the independent recomputation."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import REPOSITORY, Settings
from tests.integration.test_recompute import differences, published_figures
from tests.recompute.grid import needed_postcodes, read_grid

pytestmark = pytest.mark.slow

CONTRADICTED_BY_THE_REPORT_ITSELF = {
    "F089",  # 32 of 123 is 26.0 %; the printed 25 % is 32 of 128, the number of leavers published later
    "F092",  # from 69 % to 72 % is three percentage points; the printed 4 % is the relative increase
    "F116",  # the report's table of codes is 873 of 922 reviews, 94.7 %; 92 % is the share of children, not of reviews
}
STANDARDS = {"F107", "F109", "F110", "F111", "F112", "F113", "F129"}
"""What regulations and handbook ask for, not figures of the authority."""
NOT_IN_THE_DATA = {"F154"}
"""The ages of those who came to an event."""


def test_every_printed_figure_that_the_deliveries_can_give_is_met(published: duckdb.DuckDBPyConnection) -> None:
    compared = published.execute(
        "select figure_id, agrees, explanation from marts.report_reconciliation where agrees is not null"
    ).fetchall()
    assert {figure for figure, agrees, _ in compared if not agrees} == CONTRADICTED_BY_THE_REPORT_ITSELF
    assert all(explanation for _, agrees, explanation in compared if not agrees)
    with (REPOSITORY / "seeds/metrics/report_figures.csv").open(encoding="utf-8", newline="") as file:
        figures = {row["figure_id"]: row["comparator"] for row in csv.DictReader(file)}
    assert len([figure for figure, comparator in figures.items() if comparator]) == 46
    assert {figure for figure, _, _ in compared} == set(figures) - STANDARDS - NOT_IN_THE_DATA


def test_the_printed_participation_agrees_as_a_share_of_children_only(published: duckdb.DuckDBPyConnection) -> None:
    values = dict(
        published.execute(
            """
            select metric_id, display_value from marts.metric_values
            where
                period_type = 'financial_year' and period_end = date '2025-03-31' and breakdown = 'all'
                and metric_id in ('review_participation', 'children_participating')
            """
        ).fetchall()
    )
    assert values == {"review_participation": "95", "children_participating": "92"}


def test_a_bare_clone_compares_with_dfe_s_figures_of_the_same_year(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        """
        select comparator, comparator_display, comparator_collection_year, release, neighbour_model, method, is_printed
        from marts.metric_comparison
        where
            period_type = 'financial_year' and period_end = date '2025-03-31'
            and metric_id = 'long_term_placement_stability' and breakdown = 'all'
        order by 1
        """
    ).fetchall()
    assert rows == [
        ("England", "69", 2025, "2025", None, None, False),
        ("Statistical neighbours", "65", 2025, "2025", "2021-04", "mean", False),
        ("Yorkshire and The Humber", "69", 2025, "2025", None, None, False),
    ]
    # What comes with the project has all that the report printed.
    assert published.execute("select count(*) from marts.comparator_values where is_printed").fetchone() == (0,)


def test_a_bare_clone_has_a_place_among_all_and_five_years_of_four_lines(published: duckdb.DuckDBPyConnection) -> None:
    place = published.execute(
        """
        select ranked_among, display_value, rank, quartile, authorities_counted from marts.metric_ranks
        where
            metric_id = 'long_term_placement_stability' and collection_year = 2025
            and coalesce(neighbour_model, '2021-04') = '2021-04'
        order by 1
        """
    ).fetchall()
    assert place == [("All authorities", "57", 140, 4, 150), ("Statistical neighbours", "57", 10, 4, 11)]
    # Age bands are published for the authorities of the files of 2024 alone: neighbours, and no place among all.
    among = published.execute(
        "select distinct ranked_among from marts.metric_ranks where breakdown = 'age_band'"
    ).fetchall()
    assert among == [("Statistical neighbours",)]
    lines = published.execute(
        """
        select series_name, count(value) from marts.metric_trends
        where metric_id = 'long_term_placement_stability' and breakdown = 'all' and series_name <> 'Published figure'
        group by 1 order by 1
        """
    ).fetchall()
    assert lines == [
        ("England", 5),
        ("Own figure", 5),
        ("Statistical neighbours", 5),
        ("Yorkshire and The Humber", 5),
    ]


def test_every_figure_that_is_not_computed_says_why(published: duckdb.DuckDBPyConnection) -> None:
    silent = published.execute(
        "select figure_id from marts.report_reconciliation where computed_value is null and explanation is null"
    ).fetchall()
    assert silent == []


@pytest.mark.parametrize(
    ("metric", "breakdown", "category", "in_2025", "in_2024"),
    [
        ("children_looked_after", "all", "all", 438, 469),
        ("children_looked_after", "placement_group", "Foster placements", 323, 358),
        ("children_looked_after", "provider_group", "Own provision (by the LA)", 237, 252),
        ("children_looked_after", "legal_status_group", "Full care order", 320, None),
        ("children_looked_after", "age_band", "10 to 15 years", 180, None),
        ("children_looked_after", "uasc", "UASC", 9, 13),
        ("placed_over_20_miles", "all", "all", 114, 117),
        ("placed_over_20_miles_outside_authority", "all", "all", 112, None),
        ("three_or_more_placements", "all", "all", 26, 36),
        ("long_term_placement_stability", "all", "all", 142, 168),
        ("convicted", "all", "all", 7, 11),
        ("started_looked_after", "all", "all", 95, 100),
        ("ceased_looked_after", "all", "all", 123, 207),
        ("ceased_looked_after", "exit_group", "Special guardianship order", 28, None),
        ("left_to_permanence", "all", "all", 89, None),
        ("looked_after_in_year", "all", "all", 561, 676),
        ("missing_from_placement", "all", "all", 43, 54),
    ],
)
def test_the_counts_behind_the_printed_figures(
    published: duckdb.DuckDBPyConnection, metric: str, breakdown: str, category: str, in_2025: int, in_2024: int | None
) -> None:
    counts = dict(
        published.execute(
            """
            select extract(year from period_end), numerator from marts.metric_values
            where period_type = 'financial_year' and metric_id = ? and breakdown = ? and category = ?
            """,
            [metric, breakdown, category],
        ).fetchall()
    )
    assert counts[2025] == in_2025
    assert in_2024 in (None, counts[2024])


def test_the_demo_agrees_with_the_recomputation(
    demo: tuple[Settings, str], published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The recomputation reads CSV only: the year delivered as a workbook goes to it as CSV, sheet by sheet."""
    settings, _ = demo
    landing = tmp_path / "landing"
    shutil.copytree(settings.landing, landing)
    shutil.copytree(settings.raw / "iro_keys", tmp_path / "raw" / "iro_keys")
    for workbook in landing.rglob("*.xlsx"):
        write_sheets_as_csv(workbook)
    with (REPOSITORY / "seeds/reference/population_estimates.csv").open(encoding="utf-8", newline="") as file:
        populations = {
            (row["la_code"], int(row["mid_year"])): int(row["population_0_17"]) for row in csv.DictReader(file)
        }
    grid = read_grid(
        settings.raw / "postcodes" / "postcodes.parquet",
        REPOSITORY / "seeds" / "reference" / "districts.csv",
        needed_postcodes(landing, ["812"]),
    )
    found = differences(landing, published_figures(published, ["812"]), populations, None, grid)
    assert found == []


def write_sheets_as_csv(workbook: Path) -> None:
    import pandas as pd

    for sheet, frame in pd.read_excel(workbook, sheet_name=None, dtype=object).items():
        for column in frame.columns:
            if frame[column].map(lambda value: hasattr(value, "strftime")).any():
                frame[column] = pd.to_datetime(frame[column]).dt.strftime("%Y-%m-%d")
        frame.to_csv(workbook.with_name(f"{sheet}.csv"), index=False)
