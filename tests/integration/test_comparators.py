"""The demo authority beside DfE's real files: every comparator that the report printed, exactly, and what differs why.

The files are no part of the repository; without them these tests are skipped, and the rules are held by the unit tests.
"""

import shutil
import time
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.ingest.dfe.run import ingest_dfe
from orchestration.settings import REPOSITORY, Settings
from orchestration.transform.dbt import run_dbt

pytestmark = pytest.mark.slow

REAL = REPOSITORY.parent / "shared" / "data" / "published"
REAL_2025 = REAL.with_name("published_2025")
BUILT = (
    "path:models/staging/dfe",
    "path:models/intermediate/dfe",
    "path:models/intermediate/comparisons",
    "published_values",
    "comparator_values",
    "metric_changes",
    "metric_comparison",
    "metric_trends",
    "metric_ranks",
    "own_return_comparison",
    "report_reconciliation",
)


@pytest.fixture(scope="module")
def compared(
    demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's warehouse after the real files were landed, with its own figures left as they were."""
    if not (REAL.is_dir() and REAL_2025.is_dir()):
        pytest.skip("the published files are no part of the repository")
    settings = Settings(tmp_path_factory.mktemp("compared"))
    shutil.copytree(
        demo[0].data_dir,
        settings.data_dir,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns(
            "publications*", "published", "published_public", "restricted*", "runs", "current", "dbt", "dagster"
        ),
    )
    shutil.copytree(demo[0].raw, settings.raw, dirs_exist_ok=True)
    shutil.copytree(REAL, settings.landing / "published")
    shutil.copytree(REAL_2025, settings.landing / "published", dirs_exist_ok=True)
    started = time.monotonic()
    ingest_dfe(settings, settle_seconds=0)
    selection = ["--select", *BUILT, "--indirect-selection", "cautious"]
    result = run_dbt(settings, ["build", "--exclude-resource-type", "unit_test", *selection])
    assert result.succeeded, [node.unique_id for node in result.failed] or result.error
    # About 15 seconds on two free cores; the bound only traps a join that compares everything with everything.
    assert time.monotonic() - started < 300
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        yield connection


def test_all_46_printed_comparators_are_reproduced_exactly(compared: duckdb.DuckDBPyConnection) -> None:
    rows = compared.execute(
        """
        select figures.figure_id, figures.printed_value, computed_display, agrees
        from marts.report_reconciliation
        inner join seeds.report_figures as figures using (figure_id)
        where figures.comparator is not null
        """
    ).fetchall()
    assert len(rows) == 46
    assert [row for row in rows if not row[3] or row[1] != row[2]] == []


@pytest.mark.parametrize(
    ("metric", "model", "method", "value", "shown", "counted"),
    [
        # Only the mean of rounded values by the list of April 2021 prints the report's 100 and 40.
        ("children_looked_after_rate", "2021-04", "mean", 100.4, "100", 10),
        ("children_looked_after_rate", "2021-04", "median", 93.0, "93", 10),
        ("started_looked_after_rate", "2021-04", "mean", 39.6, "40", 10),
        ("started_looked_after_rate", "2021-04", "median", 34.5, "35", 10),
        ("convicted", "2021-04", "mean", 2.8, "3", 5),
        ("placed_over_20_miles_outside_authority", "2021-04", "mean", 12.4, "12", 10),
        ("placed_over_20_miles", "2021-04", "mean", 13.0, "13", 10),
        ("long_term_placement_stability", "2021-04", "mean", 66.2, "66", 10),
    ],
)
def test_the_neighbours_of_release_2024(
    compared: duckdb.DuckDBPyConnection,
    metric: str,
    model: str,
    method: str,
    value: float,
    shown: str,
    counted: int,
) -> None:
    row = compared.execute(
        """
        select comparator_value, comparator_display, neighbours_counted, neighbours_counted + neighbours_suppressed
        from marts.comparator_values
        where
            la_code = '812' and release = '2024' and collection_year = 2024 and metric_id = ? and category = 'all'
            and neighbour_model = ? and method = ?
        """,
        [metric, model, method],
    ).fetchone()
    assert row is not None
    assert row[0] == pytest.approx(value, abs=1e-9)
    assert row[1:] == (shown, counted, 10)


def test_a_later_release_restates_a_year_and_the_two_are_never_mixed(compared: duckdb.DuckDBPyConnection) -> None:
    rows = compared.execute(
        """
        select extract(year from period_end), comparator, comparator_display, comparator_collection_year, release
        from marts.metric_comparison
        where
            period_type = 'financial_year' and metric_id = 'children_looked_after_rate'
            and extract(year from period_end) in (2024, 2025)
        order by 1, 2
        """
    ).fetchall()
    assert rows == [
        (2024, "England", "69", 2024, "2025"),
        (2024, "Statistical neighbours", "100", 2024, "2025"),
        (2024, "Yorkshire and The Humber", "79", 2024, "2025"),
        (2025, "England", "67", 2025, "2025"),
        (2025, "Statistical neighbours", "94", 2025, "2025"),
        (2025, "Yorkshire and The Humber", "77", 2025, "2025"),
    ]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        # 114 of 438 children, 26.0 %: by Wilson between 22.1 and 30.3 %. Only the release of 2024 has it.
        (
            "placed_over_20_miles",
            [
                ("England", "22", 2024, "2024", "worse", True, "worse", False),
                ("Statistical neighbours", "13", 2024, "2024", "worse", True, "worse", False),
                ("Yorkshire and The Humber", "18", 2024, "2024", "worse", True, "worse", False),
            ],
        ),
        # 43 of 561 children, 7.7 %: by Wilson between 5.7 and 10.2 %. Of 2025 the tool alone has it: it comes with the
        # project.
        (
            "missing_from_placement",
            [
                ("England", "11", 2025, "2025", "better", True, "better", False),
                ("Statistical neighbours", "10", 2025, "2025", "better", False, "little difference", False),
                ("Yorkshire and The Humber", "9", 2025, "2025", "better", False, "little difference", False),
            ],
        ),
    ],
)
def test_a_figure_is_compared_with_the_latest_release_that_has_it(
    compared: duckdb.DuckDBPyConnection, metric: str, expected: list[tuple[object, ...]]
) -> None:
    rows = compared.execute(
        """
        select
            comparator, comparator_display, comparator_collection_year, release, position, significant, verdict,
            is_printed
        from marts.metric_comparison
        where
            period_type = 'financial_year' and period_end = date '2025-03-31' and metric_id = ? and breakdown = 'all'
        order by 1
        """,
        [metric],
    ).fetchall()
    assert rows == expected


def test_what_comes_with_the_project_is_what_the_files_say(compared: duckdb.DuckDBPyConnection) -> None:
    """Figure by figure, symbols too; what the files have not is from the interactive tool."""
    counts = compared.execute(
        """
        select
            count(*),
            count(*) filter (where seeded.value is distinct from figures.value),
            count(*) filter (where seeded.symbol is distinct from figures.symbol)
        from intermediate.int_dfe__seeded as seeded
        inner join intermediate.int_dfe__figures as figures
            on seeded.release = figures.release and seeded.collection_year = figures.collection_year
            and seeded.area_code = case figures.geographic_level
                when 'Local authority' then figures.la_code
                when 'Regional' then figures.geography_code
                else 'England'
            end
            and seeded.metric_id = figures.metric_id and seeded.breakdown = figures.breakdown
            and seeded.category = figures.category
            and figures.unit = case seeded.unit when 'rate_per_10000' then 'rate' else seeded.unit end
        """
    ).fetchone()
    assert counts is not None
    assert counts[0] > 25_000
    assert counts[1:] == (0, 0)
    tool = compared.execute(
        """
        select count(*), count(*) filter (where seeded.value is distinct from tool.value)
        from intermediate.int_dfe__seeded as seeded
        inner join marts.published_values as tool
            on tool.file_name like '%lait_cla_all_authorities_2026-04-08.csv'
            and seeded.collection_year = tool.collection_year and seeded.area_code = tool.la_code
            and seeded.metric_id = tool.metric_id and seeded.breakdown = tool.breakdown
            and seeded.category = tool.category
            and tool.unit = case seeded.unit when 'rate_per_10000' then 'rate' else seeded.unit end
        where seeded.release = '2025' and tool.value is not null
        """
    ).fetchone()
    assert tool is not None
    assert tool[0] > 15_000
    assert tool[1] == 0


EET = "care_leavers_in_education_employment_training"
SUITABLE = "care_leavers_suitable_accommodation"


@pytest.mark.parametrize(
    ("metric", "category", "year", "england", "region", "neighbours", "mean"),
    [
        (EET, "17 to 18 years", 2025, "64", "63", "65", 64.8),
        (EET, "19 to 21 years", 2025, "54", "50", "54", 53.5),
        (SUITABLE, "17 to 18 years", 2025, "91", "93", "95", 95.3),
        (SUITABLE, "19 to 21 years", 2025, "89", "90", "91", 91.2),
        # Published for one year alone; the return of 2025 is set beside it.
        ("social_worker_changes", "all", 2024, "27", "28", "25", 25.1),
        ("long_term_placement_stability", "all", 2025, "69", "69", "65", 64.9),
        ("convicted", "all", 2025, "2", "2", "3", 2.875),
    ],
)
def test_care_leavers_and_social_workers_stand_beside_the_release_of_2025(
    compared: duckdb.DuckDBPyConnection,
    metric: str,
    category: str,
    year: int,
    england: str,
    region: str,
    neighbours: str,
    mean: float,
) -> None:
    """The means as worked from the ten neighbours' lines in DfE's files."""
    rows = compared.execute(
        """
        select comparator, comparator_display, comparator_collection_year, release
        from marts.metric_comparison
        where
            period_type = 'financial_year' and period_end = date '2025-03-31' and metric_id = ? and category = ?
        order by 1
        """,
        [metric, category],
    ).fetchall()
    assert rows == [
        ("England", england, year, "2025"),
        ("Statistical neighbours", neighbours, year, "2025"),
        ("Yorkshire and The Humber", region, year, "2025"),
    ]
    value = compared.execute(
        """
        select comparator_value from marts.comparator_values
        where release = '2025' and collection_year = ? and metric_id = ? and category = ?
            and neighbour_model = '2021-04' and method = 'mean'
        """,
        [year, metric, category],
    ).fetchone()
    assert value is not None
    assert value[0] == pytest.approx(mean, abs=1e-9)


def test_printed_comparators_have_gone(compared: duckdb.DuckDBPyConnection) -> None:
    assert compared.execute("select count(*) from marts.comparator_values where is_printed").fetchone() == (0,)


def test_the_authority_ranks_as_the_published_rates_do(compared: duckdb.DuckDBPyConnection) -> None:
    """2024 as restated in the release of 2025: 141 is second of eleven by the older model and third by the newer."""
    rows = compared.execute(
        """
        select ranked_among, neighbour_model, display_value, rank, authorities_counted, quartile
        from marts.metric_ranks
        where metric_id = 'children_looked_after_rate' and collection_year = 2024
        order by 1, 2
        """
    ).fetchall()
    assert rows == [
        ("All authorities", None, "141", 7, 152, 1),
        ("Statistical neighbours", "2021-04", "141", 2, 11, 1),
        ("Statistical neighbours", "2025-05", "141", 3, 11, 2),
    ]


def test_five_years_of_england_come_from_one_release(compared: duckdb.DuckDBPyConnection) -> None:
    rows = compared.execute(
        """
        select collection_year, display_value, release from marts.metric_trends
        where metric_id = 'children_looked_after_rate' and series_name = 'England'
        order by 1
        """
    ).fetchall()
    assert rows == [
        (2021, "69", "2025"),
        (2022, "70", "2025"),
        (2023, "70", "2025"),
        (2024, "69", "2025"),
        (2025, "67", "2025"),
    ]


@pytest.mark.parametrize(
    ("year", "metric", "own", "published", "reason"),
    [
        (2025, "children_looked_after", "438", "438", "none"),
        (2025, "children_looked_after_rate", "132", "131", "population"),
        (2025, "started_looked_after", "95", "97", "provisional_return"),
        (2025, "ceased_looked_after", "123", "128", "provisional_return"),
        (2024, "children_looked_after", "469", "469", "none"),
        (2024, "children_looked_after_rate", "141", "141", "none"),
        (2024, "long_term_placement_stability", "71", "71", "none"),
        (2024, "ceased_looked_after", "207", "205", "other_records"),
    ],
)
def test_why_the_own_return_differs_from_dfe(
    compared: duckdb.DuckDBPyConnection, year: int, metric: str, own: str, published: str, reason: str
) -> None:
    row = compared.execute(
        """
        select own_display, published_display, likely_reason from marts.own_return_comparison
        where collection_year = ? and metric_id = ? and breakdown = 'all'
        """,
        [year, metric],
    ).fetchone()
    assert row == (own, published, reason)
