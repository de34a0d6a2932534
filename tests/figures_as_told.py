"""Figures for tests of the reports, with the sides that the marts tell of them (macros/metrics/direction.sql)."""

from dataclasses import replace
from typing import Any

from orchestration.reports.figures import Figure


def figure_as_told(given: dict[str, Any], polarity: str = "none") -> Figure:
    """Return a figure whose directions and positions, and its comparators', are those of what is displayed."""
    figure = Figure(**given)
    moved = side(figure.display, figure.previous_display)
    beside = []
    for comparator in figure.comparators:
        lies = side(figure.display, comparator.display)
        beside.append(replace(comparator, direction=lies, position=position(lies, polarity)))
    return replace(figure, direction=moved, position=position(moved, polarity), comparators=tuple(beside))


def side(display: str, other: str | None) -> str | None:
    """Return higher, lower or same; k lies between 0 and 1, and another symbol on no side."""
    left, right = _number(display), _number(other)
    if left is None or right is None:
        return None
    return "same" if left == right else "higher" if left > right else "lower"


def position(side: str | None, polarity: str) -> str | None:
    """Return better, worse or similar; None where neither side is the better one."""
    if side is None or polarity == "none":
        return None
    return "similar" if side == "same" else "better" if side == polarity else "worse"


def _number(display: str | None) -> float | None:
    if display == "k":
        return 0.4
    return None if display is None or display in ("c", "z", "x") else float(display)
