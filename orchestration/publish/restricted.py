"""The restricted outputs: child-level work lists and rejected rows, with the authority's own child ids.

They are for the few people who correct the authority's records. Each table is a Parquet file, and a workbook for
whoever has only Excel. Like a publication they are written aside and swapped in; older ones are deleted, because
nobody needs last month's copy of children's records.
"""

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from orchestration.filesystem import private_directory, private_file, replace_link
from orchestration.publish.publication import PublishedTable, prune
from orchestration.settings import Settings

WORKBOOK_ROWS = 50_000
"""More rows than anyone works through by hand; the Parquet file has them all."""

KEPT = 2
"""The current outputs and those before them, which someone may be reading at the moment of the swap."""


def write_restricted(settings: Settings, run_id: str) -> list[PublishedTable]:
    """Write every table of schema `restricted`, swap the folder in, and return what was written."""
    private_directory(settings.restricted_runs)
    aside = private_directory(settings.restricted_runs / f".{run_id}.partial")
    tables = []
    with duckdb.connect(str(settings.warehouse), read_only=True, config={"memory_limit": settings.memory_limit}) as db:
        names = db.execute(
            "select table_name from duckdb_tables() where schema_name = 'restricted' order by table_name"
        ).fetchall()
        for (name,) in names:
            parquet = aside / f"{name}.parquet"
            db.execute(f"copy restricted.\"{name}\" to '{_escaped(parquet)}' (format parquet, compression zstd)")
            tables.append(PublishedTable(name, _write_workbook(db, name, aside), parquet.stat().st_size))
    for path in aside.iterdir():
        private_file(path)
    folder = settings.restricted_runs / run_id
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
    replace_link(settings.restricted, folder)
    prune(settings.restricted_runs, keep=KEPT, current=folder)
    return tables


def _write_workbook(db: duckdb.DuckDBPyConnection, table: str, folder: Path) -> int:
    """Write a table as a workbook of one sheet, streaming, and return how many rows the table has."""
    ((total,),) = db.execute(f'select count(*) from restricted."{table}"').fetchall()
    result = db.execute(f'select * from restricted."{table}" limit {WORKBOOK_ROWS}')
    columns = [column[0] for column in result.description or []]
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(table[:31])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{min(total, WORKBOOK_ROWS) + 1}"
    for index in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 22
    sheet.append([_bold(sheet, column) for column in columns])
    for row in _fetched(result):
        sheet.append([_cell(sheet, value) for value in row])
    if total > WORKBOOK_ROWS:
        sheet.append([f"{total - WORKBOOK_ROWS:,} more rows stand in {table}.parquet."])
    workbook.save(folder / f"{table}.xlsx")
    return int(total)


def _fetched(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(1000):
        yield from rows


def _bold(sheet: Any, value: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """Return a value as Excel takes it; delivered text stays text, even if it looks like a formula."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | date | datetime):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(value))[:32_767])
    cell.data_type = "s"
    return cell


def _escaped(path: Path) -> str:
    return path.as_posix().replace("'", "''")
