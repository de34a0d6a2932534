"""The board pack: one page for members, with the year's messages, headline figures, and what the board may ask."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from orchestration.reports.charts import AREAS, BLUE, COLOURS, QUIET
from orchestration.reports.comparators import board_standing
from orchestration.reports.content import Report
from orchestration.reports.figures import OWN, Figure, TrendPoint, YearFigures
from orchestration.reports.highlights import highlights, questions
from orchestration.reports.messages import headline, highlight
from orchestration.reports.page import environment, stylesheet
from orchestration.reports.phrases import NOT_AVAILABLE, shown
from orchestration.reports.tables import change_in_words

WIDE, HIGH, EDGE = 84, 18, 4
"""Of a sparkline and a strip, in pixels, and what stays free around them."""
SHAPES = (
    '<circle cx="{x}" cy="9" r="4" fill="{colour}"/>',
    '<rect x="{x}" y="5.5" width="7" height="7" transform="translate(-3.5 0)" fill="{colour}"/>',
    '<path d="M{x} 5l4 8h-8z" fill="{colour}"/>',
    '<path d="M{x} 4.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z" fill="{colour}"/>',
)
"""Of the authority, its neighbours, England, and the region: told apart without colour."""


@dataclass(frozen=True)
class Headline:
    """One row of the page."""

    name: str
    means: str
    now: str
    before: str
    change: str
    beside: dict[str, tuple[str, str]]
    sparkline: Markup | str = ""
    strip: Markup | str = ""


def write_board_pack(report: Report, figures: YearFigures, path: Path) -> None:
    """Write the page."""
    found = highlights(figures)
    messages = [
        (title, [told(figure, has_previous=figures.has_previous) for figure in chosen])
        for title, chosen, told in (
            ("To celebrate", found.celebrated, highlight),
            ("To worry about", found.worrying, highlight),
            ("What else changed", found.changed, headline),
        )
        if chosen
    ]
    page = environment().get_template("board_pack.html.j2")
    # A row without a figure says nothing to a member: the annual report says why there is none.
    rows = [row for row in headlines(report, figures) if row.now not in (NOT_AVAILABLE, shown("c", ""))]
    key = [(name, _mark(place)) for place, name in enumerate((report.authority, *report.comparator_names))]
    html = page.render(
        report=report, headlines=rows, messages=messages, questions=questions(found), key=key, css=stylesheet(report)
    )
    path.write_text(html, encoding="utf-8", newline="\n")


def headlines(report: Report, figures: YearFigures) -> list[Headline]:
    """Return the headline figures; one that was not delivered says so."""
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
                _sparkline(figures.trends.get(figure.key, []), figure.unit),
                _strip(figure, report),
            )
        )
    return rows


def _sparkline(points: list[TrendPoint], unit: str) -> Markup:
    """Draw the authority's own years as a small line; nothing where there are too few to see a course."""
    own = [(point.collection_year, point.value) for point in points if point.series == OWN and point.value is not None]
    if len(own) < 3:
        return Markup("")
    years, values = [year for year, _ in own], [value for _, value in own]
    places = [_at(year, min(years), max(years), WIDE) for year in years]
    heights = [HIGH - _at(value, min(values), max(values), HIGH) for value in values]
    line = " ".join(f"{x},{y}" for x, y in zip(places, heights, strict=True))
    told = ", ".join(shown(point.display, unit) for point in points if point.series == OWN and point.value is not None)
    return _drawn(
        f"The last {len(own)} years: {told}",
        f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="1.5"/>'
        f'<circle cx="{places[-1]}" cy="{heights[-1]}" r="2.5" fill="{BLUE}"/>',
    )


def _strip(figure: Figure, report: Report) -> Markup:
    """Draw where a figure stands among its comparators; nothing where there is none to stand beside."""
    beside = [(place, figure.comparator(name)) for place, name in enumerate(report.comparator_names, start=1)]
    values = [(place, comparator.value) for place, comparator in beside if comparator and comparator.value is not None]
    if figure.value is None or not values:
        return Markup("")
    # The authority's own mark is drawn last, so that no other covers it.
    drawn = [*values, (0, figure.value)]
    low, high = min(value for _, value in drawn), max(value for _, value in drawn)
    marks = "".join(
        SHAPES[place].format(x=_at(value, low, high, WIDE), colour=COLOURS[min(place, len(AREAS))])
        for place, value in drawn
    )
    told = ", ".join(
        f"{name} {shown(comparator.display, figure.unit)}"
        for name in report.comparator_names
        if (comparator := figure.comparator(name)) and comparator.value is not None
    )
    line = f'<path d="M0 9h{WIDE}" stroke="{QUIET}" stroke-width="0.75"/>'
    return _drawn(f"{report.authority} {shown(figure.display, figure.unit)}; {told}", line + marks)


def _mark(place: int) -> Markup:
    shape = SHAPES[place].format(x=7, colour=COLOURS[place])
    return Markup(f'<svg width="14" height="{HIGH}" viewBox="0 0 14 {HIGH}" aria-hidden="true">{shape}</svg>')  # noqa: S704 - made here


def _at(value: float, low: float, high: float, room: int) -> float:
    """Return where a value stands between the ends of a scale, within the room less its edges."""
    inner = room - EDGE - EDGE
    return round(EDGE + (inner * (value - low) / (high - low) if high > low else inner / 2), 1)


def _drawn(told: str, content: str) -> Markup:
    svg = Markup('<svg role="img" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-label="{2}">').format(
        WIDE, HIGH, told
    )
    return svg + Markup(content) + Markup("</svg>")  # noqa: S704 - numbers and colours of our own
