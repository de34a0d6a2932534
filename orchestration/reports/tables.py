"""A table of figures as rows of text: what Word and the page show of it, the same in both."""

from collections.abc import Collection, Mapping, Sequence

from orchestration.reports.content import Cell, FigureTable, Line, Report, Table
from orchestration.reports.figures import Comparator, Figure
from orchestration.reports.phrases import in_words, is_little, rounded, sentence_case, shown, verdict, year_label

ARROWS = {"higher": "▲\u00a0rose", "lower": "▼\u00a0fell", "same": "●\u00a0unchanged"}
"""A direction is told by shape and word, never by colour."""
LITTLE = "●\u00a0little\u00a0change"
OTHER_YEAR = "*"
"""Stands beside the figures of a year that the note below the table names."""


def flattened(table: FigureTable, report: Report) -> Table:
    """Return a table of figures with its previous year and, where there are any, its comparators."""
    names = report.comparator_names if table.is_compared else ()
    columns = [
        "Figure",
        report.this_year,
        *(["Counted"] if table.is_counted else []),
        report.previous_year,
        "Change",
        *(sentence_case(in_words(name)) for name in names),
    ]
    found = [
        comparator
        for line in table.lines
        for name in names
        if line.figure and (comparator := line.figure.comparator(name)) and comparator.collection_year
    ]
    others = {comparator.collection_year for comparator in found} - {report.comparator_year}
    marks, note = _marks(others if report.comparator_year else set(), is_all=len(others) == 1 and _are_one_year(found))
    rows = tuple((Cell(line.label), *_cells(line, names, marks, is_counted=table.is_counted)) for line in table.lines)
    return Table(table.id, table.caption, tuple(columns), rows, note=note)


def _are_one_year(found: Sequence[Comparator]) -> bool:
    return len({comparator.collection_year for comparator in found}) == 1


def _marks(years: Collection[int | None], *, is_all: bool) -> tuple[dict[int | None, str], str]:
    """Return what marks a comparator of another year than most of the report, and the note that explains the mark.

    A single other year is said once, below the table; of several, each figure names its own.
    """
    if len(years) != 1:
        return {year: f" ({year_label(year)})" for year in years if year}, ""
    (year,) = years
    named = f"{year_label(year)}, the latest published" if year else ""
    if is_all:
        return {}, f"All comparators are of {named}."
    return {year: OTHER_YEAR}, f"{OTHER_YEAR} Of {named}."


def change_in_words(figure: Figure) -> str:
    """Return the direction of a figure, and whether that is the better one."""
    if figure.direction is None:
        return "-"
    if is_little(figure) and figure.direction != "same":
        return LITTLE
    judged = verdict(figure)
    return f"{ARROWS[figure.direction]}{f' ({judged})' if judged else ''}"


def _cells(line: Line, names: tuple[str, ...], marks: Mapping[int | None, str], *, is_counted: bool) -> list[Cell]:
    figure = line.figure
    if figure is None:
        return [Cell("not available"), *(Cell("-") for _ in range(2 + is_counted)), *(Cell("-") for _ in names)]
    cells = [
        Cell(shown(figure.display, figure.unit), figure.value),
        *([Cell(counted_from(figure))] if is_counted else []),
        Cell(shown(figure.previous_display, figure.unit)),
        Cell(change_in_words(figure)),
    ]
    for name in names:
        comparator = figure.comparator(name)
        if comparator is None:
            cells.append(Cell("-"))
            continue
        text = shown(comparator.display, figure.unit)
        cells.append(Cell(f"{text}{marks.get(comparator.collection_year, '')}", comparator.value))
    return cells


def counted_from(figure: Figure) -> str:
    """Return the counts behind a figure: 324 of 438; - where the figure is itself the count, or a mean."""
    if figure.numerator is None or figure.denominator is None or figure.display in ("c", "z") or figure.unit == "mean":
        return "-"
    places = 0 if figure.numerator == int(figure.numerator) else 1
    below = 0 if figure.denominator == int(figure.denominator) else 1
    return f"{rounded(figure.numerator, places)}\u00a0of\u00a0{rounded(figure.denominator, below)}"
