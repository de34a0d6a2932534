"""Children who came into the figures, went out or changed, by their own numbers and the columns that changed."""

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import whole
from orchestration.publish.publication import DATABASE
from orchestration.publish.revised_children import COHORTS, TABLE, add_revised_children
from orchestration.settings import Settings

COHORT = "children_looked_after_by_period"
Row = tuple[str, str, str, str]  # period type, child's key, placement, officer's key


def write_publication(folder: Path, deliveries: Sequence[str], rows: Sequence[Row], columns: str = "") -> None:
    folder.mkdir(parents=True)
    manifest = {"deliveries": [{"delivery_id": one} for one in deliveries]}
    (folder / whole.MANIFEST).write_text(json.dumps(manifest))
    with duckdb.connect(str(folder / DATABASE)) as db:
        db.execute("create schema marts")
        db.execute(
            f"create table marts.{COHORT} (la_code varchar, period_type varchar, period_end date, child_key varchar, "
            f"placement varchar, iro_key varchar{columns})"
        )
        for period_type, child_key, placement, iro_key in rows:
            values = ["812", period_type, "2025-03-31", child_key, placement, iro_key]
            names = "la_code, period_type, period_end, child_key, placement, iro_key"
            db.execute(f"insert into marts.{COHORT} ({names}) values (?, ?, ?, ?, ?, ?)", values)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(tmp_path / "o'clock")
    made.warehouse.parent.mkdir(parents=True)
    with duckdb.connect(str(made.warehouse)) as db:
        db.execute("create schema staging")
        db.execute("create table staging.stg_reference__child_keys (la_code varchar, child varchar, child_key varchar)")
        for number in ("1", "2", "3", "4"):
            db.execute(
                "insert into staging.stg_reference__child_keys values ('812', ?, ?)", [f"A{number}", f"k{number}"]
            )
    return made


def revised(
    settings: Settings, now: Sequence[Row], deliveries: Sequence[str], columns: str = ""
) -> list[tuple[str, ...]]:
    aside = whole.begin(settings)
    write_publication(aside.part(whole.PUBLISHED), deliveries, now, columns)
    with duckdb.connect(str(settings.warehouse), read_only=True) as db:
        add_revised_children(db, settings, aside)
        return db.execute(
            f"select child, cohort, revision, columns, compared_with from {TABLE} order by child"
        ).fetchall()


YEAR = "financial_year"


def test_each_child_is_told_with_what_changed(settings: Settings) -> None:
    before = [
        (YEAR, "k1", "U1", "i1"),
        (YEAR, "k2", "U1", "i1"),
        (YEAR, "k3", "K2", "i1"),
        ("rolling_year", "k4", "U1", "i1"),
    ]
    write_publication(settings.publications / "20250527T080000Z", ["A"], before)
    now = [(YEAR, "k1", "U1", "i1"), (YEAR, "k3", "U1", "i2"), (YEAR, "k4", "U1", "i1")]
    # A column that the version before did not have is no change of every child.
    found = revised(settings, now, ["A", "B"], ", is_new boolean default true")
    said, run = COHORTS[COHORT], "20250527T080000Z"
    assert found == [
        ("A2", said, "went out", None, run),
        ("A3", said, "changed", "placement: K2 became U1; iro_key", run),
        ("A4", said, "came in", None, run),
    ]


def test_it_is_compared_with_the_last_that_rested_on_other_deliveries(settings: Settings) -> None:
    write_publication(settings.publications / "20250401T080000Z", ["A"], [(YEAR, "k1", "U1", "i1")])
    write_publication(settings.publications / "20250501T080000Z", ["A", "B"], [(YEAR, "k2", "U1", "i1")])
    (settings.publications / "20250502T080000Z").mkdir()  # not whole
    found = revised(settings, [(YEAR, "k2", "U1", "i1")], ["B", "A"])
    assert [(child, revision) for child, _, revision, _, _ in found] == [("A1", "went out"), ("A2", "came in")]


def test_without_another_publication_there_is_nothing_to_tell(settings: Settings) -> None:
    assert revised(settings, [(YEAR, "k2", "U1", "i1")], ["A"]) == []
