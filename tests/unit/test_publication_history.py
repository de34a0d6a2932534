"""Figures that were published stay known when their publication is gone, each with the one that first had it."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from orchestration.ingest import publication_history
from orchestration.settings import Settings

NUMBERS = ("numerator", "denominator", "value")


def publish(
    settings: Settings, run_id: str, figures: dict[tuple[str, str], Any], as_known_at: str | None = None
) -> None:
    """Put a publication of these figures, told by metric and breakdown, in the place of the one before."""
    shutil.rmtree(settings.published, ignore_errors=True)
    (settings.published / "parquet").mkdir(parents=True)
    rows = [
        {
            "la_code": "812",
            "period_type": "financial_year",
            "period_end": date(2025, 3, 31),
            "metric_id": metric,
            "breakdown": breakdown,
            "category": "all",
            "numerator": value,
            "denominator": None,
            "value": value,
            "display_value": f"{value:.0f}",
        }
        for (metric, breakdown), value in figures.items()
    ]
    schema = pa.schema([field for field in publication_history.FIGURES_SCHEMA if field.name != "run_id"])
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, settings.published / "parquet" / "metric_values.parquet")
    manifest = {
        "run_id": run_id,
        "published_at": "2025-05-27T10:00:00+01:00",
        "code_version": "1",
        "as_known_at": as_known_at,
        "deliveries": [{"la_code": "812", "delivery_id": "A"}],
    }
    (settings.published / "manifest.json").write_text(json.dumps(manifest))


def known(settings: Settings) -> list[tuple[str, str, float]]:
    folder = settings.decisions / publication_history.FIGURES
    rows = ds.dataset(folder, schema=publication_history.FIGURES_SCHEMA).to_table().to_pylist()
    return sorted((row["run_id"], row["metric_id"], row["numerator"]) for row in rows)


def test_of_each_publication_only_what_is_new_is_taken_in_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "[a]*'")
    assert publication_history.collect(settings) == 0  # nothing is published yet
    publish(settings, "1", {("children", "all"): 438.0, ("disputes", "all"): 114.0, ("caseload", "iro"): 60.0})
    assert publication_history.collect(settings) == 2  # a category of the breakdown iro stands for a person
    assert publication_history.collect(settings) == 0
    publish(settings, "2", {("children", "all"): 440.0, ("disputes", "all"): 114.0 + 1e-9})
    assert publication_history.collect(settings) == 1
    publish(settings, "3", {("children", "all"): 438.0, ("disputes", "all"): 114.0})
    assert publication_history.collect(settings) == 1  # back to what it was is a change too
    shutil.rmtree(settings.published)
    assert known(settings) == [
        ("1", "children", 438.0),
        ("1", "disputes", 114.0),
        ("2", "children", 440.0),
        ("3", "children", 438.0),
    ]
    runs = ds.dataset(
        settings.decisions / publication_history.PUBLICATIONS, schema=publication_history.PUBLICATIONS_SCHEMA
    )
    assert sorted(runs.to_table()["run_id"].to_pylist()) == ["1", "2", "3"]
    assert {at.isoformat() for at in runs.to_table()["published_at"].to_pylist()} == {"2025-05-27T09:00:00"}


def test_a_publication_as_known_at_a_date_is_no_later_state(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    publish(settings, "1", {("children", "all"): 438.0}, as_known_at="2025-05-27")
    assert publication_history.collect(settings) == 0
    assert publication_history.collect(Settings(tmp_path, as_known_at="2025-05-27")) == 0
    assert known(settings) == []


def test_what_a_killed_run_left_is_taken_in_again(tmp_path: Path) -> None:
    """It dies between the figures and the record that they are whole."""
    settings = Settings(tmp_path)
    publish(settings, "1", {("children", "all"): 438.0})
    publication_history.collect(settings)
    (settings.decisions / publication_history.PUBLICATIONS / "1.parquet").unlink()
    publish(settings, "1", {("children", "all"): 438.0})
    publication_history.collect(settings)
    assert known(settings) == [("1", "children", 438.0)]
    assert (settings.decisions / publication_history.PUBLICATIONS / "1.parquet").exists()
