"""The ten questions of docs/questions.md on the demo authority: each query runs, and gives the figures."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pytest

from orchestration.settings import REPOSITORY, Settings

pytestmark = pytest.mark.slow

DOCS = REPOSITORY / "docs"
QUESTIONS = (DOCS / "questions.md").read_text(encoding="utf-8").split("\n## ")[1:]
LATEST = "2025-03-31"


def answers(published: duckdb.DuckDBPyConnection, number: int) -> list[pandas.DataFrame]:
    queries = re.findall(r"^```sql\n(.*?)^```", QUESTIONS[number - 1], flags=re.MULTILINE | re.DOTALL)
    assert queries and QUESTIONS[number - 1].startswith(f"{number}. ")
    return [published.execute(query).df() for query in queries]


def figure(
    published: duckdb.DuckDBPyConnection,
    metric: str,
    column: str = "numerator",
    category: str = "all",
    breakdown: str = "all",
    end: str = LATEST,
) -> Any:
    ((value,),) = published.execute(
        f"""
        select {column} from marts.metric_values
        where metric_id = ? and breakdown = ? and category = ? and period_type = 'financial_year' and period_end = ?
        """,
        [metric, breakdown, category, end],
    ).fetchall()
    return value


def test_there_are_ten() -> None:
    assert len(QUESTIONS) == 10


def test_rates_beside_others(published: duckdb.DuckDBPyConnection) -> None:
    (rates,) = answers(published, 1)
    assert list(rates["collection_year"]) == [2025, 2024, 2023]
    # The neighbours' mean of each year, and what DfE printed in its 2025 release of the region and of England.
    assert rates.iloc[:, 1:].to_numpy().tolist() == [
        ["132", "94", "77", "67"],
        ["141", "100", "79", "69"],
        ["174", "100", "81", "70"],
    ]


def test_ages_and_homes_of_two_years_are_all_children(published: duckdb.DuckDBPyConnection) -> None:
    (homes,) = answers(published, 2)
    assert homes["now"].sum() == figure(published, "children_looked_after")
    assert homes["a_year_ago"].sum() == figure(published, "children_looked_after", end="2024-03-31")


def test_late_reviews_have_their_reasons(published: duckdb.DuckDBPyConnection) -> None:
    (late,) = answers(published, 3)
    of_reasons = dict(zip(late["late_reason"], late["late_reviews"], strict=True))
    assert of_reasons == {
        reason: figure(published, "reviews_late_reasons", category=reason, breakdown="late_reason")
        for reason in of_reasons
    }
    assert sum(of_reasons.values()) == figure(published, "reviews_on_time", "denominator - numerator")
    assert (late["usual_days_late"] > 0).all()


def test_disputes_by_officer_and_month(published: duckdb.DuckDBPyConnection) -> None:
    (disputes,) = answers(published, 4)
    assert disputes["disputes_raised"].sum() == figure(published, "disputes_raised")
    assert disputes["resolved_early"].sum() == figure(published, "disputes_resolved_early")
    assert disputes["officer"].str.fullmatch(r"IRO \d+|Unknown").all()
    assert disputes["month"].nunique() == 12


def test_time_to_permanence(published: duckdb.DuckDBPyConnection) -> None:
    (permanence,) = answers(published, 5)
    assert 0 < permanence["children"].sum() <= figure(published, "left_to_permanence")
    assert (permanence["usual_months"] <= permanence["nine_in_ten_within_months"]).all()


def test_months_and_rolling_years(published: duckdb.DuckDBPyConnection) -> None:
    months, rolling = answers(published, 6)
    of_year = months[months["month_ends_on"] > pandas.Timestamp("2024-04-01")]
    assert len(of_year) == 12 and of_year["numerator"].sum() == figure(published, "ceased_looked_after")
    assert rolling["display_value"].iloc[-1] == figure(published, "placed_over_20_miles", "display_value")


def test_ranks(published: duckdb.DuckDBPyConnection) -> None:
    (ranks,) = answers(published, 7)
    assert set(ranks["ranked_among"]) == {"All authorities", "Statistical neighbours"}
    assert (ranks["rank"] >= 1).all() and (ranks["rank"] <= ranks["authorities_counted"]).all()


def test_who_waits(published: duckdb.DuckDBPyConnection) -> None:
    (waiting,) = answers(published, 8)
    assert waiting["is_awaiting_long_term_match"].sum() == figure(published, "awaiting_long_term_match")
    assert (waiting["plan_overdue_since"].notna() | waiting["is_awaiting_long_term_match"]).all()


def test_moves(published: duckdb.DuckDBPyConnection) -> None:
    (moves,) = answers(published, 9)
    assert moves["three_or_more"].sum() == figure(published, "three_or_more_placements")
    assert moves["children"].sum() == figure(published, "three_or_more_placements", "denominator")


def test_who_came_in(published: duckdb.DuckDBPyConnection) -> None:
    (came,) = answers(published, 10)
    assert came["children"].sum() == figure(published, "started_looked_after")
    assert came["back_after_permanence"].sum() == figure(published, "re_entered_after_permanence")


def test_the_notebook_runs_from_top_to_bottom(demo: tuple[Settings, str]) -> None:
    notebook = json.loads((DOCS / "templates" / "notebook" / "ten_questions.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        folder = f"Path({Path(demo[0].published).as_posix()!r})"
        code = cell.replace('Path(r"C:\\ChildrenInCare\\data\\published")', folder)
        assert "C:\\" not in code
        exec(compile(code, "ten_questions.ipynb", "exec"), names)  # noqa: S102 - the notebook's own code
    names["warehouse"].close()
    assert len(cells) == 12
    assert all(cell.get("outputs", []) == [] for cell in notebook["cells"])
