"""XLSX: every sheet that holds something, each recognised as a table of its own."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.utils.datetime import from_excel

from orchestration.ingest.readers.part import HEADER_WITHIN, Part, fill, find_header, reject_columns, take_footers
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.spelling.values import is_beyond_excel
from orchestration.ingest.tables import ColumnSpec

WORKBOOK_LIMIT = 2_000_000_000
"""Bytes to which a workbook may unpack; more is an attack or an accident."""

_MOST_FOOTERS = 20
"""Rows at the end of a sheet that are looked at for what is no record."""
_SERIALS_BEGIN, _SERIALS_END = 14_000, 150_000
"""Excel's numbers for days from 1938 to 2310; smaller ones are no days, but for the 0 to 2 of an empty date."""


def read_workbook(file_name: str, data: bytes, recogniser: Recogniser) -> list[Part]:
    """Read every sheet that holds something, each recognised on its own."""
    whole = Part(file_name, "xlsx")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return [whole.reject("unreadable_file", f"{file_name} is protected by a password or in the old XLS format.")]
    parts: list[Part] = []
    seen: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > WORKBOOK_LIMIT:
                return [whole.reject("unreadable_file", f"{file_name} unpacks to more than 2 GB.")]
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for position, sheet in enumerate(workbook.worksheets, start=1):
            # Some suppliers write a wrong size into the sheet, and rows beyond it would be lost.
            sheet.reset_dimensions()
            part = _read_sheet(file_name, position, sheet, workbook.epoch, recogniser)
            if part is None or (part.table is None and sheet.sheet_state != "visible"):
                continue
            if part.table in seen:
                # Two sheets of one table would share their row numbers, so the second says which sheet it is.
                part.file_name = f"{file_name} [{position}]"
            seen.update([part.table] if part.table else [])
            parts.append(part)
    except Exception:  # openpyxl lets whatever the broken part of a workbook causes through: there is no closed list
        return [whole.reject("unreadable_file", f"{file_name} cannot be read as a workbook; it may be damaged.")]
    if not parts:
        return [whole.reject("empty_file", f"{file_name} is empty.")]
    return parts


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows that hold something, with their numbers."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [_cell_value(cell) for cell in cells]
        while row and (row[-1] is None or (isinstance(row[-1], str) and not row[-1].strip())):
            row.pop()
        if row:
            yield number, row


def _cell_value(cell: Any) -> Any:
    """Return what a cell holds: text, a number, a day; a number with its leading zeros as text."""
    value = cell.value
    # A number format of zeros only, such as 000000, is how a workbook keeps the leading zeros of an id.
    if _is_number(value) and float(value).is_integer() and re.fullmatch("0+", cell.number_format or ""):
        return str(int(value)).zfill(len(cell.number_format))
    return value


def _text(value: Any) -> str | None:
    """Return the value of a cell as text; nothing for an empty one."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return str(value)


def cell_text(cell: Any) -> str | None:
    """Return a cell as text; nothing for an empty one."""
    return _text(_cell_value(cell))


def _read_sheet(file_name: str, position: int, sheet: Any, epoch: dt.datetime, recogniser: Recogniser) -> Part | None:
    """Read one sheet, or return nothing where it is blank.

    A sentence names it by its position: the title of a sheet may be a child's name.
    """
    part = Part(file_name, "xlsx")
    rows = list(_sheet_rows(sheet))
    if not rows:
        return None
    tops = [[_text(value) or "" for value in row] for _, row in rows[:HEADER_WITHIN]]
    above, found = find_header(tops, recogniser.of(file_name, sheet.title))
    del rows[: above + 1]
    part.rows_delivered = len(rows)
    if not found.is_complete:
        where, why_not = f"{file_name}, sheet {position},", recogniser.why_not(file_name, sheet.title, found.names)
        return reject_columns(part, found, where, recogniser.dataset, why_not)
    assert found.table is not None
    part.table = found.table.name
    if above:
        part.spelling["", "lines_above_header"] = above
    numbers = [number for number, _ in rows]
    kept = [row for _, row in rows]
    last = [[_text(value) or "" for value in row] + ["", "", ""] for row in kept[-_MOST_FOOTERS:]]
    last_ones = len(last)
    take_footers(part, last, numbers, file_name)
    del kept[len(kept) - (last_ones - len(last)) :]
    width = max([len(found.names), *(len(row) for row in kept)])
    columns = []
    for index in range(width):
        values = [row[index] if index < len(row) else None for row in kept]
        spec = found.table.specs.get(found.names[index]) if index < len(found.names) else None
        columns.append(_column_of(part, spec, values, epoch))
    fill(part, found, columns, numbers)
    return part


def _column_of(part: Part, spec: ColumnSpec | None, values: list[Any], epoch: dt.datetime) -> list[str | None]:
    """Return a column as text; a number in a column of dates is the day that Excel shows for it."""
    if spec is not None and spec.kind in ("date", "partial_date"):
        days = [_day(value, epoch) for value in values]
        if serials := sum(day is not None for day in days):
            part.spelling[spec.name, "excel_serial"] = serials
        return [_text(value) if day is None else day for value, day in zip(values, days, strict=True)]
    if spec is not None and spec.kind == "id" and any(_is_number(value) and is_beyond_excel(value) for value in values):
        part.destroyed_columns |= {spec.name}
    return [_text(value) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _day(value: Any, epoch: dt.datetime) -> str | None:
    """Return the day of a serial number of Excel's, in the workbook's date system; nothing for anything else."""
    if not _is_number(value) or not (0 <= value <= 2 or _SERIALS_BEGIN <= value < _SERIALS_END):
        return None
    day = from_excel(value, epoch)
    return day.date().isoformat() if isinstance(day, dt.datetime) else None
