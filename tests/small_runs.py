"""Whole runs of a warehouse of two tables, with reports that are a line each: fast enough to publish, and kill, many.

`python -m tests.small_runs FOLDER` publishes one after the other until it is killed or `FOLDER/stop` exists.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.build import one_build_at_a_time
from orchestration.publish import whole
from orchestration.publish.publication import INTERNAL, PUBLIC, Expected, Variant, write_publication
from orchestration.publish.restricted import write_restricted
from orchestration.settings import Settings

EXPECTED = Expected(
    tables={"dim_delivery": "One row per delivery.", "metric_values": "One row per metric; it's counted."},
    columns={"dim_delivery": {}, "metric_values": {"value": "The child's figure."}},
)
PUBLIC_TABLES = Expected(
    tables={"catalogue": "One row per metric.", "metric_values": "One row per metric."},
    columns={"catalogue": {}, "metric_values": {}},
)
REPORTS = ("iro_annual_report_2025.docx", "iro_annual_report_2025.html", "iro_annual_report_2025.xlsx")


def write_warehouse(settings: Settings, value: int = 1, extra: str = "") -> None:
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    settings.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute("create schema restricted")
        connection.execute(f"create table restricted.restricted_rows as select {value} as value, '=1+1' as child")
        connection.execute(
            "create table marts.metric_values as "
            f"select 'm' || i as metric_id, {value} as value{extra} from range(50) numbers(i)"
        )
        connection.execute(
            """create table marts.dim_delivery as select '812-ssda903-2025-2025-04-30' as delivery_id,
            '812' as la_code, 'ssda903' as dataset, 2025 as collection_year, date '2025-04-30' as extracted_on,
            'final' as status, true as is_current, true as is_synthetic"""
        )
    settings.warehouse_is_whole.touch()


def write_public_tables(settings: Settings, value: int = 6, extra: str = "") -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema if not exists public_marts")
        connection.execute(
            "create or replace table public_marts.public_metric_values as "
            f"select 'm' as metric_id, {value} as value{extra}"
        )
        connection.execute("create or replace view public_marts.public_catalogue as select 'm' as metric_id")
    settings.public_is_whole.touch()


def publish(
    settings: Settings, expected: Expected = EXPECTED, public: Expected | None = None, reports: Sequence[str] = REPORTS
) -> whole.Swapped:
    """Publish a run as a build does, each report holding the id of its run."""
    aside = whole.begin(settings)
    for variant, tables in ((INTERNAL, expected), (PUBLIC, public)):
        if tables:
            write_publication(settings, aside, tables, variant=variant)
            write_reports(aside, variant, reports)
    write_restricted(settings, aside, [], synthetic=True)
    return whole.swap_in(settings, with_reports=bool(reports))


def write_reports(aside: whole.Aside, variant: Variant, reports: Sequence[str]) -> None:
    if reports:
        with aside.writing(f"{variant.part}/{whole.REPORTS}") as folder:
            for name in reports:
                (folder / name).write_text(aside.run_id)


def main(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, keep_publications=3)
    value = 1
    while not (data_dir / "stop").exists():
        with one_build_at_a_time(settings):
            value += 1
            write_warehouse(settings, value)
            write_public_tables(settings, value)
            print(publish(settings, public=PUBLIC_TABLES).run_id, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
