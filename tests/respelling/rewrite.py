"""Re-spells everything that an authority delivers, by one rule or a mix of them, and says what was changed."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .files import CSV, XLSX, ErrorCell, Layout, Raw, Sheet, Spelt, Typed, csv_bytes, read_sheets, write_workbook
from .meaning import BLANK, CODE, DATE, FLAG, ID, NUMBER, Column, Meaning, plain_date
from .rules import MIX, MIXED, RULES, Hand, Rule

# The share of cells that a rule re-spells: nearly all, so that it bites; not all, so that plain ones stand beside them.
SHARE = 0.9
SHARE_IN_A_MIX = 0.5
# Two decided dates in a column are the least that "this column is month first" is asked to be seen from.
CERTAIN = 2
SEPARATE, TOGETHER = "workbook: a file for each table", "workbook: all tables in one"


@dataclass
class Applied:
    """What was done to one authority's deliveries."""

    la_code: str
    rule: str
    seed: int
    changed: int = 0
    """Cells, or files where the rule is about more than cells."""
    cells: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Re-spelt cells by delivery, table and column."""
    counted: set[tuple[str, str, str]] = field(default_factory=set)
    """Those of them in which the published count of re-spelt cells has to find something."""
    added_rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Lines that are no rows of the table, by delivery and table."""

    @property
    def name(self) -> str:
        return f"{self.rule} (authority {self.la_code})"


def respell(source: Path, target: Path, la_codes: Sequence[str], seed: int, only: Iterable[str] = ()) -> list[Applied]:
    """Write the authorities' deliveries anew, each by a rule of its own, every tenth by a mix; return what was done.

    An authority that has nothing that its rule could change takes the next one. What an authority gets depends on the
    seed and its place in the list, whichever of them are asked for.
    """
    chosen = set(only) or set(la_codes)
    order = list(RULES)
    random.Random(f"{seed}/rules").shuffle(order)
    done = []
    turn = 0
    for number, la_code in enumerate(la_codes):
        if number % 10 == 9:
            names = [MIX]
        else:
            names = [order[(turn + step) % len(order)] for step in range(len(order))]
            turn += 1
        if la_code in chosen:
            done.append(_first_that_changes(source, target, la_code, names, seed))
    return done


def _first_that_changes(source: Path, target: Path, la_code: str, names: list[str], seed: int) -> Applied:
    for name in names:
        applied = respell_authority(source, target, la_code, name, seed)
        if applied.changed:
            return applied
    raise AssertionError(f"no rule changes anything that {la_code} delivers")


def respell_authority(source: Path, target: Path, la_code: str, name: str, seed: int) -> Applied:
    """Write one authority's deliveries anew by one rule."""
    applied = Applied(la_code, name, seed)
    rng = random.Random(f"{seed}/{la_code}/{name}")
    shutil.rmtree(target / la_code, ignore_errors=True)
    for folder in sorted({path.parent for path in (source / la_code).rglob("*") if path.is_file()}):
        _Delivery(folder, target / folder.relative_to(source), applied, rng).write()
    return applied


def needs_a_rule(column: Column, meant: Meaning | None, form: Spelt) -> bool:
    """Whether a form is one that the contract itself does not have: then a rule has to say how it was read."""
    if meant is None:
        return False
    if isinstance(form, Typed):
        if meant.kind == DATE:
            return not isinstance(form.value, date)
        return meant.kind in (BLANK, FLAG) and isinstance(form.value, bool)
    if isinstance(form, ErrorCell | Raw):
        return True
    text = form.strip()
    if meant.kind == DATE:
        return plain_date(text) is None
    if meant.kind == FLAG:
        return text.upper() not in (("Y", "N") if column.code_set == "yes_no" else ("1", "0"))
    if meant.kind == CODE:
        return text.upper() != meant.value
    if meant.kind == ID:
        return text != meant.value
    if meant.kind == NUMBER:
        return (column.type == "integer" and not text.isdecimal()) or "," in text
    return True


class _Delivery:
    """One delivery on its way from one landing zone to another."""

    def __init__(self, folder: Path, target: Path, applied: Applied, rng: random.Random) -> None:
        self.folder, self.target = folder, target
        self.applied, self.rng = applied, rng
        year_folder = folder.parent
        self.dataset = year_folder.parent.name
        self.delivery_id = f"{applied.la_code}-{self.dataset}-{year_folder.name}-{folder.name}"
        mixed = applied.rule == MIX
        self.rules: list[Rule] = [RULES[name] for name in rng.sample(MIXED, 14)] if mixed else [RULES[applied.rule]]
        media = [medium for medium in (CSV, XLSX) if any(medium in each.media for each in self.rules)]
        self.medium = rng.choice(media) if mixed else rng.choice(self.rules[0].media)
        self.rules = [each for each in self.rules if self.medium in each.media]
        self.share = SHARE_IN_A_MIX if mixed else SHARE
        # Most workbooks hold a whole return, which is also much the quickest to write.
        self.together = applied.rule == TOGETHER or (applied.rule != SEPARATE and rng.random() < 0.85)

    def write(self) -> None:
        self.target.mkdir(parents=True)
        whole: list[tuple[Sheet, Layout]] = []
        for path in sorted(self.folder.iterdir()):
            sheets = read_sheets(path, self.dataset)
            if sheets is None:
                shutil.copyfile(path, self.target / path.name)
                continue
            medium = CSV if any(sheet.ragged for sheet in sheets) else self.medium
            spelt = [(sheet, self.spell(sheet, medium)) for sheet in sheets]
            if medium == CSV:
                self.write_csv(spelt)
            elif self.together:
                whole += spelt
            else:
                self.write_workbook(f"{path.stem}.xlsx", spelt)
        tables = [sheet.table for sheet, _ in whole]
        if len(set(tables)) == len(tables):
            if whole:
                self.write_workbook("return.xlsx", whole)
        else:  # the rows of two sheets of one table would have one number
            for number, one in enumerate(whole):
                self.write_workbook(f"{number} {one[0].path.stem}.xlsx", [one])

    def write_csv(self, spelt: list[tuple[Sheet, Layout]]) -> None:
        for sheet, layout in spelt:
            several = f" {sheet.title}" if len(spelt) > 1 else ""
            (self.target / f"{sheet.path.stem}{several}.csv").write_bytes(csv_bytes(sheet, layout))

    def write_workbook(self, name: str, spelt: list[tuple[Sheet, Layout]]) -> None:
        sheets, layouts = zip(*spelt, strict=True)
        assert not (self.target / name).exists()
        write_workbook(self.target / name, list(sheets), list(layouts))

    def spell(self, sheet: Sheet, medium: str) -> Layout:
        """Re-spell a table in place, and say how its file shall look."""
        layout = Layout(medium)
        self.applied.changed += medium == XLSX and self.applied.rule in (SEPARATE, TOGETHER)
        layout.mac_1904 = any(each.whole_delivery == "1904" for each in self.rules)
        self.spell_cells(sheet, medium)
        for each in self.rules:
            if medium not in each.media:
                continue
            if each.sheet:
                self.applied.changed += each.sheet(sheet, self.rng)
            if each.layout:
                each.layout(layout, sheet, self.rng)
                self.applied.changed += 1
        self.applied.added_rows[self.delivery_id, sheet.table] += sum(any(line) for line in layout.below)
        return layout

    def spell_cells(self, sheet: Sheet, medium: str) -> None:
        of_cells = [
            each
            for each in self.rules
            if each.forms and medium in each.media and not (each.in_some_files and self.rng.random() < 0.5)
        ]
        if not of_cells:
            return
        hand = Hand(self.rng, medium, self.rng.randrange(1000), self.rng.random() < 0.6)
        undecided = self.undecided(sheet) if of_cells[0].whole_delivery == "month first" else set()
        for row in sheet.rows:
            for at, value in enumerate(row):
                column, meant = sheet.columns[at] if at < len(sheet.columns) else None, sheet.meaning(row, at)
                if column is None or meant is None or not isinstance(value, str):
                    continue
                if of_cells[0].whole_delivery == "month first":
                    row[at] = self.month_first(hand, of_cells[0], sheet, at, value, at in undecided)
                    continue
                each = self.rng.choice(of_cells)
                if self.rng.random() >= self.share:
                    continue
                assert each.forms is not None
                forms = each.forms(hand, column, meant, value)
                if forms:
                    self.put(sheet, row, at, hand.choose(forms), value)

    def put(self, sheet: Sheet, row: list[Spelt], at: int, form: Spelt, value: str) -> None:
        column = sheet.columns[at]
        assert column is not None
        if form == value:
            return
        row[at] = form
        self.applied.changed += 1
        self.applied.cells[self.delivery_id, sheet.table, column.name] += 1
        if needs_a_rule(column, sheet.meaning([value] * (at + 1), at), form):
            self.applied.counted.add((self.delivery_id, sheet.table, column.name))

    def undecided(self, sheet: Sheet) -> set[int]:
        """Columns whose dates do not say clearly enough that they would be month first."""
        decided: Counter[int] = Counter()
        for row in sheet.rows:
            for at in range(len(row)):
                meant = sheet.meaning(row, at)
                if meant is not None and meant.kind == DATE and meant.value.day > 12:
                    decided[at] += 1
        return {
            at
            for at, column in enumerate(sheet.columns)
            if column is not None and (column.type == "partial_date" or decided[at] < CERTAIN)
        }

    def month_first(self, hand: Hand, each: Rule, sheet: Sheet, at: int, value: str, undecided: bool) -> Spelt:
        column = sheet.columns[at]
        assert column is not None and each.forms is not None
        meant = sheet.meaning([value] * (at + 1), at)
        if meant is None or not column.is_date or meant.kind == BLANK:
            return value
        if meant.kind != DATE:  # a day that there is not has no day first either
            parts = value.strip().split("/")
            swap = len(parts) == 3 and all(part.isdigit() for part in parts)
            return f"{parts[1]}/{parts[0]}/{parts[2]}" if swap else value
        if undecided:
            return f"{meant.value:%Y-%m-%d}"
        self.applied.changed += 1
        self.applied.cells[self.delivery_id, sheet.table, column.name] += 1
        self.applied.counted.add((self.delivery_id, sheet.table, column.name))
        return hand.choose(each.forms(hand, column, meant, value))
