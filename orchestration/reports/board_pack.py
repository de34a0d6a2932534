"""The board pack: one page of headline figures for members, with comparators, direction and plain words."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.reports.comparators import board_standing
from orchestration.reports.content import Report
from orchestration.reports.figures import YearFigures
from orchestration.reports.page import environment, stylesheet
from orchestration.reports.tables import change_in_words
from orchestration.reports.words import NOT_AVAILABLE, shown

HEADLINES = (
    ("Children in our care", "children_looked_after", "all", "all"),
    ("Children in our care per 10,000 children", "children_looked_after_rate", "all", "all"),
    ("Children who entered care", "started_looked_after", "all", "all"),
    ("Children who left care", "ceased_looked_after", "all", "all"),
    ("Left care to permanence", "left_to_permanence", "all", "all"),
    ("Living in foster care", "children_looked_after_share", "placement_group", "Foster placements"),
    ("Over 20 miles from home, outside the authority", "placed_over_20_miles_outside_authority", "all", "all"),
    ("Three or more placements in the year", "three_or_more_placements", "all", "all"),
    ("Same placement for two years or more", "long_term_placement_stability", "all", "all"),
    ("Went missing in the year", "missing_from_placement", "all", "all"),
    ("Reviews held in time", "reviews_on_time", "all", "all"),
    ("Reviews with the child's participation", "review_participation", "all", "all"),
    ("Reviews that the child attended", "review_attendance", "all", "all"),
    ("Dispute resolutions raised", "disputes_raised", "all", "all"),
    ("Disputes resolved early", "disputes_resolved_early", "all", "all"),
    ("Children per full-time IRO", "iro_caseload", "all", "all"),
)
"""What members ask for first, in the order of the annual report."""

IN_WORDS = {
    ("children_looked_after_share", "Foster placements"): (
        "The part of the children in care on the last day of the period who live with foster carers."
    ),
}
"""What a category of a share means; the definition of the share itself speaks of groups."""


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
    for name, metric_id, breakdown, category in HEADLINES:
        metric = figures.metrics.get(metric_id)
        if metric is None:
            continue
        figure = figures.get(metric_id, breakdown, category)
        means = IN_WORDS.get((metric_id, category)) or f"{metric.definition.split('. ')[0].rstrip('.')}."
        if figure is None:
            rows.append(Headline(name, means, NOT_AVAILABLE, "", "", {}))
            continue
        beside = {area: (value, stands) for area, value, stands in board_standing(figure, report.comparator_names)}
        rows.append(
            Headline(
                name,
                means,
                shown(figure.display, figure.unit),
                shown(figure.previous_display, figure.unit),
                change_in_words(figure),
                beside,
            )
        )
    return rows
