"""XLSX: every sheet that holds something, each recognised as a table of its own."""

import datetime as dt
from typing import Any

from openpyxl.utils.datetime import from_excel

from orchestration.ingest.limits import BeyondLimitsError, Meter
from orchestration.ingest.readers.part import HEADER_WITHIN, Part, fill, find_header, reject_columns, take_footers
from orchestration.ingest.readers.sheets import ProtectedError, Sheet, sheets
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.spelling.values import is_beyond_excel
from orchestration.ingest.tables import ColumnSpec

_MOST_FOOTERS = 20
"""Rows at the end of a sheet that are looked at for what is no record."""
_SERIALS_BEGIN, _SERIALS_END = 14_000, 150_000
"""Excel's numbers for days from 1938 to 2310; smaller ones are no days, but for the 0 to 2 of an empty date."""


def read_workbook(file_name: str, data: bytes, recogniser: Recogniser, meter: Meter) -> list[Part]:
    """Read every sheet that holds something, each recognised on its own."""
    whole = Part(file_name, "xlsx")
    parts: list[Part] = []
    seen: set[str] = set()
    try:
        for position, sheet in enumerate(sheets(data, meter), start=1):
            part = _read_sheet(file_name, position, sheet, recogniser, meter)
            if part is None or (part.table is None and not sheet.is_visible):
                continue
            if part.table in seen:
                # Two sheets of one table would share their row numbers, so the second says which sheet it is.
                part.file_name = f"{file_name} [{position}]"
            seen.update([part.table] if part.table else [])
            parts.append(part)
    except BeyondLimitsError:
        raise
    except ProtectedError:
        return [whole.reject("unreadable_file", f"{file_name} is protected by a password or in the old XLS format.")]
    except Exception:  # whatever the broken part of a workbook causes: there is no closed list
        return [whole.reject("unreadable_file", f"{file_name} cannot be read as a workbook; it may be damaged.")]
    if not parts:
        return [whole.reject("empty_file", f"{file_name} is empty.")]
    return parts


def cell_text(value: Any) -> str | None:
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


def _read_sheet(file_name: str, position: int, sheet: Sheet, recogniser: Recogniser, meter: Meter) -> Part | None:
    """Read one sheet, or return nothing where it is blank.

    A sentence names it by its position: the title of a sheet may be a child's name.
    """
    part = Part(file_name, "xlsx")
    rows = list(sheet.rows)
    if not rows:
        return None
    tops = [[cell_text(value) or "" for value in row] for _, row in rows[:HEADER_WITHIN]]
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
    last = [[cell_text(value) or "" for value in row] + ["", "", ""] for row in kept[-_MOST_FOOTERS:]]
    last_ones = len(last)
    take_footers(part, last, numbers, file_name)
    del kept[len(kept) - (last_ones - len(last)) :]
    width = max([len(found.names), *(len(row) for row in kept)])
    # A table is as wide as its widest row, in each of its rows.
    meter.cells(width * len(kept) - sum(map(len, kept)))
    columns = []
    for index in range(width):
        values = [row[index] if index < len(row) else None for row in kept]
        spec = found.table.specs.get(found.names[index]) if index < len(found.names) else None
        columns.append(_column_of(part, spec, values, sheet.epoch))
    fill(part, found, columns, numbers)
    return part


def _column_of(part: Part, spec: ColumnSpec | None, values: list[Any], epoch: dt.datetime) -> list[str | None]:
    """Return a column as text; a number in a column of dates is the day that Excel shows for it."""
    if spec is not None and spec.kind in ("date", "partial_date"):
        days = [_day(value, epoch) for value in values]
        if serials := sum(day is not None for day in days):
            part.spelling[spec.name, "excel_serial"] = serials
        return [cell_text(value) if day is None else day for value, day in zip(values, days, strict=True)]
    if spec is not None and spec.kind == "id" and any(_is_number(value) and is_beyond_excel(value) for value in values):
        part.destroyed_columns |= {spec.name}
    return [cell_text(value) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _day(value: Any, epoch: dt.datetime) -> str | None:
    """Return the day of a serial number of Excel's, in the workbook's date system; nothing for anything else."""
    if not _is_number(value) or not (0 <= value <= 2 or _SERIALS_BEGIN <= value < _SERIALS_END):
        return None
    day = from_excel(value, epoch)
    return day.date().isoformat() if isinstance(day, dt.datetime) else None
