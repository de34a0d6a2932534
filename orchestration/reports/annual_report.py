"""The annual report of the IRO service: which figures and charts stand in which section, and the sentences on them.

The order is that of the printed reports, after the Handbook's list of what the corporate parenting board scrutinises.
"""

from collections.abc import Sequence
from datetime import datetime

from orchestration.reports.comparators import comparator_source
from orchestration.reports.content import (
    Block,
    Bullets,
    Cell,
    Line,
    Narrative,
    Paragraph,
    Report,
    Section,
    Table,
    figure_tables,
)
from orchestration.reports.figures import Figure
from orchestration.reports.highlights import highlights
from orchestration.reports.messages import highlight
from orchestration.reports.phrases import NOT_AVAILABLE, rounded, shown
from orchestration.reports.population_sections import PopulationSections
from orchestration.reports.recommendations import FILE as RECOMMENDATIONS
from orchestration.reports.recommendations import Recommendation, read_recommendations
from orchestration.reports.section_writer import day_label, joined
from orchestration.reports.service_sections import ServiceSections

WITHOUT_DELIVERY = {
    "version": "The program counts otherwise.",
    "other": "An acceptance, a setting or DfE's figures.",
}
"""What changed a figure where nothing was delivered."""


class AnnualReport(PopulationSections, ServiceSections):
    """Writes the content of one report, section by section."""

    def report(self) -> Report:
        """Return the whole report."""
        figures = self.figures
        sections = [
            self._summary(),
            self._introduction(),
            Section("legal-context", "Legal context", (self._standing("legal_context"),)),
            Section(
                "role", "Overview of the IRO role and responsibilities", (self._standing("role_and_responsibilities"),)
            ),
            self._recommendations_progress(),
            self.population(),
            self.service(),
            self.timeliness(),
            self.participation(),
            self.concerns(),
            self.good_practice(),
            Section(
                "recommendations",
                f"IRO service recommendations for {self.next_year}",
                self._recommendations(),
            ),
            *([] if self.is_public else [self._sign_off()]),
        ]
        sections = [section for section in sections if section.blocks or section.sections]
        sections.append(self._sources(sections))
        return Report(
            title="Annual Report: Independent Reviewing Officer Service",
            la_name=figures.la_name,
            period=f"April {figures.year - 1} to March {figures.year}",
            variant="public" if self.is_public else "internal",
            is_synthetic=figures.is_synthetic,
            is_provisional=figures.is_provisional,
            vintage=self._vintage(),
            comparator_names=tuple(figures.comparator_names),
            comparator_year=figures.comparator_year,
            this_year=self.year,
            previous_year=self.last_year,
            sections=tuple(sections),
            file_stem=f"iro_annual_report_{figures.year}",
            branding=self.words.branding(),
            made_from=f"{_made(figures.published_at)}Publication {figures.run_id}",
            published_at=figures.published_at,
        )

    def _summary(self) -> Section:
        """Return the year on one page, for whoever reads no further."""
        found = highlights(self.figures)
        total = self._get("children_looked_after")
        blocks: list[Block] = self._sentences(self._in_care(total) if total else "")
        for heading, chosen, is_compared in (
            ("What to celebrate:", found.celebrated, True),
            ("What to worry about:", found.worrying, True),
            ("What else changed:", found.changed, False),
        ):
            if chosen:
                items = tuple(self._highlight(figure, is_compared=is_compared) for figure in chosen)
                blocks += [Paragraph(heading, is_lead=True), Bullets(items)]
        if blocks:
            blocks += self._table(
                "headlines",
                f"Headline figures, {self.year}",
                [
                    Line(one.name, figure)
                    for one in self.figures.headlines
                    if (figure := self._get(one.metric_id, one.breakdown, one.category)) and figure.display != "c"
                ],
                is_counted=False,
            )
        return Section("summary", "Executive summary", tuple(blocks))

    def _highlight(self, figure: Figure, *, is_compared: bool) -> str:
        if not is_compared:
            return self._headline(figure)
        return joined(highlight(figure, has_previous=self.figures.has_previous), self._beside(figure))

    def _introduction(self) -> Section:
        return Section(
            "introduction",
            "Introduction",
            (self._standing("introduction_standing"), *self._narrative("introduction", "Introduction")),
        )

    def _recommendations_progress(self) -> Section:
        lines = self._lines(
            "long_term_matched",
            "awaiting_long_term_match",
            "permanence_plan_recorded",
            "permanence_plan_by_second_review",
            "permanence_achieved",
            "oversight_on_time",
            "case_tracking_audits",
            "pre_review_consultations",
            "advocacy_discussed",
            "review_records_distributed_on_time",
            "review_decisions_on_time",
        )
        made = read_recommendations(self.words.folder_of_last_year / RECOMMENDATIONS, self.figures.metrics)
        blocks: list[Block] = [
            *([self._progress_of(made)] if made else []),
            *self._narrative("recommendations_progress", f"Progress on the recommendations for {self.year}"),
        ]
        if self._get("long_term_matched"):
            blocks += self._sentences(self._told("long_term_matched"))
        blocks += self._table("progress", "Figures for last year's recommendations", lines, is_compared=False)
        return Section(
            "recommendations-progress", f"Progress of IRO service recommendations for {self.year}", tuple(blocks)
        )

    def _progress_of(self, made: Sequence[Recommendation]) -> Table:
        """Return last year's recommendations, what was done, and what the figures say of it."""
        rows = tuple(
            (Cell(one.number), Cell(one.text), Cell(one.progress or "-"), Cell(self._measured(one.measures) or "-"))
            for one in made
        )
        columns = ("No.", f"Recommendation for {self.year}", "Progress", "What the figures say")
        return Table("recommendations-last", f"Recommendations for {self.year} and their progress", columns, rows)

    def _recommendations(self) -> tuple[Block, ...]:
        made = read_recommendations(self.words.folder / RECOMMENDATIONS, self.figures.metrics)
        words = self._narrative("recommendations", f"Recommendations for {self.next_year}")
        if not made:
            return words
        rows = tuple((Cell(one.number), Cell(one.text), Cell(self._measured(one.measures) or "-")) for one in made)
        columns = ("No.", f"Recommendation for {self.next_year}", f"Where its measures stand in {self.year}")
        table = Table("recommendations-next", f"Recommendations for {self.next_year}", columns, rows)
        # The prompt asks for what the table has; words of the authority's stand before it.
        return (*(block for block in words if isinstance(block, Narrative) and block.markdown), table)

    def _measured(self, measures: Sequence[str]) -> str:
        said = []
        for metric_id in measures:
            figure, name = self._get(metric_id), self.figures.metrics[metric_id].short_name
            now = shown(figure.display, figure.unit) if figure else NOT_AVAILABLE
            before = f" ({shown(figure.previous_display, figure.unit)} in {self.last_year})" if figure else ""
            said.append(f"{name}: {now}{before if figure and figure.direction else ''}")
        return "; ".join(said)

    def _sign_off(self) -> Section:
        roles = ("Written by", "Approved by", "Received by the corporate parenting board")
        rows = tuple((Cell(role), Cell(""), Cell(""), Cell("")) for role in roles)
        table = Table("sign-off", "Who has signed this report", ("Signed", "Name and role", "Signature", "Date"), rows)
        return Section("signed", "Sign-off", (table,))

    def _sources(self, sections: Sequence[Section]) -> Section:
        parts = []
        used: dict[str, None] = {}
        for section in sections:
            lines = [line for table in figure_tables(section) for line in table.lines if line.figure]
            # What the summary has stands in the other sections too.
            if not lines or section.id == "summary":
                continue
            used |= dict.fromkeys(line.figure.metric_id for line in lines if line.figure)
            parts.append(
                Section(
                    f"sources-{section.id}",
                    f"Sources: {section.title}",
                    (_source_table(section.id, section.title, lines),),
                )
            )
        metrics = [self.figures.metrics[metric_id] for metric_id in sorted(used)]
        definitions = Table(
            "definitions",
            "Definitions of the figures in this report",
            ("Figure", "What it means", "Definition"),
            tuple(
                (
                    Cell(metric.name),
                    Cell(metric.definition),
                    Cell(f"{metric.metric_id}{'' if metric.source == 'official' else ' (a local measure)'}"),
                )
                for metric in metrics
            ),
        )
        return Section(
            "annex",
            "Annex: definitions and sources",
            (
                Paragraph(
                    "Every figure has a definition by which it was counted. The tables below give it, with the numbers "
                    "behind each figure, the day on which its records were extracted, and the release that its "
                    "comparators come from."
                ),
                definitions,
            ),
            (*self._revisions(), *parts),
        )

    def _revisions(self) -> list[Section]:
        """Return what has changed since the figures of the year were published, where anything has."""
        rows = tuple(
            (
                Cell(one.name),
                Cell(day_label(one.published_on)),
                Cell(one.before),
                Cell(one.now or "no longer given"),
                Cell(f"Delivered since: {one.new_deliveries}" if one.new_deliveries else WITHOUT_DELIVERY[one.because]),
            )
            for one in self.figures.revisions
        )
        if not rows:
            return []
        columns = ("Figure", "First published so on", "It was", "It became", "Why")
        said = Paragraph(
            "The figures below were published before and have changed, for the most part because records were made or "
            "corrected late. Which children they are is told to those who may know it, in the restricted outputs."
        )
        table = Table("revisions", "Figures that have changed since they were published", columns, rows)
        return [Section("revised", "What has changed since it was published", (said, table))]


def _source_table(section: str, title: str, lines: Sequence[Line]) -> Table:
    """Return where the figures of a section come from; those that differ in their numerators alone share a row."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        figure = line.figure
        if figure is None:
            continue
        below = "" if figure.denominator is None else rounded(figure.denominator, _places(figure.denominator))
        key = (
            figure.metric_id if figure.breakdown == "all" else f"{figure.metric_id} by {figure.breakdown}",
            f"{below}{f' ({figure.denominator_source})' if figure.denominator_source else ''}",
            f"{figure.status}{f', {day_label(figure.as_known_at)}' if figure.as_known_at else ''}",
            comparator_source(figure),
        )
        said = f"{line.label}: {_numerator(figure)}"
        if said not in rows.setdefault(key, []):
            rows[key].append(said)
    columns = (
        "Definition",
        "Figures and their numerators",
        "Denominator",
        "Status and day of extraction",
        "Comparators",
    )
    found = [
        (Cell(definition), Cell("; ".join(said)), Cell(below or "-"), Cell(status), Cell(compared_with or "-"))
        for (definition, below, status, compared_with), said in rows.items()
    ]
    return Table(f"sources-{section}-table", f"Sources of the figures in: {title}", columns, tuple(found))


def _made(at: str) -> str:
    """Return when a publication was made, as people write it; nothing where it does not say."""
    return f"Made on {day_label(datetime.fromisoformat(at))} at {at[11:16]} UTC. " if at else ""


def _numerator(figure: Figure) -> str:
    if figure.numerator is None:
        return (
            "not shown"
            if figure.display == "c"
            else "none, it is a median"
            if figure.unit == "median_months"
            else "none"
        )
    return rounded(figure.numerator, _places(figure.numerator))


def _places(value: float) -> int:
    return 0 if value == int(value) else 1
