"""What has left the building: the figures of public publications that were given out, kept for all later ones.

A number that was hidden once must stay hidden, and one that was shown cannot be hidden any more. So every build copies
the figures of `released/` (`cla release`) into the decisions, where they stay, and the models of suppression read them.
With CLA_PROTECT_AGAINST=built every public publication counts as given out, whoever has or has not seen it.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from orchestration.filesystem import private_directory
from orchestration.ingest import raw as raw_layer
from orchestration.settings import Settings

GIVEN_OUT = "given_out"
SCHEMA = pa.schema(
    [
        ("run_id", pa.string()),
        ("la_code", pa.string()),
        ("period_end", pa.date32()),
        ("metric_id", pa.string()),
        ("breakdown", pa.string()),
        ("category", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("is_suppressed", pa.bool_()),
    ]
)


def collect(settings: Settings) -> int:
    """Take in what was given out since the last time; return how many figures are known in all."""
    folder = private_directory(settings.decisions / GIVEN_OUT)
    raw_layer.write_empty(folder, SCHEMA)
    for run in _runs(settings):
        kept = folder / f"{run.name}.parquet"
        if not kept.exists():
            raw_layer.write_parquet(kept, _figures(run), durable=True)
    return int(ds.dataset(folder, schema=SCHEMA).count_rows())


def _runs(settings: Settings) -> list[Path]:
    folders = [settings.released]
    if settings.protect_against == "built":
        folders.append(settings.publications_public)
    return [
        run
        for folder in folders
        for run in sorted(folder.glob("*"))
        if not run.name.startswith(".") and (run / "parquet" / "metric_values.parquet").exists()
    ]


def _figures(run: Path) -> pa.Table:
    """Return the figures of the year and, as a breakdown of it, those of its months."""
    columns = [name for name in SCHEMA.names if name not in ("run_id", "breakdown", "category")]
    values = pq.read_table(run / "parquet" / "metric_values.parquet", columns=[*columns, "breakdown", "category"])
    months = pq.read_table(run / "parquet" / "metric_months.parquet", columns=[*columns, "month_ends_on"])
    as_breakdown = months.select(columns).append_column("breakdown", pa.array(["month"] * months.num_rows, pa.string()))
    as_breakdown = as_breakdown.append_column("category", months["month_ends_on"].cast(pa.string()))
    together = pa.concat_tables([values.select(as_breakdown.schema.names), as_breakdown])
    return (
        together.append_column("run_id", pa.array([run.name] * together.num_rows, pa.string()))
        .select(SCHEMA.names)
        .cast(SCHEMA)
    )
