"""A table of figures as rows of text: what Word and the page show of it, the same in both."""

from orchestration.reports.content import Cell, FigureTable, Line, Report, Table
from orchestration.reports.figures import Figure
from orchestration.reports.phrases import in_words, is_little, rounded, sentence_case, shown, verdict, year_label

ARROWS = {"higher": "▲\u00a0rose", "lower": "▼\u00a0fell", "same": "●\u00a0unchanged"}
"""A direction is told by shape and word, never by colour."""


def flattened(table: FigureTable, report: Report) -> Table:
    """Return a table of figures with its previous year and, where there are any, its comparators."""
    names = report.comparator_names if table.is_compared else ()
    columns = [
        "Figure",
        report.this_year,
        "Counted",
        report.previous_year,
        "Change",
        *(sentence_case(in_words(name)) for name in names),
    ]
    rows = tuple((Cell(line.label), *_cells(line, names, report.comparator_year)) for line in table.lines)
    return Table(table.id, table.caption, tuple(columns), rows)


def change_in_words(figure: Figure) -> str:
    """Return the direction of a figure, and whether that is the better one."""
    if figure.direction is None:
        return "-"
    if is_little(figure) and figure.direction != "same":
        return "●\u00a0little change"
    judged = verdict(figure)
    return f"{ARROWS[figure.direction]}{f' ({judged})' if judged else ''}"


def _cells(line: Line, names: tuple[str, ...], usual_year: int | None) -> list[Cell]:
    figure = line.figure
    if figure is None:
        return [Cell("not available"), Cell("-"), Cell("-"), Cell("-"), *(Cell("-") for _ in names)]
    cells = [
        Cell(shown(figure.display, figure.unit), figure.value),
        Cell(counted_from(figure)),
        Cell(shown(figure.previous_display, figure.unit)),
        Cell(change_in_words(figure)),
    ]
    for name in names:
        comparator = figure.comparator(name)
        if comparator is None:
            cells.append(Cell("-"))
            continue
        text = shown(comparator.display, figure.unit)
        if usual_year and comparator.collection_year and comparator.collection_year != usual_year:
            text += f" ({year_label(comparator.collection_year)})"
        cells.append(Cell(text, comparator.value))
    return cells


def counted_from(figure: Figure) -> str:
    """Return the counts behind a figure: 324 of 438; - where the figure is itself the count, or a mean."""
    if figure.numerator is None or figure.denominator is None or figure.display in ("c", "z") or figure.unit == "mean":
        return "-"
    places = 0 if figure.numerator == int(figure.numerator) else 1
    below = 0 if figure.denominator == int(figure.denominator) else 1
    return f"{rounded(figure.numerator, places)}\u00a0of\u00a0{rounded(figure.denominator, below)}"
