"""The restricted outputs: child-level work lists and rejected rows, with the authority's own child ids.

They are for the few people who correct the authority's records. Each table is a Parquet file, and a workbook for
whoever has only Excel; the work lists share one. They are a part of their run, and swapped in with it.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from orchestration.filesystem import write_private_text
from orchestration.publish.cells import bold, cell
from orchestration.publish.publication import PublishedTable
from orchestration.publish.revised_children import TABLE, add_revised_children
from orchestration.publish.whole import MANIFEST, RESTRICTED, Aside
from orchestration.publish.work_lists import WorkList, write_work_lists
from orchestration.settings import Settings

WORKBOOK_ROWS = 50_000
"""More rows than anyone works through by hand; the Parquet file has them all."""


def write_restricted(
    settings: Settings, aside: Aside, work_lists: Sequence[WorkList], *, synthetic: bool
) -> list[PublishedTable]:
    """Write every table of schema `restricted` to the run that is under way, and return what was written."""
    listed = {work_list.table for work_list in work_lists}
    tables = []
    with (
        aside.writing(RESTRICTED) as folder,
        duckdb.connect(str(settings.warehouse), read_only=True, config={"memory_limit": settings.memory_limit}) as db,
    ):
        names = db.execute(
            "select table_name from information_schema.tables where table_schema = 'restricted' order by table_name"
        ).fetchall()
        add_revised_children(db, settings, aside)
        for name, relation in [*((name, f'restricted."{name}"') for (name,) in names), (TABLE, TABLE)]:
            parquet = folder / f"{name}.parquet"
            db.execute(f"copy {relation} to '{_escaped(parquet)}' (format parquet, compression zstd)")
            ((rows,),) = db.execute(f"select count(*) from {relation}").fetchall()
            if name not in listed:
                _write_workbook(db, name, relation, rows, folder)
            tables.append(PublishedTable(name, rows, parquet.stat().st_size))
        write_work_lists(db, work_lists, folder, synthetic=synthetic)
        manifest = {
            "run_id": aside.run_id,
            "as_known_at": settings.as_known_at or None,
            "is_synthetic": synthetic,
            "tables": {table.name: {"rows": table.rows} for table in tables},
        }
        write_private_text(folder / MANIFEST, json.dumps(manifest, indent=2) + "\n")
    return tables


def _write_workbook(db: duckdb.DuckDBPyConnection, table: str, relation: str, total: int, folder: Path) -> None:
    """Write a table as a workbook of one sheet, streaming."""
    result = db.execute(f"select * from {relation} limit {WORKBOOK_ROWS}")
    columns = [column[0] for column in result.description or []]
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(table[:31])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{min(total, WORKBOOK_ROWS) + 1}"
    for index in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 22
    sheet.append([bold(sheet, column) for column in columns])
    for row in _fetched(result):
        sheet.append([cell(sheet, value) for value in row])
    if total > WORKBOOK_ROWS:
        sheet.append([f"{total - WORKBOOK_ROWS:,} more rows stand in {table}.parquet."])
    workbook.save(folder / f"{table}.xlsx")


def _fetched(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(1000):
        yield from rows


def _escaped(path: Path) -> str:
    return path.as_posix().replace("'", "''")
