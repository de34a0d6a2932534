"""Compares two sets of figures, both ways, and says in words where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from .figures import Figure, Key

TOLERANCE = 1e-9
FIELDS = ("numerator", "denominator", "value")


def same_number(expected: float | None, actual: float | None) -> bool:
    if expected is None or actual is None:
        return expected is actual
    return abs(float(expected) - float(actual)) <= TOLERANCE * max(1.0, abs(float(expected)))


def describe(key: Key) -> str:
    kind, end, metric, breakdown, category = key
    day = end.isoformat() if isinstance(end, date) else str(end)
    return f"{metric} [{breakdown} = {category}] {kind} to {day}"


def compare(expected: Mapping[Key, Figure], actual: Mapping[Key, Figure], check_display: bool = True) -> list[str]:
    """One sentence per difference; an empty list means the two agree.

    An `undetermined` of nothing and one of 0 say the same.
    """
    differences = []
    for key in sorted(expected.keys() | actual.keys(), key=lambda k: (k[2], k[3], k[4], k[0], str(k[1]))):
        if key not in actual:
            differences.append(f"{describe(key)}: missing; expected {tuple(expected[key])}")
            continue
        if key not in expected:
            differences.append(f"{describe(key)}: not expected; found {tuple(actual[key])}")
            continue
        want, got = Figure(*expected[key]), Figure(*actual[key])
        wrong = [name for name in FIELDS if not same_number(getattr(want, name), getattr(got, name))]
        if check_display and want.display != got.display:
            wrong.append("display")
        if (want.undetermined or 0) != (got.undetermined or 0):
            wrong.append("undetermined")
        for name in wrong:
            differences.append(
                f"{describe(key)}: {name} expected {getattr(want, name)!r}, found {getattr(got, name)!r}"
            )
    return differences
