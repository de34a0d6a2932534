"""The board pack: one page of headline figures for members, with comparators, direction and plain words."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.reports.comparators import board_standing
from orchestration.reports.content import Report
from orchestration.reports.figures import YearFigures
from orchestration.reports.page import environment, stylesheet
from orchestration.reports.phrases import NOT_AVAILABLE, shown
from orchestration.reports.tables import change_in_words


@dataclass(frozen=True)
class Headline:
    """One row of the page."""

    name: str
    means: str
    now: str
    before: str
    change: str
    beside: dict[str, tuple[str, str]]


def write_board_pack(report: Report, figures: YearFigures, path: Path) -> None:
    """Write the page."""
    template = environment().get_template("board_pack.html.j2")
    page = template.render(report=report, headlines=headlines(report, figures), css=stylesheet())
    path.write_text(page, encoding="utf-8", newline="\n")


def headlines(report: Report, figures: YearFigures) -> list[Headline]:
    """Return the rows of the page; a figure that was not delivered says so."""
    rows = []
    for one in figures.headlines:
        figure = figures.get(one.metric_id, one.breakdown, one.category)
        if figure is None:
            rows.append(Headline(one.name, one.means, NOT_AVAILABLE, "", "", {}))
            continue
        beside = {area: (value, stands) for area, value, stands in board_standing(figure, report.comparator_names)}
        rows.append(
            Headline(
                one.name,
                one.means,
                shown(figure.display, figure.unit),
                shown(figure.previous_display, figure.unit),
                change_in_words(figure),
                beside,
            )
        )
    return rows
