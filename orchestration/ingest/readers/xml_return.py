"""XML: the form in which software sends the whole return to DfE, one element for each child."""

import json
from collections.abc import Mapping
from xml.parsers import expat

from orchestration.ingest.limits import BeyondLimitsError, Meter
from orchestration.ingest.readers.part import Part
from orchestration.ingest.readers.xml_parser import PIECE, EntityError, new_parser, parsed
from orchestration.ingest.tables import SSDA903, TableSpec, table_specs

_XML_ROOT = "EXPSSDA903"
_DEEPEST = 100
"""Levels of elements; a return has five."""
_PRESENT_BY_FIELDS = {
    # XML has no element for these tables: a child has a row where one of the fields is filled.
    "oc3": ("in_touch", "activ", "accom"),
    "ad1": ("date_int", "date_match", "foster_care", "nb_adoptr", "sex_adoptr", "ls_adoptr"),
}


def read_xml(file_name: str, data: bytes, meter: Meter) -> list[Part]:
    """Read an XML return into a part for each table that an XML return has, those without rows included."""
    whole = Part(file_name, "xml")
    # An element has two of them, or one where it is empty; elements are counted as they come as well.
    if data.count(b"<") > 2 * meter.limits.cells:
        meter.cells(meter.limits.cells + 1)
    handler = _Return(meter)
    try:
        for _ in parsed(handler.parser, (data[at : at + PIECE] for at in range(0, len(data), PIECE)), meter):
            pass
    except _NotAReturnError:
        return [whole.reject("unrecognised_columns", f"{file_name} is no SSDA903 return: its root is not {_XML_ROOT}.")]
    except (expat.ExpatError, EntityError, LookupError, ValueError):
        return [whole.reject("unreadable_file", f"{file_name} cannot be read as XML; it may be cut off or damaged.")]
    for rows in handler.tables.values():
        meter.columns(len(rows.unknown))
    return [rows.part(file_name) for rows in handler.tables.values()]


_Record = tuple[str, int, dict[str, str], dict[str, list[str]]]
"""A row while it is read: its table, its line, and its fields by column and by the tags that no table knows."""


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

    def add(self, line: int, fields: Mapping[str, str], extra: Mapping[str, list[str]]) -> None:
        """Add a row; a field without content is null."""
        self.lines.append(line)
        for name, values in self.values.items():
            values.append(fields.get(name))
        joined = {tag: "; ".join(contents) for tag, contents in extra.items()}
        self.extra.append(json.dumps(joined, ensure_ascii=False) if extra else None)
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
            unknown_columns=tuple(f"element {number}" for number in range(1, len(self.unknown) + 1)),
        )


class _Return:
    """Collect a return's rows child by child, so that a large one is never in memory as a tree."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.parser = new_parser(self)
        specs = table_specs(SSDA903)
        self.tables = {name: _XmlRows(spec) for name, spec in specs.items() if spec.xml_parent}
        self.by_element = {spec.xml_parent: name for name, spec in specs.items() if spec.xml_parent != "HEADER"}
        self.tags = {tag: column for spec in specs.values() for tag, column in spec.xml_tags.items()} | {"UASC": "uasc"}
        self.of_header = {column for spec in specs.values() if spec.xml_parent == "HEADER" for column in spec.columns}
        self.path: list[str] = []
        self.content: list[str] = []
        self.length = 0
        self.line = 0
        self.header_line = 0
        self.header: dict[str, str] = {}
        self.header_extra: dict[str, list[str]] = {}
        self.records: list[_Record] = []
        self.record: _Record | None = None

    def start(self, name: str, _: dict[str, str]) -> None:
        """Open a child, its header or one of its records."""
        tag = name.rpartition(":")[2].upper()
        if not self.path and tag != _XML_ROOT:
            raise _NotAReturnError
        self.meter.cells(1)
        self.path.append(tag)
        if len(self.path) > _DEEPEST:
            raise BeyondLimitsError(f"has elements more than {_DEEPEST} levels deep")
        self.content, self.length = [], 0
        if len(self.path) == 2:
            self.header, self.header_extra, self.records, self.header_line = {}, {}, [], 0
        elif tag == "HEADER" and len(self.path) == 3:
            self.header_line = self.parser.CurrentLineNumber
        elif tag in self.by_element and self.record is None:
            self.record = (self.by_element[tag], self.parser.CurrentLineNumber, {}, {})

    def text(self, content: str) -> None:
        """Collect the text of an element."""
        self.content.append(content)
        self.length += len(content)
        self.meter.value(self.length)

    def end(self, name: str) -> None:
        """Take in a field, a record or a whole child."""
        tag = self.path.pop()
        content = "".join(self.content)
        self.content, self.length = [], 0
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
            extra.setdefault(tag.lower(), []).append(content)

    def _close_child(self) -> None:
        identity = {name: self.header[name] for name in ("child", "dob") if name in self.header}
        if self.header_line:
            self.tables["header"].add(self.header_line, self.header, self.header_extra)
            if self.header.get("uasc", "").strip() == "1":
                self.tables["uasc"].add(self.header_line, self.header, {})
            for table, names in _PRESENT_BY_FIELDS.items():
                if any(name in self.header for name in names):
                    self.tables[table].add(self.header_line, self.header, {})
        self.meter.rows(len(self.records) + bool(self.header_line))
        for table, line, fields, extra in self.records:
            self.tables[table].add(line, identity | fields, extra)
        self.record = None
