"""The generator of other spellings: each rule changes something, and none changes what is meant."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.integration.test_recompute import populations_for
from tests.recompute import recompute_everything
from tests.recompute.random_returns import make_random_returns
from tests.respelling import MIX, RULES, Applied, compare_builds, respell
from tests.respelling.files import CSV, XLSX, ErrorCell, Raw, Typed, read_sheets
from tests.respelling.meaning import CODE, DATE, FLAG, ID, IRO, NUMBER, POSTCODE, SSDA903, TEXT, Column, Meaning, tables
from tests.respelling.rewrite import respell_authority
from tests.respelling.rules import DAY_ZERO_1900, DAY_ZERO_1904, Hand, month_first_forms

SEED = 11
# What the recomputation's own reader takes as it is.
READ_BY_THE_RECOMPUTATION = [
    "code: lower case",
    "columns: in another order",
    "columns: more than are asked for",
    "columns: names in other cases, with blanks around",
    "encoding: UTF-8 with a mark, or Windows-1252",
    "lines: ends, blank lines, the mark of DOS",
    "postcode: lower case",
    "quoting: everything",
    "rows: in another order",
]

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    for code in make_random_returns(folder, SEED, ["001", "002", "003", "005", "008", "013"]):
        for dataset in (folder / code).iterdir():  # the last two years are enough
            for year in sorted(dataset.iterdir())[:-2]:
                shutil.rmtree(year)
    return folder


def codes_of(landing: Path) -> list[str]:
    """The authorities, the one with least to write first."""
    return sorted((path.name for path in landing.iterdir()), key=lambda code: len(list((landing / code).rglob("*"))))


def kinds_of_columns() -> list[Column]:
    """A column of each kind: no rule looks at more of it than this."""
    every = [column for dataset in (SSDA903, IRO) for table in tables(dataset).values() for column in table.values()]
    kinds = {(each.type, each.code_set, each.is_id, each.name in ("cancelled", "pl_location")): each for each in every}
    return list(kinds.values())


def hand(medium: str, number: int = 0) -> Hand:
    return Hand(random.Random(number), medium)


def seen(form: object) -> str:
    """A form as two people would compare it: no difference of case, of kinds of blanks or of Excel's number formats."""
    if isinstance(form, Typed):
        return f"typed {form.value!r}".casefold()
    if isinstance(form, Raw | ErrorCell):
        return seen(form.text)
    return re.sub(r"[\s_\u200b\u2060\ufeff]+", "", str(form)).casefold()


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.forms])
def test_no_two_meanings_are_written_alike(rule: str) -> None:
    """Whatever a rule makes of one code, date, number or flag it makes of no other one of the same column."""
    forms = RULES[rule].forms
    assert forms is not None
    anything = False
    for column in kinds_of_columns():
        meanings: list[tuple[Meaning, str]] = [(Meaning(CODE, code), code) for code in column.codes]
        if column.is_date:
            days = [date(2024, 1, 1) + timedelta(days=n) for n in range(0, 366, 3)]
            meanings = [(Meaning(DATE, day), f"{day:%d/%m/%Y}") for day in days]
        elif column.type == "flag":
            meanings = [(Meaning(FLAG, True), "1"), (Meaning(FLAG, False), "0")]
        elif column.type in ("integer", "decimal"):
            meanings = [(Meaning(NUMBER, Decimal(n)), n) for n in ("0", "1", "10", "100", "1000", "12000", "1204.5")]
        elif column.type == "postcode":
            meanings = [(Meaning(POSTCODE, code.replace(" ", "")), code) for code in ("TW9 1SL", "TW91 1SL", "T9 1SL")]
        elif column.is_id:
            meanings = [(Meaning(ID, number), number) for number in ("10", "100", "0100", "A100", "1000")]
        elif column.type != "code":
            continue
        of_sex = {"1": "M", "2": "F"} if column.code_set == "sex" else {}
        meant_by: dict[str, set[object]] = defaultdict(set)
        for medium in RULES[rule].media:
            for number in range(3):
                for meant, text in meanings:
                    made = forms(hand(medium, number), column, meant, text)
                    anything |= bool(made)
                    for form in made:
                        value = of_sex.get(str(meant.value), meant.value)
                        # 0100 as a number is told from 100 by its number format alone.
                        shown = form.number_format if isinstance(form, Typed) and meant.kind == ID else ""
                        meant_by[seen(form) + (shown if set(shown) == {"0"} else "")].add(value)
        several = {form: values for form, values in meant_by.items() if len(values) > 1}
        if rule == "id: a number of Excel":
            several = {form: values for form, values in several.items() if form.endswith("0" * 4)}
        assert not several, f"{column.table}.{column.name}: {several}"
    assert anything or rule.startswith("blank:")


@pytest.mark.parametrize("rule", list(RULES))
def test_every_rule_changes_something_and_says_how_much(rule: str, landing: Path, tmp_path: Path) -> None:
    applied = next(
        each for code in codes_of(landing) if (each := respell_authority(landing, tmp_path, code, rule, SEED)).changed
    )
    before = {path.relative_to(landing): path.read_bytes() for path in (landing / applied.la_code).rglob("*.csv")}
    after = {path.relative_to(tmp_path): path.read_bytes() for path in (tmp_path / applied.la_code).rglob("*.*")}
    assert any(after.get(name) != content for name, content in before.items())
    assert {name.parent for name in after} == {name.parent for name in before}  # no delivery is lost
    if RULES[rule].forms:
        assert sum(applied.cells.values()) == applied.changed


@pytest.mark.parametrize("rule", READ_BY_THE_RECOMPUTATION)
def test_what_the_recomputation_can_read_gives_it_the_same_figures(rule: str, landing: Path, tmp_path: Path) -> None:
    codes = codes_of(landing)[:2]
    populations = populations_for(codes)
    for code in codes:
        if XLSX in RULES[rule].media:  # its reader knows CSV alone
            monkeyed = {**RULES[rule].__dict__, "media": (CSV,)}
            plain_text = type(RULES[rule])(**monkeyed)
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(RULES, rule, plain_text)
                respell_authority(landing, tmp_path, code, rule, SEED)
        else:
            respell_authority(landing, tmp_path, code, rule, SEED)
        expected = recompute_everything(landing, code, None, populations)
        assert expected
        assert recompute_everything(tmp_path, code, None, populations) == expected


@pytest.mark.parametrize("rule", [*RULES, MIX])
def test_what_cannot_be_read_stays_as_it_is(rule: str, landing: Path, tmp_path: Path) -> None:
    """Cells that mean nothing, such as unknown codes and days that there are not, are neither mended nor lost."""
    code = codes_of(landing)[0]
    respell_authority(landing, tmp_path, code, rule, SEED)
    for folder in sorted({path.parent for path in (landing / code).rglob("*.csv")}):
        before = unreadable_cells(folder)
        after = everything_in(tmp_path / folder.relative_to(landing))
        if rule == "date: month first":  # where 31/02/2021 is 02/31/2021
            before = {re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\2/\1/\3", text) for text in before}
        assert before <= after


def unreadable_cells(folder: Path) -> set[str]:
    found = set()
    for path in folder.glob("*.csv"):
        for sheet in read_sheets(path, folder.parent.parent.name) or []:
            for row in sheet.rows:
                for at, value in enumerate(row):
                    meant = sheet.meaning(row, at)
                    if meant is not None and meant.kind == TEXT:
                        found.add(str(value).strip())
    return found


def everything_in(folder: Path) -> set[str]:
    found = set()
    for path in folder.iterdir():
        if path.suffix == ".csv":
            content = path.read_bytes()
            coded = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
            try:
                text = content.decode(coded)
            except UnicodeDecodeError:
                text = content.decode("cp1252")
            found |= {
                cell.strip() for line in csv.reader(io.StringIO(text.replace("\0", ""), newline="")) for cell in line
            }
        elif path.suffix == ".xlsx":
            for sheet in openpyxl.load_workbook(path):
                found |= {str(value).strip() for row in sheet.iter_rows(values_only=True) for value in row if value}
    return found


@pytest.mark.parametrize(
    ("rule", "zero"),
    [
        ("date: real dates of Excel", None),
        ("date: real dates of Excel for Mac", None),
        ("date: serial numbers of Excel", DAY_ZERO_1900),
        ("date: serial numbers of Excel for Mac", DAY_ZERO_1904),
    ],
)
def test_a_date_of_a_workbook_is_the_day_it_was(rule: str, zero: date | None, landing: Path, tmp_path: Path) -> None:
    """Read back by openpyxl, by what the workbook itself says of its first day."""
    code = codes_of(landing)[0]
    respell_authority(landing, tmp_path, code, rule, SEED)
    compared = 0
    for path in (landing / code).rglob("*.csv"):
        (sheet,) = read_sheets(path, path.parents[2].name) or []
        folder = tmp_path / path.parent.relative_to(landing)
        books = [openpyxl.load_workbook(book) for book in sorted(folder.glob("*.xlsx"))]
        read = next(
            worksheet
            for book in books
            for worksheet in book
            if [cell.value for cell in next(worksheet.iter_rows())] == sheet.names
        )
        is_1904 = read.parent.epoch == datetime(1904, 1, 1)
        assert is_1904 == rule.endswith("Mac")
        for row, cells in zip(sheet.rows, read.iter_rows(min_row=2), strict=False):
            for at, cell in enumerate(cells):
                meant = sheet.meaning(row, at)
                if meant is None or meant.kind != DATE or isinstance(cell.value, str):
                    continue
                if zero is None:
                    assert cell.value.date() == meant.value
                else:
                    assert zero + timedelta(days=int(cell.value)) == meant.value
                compared += 1
    assert compared > 100


def test_a_delivery_written_month_first_says_so_in_every_column(landing: Path, tmp_path: Path) -> None:
    columns = 0
    for code in codes_of(landing):
        respell_authority(landing, tmp_path, code, "date: month first", SEED)
    for path in tmp_path.rglob("*.csv"):
        for sheet in read_sheets(path, path.parents[2].name) or []:
            for at, column in enumerate(sheet.columns):
                if column is None or not column.is_date:
                    continue
                texts = [str(row[at]) for row in sheet.rows]
                pairs = [re.match(r"(\d{1,2})/(\d{1,2})/\d{4}", text) for text in texts]
                numbers = [(int(pair[1]), int(pair[2])) for pair in pairs if pair]
                numbers = [pair for pair in numbers if pair != (0, 0) and max(pair) != 31]
                if column.type != "partial_date" and len(numbers) > 2:
                    columns += 1
                    assert any(second > 12 for _, second in numbers), f"{column.table}.{column.name}"
                    assert not any(first > 12 for first, _ in numbers), f"{column.table}.{column.name}"
    assert columns > 20


def test_month_first_is_month_first() -> None:
    assert month_first_forms(date(2024, 7, 4), time(0, 0))[0] == "7/4/2024"


def test_a_row_keeps_its_place_among_those_of_its_child(landing: Path, tmp_path: Path) -> None:
    code = codes_of(landing)[0]
    respell_authority(landing, tmp_path, code, "rows: in another order", SEED)
    moved = 0
    for path in (landing / code / "ssda903").rglob("*.csv"):
        copy = tmp_path / path.relative_to(landing)
        if not copy.exists():
            continue
        (before,), (after,) = read_sheets(path, SSDA903) or [], read_sheets(copy, SSDA903) or []
        at = next(n for n, column in enumerate(before.columns) if column and column.name == "child")

        def by_child(rows: list, at: int = at) -> dict[str, list]:
            found: dict[str, list] = defaultdict(list)
            for row in rows:
                found[str(row[at]).strip().upper()].append(row)
            return found

        assert by_child(before.rows) == by_child(after.rows)
        moved += before.rows != after.rows
    assert moved


def test_the_same_seed_gives_the_same_spelling_whoever_else_is_asked_for(landing: Path, tmp_path: Path) -> None:
    codes = codes_of(landing)
    done = respell(landing, tmp_path / "a", codes, seed=3)
    again = respell(landing, tmp_path / "b", codes, seed=3, only=[codes[2]])
    assert [(each.rule, each.changed) for each in again] == [(done[2].rule, done[2].changed)]
    for path in (tmp_path / "b").rglob("*.csv"):
        assert path.read_bytes() == (tmp_path / "a" / path.relative_to(tmp_path / "b")).read_bytes()
    other = respell(landing, tmp_path / "c", codes, seed=4)
    assert [each.rule for each in other] != [each.rule for each in done]


# --- the comparison ---


def warehouse(path: Path, figures: list[tuple], audit: list[tuple], findings: Sequence[tuple] = ()) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.metric_values (la_code text, period_type text, period_end date, metric_id text, "
            "breakdown text, category text, numerator bigint, denominator bigint, value double, display_value text, "
            "undetermined bigint, status text, as_known_at date)"
        )
        connection.execute(
            "create table marts.delivery_audit (delivery_id text, la_code text, table_name text, "
            "rows_accepted bigint, rows_rejected bigint, delivery_status text)"
        )
        connection.execute(
            "create table marts.delivery_findings (delivery_id text, la_code text, bound_id text, table_name text)"
        )
        for finding in findings:
            connection.execute("insert into marts.delivery_findings values (?, '812', ?, ?)", finding)
        for row in figures:
            connection.execute(f"insert into marts.metric_values values ({', '.join('?' * 13)})", row)
        for row in audit:
            connection.execute(f"insert into marts.delivery_audit values ({', '.join('?' * 6)})", row)
    return path


FIGURE = (
    "812", "financial_year", date(2025, 3, 31), "children_looked_after", "all", "all", 5, None, 5.0, "5", None, "final",
    date(2025, 4, 30),
)  # fmt: skip
AUDIT = ("812-ssda903-2025-2025-04-30", "812", "episodes", 5, 1, "in force")


def changed(row: tuple, at: int, value: object) -> tuple:
    return (*row[:at], value, *row[at + 1 :])


def compared(tmp_path: Path, figures: list[tuple], audit: list[tuple], applied: Applied | None = None) -> list[str]:
    plain = warehouse(tmp_path / "plain.duckdb", [FIGURE], [AUDIT])
    spelt = warehouse(tmp_path / "spelt.duckdb", figures, audit)
    done = [applied or Applied("812", "date: month first", SEED)]
    return [each.sentence() for each in compare_builds(plain, spelt, done)]


def test_two_equal_builds_do_not_differ(tmp_path: Path) -> None:
    assert compared(tmp_path, [changed(FIGURE, 8, 5.0 + 1e-12)], [AUDIT]) == []


@pytest.mark.parametrize(
    ("at", "value"), [(6, 6), (7, 9), (8, 5.1), (9, "c"), (10, 0), (5, "another"), (12, date(2025, 4, 15))]
)
def test_a_figure_that_differs_in_anything_names_rule_authority_and_metric(
    tmp_path: Path, at: int, value: object
) -> None:
    (sentence,) = compared(tmp_path, [changed(FIGURE, at, value)], [AUDIT])
    assert sentence.startswith("date: month first (authority 812): ")
    assert "children_looked_after" in sentence


def test_figures_that_only_one_build_has_are_found_either_way(tmp_path: Path) -> None:
    (sentence,) = compared(tmp_path, [], [AUDIT])
    assert "1 of 1 figures differ (children_looked_after 1)" in sentence


def test_a_row_lost_or_won_and_a_held_delivery_are_found(tmp_path: Path) -> None:
    for number, row in enumerate([changed(AUDIT, 3, 6), changed(AUDIT, 4, 2), changed(AUDIT, 5, "held")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert len(compared(folder, [FIGURE], [row])) == 1


def test_a_finding_of_a_bound_that_only_one_build_has_is_found(tmp_path: Path) -> None:
    finding = (AUDIT[0], "rows_rejected", "episodes")
    plain = warehouse(tmp_path / "plain.duckdb", [FIGURE], [AUDIT], [finding])
    spelt = warehouse(tmp_path / "spelt.duckdb", [FIGURE], [AUDIT])
    done = [Applied("812", "date: month first", SEED)]
    for one, other, said in ((plain, spelt, "no more found"), (spelt, plain, "now found")):
        (difference,) = compare_builds(one, other, done)
        assert f"{said} by the bound rows_rejected in episodes of 1 deliveries." in difference.sentence()


def test_lines_below_a_table_may_be_rejected_and_no_others(tmp_path: Path) -> None:
    applied = Applied("812", "below: totals", SEED)
    applied.added_rows[AUDIT[0], "episodes"] = 2
    for rejected, differ in ((1, 0), (3, 0), (4, 1), (0, 1)):
        folder = tmp_path / str(rejected)
        folder.mkdir()
        assert len(compared(folder, [FIGURE], [changed(AUDIT, 4, rejected)], applied)) == differ
