"""Which deliveries are known and latest on a day, in whatever order they came: the model against plain Python."""

import importlib.util
import random
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from orchestration.settings import REPOSITORY

_SPEC = importlib.util.spec_from_file_location("lint_macros", REPOSITORY / "dbt_project/lint_macros/__init__.py")
assert _SPEC is not None and _SPEC.loader is not None
lint_macros = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(lint_macros)

DELIVERIES, ORDERS = 10, 60
MODEL = REPOSITORY / "models" / "intermediate" / "deliveries" / "int_deliveries__known.sql"
COLUMNS = ("delivery_id", "la_code", "dataset", "collection_year", "extracted_on")
VERDICT = "select delivery_id, is_readable, is_latest, covers_to from ({}) order by all"


def model(as_known_at: str) -> Any:
    """The model's SQL, with the three macros that write dates as DuckDB knows them."""
    return lint_macros.ENVIRONMENT.from_string(MODEL.read_text(encoding="utf-8")).render(
        var=lambda name: as_known_at,
        date_literal=lambda day: f"date '{day}'",
        first_day_of_collection_year=lambda year: f"make_date({year} - 1, 4, 1)",
        last_day_of_collection_year=lambda year: f"make_date({year}, 3, 31)",
    )


def ten(chance: random.Random) -> list[tuple[Any, ...]]:
    """Ten deliveries of few authorities, datasets, years and days, so that many compete."""
    found: dict[str, tuple[Any, ...]] = {}
    while len(found) < DELIVERIES:
        la_code, dataset, year = chance.choice(["812", "813"]), chance.choice(["ssda903", "iro", "crosswalk"]), 2025
        year += chance.randrange(2)
        day = date(2025, 1, 1) + timedelta(chance.randrange(8) * 30)
        name = f"{la_code}-{dataset}-{year}-{day}"
        found[name] = (name, la_code, dataset, year, day)
    return list(found.values())


def known(deliveries: list[tuple[Any, ...]], readable: set[str], on: date) -> list[tuple[Any, ...]]:
    """What is known on a day, in plain words."""
    told = []
    for name, la_code, dataset, year, day in deliveries:
        if day <= on:
            rivals = [
                one[4]
                for one in deliveries
                if one[1:4] == (la_code, dataset, year) and one[4] <= on and one[0] in readable
            ]
            is_latest = name in readable and day == max(rivals)
            told.append((name, name in readable, is_latest, min(day, date(year, 3, 31))))
    return sorted(told)


@pytest.fixture
def db() -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    db.execute(
        """create table stg_landing__deliveries (delivery_id varchar, la_code varchar, dataset varchar,
        collection_year integer, extracted_on date, status varchar, supplier varchar, is_synthetic boolean,
        declared_empty varchar, content_hash varchar, source_hash varchar, file_count integer, loaded_at timestamp,
        replaced_content_hash varchar, replaced_at timestamp);
        create table stg_landing__files (delivery_id varchar, table_name varchar, is_rejected boolean,
        rows_parsed bigint);
        create table stg_landing__acceptances (delivery_id varchar, source_hash varchar, accepted_by varchar,
        accepted_on date, accepted_because varchar)"""
    )
    return db


def land(db: duckdb.DuckDBPyConnection, deliveries: list[tuple[Any, ...]], readable: set[str]) -> None:
    db.execute("delete from stg_landing__deliveries; delete from stg_landing__files")
    for one in deliveries:
        db.execute(f"insert into stg_landing__deliveries ({', '.join(COLUMNS)}) values (?, ?, ?, ?, ?)", one)
        rows = int(one[0] in readable)
        db.execute("insert into stg_landing__files values (?, ?, false, ?)", (one[0], "episodes", rows))


@pytest.mark.parametrize("seed", range(ORDERS))
def test_what_is_known_on_a_day_depends_on_no_order_and_on_nothing_that_came_later(
    db: duckdb.DuckDBPyConnection, seed: int
):
    chance = random.Random(seed)
    deliveries = ten(chance)
    readable = {one[0] for one in deliveries if chance.random() < 0.8}
    on = chance.choice(deliveries)[4] + timedelta(chance.choice([-1, 0, 1]))
    expected = known(deliveries, readable, on)
    land(db, [one for one in deliveries if one[4] <= on], readable)
    assert db.execute(VERDICT.format(model(""))).fetchall() == expected, "what was published then"
    chance.shuffle(deliveries)
    land(db, deliveries, readable)
    assert db.execute(VERDICT.format(model(on.isoformat()))).fetchall() == expected, "what is published again"
