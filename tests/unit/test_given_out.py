"""What was given out is known for good: to every later build, and after its folder is gone."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from orchestration.ingest import given_out
from orchestration.settings import Settings


def publication(run: Path) -> None:
    folder = run / "parquet"
    folder.mkdir(parents=True)
    year = {"la_code": "812", "period_end": date(2025, 3, 31), "metric_id": "left", "value": 1.0}
    values = [
        {**year, "breakdown": "exit", "category": "A", "numerator": 9.0, "denominator": None, "is_suppressed": False},
        {**year, "breakdown": "exit", "category": "B", "numerator": None, "denominator": None, "is_suppressed": True},
    ]
    months = [
        {**year, "month_ends_on": date(2024, 4, 30), "numerator": 7.0, "denominator": None, "is_suppressed": False}
    ]
    numbers = pa.schema([("numerator", pa.float64()), ("denominator", pa.float64())])
    for name, rows in (("metric_values", values), ("metric_months", months)):
        table = pa.Table.from_pylist(rows)
        for field in numbers:
            table = table.set_column(
                table.schema.get_field_index(field.name), field, table[field.name].cast(field.type)
            )
        pq.write_table(table, folder / f"{name}.parquet")


def known(settings: Settings) -> list[tuple[object, ...]]:
    rows = ds.dataset(settings.decisions / given_out.GIVEN_OUT, schema=given_out.SCHEMA).to_table().to_pylist()
    return sorted(
        (row["run_id"], row["breakdown"], row["category"], row["numerator"], row["is_suppressed"]) for row in rows
    )


def test_a_release_is_known_with_what_it_showed_and_hid_and_stays_known(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "[a]*")
    assert given_out.collect(settings) == 0
    publication(settings.released / "1")
    publication(settings.released / ".2.partial")
    publication(settings.publications_public / "3")
    assert given_out.collect(settings) == given_out.collect(settings) == 3
    shutil.rmtree(settings.released)
    assert given_out.collect(settings) == 3
    assert known(settings) == [
        ("1", "exit", "A", 9.0, False),
        ("1", "exit", "B", None, True),
        ("1", "month", "2024-04-30", 7.0, False),
    ]


def test_where_every_build_is_public_all_of_them_are_known(tmp_path: Path) -> None:
    settings = replace(Settings(tmp_path), protect_against="built")
    publication(settings.publications_public / "3")
    assert given_out.collect(settings) == 3
    assert {row[0] for row in known(settings)} == {"3"}
