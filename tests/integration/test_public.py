"""What everyone may see: complete, suppressed, and not to be solved, on the demo and on random small authorities."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import disclosure
from orchestration.publish.disclosure import Knowledge, Row, check, worked_out
from orchestration.publish.publication import DATABASE, PUBLIC, forbidden, read_manifest
from orchestration.publish.suppression import hidden_cells
from orchestration.settings import Settings
from tests.disclosure_solver import pinned
from tests.random_figures import authority
from tests.suppression_run import suppressed

Demo = tuple[Settings, str]


@pytest.fixture
def public(demo: Demo) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo[0].published_public / DATABASE), read_only=True) as connection:
        yield connection


def compiled(settings: Settings) -> Path:
    return settings.dbt_target / "compiled/children_in_care/models"


def test_it_is_published_with_every_build_and_says_what_it_is(demo: Demo) -> None:
    manifest, internal = read_manifest(demo[0], PUBLIC), read_manifest(demo[0])
    assert manifest is not None
    assert internal is not None
    assert manifest["is_public"] is True
    assert internal["is_public"] is False
    assert manifest["run_id"] == demo[0].published_public.resolve().name
    for table in manifest["tables"]:
        assert (demo[0].published_public / f"parquet/{table}.parquet").exists()
    said = json.dumps(manifest)
    assert str(demo[0].data_dir) not in said
    assert ".csv" not in said


def test_nothing_in_it_is_of_one_child_or_one_officer(public: duckdb.DuckDBPyConnection) -> None:
    columns = [name for (name,) in public.execute("select distinct column_name from duckdb_columns()").fetchall()]
    assert forbidden(columns, to_the_public=True) == []
    tables = {name for (name,) in public.execute("select table_name from duckdb_tables()").fetchall()}
    assert not {table for table in tables if table.startswith(("fct_", "dim_child", "dim_iro"))}
    assert not {table for table in tables if table.endswith("_by_period")}
    assert not tables & {"reviews", "disputes", "children_looked_after", "iro_caseloads", "case_oversight"}
    assert public.execute(
        "select count(*) from marts.metric_values where breakdown = 'iro' or metric_id = 'iro_caseload_within_handbook'"
    ).fetchall() == [(0,)]


def test_it_has_the_columns_of_the_internal_tables_of_the_same_name(
    public: duckdb.DuckDBPyConnection, published: duckdb.DuckDBPyConnection
) -> None:
    """A page or a workbook that reads the one must be able to read the other."""
    query = "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts'"
    theirs, ours = set(published.execute(query).fetchall()), set(public.execute(query).fetchall())
    shared = {table for table, *_ in theirs} & {table for table, *_ in ours}
    assert {"metric_values", "metric_changes", "metric_comparison", "metric_trends", "metric_months"} <= shared
    # Why a delivery is held quotes numbers of rows, small ones too.
    for_staff = {("delivery_totals", "held_because", "VARCHAR")}
    assert {column for column in theirs if column[0] in shared} - ours == for_staff


def test_what_is_shown_is_what_the_staff_see(
    demo: Demo, public: duckdb.DuckDBPyConnection, published: duckdb.DuckDBPyConnection
) -> None:
    query = """
        select metric_id, breakdown, category, period_end, numerator, denominator, value, display_value
        from marts.metric_values where period_type = 'financial_year'
    """
    internal = {tuple(row[:4]): row[4:] for row in published.execute(query).fetchall()}
    shown = [row for row in public.execute(query).fetchall() if row[7] != "c" and tuple(row[:4]) in internal]
    assert len(shown) > 1000
    assert {row[2] for row in public.execute(query).fetchall() if tuple(row[:4]) not in internal} <= {
        "Other categories, together",
        "Other, each fewer than 6",
    }
    assert [row for row in shown if internal[tuple(row[:4])] != row[4:]] == []


def test_the_headlines_of_the_board_pack_are_shown(public: duckdb.DuckDBPyConnection) -> None:
    """Traps suppression that is safe because it hides everything, and a headline hidden to save a variant of it."""
    figures = {
        tuple(row[:3]): row[3]
        for row in public.execute(
            """
            select metric_id, breakdown, category, is_suppressed from marts.metric_values
            where period_end = (select max(period_end) from marts.metric_values)
            """
        ).fetchall()
    }
    headlines = public.execute("select metric_id, breakdown, category from marts.metric_headlines").fetchall()
    assert len(headlines) == 16 and [headline for headline in headlines if figures[headline]] == []


def test_at_most_60_in_100_of_what_was_hidden_by_single_years_is_hidden(public: duckdb.DuckDBPyConnection) -> None:
    """181 figures of the demo's last year were hidden before categories were shown together and years compared."""
    ((hidden,),) = public.execute(
        """
        select count(*) from marts.metric_values
        where is_suppressed and period_end = (select max(period_end) from marts.metric_values)
        """
    ).fetchall()
    assert hidden <= 0.6 * 181


def test_a_table_is_complete_with_its_other_categories_together(
    public: duckdb.DuckDBPyConnection, published: duckdb.DuckDBPyConnection
) -> None:
    """Traps a category that is neither shown, nor c, nor in the number of the others."""
    query = """
        select metric_id, breakdown, period_end, sum(numerator), count(*) - count(numerator)
        from marts.metric_values
        where metric_id in ('children_looked_after', 'started_looked_after', 'ceased_looked_after')
            and period_type = 'financial_year' and breakdown <> 'all'
        group by all
    """
    exact = {tuple(row[:3]): row[3] for row in published.execute(query).fetchall()}
    shown = {tuple(row[:3]): row[3:] for row in public.execute(query).fetchall()}
    assert exact.keys() == shown.keys()
    assert [key for key, (total, hidden) in shown.items() if hidden == 0 and total != exact[key]] == []
    assert sum(hidden == 0 for _, hidden in shown.values()) > 20
    ((together,),) = public.execute(
        "select count(*) from marts.metric_values where category = 'Other categories, together'"
    ).fetchall()
    assert together > 50


def test_the_demos_small_numbers_cannot_be_worked_out(demo: Demo) -> None:
    assert check(demo[0]) > 100


def rows_of(settings: Settings) -> tuple[list[Row], list[Row]]:
    """Return the public rows of the demo, and the true ones behind them."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return tuple(  # type: ignore[return-value]
            [Row(*row) for row in connection.execute(query, ["812"]).fetchall()]
            for query in (disclosure._PUBLIC, disclosure._TRUE)
        )


def test_a_solver_finds_no_small_number_of_the_demo(demo: Demo) -> None:
    """It knows besides that no count is below 0 or broken, which the attack of the build does not."""
    public_rows, true = rows_of(demo[0])
    found = pinned(public_rows, true, Knowledge.from_seeds())
    assert found.looked_at > 300
    assert found.exactly == []


def test_last_years_publication_and_this_years_tell_no_small_number_of_the_demo(demo: Demo) -> None:
    """As an authority does it: four years were given out a year ago, now five are."""
    _, now = rows_of(demo[0])
    first = [row for row in now if row.year < 2025]
    before = suppressed(compiled(demo[0]), {"812": first})["812"]
    public_rows = suppressed(compiled(demo[0]), {"812": now}, {"812": before})["812"]
    assert pinned(public_rows, now, Knowledge.from_seeds(), (before, first)).exactly == []
    then = {row.key for row in before if row.hidden}
    assert not {row.key for row in public_rows if not row.hidden} & then, "what was hidden once is hidden for good"


def random_authorities(start: int, number: int) -> dict[str, list[Row]]:
    return {str(seed): authority(random.Random(seed)) for seed in range(start, start + number)}


def told(judged: dict[str, list[Row]], figures: dict[str, list[Row]]) -> dict[str, list[str]]:
    knowledge = Knowledge.from_seeds()
    found = {
        number: worked_out(judged[number], rows, knowledge) + pinned(judged[number], rows, knowledge).exactly
        for number, rows in figures.items()
    }
    return {number: sentences for number, sentences in found.items() if sentences}


@pytest.mark.ci
def test_no_small_number_of_random_authorities_can_be_worked_out_in_five_years(demo: Demo) -> None:
    figures = random_authorities(0, 12)
    assert told(suppressed(compiled(demo[0]), figures), figures) == {}


@pytest.mark.thorough
@pytest.mark.parametrize("start", range(100, 180, 20))
def test_no_small_number_of_more_random_authorities_can_be_worked_out(demo: Demo, start: int) -> None:
    """`make soak` does 500."""
    figures = random_authorities(start, 20)
    assert told(suppressed(compiled(demo[0]), figures), figures) == {}


@pytest.mark.ci
def test_what_two_publications_tell_together_is_no_small_number(demo: Demo) -> None:
    """The first has four years; the second has five, and of every other authority an amended return."""
    knowledge = Knowledge.from_seeds()
    seeds = range(6)
    first = {str(seed): authority(random.Random(seed), range(2021, 2025)) for seed in seeds}
    now = {
        str(seed): authority(random.Random(seed), amended_by=random.Random(seed) if seed % 2 else None)
        for seed in seeds
    }
    before = suppressed(compiled(demo[0]), first)

    def pinned_by_both(judged: dict[str, list[Row]]) -> list[str]:
        return [
            number
            for number, rows in now.items()
            if pinned(judged[number], rows, knowledge, (before[number], first[number])).exactly
        ]

    assert pinned_by_both(suppressed(compiled(demo[0]), now, before)) == []
    assert pinned_by_both(suppressed(compiled(demo[0]), now)), "without regard to the first it would be otherwise"


def test_the_same_is_hidden_in_whatever_order_rows_come(demo: Demo) -> None:
    """An engine of several threads gives them in another order each time; two builds once hid different ones."""
    with duckdb.connect(str(demo[0].warehouse), read_only=True) as warehouse:
        cells, sums, hidden = (
            warehouse.execute(f"from suppression.suppression_{name}").to_arrow_table()
            for name in ("cells", "sums", "hidden")
        )
    for seed in range(3):
        order = random.Random(seed)
        shuffled = (one.take(order.sample(range(one.num_rows), one.num_rows)) for one in (cells, sums))
        assert hidden_cells(*shuffled).sort_by("cell_number") == hidden.sort_by("cell_number").cast(
            hidden_cells(cells, sums).schema
        )


@pytest.mark.ci
def test_the_attacks_would_find_what_only_primary_suppression_leaves(demo: Demo) -> None:
    """The random authorities must be hard ones: with nothing but small numbers hidden all of them give some away."""
    figures = random_authorities(0, 6)
    assert len(told(suppressed(compiled(demo[0]), figures, only_small=True), figures)) == 6
