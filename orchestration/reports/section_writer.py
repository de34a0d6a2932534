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
from orchestration.reports.narrative import NarrativeFolder
from orchestration.reports.phrases import (
    compared,
    counted,
    highest,
    listed,
    movement,
    rounded,
    sentence_case,
    shown,
    spelled,
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
            # An open category that nobody falls into says nothing.
            and not (figure.category == "Unknown" and figure.display in ("0", "z"))
        ]

    def _table(self, id: str, caption: str, lines: Sequence[Line], *, is_compared: bool = True) -> list[Block]:
        if all(line.figure is None for line in lines):
            return [Note(unavailable(caption))]
        status = self._status(line.figure for line in lines)
        compared_now = is_compared and any(line.figure and line.figure.comparators for line in lines)
        return [FigureTable(f"table-{id}", f"{caption}{status}", tuple(lines), compared_now)]

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

    def _share(
        self,
        metric_id: str,
        breakdown: str,
        category: str,
        whom: str,
        what: str,
        on: str = "",
        *,
        is_compared: bool = True,
    ) -> str:
        figure = self._get(metric_id, breakdown, category)
        return self._said(figure, whom, what, on, is_compared=is_compared) if figure else ""

    def _whole(self, metric_id: str, whom: str, what: str, on: str = "", *, opening: str = "") -> str:
        figure = self._get(metric_id)
        if figure is None:
            metric = self.figures.metrics.get(metric_id)
            return unavailable(metric.name if metric else metric_id)
        return self._said(figure, whom, what, on, opening=opening)

    def _said(
        self, figure: Figure, whom: str, what: str, on: str, *, opening: str = "", is_compared: bool = True
    ) -> str:
        """Return a figure in a sentence, and its comparators in the next; `on` is the day of a snapshot."""
        if figure.display == "z":
            nobody = whom.removeprefix("of ") or "children"
            return f"There were no {nobody.removeprefix('the ').removeprefix('these ')} to count from."
        moved = self._moved(figure, is_snapshot=bool(on))
        text = sentence_case(" ".join(filter(None, (f"{opening}{stated(figure, whom)}", what, on))))
        return joined(f"{text}{moved}.", self._beside(figure) if is_compared else "")

    def _count_and_share(self, figure: Figure, whom: str, of_whom: str) -> str:
        if figure.numerator is None or figure.value is None:
            return f"The number of {whom} is {shown(figure.display, 'children')}."
        numerator = rounded(figure.numerator)
        start = f"There {was(numerator)} {counted(numerator, 'child', 'children')}{whom.removeprefix('children')}"
        return f"{start}, which is {spelled(figure.display, figure.unit)} {of_whom}{self._moved(figure)}."

    def _largest(self, metric_id: str, breakdown: str, what: str, on: str) -> str:
        found = self._ordered(metric_id, breakdown)
        single = [figure for figure in found if not figure.is_together]
        largest = [single[index] for index in highest([figure.display for figure in single])]
        if not largest:
            return ""
        # A suppressed one may be larger than all that are shown.
        of_those = " of those shown" if any(f.display == "c" or f.is_together for f in found) else ""
        if len(largest) > 1:
            names = listed(label(breakdown, figure.category) for figure in largest)
            share = shown(largest[0].display, largest[0].unit)
            return f"The largest {what}s{of_those} {on} were {names}, each with {share} of children."
        alone = largest[0]
        text = (
            f"The largest {what}{of_those} {on} was {label(breakdown, alone.category)}, "
            f"with {stated(alone, 'of children')}"
        )
        return joined(f"{text}{self._moved(alone, is_snapshot=True)}.", self._beside(alone))

    def _moved(self, figure: Figure, *, is_snapshot: bool = False) -> str:
        """Return how a figure moved; nothing in a first year, of which the report says so once."""
        if not self.figures.has_previous:
            return ""
        return movement(figure, "" if is_snapshot else self.last_year)

    def _beside(self, figure: Figure) -> str:
        if not figure.comparators:
            return ""
        return compared(figure, self.figures.comparator_names, self.figures.comparator_year)

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


def there_were(display: str) -> str:
    """Return the beginning of a sentence on children: There were 25 children."""
    return f"There {was(display)} {counted(display, 'child', 'children')}"


def was(display: str) -> str:
    """Return was or were before what is counted: there was a suppressed number of children."""
    return "was" if display in ("1", "c") else "were"


def were(display: str) -> str:
    """Return was or were after what is counted: a suppressed number of children were."""
    return "was" if display == "1" else "were"


def joined(*sentences: str) -> str:
    """Return sentences as one text, without the empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)


def day_label(day: date) -> str:
    """Return a day as people write it: 31 March 2025."""
    return f"{day.day} {day:%B %Y}"
