"""How one value of each kind of column is spelt: codes, flags, numbers, ids, postcodes. Dates have their own module.

Each function takes a text without outer blanks and returns what it is read as and the rule that changed it, or the text
itself and None. What has no one meaning stays as it was delivered, and the rules of staging judge it.
"""

import csv
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from orchestration.ingest.spelling.rules import BLANKS, yes_no_words
from orchestration.ingest.tables import ColumnSpec
from orchestration.settings import REPOSITORY

_ANY_BLANKS = re.compile(f"[{re.escape(BLANKS)}]+")
_ODD_BLANKS = re.compile(f"[{re.escape(BLANKS.replace(' ', ''))}]")

Spelt = tuple[str, str | None]
"""What a value is read as, and the rule that changed it."""

_BLANK = "(blank)"
"""How a list writes that a blank is an answer too."""
_SEEDS = REPOSITORY / "seeds"
_LOCATIONS = {"IN": "Inside the authority", "OUT": "Outside the authority"}
_BEFORE_WORDS = r"(?P<sign>\s*[-\u2013\u2014:=|(]\s*|\s*[,.;]\s+|\s+)(?P<words>.+)"
_WITH_WORDS = re.compile(r"(?P<code>[A-Za-z0-9_]{1,22})" + _BEFORE_WORDS, re.DOTALL)
_TWO_PARTS = re.compile(r"(?P<code>[A-Za-z]{1,3}\s\d{1,2}[A-Za-z]?)" + _BEFORE_WORDS, re.DOTALL)
_BEHIND_WORDS = re.compile(
    r"(?P<words>.*[^\W_].*?)\s*[-\u2013\u2014:|(\[]\s*(?P<code>[A-Za-z0-9_]{1,22})\s*[)\]]?", re.DOTALL
)
_LONGEST_WORDS = 200
_AROUND_CODE = " .,;:[](){}<>"
_WITH_REASON = re.compile(
    r"(?P<word>[a-z0-9 ]+?)(?:\s*[-\u2013\u2014:;,(]\s*|\s*\.\s+|\s+(?:because|due to|as)\s+)\S.*", re.DOTALL
)
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")
_PER_CENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0+)?")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_A_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")
_ABOUT = re.compile(
    r"(?:(?:c|ca|circa|approx|approximately|about|around|roughly)\b\.?|~)?\s*(?P<number>\d[\d,]*)\s*"
    r"(?:\+|people|persons|attendees|children|young people|carers|attended)?",
    re.IGNORECASE,
)
"""How a head count is told: c. 30, 30+, 12 children."""
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}")
_PROTECTED = re.compile(r'="(.*)"', re.DOTALL)
_PLAIN = {
    "id": re.compile(r"(?=.*\d)[A-Z0-9]+(?:[-/][A-Z0-9]+)*"),
    "number": re.compile(r"\d+(?:\.\d*[1-9])?"),
    "postcode": re.compile(r"[A-Z]{1,2}\d[A-Z0-9]? ?\d[A-Z]{2}"),
}
"""Texts that no rule changes: none of them is a word for nothing, and nothing in them needs a second look."""
_MOST_POSTS = 1.5
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_BEYOND_EXCEL = 1e15
"""Excel keeps fifteen digits of a number and makes the others nought."""


class CodeList(NamedTuple):
    """A code list as one collection year uses it."""

    codes: frozenset[str]
    compact: dict[str, str]
    """The codes without blanks, underscores and hyphens; none where two are alike so."""
    words: dict[str, str]
    """The words that mean one code alone."""


@cache
def code_list(code_set: str, column: str, collection_year: int) -> CodeList:
    """Return a code list; of two codes with the same words that of the collection year has them."""
    found: dict[str, tuple[str, bool]] = {}
    if column == "pl_location":
        found = {code: (words, True) for code, words in _LOCATIONS.items()}
    for name in ("ssda903_codes", "iro_codes"):
        for row in _rows(f"codesets/{name}.csv"):
            if row["code_set"] == code_set and row["code"] != _BLANK:
                first, last = int(row["valid_from"] or 0), int(row["valid_to"] or 9999)
                found[row["code"]] = (row["description"], first <= collection_year <= last)
    if code_set == "placement_la":
        for row in _rows("reference/authorities.csv"):
            found[row["la_code"]] = (row["la_name"], True)
            found.setdefault(row["ons_code"], ("", True))
    compact: dict[str, set[str]] = {}
    words: dict[str, list[tuple[str, bool]]] = {}
    for code, (description, is_valid) in found.items():
        compact.setdefault(_without_blanks(code), set()).add(code)
        if description:
            words.setdefault(normal_words(description), []).append((code, is_valid))
    meant: dict[str, str] = {}
    for said, candidates in words.items():
        valid = [code for code, is_valid in candidates if is_valid] or [code for code, _ in candidates]
        if len(valid) == 1:
            meant[said] = valid[0]
    return CodeList(
        frozenset(found), {key: next(iter(codes)) for key, codes in compact.items() if len(codes) == 1}, meant
    )


def spell_code(text: str, codes: CodeList) -> Spelt:
    """Read a code in small letters, with blanks inside, `.0` or its words behind it, or the words alone."""
    if text in codes.codes:
        return text, None
    upper = text.upper().strip(_AROUND_CODE)
    if upper in codes.codes:
        return upper, "code_case"
    if match := _WHOLE_NUMBER.fullmatch(text):
        return (match[1], "code_case") if match[1] in codes.codes else (text, None)
    if (code := codes.compact.get(_without_blanks(upper))) is not None:
        return code, "code_case"
    said = normal_words(text)
    if said in codes.words:
        return codes.words[said], "words_for_code"
    for pattern in (_WITH_WORDS, _TWO_PARTS):
        match = pattern.fullmatch(text)
        code = match and codes.compact.get(_without_blanks(match["code"].upper()))
        if match and code and _is_the_code(code, match["sign"], match["words"], codes):
            return code, "code_with_words"
    if len(text) <= _LONGEST_WORDS and (match := _BEHIND_WORDS.fullmatch(text)):
        code = codes.compact.get(_without_blanks(match["code"].upper()))
        if code and _is_the_code(code, "", match["words"], codes):
            return code, "code_with_words"
    if len(said) >= 10 and " " in said:
        begun = {code for words, code in codes.words.items() if words.startswith(said)}
        if len(begun) == 1:
            return begun.pop(), "words_for_code"
    return text, None


def _is_the_code(code: str, sign: str, words: str, codes: CodeList) -> bool:
    """Say whether words beside a code are about it: a letter or word alone may be the first word of something else."""
    # `Green -> Red` went from the one to the other, and `Amber - Red` may be either.
    if words.lstrip().startswith(">") or _other_than(code, words, codes):
        return False
    others = {codes.compact.get(_without_blanks(word.upper())) for word in re.findall(r"[A-Za-z0-9]+", words)}
    if any(other and other != code and any(letter.isdigit() for letter in other) for other in others):
        return False
    if sign.strip() or any(letter.isdigit() for letter in code):
        return True
    meant: str | None = codes.words.get(normal_words(words))
    return bool(meant == code)


def _other_than(code: str, words: str, codes: CodeList) -> bool:
    """Say whether words are nothing but another code of the list; a letter alone may be the same in another year's."""
    plain = words.strip().strip(_AROUND_CODE)
    return len(plain) > 1 and codes.compact.get(_without_blanks(plain.upper()), code) != code


def spell_flag(text: str, spec: ColumnSpec) -> Spelt:
    """Read a yes or no as the column has it: Y and N, or 1 and 0."""
    yes, no = ("Y", "N") if spec.code_set == "yes_no" else ("1", "0")
    if text in (yes, no):
        return text, None
    words = yes_no_words(spec.name)
    said = _ANY_BLANKS.sub(" ", text.lower())
    if match := _WHOLE_NUMBER.fullmatch(said):
        said = match[1]
    meant = words.get(said)
    if meant is None and (match := _WITH_REASON.fullmatch(said)):
        meant = words.get(match["word"].strip())
    return ({"Y": yes, "N": no}[meant], "yes_no_word") if meant else (text, None)


def spell_number(text: str) -> Spelt:
    """Read a number with thousands separators, blanks inside or `.0` behind."""
    plain = _ANY_BLANKS.sub(" ", text)
    if match := _WHOLE_NUMBER.fullmatch(plain):
        return match[1], "number_form"
    if _THOUSANDS.fullmatch(plain):
        return plain.replace(",", "").replace(" ", ""), "number_form"
    return text, None


def spell_head_count(text: str) -> Spelt:
    """Read how many came, which people tell with about, + or a noun; left out of a sum it would be none who came."""
    match = _ABOUT.fullmatch(_ANY_BLANKS.sub(" ", text))
    number, rule = spell_number(match["number"] if match else text)
    return number, ("number_form" if number != text else rule)


def spell_share(text: str) -> Spelt:
    """Read a full-time equivalent, which may be told in per cent."""
    if match := _PER_CENT.fullmatch(text):
        return f"{float(match[1]) / 100:g}", "number_form"
    return spell_number(text)


def unprotected(text: str) -> str:
    """Return a text without what protects it from a spreadsheet or says that it is text: ="01002", '01002, '01002'."""
    if match := _PROTECTED.fullmatch(text):
        return match[1].strip(BLANKS)
    bare = text.lstrip("'`\u2019")
    return (bare.removesuffix("'") if bare != text else text).strip(BLANKS)


def spell_id(text: str) -> Spelt:
    """Read a number of a person or record in the one spelling: capitals, no blanks, nothing that protects it."""
    read = _ANY_BLANKS.sub("", unprotected(text))
    if not read.isascii():
        read = _DASHES.sub("-", unicodedata.normalize("NFKC", read))
    read = read.upper()
    if _GROUPED.fullmatch(read):
        read = read.replace(",", "")
    if match := _WHOLE_NUMBER.fullmatch(read):
        read = match[1]
    return read, ("id_form" if read != text else None)


def is_scientific(text: str) -> bool:
    """Say whether an id is a number that Excel has shortened: 1.00235E+11."""
    return bool(_SCIENTIFIC.fullmatch(text.upper()))


def is_beyond_excel(number: float) -> bool:
    """Say whether a number in a cell has more digits than Excel keeps, so that its last ones are lost."""
    return abs(number) >= _BEYOND_EXCEL


def spell_postcode(text: str) -> Spelt:
    """Read a postcode with blanks of other kinds than the one in its middle."""
    if _ODD_BLANKS.search(text):
        return _ANY_BLANKS.sub("", text), "postcode_blanks"
    return text, None


def plain_values(spec: ColumnSpec, collection_year: int) -> Callable[[str], object]:
    """Return what says of most values of a column, quickly, that they are spelt as they are read."""
    if spec.kind == "code":
        return code_list(spec.code_set, spec.name, collection_year).codes.__contains__
    if spec.kind == "flag":
        return {"Y", "N"}.__contains__ if spec.code_set == "yes_no" else {"0", "1"}.__contains__
    if spec.name == "fte":
        return {"1", "0.5"}.__contains__
    return _PLAIN[spec.kind].fullmatch if spec.kind in _PLAIN else _never


def understood(spec: ColumnSpec, collection_year: int) -> Callable[[str], object]:
    """Return what says of a value, once spelt, that its column can hold it; dates have their own module."""
    if spec.kind in ("code", "flag"):
        return plain_values(spec, collection_year)
    if spec.name == "fte":  # hours of a week are none
        return lambda text: _A_NUMBER.fullmatch(text) and float(text) <= _MOST_POSTS
    return _A_NUMBER.fullmatch if spec.kind == "number" else _always


def _always(_: str) -> bool:
    return True


def _never(_: str) -> None:
    return None


def speller(spec: ColumnSpec, collection_year: int) -> Callable[[str], Spelt] | None:
    """Return how values of a column are spelt; None for free text, and for dates, which have their own module."""
    if spec.kind == "code":
        codes = code_list(spec.code_set, spec.name, collection_year)
        return lambda text: spell_code(text, codes)
    if spec.kind == "flag":
        return lambda text: spell_flag(text, spec)
    if spec.name == "fte":
        return spell_share
    if spec.kind == "number" and "attend" in spec.name:
        return spell_head_count
    return {"number": spell_number, "id": spell_id, "postcode": spell_postcode}.get(spec.kind)


def normal_words(text: str) -> str:
    """Return words as they are compared: small letters, without signs."""
    return _NOT_WORDS.sub(" ", text.lower().replace("\u2019", "").replace("'", "")).strip()


def _without_blanks(code: str) -> str:
    return re.sub(r"[\s_\-]+", "", _ANY_BLANKS.sub("", code))


@cache
def _rows(path: str) -> tuple[dict[str, str], ...]:
    with (_SEEDS / path).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
