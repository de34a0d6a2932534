"""The return that comes after the report: what it changes is told, by whom, and what the report said is still there."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from orchestration.settings import REPOSITORY, Settings
from tests.integration.running import cla

pytestmark = pytest.mark.ci

FIGURES = """
    select la_code, period_type, period_end, metric_id, breakdown, category, display_value, undetermined, status,
        as_known_at, round(numerator, 6), round(denominator, 6)
    from marts.metric_values
"""


@pytest.fixture(scope="module")
def revised(own_demo: Settings) -> Settings:
    """A copy of the demo on which `cla demo --final` has been run."""
    code, output = cla(own_demo.data_dir, "demo", "--final")
    assert code == 0, output
    return own_demo


def test_the_figures_are_those_of_the_final_return_and_say_what_they_were(revised: Settings) -> None:
    with duckdb.connect(str(revised.published / DATABASE), read_only=True) as db:
        found = db.execute(
            """
            select metric_id, breakdown, category, previous_display, display_value, because, new_deliveries
            from marts.metric_revisions
            where period_type = 'financial_year' and period_end = date '2025-03-31' and (
                (metric_id in ('started_looked_after', 'ceased_looked_after') and breakdown = 'all')
                or (metric_id = 'ceased_looked_after' and category = 'Special guardianship order'
                    and breakdown = 'exit_group')
                or (metric_id = 'children_looked_after' and category in ('all', 'UASC'))
            )
            order by all
            """
        ).fetchall()
        ((children,),) = db.execute(
            """select value from marts.metric_values where metric_id = 'children_looked_after' and breakdown = 'all'
            and period_type = 'financial_year' and period_end = date '2025-03-31'"""
        ).fetchall()
    came = ("delivery", "812-ssda903-2025-2025-06-30")
    assert found == [
        ("ceased_looked_after", "all", "all", "123", "128", *came),
        ("ceased_looked_after", "exit_group", "Special guardianship order", "28", "29", *came),
        ("children_looked_after", "uasc", "UASC", "9", "13", *came),
        ("started_looked_after", "all", "all", "95", "97", *came),
    ]
    assert children == 438


def test_the_query_of_the_page_for_analysts_tells_it(revised: Settings) -> None:
    page = (REPOSITORY / "docs" / "bi.md").read_text(encoding="utf-8")
    (query,) = [
        one for one in re.findall(r"^```sql\n(.*?)^```", page, re.MULTILINE | re.DOTALL) if "metric_revisions" in one
    ]
    with duckdb.connect(str(revised.published / DATABASE), read_only=True) as db:
        ((_, *told),) = db.execute(query).fetchall()
    assert told == ["95", "97", "delivery", "812-ssda903-2025-2025-06-30"]


def test_the_children_behind_it_are_named_to_those_who_may_know(revised: Settings) -> None:
    file = (revised.restricted / "restricted_revised_children.parquet").as_posix()
    with duckdb.connect() as db:
        found = db.execute(
            "select cohort, revision, count(*), count(distinct child) from read_parquet(?) group by all order by all",
            [file],
        ).fetchall()
    said = {(cohort, revision): (rows, children) for cohort, revision, rows, children in found}
    assert said["entered care in the year", "came in"] == (5, 5)
    assert said["entered care in the year", "went out"] == (3, 3)
    assert said["left care in the year", "came in"] == (5, 5)
    assert said["in care on the last day of the year", "changed"] == (4, 4)
    assert (revised.restricted / "restricted_revised_children.xlsx").exists()


def test_what_the_report_was_written_from_is_built_again_as_it_was_known(
    revised: Settings, demo: tuple[Settings, str]
) -> None:
    current = revised.published.resolve()
    code, output = cla(revised.data_dir, "build", "--as-known-at", "2025-05-27")
    assert code == 0, output
    assert revised.published.resolve() == current
    then: Path = Settings(revised.data_dir, as_known_at="2025-05-27").published
    assert json.loads((then / "manifest.json").read_text())["as_known_at"] == "2025-05-27"
    with duckdb.connect(str(then / DATABASE), read_only=True) as db:
        db.execute(f"attach '{demo[0].published / DATABASE}' as report (read_only)")
        of_report = FIGURES.replace("marts.", "report.marts.")
        differences = f"({FIGURES} except all {of_report}) union all ({of_report} except all {FIGURES})"
        ((rows,),) = db.execute(f"select count(*) from ({differences})").fetchall()
        # A category of the breakdown iro is a keyed hash, and the key is the same: nothing differs, nothing is revised.
        assert rows == 0
        latest = db.execute("select max(as_known_at) <= date '2025-05-27' from marts.metric_values").fetchall()
        assert latest == [(True,)]
        assert db.execute("select count(*) from marts.metric_revisions").fetchall() == [(0,)]
