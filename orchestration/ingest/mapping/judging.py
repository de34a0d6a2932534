"""How many rows of a file would be accepted under a mapping, as far as that can be told from the file alone."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from orchestration.ingest.mapping.grids import Grid
from orchestration.ingest.mapping.model import TableMapping
from orchestration.ingest.mapping.specification import ColumnSpec, column_specs
from orchestration.ingest.spelling.dates import DAY_FIRST, MONTH_FIRST, read_date
from orchestration.ingest.spelling.rules import BLANKS, is_blank
from orchestration.ingest.spelling.values import speller
from orchestration.ingest.tables import collection_years, column_name, table_specs
from orchestration.settings import REPOSITORY


@dataclass
class Judgement:
    """What would become of the rows of a table."""

    rows: int
    left_out: int
    missing: tuple[str, ...]
    """Required columns that are not there; without them no row is accepted."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why rows would be rejected; each row has one reason."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Columns of which accepted rows hold a code that is not in the list, so that it counts as not known."""

    @property
    def accepted(self) -> int:
        """Rows that would be accepted."""
        return 0 if self.missing else self.rows - self.left_out - sum(self.reasons.values())


def judge(mapping: TableMapping, grid: Grid) -> Judgement:
    """Count the rows of a table by what would become of them."""
    missing = mapping.missing(grid.headings)
    # Of two columns of one name the first counts, as it does in a build.
    columns: dict[str, Sequence[str | None]] = {}
    for position, name in enumerate(mapping.renamed(grid.headings)):
        columns.setdefault(column_name(name), [row[position] for row in grid.rows])
    out = mapping.left_out(columns)
    judgement = Judgement(len(grid.rows), sum(out), missing)
    if missing:
        return judgement
    columns = mapping.apply(columns)
    specs = column_specs(mapping.dataset, mapping.table)
    reasons: list[str | None] = [None] * len(grid.rows)
    for rule, column in rejecting_rules(mapping.dataset, mapping.table):
        values = columns.get(column, [None] * len(grid.rows))
        broken = {value: _breaks(rule, value, specs[column], mapping) for value in set(values)}
        reasons = [reason or broken[value] for reason, value in zip(reasons, values, strict=True)]
    keys = [columns.get(spec.name, [None] * len(grid.rows)) for spec in specs.values() if spec.is_key]
    seen: set[tuple[str, ...]] = set()
    accepted: list[int] = []
    for row, (is_out, reason, key) in enumerate(zip(out, reasons, zip(*keys, strict=True), strict=True)):
        if is_out:
            continue
        spelt = tuple((value or "").strip().upper() for value in key)
        if reason is None and spelt in seen:
            reason = "another row has the same key"
        if reason is not None:
            judgement.reasons[reason] += 1
        else:
            seen.add(spelt)
            accepted.append(row)
    for name, spec in specs.items():
        if spec.code_list is not None and name in columns:
            values = columns[name]
            unknown = {value: _breaks("unknown_code", value, spec, mapping) is not None for value in set(values)}
            judgement.unknown[name] += sum(unknown[values[row]] for row in accepted)
    return judgement


@cache
def rejecting_rules(dataset: str, table: str) -> tuple[tuple[str, str], ...]:
    """Return the rules that reject a row of a table, each with its column, as the staging model names them.

    They are read from the model, so that nobody keeps a second list that grows old.
    """
    model = REPOSITORY / "models" / "staging" / dataset / f"stg_{dataset}__{table}__parsed.sql"
    found = re.search(r"string_list_of\(\[([^\]]*)\]\) \}\} as failed_rules", model.read_text(encoding="utf-8"))
    assert found is not None, f"{model.name} names its rules in another way"
    columns = column_specs(dataset, table)
    return tuple((rule, column) for rule, column in re.findall(r"(\w+)\('(\w+)'", found[1]) if column in columns)


def _breaks(rule: str, value: str | None, spec: ColumnSpec, mapping: TableMapping) -> str | None:
    """Return why a value rejects its row, in words, or nothing where it does not or cannot be told here."""
    ours = table_specs(mapping.dataset)[mapping.table].specs[spec.name]
    if value is None or is_blank(value, ours.name, ours.kind):
        if "missing" in rule or "mandatory" in rule:
            return f"{spec.name} is blank"
        return None
    text = value.strip(BLANKS)
    if spec.is_date and "date" in rule:
        orders = [mapping.date_order_of(spec.name)] if mapping.date_order_of(spec.name) else [DAY_FIRST, MONTH_FIRST]
        if not any(read_date(text, order or DAY_FIRST, 9999) for order in orders):
            return f"{spec.name} is no date"
    elif spec.code_list is not None and not spec.code_list.is_open and "missing" not in rule:
        spell = speller(ours, collection_years()[-1])
        read = spell(text)[0] if spell else text
        if not spec.code_list.find(read):
            return f"{spec.name} holds a code that is not in its list"
    return None
