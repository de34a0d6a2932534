"""Children whose records were erased: known by keyed hashes alone, and left out of whatever is delivered again.

A delivery is the authority's own and stays as it is, so one that still lies in the landing zone holds the child. Of an
erasure no more is kept than it takes to leave the child out every time: a hash of authority and number, made with a
secret of its own, because that of `child_key` may be replaced (`cla rekey`) when the number is long forgotten.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import ledger
from orchestration.filesystem import private_directory
from orchestration.ingest import raw as raw_layer
from orchestration.ingest.person_keys import CHILDREN, read_or_make_key
from orchestration.ingest.readers.part import Part, RejectedLine
from orchestration.ingest.spelling.rules import BLANKS
from orchestration.ingest.spelling.values import spell_id
from orchestration.ingest.tables import table_specs

FOLDER = "erasures"
KEY_FILE = "erasures.key"
RULE = "erased"
"""The rule that a row of an erased child is left out by."""
CHILD, DISPUTE = "child", "dispute"
DISPUTES, DISPUTE_STAGES, DISPUTE_ID = "disputes", "dispute_stages", "dispute_id"
"""Stages of a dispute bear the dispute's number and no child's."""
TELLING = 5
"""A shorter number in a sentence may be a count or a year as well: it is looked for in columns of numbers alone."""
REDACTED = "erased"
"""What stands in a sentence in the place of the number of an erased child."""

OLD_AND_NEW = ("old_child_id", "new_child_id")
RENUMBERED = "The row gives the child another number: erase that one as well, or the child comes back under it."

SCHEMA = pa.schema(
    [
        ("la_code", pa.string()),
        ("kind", pa.string()),
        ("hash", pa.string()),
        ("child_hash", pa.string()),
        ("is_lifted", pa.bool_()),
        ("decided_by", pa.string()),
        ("decided_at", pa.timestamp("us")),
    ]
)
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:[-/][0-9A-Za-z]+)*")
_CELL = re.compile(r"[,;\t|]")


@dataclass(frozen=True)
class Erased:
    """What is erased of one authority, and the secret to recognise it by; small enough to go to another process."""

    la_code: str = ""
    key: bytes = field(default=b"", repr=False)
    hashes: frozenset[tuple[str, str]] = frozenset()
    """Kind and hash."""

    def __bool__(self) -> bool:
        """Say whether anything is."""
        return bool(self.hashes)

    @property
    def fingerprint(self) -> str:
        """Return what changes when deliveries have to be read again because of an erasure; '' while there is none."""
        text = "\n".join(sorted(f"{kind} {hashed}" for kind, hashed in self.hashes))
        return hashlib.sha256(text.encode()).hexdigest() if text else ""

    def has(self, kind: str, value: str | None) -> bool:
        """Say whether a delivered number is that of an erased child, or of a dispute about one, however it is spelt."""
        return bool(value) and (kind, hash_of(self.key, self.la_code, kind, spelt(value or ""))) in self.hashes

    @cached_property
    def _telling(self) -> dict[str, bool]:
        return {}

    def is_named(self, token: str) -> bool:
        """Say whether a word of a sentence is the number of an erased child, and long enough to be nothing else."""
        if len(token) < TELLING or not any(letter.isdigit() for letter in token):
            return False
        if token not in self._telling:
            self._telling[token] = self.has(CHILD, token)
        return self._telling[token]

    def redacted(self, text: str | None) -> str | None:
        """Return a text of somebody else's row without the numbers of erased children."""
        if not text:
            return text
        return _TOKEN.sub(lambda found: REDACTED if self.is_named(found[0]) else found[0], text)

    def is_of_erased(self, line: str) -> bool:
        """Say whether a line that could not be read as a record has the number of an erased child in it."""
        cells = (cell.strip(f"{BLANKS}\"'") for cell in _CELL.split(line))
        return any(self.has(CHILD, cell) for cell in cells) or self.redacted(line) != line


@dataclass(frozen=True)
class Erasures:
    """All erasures in force, by authority."""

    key: bytes = field(default=b"", repr=False)
    by_authority: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def load(cls, decisions: Path, keys: Path) -> "Erasures":
        """Read what was decided; the last word on each child counts."""
        rows = _rows(decisions)
        if not rows:
            return cls()
        in_force: dict[str, dict[str, set[tuple[str, str]]]] = {}
        for row in sorted(rows, key=lambda row: row["decided_at"]):
            by_child = in_force.setdefault(row["la_code"], {})
            if row["is_lifted"]:
                by_child.pop(row["child_hash"], None)
            else:
                by_child.setdefault(row["child_hash"], set()).add((row["kind"], row["hash"]))
        key = read_or_make_key(keys / KEY_FILE, may_make=False)
        return cls(
            key, {la_code: frozenset().union(*by_child.values()) for la_code, by_child in in_force.items() if by_child}
        )

    def of(self, la_code: str) -> Erased:
        """Return what is erased of an authority."""
        return Erased(la_code, self.key, self.by_authority.get(la_code, frozenset()))


def spelt(number: str) -> str:
    """Return a number of a person or record in the one spelling that the raw layer has."""
    return spell_id(number.strip(BLANKS))[0]


def hash_of(key: bytes, la_code: str, kind: str, number: str) -> str:
    """Return what stands for a number among the erasures."""
    return hmac.digest(key, f"{kind}\x1f{la_code}\x1f{number}".encode(), "sha256").hex()


def reference(decisions: Path, keys: Path, la_code: str, child: str) -> str:
    """Return what the ledger calls an erased child: whoever has number and secret can tell that it is the one."""
    key = read_or_make_key(keys / KEY_FILE, may_make=not _rows(decisions))
    return hash_of(key, la_code, CHILD, child)[:12]


def decide(
    decisions: Path,
    keys: Path,
    la_code: str,
    child: str,
    disputes: Iterable[str] = (),
    *,
    others: Iterable[str] = (),
    is_lifted: bool = False,
) -> None:
    """Record that a child under this number and its `others`, and the disputes about it, are erased; or no longer are.

    What was decided under one number is lifted under any number that it held for.
    """
    before = _rows(decisions)
    key = read_or_make_key(keys / KEY_FILE, may_make=not before)
    now = datetime.now(UTC).replace(tzinfo=None)
    of_child = hash_of(key, la_code, CHILD, child)
    hashes = [(CHILD, hash_of(key, la_code, CHILD, number)) for number in (child, *others)]
    hashes += [(DISPUTE, hash_of(key, la_code, DISPUTE, one)) for one in disputes]
    decided = [(kind, hashed, of_child) for kind, hashed in hashes]
    if is_lifted:
        decided += [
            (row["kind"], row["hash"], row["child_hash"])
            for row in before
            if row["la_code"] == la_code and row["hash"] == of_child and row["child_hash"] != of_child
        ]
    rows = [
        (la_code, kind, hashed, child_hash, is_lifted, ledger.account(), now) for kind, hashed, child_hash in decided
    ]
    path = private_directory(decisions / FOLDER) / f"{time.time_ns()}.parquet"
    raw_layer.write_parquet(path, raw_layer.rows_table(SCHEMA, rows), durable=True)


def decided_at(decisions: Path, erased: Erased, number: str) -> datetime | None:
    """Return when a child was erased; None where none of that number is."""
    if not erased.has(CHILD, number):
        return None
    hashed = hash_of(erased.key, erased.la_code, CHILD, spelt(number))
    moments: list[datetime] = [row["decided_at"] for row in _rows(decisions) if row["hash"] == hashed]
    return max(moments)


def take_out(parts: Sequence[Part], dataset: str, erased: Erased) -> int:
    """Leave erased children out of what was just read, before anything is concluded from it; return how many rows.

    Each row is listed as left out by a rule, without its content, so that every delivered row stays accounted for. What
    the columns say of the other children's spelling is then what it would be had the rows never been delivered.
    """
    if not erased:
        return 0
    disputes = {
        spelt(number or "")
        for part in parts
        if part.table == DISPUTES and part.rule_id is None
        for number, is_out in zip(part.columns.get(DISPUTE_ID, ()), _of_children(part.columns, erased), strict=False)
        if is_out
    }
    taken = 0
    for part in parts:
        if part.rule_id is not None or part.table is None:
            continue
        out = rows_of_erased(part.table, part.columns, part.rows_parsed, erased, disputes)
        renumbered = _renumbered(part, erased)
        lines = [line if not erased.is_of_erased(line.raw_content) else None for line in part.rejected_lines]
        numbers = [line.row_number for line, kept in zip(part.rejected_lines, lines, strict=True) if kept is None]
        if any(out):
            numbers += [number for number, is_out in zip(part.row_numbers, out, strict=True) if is_out]
            _drop(part, [index for index, is_out in enumerate(out) if not is_out])
        part.rejected_lines = [line for line in lines if line is not None]
        part.rejected_lines += [left_out(part.file_name, number, number in renumbered) for number in numbers]
        for name in free_text(dataset, part.table) & part.columns.keys():
            part.columns[name] = [erased.redacted(value) for value in part.columns[name]]
        if part.extra_columns is not None:
            part.extra_columns = [erased.redacted(value) for value in part.extra_columns]
        taken += len(numbers)
    return taken


def rows_of_erased(
    table: str, columns: Mapping[str, Sequence[str | None]], count: int, erased: Erased, disputes: set[str]
) -> list[bool]:
    """Say of each row of a table whether it is of an erased child; `disputes` are the numbers of disputes about one."""
    out = _of_children(columns, erased) or [False] * count
    if table == DISPUTE_STAGES:
        out = [
            is_out or spelt(number or "") in disputes or erased.has(DISPUTE, number)
            for is_out, number in zip(out, columns.get(DISPUTE_ID, [None] * count), strict=True)
        ]
    return out


def left_out(file_name: str, row_number: int, is_renumbered: bool = False) -> RejectedLine:
    """Return what is listed of a row that was left out; `is_renumbered` where it gives the child another number."""
    message = f"{file_name} row {row_number} was left out, because the records of the child were erased (cla erase)."
    return RejectedLine(row_number, RULE, f"{message} {RENUMBERED}" if is_renumbered else message, "")


def _renumbered(part: Part, erased: Erased) -> set[int]:
    """Return the rows of a crosswalk that give an erased child a number under which nobody is erased."""
    pairs = zip(part.row_numbers, *(part.columns.get(name, ()) for name in OLD_AND_NEW), strict=False)
    return {number for number, old, new in pairs if old and new and erased.has(CHILD, old) != erased.has(CHILD, new)}


def free_text(dataset: str, table: str) -> set[str]:
    """Return the columns of a table in which staff write sentences."""
    return {name for name, spec in table_specs(dataset)[table].specs.items() if spec.kind == "text"}


def _of_children(columns: Mapping[str, Sequence[str | None]], erased: Erased) -> list[bool]:
    """Say of each row whether it has the number of an erased child; nothing where no column has numbers of children."""
    out: list[bool] = []
    for name in sorted(CHILDREN.columns & columns.keys()):
        verdicts = _verdicts(columns[name], lambda value: erased.has(CHILD, value))
        out = [one or other for one, other in zip(out, verdicts, strict=True)] if out else verdicts
    return out


def _verdicts(values: Sequence[str | None], judge: Callable[[str | None], bool]) -> list[bool]:
    """Judge every value; the same ones once."""
    judged = {value: judge(value) for value in set(values)}
    return [judged[value] for value in values]


def _drop(part: Part, kept: list[int]) -> None:
    part.row_numbers = [part.row_numbers[index] for index in kept]
    part.columns = {name: [values[index] for index in kept] for name, values in part.columns.items()}
    part.before_mapping = {name: [values[index] for index in kept] for name, values in part.before_mapping.items()}
    if part.extra_columns is not None:
        part.extra_columns = [part.extra_columns[index] for index in kept]


def _rows(decisions: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for file in sorted((decisions / FOLDER).glob("*.parquet")):
        rows += pq.read_table(file).to_pylist()
    return rows
