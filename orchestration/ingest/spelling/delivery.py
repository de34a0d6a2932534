"""Spell what a delivery's files hold: every column by its kind, dates by the evidence of the whole delivery."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from orchestration.ingest.readers.part import Part
from orchestration.ingest.spelling.dates import (
    DAY_FIRST,
    LIFETIMES,
    MONTH_FIRST,
    USUAL,
    YEARS_AHEAD,
    Evidence,
    Reading,
    english_midnights,
    evidence,
    numeric_parts,
    read_date,
)
from orchestration.ingest.spelling.rules import (
    BLANKS,
    blank_words,
    endless,
    matters,
    most_not_understood,
    sentinel_days,
    stands_for_blank,
)
from orchestration.ingest.spelling.values import (
    Spelt,
    is_scientific,
    plain_values,
    spell_id,
    speller,
    understood,
    unprotected,
)
from orchestration.ingest.tables import ColumnSpec, table_specs

_DATES = ("date", "partial_date")
_PEOPLE = {"child", "child_id", "iro_id"}
_CERTAIN = 2
"""Distinct dates that can only be month first, without which a delivery is not taken to be written so."""
_LONGEST = {"date": 100, "partial_date": 100}
_LONGEST_OTHER = 1_000
"""Characters of a value that may have a meaning; what is longer stays as it is."""
_MANY_BLANKS = re.compile(r"\s{20}")
"""Nobody writes so many between two words, and the patterns would try each of them against each other."""
_ENOUGH = 5
"""Dates of which a single contrary one is a slip."""
_FEW = 0.1
"""The share of contrary dates that are taken for slips of the pen rather than for another order."""


@dataclass
class _Column:
    """A column of a part: its distinct values without blanks, and what the rules make of them."""

    part: Part
    spec: ColumnSpec
    texts: dict[str, str]
    """Each distinct delivered value that is not blank, and the same without outer blanks; dates only."""
    changed: dict[str, Spelt]
    """Each distinct delivered value that is read otherwise, and what it is read as by which rule."""
    has_scientific: bool = False
    """Whether a number in scientific notation is among the values."""
    unread: set[str] = field(default_factory=set)
    """Distinct delivered values that are nothing the column can hold."""
    order: str | None = None
    found: Evidence = field(default_factory=Evidence)


def spell(parts: Sequence[Part], dataset: str, collection_year: int, extracted_on: date) -> None:
    """Spell the columns of a delivery's parts in place; a part whose numbers or dates are lost is rejected.

    Where most of a column is nothing that it can hold, that is counted too, and the gate holds the delivery.

    A changed column keeps what was delivered in `Part.as_delivered`, and `Part.spelling` counts the cells by column and
    rule.
    """
    columns = []
    for part in parts:
        if part.table is None or part.rule_id is not None:
            continue
        specs = table_specs(dataset)[part.table].specs
        own = [_column(part, specs[name], values, collection_year) for name, values in part.columns.items()]
        if shortened := [column.spec.name for column in own if _is_destroyed(column)]:
            part.reject(
                "ids_destroyed",
                f"{part.file_name} has numbers in {', '.join(shortened).upper()} in scientific notation, as Excel "
                "saves long ones, or with more digits than Excel keeps: nobody can tell them apart any more. Export "
                "the file again, and do not open it in Excel before it is delivered, or format the column as text "
                "first.",
            )
        else:
            columns += own
    dates = [column for column in columns if column.spec.kind in _DATES]
    _decide_orders(dates)
    latest_year = extracted_on.year + YEARS_AHEAD
    for column in dates:
        if column.part.rule_id is None:
            _spell_dates(column, latest_year)
    for part in parts:
        if part.rule_id is None:
            own = [column for column in columns if column.part is part]
            for column in own:
                _tell_not_understood(column)
            _apply(part, [column for column in own if column.changed])


def _column(part: Part, spec: ColumnSpec, values: Sequence[str | None], collection_year: int) -> _Column:
    words = blank_words(spec.name, spec.kind)
    spell_value = speller(spec, collection_year)
    texts: dict[str, str] = {}
    changed: dict[str, Spelt] = {}
    is_date = spec.kind in _DATES
    is_plain = plain_values(spec, collection_year)
    is_understood = understood(spec, collection_year)
    unread = set()
    has_scientific = False
    longest = _LONGEST.get(spec.kind, _LONGEST_OTHER)
    for value in set(values):
        if not value or is_plain(value):
            continue
        text = value.strip(BLANKS)
        has_scientific = has_scientific or ("+" in text and is_scientific(text.lstrip("'")))
        rule: str | None = "outer_blanks" if text != value else None
        if len(text) > longest or (len(text) > 20 and _MANY_BLANKS.search(text)):
            continue
        bare = unprotected(text)
        if bare != text and spec.kind != "id":
            text, rule = bare, "protection"
        if stands_for_blank(bare, words):
            text, rule = "", "word_for_blank"
        elif text and is_date:
            texts[value] = text
        elif text and spell_value is not None:
            text, by = spell_value(text)
            rule = by or rule
        if text and not is_date and not is_understood(text):
            unread.add(value)
        if rule is not None:
            changed[value] = (text, rule)
    return _Column(part, spec, texts, changed, has_scientific, unread)


def _is_destroyed(column: _Column) -> bool:
    if column.spec.kind != "id" or not (column.spec.is_key or column.spec.name in _PEOPLE):
        return False
    if column.spec.name in column.part.destroyed_columns:
        return True
    return column.has_scientific


# Day first or month first.


def _decide_orders(columns: list[_Column]) -> None:
    """Decide for each column in which order its dates are written; where nobody can tell, its file is rejected.

    The order is that of a writer, not of a row: it is judged by the whole column, else by the file, else by the
    delivery, and dates of birth that another file has too are the proof.
    """
    of_file: dict[int, Evidence] = {}
    of_delivery = Evidence()
    for column in columns:
        column.found = evidence(column.texts.values())
        of_file.setdefault(id(column.part), Evidence()).add(column.found)
        of_delivery.add(column.found)
    for column in columns:
        column.order = column.part.date_orders.get(column.spec.name) or _own_order(
            column.found, of_file[id(column.part)], of_delivery
        )
    of_all = _orders_shown(columns)
    for part in {id(column.part): column.part for column in columns}.values():
        own = [column for column in columns if column.part is part]
        if any(column.order == "contrary" for column in own):
            _reject_dates(part, "some can only be day first and some only month first")
            continue
        open_columns = [column for column in own if column.order is None]
        orders = _orders_shown(own)
        if not open_columns:
            continue
        order = orders.pop() if len(orders) == 1 else _by_births(own, columns) if not orders else None
        if order is None and MONTH_FIRST not in of_all:
            order = DAY_FIRST
        if order is None:
            _reject_dates(part, "each may be day first or month first, and other dates of the delivery are month first")
        for column in open_columns:
            column.order = order
    for part in {id(column.part): column.part for column in columns}.values():
        own = [column for column in columns if column.part is part]
        if part.rule_id is None and any(column.order == MONTH_FIRST for column in own):
            told = [column for column in own if column.spec.name == "dob" and not part.date_orders.get("dob")]
            if told and _births_differ(told[0], columns):
                _reject_dates(part, "read month first, the dates of birth are not those of the other files")


def _orders_shown(columns: Iterable[_Column]) -> set[str]:
    """Return the orders that columns show by dates of their own."""
    return {
        column.order
        for column in columns
        if column.order in (DAY_FIRST, MONTH_FIRST) and (column.found.day_first or column.found.month_first)
    }


def _own_order(own: Evidence, of_file: Evidence, of_delivery: Evidence) -> str | None:
    """Return the order that a column's own dates show, 'contrary' where they show both, None where neither.

    One contrary date is a slip of the pen where its column or the rest of the delivery says so, and is no date; it does
    not make the others of its column be read in another order than they were written.
    """
    if own.day_first and own.month_first:
        fewer, total = min(own.day_first, own.month_first), own.day_first + own.month_first
        usual = DAY_FIRST if own.day_first > own.month_first else MONTH_FIRST
        if fewer <= _FEW * total or (fewer == 1 and total >= _ENOUGH):
            return usual
        elsewhere_day, elsewhere_month = (
            of_delivery.day_first - own.day_first,
            of_delivery.month_first - own.month_first,
        )
        if own.month_first == 1 and elsewhere_day > _CERTAIN and not elsewhere_month:
            return DAY_FIRST
        return "contrary"
    if own.day_first:
        return DAY_FIRST
    if own.month_first:
        others_are_day_first = of_file.day_first or of_delivery.day_first >= of_delivery.month_first
        if others_are_day_first:
            # Of a dozen dates that are day first four in ten have a day up to the 12th: that all have is no chance.
            if own.month_first > _CERTAIN:
                return MONTH_FIRST
            return "contrary" if own.either > _CERTAIN else DAY_FIRST
        if of_delivery.month_first >= _CERTAIN:
            return MONTH_FIRST
        return MONTH_FIRST if own.either > _CERTAIN else "contrary"
    return None if own.either else DAY_FIRST


def _reject_dates(part: Part, why: str) -> None:
    part.reject(
        "dates_ambiguous",
        f"{part.file_name} has dates whose order cannot be told: {why}. Export the file again with dates as yyyy-mm-dd "
        "or dd/mm/yyyy, or say in mapping.yaml which order it is.",
    )


def _births(column: _Column, order: str) -> Iterator[tuple[str, date]]:
    """Yield each child's number and date of birth in a file's column of them, read in an order."""
    told = column.part.columns
    for child, value in zip(told.get("child", ()), told.get("dob", ()), strict=False):
        if child and value and value in column.texts:
            reading = read_date(column.texts[value], order, 9999)
            if reading is not None:
                yield spell_id(child.strip(BLANKS))[0], reading.day


def _other_births(part: Part, columns: list[_Column]) -> dict[str, set[date]]:
    """Return the dates of birth in the other files whose order is known."""
    known: dict[str, set[date]] = {}
    for column in columns:
        is_told = column.found.day_first or column.found.month_first or not column.found.either
        if (
            column.spec.name == "dob"
            and column.part is not part
            and column.order in (DAY_FIRST, MONTH_FIRST)
            and is_told
        ):
            for child, day in _births(column, column.order):
                known.setdefault(child, set()).add(day)
    return known


def _by_births(own: list[_Column], columns: list[_Column]) -> str | None:
    """Return the order in which a file's dates of birth are those of the other files, if it is one of the two alone."""
    told = next((column for column in own if column.spec.name == "dob" and column.found.either), None)
    if told is None:
        return None
    known = _other_births(told.part, columns)
    agreeing = {}
    for order in (DAY_FIRST, MONTH_FIRST):
        compared = [day in known[child] for child, day in _births(told, order) if child in known]
        agreeing[order] = bool(compared) and sum(compared) * 2 > len(compared)
    orders = [order for order, agrees in agreeing.items() if agrees]
    return orders[0] if len(orders) == 1 else None


def _births_differ(told: _Column, columns: list[_Column]) -> bool:
    known = _other_births(told.part, columns)
    compared = [day in known[child] for child, day in _births(told, told.order or DAY_FIRST) if child in known]
    return len(compared) > _CERTAIN and sum(compared) * 2 < len(compared)


def _spell_dates(column: _Column, latest_year: int) -> None:
    sentinels = sentinel_days(column.spec.name, column.spec.kind)
    is_endless = endless(column.spec.name, column.spec.kind)
    english = english_midnights(column.texts.values())
    order = column.order or DAY_FIRST
    for value, text in column.texts.items():
        if order != MONTH_FIRST and USUAL.fullmatch(text):
            continue
        reading = read_date(text, order, latest_year)
        if reading is None:
            column.unread.add(value)
            if order == MONTH_FIRST and numeric_parts(text):
                # No such day month first; day first it would be one, and the row must not be read otherwise than the
                # rest of its column.
                column.changed[value] = (f"{text} (month first)", "month_first")
        elif reading.day in sentinels:
            column.changed[value] = ("", "sentinel_date")
        elif is_endless(reading.day):
            column.changed[value] = ("", "far_future_end")
        elif reading.day.year not in LIFETIMES:
            # Left as it is, an end in 2204 would keep a child in care for ever, and a review of 1024 was never missed.
            column.unread.add(value)
            column.changed[value] = (f"{text} (no such year)", "impossible_year")
        elif text in english:
            column.changed[value] = (english[text].isoformat(), "utc_midnight")
        elif reading.rule_id is not None:
            column.changed[value] = _spelt(reading)


def _spelt(reading: Reading) -> Spelt:
    return reading.day.isoformat(), reading.rule_id


def _tell_not_understood(column: _Column) -> None:
    """Count the values of a column of which most are nothing it can hold: an authority's own words, cut-off days."""
    name, kind = column.spec.name, column.spec.kind
    if not column.unread or kind == "partial_date" or not matters(name, kind):
        return
    values = column.part.columns[name]
    unread = sum(value in column.unread for value in values)
    filled = sum(bool(value and column.changed.get(value, (value.strip(BLANKS), ""))[0]) for value in values)
    share, least = most_not_understood()
    if unread >= least and unread > share * filled:
        column.part.spelling[name, "not_understood"] = unread


# What was changed.


def _apply(part: Part, columns: list[_Column]) -> None:
    """Put the spelt values into the part, keep the delivered ones beside them, and count the cells by rule."""
    delivered: dict[int, dict[str, str | None]] = {}
    for column in columns:
        name, changed = column.spec.name, column.changed
        values = part.columns[name]
        counts: Counter[str] = Counter()
        spelt: list[str | None] = list(values)
        for index, value in enumerate(values):
            if value is not None and (read := changed.get(value)) is not None:
                spelt[index], rule = read
                counts[rule or ""] += 1
                delivered.setdefault(index, {})[name] = value
        part.columns[name] = spelt
        _count(part.spelling, name, counts)
    for name, before in part.before_mapping.items():
        theirs = zip(before, part.columns[name], strict=True)
        changed_rows = [index for index, (value, read) in enumerate(theirs) if value != read]
        mapped = 0
        for index in changed_rows:
            if name not in delivered.get(index, {}) or delivered[index][name] != before[index]:
                delivered.setdefault(index, {})[name] = before[index]
                mapped += 1
        _count(part.spelling, name, {"mapped_value": mapped} if mapped else {})
    if delivered:
        part.as_delivered = [
            json.dumps(delivered[index], ensure_ascii=False) if index in delivered else None
            for index in range(part.rows_parsed)
        ]


def _count(spelling: dict[tuple[str, str], int], name: str, counts: Mapping[str, int]) -> None:
    for rule, cells in counts.items():
        spelling[name, rule] = spelling.get((name, rule), 0) + cells
