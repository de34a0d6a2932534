"""The bank holidays that working days are counted with."""

import importlib.metadata
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.ingest import bank_holidays
from orchestration.ingest.bank_holidays import SCHEMA, build_bank_holidays


@pytest.fixture(scope="module")
def holidays(tmp_path_factory: pytest.TempPathFactory) -> dict[date, str]:
    raw = tmp_path_factory.mktemp("raw")
    rows, written = build_bank_holidays(raw)
    table = pq.read_table(raw / "bank_holidays/bank_holidays.parquet")
    assert table.schema.equals(SCHEMA)
    days = dict(zip(table["holiday_on"].to_pylist(), table["name"].to_pylist(), strict=True))
    assert written and len(days) == rows == table.num_rows, "no day is there twice"
    return days


def on_working_days(holidays: dict[date, str], year: int) -> list[str]:
    return [f"{day:%d %b}" for day in sorted(holidays) if day.year == year and day.weekday() < 5]


@pytest.mark.parametrize(
    ("year", "days"),
    [
        # As printed by the government for England and Wales; each year lays a trap.
        (2018, "01 Jan, 30 Mar, 02 Apr, 07 May, 28 May, 27 Aug, 25 Dec, 26 Dec"),
        (2020, "01 Jan, 10 Apr, 13 Apr, 08 May, 25 May, 31 Aug, 25 Dec, 28 Dec"),  # May Day moved for VE Day
        (2021, "01 Jan, 02 Apr, 05 Apr, 03 May, 31 May, 30 Aug, 27 Dec, 28 Dec"),  # Christmas on a Saturday
        (2022, "03 Jan, 15 Apr, 18 Apr, 02 May, 02 Jun, 03 Jun, 29 Aug, 19 Sep, 26 Dec, 27 Dec"),  # on a Sunday
        (2023, "02 Jan, 07 Apr, 10 Apr, 01 May, 08 May, 29 May, 28 Aug, 25 Dec, 26 Dec"),  # the coronation
        (2024, "01 Jan, 29 Mar, 01 Apr, 06 May, 27 May, 26 Aug, 25 Dec, 26 Dec"),  # Easter on either side of 31 March
        (2025, "01 Jan, 18 Apr, 21 Apr, 05 May, 26 May, 25 Aug, 25 Dec, 26 Dec"),
        (2026, "01 Jan, 03 Apr, 06 Apr, 04 May, 25 May, 31 Aug, 25 Dec, 28 Dec"),
    ],
)
def test_a_year_has_the_days_that_the_government_prints(holidays: dict[date, str], year: int, days: str):
    assert on_working_days(holidays, year) == days.split(", ")


def test_days_of_the_other_nations_are_working_days(holidays: dict[date, str]):
    for day in (date(2024, 1, 2), date(2024, 3, 18), date(2024, 7, 12), date(2024, 8, 5), date(2024, 12, 2)):
        assert day not in holidays


def test_every_year_has_at_least_the_eight_days_of_the_law(holidays: dict[date, str]):
    years = range(bank_holidays.FIRST_YEAR, bank_holidays.LAST_YEAR + 1)
    assert [year for year in years if len(on_working_days(holidays, year)) < 8] == []


def test_the_horizon_is_at_least_five_years_away(holidays: dict[date, str]):
    """Traps a calendar that ends too soon: later holidays would silently be working days."""
    assert max(holidays) >= date.today().replace(month=12, day=25, year=date.today().year + 5)
    assert min(holidays) <= date(1990, 4, 16)


def test_they_are_written_again_only_for_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rows, _ = build_bank_holidays(tmp_path)
    assert build_bank_holidays(tmp_path) == (rows, False)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.0")
    assert build_bank_holidays(tmp_path) == (rows, True)
    assert build_bank_holidays(tmp_path) == (rows, False)
