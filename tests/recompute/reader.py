"""Reads one authority's delivered CSV files and applies the acceptance rules of the landing zone.

Nothing here knows about metrics: what leaves this module are the accepted rows of the deliveries that count.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from . import codes

# A file is recognised by its columns, never by its name: one column that no other table has.
TELLING_COLUMN = {
    "DECOM": "episodes",
    "ETHNIC": "header",
    "DUC": "uasc",
    "REVIEW": "reviews",
    "SDQ_SCORE": "oc2",
    "IN_TOUCH": "oc3",
    "DATE_INT": "ad1",
    "DATE_PLACED": "placed_adoption",
    "PREV_PERM": "prev_perm",
    "MIS_START": "missing",
    "SW_ID": "sw_episodes",
    "DOLO_START": "dolo",
}

KEYS = {
    "header": ("CHILD",),
    "episodes": ("CHILD", "DECOM"),
    "uasc": ("CHILD",),
    "reviews": ("CHILD", "REVIEW"),
    "oc2": ("CHILD",),
    "oc3": ("CHILD",),
    "ad1": ("CHILD",),
    "placed_adoption": ("CHILD", "DATE_PLACED"),
    "prev_perm": ("CHILD",),
    "missing": ("CHILD", "MISSING", "MIS_START"),
    "sw_episodes": ("CHILD", "SW_ID", "SW_DECOM"),
    "dolo": ("CHILD", "DOLO_START"),
}

# Column -> code list; only the columns that some figure or rejection depends on.
CODE_COLUMNS: dict[str, dict[str, Iterable[str]]] = {
    "header": {"SEX": codes.SEX, "ETHNIC": codes.ETHNICITY},
    "episodes": {
        "RNE": codes.RNE,
        "LS": codes.LEGAL_STATUS,
        "CIN": codes.CATEGORY_OF_NEED,
        "PLACE": codes.PLACEMENT_TYPE,
        "PLACE_PROVIDER": codes.PLACEMENT_PROVIDER,
        "REC": codes.REC,
        "PL_LOCATION": {"IN", "OUT"},
    },
    "oc2": {
        column: {"0", "1"}
        for column in (
            "CONVICTED",
            "HEALTH_CHECK",
            "IMMUNISATIONS",
            "TEETH_CHECK",
            "HEALTH_ASSESSMENT",
            "SUBSTANCE_MISUSE",
        )
    },
    "oc3": {"IN_TOUCH": codes.IN_TOUCH, "ACTIV": codes.ACTIVITY, "ACCOM": codes.ACCOMMODATION},
    "prev_perm": {"PREV_PERM": codes.PREVIOUS_PERMANENCE},
    "missing": {"MISSING": codes.MISSING},
    "reviews": {"REVIEW_CODE": [f"PN{n}" for n in range(8)]},
}
CODES_THAT_REJECT = {"RNE", "LS", "REC", "MISSING", "IN_TOUCH"}

DATE_COLUMNS = {
    "header": ("DOB",),
    "episodes": ("DECOM", "DEC"),
    "uasc": ("DUC",),
    "reviews": ("REVIEW",),
    "ad1": ("DATE_INT",),
    "placed_adoption": ("DATE_PLACED", "DATE_PLACED_CEASED"),
    "missing": ("MIS_START", "MIS_END"),
    "sw_episodes": ("SW_DECOM", "SW_DEC"),
    "dolo": ("DOLO_START", "DOLO_END"),
}
# Without a readable DEC nobody knows whether the child left.
DATES_THAT_REJECT_WHEN_UNREADABLE = {"DEC"}
START_AND_END = {
    "episodes": ("DECOM", "DEC"),
    "placed_adoption": ("DATE_PLACED", "DATE_PLACED_CEASED"),
    "missing": ("MIS_START", "MIS_END"),
    "sw_episodes": ("SW_DECOM", "SW_DEC"),
    "dolo": ("DOLO_START", "DOLO_END"),
}

UNREADABLE = object()
Row = dict[str, Any]


@dataclass
class Return:
    """The latest usable delivery of one collection year."""

    year: int
    extracted_on: date
    tables: dict[str, list[Row]] = field(default_factory=dict)  # only tables of which rows were accepted

    @property
    def covers_to(self) -> date:
        return min(self.extracted_on, date(self.year, 3, 31))

    def delivered(self, table: str) -> bool:
        return table in self.tables

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])


def collection_year(day: date) -> int:
    """The calendar year in which the financial year of `day` ends."""
    return day.year + (day.month >= 4)


def read_date(text: str) -> Any:
    """A date, None for blank, UNREADABLE for anything else."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    parts = (match[3], match[2], match[1]) if match else None
    if parts is None:
        match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
        if match is None:
            return UNREADABLE
        parts = match.groups()
    try:
        return date(*map(int, parts))
    except ValueError:
        return UNREADABLE


def read_distance(text: str) -> Decimal | None:
    """Miles to one decimal, half up, rounded before anything compares them; 999.9 is not a distance."""
    try:
        miles = Decimal(text)
    except InvalidOperation:
        return None
    if not miles.is_finite() or miles < 0:
        return None
    miles = miles.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return None if Decimal("999.9") <= miles <= 1000 or miles >= 9999 else miles


def read_sdq(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,3}", text) and int(text) <= 40 else None


def normal_postcode(text: str) -> str | None:
    return "".join(text.upper().split()) or None


def accept_row(table: str, columns: dict[str, int], cells: list[str]) -> Row | None:
    """The typed row, or None when a rule of the landing zone rejects it."""

    def cell(name: str) -> str:
        return cells[columns[name]].strip() if name in columns else ""

    # One child in several spellings: case and blanks, also inside, are no part of a number.
    row: Row = {"CHILD": "".join(cell("CHILD").upper().split())}
    for name in DATE_COLUMNS.get(table, ()):
        value = read_date(cell(name))
        if value is UNREADABLE:
            if name in DATES_THAT_REJECT_WHEN_UNREADABLE or name in KEYS[table]:
                return None
            value = None
        row[name] = value
    for name, code_list in CODE_COLUMNS.get(table, {}).items():
        code: str | None = cell(name).upper() or None
        if code is not None and code not in code_list:
            if name in CODES_THAT_REJECT:
                return None
            code = None
        row[name] = code
    if table == "sw_episodes":
        # One worker in several spellings: case and blanks, also inside, are no part of a number.
        row["SW_ID"] = "".join(cell("SW_ID").upper().split())
    if any(not row[name] for name in KEYS[table]):
        return None
    if table in START_AND_END:
        start, end = (row[name] for name in START_AND_END[table])
        if end is not None and end < start:
            return None
    if table == "episodes":
        if row["DEC"] is None:
            row["REC"] = None
        row["HOME_POST"] = normal_postcode(cell("HOME_POST"))
        row["PL_POST"] = normal_postcode(cell("PL_POST"))
        row["has_distance"] = "PL_DISTANCE" in columns
        row["has_location"] = "PL_LOCATION" in columns
        row["PL_LA"] = cell("PL_LA").upper()
        row["PL_DISTANCE"] = read_distance(cell("PL_DISTANCE"))
    if table == "oc2":
        row["SDQ_SCORE"] = read_sdq(cell("SDQ_SCORE"))
    return row


def read_lines(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    """The header's cells, trimmed, and the lines below it."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    lines = csv.reader(io.StringIO(text, newline=""))
    return [name.strip() for name in next(lines, [])], lines


def known_deliveries(dataset: Path, as_known_at: date | None) -> Iterator[tuple[int, list[tuple[date, Path]]]]:
    """Each collection year and its deliveries known at the date, the latest first."""
    for year_folder in sorted(dataset.iterdir()) if dataset.is_dir() else []:
        if not re.fullmatch(r"\d{4}", year_folder.name):
            continue
        dated: list[tuple[date, Path]] = []
        for folder in year_folder.iterdir():
            day = read_date(folder.name)
            if isinstance(day, date) and (as_known_at is None or day <= as_known_at):
                dated.append((day, folder))
        yield int(year_folder.name), sorted(dated, reverse=True)


def read_csv(path: Path) -> tuple[str, int, list[Row]] | None:
    """The table's name, how many rows were delivered, and the accepted ones; None for a file that is no table."""
    names, lines = read_lines(path)
    header = [name.upper() for name in names]
    table = next((TELLING_COLUMN[name] for name in header if name in TELLING_COLUMN), None)
    if table is None or "CHILD" not in header:
        return None
    columns = {name: position for position, name in enumerate(header)}
    delivered, accepted = 0, []
    for cells in lines:
        if not cells:
            continue
        if len(cells) != len(header):
            continue
        delivered += 1
        row = accept_row(table, columns, cells)
        if row is not None:
            accepted.append(row)
    return table, delivered, accepted


def one_row_per_key(table: str, rows: list[Row]) -> list[Row]:
    """Of rows with one key the last stays: by DECOM, DEC nulls last, then file order."""
    if table == "episodes":
        rows = sorted(rows, key=lambda row: (row["DECOM"], row["DEC"] is None, row["DEC"] or date.min))
    kept = {tuple(row[name] for name in KEYS[table]): row for row in rows}
    return list(kept.values())


def said_to_be_empty(folder: Path) -> list[str]:
    """The tables of which delivery.yaml says that there is truly nothing: a line such as `empty: [missing, oc3]`."""
    note = folder / "delivery.yaml"
    found = (
        re.search(r"^empty: *\[([^\]]*)\]", note.read_text(encoding="utf-8"), re.MULTILINE) if note.exists() else None
    )
    return [name.strip() for name in found[1].split(",") if name.strip()] if found else []


def read_delivery(folder: Path, year: int, extracted_on: date) -> Return | None:
    """The delivery, or None when it is not usable: no Episodes file with at least one row."""
    delivery = Return(year, extracted_on)
    episode_rows = 0
    for path in sorted(folder.glob("*.csv"), key=lambda path: path.name):
        found = read_csv(path)
        if found is None:
            continue
        table, delivered, accepted = found
        if table == "episodes":
            episode_rows += delivered
        delivery.tables.setdefault(table, []).extend(accepted)
    if not episode_rows:
        return None
    # A table of which no row is accepted counts as not delivered unless it is said to be empty, and a return without
    # episodes is none.
    delivery.tables = {table: one_row_per_key(table, rows) for table, rows in delivery.tables.items() if rows}
    for table in said_to_be_empty(folder):
        delivery.tables.setdefault(table, [])
    return delivery if delivery.delivered("episodes") else None


def read_returns(landing: Path, la_code: str, as_known_at: date | None = None) -> dict[int, Return]:
    """Per collection year the latest usable delivery known at the date."""
    returns: dict[int, Return] = {}
    for year, dated in known_deliveries(landing / la_code / "ssda903", as_known_at):
        for day, folder in dated:
            delivery = read_delivery(folder, year, day)
            if delivery is not None:
                returns[delivery.year] = delivery
                break
    return returns
