"""The work lists as one workbook: a sheet for each list, and one before them that says what they are.

Each is sorted by urgency, as its table is, and true for the last day that the records tell of. They name children by
the authority's own number and officers by theirs: for the service alone, like everything in `restricted/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

from orchestration.publish.cells import FONT, bold, cell

WORKBOOK = "work_lists.xlsx"
_PLAIN = Font(FONT, 10)
META = "work_list"
"""The entry of a model's `config.meta` that makes it a work list: '<order> <title of the sheet>'."""
MOST_ROWS = 50_000
"""More rows than anyone works through by hand; the Parquet file has them all."""

_HEADINGS = {
    "la_code": "Authority",
    "as_of_on": "True for",
    "iro_id": "IRO",
    "dispute_id": "Dispute",
    "rag_rating": "RAG rating",
    "has_iro_record": "In the service's records",
}
_WIDEST, _NARROWEST = 40, 11
_STYLE = TableStyleInfo("TableStyleLight1", showRowStripes=False)
_URGENT, _SOON = "8A1F11", "F6D58A"
"""Dark and light, so that they are told apart in grey too; what they mean stands in the cell."""
_FILLS = {
    **dict.fromkeys(("overdue", "plan overdue", "red"), (_URGENT, "FFFFFF")),
    **dict.fromkeys(("due", "within 4 weeks", "review within 4 weeks", "amber"), (_SOON, "000000")),
}
_URGENCY = ("urgency", "rag_rating", "position")
"""Columns that say how urgent a row is."""


@dataclass(frozen=True)
class WorkList:
    """One list: its table in schema `restricted`, the title of its sheet, and what it is for."""

    table: str
    title: str
    description: str


def work_lists(manifest: Mapping[str, Any]) -> list[WorkList]:
    """Return the work lists among the models of dbt's manifest, in the order in which their sheets stand."""
    models = [node for node in manifest["nodes"].values() if node["config"].get("meta", {}).get(META)]
    lists = []
    for model in sorted(models, key=lambda model: int(model["config"]["meta"][META].split(" ", 1)[0])):
        title = model["config"]["meta"][META].split(" ", 1)[1]
        lists.append(WorkList(model["name"], title, " ".join(model["description"].split())))
    return lists


def write_work_lists(
    db: duckdb.DuckDBPyConnection, lists: Sequence[WorkList], folder: Path, *, synthetic: bool
) -> Path:
    """Write the workbook from the tables of an open, finished warehouse and return its path."""
    workbook = Workbook(write_only=True)
    # The font of every cell that names none.
    workbook._fonts.clear()
    workbook._fonts.add(_PLAIN)
    about = workbook.create_sheet("About")
    counts = [(work_list, *db.execute(_COUNT.format(table=work_list.table)).fetchall()[0]) for work_list in lists]
    _write_about(about, counts, synthetic=synthetic)
    for work_list in lists:
        _write_list(db, workbook.create_sheet(work_list.title[:31]), work_list)
    path = folder / WORKBOOK
    workbook.save(path)
    return path


_COUNT = 'select count(*), min(as_of_on), max(as_of_on) from restricted."{table}"'


def _write_about(
    sheet: Any, counts: Sequence[tuple[WorkList, int, date | None, date | None]], *, synthetic: bool
) -> None:
    for column, width in zip("ABCD", (30, 10, 14, 110), strict=True):
        sheet.column_dimensions[column].width = width
    title = bold(sheet, "Work lists of the reviewing officers' service")
    title.font = Font(FONT, 14, bold=True)
    sheet.append([title])
    if synthetic:
        sheet.append([bold(sheet, "SYNTHETIC DATA: every child and every officer is invented")])
    sheet.append(["OFFICIAL-SENSITIVE. The lists name children by the authority's own number: for the service alone."])
    sheet.append(["Each list is sorted by urgency. It is true for the last day that the records delivered tell of."])
    sheet.append([])
    sheet.append([bold(sheet, heading) for heading in ("List", "Rows", "True for", "What it holds")])
    for work_list, rows, first, last in counts:
        description = cell(sheet, work_list.description)
        description.alignment = Alignment(wrap_text=True, vertical="top")
        day = "" if first is None or last is None else f"{last:%d/%m/%Y}" if first == last else "see the list"
        sheet.append([work_list.title, rows, day, description])


def _write_list(db: duckdb.DuckDBPyConnection, sheet: Any, work_list: WorkList) -> None:
    result = db.execute(f'select * from restricted."{work_list.table}"')
    columns = [column[0] for column in result.description or []]
    headings = [_HEADINGS.get(name, name.removeprefix("is_").replace("_", " ").capitalize()) for name in columns]
    rows = result.fetchmany(MOST_ROWS)
    more = result.fetchone() is not None
    sheet.freeze_panes = "A2"
    reference = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    if rows:
        table = Table(displayName=f"T_{work_list.table}", ref=reference)
        table.tableStyleInfo = _STYLE
        # A sheet that is written row by row does not know the headings of its table.
        table._initialise_columns()
        for column, heading in zip(table.tableColumns, headings, strict=True):
            column.name = heading
        sheet.tables.add(table)  # add_table does the same, and warns of what has just been done
    else:
        sheet.auto_filter.ref = reference
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:1"
    for index, heading in enumerate(headings):
        widest = max((len(str(row[index])) for row in rows[:200]), default=0)
        width = min(max(widest, len(heading)) + 2, _WIDEST)
        sheet.column_dimensions[get_column_letter(index + 1)].width = max(width, _NARROWEST)
    sheet.append([bold(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([_readable(sheet, name, value) for name, value in zip(columns, row, strict=True)])
    if more:
        sheet.append([f"Only {MOST_ROWS:,} rows are shown; all stand in {work_list.table}.parquet."])


def _readable(sheet: Any, column: str, value: Any) -> Any:
    """Return a value as a person reads it: Yes and No, days as they are written in England, what is urgent marked."""
    if isinstance(value, bool):
        value = "Yes" if value else "No"
    if isinstance(value, date):
        day = WriteOnlyCell(sheet, value)
        day.number_format, day.font = "dd/mm/yyyy", _PLAIN
        return day
    readable = cell(sheet, value)
    if column in _URGENCY and str(value).lower() in _FILLS:
        fill, ink = _FILLS[str(value).lower()]
        readable.fill, readable.font = PatternFill("solid", start_color=fill), Font(FONT, 10, bold=True, color=ink)
    return readable
