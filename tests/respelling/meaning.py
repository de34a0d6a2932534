"""What a plainly written cell means: the only thing that a re-spelling has to keep."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SSDA903, IRO = "ssda903", "iro"

BLANK, DATE, CODE, FLAG, NUMBER, POSTCODE, ID, TEXT = (
    "blank",
    "date",
    "code",
    "flag",
    "number",
    "postcode",
    "id",
    "text",
)

# Where a day far ahead can only mean that something has not ended.
END_COLUMNS = {
    "dec",
    "duc",
    "date_placed_ceased",
    "mis_end",
    "sw_dec",
    "dolo_end",
    "ended_on",
    "resolved_on",
    "left_on",
}
_OTHER_IDS = {"child_id", "iro_id"}
_NO_IDS = {"missing", "stage"}


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    type: str
    code_set: str
    is_key: bool

    @property
    def is_id(self) -> bool:
        return self.type == "text" and (self.is_key or self.name in _OTHER_IDS)

    @property
    def is_date(self) -> bool:
        return self.type in ("date", "partial_date")

    @property
    def codes(self) -> dict[str, str]:
        """Code to words."""
        if self.name == "pl_location":
            return {"IN": "", "OUT": ""}
        return code_lists().get(self.code_set, {})


@dataclass(frozen=True)
class Meaning:
    kind: str
    value: Any = None


@cache
def code_lists() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = defaultdict(dict)
    for name in ("ssda903_codes", "iro_codes"):
        with (ROOT / "seeds" / "codesets" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if not row["code"].startswith("("):
                    lists[row["code_set"]][row["code"]] = row["description"]
    return dict(lists)


@cache
def tables(dataset: str) -> dict[str, dict[str, Column]]:
    """The columns of every table by name, and whether a file must have them."""
    found: dict[str, dict[str, Column]] = defaultdict(dict)
    path = ROOT / "orchestration" / "ingest" / f"{dataset}_columns.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["table"]][row["column"]] = Column(
                row["table"], row["column"], row["type"], row["code_set"], row["is_key"] == "true"
            )
    return dict(found)


def table_of(dataset: str, names: list[str]) -> str | None:
    """The table whose columns these are; none where they are not clearly those of one."""
    present = {name.strip().strip("\ufeff").strip().lower() for name in names}
    keys = {
        table: {name for name, column in columns.items() if column.is_key} for table, columns in tables(dataset).items()
    }
    share = {
        table: len(present & columns.keys()) / len(columns)
        for table, columns in tables(dataset).items()
        if keys[table] <= present
    }
    best = max(share, key=lambda table: share[table], default=None)
    return best if best is not None and share[best] >= 0.5 else None


def meaning(column: Column, text: str) -> Meaning:
    """What a cell says that is written as the contract has it; anything else is text that must stay as it is."""
    stripped = text.strip()
    if not stripped:
        return Meaning(BLANK)
    upper = stripped.upper()
    if column.is_date:
        day = plain_date(stripped)
        return Meaning(DATE, day) if day else Meaning(TEXT, stripped)
    if column.type == "flag":
        said = {"0": False, "N": False, "NO": False, "1": True, "Y": True, "YES": True}.get(upper)
        of_numbers = column.code_set != "yes_no"
        if said is None or (of_numbers and not upper.isdigit()) or (not of_numbers and upper.isdigit()):
            return Meaning(TEXT, stripped)
        return Meaning(FLAG, said)
    if column.type in ("integer", "decimal"):
        whole = r"\d+" if column.type == "integer" else r"\d+(\.\d*)?|\.\d+"
        return Meaning(NUMBER, Decimal(stripped)) if re.fullmatch(whole, stripped) else Meaning(TEXT, stripped)
    if column.type == "code":
        return Meaning(CODE, upper) if upper in column.codes else Meaning(TEXT, stripped)
    if column.type == "postcode":
        return Meaning(POSTCODE, "".join(upper.split()))
    if column.is_id:
        return Meaning(ID, upper)
    return Meaning(TEXT, stripped)


def plain_date(text: str) -> date | None:
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    parts = (match[3], match[2], match[1]) if match else None
    if parts is None:
        match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
        parts = (match[1], match[2], match[3]) if match else None
    if parts is None:
        return None
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
    # A day that already stands for a blank is left alone.
    return day if 1901 < day.year < 2200 else None


def words_alone(column: Column) -> dict[str, str]:
    """Code to words, of the codes whose words no other code of the list has."""
    by_words: dict[str, set[str]] = defaultdict(set)
    for code, words in column.codes.items():
        by_words[words.casefold()].add("MF"[int(code) - 1] if column.code_set == "sex" and code in "12" else code)
    return {
        code: words
        for code, words in column.codes.items()
        if len(words) > 1
        and len(by_words[words.casefold()]) == 1
        # The words of one code may be another code: then they are that code.
        and (words.upper() not in column.codes or words.upper() == code)
    }
