"""Dates: every form with exactly one meaning, and of the forms with two the evidence for the one or the other.

A date is given back as yyyy-mm-dd. Whatever stands behind the day (a time, a zone) is passed over: the day as it was
written is the day that is meant.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day_first", "month_first", "year_first"
YEARS_AHEAD = 10
"""A year of two digits is the latest such year up to this many years after the extract."""

LIFETIMES = range(1900, 2100)
"""Years in which something of a child or of the service can lie; another is a slip of the keys."""

_EITHER = "either"
_REMEMBERED = 50_000
"""Dates recur from file to file; more different ones than a century has days are none that recur."""

_CLOCK = r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,:]\d{1,9})?)?\s*(?:[AP]\.?M\.?)?|\d{1,2}\s*[AP]\.?M\.?)"
_ZONE = r"(?:Z|UTC|(?:GMT|BST)?(?:[+-]\d{2}:?\d{2})?)(?:\s\([A-Za-z ]+\))?"
_TIME = rf"(?:(?:[T,:]|\s(?:at\s)?)\s*{_CLOCK}\s*{_ZONE})?"
"""A time of day as people and programs put it behind a day: SAS with a colon, JavaScript with its zone in words."""
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = r"(?P<month>[A-Za-z]{3,9})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_BETWEEN = r"\s*[-/. ,]\s*"
_FLAGS = re.IGNORECASE

_PLAIN = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{1,2}-\d{1,2}")
"""What staging reads as it is."""
USUAL = re.compile(r"\d\d/\d\d/(?:19[1-689]|20[0-3])\d|(?:19[1-689]|20[0-3])\d-\d\d-\d\d")
"""Of these, days of a lifetime, none of which stands for nothing: most of all dates, day first."""
_NUMERIC = re.compile(_WEEKDAY + r"(\d{1,2})(?P<sign>[/.-])(\d{1,2})(?P=sign)(\d{4})" + _TIME, _FLAGS)
_NUMERIC_SHORT = re.compile(_WEEKDAY + r"(\d{1,2})(?P<sign>[/.])(\d{1,2})(?P=sign)(\d{2})" + _TIME, _FLAGS)
"""Not with hyphens: 10-07-24 may be a year first."""
_YEAR_FIRST = re.compile(r"(\d{4})(?P<sign>[-/.])(\d{1,2})(?P=sign)(\d{1,2})" + _TIME, _FLAGS)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{6}(?:\.\d+)?Z?|" + _TIME + ")", _FLAGS)
_MAYBE_BETWEEN = f"(?:{_BETWEEN})?"
_IN_WORDS = (
    re.compile(
        _WEEKDAY + _DAY + r"(?:\s+of)?" + _MAYBE_BETWEEN + _MONTH + r"\.?" + _MAYBE_BETWEEN + _YEAR + _TIME, _FLAGS
    ),
    re.compile(_WEEKDAY + _MONTH + r"\.?" + _BETWEEN + _DAY + _BETWEEN + _YEAR + _TIME, _FLAGS),
    re.compile(r"(?P<year>\d{4})" + _BETWEEN + _MONTH + _BETWEEN + _DAY + _TIME, _FLAGS),
    re.compile(_WEEKDAY + _MONTH + r"\s" + _DAY + rf"\s{_CLOCK}\s(?:[A-Z]{{3,4}}\s)?(?P<year>\d{{4}})", _FLAGS),
)


_AS_UTC = re.compile(r"(\d{4}-\d\d-\d\d)[T ](00|23):00(?::00(?:\.0+)?)?\s*(?:Z|UTC|[+-]00:?00)", _FLAGS)


@dataclass(frozen=True)
class Reading:
    """The day that a text means, and the rule that it took; the rule is None where staging reads the text as it is."""

    day: date
    rule_id: str | None


@dataclass
class Evidence:
    """How many distinct dates of a column can only be day first or only month first, and how many may be either."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def add(self, other: "Evidence") -> None:
        """Take in the evidence of another column."""
        self.day_first += other.day_first
        self.month_first += other.month_first
        self.either += other.either


def numeric_parts(text: str) -> tuple[int, int, str] | None:
    """Return the first and second number and the year of a date of three numbers with the year last."""
    match = _NUMERIC.fullmatch(text) or _NUMERIC_SHORT.fullmatch(text)
    return (int(match[1]), int(match[3]), match[4]) if match else None


def evidence(texts: Iterable[str]) -> Evidence:
    """Weigh the dates of a column that are three numbers with the year last."""
    shown = Counter(map(_shown, texts))
    return Evidence(shown[DAY_FIRST], shown[MONTH_FIRST], shown[_EITHER])


@lru_cache(_REMEMBERED)
def _shown(text: str) -> str | None:
    parts = numeric_parts(text)
    if parts is None:
        return None
    first, second, _ = parts
    if 12 < first <= 31 and 1 <= second <= 12:
        return DAY_FIRST
    if 12 < second <= 31 and 1 <= first <= 12:
        return MONTH_FIRST
    return _EITHER if 1 <= first <= 12 and 1 <= second <= 12 and first != second else None


@lru_cache(_REMEMBERED)
def read_date(text: str, order: str, latest_year: int) -> Reading | None:
    """Return the day that a text without outer blanks means, or None where it has no one meaning.

    `order` tells how three numbers with the year last are read; `latest_year` is the last year that two digits can be.
    """
    if match := _YEAR_FIRST.fullmatch(text):
        return _reading(
            _day(match[1], match[3], match[4], latest_year), None if _PLAIN.fullmatch(text) else "date_form"
        )
    if parts := numeric_parts(text):
        first, second, year = parts
        numbers = (second, first) if order == MONTH_FIRST else (first, second)
        day = _day(year, numbers[1], numbers[0], latest_year)
        if day is None:
            return None
        if order == MONTH_FIRST:
            return Reading(day, "month_first")
        if len(year) == 2:
            return Reading(day, "two_digit_year")
        return Reading(day, None if _PLAIN.fullmatch(text) else "date_form")
    if (match := _COMPACT.fullmatch(text)) and 1900 <= int(match[1]) <= 2100:
        return _reading(_day(match[1], match[2], match[3], latest_year), "date_form")
    for pattern in _IN_WORDS:
        if match := pattern.fullmatch(text):
            month = _month(match["month"]) or 0
            day = _day(match["year"], month, match["day"], latest_year)
            if day:
                return Reading(day, "two_digit_year" if len(match["year"]) == 2 else "date_form")
    return None


def english_midnights(texts: Collection[str]) -> dict[str, date]:
    """Return the day in England that each text means, where all times of a column are English midnights told as UTC.

    In summer those are 23:00 of the day before. Where one is at another time they are times, and the day as written is
    the one that is meant: the result is empty.
    """
    meant: dict[str, date] = {}
    for text in texts:
        match = _AS_UTC.fullmatch(text)
        try:
            day = date.fromisoformat(match[1]) if match else None
        except ValueError:
            day = None
        if match is None or day is None:
            return {}
        spring, autumn = _last_sunday(day.year, 3), _last_sunday(day.year, 10)
        if match[2] == "23" and spring <= day < autumn:
            meant[text] = day + timedelta(days=1)
        elif match[2] == "23" or spring < day <= autumn:
            return {}
    return meant


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _reading(day: date | None, rule_id: str | None) -> Reading | None:
    return None if day is None else Reading(day, rule_id)


def _month(word: str) -> int | None:
    lower = word.lower()
    if lower in _LONG:
        return _LONG.index(lower) + 1
    short = "sep" if lower == "sept" else lower
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def _day(year: str, month: int | str, day: int | str, latest_year: int) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += latest_year // 100 * 100
        number -= 100 if number > latest_year else 0
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
