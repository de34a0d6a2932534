"""A first draft of a mapping: which table and columns of ours a file seems to hold, by its headings and its content.

A proposal is never more than that. It says why and how sure, leaves open what nobody can know, and never takes the
absence of something for "there was none". Nothing here returns a value of a person: of the content only codes and
categories leave this module, and only those made of words that name nobody (`wording.may_be_shown`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from rapidfuzz import fuzz, process

from orchestration.ingest.mapping.grids import Grid
from orchestration.ingest.mapping.model import normal
from orchestration.ingest.mapping.specification import ColumnSpec, column_specs
from orchestration.ingest.mapping.wording import (
    code_likeness,
    code_words,
    heading_likeness,
    heading_words,
    is_blank,
    may_be_shown,
    synonyms,
    words,
)
from orchestration.ingest.plain_yaml import is_text
from orchestration.ingest.spelling.dates import DAY_FIRST, MONTH_FIRST, read_date
from orchestration.ingest.spelling.rules import BLANKS
from orchestration.ingest.tables import DATASETS, IRO, TableSpec, table_specs

_NAME_NEEDED = 0.72
"""How alike a heading must be to one of ours before it is proposed."""
_KNOWN = 0.86
"""How alike before a row is taken for a row of headings because of it."""
_CODE_NEEDED = 0.7
_CODE_MARGIN = 0.08
"""How much likelier the likeliest code must be than the next."""
_MOST_CODES = 60
"""Different values beyond which a column holds no codes."""
_FEW = 20
"""Different values up to which a text is one of a short list."""
_TABLE_NEEDED = 0.35

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[t ]+\d{1,2}:\d{2}.*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){_TIME}")
_IN_WORDS = re.compile(
    rf"(?:[a-z]{{3,9}},? )?(\d{{1,2}})(?:st|nd|rd|th)?[-/ ]"
    rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}[-/, ]+(\d{{4}}|\d{{2}}){_TIME}"
)
_NUMBER = re.compile(r"-?[\d,]+(\.\d+)?%?")


@dataclass(frozen=True)
class ColumnProposal:
    """A column of ours, the heading proposed for it, and why."""

    column: str
    heading: str
    position: int
    likeness: float
    why: str

    @property
    def how_sure(self) -> str:
        """Return in a word how sure it is."""
        return "sure" if self.likeness >= 0.9 else "likely" if self.likeness >= 0.8 else "a guess"


@dataclass
class CodeProposal:
    """What the values of a column become."""

    codes: dict[str, str] = field(default_factory=dict)
    """Their value, which may be shown, to our code."""
    rows: dict[str, int] = field(default_factory=dict)
    open: dict[str, list[str]] = field(default_factory=dict)
    """Their values for which nothing is sure, with the codes that come closest."""
    hidden_values: int = 0
    hidden_rows: int = 0
    """Values that are not shown, because they may name somebody."""


@dataclass
class TableProposal:
    """What one table of theirs seems to be."""

    file_name: str
    grid: Grid
    dataset: str
    table: str
    score: float
    columns: list[ColumnProposal]
    codes: dict[str, CodeProposal] = field(default_factory=dict)
    only_rows: dict[str, list[str]] = field(default_factory=dict)
    other_rows: int = 0
    date_orders: dict[str, str | None] = field(default_factory=dict)
    """For each date column what its dates show; null where they do not."""

    @property
    def missing(self) -> list[ColumnSpec]:
        """Required columns for which nothing was found."""
        found = {proposal.column for proposal in self.columns}
        return [spec for spec in self.specs.values() if spec.is_required and spec.name not in found]

    @property
    def specs(self) -> dict[str, ColumnSpec]:
        """The columns of the table."""
        return column_specs(self.dataset, self.table)

    @property
    def left_over(self) -> list[int]:
        """Positions of the headings that feed nothing."""
        used = {proposal.position for proposal in self.columns}
        deciding = {normal(heading) for heading in self.only_rows}
        return [
            position
            for position, heading in enumerate(self.grid.headings)
            if position not in used
            and normal(heading) not in deciding
            and (heading or _has_values(self.grid, position))
        ]


@dataclass(frozen=True)
class _Content:
    """What the values of one column are like."""

    counts: Counter[str]
    filled: int
    dates: float
    numbers: float
    prose: float
    """Share of values with a blank or without a digit, as names have and ids have not."""

    @property
    def is_unique(self) -> bool:
        return len(self.counts) == self.filled


def known_headings(texts: list[str]) -> int:
    """Return how many texts of a row are headings as we know them, or 0 where one is a date, as no heading is."""
    if any(read_day(text) for text in texts):
        return 0
    return sum(1 for text in texts if text and looks_like_a_heading(text) and _is_known(text))


def looks_like_a_heading(text: str) -> bool:
    """Say whether a text may be shown as a heading: a row of data that was taken for one must not give itself away."""
    text = text.strip()
    return 0 < len(text) <= 80 and not read_day(text) and not re.search("[0-9]{4}|@", text)


def propose(file_name: str, grid: Grid, datasets: Iterable[str]) -> TableProposal | None:
    """Return what a table seems to be, or nothing where no table of ours comes near."""
    contents = [_content([row[position] for row in grid.rows]) for position in range(len(grid.headings))]
    best: TableProposal | None = None
    for dataset in datasets:
        for table in table_specs(dataset).values():
            columns = _share(_assign(grid, contents, column_specs(dataset, table.name), table.name), table)
            score = _table_score(file_name, grid, table, columns)
            if score >= _TABLE_NEEDED and (best is None or score > best.score):
                best = TableProposal(file_name, grid, dataset, table.name, score, columns)
    if best is None:
        return None
    for proposal in best.columns:
        spec, content = best.specs[proposal.column], contents[proposal.position]
        if spec.code_list is not None and not spec.code_list.is_open:
            best.codes[proposal.column] = _propose_codes(content, spec)
        if spec.is_date:
            best.date_orders[proposal.column] = _date_order(content.counts)
    _choose_rows(best, contents)
    return best


def read_day(text: str, order: str | None = None) -> bool:
    """Say whether a text can be read as a day, in the order given or in any. The build itself judges finally."""
    orders = [order] if order else [DAY_FIRST, MONTH_FIRST]
    return any(read_date(text.strip(BLANKS), one, 9999) is not None for one in orders)


def match_code(value: str, spec: ColumnSpec) -> tuple[str | None, float, list[str]]:
    """Return the code that a value most likely is, how likely, and the codes that come closest where none is."""
    plain = _plain_code(value, spec)
    if plain is not None:
        return plain, 1.0, []
    likeness: dict[str, float] = {}
    for code, alternatives in _alternatives(spec).items():
        likeness[code] = max((code_likeness(value, said) for said in alternatives), default=0.0)
    ranked = sorted(likeness, key=lambda code: -likeness[code])
    best = likeness[ranked[0]]
    next_best = likeness[ranked[1]] if len(ranked) > 1 else 0.0
    if best >= _CODE_NEEDED and best - next_best >= _CODE_MARGIN:
        return ranked[0], best, []
    return None, best, [code for code in ranked[:3] if likeness[code] >= 0.4]


@cache
def _known_names() -> frozenset[str]:
    """Return every name of a column, its words in the order of the alphabet."""
    return frozenset(
        " ".join(sorted(heading_words(name)))
        for dataset in DATASETS
        for table in table_specs(dataset)
        for column in column_specs(dataset, table)
        for name in _names(table, column)
    )


def _is_known(text: str) -> bool:
    said = " ".join(sorted(heading_words(text)))
    names = _known_names()
    return said in names or process.extractOne(said, names, scorer=fuzz.ratio, score_cutoff=100 * _KNOWN) is not None


def _names(table: str, column: str) -> list[str]:
    """Return what our column is called, by us and by others."""
    said = [synonym for of, name, synonym in synonyms("column") if name == column and of in ("", table)]
    return [column, *said]


def _content(values: Sequence[str | None]) -> _Content:
    counts = Counter(value.strip() for value in values if value is not None and not is_blank(value))
    filled = sum(counts.values())

    def share(test: object) -> float:
        assert callable(test)
        return sum(count for value, count in counts.items() if test(value)) / filled if filled else 0.0

    return _Content(
        counts,
        filled,
        dates=share(read_day),
        numbers=share(_NUMBER.fullmatch),
        prose=share(lambda value: " " in value or not re.search("[0-9]", value)),
    )


def _assign(grid: Grid, contents: list[_Content], specs: dict[str, ColumnSpec], table: str) -> list[ColumnProposal]:
    """Give each column of ours the likeliest heading; of two that want one heading the likelier one has it."""
    wanted: list[ColumnProposal] = []
    for position, heading in enumerate(grid.headings):
        if not looks_like_a_heading(heading) or not heading_words(heading) or not is_text(" ".join(heading.split())):
            continue
        for column, spec in specs.items():
            by_name = max(heading_likeness(heading, name) for name in _names(table, column))
            by_content, said = _fits(contents[position], spec) if by_name >= _NAME_NEEDED else (0.0, "")
            if by_name * by_content >= 0.5:
                why = "by its name" if by_name >= 0.99 else "by a name like it"
                wanted.append(
                    ColumnProposal(
                        column, heading, position, by_name * by_content, why + (f" and {said}" if said else "")
                    )
                )
            elif _tells(contents[position], spec):
                wanted.append(ColumnProposal(column, heading, position, 0.75, "by its codes alone"))
    columns: list[ColumnProposal] = []
    seen: set[str] = set()
    for proposal in sorted(wanted, key=lambda proposal: -proposal.likeness):
        taken = {other.column for other in columns}, {other.position for other in columns}
        if (
            proposal.column not in taken[0]
            and proposal.position not in taken[1]
            and normal(proposal.heading) not in seen
        ):
            columns.append(proposal)
            seen.add(normal(proposal.heading))
    order = list(specs)
    return sorted(columns, key=lambda proposal: order.index(proposal.column))


def _fits(content: _Content, spec: ColumnSpec) -> tuple[float, str]:
    """Return how well the values fit a column, as a factor above 1 where they say it by themselves, and in words."""
    if not content.filled:
        return 0.95, ""
    if spec.is_date:
        return (
            (1.0, "its dates") if content.dates >= 0.8 else (0.85, "some dates") if content.dates >= 0.4 else (0.0, "")
        )
    if content.dates >= 0.5:
        return 0.0, ""
    if spec.code_list is not None:
        return _fits_codes(content, spec)
    if spec.is_number:
        return (1.0, "its numbers") if content.numbers >= 0.8 else (0.0, "")
    if spec.is_published and len(content.counts) > max(_FEW, content.filled // 10):
        # Reasons written out in full may name a child, and these would be published.
        return 0.0, ""
    if spec.is_key or spec.is_child or spec.name.endswith("_id"):
        # A column of names is called "Child" too, and must never become the number.
        return (1.0, "its ids") if content.prose <= 0.2 else (0.0, "")
    return 1.0, ""


def _fits_codes(content: _Content, spec: ColumnSpec) -> tuple[float, str]:
    if len(content.counts) > _MOST_CODES:
        return 0.0, ""
    share = sum(count for value, count in content.counts.items() if match_code(value, spec)[0]) / content.filled
    return (1.0, "its codes") if share >= 0.5 else (0.9, "some of its codes") if share > 0 else (0.6, "")


def _tells(content: _Content, spec: ColumnSpec) -> bool:
    """Say whether values are the codes of a list so plainly that the heading does not matter."""
    if spec.code_list is None or spec.type != "code" or not 0 < len(content.counts) <= _MOST_CODES:
        return False
    found = {value: _plain_code(value, spec) for value in content.counts}
    rows = sum(count for value, count in content.counts.items() if found[value])
    # Two codes may be those of any list: Y and N, 1 and 2.
    return rows >= 0.8 * content.filled and len({code for code in found.values() if code and len(code) > 1}) >= 3


def _plain_code(value: str, spec: ColumnSpec) -> str | None:
    """Return the code that a value is without any guessing."""
    assert spec.code_list is not None
    exact = spec.code_list.find(value)
    if exact is not None:
        return exact
    # A code with its words before or behind it, where the code cannot be a word.
    inside = {word.upper() for word in words(value)} & _mixed_codes(spec)
    if len(inside) == 1:
        return inside.pop()
    return _codes_by_words(spec).get(code_words(value))


@cache
def _mixed_codes(spec: ColumnSpec) -> frozenset[str]:
    """Return the codes of letters and digits, such as PN1, which are never part of a sentence."""
    assert spec.code_list is not None
    return frozenset(code for code in spec.code_list.codes if re.search("[0-9]", code) and re.search("[A-Z]", code))


@cache
def _codes_by_words(spec: ColumnSpec) -> dict[frozenset[str], str | None]:
    """Return the code that some words stand for, null where they may stand for several."""
    found: dict[frozenset[str], str | None] = {}
    for code, alternatives in _alternatives(spec).items():
        for said in alternatives:
            key = code_words(said)
            found[key] = code if found.get(key, code) == code else None
    return found


def _table_score(file_name: str, grid: Grid, table: TableSpec, columns: list[ColumnProposal]) -> float:
    found = {proposal.column: proposal.likeness for proposal in columns}
    if not columns or not (found.keys() & table.distinguishing or found.keys() >= table.required):
        return 0.0
    specs = column_specs(table.dataset, table.name)
    # Whose row it is stands in every table, and says little of which one it is.
    weights = {name: 0.5 if spec.is_child else 2.0 if spec.is_required else 1.0 for name, spec in specs.items()}
    needed = sum(weights[name] for name in table.required)
    there = sum(weights[name] * likeness for name, likeness in found.items() if name in table.required) / needed
    headings = sum(1 for heading in grid.headings if heading)
    used = sum(found.values()) / max(headings, 1)
    named = max(
        (
            heading_likeness(said, synonym)
            for said in (re.sub(r"\.[a-z]+$|[0-9]", " ", file_name, flags=re.IGNORECASE), grid.sheet or "")
            for synonym in [table.name, *(synonym for of, _, synonym in synonyms("table") if of == table.name)]
        ),
        default=0.0,
    )
    # Of two tables that fit alike the IRO service's is meant: returns come in the form that DfE prescribes.
    return 0.5 * there + 0.35 * used + (0.1 if named >= 0.8 else 0.0) + (0.05 if table.dataset == IRO else 0.0)


def _share(columns: list[ColumnProposal], table: TableSpec) -> list[ColumnProposal]:
    """Let one heading feed a second column where nothing else does and the data say that it may."""
    specs = column_specs(table.dataset, table.name)
    by_column = {proposal.column: proposal for proposal in columns}
    for of, column, other in synonyms("shared"):
        if of == table.name and column in specs and column not in by_column and other in by_column:
            source = by_column[other]
            why = f"by the same heading as {other}, because no other was found"
            if specs[column].is_key:
                why = f"no number was found; with the child, {other} tells the rows apart"
            by_column[column] = ColumnProposal(column, source.heading, source.position, 0.75, why)
    order = list(specs)
    return sorted(by_column.values(), key=lambda proposal: order.index(proposal.column))


def _propose_codes(content: _Content, spec: ColumnSpec) -> CodeProposal:
    found = CodeProposal()
    assert spec.code_list is not None
    for value, count in sorted(content.counts.items(), key=lambda pair: (-pair[1], pair[0])):
        code, _, near = match_code(value, spec)
        if code is not None and spec.code_list.find(value) is not None:
            continue
        if not is_text(value) or not (
            may_be_shown(value, spec.code_set, spec.name) or _is_category(value, content, spec)
        ):
            found.hidden_values += 1
            found.hidden_rows += count
        elif any(normal(value) == normal(other) for other in (*found.codes, *found.open)):
            continue
        elif code is not None:
            found.codes[value] = code
            found.rows[value] = count
        else:
            found.open[value] = near
            found.rows[value] = count
    return found


def _is_category(value: str, content: _Content, spec: ColumnSpec) -> bool:
    """Say whether a value in words of its own is a category: it recurs in a column that plainly holds such a list."""
    if len(content.counts) > _FEW or len(words(value)) > 6 or re.search("[0-9]{4}|@", value):
        return False
    matched = sum(count for other, count in content.counts.items() if match_code(other, spec)[0])
    return 2 * matched >= content.filled and content.counts[value] >= max(20, content.filled // 50)


@cache
def _alternatives(spec: ColumnSpec) -> dict[str, list[str]]:
    assert spec.code_list is not None
    said = {
        code: [description, *([code.replace("_", " ")] if "_" in code or len(code) > 3 else [])]
        for code, description in spec.code_list.codes.items()
    }
    for alternatives in said.values():
        # Without what stands in brackets, or explains behind a colon.
        short = re.sub(r"\(.*?\)|:.*", "", alternatives[0]).strip()
        alternatives += [short] if short and short != alternatives[0] and code_words(short) else []
    for of, name, synonym in synonyms("code"):
        if of in (spec.code_set, spec.name) and name in said:
            said[name].append(synonym)
    if spec.code_set == "sex":
        # 1 and 2 were the codes of earlier years; words are to become the ones of today.
        said = {code: alternatives for code, alternatives in said.items() if not code.isdigit()}
    return said


def _choose_rows(table: TableProposal, contents: list[_Content]) -> None:
    """Propose which rows to take where a column says that some are something else, such as child protection."""
    wanted: dict[str, list[str]] = {}
    for of, heading, synonym in synonyms("only_rows"):
        if of == table.table:
            wanted.setdefault(heading, []).append(synonym)
    others = [synonym for of, _, synonym in synonyms("other_rows") if of == table.table]
    used = {proposal.position for proposal in table.columns}
    for position, heading in enumerate(table.grid.headings):
        if position in used or not any(heading_likeness(heading, name) >= _KNOWN for name in wanted):
            continue
        takes: list[str] = []
        leaves = 0
        for value, count in contents[position].counts.items():
            belongs = max(code_likeness(value, said) for group in wanted.values() for said in group)
            if belongs >= 0.75 and belongs > max((code_likeness(value, said) for said in others), default=0.0):
                takes.append(value)
            else:
                leaves += count
        # A value that must not be shown cannot be written, and without it its rows would be left out.
        if takes and leaves and all(may_be_shown(value, table.table) and is_text(value) for value in takes):
            table.only_rows[heading] = sorted(takes)
            table.other_rows = leaves
            return


def _date_order(counts: Counter[str]) -> str | None:
    """Return what the dates of a column show: a number above 12 can be no month."""
    first = second = False
    for value in counts:
        if found := _YEAR_LAST.fullmatch(value.strip().lower()):
            first |= int(found[1]) > 12 and int(found[2]) <= 12
            second |= int(found[2]) > 12 and int(found[1]) <= 12
    return "day_first" if first and not second else "month_first" if second and not first else None


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return False
    return True


def _has_values(grid: Grid, position: int) -> bool:
    return any(not is_blank(row[position]) for row in grid.rows)
