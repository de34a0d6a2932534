"""XLSX: every sheet that holds something, each recognised as a table of its own."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl

from orchestration.ingest.readers.part import Part, fill, reject_columns
from orchestration.ingest.tables import column_name, recognise

WORKBOOK_LIMIT = 2_000_000_000
"""Bytes to which a workbook may unpack; more is an attack or an accident."""


def read_workbook(file_name: str, data: bytes, dataset: str) -> list[Part]:
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
        for sheet in workbook.worksheets:
            # Some suppliers write a wrong size into the sheet, and rows beyond it would be lost.
            sheet.reset_dimensions()
            part = _read_sheet(file_name, sheet.title, _sheet_rows(sheet), dataset)
            if part is None or (part.table is None and sheet.sheet_state != "visible"):
                continue
            if part.table in seen:
                # Two sheets of one table would share their row numbers, so the second says which sheet it is.
                part.file_name = f"{file_name} [{sheet.title}]"
            seen.update([part.table] if part.table else [])
            parts.append(part)
    except Exception:  # openpyxl lets whatever the broken part of a workbook causes through: there is no closed list
        return [whole.reject("unreadable_file", f"{file_name} cannot be read as a workbook; it may be damaged.")]
    if not parts:
        return [whole.reject("empty_file", f"{file_name} is empty.")]
    return parts


def _sheet_rows(sheet: Any) -> Iterator[list[str | None]]:
    for row in sheet.iter_rows():
        yield [_cell_text(cell) for cell in row]


def _cell_text(cell: Any) -> str | None:
    """Return a cell as text; nothing for an empty one."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if float(value).is_integer():
            # A number format of zeros only, such as 000000, is how a workbook keeps the leading zeros of an id.
            places = len(cell.number_format) if re.fullmatch("0+", cell.number_format or "") else 0
            return str(int(value)).zfill(places)
        return repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return str(value)


def _read_sheet(file_name: str, title: str, rows: Iterable[list[str | None]], dataset: str) -> Part | None:
    """Read one sheet, or return nothing where it is blank."""
    part = Part(file_name, "xlsx")
    header: list[str] | None = None
    kept: list[list[str | None]] = []
    numbers: list[int] = []
    widest = 0
    for number, row in enumerate(rows, start=1):
        while row and (row[-1] is None or not row[-1].strip()):
            row.pop()
        if not row:
            continue
        if header is None:
            header = [column_name(name or "") for name in row]
        else:
            kept.append(row)
            numbers.append(number)
            widest = max(widest, len(row))
    if header is None:
        return None
    part.rows_delivered = len(kept)
    found = recognise(header, dataset)
    if not found.is_complete:
        return reject_columns(part, found, f"{file_name}, sheet {title},", header, dataset)
    assert found.table is not None
    part.table = found.table.name
    width = max(widest, len(header))
    names = header + [""] * (width - len(header))
    columns = [[row[index] if index < len(row) else None for row in kept] for index in range(width)]
    fill(part, found.table, names, columns, numbers)
    return part
