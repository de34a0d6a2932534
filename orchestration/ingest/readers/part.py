"""What a reader makes of a file: columns of text, rows that are none, or the reason why the file cannot be used."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.ingest.mapping.model import TableMapping
from orchestration.ingest.spelling.rules import is_blank, yes_no_words
from orchestration.ingest.tables import CROSSWALK, DATASETS, Recognition, TableSpec, plain_name, recognise


@dataclass(frozen=True)
class RejectedLine:
    """A row that could not be turned into columns."""

    row_number: int
    rule_id: str
    message: str
    raw_content: str


@dataclass
class Part:
    """What one file holds of one table; a workbook or an XML return has several."""

    file_name: str
    format: str
    table: str | None = None
    encoding: str | None = None
    rows_delivered: int = 0
    row_numbers: Sequence[int] = ()
    columns: dict[str, Sequence[str | None]] = field(default_factory=dict)
    """The table's columns that the file has; the others are null."""
    extra_columns: Sequence[str | None] | None = None
    unknown_columns: tuple[str, ...] = ()
    """Where the columns stand that no table knows. Not their names: a file without column names has a child there."""
    rejected_lines: list[RejectedLine] = field(default_factory=list)
    date_orders: Mapping[str, str] = field(default_factory=dict)
    """Columns of dates whose order the authority's mapping says."""
    destroyed_columns: frozenset[str] = frozenset()
    """Columns of numbers with more digits than the workbook kept."""
    before_mapping: dict[str, Sequence[str | None]] = field(default_factory=dict)
    """What was delivered in the columns whose codes the authority's mapping replaces."""
    as_delivered: Sequence[str | None] | None = None
    """Of each row the values that are read otherwise than they were delivered, as a JSON object; None for most."""
    spelling: dict[tuple[str, str], int] = field(default_factory=dict)
    """How many cells a rule of spelling changed, by column and rule; '' as column for lines outside the table."""
    rule_id: str | None = None
    message: str | None = None

    @property
    def rows_parsed(self) -> int:
        """Rows that were turned into columns."""
        return len(self.row_numbers)

    @property
    def rows_unparsed(self) -> int:
        """Rows that were not: all of a rejected file."""
        return self.rows_delivered if self.rule_id else len(self.rejected_lines)

    def reject(self, rule_id: str, message: str) -> "Part":
        """Turn the part into a rejected file."""
        self.rule_id, self.message = rule_id, message
        self.row_numbers, self.columns, self.extra_columns, self.rejected_lines = (), {}, None, []
        self.as_delivered, self.spelling, self.before_mapping = None, {}, {}
        return self


_DAY = re.compile(r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b")
_IS_UASC = {"uasc", "isuasc", "uascflag", "uascyn", "uascindicator"}
"""What files call the column that says of every child whether it was an unaccompanied asylum-seeking child."""
HEADER_WITHIN = 30
"""How many filled rows are looked through for the column names: reports put titles and parameters above them."""


def find_header(
    rows: Sequence[Sequence[str]], recognise_row: Callable[[Sequence[str]], Recognition]
) -> tuple[int, Recognition]:
    """Return which of the first rows has the column names, and the table that they are of.

    That is the first row with all columns that a table must have; if none has, the first that a table is recognised by.
    """
    found: list[Recognition] = []
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        found.append(recognise_row(row))
        if found[index].is_complete:
            return index, found[index]
    index = next((index for index, one in enumerate(found) if one.table is not None), 0)
    return index, found[index]


def reject_columns(part: Part, found: Recognition, where: str, dataset: str, why_not: str = "") -> Part:
    """Reject a part whose columns are not those of a table, or not all of them; `where` is what to call it."""
    if found.table is None:
        said = f"{where} has the column names of no table of {DATASETS[dataset]}"
        if dataset == CROSSWALK:
            said += "; call its two columns old_child_id and new_child_id"
        for other in DATASETS.keys() - {dataset}:
            table = recognise(found.names, other).table
            if table is not None:
                said += f"; it looks like {table.name} of {DATASETS[other]}, which is delivered in a folder {other}"
        if any(_DAY.search(name) for name in found.names):
            said += "; a day stands among them, so it may lack the line of column names, which every file must have"
        return part.reject("unrecognised_columns", f"{said}{why_not}.")
    part.table = found.table.name
    missing = ", ".join(name.upper() for name in found.missing)
    noun = "column" if len(found.missing) == 1 else "columns"
    return part.reject("missing_columns", f"{where} looks like {found.table.name} but lacks the {noun} {missing}.")


def fill(part: Part, found: Recognition, columns: Sequence[Sequence[str | None]], row_numbers: Sequence[int]) -> None:
    """Give the part its columns: those of the table, and the others as one JSON object a row.

    `columns` are in the order of the recognised names; more of them than names are those of cells beside the table. A
    part that holds one of the table's columns twice, or two tables in one, is rejected: nobody knows which is meant.
    """
    table = found.table
    assert table is not None
    if found.second is not None:
        part.reject(
            "columns_ambiguous",
            f"{part.file_name} has the columns of both {table.name} and {found.second.name}. Deliver each table in a "
            "file or sheet of its own.",
        )
        return
    names = [*found.names, *[""] * (len(columns) - len(found.names))]
    if found.mapped is not None:
        columns, row_numbers = _without_rows_left_out(part, found.mapped, names, columns, row_numbers)
    if table.name == "uasc":
        columns, row_numbers = _without_those_marked_no(part, names, columns, row_numbers)
    part.row_numbers = row_numbers
    extra: dict[str, Sequence[str | None]] = {}
    unknown: list[str] = []
    for position, (name, values) in enumerate(zip(names, columns, strict=True), start=1):
        if name in table.columns and name not in part.columns:
            part.columns[name] = values
        elif name in table.columns and _differ(values, part.columns[name]):
            part.reject(
                "columns_ambiguous",
                f"{part.file_name} has the column {name.upper()} more than once, and they say different things. Delete "
                "all but the one that is meant; two tables side by side belong into files of their own.",
            )
            return
        elif name or any(value and value.strip() for value in values):
            label = name or f"column {position}"
            extra[f"{label} ({position})" if label in extra or label in part.columns else label] = values
            unknown.append(f"column {position}")
    part.unknown_columns = tuple(unknown)
    if extra:
        part.extra_columns = [
            json.dumps(dict(zip(extra, values, strict=True)), ensure_ascii=False)
            for values in zip(*extra.values(), strict=True)
        ]
    if found.mapped is not None:
        _apply_mapping(part, found.mapped, table, dict(reversed(list(zip(names, columns, strict=True)))))


def _differ(values: Sequence[str | None], others: Sequence[str | None]) -> bool:
    return any((one or "").strip() != (other or "").strip() for one, other in zip(values, others, strict=True))


def _without_rows_left_out(
    part: Part,
    mapped: TableMapping,
    names: Sequence[str],
    columns: Sequence[Sequence[str | None]],
    row_numbers: Sequence[int],
) -> tuple[Sequence[Sequence[str | None]], Sequence[int]]:
    """Take out the rows that the authority's mapping says are none of the table's; each is listed as no record."""
    out = mapped.left_out(dict(reversed(list(zip(names, columns, strict=True)))))
    said = f"is none of {mapped.table}: {mapped.left_out_said()}."
    return _without(part, out, "mapped_row_left_out", said, columns, row_numbers)


def _without_those_marked_no(
    part: Part, names: Sequence[str], columns: Sequence[Sequence[str | None]], row_numbers: Sequence[int]
) -> tuple[Sequence[Sequence[str | None]], Sequence[int]]:
    """Take out of UASC the children of whom the file itself says that they were none.

    DfE's file has a row for each unaccompanied child and for no other; the XML has a 0 or 1 for every child, and so has
    a CSV that somebody made like it. A blank is a no where others say yes.
    """
    flag = next((values for name, values in zip(names, columns, strict=True) if plain_name(name) in _IS_UASC), None)
    if flag is None:
        return columns, row_numbers
    words = yes_no_words("uasc")
    said = [words.get((value or "").strip().lower().removesuffix(".0"), value and value.strip()) for value in flag]
    out = [one == "N" or (not one and "Y" in said) for one in said]
    return _without(part, out, "line_below_table", "is of a child whom the file calls no UASC.", columns, row_numbers)


def _without(
    part: Part,
    out: Sequence[bool],
    rule_id: str,
    said: str,
    columns: Sequence[Sequence[str | None]],
    row_numbers: Sequence[int],
) -> tuple[Sequence[Sequence[str | None]], Sequence[int]]:
    """Take rows out of the columns; each is listed as no record, with the reason."""
    if not any(out):
        return columns, row_numbers
    for index, number in enumerate(row_numbers):
        if out[index]:
            content = ",".join(values[index] or "" for values in columns)
            message = f"{part.file_name} row {number} {said}"
            part.rejected_lines.append(RejectedLine(number, rule_id, message, content))
    rule = "lines_below_table" if rule_id == "line_below_table" else rule_id
    part.spelling["", rule] = part.spelling.get(("", rule), 0) + sum(out)
    kept = [[value for value, is_out in zip(values, out, strict=True) if not is_out] for values in columns]
    return kept, [number for number, is_out in zip(row_numbers, out, strict=True) if not is_out]


def _apply_mapping(
    part: Part, mapped: TableMapping, table: TableSpec, delivered: Mapping[str, Sequence[str | None]]
) -> None:
    """Put our codes and the mapping's own values into the part, and keep the codes that were delivered."""
    read = mapped.apply(delivered, lambda text: is_blank(text, "", "code"))
    for name in table.columns:
        if name in read:
            part.columns[name] = read[name]
        if name in mapped.codes and name in read:
            heading = mapped.columns.get(name)
            first = next((ours for ours, theirs in mapped.columns.items() if theirs == heading), name)
            if first in delivered:
                part.before_mapping[name] = delivered[first]
    part.date_orders = {name: order for name in table.columns if (order := mapped.date_order_of(name)) is not None}
