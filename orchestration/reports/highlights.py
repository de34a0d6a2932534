"""The year in a few figures: what to celebrate, what to worry about, what changed. The marts judge; here it is sorted.

A figure is one to celebrate where more of its words are better than worse: against the year before and against each
comparator. It is one to worry about the other way round. The strongest come first, equals by the size of the change.
"""

from collections.abc import Callable
from dataclasses import dataclass

from orchestration.reports.figures import Figure, YearFigures
from orchestration.reports.messages import ALL, MESSAGES
from orchestration.reports.phrases import is_little

MOST = 3


@dataclass(frozen=True)
class Highlights:
    """The figures of the year, the most telling first."""

    celebrated: tuple[Figure, ...]
    worrying: tuple[Figure, ...]
    changed: tuple[Figure, ...]


QUESTIONS = {
    "placed_over_20_miles_outside_authority": "What would let more children live closer to home, and by when?",
    "three_or_more_placements": "What made these children move so often, and what did IROs do when they saw it coming?",
    "long_term_placement_stability": "Which long-term placements ended, and how many of them were meant to?",
    "missing_from_placement": "What do return-home interviews say about why children go missing?",
    "left_to_permanence": "Which children are still waiting for a permanent home, and what holds each of them up?",
    "reviews_on_time": "What made reviews late, and what is done about each reason?",
    "children_reviewed_on_time": "Do late reviews fall on the same children again and again?",
    "review_participation": "Which children are not heard in their reviews, and what would help them to be?",
    "children_participating": "Which children are not heard in all of their reviews, and what would help them to be?",
    "review_attendance": "What would make a review a meeting that a child wants to come to?",
    "disputes_resolved_early": "Why do disputes climb the stages, and what do they have in common?",
    "disputes_resolved_within_20_working_days": "What holds disputes up beyond the time allowed?",
    "iro_caseload": "Can IROs do what the Handbook asks of them with this many children each?",
    "consistent_iro": "Why did children lose an IRO whom they knew?",
    "oversight_on_time": "Which cases are not tracked on time, and what is the risk for these children?",
    "convicted": "What do police and carers do to keep children out of the courts?",
}
"""What a board may ask about a figure that is not good."""

ALWAYS = (
    "What have children told us this year, and what did we do about it?",
    "What did last year's recommendations change for children?",
)


def highlights(figures: YearFigures) -> Highlights:
    """Return the highlights of a year; fewer than three of a kind where there are no more."""
    known = [figure for metric_id, category in MESSAGES if category == ALL and (figure := figures.get(metric_id))]
    shown = [figure for figure in known if figure.value is not None]
    return Highlights(
        _strongest(shown, lambda figure: _balance(figure)),
        _strongest(shown, lambda figure: -_balance(figure)),
        _most_changed(shown),
    )


def questions(found: Highlights) -> list[str]:
    """Return what a board may ask: about each figure that worries, then what it should ask every year."""
    asked = [QUESTIONS[figure.metric_id] for figure in found.worrying if figure.metric_id in QUESTIONS]
    return [*asked, *ALWAYS]


def _strongest(shown: list[Figure], strength: Callable[[Figure], int]) -> tuple[Figure, ...]:
    telling = [figure for figure in shown if strength(figure) > 0]
    return tuple(sorted(telling, key=lambda figure: (-strength(figure), -abs(figure.change or 0)))[:MOST])


def _balance(figure: Figure) -> int:
    """Return how many more of the words that the marts have for a figure are better than worse."""
    words = [figure.position, *(comparator.position for comparator in figure.comparators)]
    return words.count("better") - words.count("worse")


def _most_changed(shown: list[Figure]) -> tuple[Figure, ...]:
    """Return the numbers that changed most by more than chance, of those neither good nor bad by themselves.

    How many are in care is said before all of this.
    """
    moved = [f for f in shown if f.metric_id != "children_looked_after"]
    moved = [f for f in moved if f.relative_change is not None and f.direction in ("higher", "lower")]
    moved = [f for f in moved if not is_little(f) and not f.unit.startswith("rate")]
    neutral = [f for f in moved if f.position not in ("better", "worse")]
    return tuple(sorted(neutral, key=lambda figure: -abs(figure.relative_change or 0))[:MOST])
