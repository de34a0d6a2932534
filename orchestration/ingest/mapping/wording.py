"""How alike two headings or two descriptions of a code are. What stands for the same is data: `synonyms.csv`."""

import csv
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from orchestration.ingest.mapping.model import normal
from orchestration.ingest.mapping.specification import code_lists

SYNONYMS = Path(__file__).with_name("synonyms.csv")
"""Its kinds: `table`, `column` and `code` are other names of ours; `word` is a word for another one, `heading_word` in
headings only; `filler` says nothing; `plain` names nobody, so that it may be shown; `shared` is a column that may have
the heading of another one; `only_rows` and `other_rows` are values of the rows that do and do not belong."""

_OF_VALUES = ("code", "only_rows", "other_rows")
"""The kinds that stand for values; among the words of headings are names of products and of posts."""


@cache
def synonyms(kind: str) -> tuple[tuple[str, str, str], ...]:
    """Return the synonyms of one kind: what they are of (blank: anything), the name, and what stands for it."""
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        return tuple((row["of"], row["name"], row["synonym"]) for row in csv.DictReader(file) if row["kind"] == kind)


def words(text: str) -> list[str]:
    """Return the words of a text in small letters, with those apart that a system runs together (ReviewDate)."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return re.findall(r"[^\W_]+", parted.casefold().replace("'", "").replace("\u2019", ""))


@lru_cache(10_000)
def heading_words(text: str) -> tuple[str, ...]:
    """Return what a heading says, in words that stand for all others that mean the same."""
    return tuple(dict.fromkeys(word for word in _canonical(text, True) if word not in _fillers("heading")))


@lru_cache(50_000)
def heading_likeness(heading: str, name: str) -> float:
    """Return how alike two headings are, from 0 to 1."""
    ours, theirs = heading_words(name), heading_words(heading)
    if not ours or not theirs:
        return 0.0
    whole = fuzz.token_sort_ratio(" ".join(theirs), " ".join(ours)) / 100
    # A heading that says all that ours says, and more, is likely the same; one word of many says little.
    inside = 0.9 if len(ours) > 1 and set(ours) <= set(theirs) else 0.0
    return max(whole, inside)


@lru_cache(10_000)
def code_words(text: str) -> frozenset[str]:
    """Return what the description of a code says."""
    found = _canonical(text, False)
    return frozenset(word for word in found if word not in _fillers("code")) or frozenset(found)


@lru_cache(50_000)
def code_likeness(value: str, alternative: str) -> float:
    """Return how alike two descriptions of a code are, from 0 to 1; a denial is never like its opposite."""
    theirs, ours = code_words(value), code_words(alternative)
    if not theirs or not ours:
        return 0.0
    numbers, others = ({word for word in said if word.isdigit()} for said in (theirs, ours))
    if numbers and others and numbers != others:
        return 0.0
    if ("absent" in theirs and "attend" in ours) or ("attend" in theirs and "absent" in ours):
        return 0.0
    shared = sum(1 for word in theirs if word in ours or _nearly(word, ours))
    likeness = min(1.0, 2 * shared / (len(theirs) + len(ours)))
    return likeness if ("no" in theirs) == ("no" in ours) else 0.6 * likeness


@cache
def vocabulary(*of: str) -> frozenset[str]:
    """Return the words that may be shown of a code list or column: its own, and those that name nobody anywhere.

    The words of other lists may be somebody's name (Amber is a rating), so they are left out.
    """
    found: set[str] = set()
    for code_set, codes in code_lists().items():
        if code_set in of:
            for code, description in codes.items():
                found.update(words(code), words(description))
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] in ("word", "filler", "plain") or (row["kind"] in _OF_VALUES and row["of"] in of):
                found.update(words(row["name"]), words(row["synonym"]))
    return frozenset(found)


def may_be_shown(value: str, *of: str) -> bool:
    """Say whether a value consists of words of the vocabulary alone, and is short: a category and no free text."""
    said = words(value)
    known = vocabulary(*of)
    return 0 < len(said) <= 25 and len(value) <= 150 and all(word in known or _plural(word) in known for word in said)


@cache
def _fillers(of: str) -> frozenset[str]:
    return frozenset(word for kind, _, word in synonyms("filler") if kind in ("", of))


def _canonical(text: str, is_heading: bool) -> list[str]:
    said = f" {' '.join(words(text.replace('&', ' and ')))} "
    for pattern, name in _replacements(is_heading):
        said = pattern.sub(name, said)
    return said.split()


@cache
def _replacements(is_heading: bool) -> list[tuple[re.Pattern[str], str]]:
    """Return what replaces what, the longest first, so that 'does not attend' comes before 'attend'."""
    pairs = [(synonym, name) for _, name, synonym in synonyms("word")]
    if is_heading:
        pairs += [(synonym, name) for _, name, synonym in synonyms("heading_word")]
    return [
        (re.compile(rf"(?<= ){re.escape(' '.join(words(synonym)))}(?= )"), name)
        for synonym, name in sorted(pairs, key=lambda pair: -len(words(pair[0])))
    ]


def _nearly(word: str, others: Iterable[str]) -> bool:
    """Say whether a word is one of the others but for its ending or a slip."""
    return len(word) > 3 and any(len(other) > 3 and fuzz.ratio(word, other) >= 84 for other in others)


def _plural(word: str) -> str:
    return word.removesuffix("s")


def is_blank(value: str | None) -> bool:
    """Say whether a value is blank."""
    return value is None or not normal(value)
