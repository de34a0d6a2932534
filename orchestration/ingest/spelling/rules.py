"""The rules of spelling as data: which words, days and lines stand for what."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from orchestration.settings import REPOSITORY

RULES_FILE = REPOSITORY / "seeds" / "spelling" / "spelling_rules.csv"

BLANKS = (
    " \t\n\r\x0b\x0c\x00\x1c\x1d\x1e\x1f\x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202c\u202f\u205f\u2060\u3000\ufeff\xad"
)
"""Everything that shows as nothing: blanks of every width, marks of direction, the byte of nought."""

_NO_LETTER = re.compile(r"[-\u2013\u2014_./\\\s]+")
"""Dashes, dots and strokes: a ruling, or the mask of a date in which nothing was entered."""


@dataclass(frozen=True)
class Rule:
    """One line of the rules: a word, day, year or pattern, for which kinds of columns, and what it is read as."""

    rule_id: str
    kinds: frozenset[str]
    """Empty for every kind."""
    columns: re.Pattern[str] | None
    match: str
    pattern: str
    read_as: str

    def concerns(self, column: str, kind: str) -> bool:
        """Say whether the rule is for a column of this name and kind."""
        return (not self.kinds or kind in self.kinds) and (not self.columns or bool(self.columns.fullmatch(column)))


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every line of the rules."""
    with RULES_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Rule(
                row["rule_id"],
                frozenset(filter(None, row["kinds"].split(";"))),
                re.compile(row["columns"]) if row["columns"] else None,
                row["match"],
                row["pattern"],
                row["read_as"],
            )
            for row in csv.DictReader(file)
        )


def _of(match: str, rule_id: str, column: str, kind: str) -> list[Rule]:
    return [
        rule for rule in all_rules() if rule.match == match and rule.rule_id == rule_id and rule.concerns(column, kind)
    ]


@cache
def blank_words(column: str, kind: str) -> frozenset[str]:
    """Return the words that stand for a blank in a column, in small letters."""
    return frozenset(rule.pattern for rule in _of("word", "word_for_blank", column, kind))


def stands_for_blank(text: str, words: frozenset[str]) -> bool:
    """Say whether a text without outer blanks stands for nothing in a column with these words for it."""
    return text.lower() in words or bool(_NO_LETTER.fullmatch(text))


def is_blank(text: str, column: str, kind: str) -> bool:
    """Say whether a text stands for nothing in a column."""
    plain = text.strip(BLANKS)
    return not plain or stands_for_blank(plain, blank_words(column, kind))


@cache
def sentinel_days(column: str, kind: str) -> frozenset[date]:
    """Return the days that stand for no day at all in a column."""
    return frozenset(date.fromisoformat(rule.pattern) for rule in _of("day", "sentinel_date", column, kind))


@cache
def endless(column: str, kind: str) -> Callable[[date], bool]:
    """Return what says of a day in a column of ends that it stands for none."""
    years = {int(rule.pattern) for rule in _of("year", "far_future_end", column, kind)}
    days = {date.fromisoformat(rule.pattern) for rule in _of("day", "far_future_end", column, kind)}
    turns = [int(rule.pattern) for rule in _of("turn_of_year_from", "far_future_end", column, kind)]
    return lambda day: (
        day.year in years
        or day in days
        or any(day.year >= first and (day.month, day.day) in ((1, 1), (12, 31)) for first in turns)
    )


@cache
def matters(column: str, kind: str) -> bool:
    """Say whether figures would be wrong if nobody understood what stands in a column."""
    return any(rule.concerns(column, kind) for rule in all_rules() if rule.rule_id == "not_understood")


@cache
def most_not_understood() -> tuple[float, int]:
    """Return the share and the least number of a column's values that nobody understands, from which it is told."""
    with (REPOSITORY / "seeds" / "quality" / "delivery_bounds.csv").open(encoding="utf-8", newline="") as file:
        (bound,) = [row for row in csv.DictReader(file) if row["bound_id"] == "column_not_understood"]
    return float(bound["share"]), int(bound["least"])


@cache
def yes_no_words(column: str) -> dict[str, str]:
    """Return the words that say yes (Y) or no (N) in a column, in small letters."""
    return {rule.pattern: rule.read_as for rule in _of("word", "yes_no_word", column, "flag")}


@cache
def footers() -> re.Pattern[str]:
    """Return the pattern of the first words of a line that stands below a table."""
    patterns = [rule.pattern for rule in all_rules() if rule.match == "footer"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
