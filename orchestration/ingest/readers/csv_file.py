"""CSV: decoded, then split into lines, then parsed, so that no quotation mark can swallow the rest of a file."""

import csv
import io
import re
from collections.abc import Callable, Sequence

from orchestration.ingest.limits import LINE_LIMIT, BeyondLimitsError, Meter
from orchestration.ingest.readers.no_records import (
    is_heading,
    is_no_record,
    reject_line,
    reject_second_table,
    set_aside,
)
from orchestration.ingest.readers.part import (
    HEADER_WITHIN,
    Part,
    RejectedLine,
    fill,
    find_header,
    reject_columns,
)
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.tables import CROSSWALK, Recognition

CONTINUATION_LIMIT = 20
"""Lines that a quoted field may run over."""
RAW_CONTENT_LIMIT = 10_000
"""Characters of a rejected line that are kept for the restricted copy."""

_BLANK = ' \t\xa0,"\r\n\x1a'
"""A line of nothing else is a blank row, as spreadsheets write them; the last one is how DOS ended a file."""
_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\f\r")
_NO_TEXT = "{} is not a text file, so it cannot be read as CSV."
_NO_TEXT_BUT_ZIP = (
    "{} is a workbook or an archive and no CSV; a workbook's name ends in .xlsx, and an archive is unpacked."
)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|table|meta)", re.IGNORECASE)
_MOST_REJECTED = 100_000
"""Lines of a file that are no rows; where there are more, the file is none, and nobody reads a list of them."""
_LONGEST_HEADING = 20_000
"""Characters of a line of column names that is put together from several."""
_DIGIT = re.compile(r"\d")
_WORDS_AFTER_COMMA = re.compile(r" +[^\W\d]")
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def decode(data: bytes) -> tuple[str, str] | None:
    """Return the text and the name of its encoding, or nothing where the bytes are not what their BOM says."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            return None
    # bcp writes UTF-16 without a mark: every other byte of the column names is nought.
    if len(data) > 3 and len(data) % 2 == 0:
        for encoding, noughts in (("utf-16-le", data[1:200:2]), ("utf-16-be", data[0:200:2])):
            if not any(noughts):
                try:
                    return data.decode(encoding), "utf-16"
                except UnicodeDecodeError:
                    return None
    marked = data.startswith(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8-sig"), "utf-8-sig" if marked else "utf-8"
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252; they become the replacement character.
        return data.removeprefix(b"\xef\xbb\xbf").decode("cp1252", errors="replace"), "windows-1252"


def read_csv(file_name: str, data: bytes, recogniser: Recogniser, meter: Meter) -> Part:
    """Read a CSV file, from its column names on: lines above them are passed over and counted.

    Rows are counted as lines that hold something before a parser sees them, so a parser that lost one is found out.
    """
    csv.field_size_limit(LINE_LIMIT)
    part = Part(file_name, "csv")
    decoded = decode(data)
    if decoded is None:
        return part.reject("unreadable_file", _NO_TEXT.format(file_name))
    text, part.encoding = decoded
    meter.rows(count_lines(text))
    # StringIO splits at line feeds and carriage returns only; str.splitlines would also split inside values.
    lines = list(io.StringIO(text, newline=""))
    del text
    if recogniser.dataset == CROSSWALK:
        lines = _with_commas(lines, file_name, recogniser)
    lines = _unfolded(lines, recogniser.of(file_name))
    filled = [index for index, line in enumerate(lines) if line.strip(_BLANK)]
    if not filled:
        return part.reject("empty_file", f"{file_name} is empty.")
    part.rows_delivered = len(filled) - 1
    # Nearly always the column names come first, and nothing else has to be looked at.
    tops, headers = _tops(lines, filled[:1])
    above, found = find_header([header or [] for header in headers], recogniser.of(file_name))
    if not found.is_complete:
        tops, headers = _tops(lines, filled[:HEADER_WITHIN])
        above, found = find_header([header or [] for header in headers], recogniser.of(file_name))
    meter.columns(max(len(header or []) for header in headers))
    if found.table is None and _is_binary(data):
        part.rows_delivered = 0
        said = _NO_TEXT_BUT_ZIP if data.startswith(b"PK\x03\x04") else _NO_TEXT
        return part.reject("unreadable_file", said.format(file_name))
    if found.table is None and _WEB_PAGE.match(data):
        said = "is a web page. Export the report as CSV, or open it in Excel and save it as XLSX."
        return part.reject("unreadable_file", f"{file_name} {said}")
    if headers[above] is None:
        return part.reject("unreadable_file", f"{file_name} has a first line that cannot be read as column names.")
    if not found.is_complete:
        part.rows_delivered -= above
        return _reject_unrecognised(part, found, tops, recogniser)
    assert found.table is not None
    part.table = found.table.name
    part.rows_delivered -= above
    if above:
        part.spelling["", "lines_above_header"] = above
    meter.cells(sum(lines[index].count(",") + 1 for index in filled if len(lines[index]) <= LINE_LIMIT))
    records = _Records(file_name, found, lines, filled[above:], meter)
    part.rows_delivered -= records.continuations
    part.rejected_lines = records.rejected
    if records.text is not None and records.texts_joined:
        part.spelling[found.names[records.text], "text_joined"] = records.texts_joined
    records.set_aside(part, headers[above] or [], recogniser)
    if part.rule_id is None:
        fill(part, found, records.columns(), records.row_numbers)
    if part.rows_parsed + part.rows_unparsed != part.rows_delivered:
        raise AssertionError(f"the reader lost count of the rows of {file_name}")
    return part


def count_lines(text: str) -> int:
    """Return how many lines a text has, without splitting it."""
    return text.count("\n") + text.count("\r") - text.count("\r\n") + 1


def _with_commas(lines: list[str], file_name: str, recogniser: Recogniser) -> list[str]:
    """Return the lines of a crosswalk with commas, whichever delimiter its heading shows.

    A person made it by hand, and Excel of many countries saves semicolons. No number of a child has a decimal comma in
    it, which is why other tables are sent back.
    """
    tops = [line for line in lines if line.strip(_BLANK) and len(line) <= LINE_LIMIT][:HEADER_WITHIN]
    for delimiter in _DELIMITERS:
        if any(recogniser.of(file_name)(_split(line, delimiter)).is_complete for line in tops):
            return [_comma_line(line, delimiter) if len(line) <= LINE_LIMIT else line for line in lines]
    return lines


def _unfolded(lines: list[str], recognise_row: Callable[[Sequence[str]], Recognition]) -> list[str]:
    """Return the lines with the column names in one, and without quotation marks around each line as a whole.

    Spreadsheets break long headings, and a CSV that was opened as text and saved again has each line as one value.
    """
    for index, line in enumerate(lines[:HEADER_WITHIN]):
        if '"' not in line or len(line) > _LONGEST_HEADING:
            continue
        fields = _parse_line(line)
        if fields is not None:
            if len(fields) == 1 and recognise_row(_parse_line(fields[0]) or []).is_complete:
                parsed = [_parse_line(line) if len(line) <= LINE_LIMIT else None for line in lines]
                return [
                    f"{row[0]}\n" if row and len(row) == 1 else line for row, line in zip(parsed, lines, strict=True)
                ]
            continue
        for last in range(index + 1, min(index + CONTINUATION_LIMIT, len(lines))):
            if len(lines[last]) > _LONGEST_HEADING:
                break
            try:
                rows = list(csv.reader(io.StringIO("".join(lines[index : last + 1]), newline=""), strict=True))
            except csv.Error:
                continue
            if len(rows) == 1 and recognise_row(rows[0]).is_complete:
                text = io.StringIO()
                csv.writer(text, lineterminator="\n").writerow(" ".join(name.split()) for name in rows[0])
                return [*lines[:index], text.getvalue(), *lines[last + 1 :]]
            break
    return lines


def _split(line: str, delimiter: str) -> list[str]:
    return [name.strip().strip('"') for name in line.split(delimiter)]


def _comma_line(line: str, delimiter: str) -> str:
    """Return a line with commas; one with a quotation mark that is not closed in it is left to be rejected."""
    if '"' not in line and "," not in line:
        return line.replace(delimiter, ",")
    try:
        (fields,) = csv.reader([line], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return line
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue()


def _tops(lines: list[str], filled: list[int]) -> tuple[list[str], list[list[str] | None]]:
    """Return the lines among which the column names are, and their fields; one that is too long has none."""
    tops = [lines[index] if len(lines[index]) <= LINE_LIMIT else "" for index in filled]
    return tops, [_parse_line(line) if line else None for line in tops]


def _is_binary(data: bytes) -> bool:
    """Say whether bytes without a known header are no text at all."""
    sample = data[:8192]
    controls = len(sample) - len(sample.translate(None, _CONTROL_BYTES))
    return b"\0" in sample or 20 * controls > len(sample)


def _reject_unrecognised(part: Part, found: Recognition, tops: list[str], recogniser: Recogniser) -> Part:
    for delimiter, word in _DELIMITERS.items():
        for line in tops:
            split = _split(line, delimiter)
            if len(split) > 1 and recogniser.of(part.file_name)(split).table is not None:
                said = f"{part.file_name} separates its columns with {word}; save it as CSV with commas."
                return part.reject("wrong_delimiter", said)
    return reject_columns(
        part, found, part.file_name, recogniser.dataset, recogniser.why_not(part.file_name, None, found.names)
    )


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


def _has_broken_text(line: str) -> bool:
    """Say whether bytes of nought stand inside a value; alone in a field they are how bcp writes an empty one."""
    return any("\0" in field.strip("\0") for field in line.strip("\r\n").replace('"', "").split(","))


class _Records:
    """The rows below a header, each with its row number as Excel counts it, and the lines that are none."""

    def __init__(self, file_name: str, found: Recognition, lines: list[str], filled: list[int], meter: Meter) -> None:
        names = found.names
        specs = found.table.specs if found.table else {}
        self.file_name = file_name
        self.meter = meter
        self.width = len(names)
        self.days = [index for index, name in enumerate(names) if name in specs and "date" in specs[name].kind]
        texts = [index for index, name in enumerate(names) if name in specs and specs[name].kind == "text"]
        self.text = texts[0] if len(texts) == 1 and all(name in specs for name in names if name) else None
        """Where the one column stands in which people write sentences."""
        self.texts_joined = 0
        self.least_width = max((index for index, name in enumerate(names) if name), default=-1) + 1
        self.lines = lines
        self.rows: Sequence[list[str]] = []
        self.row_numbers: Sequence[int] = ()
        self.rejected: list[RejectedLine] = []
        self.continuations = 0
        if not self._read_at_once(filled[1:]):
            self._read_by_line(filled[1:])

    def columns(self) -> list[tuple[str, ...]]:
        """Return the rows by column."""
        return list(zip(*self.rows, strict=True)) if self.rows else [()] * self.width

    def set_aside(self, part: Part, heading: Sequence[str], recogniser: Recogniser) -> None:
        """Set apart the lines that are no records, whether they have the table's width or not."""
        recognise_row = recogniser.of(self.file_name)
        for line in list(part.rejected_lines):
            if line.rule_id != "wrong_column_count":
                continue
            texts = [text.strip() for text in _parse_line(line.raw_content) or []]
            if is_no_record(texts) or is_heading(texts, heading):
                part.rejected_lines.remove(line)
                reject_line(part, line.row_number, line.raw_content)
            elif recognise_row(texts).is_complete:
                reject_second_table(part, line.row_number)
                return
        out = set_aside(part, self.rows, self.row_numbers, heading, recognise_row, recogniser.dataset)
        if out:
            kept = [index for index in range(len(self.rows)) if index not in out]
            self.rows = [self.rows[index] for index in kept]
            self.row_numbers = [self.row_numbers[index] for index in kept]

    def _read_at_once(self, filled: list[int]) -> bool:
        """Read a file in which every line is a row of the right width: nearly every file, and much the fastest."""
        body = [self.lines[index] for index in filled]
        if any(len(line) > LINE_LIMIT or ("\0" in line and _has_broken_text(line)) for line in body):
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
        rows: list[list[str]] = []
        numbers: list[int] = []
        swallowed_until = -1
        offset = 1
        for index in filled:
            self.meter.time()
            if index <= swallowed_until:
                self.continuations += 1
                continue
            line = self.lines[index]
            row_number = index + offset
            if len(line) > LINE_LIMIT:
                self._reject(row_number, "line_too_long", line, f"is longer than {LINE_LIMIT:,} characters")
                continue
            if "\0" in line and _has_broken_text(line):
                self._reject(row_number, "unreadable_line", line, "holds bytes that are no text")
                continue
            fields = _parse_line(line) if '"' in line else line.rstrip("\r\n").split(",")
            if fields is None:
                fields, swallowed_until = self._continued(index)
                offset -= max(swallowed_until - index, 0)
            if fields is None:
                self._reject(row_number, "unreadable_line", line, "has a quotation mark that is never closed")
                continue
            fitted = self._fit(fields) or self._with_text_joined(fields)
            if fitted is None:
                what = f"has {len(fields)} fields where the header has {self.width}"
                self._reject(row_number, "wrong_column_count", line, what)
                continue
            rows.append(fitted)
            numbers.append(row_number)
        self.rows, self.row_numbers = rows, numbers

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
            # A comma within a text pushes what follows one column on, and then words stand where a day belongs.
            is_pushed = any(fields[at].strip(_BLANK) and not _DIGIT.search(fields[at]) for at in self.days)
            return None if is_pushed else fields[: self.width]
        if self.least_width <= len(fields) < self.width:
            return fields + [""] * (self.width - len(fields))
        return fields if len(fields) == self.width else None

    def _with_text_joined(self, fields: list[str]) -> list[str] | None:
        """Put together a sentence with commas that nobody put into quotation marks, as database tools write CSV.

        Only where nothing else can be meant: the table has one column for sentences, each part but the first begins as
        words after a comma do, and behind them no word stands where a day belongs.
        """
        more = len(fields) - self.width
        if self.text is None or more < 1:
            return None
        until = self.text + more + 1
        first, *others = fields[self.text : until]
        if not first.strip(_BLANK) or not all(_WORDS_AFTER_COMMA.match(other) for other in others):
            return None
        joined = [*fields[: self.text], ",".join((first, *others)), *fields[until:]]
        if any(joined[at].strip(_BLANK) and not _DIGIT.search(joined[at]) for at in self.days):
            return None
        self.texts_joined += 1
        return joined

    def _reject(self, row_number: int, rule_id: str, line: str, what: str) -> None:
        if len(self.rejected) >= _MOST_REJECTED:
            raise BeyondLimitsError(f"has more than {_MOST_REJECTED:,} lines that are no rows of a table")
        message = f"{self.file_name} row {row_number} {what}."
        self.rejected.append(RejectedLine(row_number, rule_id, message, line[:RAW_CONTENT_LIMIT].rstrip("\r\n")))
