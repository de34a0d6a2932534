"""What was published before: each figure with the publication that first had it so, kept after the publications.

Every build begins by taking in the publication that readers see at that moment: of its figures those alone that differ
from what is known, and which deliveries were behind it. `metric_revisions` tells from them what has changed since and
why. Figures of one reviewing officer are left out: their category stands for a person.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from orchestration.filesystem import private_directory
from orchestration.ingest import raw as raw_layer
from orchestration.settings import Settings

FIGURES = "figures_published"
PUBLICATIONS = "publications"
FIGURES_SCHEMA = pa.schema(
    [
        ("run_id", pa.string()),
        ("la_code", pa.string()),
        ("period_type", pa.string()),
        ("period_end", pa.date32()),
        ("metric_id", pa.string()),
        ("breakdown", pa.string()),
        ("category", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("display_value", pa.string()),
    ]
)
PUBLICATIONS_SCHEMA = pa.schema(
    [
        ("run_id", pa.string()),
        ("published_at", pa.timestamp("us")),
        ("code_version", pa.string()),
        ("la_code", pa.string()),
        ("delivery_id", pa.string()),
    ]
)
_KEY = "la_code, period_type, period_end, metric_id, breakdown, category"
_NEW = f"""
    with published as (
        select {_KEY}, numerator, denominator, value, display_value
        from read_parquet(getvariable('published'))
        where breakdown <> 'iro'
    ),
    known as (
        select {_KEY}, numerator, denominator, value, display_value
        from read_parquet(getvariable('known'))
        qualify row_number() over (partition by {_KEY} order by run_id desc) = 1
    )
    select * from published
    where not exists (
        select 1 from known
        where (known.la_code, known.period_type, known.period_end, known.metric_id, known.breakdown, known.category)
            = (published.la_code, published.period_type, published.period_end, published.metric_id,
               published.breakdown, published.category)
        and known.display_value is not distinct from published.display_value
        and round(known.numerator, 6) is not distinct from round(published.numerator, 6)
        and round(known.denominator, 6) is not distinct from round(published.denominator, 6)
    )
"""  # noqa: S608 - the names of columns above


def collect(settings: Settings) -> int:
    """Take in the current publication for the authority's staff, unless it is known; return how many figures are new.

    The caller holds the build lock. A build as known at a date takes in nothing: its publication is of another time.
    """
    figures = private_directory(settings.decisions / FIGURES)
    publications = private_directory(settings.decisions / PUBLICATIONS)
    raw_layer.write_empty(figures, FIGURES_SCHEMA)
    raw_layer.write_empty(publications, PUBLICATIONS_SCHEMA)
    manifest_file = settings.published / "manifest.json"
    values = settings.published / "parquet" / "metric_values.parquet"
    if settings.as_known_at or not (manifest_file.exists() and values.exists()):
        return 0
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    run_id = str(manifest["run_id"])
    if manifest["as_known_at"] or (publications / f"{run_id}.parquet").exists():
        return 0
    new = _new_figures(values.resolve(), figures, settings.memory_limit)
    new = new.append_column("run_id", pa.array([run_id] * new.num_rows, pa.string()))
    if new.num_rows:
        raw_layer.write_parquet(
            figures / f"{run_id}.parquet", new.select(FIGURES_SCHEMA.names).cast(FIGURES_SCHEMA), durable=True
        )
    # Last: a run that is named here is known whole.
    raw_layer.write_parquet(publications / f"{run_id}.parquet", _deliveries(manifest), durable=True)
    return int(new.num_rows)


def count(settings: Settings) -> tuple[int, int]:
    """Return how many figures are known, and how many deliveries of publications."""
    figures, publications = settings.decisions / FIGURES, settings.decisions / PUBLICATIONS
    return (
        int(ds.dataset(figures, schema=FIGURES_SCHEMA).count_rows()),
        int(ds.dataset(publications, schema=PUBLICATIONS_SCHEMA).count_rows()),
    )


def _new_figures(values: Path, known: Path, memory_limit: str) -> pa.Table:
    with duckdb.connect(config={"memory_limit": memory_limit}) as connection:
        # Lists, and not patterns: a folder's name may hold what a pattern would mean something else by.
        connection.execute("set variable published = ?", [[values.as_posix()]])
        connection.execute("set variable known = ?", [[file.as_posix() for file in sorted(known.glob("*.parquet"))]])
        return connection.execute(_NEW).to_arrow_table()


def _deliveries(manifest: Mapping[str, Any]) -> pa.Table:
    rows = [
        {
            "run_id": manifest["run_id"],
            "published_at": datetime.fromisoformat(manifest["published_at"]).astimezone(UTC).replace(tzinfo=None),
            "code_version": manifest["code_version"],
            "la_code": delivery["la_code"],
            "delivery_id": delivery["delivery_id"],
        }
        for delivery in manifest["deliveries"]
    ]
    return pa.Table.from_pylist(rows, schema=PUBLICATIONS_SCHEMA)
