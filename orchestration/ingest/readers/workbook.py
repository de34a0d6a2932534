"""XLSX: every sheet that holds something, each recognised as a table of its own."""

import datetime as dt
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from openpyxl.utils.datetime import from_excel

from orchestration.ingest.limits import BeyondLimitsError, Meter
from orchestration.ingest.readers.no_records import set_aside
from orchestration.ingest.readers.part import HEADER_WITHIN, Part, fill, find_header, reject_columns
from orchestration.ingest.readers.sheets import Merged, ProtectedError, Row, Sheet, sheets
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.spelling.values import is_beyond_excel
from orchestration.ingest.tables import ColumnSpec

_SERIALS_BEGIN, _SERIALS_END = 14_000, 150_000
"""Excel's numbers for days from 1938 to 2310; smaller ones are no days, but for the 0 to 2 of an empty date."""


def read_workbook(file_name: str, data: bytes, recogniser: Recogniser, meter: Meter) -> list[Part]:
    """Read every sheet that holds something, each recognised on its own."""
    whole = Part(file_name, "xlsx")
    parts: list[Part] = []
    hidden: list[tuple[int, Part]] = []
    seen: set[str] = set()
    try:
        for position, sheet in enumerate(sheets(data, meter), start=1):
            part = _read_sheet(file_name, position, sheet, recogniser, meter)
            if part is None or (part.table is None and not sheet.is_visible):
                continue
            if part.table in {other.table for other in parts if other.table}:
                # Two sheets of one table would share their row numbers, so the second says which sheet it is.
                part.file_name = f"{file_name} [{position}]"
            if sheet.is_visible:
                seen.update([part.table] if part.table else [])
            else:
                hidden.append((position, part))
            parts.append(part)
    except BeyondLimitsError:
        raise
    except ProtectedError:
        return [whole.reject("unreadable_file", f"{file_name} is protected by a password or in the old XLS format.")]
    except zipfile.BadZipFile:
        said = "is no workbook, whatever its name says, or it is cut off. Save it as XLSX, or as CSV with that name."
        return [whole.reject("unreadable_file", f"{file_name} {said}")]
    except Exception:  # whatever the broken part of a workbook causes: there is no closed list
        return [whole.reject("unreadable_file", f"{file_name} cannot be read as a workbook; it may be damaged.")]
    for position, part in hidden:
        if part.table in seen and part.rule_id is None:
            said = "is hidden and holds the same table as another sheet. Make it visible if it belongs, or delete it."
            part.reject("hidden_sheet", f"{file_name}, sheet {position}, {said}")
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
    rows_above, rows = rows[: above + 1], rows[above + 1 :]
    part.rows_delivered = len(rows)
    if not found.is_complete:
        where, why_not = f"{file_name}, sheet {position},", recogniser.why_not(file_name, sheet.title, found.names)
        return reject_columns(part, found, where, recogniser.dataset, why_not)
    assert found.table is not None
    part.table = found.table.name
    if above:
        part.spelling["", "lines_above_header"] = above
    if formulas := [name for name in _unsaved(sheet, rows_above[-1][0], found.names) if name in found.table.specs]:
        return part.reject(
            "unreadable_file",
            f"{file_name}, sheet {position}, has formulas in {', '.join(formulas).upper()} whose results were not "
            "saved. Open it in Excel, save it and deliver it again.",
        )
    _fill_merged(rows, sheet.merged, meter)
    blanks = [""] * len(found.names)
    out = set_aside(
        part,
        ([cell_text(value) or "" for value in row] + blanks[len(row) :] for _, row in rows),
        [number for number, _ in rows],
        tops[above],
        recogniser.of(file_name, sheet.title),
        recogniser.dataset,
    )
    if part.rule_id is not None:
        return part
    numbers = [number for index, (number, _) in enumerate(rows) if index not in out]
    kept = [row for index, (_, row) in enumerate(rows) if index not in out]
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


def _unsaved(sheet: Sheet, heading: int, names: Sequence[str]) -> list[str]:
    """Return the columns with formulas below the heading's row that have no result."""
    return [name for column, name in enumerate(names, start=1) if sheet.unsaved.get(column, 0) > heading]


def _fill_merged(rows: list[Row], merged: list[Merged], meter: Meter) -> None:
    """Give each row that a merged cell runs over its value: it is shown once and means all of them."""
    places = [number for number, _ in rows]
    for first, last, column in merged:
        below = bisect_left(places, first)
        if below == len(rows) or places[below] != first or len(rows[below][1]) <= column:
            continue
        value = rows[below][1][column]
        for _, row in rows[below + 1 : bisect_right(places, last)]:
            meter.cells(1)
            row.extend([None] * (column + 1 - len(row)))
            row[column] = value if row[column] is None else row[column]


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
