"""Delivered files as tables of cells, read as the generators wrote them and written in other forms."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from .meaning import Column, Meaning, meaning, table_of, tables

CSV, XLSX = "csv", "xlsx"


@dataclass(frozen=True)
class Raw:
    """Text that a CSV file holds as it is, without quotation marks around it."""

    text: str


@dataclass(frozen=True)
class Typed:
    """A cell of a workbook that is no text."""

    value: date | datetime | int | float | bool
    number_format: str = "General"


@dataclass(frozen=True)
class ErrorCell:
    """A cell of a workbook that shows an error, such as #N/A."""

    text: str


Spelt = str | Raw | Typed | ErrorCell


@dataclass
class Sheet:
    """One delivered table; `columns` are None where a name is not the table's own."""

    path: Path
    title: str
    table: str
    names: list[str]
    columns: list[Column | None]
    rows: list[list[Spelt]]
    ragged: bool = False
    """Whether some rows have more or fewer fields than the header: those can be moved nowhere."""

    def meaning(self, row: list[Spelt], position: int) -> Meaning | None:
        column = self.columns[position] if position < len(self.columns) else None
        value = row[position] if position < len(row) else None
        return meaning(column, value) if column is not None and isinstance(value, str) else None


@dataclass
class Layout:
    """How a file looks around its cells."""

    medium: str = CSV
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    quote_all: bool = False
    above: list[list[str]] = field(default_factory=list)
    below: list[list[str]] = field(default_factory=list)
    blank_lines: bool = False
    ctrl_z: bool = False
    mac_1904: bool = False


def read_sheets(path: Path, dataset: str) -> list[Sheet] | None:
    """The tables of a file, or None where it is not one that can be re-spelt."""
    if path.suffix.lower() == ".csv":
        return _read_csv(path, dataset)
    if path.suffix.lower() == ".xlsx":
        return _read_xlsx(path, dataset)
    return None


def _read_csv(path: Path, dataset: str) -> list[Sheet] | None:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    sheet = _sheet(path, path.stem, lines, dataset)
    return [sheet] if sheet else None


def _read_xlsx(path: Path, dataset: str) -> list[Sheet] | None:
    workbook = openpyxl.load_workbook(path, data_only=True)
    found = []
    for worksheet in workbook.worksheets:
        lines = [[_plain(value) for value in row] for row in worksheet.iter_rows(values_only=True)]
        sheet = _sheet(path, worksheet.title, lines, dataset)
        if sheet is None:
            return None
        found.append(sheet)
    return found


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return str(value)


def _sheet(path: Path, title: str, lines: list[list[str]], dataset: str) -> Sheet | None:
    if not lines:
        return None
    names = lines[0]
    table = table_of(dataset, names)
    if table is None:
        return None
    of_table = tables(dataset)[table]
    columns = [of_table.get(name.strip().strip("\ufeff").strip().lower()) for name in names]
    rows: list[list[Spelt]] = [list(line) for line in lines[1:]]
    return Sheet(path, title, table, names, columns, rows, any(len(row) != len(names) for row in rows))


def csv_bytes(sheet: Sheet, layout: Layout) -> bytes:
    """The file's bytes; where the encoding lacks a character, UTF-8 is taken instead."""
    lines: list[list[Spelt]] = [list(line) for line in layout.above]
    lines.append(list(sheet.names))
    for number, row in enumerate(sheet.rows):
        if layout.blank_lines and number % 7 == 3:
            lines.append([])
        lines.append(row)
    lines += [list(line) for line in layout.below]
    text = "".join(",".join(_quoted(value, layout) for value in line) + layout.line_end for line in lines)
    if layout.ctrl_z:
        text += "\x1a"
    if layout.encoding.startswith("utf-16-"):
        return (b"\xff\xfe" if layout.encoding.endswith("le") else b"\xfe\xff") + text.encode(layout.encoding)
    try:
        return text.encode(layout.encoding)
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")


def _quoted(value: Spelt, layout: Layout) -> str:
    if isinstance(value, Raw):
        return value.text
    assert isinstance(value, str), "only a workbook has cells that are no text"
    if layout.quote_all or any(character in value for character in ',"\r\n') or value.startswith("sep="):
        return value if value.startswith("sep=") else '"' + value.replace('"', '""') + '"'
    return value


def write_workbook(path: Path, sheets: list[Sheet], layouts: list[Layout]) -> None:
    workbook = openpyxl.Workbook()
    if layouts[0].mac_1904:
        workbook.epoch = CALENDAR_MAC_1904
    workbook.remove(workbook.active)
    for sheet, layout in zip(sheets, layouts, strict=True):
        worksheet = workbook.create_sheet(sheet.title[:31])
        lines: list[list[Spelt]] = [*layout.above, list(sheet.names), *sheet.rows, *layout.below]  # type: ignore[list-item]
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(line, start=1):
                if value == "":
                    continue
                cell = worksheet.cell(row, column)
                if isinstance(value, Typed):
                    cell.value = value.value
                    cell.number_format = value.number_format
                elif isinstance(value, ErrorCell):
                    cell.value = value.text
                    cell.data_type = "e"
                else:
                    assert isinstance(value, str)
                    cell.value = value
                    cell.data_type = "s"  # or "=..." would be a formula
    workbook.save(path)
