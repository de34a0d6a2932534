"""What every section of the annual report is written with: sentences on figures, tables, charts, places for words."""

from collections.abc import Iterable, Sequence
from datetime import date

from orchestration.reports import charts
from orchestration.reports.content import (
    Block,
    Cell,
    Chart,
    FigureTable,
    Line,
    Note,
    Paragraph,
    Table,
)
from orchestration.reports.figures import Figure, YearFigures
from orchestration.reports.labels import label, position
from orchestration.reports.messages import headline
from orchestration.reports.narrative import NarrativeFolder
from orchestration.reports.phrases import (
    compared,
    counted,
    highest,
    listed,
    movement,
    shown,
    stated,
    unavailable,
    year_label,
)


class SectionWriter:
    """Writes the pieces of sections."""

    def __init__(self, figures: YearFigures, words: NarrativeFolder, *, is_public: bool):
        self.figures, self.words, self.is_public = figures, words, is_public
        self.year = year_label(figures.year)
        self.last_year = year_label(figures.year - 1)
        self.next_year = year_label(figures.year + 1)
        self.year_end = str(figures.year)
        self.notice = "Synthetic data" if figures.is_synthetic else ""
        self._turns = 0

    def _get(self, metric_id: str, breakdown: str = "all", category: str = "all") -> Figure | None:
        return self.figures.get(metric_id, breakdown, category)

    def _ordered(self, metric_id: str, breakdown: str) -> list[Figure]:
        return sorted(self.figures.of(metric_id, breakdown), key=lambda f: position(f.breakdown, f.category))

    def _line(self, name: str, metric_id: str, breakdown: str, category: str) -> Line:
        return Line(name, self._get(metric_id, breakdown, category))

    def _lines(self, *metric_ids: str) -> list[Line]:
        return [
            Line(self.figures.metrics[metric_id].short_name, self._get(metric_id))
            for metric_id in metric_ids
            if metric_id in self.figures.metrics
        ]

    def _categories(self, metric_id: str, breakdown: str, pattern: str, *, skip_zero: bool = False) -> list[Line]:
        found = self._ordered(metric_id, breakdown)
        applies = any(figure.display != "z" for figure in found)
        return [
            Line(pattern.format(label(breakdown, figure.category)), figure)
            for figure in found
            if not (skip_zero and figure.value == 0)
            # Beside others that apply, one of nobody at all says nothing: the tracking of children without a rating.
            and not (applies and figure.display == "z" and figure.previous_display in ("z", None))
            # What nobody falls into, this year or last, says nothing: a status that no law knows any more.
            and not (figure.display in ("0", "z") and figure.previous_display in ("0", "z", None))
        ]

    def _table(
        self, id: str, caption: str, lines: Sequence[Line], *, is_compared: bool = True, is_counted: bool = True
    ) -> list[Block]:
        if all(line.figure is None for line in lines):
            return [Note(unavailable(caption))]
        status = self._status(line.figure for line in lines)
        compared_now = is_compared and any(line.figure and line.figure.comparators for line in lines)
        return [FigureTable(f"table-{id}", f"{caption}{status}", tuple(lines), compared_now, is_counted)]

    def _counts_table(
        self,
        id: str,
        caption: str,
        column: str,
        found: Sequence[Figure],
        total: Figure | None,
        number: str = "Number",
    ) -> list[Block]:
        if not found:
            return []
        named = [(label(f.breakdown, f.category), f) for f in found] + ([("Total", total)] if total else [])
        rows = tuple(
            (
                Cell(name),
                Cell(shown(f.display, f.unit), f.value),
                Cell(shown(f.previous_display, f.unit), f.previous_value),
            )
            for name, f in named
        )
        columns = (column, f"{number}, {self.year}", f"{number}, {self.last_year}")
        caption += self._status(found)
        lines = tuple(Line(name, f) for name, f in named)
        return [Table(f"table-{id}", caption, columns, rows, has_total=total is not None, lines=lines)]

    def _status(self, found: Iterable[Figure | None]) -> str:
        """Return what follows a caption where anything under it rests on a return that is not final."""
        return " (provisional)" if any(figure and figure.status == "provisional" for figure in found) else ""

    def _sentences(self, *texts: str) -> list[Block]:
        said = [text for text in texts if text]
        return [Paragraph(" ".join(said))] if said else []

    def _told(self, metric_id: str, category: tuple[str, str] = ("all", "all")) -> str:
        """Return the message of a figure and the figure, and its comparators in the next sentence.

        Of what is not shown nothing is said: the table below has its row.
        """
        figure = self._get(metric_id, *category)
        if figure is None:
            metric = self.figures.metrics.get(metric_id)
            return unavailable(metric.name if metric else metric_id) if category == ("all", "all") else ""
        if figure.display == "c":
            return ""
        if figure.display == "z":
            return f"{figure.name}: there was nothing to count from."
        return joined(self._headline(figure), self._beside(figure))

    def _headline(self, figure: Figure) -> str:
        return headline(figure, has_previous=self.figures.has_previous)

    def _in_care(self, total: Figure) -> str:
        if total.value is None:
            return ""
        number = counted(total.display, "child was", "children were")
        return f"On 31 March {self.year_end}, {number} in our care{self._moved(total)}."

    def _largest(self, metric_id: str, breakdown: str, what: str) -> str:
        found = self._ordered(metric_id, breakdown)
        single = [figure for figure in found if not figure.is_residual]
        largest = [single[index] for index in highest([figure.display for figure in single])]
        if not largest:
            return ""
        # One that is not shown may be larger than all that are.
        of_those = " of those shown" if any(f.display == "c" or f.is_together for f in found) else ""
        if len(largest) > 1:
            names = listed(label(breakdown, figure.category) for figure in largest)
            share = shown(largest[0].display, largest[0].unit)
            return f"The largest {what}s{of_those} are {names}, each with {share} of children."
        alone = largest[0]
        text = (
            f"The largest {what}{of_those} is {label(breakdown, alone.category)}, with {stated(alone, 'of children')}"
        )
        return joined(f"{text}{self._moved(alone)}.", self._beside(alone))

    def _moved(self, figure: Figure) -> str:
        """Return how a figure moved; nothing in a first year, of which the report says so once."""
        return movement(figure) if self.figures.has_previous else ""

    def _beside(self, figure: Figure) -> str:
        if not figure.comparators:
            return ""
        self._turns += 1
        return compared(figure, self.figures.comparator_names, self.figures.comparator_year, self._turns)

    def _trend(self, id: str, what: str, figure: Figure | None) -> list[Block]:
        if figure is None:
            return []
        points = self.figures.trends.get(figure.key, [])
        status = f" ({self.year} provisional)" if figure.status == "provisional" else ""
        return self._chart(
            charts.trend(id, what, figure.unit, points, self.figures.la_name, self.figures.year, self.notice, status)
        )

    def _profile(self, id: str, caption: str, breakdown: str, beside: str) -> list[Block]:
        found = [
            figure
            for figure in self._ordered("children_looked_after_share", breakdown)
            if not (figure.category == "Unknown" and figure.display in ("0", "z"))
        ]
        caption += self._status(found)
        return self._chart(
            charts.profile(id, caption, found, self.figures.comparator_names, self.figures.la_name, self.notice, beside)
        )

    def _chart(self, chart: Chart | None) -> list[Block]:
        return [chart] if chart else []

    def _narrative(self, slot: str, title: str) -> tuple[Block, ...]:
        found = self.words.narrative(slot, title)
        return (found,) if found else ()

    def _standing(self, slot: str) -> Block:
        figures = self.figures

        def fill(text: str) -> str:
            for name, value in (
                ("{la_name}", figures.la_name),
                ("{year}", self.year),
                ("{year_end}", self.year_end),
                ("{next_year}", self.next_year),
            ):
                text = text.replace(name, value)
            return text

        return self.words.standing(slot, fill)

    def _vintage(self) -> str:
        known = self.figures.as_known_at
        status = "Provisional figures" if self.figures.is_provisional else "Final figures"
        return f"{status}, extracted up to {day_label(known)}" if known else status


def joined(*sentences: str) -> str:
    """Return sentences as one text, without the empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)


def day_label(day: date) -> str:
    """Return a day as people write it: 31 March 2025."""
    return f"{day.day} {day:%B %Y}"
