"""What has left the building: the figures of public publications that were given out, kept for all later ones.

A number that was hidden once must stay hidden, and one that was shown cannot be hidden any more. So every build copies
the figures of `released/` (`cla release`) into the decisions, where they stay, and the models of suppression read them.
With CLA_PROTECT_AGAINST=built every public publication counts as given out, whoever has or has not seen it.
"""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

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
_FIGURES = """
    select
        $run_id as run_id, la_code, period_end, metric_id, breakdown, category, numerator, denominator, is_suppressed
    from read_parquet($values)
    union all
    select
        $run_id as run_id, la_code, period_end, metric_id, 'month' as breakdown, cast(month_ends_on as varchar),
        numerator, denominator, is_suppressed
    from read_parquet($months)
"""


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
    parquet = run / "parquet"
    with duckdb.connect() as connection:
        parameters = {
            "run_id": run.name,
            "values": [_literal(parquet / "metric_values.parquet")],
            "months": [_literal(parquet / "metric_months.parquet")],
        }
        return connection.execute(_FIGURES, parameters).to_arrow_table().cast(SCHEMA)


def _literal(path: Path) -> str:
    """Return a path as DuckDB reads it where stars and brackets are part of a folder's name."""
    return path.as_posix().replace("[", "[[]").replace("*", "[*]")
