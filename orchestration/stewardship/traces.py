"""Looking for what is left of a child: in tables column by column, in Office files unpacked, in all others by byte.

Numbers are looked for as whole words in any case. A number of fewer than five characters is looked for in columns of
children's numbers alone: anywhere else it may be a count, a day or somebody's age. Longer ones are looked for in every
text, but not where the number of another thing or a figure stands. Pupil numbers and keyed hashes can be nothing else.
"""

import mmap
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.ingest.erasures import TELLING
from orchestration.ingest.landing import PUBLISHED_FOLDER
from orchestration.ingest.person_keys import CHILDREN
from orchestration.progress import report
from orchestration.settings import Settings

STAGE = "Looking for traces"
_OFFICE = {".xlsx", ".docx"}
_FIGURES = re.compile(rb"<v>[^<]*</v>")
"""Cells of a workbook that are figures, or places in its list of texts."""
_WORD = re.compile(rb"[0-9A-Za-z]")
_OF_OTHERS = re.compile(r".*_(id|ids|key|hash|code)|urn|upn")
"""Columns with numbers of something else: an equal one is chance."""
_TEXT = re.compile(r"VARCHAR(\[\])*|JSON|BLOB")
_SKIPPED = {"landing", "site_workspace", "bench", "build.lock"}
"""The authority's own deliveries (told of apart), a copy of the program, invented children, and nothing."""
_REFERENCE = {"postcodes", "bank_holidays", "published"}
"""What of the raw layer comes from the program or from DfE."""
_PUBLIC = {
    "publications_public",
    "published_public",
    "site_builds",
    "site",
    "site_internal_builds",
    "site_internal",
    "released",
}
"""Aggregates: a figure there may well be equal to a child's number, but none can be a pupil number or a key."""


@dataclass(frozen=True)
class Wanted:
    """What to look for: the child's number in one spelling, and other ids that can be nothing else."""

    la_code: str
    number: str
    exact: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Numbers that the child has in other case systems."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return all its numbers."""
        return (self.number, *self.others)

    @property
    def telling(self) -> list[str]:
        """Return the numbers that are long enough to be looked for in sentences."""
        return [number for number in self.numbers if len(number) >= TELLING]

    @property
    def is_telling(self) -> bool:
        """Say whether all of them are."""
        return len(self.telling) == len(self.numbers)


@dataclass(frozen=True)
class Trace:
    """A place where something of the child still stands."""

    path: Path
    where: str
    """The table and column, the part of an Office file, or nothing."""
    count: int


def everywhere(settings: Settings, wanted: Wanted) -> list[Trace]:
    """Return what is left in the data folder outside the landing zone."""
    root = settings.data_dir
    files = [(path, path.relative_to(root).parts) for path in _files(root)]
    files = [(path, parts) for path, parts in files if parts[0] not in _SKIPPED and not _REFERENCE & set(parts[1:2])]
    found: list[Trace] = []
    with duckdb.connect(config=_CONFIG) as connection:
        for done, (path, parts) in enumerate(files):
            report(STAGE, done, len(files))
            found += _look(connection, path, wanted, with_number=not _PUBLIC & set(parts))
    report(STAGE, len(files), len(files))
    return found


def in_landing(settings: Settings, wanted: Wanted) -> list[Trace]:
    """Return the authority's delivered files, and files that lie in no delivery, that have the child in them."""
    found: list[Trace] = []
    with duckdb.connect(config=_CONFIG) as connection:
        for path in _files(settings.landing):
            top = path.relative_to(settings.landing).parts[0]
            if top == wanted.la_code or not re.fullmatch(f"[0-9]{{3}}|{PUBLISHED_FOLDER}", top):
                found += _look(connection, path, wanted)
    return found


def _look(
    connection: duckdb.DuckDBPyConnection, path: Path, wanted: Wanted, *, with_number: bool = True
) -> Iterator[Trace]:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        content = pq.ParquetFile(path).read()
        if content.num_rows:
            connection.register("looked_at", content)
            yield from _in_columns(connection, path, "looked_at", "", wanted, with_number)
            connection.unregister("looked_at")
        return
    if suffix == ".duckdb":
        yield from _in_database(connection, path, wanted, with_number)
    if suffix in _OFFICE and zipfile.is_zipfile(path):
        yield from _in_office(path, wanted, with_number)
    else:
        yield from _in_bytes(path, wanted, with_number)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(parent, name) for name in sorted(files) if not Path(parent, name).is_symlink())


def _in_bytes(path: Path, wanted: Wanted, with_number: bool) -> Iterator[Trace]:
    if not path.stat().st_size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if count := _count(content, wanted, with_number):
            yield Trace(path, "", count)


def _in_office(path: Path, wanted: Wanted, with_number: bool) -> Iterator[Trace]:
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if count := _count(_FIGURES.sub(b"", archive.read(part)), wanted, with_number):
                yield Trace(path, part, count)


def _count(content: bytes | mmap.mmap, wanted: Wanted, with_number: bool) -> int:
    """Count the places where bytes spell one of the ids, in capitals or small letters, in UTF-8 or UTF-16."""
    count = 0
    numbers = wanted.telling if with_number else []
    for text in (*numbers, *wanted.exact):
        for needle in {spelt.encode(code) for spelt in (text.upper(), text.lower()) for code in ("utf-8", "utf-16-le")}:
            at = content.find(needle)
            while at >= 0:
                end = at + len(needle)
                is_whole = not (_WORD.match(content[max(at - 1, 0) : at]) or _WORD.match(content[end : end + 1]))
                count += is_whole or text in wanted.exact
                at = content.find(needle, end)
    return count


def _in_database(
    connection: duckdb.DuckDBPyConnection, path: Path, wanted: Wanted, with_number: bool
) -> Iterator[Trace]:
    connection.execute(f"attach {_text(path.as_posix())} as looked_into (read_only)")
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'looked_into' order by all"
    ).fetchall()
    for schema, table in tables:
        source = f'looked_into."{schema}"."{table}"'
        yield from _in_columns(connection, path, source, f"{schema}.{table}.", wanted, with_number)
    connection.execute("detach looked_into")


def _in_columns(
    connection: duckdb.DuckDBPyConnection, path: Path, source: str, prefix: str, wanted: Wanted, with_number: bool
) -> Iterator[Trace]:
    described = connection.execute(f"describe select * from {source}").fetchall()
    names = {name for name, *_ in described}
    scope = "true"
    if "la_code" in names:
        scope = f"la_code = {_text(wanted.la_code)}"
    elif "delivery_id" in names:
        scope = f"starts_with(delivery_id, {_text(wanted.la_code + '-')})"
    asked = {}
    for name, kind, *_ in described:
        if _TEXT.fullmatch(kind):
            asked[name] = _condition(f'cast("{name}" as varchar)', name.lower(), wanted, scope, with_number)
    asked = {name: condition for name, condition in asked.items() if condition}
    if not asked:
        return
    counts = ", ".join(f"count(*) filter (where {condition})" for condition in asked.values())
    row = connection.execute(f"select {counts} from {source}").fetchone() or ()
    yield from (Trace(path, f"{prefix}{name}", count) for name, count in zip(asked, row, strict=True) if count)


def _condition(value: str, name: str, wanted: Wanted, scope: str, with_number: bool) -> str:
    conditions = []
    conditions += [f"contains(lower({value}), {_text(exact.lower())})" for exact in wanted.exact]
    if with_number and name in CHILDREN.columns:
        any_of = ", ".join(_text(number) for number in wanted.numbers)
        conditions.append(f"({scope} and upper(trim({value})) in ({any_of}))")
    elif with_number and not _OF_OTHERS.fullmatch(name):
        for number in wanted.telling:
            word = f"(?i)(^|[^0-9A-Za-z]){re.escape(number)}($|[^0-9A-Za-z])"
            figure = f" and {value} <> {_text(number)}" if number.isdigit() else ""
            is_in = f"contains(upper({value}), {_text(number)}) and regexp_matches({value}, {_text(word)})"
            conditions.append(f"({scope} and {is_in}{figure})")
    return " or ".join(conditions)


_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
