"""What everyone may see: complete, suppressed, and not to be solved, on the demo and on random small authorities."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.disclosure import Knowledge, check, worked_out
from orchestration.publish.publication import DATABASE, PUBLIC, forbidden, read_manifest
from orchestration.settings import Settings
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
    assert {column for column in theirs if column[0] in shared} - ours == set()


def test_what_is_shown_is_what_the_staff_see(
    demo: Demo, public: duckdb.DuckDBPyConnection, published: duckdb.DuckDBPyConnection
) -> None:
    query = """
        select metric_id, breakdown, category, period_end, numerator, denominator, value, display_value
        from marts.metric_values where period_type = 'financial_year'
    """
    internal = {tuple(row[:4]): row[4:] for row in published.execute(query).fetchall()}
    shown = [row for row in public.execute(query).fetchall() if row[7] != "c" and "fewer than" not in row[2]]
    assert len(shown) > 1000
    assert [row for row in shown if internal[tuple(row[:4])] != row[4:]] == []


def test_the_headlines_that_dfe_prints_are_shown(public: duckdb.DuckDBPyConnection) -> None:
    """Traps suppression that is safe because it hides everything."""
    hidden = public.execute(
        """
        select metric_id from marts.metric_values
        where is_suppressed and breakdown = 'all' and metric_id in (
            'children_looked_after', 'started_looked_after', 'ceased_looked_after', 'looked_after_in_year',
            'three_or_more_placements', 'long_term_placement_stability', 'reviews_on_time', 'review_participation'
        ) and period_end = (select max(period_end) from marts.metric_values)
        """
    ).fetchall()
    assert hidden == []
    ((share,),) = public.execute(
        "select avg(case when is_suppressed then 1.0 else 0 end) from marts.metric_values"
    ).fetchall()
    assert share < 0.4


def test_the_demos_small_numbers_cannot_be_worked_out(demo: Demo) -> None:
    assert check(demo[0]) > 100


@pytest.mark.parametrize("start", [0, 1000])
def test_no_small_number_of_random_authorities_can_be_worked_out(demo: Demo, start: int) -> None:
    figures = {str(number): authority(random.Random(number)) for number in range(start, start + 100)}
    judged = suppressed(compiled(demo[0]), figures)
    knowledge = Knowledge.from_seeds()
    told = {number: worked_out(judged[number], rows, knowledge) for number, rows in figures.items()}
    assert {number: found for number, found in told.items() if found} == {}


def test_the_attack_would_find_what_only_primary_suppression_leaves(demo: Demo) -> None:
    """The random authorities must be hard ones: without the rounds nearly all of them give something away."""
    figures = {str(number): authority(random.Random(number)) for number in range(30)}
    knowledge = Knowledge.from_seeds()
    hidden = suppressed(compiled(demo[0]), figures, rounds=0)
    assert sum(1 for number, rows in figures.items() if worked_out(hidden[number], rows, knowledge)) > 20
