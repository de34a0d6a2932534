"""What lies in `landing/published`, and one published CSV file as text.

Nothing here knows what a column means: files are recognised by their columns later, by the seeds of the dbt project, so
that a new release or a renamed column needs data and not code.
"""

import csv
import hashlib
import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.ingest.landing import is_ignored, look, printable
from orchestration.ingest.limits import DEFAULT_LIMITS, BeyondLimitsError, Meter, variable
from orchestration.ingest.readers.csv_file import count_lines
from orchestration.settings import Limits

IDENTIFIERS = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "la_name",
    "new_la_code",
)
"""The columns that say of what time and place a row is, in every file of DfE's statistics service."""

FIELD_LIMIT = 1_000_000
"""Characters in a field; nothing published comes near it."""

_UNREAD_KINDS = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), "is a workbook: save its sheet of figures as CSV"),
    **dict.fromkeys((".zip", ".7z", ".gz", ".rar"), "is an archive: unpack it here"),
    **dict.fromkeys((".tsv", ".tab", ".parquet"), "may hold figures: save it as CSV"),
}
"""What people download and mean to be read, and how it is read; guidance and other documents are passed over."""

_RELEASE = re.compile(
    r"release[ _-]?(?P<year>[0-9]{4})(?:(?:[-_ ]?|[-_ ]to[-_ ])(?P<end>[0-9]{4}|[0-9]{2}))?(?![0-9]).*", re.IGNORECASE
)

Stamp = tuple[int, int]


@dataclass(frozen=True)
class PublishedFile:
    """A file in the landing zone, before it is read."""

    path: Path
    name: str
    """Its path below `landing/published`, with slashes."""
    stamp: Stamp
    problem: str | None = None
    """Why it is not opened, as the end of a sentence."""

    @property
    def release(self) -> str | None:
        """The release that its folder names; files of other folders belong to none."""
        folder, _, rest = self.name.partition("/")
        return release_of(folder) if rest else None


@dataclass
class PublishedTable:
    """The content of a file: its columns by position, and its rows by row number as Excel shows it."""

    encoding: str = ""
    header: tuple[str, ...] = ()
    row_numbers: tuple[int, ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
    rows_unread: int = 0
    """Rows with more or fewer fields than the header."""
    message: str | None = None
    """Why the file could not be read, if it could not."""

    @property
    def column_names(self) -> tuple[str, ...]:
        """The header as columns are compared: in lower case, with single blanks."""
        return tuple(" ".join(name.lower().split()) for name in self.header)


def release_of(folder: str) -> str | None:
    """Return the release that a folder of `landing/published` is named after: 2024-25 is that of 2025."""
    found = _RELEASE.fullmatch(folder)
    if found is None:
        return None
    following = str(int(found["year"]) + 1)
    return following if found["end"] in (following, following[2:]) else found["year"]


def discover(folder: Path, limits: Limits = DEFAULT_LIMITS) -> dict[str, PublishedFile]:
    """List the files below `landing/published` that hold figures, however deep; of them only CSV files are read."""
    found: dict[str, PublishedFile] = {}
    seen: set[Path] = set()
    counted: dict[str, int] = {}
    for place, folders, names in os.walk(folder, followlinks=True):
        here = Path(place)
        # A linked folder may lead back to where the walk came from.
        if here.resolve() in seen:
            folders.clear()
            continue
        seen.add(here.resolve())
        folders[:] = sorted(name for name in folders if not is_ignored(name))
        top = here.relative_to(folder).parts[:1]
        for file_name in sorted(names):
            path = here / file_name
            kind = path.suffix.lower()
            if is_ignored(file_name) or (kind != ".csv" and kind not in _UNREAD_KINDS):
                continue
            name = printable(path.relative_to(folder).as_posix())
            if name in found:  # two names that would be shown alike
                name = f"{name} ({len(found)})"
            counted["".join(top)] = counted.get("".join(top), 0) + 1
            if counted["".join(top)] > limits.files:
                # One sentence for all of them.
                name = printable("/".join((*top, "every further file")))
                said = f"was not read: there are more than {limits.files:,} files ({variable('files')})"
                found[name] = PublishedFile(path, name, (0, 0), said)
                folders.clear()
                break
            status, problem = look(path, folder.parent.resolve(), folder.resolve(), here.resolve())
            if problem is not None:
                found[name] = PublishedFile(path, name, (0, 0), f"{problem}; it was not read")
            elif kind in _UNREAD_KINDS:
                found[name] = PublishedFile(path, name, (0, 0), f"{_UNREAD_KINDS[kind]}; it was not read")
            elif status is not None:
                too_large = f"is larger than {limits.file_mb:,} MB ({variable('file_mb')}); it was not read"
                problem = too_large if status.st_size > limits.file_mb * 1_000_000 else None
                found[name] = PublishedFile(path, name, (status.st_size, status.st_mtime_ns), problem)
    return dict(sorted(found.items()))


def changed(before: Mapping[str, PublishedFile], folder: Path, limits: Limits = DEFAULT_LIMITS) -> set[str]:
    """Return the files that grew, shrank or were written to since they were discovered."""
    now = discover(folder, limits)
    return {name for name, file in before.items() if name in now and now[name].stamp != file.stamp}


def sha256(data: bytes) -> str:
    """Return the checksum that identifies a file's content."""
    return hashlib.sha256(data).hexdigest()


def read_table(name: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> PublishedTable:
    """Read a published CSV file; what cannot be read is said in a sentence and never raised."""
    table = PublishedTable()
    meter = Meter(limits)
    try:
        return _read_table(table, name, data, meter)
    except BeyondLimitsError as error:
        return _unreadable(PublishedTable(), f"{name} {error}; none of it was read.")


def _read_table(table: PublishedTable, name: str, data: bytes, meter: Meter) -> PublishedTable:
    try:
        text, table.encoding = _decode(data)
    except UnicodeDecodeError:
        return _unreadable(table, f"{name} is not a text file, so it cannot be read as CSV.")
    if "\0" in text:
        return _unreadable(table, f"{name} is not a text file, so it cannot be read as CSV.")
    csv.field_size_limit(FIELD_LIMIT)
    meter.rows(count_lines(text))
    meter.cells(text.count(","))
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return _unreadable(table, f"{name} has a quotation mark that is never closed, or another fault of CSV.")
    filled = [(number, record) for number, record in enumerate(records, start=1) if any(map(str.strip, record))]
    if not filled:
        return _unreadable(table, f"{name} is empty.")
    table.header = tuple(filled[0][1])
    width = len(table.header)
    meter.columns(width)
    meter.cells(width * len(filled))
    rows = [(number, fitted) for number, record in filled[1:] if (fitted := _fit(record, width)) is not None]
    table.rows_unread = len(filled) - 1 - len(rows)
    table.row_numbers = tuple(number for number, _ in rows)
    table.columns = tuple(zip(*(record for _, record in rows), strict=True)) if rows else ((),) * width
    return table


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "windows-1252"


def _fit(record: list[str], width: int) -> list[str] | None:
    """Return a row as wide as the header, where only blank fields at its end are too many."""
    if len(record) > width and not any(map(str.strip, record[width:])):
        record = record[:width]
    return record if len(record) == width else None


def _unreadable(table: PublishedTable, message: str) -> PublishedTable:
    table.message = message
    return table
