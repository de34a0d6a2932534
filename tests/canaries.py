"""Canaries: words that stand for names and numbers of children, and the search for them in all that a build wrote.

A word of its own is planted in every place, so that one found tells where it came from. The search looks into what is
packed: the columns of Parquet and DuckDB files, the members of workbooks and Word files.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

_WORD = re.compile(rb"zqx[0-9]{4}")
_ZIPPED = {".xlsx", ".docx", ".zip", ".pptx"}

KEPT_APART = {
    "landing",
    "raw",
    "keys",
    "restricted",
    "restricted_runs",
    "warehouse",
}
"""Folders that hold the records themselves, or the key to them."""


@dataclass
class Aviary:
    """Hands out canaries and remembers where each was planted."""

    planted: dict[str, str] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    """Real values to look for as they are: dates of birth, postcodes."""

    def plant(self, place: str) -> str:
        """Return a word that nothing else holds, to stand at a place."""
        word = f"Zqx{len(self.planted):04}"
        self.planted[word.lower()] = place
        return word

    def fill(self, text: str) -> str:
        """Return a text with a canary for each «place» in it; a place that it names twice has one canary."""
        words = {place: self.plant(place) for place in dict.fromkeys(re.findall("«(.*?)»", text))}
        return re.sub("«(.*?)»", lambda found: words[found[1]], text)

    def also(self, value: str, place: str) -> str:
        """Look for a value as it is, too."""
        self.plain[value.lower()] = place
        return value

    def found_in(self, contents: Iterable[tuple[str, bytes]]) -> dict[str, set[str]]:
        """Return the places of the canaries that were found, and what they were found in."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, content in contents:
            content = content.lower()
            words = {word.decode() for word in _WORD.findall(content)}
            # UTF-16, as Windows' programs write it.
            words |= {word.decode() for word in _WORD.findall(content.replace(b"\0", b""))}
            for word in words:
                found[self.planted.get(word, f"an unknown canary {word}")].add(name)
            for value, place in self.plain.items():
                if value.encode() in content:
                    found[place].add(name)
        return dict(found)


def outputs(data_dir: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything that a build wrote outside the folders kept apart: names, bytes, and what is packed in them."""
    for path in sorted(data_dir.rglob("*")):
        name = path.relative_to(data_dir).as_posix()
        if name.partition("/")[0] in KEPT_APART or path.is_symlink():
            continue
        yield f"{name} (its name)", name.encode()
        if path.is_file():
            yield from unpacked(name, path.read_bytes(), path)


def unpacked(name: str, content: bytes, path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield a file's bytes and what is packed in it."""
    yield name, content
    suffix = Path(name).suffix.lower()
    if suffix == ".parquet":
        yield name, tables_as_text([(name, f"from read_parquet('{path}')")], None)
    elif suffix == ".duckdb":
        yield name, database_as_text(path)
    elif suffix in _ZIPPED:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield f"{name}/{member}", archive.read(member) + member.encode()


def database_as_text(path: Path) -> bytes:
    """Every table and column of a DuckDB file, with their descriptions, as text."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        said = connection.execute(
            "select comment from duckdb_tables() union all select comment from duckdb_columns() "
            "union all select sql from duckdb_views()"
        ).fetchall()
        texts = [(table, f'from "{schema}"."{table}"') for schema, table in tables]
        return tables_as_text(texts, connection) + "\n".join(str(row[0]) for row in said).encode()


def tables_as_text(queries: list[tuple[str, str]], connection: duckdb.DuckDBPyConnection | None) -> bytes:
    """Return all cells as text, but for the days of the calendar, which are every day there is."""
    run = (connection or duckdb).execute
    text = []
    for name, query in queries:
        if "dim_date" in name:
            continue
        text.append("\n".join("\t".join(map(str, row)) for row in run(query).fetchall()))
    return "\n".join(text).encode("utf-8", "replace")
