"""The summary of the children in our care: who they are, where they live, who came and who left."""

from orchestration.reports import charts
from orchestration.reports.comparators import model_label, release_label
from orchestration.reports.content import (
    Block,
    Bullets,
    Note,
    Paragraph,
    Section,
)
from orchestration.reports.figures import Figure
from orchestration.reports.phrases import (
    counted,
    in_words,
    listed,
    shown,
    spelled,
    unavailable,
    year_label,
)
from orchestration.reports.section_writer import SectionWriter, day_label, joined, there_were, were

WITH_PARENTS = "Placed with parents or other person with parental responsibility"
CHILD_ARRANGEMENTS = "Residence order or child arrangement order granted"
SECTION_20 = "Voluntary agreements under S20 CA 1989"
OWN_PROVISION, PRIVATE = "Own provision (by the LA)", "Private provision"


class PopulationSections(SectionWriter):
    """Writes the summary and its eight parts."""

    def population(self) -> Section:
        """Return the summary of the children in our care."""
        return Section(
            "population",
            "Summary of the children in our care population",
            (*self._how_to_read(), *self._narrative("population", "The year")),
            (
                self._year_end(),
                self._placement_types(),
                self._providers(),
                self._stability(),
                self._legal_status(),
                self._entering(),
                self._leaving(),
                self._outcomes(),
            ),
        )

    def _how_to_read(self) -> list[Block]:
        figures = self.figures
        sentences = []
        if figures.is_provisional:
            sentences.append(
                f"The figures for {self.year}, or as at 31 March {self.year_end}, are provisional until the "
                "statistical returns to government have been validated."
            )
        else:
            sentences.append(f"The figures for {self.year}, or as at 31 March {self.year_end}, are final.")
        if figures.as_known_at:
            sentences.append(f"They rest on what was extracted up to {day_label(figures.as_known_at)}.")
        if figures.comparator_year:
            releases = sorted({c.release for f in figures.all for c in f.comparators if c.release})
            models = sorted({c.neighbour_model for f in figures.all for c in f.comparators if c.neighbour_model})
            methods = sorted({c.method for f in figures.all for c in f.comparators if c.method})
            sentences.append(
                f"Comparators are the latest published ones, for {year_label(figures.comparator_year)} unless another "
                f"year is named: {listed(map(in_words, figures.comparator_names))} "
                f"({listed(map(release_label, releases))})."
            )
            if models:
                sentences.append(
                    f"The figure for statistical neighbours is the {listed(methods)} of the neighbours' published "
                    f"figures, with the list of neighbours of {listed(map(model_label, models))}."
                )
        else:
            sentences.append("No published comparators have been loaded.")
        if not figures.has_previous:
            sentences.append(f"There are no figures for {self.last_year} to compare with.")
        sentences.append(
            "A figure is called higher, lower, in line or unchanged by what is displayed; changes are worked out from "
            "unrounded figures."
        )
        if self.is_public:
            sentences.append(
                "Numbers from 1 to 5, and others from which they could be worked out, are suppressed. "
                "A 0 is a true zero. 'Other categories, together' stands for those of a table that are not shown by "
                "themselves; each year has others, so that it is not compared with the year before."
            )
        return [Paragraph(" ".join(sentences))]

    def _year_end(self) -> Section:
        on = f"as at 31 March {self.year_end}"
        share = "children_looked_after_share"
        blocks: list[Block] = []
        total, rate = self._get("children_looked_after"), self._get("children_looked_after_rate")
        if total:
            text = f"{there_were(total.display)} in our care {on}"
            blocks.append(Paragraph(f"{text}{self._moved(total, is_snapshot=True)}. {self._rate(rate)}"))
        blocks += self._trend("trend-rate", "children in our care for every 10,000 children", rate)
        blocks += self._sentences(
            self._largest(share, "age_band", "age group", on),
            self._share(share, "age_band", "5 to 9 years", "of the children", "were aged 5 to 9 years", on),
            self._share(share, "age_band", "16 years and over", "of the children", "were aged 16 years and over", on),
        )
        blocks += self._profile(
            "profile-age", f"Children in our care by age, 31 March {self.year_end}", "age_band", "table-year-end"
        )
        blocks += self._sentences(
            self._share(
                share, "uasc", "UASC", "of the children in our care", "were unaccompanied asylum-seeking children", on
            )
        )
        blocks += self._sentences(
            self._share(share, "sex", "Male", "of the children", "were male", on, is_compared=False),
            self._share(share, "sex", "Female", "of the children", "were female", on, is_compared=False),
            self._share(share, "ethnicity_group", "White", "of the children", "were of White ethnicity", on),
        )
        lines = [
            *self._lines("children_looked_after", "children_looked_after_rate"),
            *self._categories(share, "age_band", "Aged: {}"),
            self._line("Unaccompanied asylum-seeking children", share, "uasc", "UASC"),
            *self._categories(share, "sex", "Sex: {}"),
            *self._categories(share, "ethnicity_group", "Ethnicity: {}"),
        ]
        blocks += self._table("year-end", f"Children in our care {on}", lines)
        blocks += self._narrative("year_end", "Who is in our care")
        return Section("year-end", "Children in our care as at the year end", tuple(blocks))

    def _rate(self, rate: Figure | None) -> str:
        if rate is None:
            return unavailable("The rate per 10,000 children")
        moved = self._moved(rate, is_snapshot=True)
        return joined(f"This is a rate of {spelled(rate.display, rate.unit)}{moved}.", self._beside(rate))

    def _placement_types(self) -> Section:
        on = f"as at 31 March {self.year_end}"
        share = "children_looked_after_share"
        parents = self._get("children_looked_after", "placement_group", WITH_PARENTS)
        blocks: list[Block] = list(
            self._sentences(
                self._share(
                    share,
                    "placement_group",
                    "Foster placements",
                    "of children in our care",
                    "were living in foster care",
                    on,
                )
            )
        )
        if parents:
            share_of_parents = self._get(share, "placement_group", WITH_PARENTS)
            text = (
                f"{there_were(parents.display)} placed with their parents {on}{self._moved(parents, is_snapshot=True)}."
            )
            if share_of_parents and share_of_parents.display not in ("c", "z"):
                text += (
                    f" That is {shown(share_of_parents.display, 'percent')} of the children in our care. "
                    f"{self._beside(share_of_parents)}"
                )
            blocks.append(Paragraph(text.strip()))
        blocks += self._profile(
            "profile-placement",
            f"Where children in our care live, 31 March {self.year_end}",
            "placement_group",
            "table-placements",
        )
        blocks += self._table("placements", f"Placement types {on}", self._categories(share, "placement_group", "{}"))
        return Section("placement-types", "Placement types", tuple(blocks))

    def _providers(self) -> Section:
        on = f"as at 31 March {self.year_end}"
        share = "children_looked_after_share"
        blocks: list[Block] = []
        for text in (
            self._share(share, "provider_group", OWN_PROVISION, "of children", "were placed in our own provision", on),
            self._share(
                share, "provider_group", PRIVATE, "of children", "were placed in independent or private provision", on
            ),
            self._whole(
                "placed_over_20_miles_outside_authority",
                "of children",
                "were placed more than 20 miles from home and outside the authority",
                on,
            ),
            self._whole(
                "placed_over_20_miles",
                "of children",
                "were placed more than 20 miles from home, inside or outside the authority,",
                on,
            ),
        ):
            blocks += self._sentences(text)
        lines = [
            *self._categories(share, "provider_group", "Provider: {}"),
            *self._lines("placed_over_20_miles_outside_authority", "placed_over_20_miles"),
            *self._categories(share, "locality", "Placed: {}"),
            *self._lines("under_16_unregulated"),
        ]
        blocks += self._table("providers", f"Placement providers and location {on}", lines)
        blocks.append(
            Note(
                "Placed more than 20 miles from home and outside the authority is the measure that most reports call "
                "'over 20 miles from home'. Children whose distance is not known stay in the total."
            )
        )
        blocks += self._narrative("placements", "Placements")
        return Section("placement-providers", "Placement providers and location", tuple(blocks))

    def _stability(self) -> Section:
        three, two_years = self._get("three_or_more_placements"), self._get("long_term_placement_stability")
        items = [
            self._whole("three_or_more_placements", "of children", "had three or more placements within the year"),
            self._whole(
                "long_term_placement_stability",
                "of children aged under 16 who had been in our care for at least two and a half years",
                "had lived in the same placement for two years or more",
            ),
        ]
        blocks: list[Block] = [Paragraph(f"During {self.year}:"), Bullets(tuple(item for item in items if item))]
        blocks += self._trend("trend-three-placements", "children with three or more placements in the year", three)
        blocks += self._trend("trend-two-years", "children in the same placement for two years or more", two_years)
        lines = [
            *self._lines("three_or_more_placements", "long_term_placement_stability", "social_worker_changes"),
        ]
        blocks += self._table("stability", f"Placement stability, {self.year}", lines)
        blocks += self._narrative("stability", "Placement stability")
        return Section("placement-stability", "Placement stability", tuple(blocks))

    def _legal_status(self) -> Section:
        on = f"as at 31 March {self.year_end}"
        share = "children_looked_after_share"
        blocks: list[Block] = []
        for category, what in (
            ("Full care order", "were subject to full care orders"),
            (SECTION_20, "were accommodated under section 20 of the Children Act 1989"),
        ):
            blocks += self._sentences(
                self._share(share, "legal_status_group", category, "of children in our care", what, on)
            )
        blocks += self._table("legal-status", f"Legal status {on}", self._categories(share, "legal_status_group", "{}"))
        blocks += self._narrative("legal_status", "Legal status")
        return Section("legal-status", "Legal status", tuple(blocks))

    def _entering(self) -> Section:
        started, rate = self._get("started_looked_after"), self._get("started_looked_after_rate")
        blocks: list[Block] = []
        if started:
            text = f"{there_were(started.display)} who entered our care during {self.year}{self._moved(started)}."
            if rate:
                text += (
                    f" This gives an annual rate of {spelled(rate.display, rate.unit)}{self._moved(rate)}. "
                    f"{self._beside(rate)}"
                )
            blocks.append(Paragraph(text.strip()))
        items = [
            self._share("started_looked_after_share", "age_band", "Under 1 year", "", "were aged under 1"),
            self._share(
                "started_looked_after_share", "age_band", "16 years and over", "", "were aged 16 years and over"
            ),
        ]
        if any(items):
            blocks += [Paragraph("Of the children entering our care:"), Bullets(tuple(item for item in items if item))]
        blocks += self._chart(
            charts.months(
                "months-flows",
                f"Children entering and leaving our care by month, {self.year}{self._status([started])}",
                {
                    "Entered care": self.figures.months.get("started_looked_after", []),
                    "Left care": self.figures.months.get("ceased_looked_after", []),
                },
                self.notice,
            )
        )
        share = "started_looked_after_share"
        lines = [
            *self._lines("started_looked_after", "started_looked_after_rate", "taken_into_care"),
            *self._categories(share, "age_band", "Aged: {}"),
            self._line("Unaccompanied asylum-seeking children", share, "uasc", "UASC"),
            *self._lines("re_entered_after_permanence"),
        ]
        blocks += self._table("entering", f"Children entering our care, {self.year}", lines)
        blocks += self._narrative("entering", "Entering care")
        return Section("entering", "Children entering our care", tuple(blocks))

    def _leaving(self) -> Section:
        ceased = self._get("ceased_looked_after")
        blocks: list[Block] = []
        if ceased:
            blocks.append(
                Paragraph(
                    f"{there_were(ceased.display)} who ceased to be in our care during {self.year}"
                    f"{self._moved(ceased)}. Of these:"
                )
            )
        reasons = (
            ("exit_group", "Adopted", "adopted"),
            ("exit_group", "Special guardianship order", "left through a special guardianship order"),
            ("exit_group", CHILD_ARRANGEMENTS, "left through a child arrangements order"),
            ("exit_group", "Returned home", "returned home to their parents"),
            ("age_band", "18 years and over", "left at the age of 18"),
        )
        items = [self._left(breakdown, category, what) for breakdown, category, what in reasons]
        blocks.append(Bullets(tuple(item for item in items if item)))
        blocks += self._sentences(
            self._whole(
                "left_to_permanence", "of the children leaving our care", "achieved permanence", opening="Overall, "
            ),
            "Permanence here is adoption, a special guardianship order, a child arrangements order, or a return "
            "home to parents or relatives.",
        )
        blocks += self._chart(
            charts.curve(
                "curve-permanence",
                "Children who had left care to permanence, by time since they entered",
                self.figures.curve,
                self.notice,
            )
        )
        if self.figures.curve:
            blocks.append(
                Note(
                    "Each line follows the children who entered care in one year for as long as every one of them can "
                    "be followed. Who left in another way stays among those followed."
                )
            )
        lines = [
            *self._lines("ceased_looked_after"),
            *self._categories("ceased_looked_after_share", "exit_group", "{}"),
            self._line("Left at the age of 18", "ceased_looked_after_share", "age_band", "18 years and over"),
            *self._lines(
                "left_to_permanence",
                "left_to_legal_permanence",
                "left_to_planned_permanence",
                "time_in_care_on_leaving",
                "adoption_months_entry_to_placement",
            ),
        ]
        blocks += self._table("leaving", f"Children leaving our care, {self.year}", lines)
        blocks += self._narrative("leaving", "Leaving care")
        return Section("leaving", "Children leaving our care", tuple(blocks))

    def _left(self, breakdown: str, category: str, what: str) -> str:
        count = self._get("ceased_looked_after", breakdown, category)
        share = self._get("ceased_looked_after_share", breakdown, category)
        if count is None:
            return ""
        if count.display == "c":
            return f"a suppressed number of children {'were ' if what == 'adopted' else ''}{what}"
        verb = f"{were(count.display)} {what}" if what == "adopted" else what
        text = f"{counted(count.display, 'child', 'children')} {verb}"
        if share is not None and share.value is not None and count.display != "0":
            text += f", which is {shown(share.display, 'percent')} of all children leaving our care"
            if share.direction:
                text += f" ({shown(share.previous_display, 'percent')} in {self.last_year})"
        return text

    def _outcomes(self) -> Section:
        missing, convicted = self._get("missing_from_placement"), self._get("convicted")
        blocks: list[Block] = []
        if missing:
            blocks.append(
                Paragraph(
                    joined(
                        self._count_and_share(
                            missing,
                            f"children who had been missing during {self.year}",
                            "of the children who were in our care at any time in the year",
                        ),
                        self._beside(missing),
                    )
                )
            )
        if convicted:
            blocks.append(
                Paragraph(
                    joined(
                        self._count_and_share(
                            convicted,
                            "children aged 10 and over who had been convicted, or subject to a final warning or "
                            f"reprimand, during {self.year}",
                            "of the children aged 10 and over who had been in our care for the whole year",
                        ),
                        self._beside(convicted),
                    )
                )
            )
        lines = [
            *self._lines(
                "missing_from_placement",
                "missing_incidents",
                "missing_incidents_per_child",
                "away_without_authorisation",
                "convicted",
                "health_assessment",
                "dental_check",
                "immunisations",
                "development_check",
                "substance_misuse",
                "sdq_average",
                "sdq_cause_for_concern",
            ),
        ]
        blocks += self._table("outcomes", f"Children in our care outcomes, {self.year}", lines)
        blocks += self._narrative("outcomes", "Outcomes")
        return Section("outcomes", "Children in our care outcomes", tuple(blocks))
