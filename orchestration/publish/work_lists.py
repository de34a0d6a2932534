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
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from orchestration.publish.cells import bold, cell

WORKBOOK = "work_lists.xlsx"
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
    title.font = Font(bold=True, size=14)
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
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
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
        sheet.append([_readable(sheet, value) for value in row])
    if more:
        sheet.append([f"Only {MOST_ROWS:,} rows are shown; all stand in {work_list.table}.parquet."])


def _readable(sheet: Any, value: Any) -> Any:
    """Return a value as a person reads it: Yes and No, and days as they are written in England."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        day = WriteOnlyCell(sheet, value)
        day.number_format = "dd/mm/yyyy"
        return day
    return cell(sheet, value)
