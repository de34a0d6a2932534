"""The work lists as one workbook: a sheet for each list, and one before them that says what they are.

Each is sorted by urgency, as its table is, and true for the last day that the records tell of. They name children by
the authority's own number and officers by theirs: for the service alone, like everything in `restricted/`.
"""

import csv
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

from orchestration.publish.cells import FONT, bold, cell
from orchestration.settings import REPOSITORY

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
_LAST = ("la_code", "as_of_on")
"""The same in every row, as a rule: they stand last, where they keep nobody from the child."""
_WIDEST, _NARROWEST, _HEADING, _CHARACTERS = 40, 11, 15, 100
"""In characters: of columns, of a heading before it goes on in a second line, of what a list holds in one line."""
_OF_A4, _A4, _A3 = 200, 9, 8
"""How wide a list may be, in characters, to be read on A4; and Excel's numbers of the sizes of paper."""
_LINE = 13.5
"""Points of a line of text."""
_STYLE = TableStyleInfo("TableStyleLight1", showRowStripes=False)
_URGENT, _SOON = "8A1F11", "F6D58A"
"""Dark and light, so that they are told apart in grey too; what they mean stands in the cell."""
_FILLS = {
    **dict.fromkeys(("overdue", "plan overdue", "red"), (_URGENT, "FFFFFF")),
    **dict.fromkeys(("due", "within 4 weeks", "review within 4 weeks", "amber"), (_SOON, "000000")),
}
_CODES = {"current_stage": "dispute_stage", "review_type": "", "latest_milestone": ""}
"""Columns of codes that have another name than their set of codes (seeds/codesets), or no set."""
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
        _write_list(db, workbook.create_sheet(work_list.title[:31]), work_list, synthetic=synthetic)
    path = folder / WORKBOOK
    workbook.save(path)
    return path


_COUNT = 'select count(*), min(as_of_on), max(as_of_on) from restricted."{table}"'


def _write_about(
    sheet: Any, counts: Sequence[tuple[WorkList, int, date | None, date | None]], *, synthetic: bool
) -> None:
    for column, width in zip("ABCD", (30, 10, 14, _CHARACTERS), strict=True):
        sheet.column_dimensions[column].width = width
    _to_print(sheet, "Work lists of the reviewing officers' service", synthetic=synthetic)
    title = bold(sheet, "Work lists of the reviewing officers' service")
    title.font = Font(FONT, 14, bold=True)
    sheet.append([title])
    if synthetic:
        sheet.append([bold(sheet, "SYNTHETIC DATA: every child and every officer is invented")])
    sheet.append(["OFFICIAL-SENSITIVE. The lists name children by the authority's own number: for the service alone."])
    sheet.append(["Each list is sorted by urgency. It is true for the last day that the records delivered tell of."])
    sheet.append([])
    headings = [bold(sheet, heading) for heading in ("List", "Rows", "True for", "What it holds")]
    sheet.append(headings)
    for row, (work_list, rows, first, last) in enumerate(counts, start=7 if synthetic else 6):
        description = cell(sheet, work_list.description)
        description.alignment = Alignment(wrap_text=True, vertical="top")
        day = "" if first is None or last is None else f"{last:%d/%m/%Y}" if first == last else "see the list"
        sheet.row_dimensions[row].height = _LINE * len(textwrap.wrap(work_list.description, _CHARACTERS)) + 3
        sheet.append([_on_top(sheet, work_list.title), _on_top(sheet, rows), _on_top(sheet, day), description])


def _on_top(sheet: Any, value: Any) -> Any:
    written = WriteOnlyCell(sheet, value)
    written.alignment, written.font = Alignment(vertical="top", horizontal="left"), _PLAIN
    return written


def _to_print(sheet: Any, title: str, *, synthetic: bool) -> None:
    """Have a sheet print across one landscape page, with what it is and whom it is for on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.oddHeader.left.text = title
    sheet.oddHeader.right.text = "SYNTHETIC DATA: every child and every officer is invented" if synthetic else ""
    sheet.oddFooter.left.text = "OFFICIAL-SENSITIVE: for the service alone"
    sheet.oddFooter.right.text = "Page &P of &N"


def _write_list(db: duckdb.DuckDBPyConnection, sheet: Any, work_list: WorkList, *, synthetic: bool) -> None:
    table_name = f'restricted."{work_list.table}"'
    found = [column[0] for column in db.execute(f"select * from {table_name} limit 0").description or []]
    columns = [name for name in found if name not in _LAST] + [name for name in _LAST if name in found]
    result = db.execute(f"select {', '.join(columns)} from {table_name}")
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
    _to_print(sheet, work_list.title, synthetic=synthetic)
    sheet.print_title_rows = "1:1"
    lines, across = 1, 0
    written = [bold(sheet, heading) for heading in headings]
    for index, (name, heading) in enumerate(zip(columns, headings, strict=True)):
        widest = max((len(str(_in_words(name, row[index]))) for row in rows[:200]), default=0)
        width = max(min(max(widest, min(len(heading), _HEADING)) + 2, _WIDEST), _NARROWEST)
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
        across += width if name not in _LAST else 0
        # Room for the button of the filter.
        lines = max(lines, len(textwrap.wrap(heading, int(width) - 3)))
        is_text = any(isinstance(row[index], str | bool) for row in rows)
        written[index].alignment = Alignment(wrap_text=True, vertical="top", horizontal="left" if is_text else "center")
    sheet.row_dimensions[1].height = _LINE * lines
    sheet.page_setup.paperSize = _A4 if across <= _OF_A4 else _A3
    # On paper the heading of the page has what is the same in every row.
    sheet.print_area = f"A1:{get_column_letter(len([n for n in columns if n not in _LAST]) or 1)}{len(rows) + 1}"
    days = {f"{row[columns.index('as_of_on')]:%d/%m/%Y}" for row in rows if row[columns.index("as_of_on")]}
    if len(days) == 1:
        sheet.oddHeader.left.text = f"{work_list.title}, true for {days.pop()}"
    sheet.append(written)
    for row in rows:
        sheet.append([_readable(sheet, name, value) for name, value in zip(columns, row, strict=True)])
    if more:
        sheet.append([f"Only {MOST_ROWS:,} rows are shown; all stand in {work_list.table}.parquet."])


def _readable(sheet: Any, column: str, value: Any) -> Any:
    """Return a value as a person reads it: Yes and No, days as they are written in England, what is urgent marked."""
    if isinstance(value, bool):
        value = "Yes" if value else "No"
    if isinstance(value, date | int):
        number = WriteOnlyCell(sheet, value)
        number.font, number.alignment = _PLAIN, Alignment(horizontal="center")
        if isinstance(value, date):
            number.number_format = "dd/mm/yyyy"
        return number
    readable = cell(sheet, _in_words(column, value))
    if column in _URGENCY and str(value).lower() in _FILLS:
        fill, ink = _FILLS[str(value).lower()]
        readable.fill, readable.font = PatternFill("solid", start_color=fill), Font(FONT, 10, bold=True, color=ink)
    return readable


def _in_words(column: str, value: Any) -> Any:
    """Return a code in words, as its set of codes has it or else with its underscores undone."""
    codes = _CODES.get(column, column)
    if not isinstance(value, str) or (codes and codes not in _code_sets()):
        return value
    return _code_sets().get(codes, {}).get(value) or value.replace("_", " ").capitalize()


@cache
def _code_sets() -> dict[str, dict[str, str]]:
    """Return the words of the reviewing service's codes, by their set."""
    found: dict[str, dict[str, str]] = {}
    with (REPOSITORY / "seeds" / "codesets" / "iro_codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["code_set"], {})[row["code"]] = row["description"]
    return found
