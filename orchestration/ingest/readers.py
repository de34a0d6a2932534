"""Read one delivered file into text columns: CSV, XLSX and XML, without ever raising an error for bad content.

Everything stays the text that was delivered. Of every file it holds that rows delivered = rows parsed + rows unparsed:
a row that cannot be turned into columns becomes a `RejectedLine`, and a file that cannot be read at all a part with a
rule and one sentence. No sentence quotes a value.
"""

import csv
import datetime as dt
import io
import json
import re
import xml.sax
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from xml.sax.handler import ContentHandler

import defusedxml.sax
import openpyxl
from defusedxml.common import DefusedXmlException

from orchestration.ingest.tables import Recognition, TableSpec, column_name, recognise, table_specs

LINE_LIMIT = 1_000_000
"""Characters in a line; a longer one is rejected, because nothing in a return comes near it."""
CONTINUATION_LIMIT = 20
"""Lines that a quoted field may run over."""
RAW_CONTENT_LIMIT = 10_000
"""Characters of a rejected line that are kept for the restricted copy."""
WORKBOOK_LIMIT = 2_000_000_000
"""Bytes to which a workbook may unpack; more is an attack or an accident."""

_BLANK = ' \t\xa0,"\r\n'
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True)
class RejectedLine:
    """A row that could not be turned into columns."""

    row_number: int
    rule_id: str
    message: str
    raw_content: str


@dataclass
class Part:
    """What one file holds of one table; a workbook or an XML return has several."""

    file_name: str
    format: str
    table: str | None = None
    encoding: str | None = None
    rows_delivered: int = 0
    row_numbers: Sequence[int] = ()
    columns: dict[str, Sequence[str | None]] = field(default_factory=dict)
    """The table's columns that the file has; the others are null."""
    extra_columns: Sequence[str | None] | None = None
    unknown_columns: tuple[str, ...] = ()
    rejected_lines: list[RejectedLine] = field(default_factory=list)
    rule_id: str | None = None
    message: str | None = None

    @property
    def rows_parsed(self) -> int:
        """Rows that were turned into columns."""
        return len(self.row_numbers)

    @property
    def rows_unparsed(self) -> int:
        """Rows that were not: all of a rejected file."""
        return self.rows_delivered if self.rule_id else len(self.rejected_lines)

    def reject(self, rule_id: str, message: str) -> "Part":
        """Turn the part into a rejected file."""
        self.rule_id, self.message = rule_id, message
        self.row_numbers, self.columns, self.extra_columns, self.rejected_lines = (), {}, None, []
        return self


def read_file(file_name: str, data: bytes) -> list[Part]:
    """Read a delivered file; its extension says what it is."""
    kind = PurePath(file_name).suffix.lower().lstrip(".")
    if kind not in ("csv", "xlsx", "xml"):
        return [Part(file_name, kind).reject("unreadable_file", f"{file_name} is no CSV, XLSX or XML file.")]
    if not data.strip(b" \t\r\n"):
        return [Part(file_name, kind).reject("empty_file", f"{file_name} is empty.")]
    if kind == "csv":
        return [_read_csv(file_name, data)]
    return _read_workbook(file_name, data) if kind == "xlsx" else _read_xml(file_name, data)


# --- CSV -------------------------------------------------------------------------------------------------


def _decode(data: bytes) -> tuple[str, str] | None:
    """Return the text and the name of its encoding, or nothing where the bytes are no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            return None
    sample = data[:8192]
    if b"\0" in sample or 20 * sum(byte < 32 and byte not in b"\t\n\f\r" for byte in sample) > len(sample):
        return None
    marked = data.startswith(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8-sig"), "utf-8-sig" if marked else "utf-8"
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; they become the replacement character.
        return data.removeprefix(b"\xef\xbb\xbf").decode("cp1252", errors="replace"), "windows-1252"


def _read_csv(file_name: str, data: bytes) -> Part:
    part = Part(file_name, "csv")
    decoded = _decode(data)
    if decoded is None:
        return part.reject("unreadable_file", f"{file_name} is not a text file, so it cannot be read as CSV.")
    text, part.encoding = decoded
    # StringIO splits at line feeds and carriage returns only; str.splitlines would also split inside values.
    lines = list(io.StringIO(text, newline=""))
    del text
    filled = [index for index, line in enumerate(lines) if line.strip(_BLANK)]
    if not filled:
        return part.reject("empty_file", f"{file_name} is empty.")
    part.rows_delivered = len(filled) - 1
    first = lines[filled[0]]
    header = _parse_line(first) if len(first) <= LINE_LIMIT else None
    if header is None:
        return part.reject("unreadable_file", f"{file_name} has a first line that cannot be read as column names.")
    names = [column_name(name) for name in header]
    found = recognise(names)
    if not found.is_complete:
        return _reject_unrecognised(part, found, first)
    assert found.table is not None
    part.table = found.table.name
    records = _Records(file_name, names, lines, filled)
    part.rows_delivered -= records.continuations
    part.rejected_lines = records.rejected
    _fill(part, found.table, names, records.columns(), records.row_numbers)
    if part.rows_parsed + part.rows_unparsed != part.rows_delivered:
        raise AssertionError(f"the reader lost count of the rows of {file_name}")
    return part


def _reject_unrecognised(part: Part, found: Recognition, first_line: str) -> Part:
    for delimiter, word in _DELIMITERS.items():
        names = [name.strip().strip('"') for name in first_line.split(delimiter)]
        if len(names) > 1 and recognise(names).table is not None:
            return part.reject(
                "wrong_delimiter", f"{part.file_name} separates its columns with {word}; save it as CSV with commas."
            )
    return _reject_columns(part, found, part.file_name)


def _reject_columns(part: Part, found: Recognition, where: str) -> Part:
    if found.table is None:
        return part.reject("unrecognised_columns", f"{where} has the column names of no SSDA903 table.")
    part.table = found.table.name
    names = ", ".join(name.upper() for name in found.missing)
    noun = "column" if len(found.missing) == 1 else "columns"
    return part.reject("missing_columns", f"{where} looks like {found.table.name} but lacks the {noun} {names}.")


def _parse_line(line: str) -> list[str] | None:
    """Return the fields of a line that is a row in itself, or nothing where a quoted field does not end in it."""
    try:
        rows = list(csv.reader([line], strict=True))
    except csv.Error:
        # Either a stray character after a closing quote, which the lenient reader takes as part of the value, or a
        # quote that is still open at the end of the line, which would swallow the next one.
        if not line.endswith(("\n", "\r")):
            line += "\n"
        rows = list(csv.reader([line, "next"]))
        return rows[0] if len(rows) == 2 else None
    return rows[0] if len(rows) == 1 else None


class _Records:
    """The rows below a header, each with its row number as Excel counts it, and the lines that are none."""

    def __init__(self, file_name: str, names: Sequence[str], lines: list[str], filled: list[int]) -> None:
        self.file_name = file_name
        self.width = len(names)
        self.least_width = max((index for index, name in enumerate(names) if name), default=-1) + 1
        self.lines = lines
        self.rows: list[list[str]] = []
        self.row_numbers: Sequence[int] = ()
        self.rejected: list[RejectedLine] = []
        self.continuations = 0
        csv.field_size_limit(LINE_LIMIT)
        if not self._read_at_once(filled[1:]):
            self._read_by_line(filled[1:])

    def columns(self) -> list[tuple[str, ...]]:
        """Return the rows by column."""
        return list(zip(*self.rows, strict=True)) if self.rows else [()] * self.width

    def _read_at_once(self, filled: list[int]) -> bool:
        """Read a file in which every line is a row of the right width: nearly every file, and much the fastest."""
        body = [self.lines[index] for index in filled]
        if any(len(line) > LINE_LIMIT or "\0" in line for line in body):
            return False
        try:
            rows = list(csv.reader(body, strict=True))
        except csv.Error:
            return False
        if len(rows) != len(body) or any(len(row) != self.width for row in rows):
            return False
        self.rows = rows
        consecutive = bool(filled) and filled[-1] - filled[0] == len(filled) - 1
        self.row_numbers = range(filled[0] + 1, filled[-1] + 2) if consecutive else [index + 1 for index in filled]
        return True

    def _read_by_line(self, filled: list[int]) -> None:
        numbers: list[int] = []
        swallowed_until = -1
        offset = 1
        for index in filled:
            if index <= swallowed_until:
                self.continuations += 1
                continue
            line = self.lines[index]
            row_number = index + offset
            if len(line) > LINE_LIMIT:
                self._reject(row_number, "line_too_long", line, f"is longer than {LINE_LIMIT:,} characters")
                continue
            if "\0" in line:
                self._reject(row_number, "unreadable_line", line, "holds bytes that are no text")
                continue
            fields = _parse_line(line) if '"' in line else line.rstrip("\r\n").split(",")
            if fields is None:
                fields, swallowed_until = self._continued(index)
                offset -= max(swallowed_until - index, 0)
            if fields is None:
                self._reject(row_number, "unreadable_line", line, "has a quotation mark that is never closed")
                continue
            fitted = self._fit(fields)
            if fitted is None:
                what = f"has {len(fields)} fields where the header has {self.width}"
                self._reject(row_number, "wrong_column_count", line, what)
                continue
            self.rows.append(fitted)
            numbers.append(row_number)
        self.row_numbers = numbers

    def _continued(self, index: int) -> tuple[list[str] | None, int]:
        """Join a line whose quoted field is still open to the lines that finish it, and return the last one's index.

        A following line that has as many fields as the header is a row in its own right: rather than swallow it, the
        open line alone is given up.
        """
        record = self.lines[index]
        for last in range(index + 1, min(index + 1 + CONTINUATION_LIMIT, len(self.lines))):
            following = self.lines[last]
            record += following
            if len(record) > LINE_LIMIT or following.count(",") >= self.least_width - 1 or "\0" in following:
                break
            try:
                rows = list(csv.reader(io.StringIO(record, newline=""), strict=True))
            except csv.Error:
                continue
            if len(rows) == 1 and self._fit(rows[0]) is not None:
                return rows[0], last
            break
        return None, -1

    def _fit(self, fields: list[str]) -> list[str] | None:
        """Bring a row to the header's width where only blank fields at its end are too many or too few."""
        if len(fields) > self.width and not any(value.strip() for value in fields[self.width :]):
            return fields[: self.width]
        if self.least_width <= len(fields) < self.width:
            return fields + [""] * (self.width - len(fields))
        return fields if len(fields) == self.width else None

    def _reject(self, row_number: int, rule_id: str, line: str, what: str) -> None:
        message = f"{self.file_name} row {row_number} {what}."
        self.rejected.append(RejectedLine(row_number, rule_id, message, line[:RAW_CONTENT_LIMIT].rstrip("\r\n")))


def _fill(
    part: Part,
    table: TableSpec,
    names: Sequence[str],
    columns: Sequence[Sequence[str | None]],
    row_numbers: Sequence[int],
) -> None:
    """Give the part its columns: those of the table, and the others as one JSON object a row."""
    part.row_numbers = row_numbers
    extra: dict[str, Sequence[str | None]] = {}
    for position, (name, values) in enumerate(zip(names, columns, strict=True), start=1):
        if name in table.columns and name not in part.columns:
            part.columns[name] = values
        elif name or any(value and value.strip() for value in values):
            label = name or f"column {position}"
            extra[f"{label} ({position})" if label in extra or label in part.columns else label] = values
    part.unknown_columns = tuple(extra)
    if extra:
        part.extra_columns = [
            json.dumps(dict(zip(extra, values, strict=True)), ensure_ascii=False)
            for values in zip(*extra.values(), strict=True)
        ]


# --- XLSX ------------------------------------------------------------------------------------------------


def _read_workbook(file_name: str, data: bytes) -> list[Part]:
    """Read every sheet that holds something, each recognised on its own."""
    whole = Part(file_name, "xlsx")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return [whole.reject("unreadable_file", f"{file_name} is protected by a password or in the old XLS format.")]
    parts: list[Part] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > WORKBOOK_LIMIT:
                return [whole.reject("unreadable_file", f"{file_name} unpacks to more than 2 GB.")]
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            # Some suppliers write a wrong size into the sheet, and rows beyond it would be lost.
            sheet.reset_dimensions()
            part = _read_sheet(file_name, sheet.title, _sheet_rows(sheet))
            if part is not None and (part.table is not None or sheet.sheet_state == "visible"):
                parts.append(part)
    except Exception:  # openpyxl lets whatever the broken part of a workbook causes through: there is no closed list
        return [whole.reject("unreadable_file", f"{file_name} cannot be read as a workbook; it may be damaged.")]
    if not parts:
        return [whole.reject("empty_file", f"{file_name} is empty.")]
    seen: set[str] = set()
    for part in parts:
        # Two sheets of one table would share their row numbers, so the second says which sheet it is.
        if part.table is not None and part.table in seen:
            part.file_name = f"{file_name} [{len(seen)}]"
        seen.add(part.table or "")
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


def _read_sheet(file_name: str, title: str, rows: Iterable[list[str | None]]) -> Part | None:
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
    found = recognise(header)
    if not found.is_complete:
        return _reject_columns(part, found, f"{file_name}, sheet {title},")
    assert found.table is not None
    part.table = found.table.name
    width = max(widest, len(header))
    names = header + [""] * (width - len(header))
    columns = [[row[index] if index < len(row) else None for row in kept] for index in range(width)]
    _fill(part, found.table, names, columns, numbers)
    return part


# --- XML -------------------------------------------------------------------------------------------------

_XML_ROOT = "EXPSSDA903"
_PRESENT_BY_FIELDS = {
    # XML has no element for these tables: a child has a row where one of the fields is filled.
    "oc3": ("in_touch", "activ", "accom"),
    "ad1": ("date_int", "date_match", "foster_care", "nb_adoptr", "sex_adoptr", "ls_adoptr"),
}


def _read_xml(file_name: str, data: bytes) -> list[Part]:
    """Read an XML return into a part for each table that an XML return has, those without rows included."""
    whole = Part(file_name, "xml")
    handler = _Return()
    try:
        defusedxml.sax.parseString(data, handler)
    except _NotAReturnError:
        return [whole.reject("unrecognised_columns", f"{file_name} is no SSDA903 return: its root is not {_XML_ROOT}.")]
    except (xml.sax.SAXException, DefusedXmlException, LookupError, ValueError):
        return [whole.reject("unreadable_file", f"{file_name} cannot be read as XML; it may be cut off or damaged.")]
    return [rows.part(file_name) for rows in handler.tables.values()]


class _NotAReturnError(Exception):
    """The XML is something else."""


class _XmlRows:
    """The rows of one table as they come out of an XML return."""

    def __init__(self, table: TableSpec) -> None:
        self.table = table
        self.lines: list[int] = []
        self.values: dict[str, list[str | None]] = {name: [] for name in table.columns}
        self.extra: list[str | None] = []
        self.unknown: dict[str, None] = {}

    def add(self, line: int, fields: Mapping[str, str], extra: Mapping[str, str]) -> None:
        """Add a row; a field without content is null."""
        self.lines.append(line)
        for name, values in self.values.items():
            values.append(fields.get(name))
        self.extra.append(json.dumps(extra, ensure_ascii=False) if extra else None)
        self.unknown.update(dict.fromkeys(extra))

    def part(self, file_name: str) -> Part:
        """Return the finished part; where the file has no lines to speak of, rows are numbered in their order."""
        distinct = len(set(self.lines)) == len(self.lines)
        return Part(
            file_name,
            "xml",
            table=self.table.name,
            rows_delivered=len(self.lines),
            row_numbers=self.lines if distinct else range(1, len(self.lines) + 1),
            columns=dict(self.values),
            extra_columns=self.extra if self.unknown else None,
            unknown_columns=tuple(self.unknown),
        )


class _Return(ContentHandler):
    """Collect a return's rows child by child, so that a large one is never in memory as a tree."""

    def __init__(self) -> None:
        super().__init__()
        specs = table_specs()
        self.tables = {name: _XmlRows(spec) for name, spec in specs.items() if spec.xml_parent}
        self.by_element = {spec.xml_parent: name for name, spec in specs.items() if spec.xml_parent != "HEADER"}
        self.tags = {tag: column for spec in specs.values() for tag, column in spec.xml_tags.items()} | {"UASC": "uasc"}
        self.of_header = {column for spec in specs.values() if spec.xml_parent == "HEADER" for column in spec.columns}
        self.path: list[str] = []
        self.text: list[str] = []
        self.line = 0
        self.header_line = 0
        self.header: dict[str, str] = {}
        self.header_extra: dict[str, str] = {}
        self.records: list[tuple[str, int, dict[str, str], dict[str, str]]] = []
        self.record: tuple[str, int, dict[str, str], dict[str, str]] | None = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name is xml.sax's
        """Keep the parser's position, which is where row numbers come from."""
        self.locator = locator

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 - the name is xml.sax's
        """Open a child, its header or one of its records."""
        tag = name.rpartition(":")[2].upper()
        if not self.path and tag != _XML_ROOT:
            raise _NotAReturnError
        self.path.append(tag)
        self.text = []
        if len(self.path) == 2:
            self.header, self.header_extra, self.records, self.header_line = {}, {}, [], 0
        elif tag == "HEADER" and len(self.path) == 3:
            self.header_line = self.locator.getLineNumber()
        elif tag in self.by_element and self.record is None:
            self.record = (self.by_element[tag], self.locator.getLineNumber(), {}, {})

    def characters(self, content: str) -> None:
        """Collect the text of an element."""
        self.text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name is xml.sax's
        """Take in a field, a record or a whole child."""
        tag = self.path.pop()
        content = "".join(self.text)
        self.text = []
        if self.record is not None and self.by_element.get(tag) == self.record[0]:
            self.records.append(self.record)
            self.record = None
        elif content.strip():
            self._take_field(tag, content)
        if len(self.path) == 1:
            self._close_child()

    def _take_field(self, tag: str, content: str) -> None:
        column = self.tags.get(tag)
        if self.record is not None:
            table, _, fields, extra = self.record
            known = column in self.tables[table].values
        else:
            fields, extra = self.header, self.header_extra
            # Inside an element that no table knows, CHILDID and DOB need not be the child's own.
            nested = len(self.path) > 3 and column in ("child", "dob")
            known = (column == "uasc" or column in self.of_header) and not nested
        if known and column is not None and column not in fields:
            fields[column] = content
        else:
            extra[tag.lower()] = f"{extra[tag.lower()]}; {content}" if tag.lower() in extra else content

    def _close_child(self) -> None:
        identity = {name: self.header[name] for name in ("child", "dob") if name in self.header}
        if self.header_line:
            self.tables["header"].add(self.header_line, self.header, self.header_extra)
            if self.header.get("uasc", "").strip() == "1":
                self.tables["uasc"].add(self.header_line, self.header, {})
            for table, names in _PRESENT_BY_FIELDS.items():
                if any(name in self.header for name in names):
                    self.tables[table].add(self.header_line, self.header, {})
        for table, line, fields, extra in self.records:
            self.tables[table].add(line, identity | fields, extra)
        self.record = None
