"""Cells of the workbooks written for people who have only Excel."""

from datetime import date, datetime
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

FONT = "Arial"
"""Named, because a workbook that names none is shown in another one by every program."""


def bold(sheet: Any, value: str) -> WriteOnlyCell:
    """Return a heading."""
    heading = WriteOnlyCell(sheet, value)
    heading.font = Font(FONT, 10, bold=True)
    return heading


def cell(sheet: Any, value: Any) -> Any:
    """Return a value as Excel takes it; delivered text stays text, even if it looks like a formula."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | date | datetime):
        return value
    text = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str(value))[:32_767])
    text.data_type = "s"
    return text
