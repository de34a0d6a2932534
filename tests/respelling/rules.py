"""In which other ways a cell or a file may be written that say the same: one rule for each way, each with a name."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .files import CSV, XLSX, ErrorCell, Layout, Raw, Sheet, Spelt, Typed
from .meaning import (
    BLANK,
    CODE,
    DATE,
    END_COLUMNS,
    FLAG,
    ID,
    NUMBER,
    POSTCODE,
    Column,
    Meaning,
    words_alone,
)

DAY = timedelta(days=1)
DAY_ZERO_1900, DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
EITHER = (CSV, CSV, XLSX)

NBSP, NARROW, ZERO_WIDTH, JOINER, NO_BREAK = "\u00a0", "\u202f", "\u200b", "\u2060", "\ufeff"


@dataclass
class Hand:
    """Whoever writes a file: what is drawn once for the whole of it, and what from cell to cell."""

    rng: random.Random
    medium: str
    habit: int = 0
    """A number for the file: a rule that keeps to one form in one file takes it from here."""
    per_cell: bool = True

    def choose(self, forms: list[Spelt]) -> Spelt:
        return self.rng.choice(forms) if self.per_cell else forms[self.habit % len(forms)]


CellRule = Callable[[Hand, Column, Meaning, str], list[Spelt]]


@dataclass(frozen=True)
class Rule:
    """`forms` gives all the ways of writing a cell, none where the rule has nothing to say of it."""

    name: str
    says: str
    forms: CellRule | None = None
    media: tuple[str, ...] = EITHER
    layout: Callable[[Layout, Sheet, random.Random], None] | None = None
    sheet: Callable[[Sheet, random.Random], int] | None = None
    kindred: bool = False
    """Not named in the list of rules, but with one meaning only, like those that are."""
    in_some_files: bool = False
    whole_delivery: str = ""
    """A rule that `rewrite` applies to a delivery as a whole."""
    may_reject_added_rows: bool = False
    counted: bool = False
    """Whether what it changes has to be found in the published count of re-spelt cells."""


RULES: dict[str, Rule] = {}


def rule(name: str, says: str, **more: object) -> Callable[[CellRule], CellRule]:
    def add(forms: CellRule) -> CellRule:
        assert name not in RULES
        RULES[name] = Rule(name, says, forms, **more)  # type: ignore[arg-type]
        return forms

    return add


# --- blanks ---


@rule("blank: the word NULL", "what SQL Server's tools write into an empty cell", counted=True)
def _null(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return ["NULL", "null", "Null", "(null)", "(NULL)", " NULL "] if meant.kind == BLANK else []


@rule("blank: None, N/A, nan or a hyphen", "what programs and people write for nothing", counted=True)
def _nothing(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != BLANK:
        return []
    return ["None", "none", "NONE", "N/A", "n/a", "#N/A", "nan", "NaN", "NAN", "-", " - "]


@rule("blank: a NUL byte", "bcp's empty string", media=(CSV,), counted=True)
def _nul(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return ["\0"] if meant.kind == BLANK else []


@rule("blank: blanks that cannot be seen", "no-break and zero-width blanks, tabs")
def _unseen(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != BLANK:
        return []
    return [NBSP, NARROW, ZERO_WIDTH, NO_BREAK, JOINER, f" {NBSP} ", f"{NBSP}{ZERO_WIDTH}", "\t", "   "]


SENTINELS = [date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1753, 1, 1), date(1, 1, 1)]


def _sentinel_forms(day: date) -> list[Spelt]:
    # strftime does not pad years below 1000 everywhere
    iso, uk = f"{day.year:04}-{day:%m-%d}", f"{day:%d/%m}/{day.year:04}"
    return [iso, uk, f"{iso} 00:00:00", f"{iso} 00:00:00.000", f"{iso}T00:00:00", f"{uk} 00:00", f"{uk} 00:00:00"]


@rule("blank: a day that stands for none", "1899-12-30, 1900-01-01, 1753-01-01 or 0001-01-01", counted=True)
def _sentinel(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != BLANK or not column.is_date:
        return []
    if hand.medium == XLSX and hand.rng.random() < 0.5:  # the day zero of Excel, and the day after it
        return [Typed(0, "dd/mm/yyyy"), Typed(date(1900, 1, 1), "dd/mm/yyyy"), Typed(1, "yyyy-mm-dd hh:mm:ss")]
    return [form for day in SENTINELS for form in _sentinel_forms(day)]


@rule("blank: a day far ahead in an end column", "9999-12-31 and 2300-01-01 while something lasts", counted=True)
def _far_ahead(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != BLANK or column.name not in END_COLUMNS:
        return []
    if hand.medium == XLSX and hand.rng.random() < 0.3:
        return [Typed(date(9999, 12, 31), "dd/mm/yyyy"), Typed(date(2300, 1, 1), "dd/mm/yyyy")]
    far = _sentinel_forms(date(9999, 12, 31)) + _sentinel_forms(date(2300, 1, 1))
    return [*far, "9999-12-31 23:59:59.997", "31/12/9999 23:59:59"]


@rule("blank: an error cell of Excel", "#N/A of a lookup that found nothing", media=(XLSX,), counted=True)
def _error_cell(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return [ErrorCell("#N/A")] if meant.kind == BLANK else []


# --- dates ---

_MONTH_NAMES = [date(2024, month, 1).strftime("%B") for month in range(1, 13)]
_MONTHS = [name[:3] for name in _MONTH_NAMES]
_TIMES = [time(0, 0), time(0, 0), time(9, 5), time(13, 45, 30), time(21, 30)]


def listed_forms(day: date, at: time) -> list[Spelt]:
    """The forms of the list of public reports that have one meaning, each with any time behind it."""
    uk, iso, short = f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", _MONTHS[day.month - 1]
    full = f"{at:%H:%M:%S}"
    half = "AM" if at.hour < 12 else "PM"
    hour = (at.hour + 11) % 12 + 1
    return [
        uk,
        iso,
        f"{iso} {full}",
        f"{iso}T{full}",
        f"{iso} {full}.000",
        f"{iso} {full}.0000000",
        f"{iso}T{full}.000",
        f"{iso}T{full}Z",
        f"{iso} {at:%H:%M}",
        f"{uk} {at:%H:%M}",
        f"{uk} {full}",
        f"{uk} {hour}:{at:%M:%S} {half}",
        f"{uk} {hour:02}:{at:%M:%S} {half}",
        f"{day:%d}-{short}-{day:%Y}",
        f"{day:%d} {_MONTH_NAMES[day.month - 1]} {day:%Y}",
        f"{day:%d.%m.%Y}",
        f"{day:%d-%m-%Y}",
        f"{day:%Y%m%d}",
        f"{short} {day.day:>2} {day:%Y} {hour:>2}:{at:%M}{half}",
        f"{short} {day.day} {day:%Y} {hour}:{at:%M}{half}",
    ]


def kindred_forms(day: date, at: time) -> list[Spelt]:
    """Forms like those of the list: without leading zeros, zones, names in full and in capitals."""
    iso, short, name = f"{day:%Y-%m-%d}", _MONTHS[day.month - 1], _MONTH_NAMES[day.month - 1]
    full = f"{at:%H:%M:%S}"
    return [
        f"{day.day}/{day.month}/{day:%Y}",
        f"{day.day}/{day.month}/{day:%Y} {at.hour}:{at:%M}",
        f"{day:%d/%m/%Y} {full}.123",
        f"{day.day}.{day.month}.{day:%Y}",
        f"{day.day}-{day.month}-{day:%Y}",
        f"{day:%d-%m-%Y} {full}",
        f"{day:%d.%m.%Y} {at:%H:%M}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y/%m/%d} {full}",
        f"{iso}T{full}+00:00",
        f"{iso}T{full}.000+01:00",
        f"{iso} {full}.0000000 +00:00",
        f"{iso}T{full}.0000000Z",
        f"{iso} {full} +0100",
        f"{day.day} {short} {day:%Y}",
        f"{day:%d} {short.upper()} {day:%Y}",
        f"{day:%d}-{short.upper()}-{day:%Y}",
        f"{day:%d}-{short}-{day:%Y} {full}",
        f"{day.day} {name} {day:%Y}",
        f"{day.day} {name.lower()} {day:%Y} {at:%H:%M}",
        f"{name} {day.day}, {day:%Y}",
        f"{short} {day:%d} {day:%Y}",
        f" {day:%d/%m/%Y}{NBSP}",
    ]


@rule("date: the forms of the list", "all but two-digit years and bare serials", counted=True)
def _listed(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    at = _TIMES[hand.rng.randrange(len(_TIMES))]
    return listed_forms(meant.value, at) if meant.kind == DATE else []


@rule("date: forms like those of the list", "zones, names in capitals, no leading zeros", kindred=True, counted=True)
def _kindred(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    at = _TIMES[hand.rng.randrange(len(_TIMES))]
    return kindred_forms(meant.value, at) if meant.kind == DATE else []


_DATE_FORMATS = [
    "dd/mm/yyyy",
    "mm-dd-yy",
    "d-mmm-yy",
    "yyyy-mm-dd",
    "[$-809]dd mmmm yyyy;@",
    "dd/mm/yyyy hh:mm",
    "m/d/yy",
]


def real_dates(day: date, at: time) -> list[Spelt]:
    forms: list[Spelt] = [Typed(day, number_format) for number_format in _DATE_FORMATS]
    forms.append(Typed(datetime.combine(day, at), "dd/mm/yyyy hh:mm"))
    return forms


@rule("date: real dates of Excel", "in whatever number format they show", media=(XLSX,))
def _real(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return real_dates(meant.value, hand.rng.choice(_TIMES)) if meant.kind == DATE else []


@rule("date: real dates of Excel for Mac", "counted from 1904", media=(XLSX,), whole_delivery="1904")
def _real_1904(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return real_dates(meant.value, hand.rng.choice(_TIMES)) if meant.kind == DATE else []


def _serials(day: date, zero: date, hand: Hand) -> list[Spelt]:
    serial = (day - zero).days
    return [Typed(serial), Typed(serial), Typed(float(serial)), Typed(serial + hand.rng.choice([0.5, 0.25, 0.375]))]


@rule("date: serial numbers of Excel", "a date whose number format was lost", media=(XLSX,), counted=True)
def _serial(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return _serials(meant.value, DAY_ZERO_1900, hand) if meant.kind == DATE else []


@rule(
    "date: serial numbers of Excel for Mac",
    "counted from 1904, number format lost",
    media=(XLSX,),
    whole_delivery="1904",
    counted=True,
)
def _serial_1904(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return _serials(meant.value, DAY_ZERO_1904, hand) if meant.kind == DATE else []


@rule("date: yyyymmdd as a number of Excel", "20240710 in a cell", media=(XLSX,), kindred=True, counted=True)
def _digits(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return [Typed(int(f"{meant.value:%Y%m%d}"))] if meant.kind == DATE else []


def month_first_forms(day: date, at: time) -> list[Spelt]:
    half = "AM" if at.hour < 12 else "PM"
    hour = (at.hour + 11) % 12 + 1
    bare, padded = f"{day.month}/{day.day}/{day.year}", f"{day:%m/%d/%Y}"
    return [bare, padded, f"{bare} {hour}:{at:%M:%S} {half}", f"{padded} {at:%H:%M}", f"{bare} {at.hour}:{at:%M}"]


@rule("date: month first", "a whole delivery as American settings write it", whole_delivery="month first", counted=True)
def _month_first(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return month_first_forms(meant.value, time(0, 0)) if meant.kind == DATE else []


# --- yes and no ---


@rule("flag: TRUE and FALSE", "as text", counted=True)
def _true_false(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return (["TRUE", "true", "True"] if meant.value else ["FALSE", "false", "False"]) if meant.kind == FLAG else []


@rule("flag: Yes and No", "in words or one letter", counted=True)
def _yes_no(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return (
        (["Yes", "YES", "yes", "Y", "y"] if meant.value else ["No", "NO", "no", "N", "n"]) if meant.kind == FLAG else []
    )


@rule("flag: 1.0 and 0.0", "numbers with or without a fraction", counted=True)
def _one_zero(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return (["1.0", "1", "1.00"] if meant.value else ["0.0", "0", "0.00"]) if meant.kind == FLAG else []


@rule("flag: with a reason behind it", "Yes - agreed", counted=True)
def _reason(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != FLAG:
        return []
    if meant.value:
        return [
            "Yes - agreed with the child",
            "Y - carer unwell",
            "Yes: see notes",
            "YES - no room was free",
            "Yes (late)",
        ]
    return ["No - not this time", "N - not asked for", "No: see notes", "NO - yes was said in error", "No (see notes)"]


@rule("flag: booleans and numbers of Excel", "TRUE as a cell, not as text", media=(XLSX,), counted=True)
def _booleans(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != FLAG:
        return []
    return [Typed(meant.value), Typed(int(meant.value)), Typed(float(meant.value), "0.0")]


@rule("flag: cancelled in words", "Cancelled, Not cancelled", counted=True)
def _cancelled(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != FLAG or column.name != "cancelled":
        return []
    return ["Cancelled", "CANCELLED", "cancelled"] if meant.value else ["Not cancelled", "NOT CANCELLED"]


# --- codes ---

_OTHER_WORDS = [
    "as recorded on the system",
    "Child attends and speaks for themselves (see record)",
    "Recorded by the social worker, checked",
    "entry of the old system - migrated",
]


def _with_words(code: str, words: str) -> list[Spelt]:
    forms: list[Spelt] = [
        f"{code} - {words}",
        f"{code}: {words}",
        f"{code.lower()} - {words}",
        f"{code} \u2013 {words}",
    ]
    if re.fullmatch(r"[A-Z]+\d[A-Z0-9]*", code):  # a code that is no word of its own
        forms += [f"{code} {words}", f"{code}  {words.upper()}"]
    return forms


@rule("code: with its words behind it", "C2 - Full care order", counted=True)
def _code_words(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    words = column.codes.get(str(meant.value), "") if meant.kind == CODE else ""
    return _with_words(str(meant.value), words) if words else []


@rule("code: with other words behind it", "PN1 - Child attends ..., in a system's own words", counted=True)
def _code_other_words(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != CODE or not column.codes.get(meant.value):
        return []
    return [form for words in _OTHER_WORDS for form in _with_words(meant.value, words)]


@rule("code: the words alone", "Full care order", counted=True)
def _words_alone(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    words = words_alone(column).get(str(meant.value)) if meant.kind == CODE else None
    return [words, words.upper(), words.lower(), f" {words} ", words.replace(" ", "  ")] if words else []


@rule("code: lower case", "and blanks around it")
def _lower(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != CODE or meant.value.lower() == meant.value:
        return []
    return [meant.value.lower(), f" {meant.value.lower()} ", meant.value.capitalize(), f"{meant.value.lower()}{NBSP}"]


@rule("code: blanks inside", "PN 1, E 4A", counted=True)
def _inner_blanks(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    parts = re.fullmatch(r"([A-Z]+)(\d[A-Z0-9]*)", str(meant.value)) if meant.kind == CODE else None
    if parts is None:
        return []
    return [f"{parts[1]} {parts[2]}", f"{parts[1]}{NBSP}{parts[2]}", f"{parts[1].lower()}  {parts[2].lower()}"]


@rule("code: blanks for underscores", "STAGE 1, FACE TO FACE", kindred=True, counted=True)
def _underscores(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != CODE or "_" not in meant.value:
        return []
    blank = meant.value.replace("_", " ")
    return [blank, blank.capitalize(), blank.lower()]


@rule("code: a number with a fraction", "1.0 for 1", counted=True)
def _code_fraction(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return [f"{meant.value}.0", f"{meant.value}.00"] if meant.kind == CODE and meant.value.isdigit() else []


@rule("code: a number of Excel", "1 as a number", media=(XLSX,))
def _code_number(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != CODE or not meant.value.isdigit():
        return []
    return [Typed(int(meant.value)), Typed(float(meant.value), "0.00")]


# --- numbers and postcodes ---


@rule("number: thousands separators", "1,200 and 1,204.5", counted=True)
def _separators(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != NUMBER or meant.value < 1000:
        return []
    return [f"{meant.value:,}", f"{meant.value:,.1f}"] if meant.value == int(meant.value) else [f"{meant.value:,}"]


@rule("number: a fraction of zero", "12.0 for 12", counted=True)
def _fraction(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != NUMBER or meant.value != int(meant.value):
        return []
    return [f"{int(meant.value)}.0", f"{int(meant.value)}.00", f"{int(meant.value)}.000000"]


@rule("number: blanks around it", "no-break ones too")
def _number_blanks(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return [f" {text.strip()}", f"{text.strip()}{NBSP}", f"{NBSP}{text.strip()} "] if meant.kind == NUMBER else []


@rule("number: a number of Excel", "in whatever number format", media=(XLSX,))
def _number(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != NUMBER:
        return []
    whole = meant.value == int(meant.value)
    forms: list[Spelt] = [Typed(float(meant.value)), Typed(float(meant.value), "#,##0.00")]
    if whole:
        forms += [Typed(int(meant.value)), Typed(int(meant.value), "#,##0")]
    return forms


@rule("postcode: any blanks inside or none", "no-break ones too")
def _postcode_blanks(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != POSTCODE or not re.fullmatch(r"[A-Z]{1,2}\d[A-Z0-9]?\d[A-Z]{2}", meant.value):
        return []
    out, inward = meant.value[:-3], meant.value[-3:]
    blanks = [" ", "", "  ", NBSP, "\t", NARROW, ZERO_WIDTH, f" {NBSP}"]
    return [f"{out}{blank}{inward}" for blank in blanks] + [f"{NBSP}{out} {inward}{NBSP}"]


@rule("postcode: lower case", "tw9 1sl")
def _postcode_lower(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != POSTCODE:
        return []
    return [text.strip().lower(), text.strip().title(), meant.value.lower(), f" {text.strip().lower()} "]


# --- ids ---


@rule("id: upper and lower case mixed", "from row to row and file to file", counted=True)
def _id_case(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != ID or meant.value.lower() == meant.value:
        return []
    return [meant.value, meant.value.lower(), meant.value.capitalize()]


@rule("id: blanks around it", "no-break and zero-width ones too")
def _id_blanks(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    if meant.kind != ID:
        return []
    number = text.strip()
    return [f" {number}", f"{number} ", f"{number}{NBSP}", f"{NBSP}{number}", f"{number}\t", f"{number}{ZERO_WIDTH}"]


def _is_bare_number(number: str) -> bool:
    return number.isdecimal() and not number.startswith("0") and len(number) < 15


@rule("id: .0 in some files", "numbers that went through a program that counts", in_some_files=True, counted=True)
def _id_fraction(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return [f"{meant.value}.0"] if meant.kind == ID and _is_bare_number(meant.value) else []


@rule('id: ="00123"', "kept from Excel", media=(CSV,), in_some_files=True, counted=True)
def _id_formula(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return [Raw(f'="{text.strip()}"'), f'="{text.strip()}"'] if meant.kind == ID else []


@rule("id: an apostrophe before it", "kept from Excel", in_some_files=True, counted=True)
def _id_apostrophe(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    return [f"'{text.strip()}"] if meant.kind == ID else []


@rule("id: a number of Excel", "with the number format that shows its zeros", media=(XLSX,), in_some_files=True)
def _id_number(hand: Hand, column: Column, meant: Meaning, text: str) -> list[Spelt]:
    number = str(meant.value)
    if meant.kind != ID or not number.isdecimal() or len(number) >= 15:
        return []
    if number.startswith("0"):
        return [Typed(int(number), "0" * len(number))]
    return [Typed(int(number)), Typed(float(number), "0")]


# --- what stands around the table ---


def layout_rule(name: str, says: str, **more: object) -> Callable[..., None]:
    def add(layout: Callable[[Layout, Sheet, random.Random], None]) -> None:
        RULES[name] = Rule(name, says, layout=layout, **more)  # type: ignore[arg-type]

    return add


TITLES = [
    "Children looked after - extract for the SSDA903 return",
    "Report run 30/04/2025 09:12:44 by A. N. Officer",
    "OFFICIAL-SENSITIVE",
    "Year ending 31 March 2025",
    "Source: case system, live",
]


@layout_rule("above: titles and blank lines", "a report's title over the column names")
def _titles(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    lines: list[list[str]] = [[title] for title in rng.sample(TITLES, rng.randint(1, 4))]
    if rng.random() < 0.6:
        lines.insert(rng.randint(1, len(lines)), [])
    layout.above = lines


@layout_rule("above: sep=,", "the line by which Excel knows the separator", media=(CSV,))
def _sep(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    layout.above = [["sep=", ""]]


@layout_rule("above: text boxes of a report", "what SSRS exports before the table", media=(CSV,))
def _text_boxes(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    names = rng.choice([["Textbox1", "Textbox3"], ["textbox12"], ["Title", "RunDate", "Textbox7"]])
    values = ["Children looked after, all teams", "30/04/2025 09:12", "Page 1 of 1"][: len(names)]
    layout.above = [names, values, []]


@layout_rule("below: counts", "(5 rows affected), 5 records", may_reject_added_rows=True)
def _counts(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    n = len(sheet.rows)
    said = rng.choice(
        [f"({n} rows affected)", f"{n} records", f"({n} row(s) affected)", f"Row count: {n}", f"Records: {n}"]
    )
    layout.below = [[], [said]] if rng.random() < 0.6 else [[said]]
    if rng.random() < 0.3:
        layout.below += [[], ["Completion time: 2025-04-30T09:12:44.1234567+01:00"]]


@layout_rule("below: totals", "Total,5", may_reject_added_rows=True)
def _totals(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    n, width = str(len(sheet.rows)), len(sheet.names)
    word = rng.choice(["Total", "TOTAL", "Grand total", "Count", "Total:"])
    wide = [word, *[""] * (width - 2), n]
    layout.below = rng.choice([[[word, n]], [wide], [[], wide], [[f"Total {n}"]]])


@layout_rule("below: the end of a report", "a blank line and End of report", may_reject_added_rows=True)
def _end_of_report(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    layout.below = [[], [rng.choice(["End of report", "*** End of report ***", "Printed 30/04/2025", "Page 1 of 1"])]]


@layout_rule("lines: ends, blank lines, the mark of DOS", "LF or CRLF, blank lines between rows", media=(CSV,))
def _lines(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    layout.line_end = rng.choice(["\n", "\r\n"])
    layout.blank_lines = rng.random() < 0.5
    layout.ctrl_z = rng.random() < 0.3


@layout_rule("encoding: UTF-16", "what Excel calls Unicode text, with its mark", media=(CSV,))
def _utf_16(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    layout.encoding = rng.choice(["utf-16-le", "utf-16-le", "utf-16-be"])


@layout_rule("encoding: UTF-8 with a mark, or Windows-1252", "a file of each", media=(CSV,))
def _encoding(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    layout.encoding = rng.choice(["utf-8-sig", "cp1252"])


@layout_rule("quoting: everything", "quotation marks around every value", media=(CSV,))
def _quoting(layout: Layout, sheet: Sheet, rng: random.Random) -> None:
    layout.quote_all = True


# How tables are put into workbooks is up to `rewrite`.
RULES["workbook: a file for each table"] = Rule("workbook: a file for each table", "saved as XLSX", media=(XLSX,))
RULES["workbook: all tables in one"] = Rule("workbook: all tables in one", "a sheet for each", media=(XLSX,))


# --- the table as a whole ---


def sheet_rule(name: str, says: str, **more: object) -> Callable[..., None]:
    def add(change: Callable[[Sheet, random.Random], int]) -> None:
        RULES[name] = Rule(name, says, sheet=change, **more)  # type: ignore[arg-type]

    return add


@sheet_rule("columns: in another order", "no name changes")
def _column_order(sheet: Sheet, rng: random.Random) -> int:
    if sheet.ragged or len(sheet.names) < 2:
        return 0
    order = list(range(len(sheet.names)))
    while order == sorted(order):
        rng.shuffle(order)
    sheet.names = [sheet.names[at] for at in order]
    sheet.columns = [sheet.columns[at] for at in order]
    sheet.rows = [[row[at] for at in order] for row in sheet.rows]
    return 1


@sheet_rule("columns: more than are asked for", "of any content, dates month first among it")
def _more_columns(sheet: Sheet, rng: random.Random) -> int:
    if sheet.ragged:
        return 0
    contents: dict[str, list[Spelt]] = {
        "TEAM": ["North, West", "South", "", "NULL"],
        "CASE STATUS": ['Said "open"', "Closed", "-"],
        "EXPORTED AT": ["4/30/2025 9:12:44 AM", "12/31/2024", "1/13/2025"],
        "LONG NUMBER": ["1.23457E+11", "1.00235E+11"],
        "COMMENTS": ["see ICS", "=1+1", "31/02/2021", ""],
        "TOTAL": ["5", "1,200"],
    }
    for name in rng.sample(sorted(contents), rng.randint(1, 4)):
        at = rng.randint(0, len(sheet.names))
        sheet.names.insert(at, name)
        sheet.columns.insert(at, None)
        for row in sheet.rows:
            row.insert(at, rng.choice(contents[name]))
    return 1


@sheet_rule("columns: names in other cases, with blanks around", "and a no-break one")
def _headings(sheet: Sheet, rng: random.Random) -> int:
    def spelt(name: str) -> str:
        bare = name.strip().strip("\ufeff").strip()
        return rng.choice(
            [bare.lower(), bare.upper(), bare.title(), f" {bare} ", f"{bare}  ", f"{bare}{NBSP}", f"\t{bare}"]
        )

    sheet.names = [spelt(name) for name in sheet.names]
    return 1


@sheet_rule("rows: in another order", "those of one child stay in theirs")
def _row_order(sheet: Sheet, rng: random.Random) -> int:
    of_child = next((at for at, c in enumerate(sheet.columns) if c and c.name in ("child", "child_id")), None)
    key = next((at for at, c in enumerate(sheet.columns) if c and c.is_key), None)

    def group(row: list[Spelt]) -> str:
        for kind, at in (("child", of_child), ("key", key)):
            if at is not None and at < len(row) and str(row[at]).strip():
                return f"{kind} {str(row[at]).strip().upper()}"
        return ""

    labels = [group(row) for row in sheet.rows]
    waiting: dict[str, list[list[Spelt]]] = {}
    for label, row in zip(labels, sheet.rows, strict=True):
        waiting.setdefault(label, []).append(row)
    rng.shuffle(labels)
    before = sheet.rows
    sheet.rows = [waiting[label].pop(0) for label in labels]
    return int(sheet.rows != before)


MIX = "a mix of all rules"
# Without what a whole delivery has or has not.
MIXED = [name for name, each in RULES.items() if not each.whole_delivery and not name.startswith("workbook:")]
