"""The tables in a file as they stand there: headings, found below any title, and rows of text. For `cla map` only."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from orchestration.errors import UserError
from orchestration.ingest.limits import DEFAULT_LIMITS, LINE_LIMIT, BeyondLimitsError, Meter
from orchestration.ingest.readers.csv_file import count_lines, decode
from orchestration.ingest.readers.sheets import ProtectedError, sheets
from orchestration.ingest.readers.workbook import cell_text
from orchestration.settings import Limits

Row = list[str | None]
Known = Callable[[list[str]], int]
"""How many of some texts are headings that we know."""

_DELIMITERS = ",;\t|"
_TITLE_LINES = 30
"""Filled rows within which the headings must come."""


@dataclass(frozen=True)
class Grid:
    """One table as it stands in a file."""

    sheet: str | None
    headings: list[str]
    rows: list[Row]
    """Each as wide as the headings; blank rows are left out."""


def grids(file_name: str, data: bytes, known: Known, limits: Limits = DEFAULT_LIMITS) -> list[Grid]:
    """Return the tables in a CSV or XLSX file; a sheet without a row of headings is left out."""
    kind = PurePath(file_name).suffix.lower()
    if kind == ".xml":
        raise UserError(f"{file_name} is XML; a return in XML needs no mapping, because its tags are DfE's.")
    if kind not in (".csv", ".xlsx"):
        raise UserError(f"{file_name} is no CSV or XLSX file.")
    if not data.strip(b" \t\r\n"):
        raise UserError(f"{file_name} is empty.")
    meter = Meter(limits)
    try:
        tables = (
            _workbook_rows(file_name, data, meter)
            if kind == ".xlsx"
            else [(None, _csv_rows(file_name, data, known, meter))]
        )
        found = [grid for grid in (_grid(sheet, rows, known, meter) for sheet, rows in tables) if grid is not None]
    except BeyondLimitsError as error:
        raise UserError(f"{file_name} {error}.") from None
    if not found:
        raise UserError(
            f"No row of {file_name} looks like column headings that we know; give the table one row of headings, "
            "or write mapping.yaml by hand."
        )
    return found


def _csv_rows(file_name: str, data: bytes, known: Known, meter: Meter) -> list[Row]:
    decoded = decode(data)
    if decoded is None or "\0" in decoded[0][:4096]:
        raise UserError(f"{file_name} is not a text file, so it cannot be read as CSV.")
    text = decoded[0].replace("\0", "")
    meter.rows(count_lines(text))
    meter.cells(max(text.count(delimiter) for delimiter in _DELIMITERS))
    csv.field_size_limit(LINE_LIMIT)

    def read(delimiter: str, limit: int | None) -> Iterator[Row]:
        lines = io.StringIO(text, newline="")
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter)):
            if limit is not None and number >= limit:
                return
            yield list(row)

    def headings_known(delimiter: str) -> int:
        try:
            rows = [[cell or "" for cell in row] for row in read(delimiter, _TITLE_LINES)]
        except csv.Error:
            return 0
        return max((known(row) for row in rows), default=0)

    # The first of equals, so that a comma wins where nothing speaks for another one.
    delimiter = max(_DELIMITERS, key=headings_known)
    try:
        return list(read(delimiter, None))
    except csv.Error:
        raise UserError(f"{file_name} has a row that cannot be read; look for a quotation mark too many.") from None


def _workbook_rows(file_name: str, data: bytes, meter: Meter) -> list[tuple[str | None, list[Row]]]:
    try:
        return [
            (sheet.title, [[cell_text(value) for value in row] for _, row in sheet.rows])
            for sheet in sheets(data, meter)
        ]
    except BeyondLimitsError:
        raise
    except ProtectedError:
        raise UserError(f"{file_name} is protected by a password or in the old XLS format.") from None
    except Exception:  # whatever the broken part of a workbook causes: there is no closed list
        raise UserError(f"{file_name} cannot be read as a workbook; it may be damaged.") from None


def _grid(sheet: str | None, rows: list[Row], known: Known, meter: Meter) -> Grid | None:
    filled = [row for row in rows if any(cell and cell.strip() for cell in row)]
    best, most = None, 1
    for index, row in enumerate(filled[:_TITLE_LINES]):
        texts = [(cell or "").strip() for cell in row]
        count = known(texts)
        # Two known headings at least, and a fair share of the row: else it is a title, or a row of somebody's data.
        if count > most and 4 * count >= sum(1 for text in texts if text) and not _recurs(texts, filled[index + 1 :]):
            best, most = index, count
    if best is None:
        return None
    headings = [(cell or "").strip() for cell in filled[best]]
    body = filled[best + 1 :]
    width = max(len(headings), *(len(row) for row in body)) if body else len(headings)
    headings += [""] * (width - len(headings))
    meter.columns(width)
    meter.cells(width * len(body) - sum(map(len, body)))
    return Grid(sheet, headings, [row + [None] * (width - len(row)) for row in body])


def _recurs(texts: list[str], body: list[Row]) -> bool:
    """Say whether most of a row's texts stand again below it in their own columns, as data does and headings do not."""
    filled = [(position, text) for position, text in enumerate(texts) if text]
    again = sum(any(position < len(row) and row[position] == text for row in body) for position, text in filled)
    return 2 * again > len(filled)
