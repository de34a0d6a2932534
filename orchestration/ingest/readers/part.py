"""What a reader makes of a file: columns of text, rows that are none, or the reason why the file cannot be used."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.ingest.tables import DATASETS, Recognition, TableSpec, recognise


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
    rejected_lines: list[RejectedLine] = field(default_factory=list)
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
        return self


def reject_columns(part: Part, found: Recognition, where: str, names: Sequence[str], dataset: str) -> Part:
    """Reject a part whose columns are not those of a table, or not all of them; `where` is what to call it."""
    if found.table is None:
        said = f"{where} has the column names of no table of {DATASETS[dataset]}"
        for other in DATASETS.keys() - {dataset}:
            table = recognise(names, other).table
            if table is not None:
                said += f"; it looks like {table.name} of {DATASETS[other]}, which is delivered in a folder {other}"
        return part.reject("unrecognised_columns", f"{said}.")
    part.table = found.table.name
    missing = ", ".join(name.upper() for name in found.missing)
    noun = "column" if len(found.missing) == 1 else "columns"
    return part.reject("missing_columns", f"{where} looks like {found.table.name} but lacks the {noun} {missing}.")


def fill(
    part: Part,
    table: TableSpec,
    names: Sequence[str],
    columns: Sequence[Sequence[str | None]],
    row_numbers: Sequence[int],
) -> None:
    """Give the part its columns: those of the table, and the others as one JSON object a row."""
    part.row_numbers = row_numbers
    extra: dict[str, Sequence[str | None]] = {}
    for position, (name, values) in enumerate(zip(names, columns, strict=True), start=1):
        if name in table.columns and name not in part.columns:
            part.columns[name] = values
        elif name or any(value and value.strip() for value in values):
            label = name or f"column {position}"
            extra[f"{label} ({position})" if label in extra or label in part.columns else label] = values
    part.unknown_columns = tuple(extra)
    if extra:
        part.extra_columns = [
            json.dumps(dict(zip(extra, values, strict=True)), ensure_ascii=False)
            for values in zip(*extra.values(), strict=True)
        ]
