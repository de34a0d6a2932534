"""The sheets of a workbook, row by row as they stand in the file: what is unpacked is counted before it is kept.

openpyxl builds a tree of each row and fills in every row and cell that a sheet leaves out, so that a row numbered a
thousand million, or one of a thousand million cells, would never end. Here the parser reports cells as they come. The
list of the sheets and the formats of the cells are openpyxl's, from parts that are small or are not read.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHARED_STRINGS

from orchestration.ingest.limits import BeyondLimitsError, Meter
from orchestration.ingest.readers.xml_parser import PIECE, Handler, new_parser, parsed

Row = tuple[int, list[Any]]
"""A row's number, and its values up to the last cell that holds something."""

Merged = tuple[int, int, int]
"""The first and last row of a cell that is merged downwards, and its column, the first of which is 0."""

_SMALL_PART = 16_000_000
"""Bytes of a part that openpyxl reads as a tree: the list of sheets, the formats."""
_MOST_ROWS = 1_048_576
"""The number of a sheet's last row."""
_LONGEST_FORMAT = 255
"""Characters of a number format."""
_ZEROS = re.compile(r'(?:"(?P<quoted>[A-Za-z0-9-]+)"|(?P<escaped>(?:\\[A-Za-z0-9-])+))?(?P<zeros>0+)')
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY = b"PK\x01\x02"


class ProtectedError(Exception):
    """The workbook needs a password."""


class DamagedError(Exception):
    """The workbook contradicts itself."""


@dataclass
class Sheet:
    """One sheet."""

    title: str
    is_visible: bool
    epoch: dt.datetime
    """The day that its serial numbers count from."""
    rows: Iterator[Row]
    """The rows that hold something."""
    merged: list[Merged]
    """Known once the rows are read, as is what follows."""
    unsaved: dict[int, int]
    """Columns, the first of which is 1, with formulas that have no result, and the last row with one."""


def sheets(data: bytes, meter: Meter) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in their order.

    Raises `BeyondLimitsError`, `ProtectedError`, and whatever a broken part of a workbook causes: there is no closed
    list.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ProtectedError
    # The directory alone may be huge, and zipfile reads all of it at once.
    meter.parts(data.count(_ENTRY))
    archive = _Archive(io.BytesIO(data), meter)
    reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.archive = archive
    reader.read_manifest()
    reader.read_workbook()
    apply_stylesheet(archive, reader.wb)
    strings = _shared_strings(archive, reader.package.find(SHARED_STRINGS), meter)
    cells = _Cells(reader.wb, strings)
    found = [(sheet, rel) for sheet, rel in reader.parser.find_sheets() if "chartsheet" not in rel.Type]
    meter.parts(len(found))
    for sheet, rel in found:
        if rel.target in archive.NameToInfo:
            handler = _Sheet(cells, meter)
            rows = _rows(archive, rel.target, handler, meter)
            is_visible = sheet.state == "visible"
            yield Sheet(sheet.name, is_visible, reader.wb.epoch, rows, handler.merged, handler.unsaved)


class _Archive(zipfile.ZipFile):
    """A workbook's archive that unpacks no more than the limits allow, whatever its directory says."""

    def __init__(self, file: io.BytesIO, meter: Meter) -> None:
        super().__init__(file)
        self.meter = meter
        # zipfile never unpacks more of a part than the directory says, so what it says may be believed.
        for entry in self.infolist():
            meter.unpacked(entry.file_size)
            if entry.flag_bits & 0x1:
                raise ProtectedError
            if entry.compress_type not in _PACKINGS:
                raise DamagedError

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """Return a part that is read as a whole."""
        entry = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if entry.file_size > _SMALL_PART:
            raise BeyondLimitsError(f"has a list of sheets or formats of more than {_SMALL_PART // 1_000_000} MB")
        return super().read(name, pwd)


def _parsed(archive: zipfile.ZipFile, part: str, meter: Meter, handler: Handler) -> Iterator[None]:
    with archive.open(part) as stream:
        yield from parsed(new_parser(handler), iter(partial(stream.read, PIECE), b""), meter)


@dataclass
class _Text:
    """Collects the text of one cell or shared string, without what says how it is pronounced."""

    meter: Meter
    collected: list[str] = field(default_factory=list)
    length: int = 0
    is_open: bool = False
    is_aside: bool = False

    def clear(self) -> None:
        self.collected, self.length, self.is_open, self.is_aside = [], 0, False, False

    def add(self, text: str) -> None:
        if self.is_open and not self.is_aside:
            self.length += len(text)
            self.meter.value(self.length)
            self.collected.append(text)

    def __str__(self) -> str:
        return "".join(self.collected)


class _Strings:
    """The handler of the texts that cells share."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.found: list[str] = []
        self.current = _Text(meter)

    def start(self, name: str, _: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "si":
            self.meter.cells(1)
            self.current.clear()
        elif tag == "rPh":
            self.current.is_aside = True
        elif tag == "t":
            self.current.is_open = True

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag == "si":
            self.found.append(str(self.current).replace("x005F_", ""))
        elif tag == "rPh":
            self.current.is_aside = False
        elif tag == "t":
            self.current.is_open = False

    def text(self, content: str) -> None:
        self.current.add(content)


def _shared_strings(archive: zipfile.ZipFile, part: Any, meter: Meter) -> list[str]:
    handler = _Strings(meter)
    if part is not None:
        for _ in _parsed(archive, part.PartName[1:], meter, handler):
            pass
    return handler.found


class _Cells:
    """What a workbook says of its cells: shared texts, and which formats are those of days."""

    def __init__(self, workbook: Any, strings: list[str]) -> None:
        self.strings = strings
        self.epoch = workbook.epoch
        self.days = workbook._date_formats
        self.spans = workbook._timedelta_formats
        # A number format of zeros, such as 000000 or "P"0000, is how a workbook keeps the leading zeros of an id.
        formats = BUILTIN_FORMATS | dict(enumerate(workbook._number_formats, start=BUILTIN_FORMATS_MAX_SIZE))
        self.zeros = {
            style: ((match["quoted"] or "") + (match["escaped"] or "").replace("\\", ""), len(match["zeros"]))
            for style, cell in enumerate(workbook._cell_styles)
            if (zeros := formats.get(cell.numFmtId, "")) and len(zeros) <= _LONGEST_FORMAT
            if (match := _ZEROS.fullmatch(zeros))
        }

    def value(self, kind: str, style: int, text: str) -> Any:
        """Return what a cell holds: text, a number, a day; a number with its leading zeros as text."""
        if not text:
            return None
        if kind == "n":
            number = float(text) if "." in text or "E" in text or "e" in text else int(text)
            if style in self.days:
                try:
                    return from_excel(number, self.epoch, timedelta=style in self.spans)
                except (OverflowError, ValueError):
                    return "#VALUE!"
            if style in self.zeros and float(number).is_integer():
                letters, width = self.zeros[style]
                return letters + str(int(number)).zfill(width)
            return number
        if kind == "s":
            index = int(text)
            if index < 0:
                raise DamagedError
            return self.strings[index]
        if kind == "b":
            return bool(int(text))
        return from_ISO8601(text) if kind == "d" else text


class _Sheet:
    """The handler of one sheet: rows are done when they end, and nothing is kept of what is neither row nor cell."""

    def __init__(self, cells: _Cells, meter: Meter) -> None:
        self.cells = cells
        self.meter = meter
        self.done: list[Row] = []
        self.number = 0
        self.row: list[Any] | None = None
        self.column = 0
        self.kind: str | None = None
        self.style = 0
        self.current = _Text(meter)
        self.values = 0
        self.has_formula = False
        self.merged: list[Merged] = []
        self.unsaved: dict[int, int] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if self.kind is not None:
            if tag == "rPh":
                self.current.is_aside = True
            elif tag == ("t" if self.kind == "inlineStr" else "v"):
                self.current.is_open = True
            elif tag == "f":
                self.has_formula = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif self.row is not None:
            if tag == "c":
                self._open_cell(attributes)
        elif tag == "row":
            number = _whole(attributes["r"]) if "r" in attributes else self.number + 1
            if number <= self.number:
                raise DamagedError  # two rows of one number, or rows in no order: Excel opens no such file
            if number > _MOST_ROWS:
                raise BeyondLimitsError(f"has a row beyond {_MOST_ROWS:,}, the last one of a sheet")
            self.meter.rows(1)
            self.number, self.row, self.column = number, [], 0

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.meter.cells(1)
        place = attributes.get("r")
        self.column = column_index_from_string(place.rstrip("0123456789")) if place else self.column + 1
        self.meter.columns(self.column)
        self.kind = attributes.get("t", "n")
        self.style = int(attributes.get("s", 0))
        self.has_formula = False
        self.current.clear()

    def _merge(self, reference: str) -> None:
        self.meter.cells(1)
        if match := _RANGE.fullmatch(reference):
            first, last = int(match[2]), int(match[3])
            if first < last:
                self.merged.append((first, last, column_index_from_string(match[1]) - 1))

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if self.kind is not None:
            if tag == "c":
                self._close_cell()
            elif tag == "rPh":
                self.current.is_aside = False
            elif tag in ("t", "v"):
                self.current.is_open = False
        elif tag == "row" and self.row is not None:
            while self.row and (self.row[-1] is None or (isinstance(self.row[-1], str) and not self.row[-1].strip())):
                self.row.pop()
            if self.row:
                self.done.append((self.number, self.row))
            self.row = None

    def _close_cell(self) -> None:
        assert self.kind is not None
        assert self.row is not None
        value = self.cells.value(self.kind, self.style, str(self.current))
        # A formula whose result is no text at all has an empty one of the kind "str".
        if value is None and self.has_formula and self.kind != "str":
            self.unsaved[self.column] = self.number
        self.kind = None
        if value is None:
            return
        if isinstance(value, str):
            # A long text is in the file once, and any number of cells may repeat it.
            self.values += len(value)
            if self.values > 1_000_000:
                self.meter.unpacked(self.values)
                self.values = 0
        gap = self.column - len(self.row) - 1
        if gap > 0:
            self.meter.cells(gap)
            self.row.extend([None] * gap)
        if gap < 0:
            self.row[self.column - 1] = value
        else:
            self.row.append(value)

    def text(self, content: str) -> None:
        self.current.add(content)


def _rows(archive: zipfile.ZipFile, part: str, handler: _Sheet, meter: Meter) -> Iterator[Row]:
    for _ in _parsed(archive, part, meter, handler):
        yield from handler.done
        handler.done = []


def _whole(text: str) -> int:
    """Return a row's number; some programs write it as a decimal."""
    number = float(text)
    if not number.is_integer():
        raise DamagedError
    return int(number)
