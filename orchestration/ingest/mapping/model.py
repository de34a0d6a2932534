"""What a mapping does to a table: their headings become our columns, their codes ours, and some rows are left out."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from orchestration.ingest.tables import column_name, our_names, table_specs

_NOTHING = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
"""Characters without width, which nobody can see in a heading."""

Columns = Dictionary[str, Sequence[str | None]]


def normal(text: str) -> str:
    """Return a heading or code as it is compared: case, blanks at the ends and repeated blanks do not matter."""
    return " ".join(_NOTHING.sub("", text).split()).casefold()


def _is_blank(text: str) -> bool:
    return not normal(text)


@dataclass(frozen=True)
class TableMapping:
    """How one table of theirs is read as one of ours.

    A reader asks in this order: `renamed` for the names of the columns, `left_out` for the rows that do not belong
    (it compares with what was delivered), then `apply`. Columns are dictionaries under the names that `renamed` gave,
    in any case.
    """

    dataset: str
    table: str
    columns: Dictionary[str, str]
    """Our column to their heading; several of ours may have one heading."""
    file: str | None = None
    sheet: str | None = None
    codes: Dictionary[str, Dictionary[str, str | None]] = field(default_factory=dict)
    """Our column to their codes (as `normal` gives them) to ours; null is a blank."""
    otherwise: Dictionary[str, str | None] = field(default_factory=dict)
    """What a value that `codes` does not have becomes, for the columns that say so. A blank stays blank."""
    fixed: Dictionary[str, str | None] = field(default_factory=dict)
    """Columns that have one and the same value in every row."""
    only_rows: Dictionary[str, frozenset[str]] = field(default_factory=dict)
    """Their heading to the values (as `normal` gives them) of the rows that belong."""
    date_order: str | None = None
    """`day_first`, `month_first`, `year_first`, or null where the file is to be judged by itself."""
    date_order_by_column: Dictionary[str, str] = field(default_factory=dict)

    @property
    def headings(self) -> list[str]:
        """Every heading that the table must have, once."""
        return list({normal(heading): heading for heading in (*self.columns.values(), *self.only_rows)}.values())

    def date_order_of(self, column: str) -> str | None:
        """Return the order of day, month and year in a column of ours, null where the mapping does not say."""
        return self.date_order_by_column.get(column, self.date_order)

    def renamed(self, headings: Sequence[str]) -> list[str]:
        """Return the headings with ours in the place of theirs, and the others unchanged.

        One that bears the name of a column of ours which the mapping fills from elsewhere is kept under another name:
        the mapping is what counts, and nothing is lost.
        """
        positions = _positions(headings)
        ours: dict[int, str] = {}
        for column, heading in self.columns.items():
            ours.setdefault(positions[normal(heading)], column)
        # A second column of one heading needs a name of its own if it decides which rows belong.
        deciding = {
            position: heading
            for heading in self.only_rows
            if normal(headings[position := positions[normal(heading)]]) != normal(heading)
        }
        filled = self.columns.keys() | self.fixed.keys()
        names = []
        for position, heading in enumerate(headings):
            name = ours.get(position) or deciding.get(position, heading)
            names.append(f"{name} (as delivered)" if position not in ours and column_name(name) in filled else name)
        return names

    def missing(self, headings: Sequence[str]) -> tuple[str, ...]:
        """Return the required columns of our table that neither the mapping nor a heading of our own name gives."""
        given = {*our_names(self.renamed(headings), self.dataset)} | self.columns.keys() | self.fixed.keys()
        spec = table_specs(self.dataset)[self.table]
        return tuple(name for name in spec.columns if name in spec.required - given)

    def left_out(self, columns: Columns) -> list[bool]:
        """Say of each row whether `only_rows` leaves it out."""
        rows = _rows(columns)
        out = [False] * rows
        names = {normal(name): name for name in reversed(list(columns))}
        for heading, wanted in self.only_rows.items():
            mapped = next((ours for ours, theirs in self.columns.items() if normal(theirs) == normal(heading)), None)
            aside = normal(f"{heading} (as delivered)")
            values = columns[mapped or names.get(aside) or names[normal(heading)]]
            belongs = {value: normal(value or "") in wanted for value in set(values)}
            out = [already or not belongs[value] for already, value in zip(out, values, strict=True)]
        return out

    def left_out_said(self) -> str:
        """Return in words which rows are left out, without a word of the authority's."""
        return "the mapping leaves it out by its only_rows"

    def apply(self, columns: Columns, is_blank: Callable[[str], bool] = _is_blank) -> dict[str, Sequence[str | None]]:
        """Return the columns with our codes in the place of theirs, and with those that the mapping adds.

        A code that is not in the list stays as it is, so that the usual rules judge it. `is_blank` says what counts as
        a blank, which `otherwise` does not replace.
        """
        result = dict(columns)
        source: dict[str, str] = {}
        for ours, heading in self.columns.items():
            values = columns[source.setdefault(normal(heading), ours)]
            result[ours] = self._recoded(ours, values, is_blank) if ours in self.codes else values
        rows = _rows(columns)
        for ours, value in self.fixed.items():
            result[ours] = [value] * rows
        return result

    def _recoded(self, column: str, values: Sequence[str | None], is_blank: Callable[[str], bool]) -> list[str | None]:
        codes = self.codes[column]
        recoded: dict[str | None, str | None] = {}
        for value in set(values):
            key = normal(value or "")
            if key in codes:
                recoded[value] = codes[key]
            elif column in self.otherwise and value is not None and not is_blank(value):
                recoded[value] = self.otherwise[column]
            else:
                recoded[value] = value
        return [recoded[value] for value in values]

    def _fits(self, file_name: str, sheet: str | None) -> bool:
        # fnmatchcase, because fnmatch compares as the operating system does.
        if self.file is not None and not fnmatch.fnmatchcase(normal(file_name), normal(self.file)):
            return False
        return self.sheet is None or (sheet is not None and normal(sheet) == normal(self.sheet))

    def _absent(self, headings: Sequence[str]) -> list[str]:
        positions = _positions(headings)
        return [heading for heading in self.headings if normal(heading) not in positions]


@dataclass(frozen=True)
class Mapping:
    """An authority's mapping for one dataset; without entries where there is none, or where it has faults."""

    tables: tuple[TableMapping, ...] = ()

    def for_table(self, file_name: str, sheet: str | None, headings: Sequence[str]) -> TableMapping | None:
        """Return the entry for a table with these headings, if there is one.

        Of several that fit the one is taken that names most headings, and of these the first.
        """
        fitting = [entry for entry in self._entries(file_name, sheet) if not entry._absent(headings)]
        return max(fitting, key=lambda entry: len(entry.headings), default=None)

    def why_not(self, file_name: str, sheet: str | None, headings: Sequence[str]) -> str | None:
        """Return the end of a sentence saying what the likeliest entry misses in a table that no entry fits.

        It names our columns and no heading, neither of the file nor of the mapping: either may be a child's name.
        """
        almost: list[tuple[float, TableMapping]] = []
        for entry in self._entries(file_name, sheet):
            share = 1 - len(entry._absent(headings)) / len(entry.headings)
            if entry.file is not None or entry.sheet is not None or share >= 0.5:
                almost.append((share, entry))
        if not almost or self.for_table(file_name, sheet, headings):
            return None
        _, nearest = max(almost, key=lambda pair: pair[0])
        absent = nearest._absent(headings)
        columns = {normal(heading): ours for ours, heading in reversed(list(nearest.columns.items()))}
        wanted = list(dict.fromkeys(columns.get(normal(heading), "only_rows") for heading in absent))
        said = ", ".join(wanted[:5]) + (" and others" if len(wanted) > 5 else "")
        what, are = ("heading", "is") if len(absent) == 1 else ("headings", "are")
        return f"the mapping of {nearest.table} does not fit, because the {what} that it names for {said} {are} missing"

    def _entries(self, file_name: str, sheet: str | None) -> Iterable[TableMapping]:
        return (entry for entry in self.tables if entry._fits(file_name, sheet))


def _positions(headings: Sequence[str]) -> dict[str, int]:
    """Return where each heading stands; of several alike the first, and the second as `heading [2]`."""
    found: dict[str, int] = {}
    count: dict[str, int] = {}
    for position, heading in enumerate(headings):
        key = normal(heading)
        found.setdefault(key, position)
        count[key] = count.get(key, 0) + 1
        if count[key] > 1:
            found.setdefault(f"{key} [{count[key]}]", position)
    return found


def _rows(columns: Columns) -> int:
    return len(next(iter(columns.values()), ()))
