"""Under which numbers a child was delivered, where a crosswalk between case systems says so.

What the last build united is one child. Where nothing is published a chain of lines counts that can be read in one way
only; every other line that names the child is told to the person who erases, and followed by nobody.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.ingest import raw as raw_layer
from orchestration.ingest.erasures import spelt
from orchestration.ingest.tables import CROSSWALK
from orchestration.settings import Settings

_TABLE = "child_numbers"
_UNITED = "restricted_child_numbers.parquet"


@dataclass(frozen=True)
class Line:
    """A line of a crosswalk, and where it stands."""

    old: str
    new: str
    delivery_id: str
    file_name: str
    row_number: int


def of_child(settings: Settings, la_code: str, number: str) -> tuple[str, ...]:
    """Return the other numbers of a child, by whichever of them it is asked for; none where it has one."""
    united = settings.restricted / _UNITED
    if united.exists():
        told = pq.read_table(united).to_pylist()
        links = [(row["old_child_id"], row["new_child_id"]) for row in told if row["la_code"] == la_code]
        found = _joined(links, number)
    else:
        found = _joined(_certain({(line.old, line.new) for line in lines(settings.raw, la_code)}), number)
    return tuple(sorted(found - {number}))


def doubtful(raw: Path, la_code: str, numbers: Iterable[str]) -> list[Line]:
    """Return the lines that give a child yet another number, which was not taken for the child's."""
    own = set(numbers)
    return [line for line in lines(raw, la_code) if (line.old in own) != (line.new in own)]


def lines(raw: Path, la_code: str) -> list[Line]:
    """Return the lines of an authority's crosswalks in the raw layer, in force or not."""
    found = []
    commits = raw_layer.read_commits(raw) if (raw / "deliveries").exists() else {}
    for delivery_id, commit in sorted(commits.items()):
        file = raw / CROSSWALK / _TABLE / f"delivery_id={delivery_id}" / f"{commit.content_hash}.parquet"
        if delivery_id.startswith(f"{la_code}-") and file.exists():
            for row in pq.ParquetFile(file).read().to_pylist():
                old, new = spelt(row["old_child_id"] or ""), spelt(row["new_child_id"] or "")
                if old and new and old != new:
                    found.append(Line(old, new, delivery_id, row["file_name"], row["row_number"]))
    return found


def _certain(links: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the links from a number that leads to no other, to one that no other leads to."""
    to: dict[str, set[str]] = defaultdict(set)
    back: dict[str, set[str]] = defaultdict(set)
    for old, new in links:
        to[old].add(new)
        back[new].add(old)
    return [(old, new) for old, new in links if len(to[old]) == 1 and len(back[new]) == 1]


def _joined(links: Iterable[tuple[str, str]], number: str) -> set[str]:
    """Return every number that links join to one, itself among them."""
    beside: dict[str, set[str]] = defaultdict(set)
    for old, new in links:
        beside[old].add(new)
        beside[new].add(old)
    found, ahead = {number}, [number]
    while ahead:
        further = beside[ahead.pop()] - found
        found |= further
        ahead.extend(further)
    return found
