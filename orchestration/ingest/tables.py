"""The tables of each dataset, and how a file is recognised as one of them by the set of its column names."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingest.spelling.rules import BLANKS
from orchestration.settings import REPOSITORY

if TYPE_CHECKING:
    from orchestration.ingest.mapping.model import TableMapping

SSDA903, IRO, CROSSWALK = "ssda903", "iro", "crosswalk"
DATASETS = {SSDA903: "SSDA903", IRO: "the IRO service", CROSSWALK: "a crosswalk between case systems"}
"""What an authority delivers, and what a sentence calls it; `<dataset>_columns.csv` specifies its tables."""

_ALSO_REQUIRED = {
    # DfE's table says which columns may be blank in a row, and one that may be is still a column of a whole file. These
    # ones decide who is looked after, and a file without them would be read as if nobody had ever left, come back or
    # stopped being UASC. (The IRO service's table is our own and says which columns a file must have.)
    "episodes": {"dec", "rec"},
    "missing": {"mis_end"},
    "uasc": {"duc"},
}
_OPTIONAL = {
    # UASC repeats SEX from Header; not every supplier writes it.
    "uasc": {"sex"},
}

_OF_NUMBERS = (
    "children|child|person|people|client|case|service|user|pupil|identifier|id|number|num|no|reference|ref|code|local|"
    "unique|systems|system|la|s"
)
_BEFORE_AND_AFTER = {
    "old_child_id": re.compile(
        f"(?:{_OF_NUMBERS})*(?:old|previous|prior|former|legacy|original|from)(?:{_OF_NUMBERS})*"
    ),
    "new_child_id": re.compile(f"(?:{_OF_NUMBERS})*(?:new|current|present|to)(?:{_OF_NUMBERS})*"),
}
"""What people call the two columns of a crosswalk, capitals, blanks and signs left aside: `Old ID`, `Person No. (new)`.
Whatever else is in a heading, a UPN or a name, makes it another column's."""
_LONGEST_HEADING = 60
_SIGNS = re.compile(f"[{re.escape(BLANKS)}_./:*?\"'()\\[\\]\u2010-\u2015-]+")
"""What programs put between, before and behind the words of a heading."""
_OF_A_MODEL = re.compile(r"[^\[\]]*\[([^\[\]]+)\]")
"""A heading as Power BI writes it: Episodes[CHILD]."""
_BYTE_ORDER_MARKS = ("\ufeff", "\u00ef\u00bb\u00bf")
"""The second is what a mark becomes in a program that takes it for text."""

_NUMBERS_OF_PEOPLE = {"child", "upn", "urn"}
"""Text that is a number of a person or a record; so is every column whose name ends in _id."""


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a table, as the spelling of its values depends on it."""

    name: str
    kind: str
    """id, text, code, flag, number, date, partial_date or postcode."""
    code_set: str
    is_key: bool


@dataclass(frozen=True)
class TableSpec:
    """One table: its columns in lower case and in the order of the specification."""

    dataset: str
    name: str
    columns: tuple[str, ...]
    specs: dict[str, ColumnSpec]
    required: frozenset[str]
    distinguishing: frozenset[str]
    """The columns that no other table of the dataset has."""
    xml_parent: str | None
    """The element of the XML return that holds one row, null where the XML return has no such table."""
    xml_tags: dict[str, str]
    """XML tag to column."""


@dataclass(frozen=True)
class Recognition:
    """What a header row turned out to be."""

    table: TableSpec | None
    missing: tuple[str, ...] = ()
    """Required columns that are not there; the file cannot be used without them."""
    names: tuple[str, ...] = ()
    """The column names as the tables spell them."""
    second: TableSpec | None = None
    """Another table whose columns are all there too, so that it is two tables in one."""
    mapped: "TableMapping | None" = None
    """The entry of the authority's mapping that gave the names."""

    @property
    def is_complete(self) -> bool:
        """Whether the file can be read as the table."""
        return self.table is not None and not self.missing


@cache
def table_specs(dataset: str) -> dict[str, TableSpec]:
    """Return the tables of a dataset by name, in the order of the specification, which is DfE's load order."""
    rows: dict[str, list[dict[str, str]]] = {}
    with Path(__file__).with_name(f"{dataset}_columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["table"], []).append(row)
    tables_with: dict[str, int] = {}
    for columns in rows.values():
        for row in columns:
            tables_with[row["column"]] = tables_with.get(row["column"], 0) + 1
    specs = {}
    for table, columns in rows.items():
        columns.sort(key=lambda row: int(row["position"]))
        required = frozenset(row["column"] for row in columns if row["required"] == "Y" or row["is_key"] == "true")
        if dataset == SSDA903:
            required = (required | _ALSO_REQUIRED.get(table, set())) - _OPTIONAL.get(table, set())
        specs[table] = TableSpec(
            dataset=dataset,
            name=table,
            columns=tuple(row["column"] for row in columns),
            specs={row["column"]: _column(row) for row in columns},
            required=required,
            distinguishing=frozenset(row["column"] for row in columns if tables_with[row["column"]] == 1),
            xml_parent=next((row["xml_parent"] for row in columns if row.get("xml_parent")), None),
            xml_tags={row["xml_tag"]: row["column"] for row in columns if row.get("xml_tag")},
        )
    return specs


def _column(row: dict[str, str]) -> ColumnSpec:
    name, kind = row["column"], row["type"]
    if kind == "text" and (name in _NUMBERS_OF_PEOPLE or name.endswith("_id")):
        kind = "id"
    kind = {"integer": "number", "decimal": "number"}.get(kind, kind)
    return ColumnSpec(name, kind, row["code_set"], row["is_key"] == "true")


@cache
def collection_years() -> tuple[int, int]:
    """Return the first and the last collection year that the code lists know; a folder of another year is a slip."""
    with (REPOSITORY / "seeds" / "codesets" / "ssda903_codes.csv").open(encoding="utf-8", newline="") as file:
        years = [int(row["code"]) for row in csv.DictReader(file) if row["code_set"] == "collection_year"]
    return min(years), max(years)


def _before_and_after(names: Sequence[str]) -> tuple[str, ...]:
    """Return headings with the two of a crosswalk by their own names; of two alike nobody knows which it is."""
    read = []
    for name in names:
        letters = re.sub("[^a-z]", "", name) if len(name) <= _LONGEST_HEADING else ""
        read.append(next((ours for ours, said in _BEFORE_AND_AFTER.items() if said.fullmatch(letters)), name))
    count = Counter(read)
    return tuple(ours if count[ours] == 1 or ours == name else name for ours, name in zip(read, names, strict=True))


def all_tables() -> list[TableSpec]:
    """Return the tables of every dataset."""
    return [table for dataset in DATASETS for table in table_specs(dataset).values()]


def column_name(header: str) -> str:
    """Return a delivered column name in lower case, without what stands around it: blanks, a BOM, quotation marks."""
    name = header.strip(BLANKS)
    for mark in _BYTE_ORDER_MARKS:
        name = name.removeprefix(mark)
    return name.strip(BLANKS + "\"'").lower()


def plain_name(header: str) -> str:
    """Return the letters and digits of a column name, by which `Place Provider` is PLACE_PROVIDER."""
    name = column_name(header[:200])
    of_model = _OF_A_MODEL.fullmatch(name)
    return _SIGNS.sub("", of_model[1] if of_model else name)


@cache
def all_columns(dataset: str) -> dict[str, str]:
    """Return the columns of a dataset by their plain names, and by those that the XML return gives them."""
    specs = table_specs(dataset).values()
    tags = {plain_name(tag): column for spec in specs for tag, column in spec.xml_tags.items()}
    return tags | {plain_name(column): column for spec in specs for column in spec.columns}


def our_names(headings: Sequence[str], dataset: str) -> tuple[str, ...]:
    """Return headings as the tables spell them; what is no column of the dataset keeps its own name."""
    names = [column_name(heading) for heading in headings]
    present, known = set(names), all_columns(dataset)
    ours = [known.get(plain_name(heading), name) for heading, name in zip(headings, names, strict=True)]
    return tuple(mine if mine not in present else name for mine, name in zip(ours, names, strict=True))


def recognise(names: Sequence[str], dataset: str) -> Recognition:
    """Find the table of a dataset that a set of column names belongs to.

    Of several tables that are there whole the one with most columns is taken. If none is, the file is taken for the
    table of which it holds most, provided that it holds a column of that table alone and half of the required ones:
    the person who delivered it is then told what is missing, rather than only that nothing fits.
    """
    spelt = our_names(names, dataset)
    if dataset == CROSSWALK:
        spelt = _before_and_after(spelt)
    present = set(spelt)
    tables = table_specs(dataset).values()
    whole = [table for table in tables if table.required <= present]
    if whole:
        best = max(whole, key=lambda table: len(present.intersection(table.columns)))
        # One column of another table may be an extra; two are a table.
        others = [table for table in whole if table is not best and len(table.distinguishing & table.required) > 1]
        return Recognition(best, (), spelt, others[0] if others else None)
    partly = [
        table
        for table in tables
        if present & table.distinguishing and 2 * len(present & table.required) >= len(table.required)
    ]
    if not partly:
        return Recognition(None, (), spelt)
    best = max(partly, key=lambda table: (len(present & table.distinguishing), len(present & table.required)))
    return Recognition(best, tuple(name for name in best.columns if name in best.required - present), spelt)
