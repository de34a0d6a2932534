"""Whole runs of a warehouse of two tables, with reports that are a line each: fast enough to publish, and kill, many.

`python -m tests.small_runs FOLDER` publishes one after the other until it is killed or `FOLDER/stop` exists;
`python -m tests.small_runs --read FOLDER` reads as long, and prints what it found.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.build import one_build_at_a_time
from orchestration.publish import whole
from orchestration.publish.publication import DATABASE, INTERNAL, PUBLIC, Expected, Variant, write_publication
from orchestration.publish.restricted import write_restricted
from orchestration.publish.whole import PUBLISHED, PUBLISHED_PUBLIC, RESTRICTED
from orchestration.settings import Settings

EXPECTED = Expected(
    tables={"dim_delivery": "One row per delivery.", "metric_values": "One row per metric; it's counted."},
    columns={"dim_delivery": {}, "metric_values": {"value": "The child's figure."}},
)
PUBLIC_TABLES = Expected(
    tables={"catalogue": "One row per metric.", "metric_values": "One row per metric."},
    columns={"catalogue": {}, "metric_values": {}},
)
PARTS = (PUBLISHED, PUBLISHED_PUBLIC, RESTRICTED)
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


def run_id(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text())["run_id"])


def of_one_run(settings: Settings) -> str:
    """Return the run that all parts and all in them are of; the link is followed once, as a careful reader does."""
    run = settings.current.resolve()
    (found,) = {run_id(run / part) for part in PARTS}
    for part in (PUBLISHED, PUBLISHED_PUBLIC):
        assert {path.name: path.read_text() for path in (run / part / "reports").iterdir()} == dict.fromkeys(
            REPORTS, found
        )
        with duckdb.connect(str(run / part / DATABASE), read_only=True) as connection:
            in_database = connection.execute("select distinct value from marts.metric_values").fetchall()
        parquet = (run / part / "parquet" / "metric_values.parquet").as_posix()
        assert duckdb.sql(f"select distinct value from '{parquet}'").fetchall() == in_database
        if part == PUBLISHED:
            values = in_database
        assert in_database == values
    restricted = (run / RESTRICTED / "restricted_rows.parquet").as_posix()
    assert duckdb.sql(f"select value from '{restricted}'").fetchall() == values
    assert (run / RESTRICTED / "restricted_rows.xlsx").exists()
    return found


def read_until_stopped(data_dir: Path) -> dict[str, Any]:
    """Read tables, reports and manifests of all parts without a pause; return how often, and what failed."""
    settings = Settings(data_dir)
    seen: set[str] = set()
    failures: list[str] = []
    rounds = 0
    while not (data_dir / "stop").exists():
        rounds += 1
        try:
            seen.add(of_one_run(settings))
            # And as people do, through the three names one after the other: never back to an older run.
            ids = [run_id(data_dir / part) for part in (*PARTS, PARTS[0])]
            assert ids == sorted(ids), ids
            assert ids[0] != ids[-1] or len(set(ids)) == 1, ids
            for part in PARTS[:2]:
                for name in REPORTS:
                    assert (data_dir / part / "reports" / name).read_text(), name
        except Exception as error:
            failures.append(repr(error))
    return {"seen": len(seen), "rounds": rounds, "failures": failures}


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
    if sys.argv[1] == "--read":
        print(json.dumps(read_until_stopped(Path(sys.argv[2]))))
    else:
        main(Path(sys.argv[1]))
