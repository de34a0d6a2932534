"""The words around a figure: how it is shown, how it moved, and how it stands beside its comparators.

Which of two figures is higher, and which better, the marts say (`direction`, `position`). The one place of this package
where a number is rounded is `rounded`.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from orchestration.reports.figures import ENGLAND, NEIGHBOURS, Comparator, Figure
from orchestration.settings import REPOSITORY


def _symbols(column: str) -> dict[str, str]:
    with (REPOSITORY / "seeds" / "dfe" / "dfe_symbols.csv").open(encoding="utf-8", newline="") as file:
        return {row["symbol"]: row[column] for row in csv.DictReader(file) if row["words"]}


SYMBOLS = _symbols("words")
"""DfE's symbols as they stand in a table."""

MEANINGS = _symbols("meaning")
"""The same as a note explains them."""

NOT_AVAILABLE = "not available"

COUNTED = {
    "children": "children",
    "reviews": "reviews",
    "disputes": "disputes",
    "incidents": "incidents",
    "audits": "audits",
    "people": "people",
    "workshops": "workshops",
    "attendees": "attendees",
    "events": "events",
    "referrals": "referrals",
    "records": "records",
}
"""Units that are things counted, and what they are called after a number."""

PER_10000 = "per 10,000 children"

FEW = 10
"""A change of fewer than this is not put as a percentage: 1 more than 1 is no rise of 100%."""


def rounded(value: float, decimals: int = 0) -> str:
    """Return a number for display: rounded once, half up, with a comma at the thousands and no sign on a zero."""
    number = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{abs(number) if number.is_zero() else number:,}"


def year_label(year: int) -> str:
    """Return a financial year as people write it: 2024/25."""
    return f"{year - 1}/{str(year)[2:]}"


def shown(display: str | None, unit: str) -> str:
    """Return a displayed value with its unit, a symbol in words."""
    if display is None:
        return NOT_AVAILABLE
    if display == "k" and unit == "percent":
        return f"{SYMBOLS[display]}%"
    if display in SYMBOLS:
        return SYMBOLS[display]
    number = with_commas(display)
    return f"{number}%" if unit == "percent" else number


def with_commas(display: str) -> str:
    """Return a displayed number with a comma at the thousands."""
    return f"{Decimal(display):,}" if _number(display) is not None else display


def spelled(display: str | None, unit: str) -> str:
    """Return a displayed value as it stands in a sentence."""
    if display == "k":
        return "less than half a per cent" if unit == "percent" else "less than a half"
    if unit == "rate_per_10000" and display is not None and display not in SYMBOLS:
        return f"{with_commas(display)} {PER_10000}"
    return shown(display, unit)


def stated(figure: Figure, whom: str = "") -> str:
    """Return a figure with the counts behind it: 74% of children in our care (324 of 438)."""
    text = " ".join(filter(None, (spelled(figure.display, figure.unit), whom)))
    if figure.unit != "percent" or figure.numerator is None or figure.denominator is None or _symbol(figure.display):
        return text
    return f"{text} ({rounded(figure.numerator)} of {rounded(figure.denominator)})"


def counted(display: str, singular: str, plural: str | None = None) -> str:
    """Return a count with what is counted: no children, 1 child, 438 children."""
    plural = plural or f"{singular}s"
    if display in SYMBOLS:
        return f"a number of {plural} that is {SYMBOLS[display]}"
    return (
        f"no {plural}" if display == "0" else f"1 {singular}" if display == "1" else f"{with_commas(display)} {plural}"
    )


def movement(figure: Figure) -> str:
    """Say how a figure moved since the year before, as the end of a sentence."""
    if _symbol(figure.display):
        return ""
    if figure.previous_display is None:
        return "; there is no figure for the year before"
    before = shown(figure.previous_display, figure.unit)
    side = figure.direction
    if side is None:
        return f"; the figure of the year before is {before}"
    if side == "same":
        return ", as in the year before"
    if is_little(figure):
        return f", after {before} the year before"
    size = _size(figure, side)
    up_or_down = "up" if side == "higher" else "down"
    return f", {up_or_down}{f' by {size}' if size else ''} from {before}"


def is_little(one: Figure | Comparator) -> bool:
    """Say whether the marts call a change or a difference too small to be told from none."""
    return one.position in ("similar", "little change", "little difference")


def compared(figure: Figure, names: Sequence[str], usual_year: int | None = None, turn: int = 0) -> str:
    """Return the sentence that sets a figure beside its comparators, those on one side together; '' for none.

    The same is said in turns: a report in which twenty sentences begin alike is not read to its end.
    """
    if _symbol(figure.display):
        return ""
    beside = [figure.comparator(name) for name in names]
    there: dict[str, list[Comparator]] = {}
    for comparator in beside:
        if comparator and comparator.direction:
            there.setdefault(_side(comparator), []).append(comparator)
    # A year that all of them have in common is said once, at the end.
    years = [comparator.collection_year for found in there.values() for comparator in found]
    year = years[0] if len(years) > 1 and len(set(years)) == 1 else None
    at_once = f", all for {year_label(year)}" if year and usual_year and year != usual_year else ""
    named = None if at_once else usual_year
    areas = {side: _listed([_with_value(c, figure.unit, named) for c in found]) for side, found in there.items()}
    parts = [(side, areas[side]) for side in SIDES if side in areas]
    silent = [(name, other) for name, other in zip(names, beside, strict=True) if not other or not other.direction]
    missing = [_missing(name, comparator) for name, comparator in silent]
    absent = f"None is published for {_listed(missing, 'or')}." if missing else ""
    return " ".join(filter(None, (_set_beside(parts, turn, at_once) if parts else "", absent)))


SIDES = {
    "better than": "do less well",
    "above": "are lower",
    "in line with": "are in line with it",
    "close to": "are close to it",
    "below": "are higher",
    "worse than": "do better",
}
"""How a figure lies to others, in the order in which it is told, and how they lie to it."""

BEGINNINGS = ("This is", "That is", "It is")


def _set_beside(parts: list[tuple[str, str]], turn: int, year: str) -> str:
    if len(parts) == 1 and turn % 2:
        ((side, areas),) = parts
        # One area alone is an average, which is or does in the singular; neighbours are several.
        if "," in areas or " and " in areas or areas.startswith("statistical"):
            return f"{sentence_case(areas)} {SIDES[side]}{year}."
    return f"{BEGINNINGS[turn % 3]} {_joined([f'{side} {areas}' for side, areas in parts])}{year}."


def standing(figure: Figure, name: str) -> str:
    """Say in a few words how a figure stands to one comparator, and whether that is the better side."""
    comparator = figure.comparator(name)
    if comparator is None or comparator.display is None:
        return NOT_AVAILABLE
    if comparator.direction is None:
        return "not comparable"
    if comparator.direction == "same":
        return "in line"
    if is_little(comparator):
        return "little difference"
    where = "above" if comparator.direction == "higher" else "below"
    judged = verdict(comparator)
    return f"{where}, {judged}" if judged else where


def verdict(compared: Figure | Comparator) -> str:
    """Return better or worse; '' where neither side is the better one, or both are equal."""
    return compared.position if compared.position in ("better", "worse") else ""


def in_words(name: str) -> str:
    """Return a comparator's name as it stands in a sentence."""
    return "statistical neighbours" if name == NEIGHBOURS else name


def unavailable(what: str) -> str:
    """Return the sentence that stands where figures are missing."""
    return f"{what}: not available, because the records needed were not delivered."


def highest(displays: Sequence[str | None]) -> list[int]:
    """Return where the highest displayed values stand: several where a reader sees them as equal."""
    return _extreme(displays, max)


def lowest(displays: Sequence[str | None]) -> list[int]:
    """Return where the lowest displayed values stand: several where a reader sees them as equal."""
    return _extreme(displays, min)


def listed(items: Iterable[str]) -> str:
    """Return items as a sentence lists them: a, b and c."""
    return _listed(list(items))


def sentence_case(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _extreme(displays: Sequence[str | None], chosen: Callable[[list[Decimal]], Decimal]) -> list[int]:
    orders = [_order(display) for display in displays]
    known = [order for order in orders if order is not None]
    return [index for index, order in enumerate(orders) if order == chosen(known)] if known else []


def _size(figure: Figure, side: str) -> str:
    """Return how large a change is; '' where the unrounded change is not what the two displayed figures say."""
    left, right = _number(figure.display), _number(figure.previous_display)
    if figure.change is None or left is None or right is None or figure.unit == "rate_per_10000":
        return ""
    size = rounded(abs(figure.change), _decimals(figure.display))
    if size != f"{abs(left - right):,}" or (figure.change > 0) != (side == "higher"):
        return ""
    if figure.unit == "percent":
        return f"{size} percentage point{'' if size == '1' else 's'}"
    if figure.unit in COUNTED and figure.relative_change is not None and right >= FEW:
        return f"{size} ({rounded(abs(figure.relative_change))}%)"
    return f"{size} months" if figure.unit == "median_months" else size


def _decimals(display: str) -> int:
    return len(display.partition(".")[2])


def _side(comparator: Comparator) -> str:
    if comparator.direction == "same":
        return "in line with"
    if is_little(comparator):
        return "close to"
    judged = verdict(comparator)
    return f"{judged} than" if judged else "above" if comparator.direction == "higher" else "below"


def _with_value(comparator: Comparator, unit: str, usual_year: int | None) -> str:
    notes = [shown(comparator.display, unit)]
    if comparator.is_sparse and comparator.neighbours_counted is not None:
        notes.append(f"of only {comparator.neighbours_counted} neighbours")
    if usual_year and comparator.collection_year and comparator.collection_year != usual_year:
        notes.append(f"in {year_label(comparator.collection_year)}")
    article = "the England average" if comparator.name == ENGLAND else in_words(comparator.name)
    return f"{article} ({', '.join(notes)})"


def _missing(name: str, comparator: Comparator | None) -> str:
    if comparator is not None and comparator.display == "c":
        return f"{in_words(name)} (suppressed by DfE)"
    return in_words(name)


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _listed(items: list[str], last: str = "and") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def _symbol(display: str | None) -> bool:
    return display is None or (display in SYMBOLS and display != "k")


def _number(display: str | None) -> Decimal | None:
    try:
        return None if display is None else Decimal(display)
    except InvalidOperation:
        return None


def _order(display: str | None) -> Decimal | None:
    """Return where a displayed value stands among others; k lies between 0 and 1."""
    return Decimal("0.4") if display == "k" else _number(display)
