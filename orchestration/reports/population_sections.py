"""The summary of the children in our care: who they are, where they live, who came and who left."""

from orchestration.reports import charts
from orchestration.reports.comparators import model_label, release_label
from orchestration.reports.content import (
    Block,
    Bullets,
    Note,
    Section,
)
from orchestration.reports.messages import WITH_PARENTS
from orchestration.reports.phrases import (
    counted,
    in_words,
    listed,
    sentence_case,
    shown,
    year_label,
)
from orchestration.reports.section_writer import SectionWriter, day_label, joined

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
            (*self._narrative("population", "The year"), *self._how_to_read()),
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
            f"'Up from' and 'down from' look back to {self.last_year}. A figure is called above, below or in line by "
            "what is displayed; changes are worked out from unrounded figures."
        )
        if self.is_public:
            sentences.append(
                "Numbers from 1 to 5, and others from which they could be worked out, are not shown, to protect "
                "children. A 0 is a true zero. 'Other categories, together' stands for those of a table that are not "
                "shown by themselves; each year has others, so that it is not compared with the year before."
            )
        return [Note(" ".join(sentences))]

    def _year_end(self) -> Section:
        on = f"as at 31 March {self.year_end}"
        share = "children_looked_after_share"
        total, rate = self._get("children_looked_after"), self._get("children_looked_after_rate")
        blocks: list[Block] = self._sentences(
            self._in_care(total) if total else "",
            self._told("children_looked_after_rate"),
        )
        blocks += self._trend("trend-rate", "children in our care for every 10,000 children", rate)
        blocks += self._sentences(
            self._largest(share, "age_band", "age group"),
            self._told(share, ("age_band", "5 to 9 years")),
            self._told(share, ("age_band", "16 years and over")),
        )
        blocks += self._profile(
            "profile-age", f"Children in our care by age, 31 March {self.year_end}", "age_band", "table-year-end"
        )
        blocks += self._sentences(self._told(share, ("uasc", "UASC")))
        blocks += self._sentences(self._sexes(), self._ethnicity())
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

    def _sexes(self) -> str:
        male, female = (self._get("children_looked_after_share", "sex", sex) for sex in ("Male", "Female"))
        if not male or not female or male.value is None or female.value is None:
            return ""
        before = (
            f"; the year before, {shown(male.previous_display, 'percent')} and "
            f"{shown(female.previous_display, 'percent')}"
            if male.direction and female.direction
            else ""
        )
        return (
            f"Boys are {shown(male.display, 'percent')} of the children in our care and girls "
            f"{shown(female.display, 'percent')}{before}."
        )

    def _ethnicity(self) -> str:
        white = self._get("children_looked_after_share", "ethnicity_group", "White")
        if not white or white.value is None:
            return ""
        text = f"Children of White ethnicity are {shown(white.display, 'percent')}{self._moved(white)}."
        return joined(text, self._beside(white))

    def _placement_types(self) -> Section:
        on = f"as at 31 March {self.year_end}"
        share = "children_looked_after_share"
        blocks: list[Block] = self._sentences(self._told(share, ("placement_group", "Foster placements")))
        parents = self._told("children_looked_after", ("placement_group", WITH_PARENTS))
        share_of_parents = self._get(share, "placement_group", WITH_PARENTS)
        if parents and share_of_parents and share_of_parents.value is not None:
            parents = joined(
                parents,
                f"They are {shown(share_of_parents.display, 'percent')} of the children in our care.",
                self._beside(share_of_parents),
            )
        blocks += self._sentences(parents)
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
            self._told(share, ("provider_group", OWN_PROVISION)),
            self._told(share, ("provider_group", PRIVATE)),
            self._told("placed_over_20_miles_outside_authority"),
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
        blocks: list[Block] = [
            *self._sentences(self._told("three_or_more_placements")),
            *self._sentences(self._told("long_term_placement_stability")),
        ]
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
        for category in ("Full care order", SECTION_20):
            blocks += self._sentences(self._told(share, ("legal_status_group", category)))
        blocks += self._table("legal-status", f"Legal status {on}", self._categories(share, "legal_status_group", "{}"))
        blocks += self._narrative("legal_status", "Legal status")
        return Section("legal-status", "Legal status", tuple(blocks))

    def _entering(self) -> Section:
        started = self._get("started_looked_after")
        blocks: list[Block] = self._sentences(
            self._told("started_looked_after") if started else "",
            self._told("started_looked_after_rate") if self._get("started_looked_after_rate") else "",
        )
        share = "started_looked_after_share"
        blocks += self._sentences(
            self._told(share, ("age_band", "Under 1 year")),
            self._told(share, ("age_band", "16 years and over")),
        )
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
        blocks: list[Block] = []
        reasons = (
            ("exit_group", "Adopted", "adopted"),
            ("exit_group", "Special guardianship order", "special guardianship order"),
            ("exit_group", CHILD_ARRANGEMENTS, "child arrangements order"),
            ("exit_group", "Returned home", "returned home to their parents"),
            ("age_band", "18 years and over", "left at the age of 18"),
        )
        items = tuple(filter(None, (self._left(breakdown, category, what) for breakdown, category, what in reasons)))
        told = self._told("ceased_looked_after") if self._get("ceased_looked_after") else ""
        blocks += self._sentences(told, "How they left, as part of all who did:" if items else "")
        if items:
            blocks.append(Bullets(items))
        blocks += self._sentences(
            self._told("left_to_permanence"),
            "A permanent home here is adoption, a special guardianship order, a child arrangements order, or a return "
            "to parents or relatives.",
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
        if count is None or count.display == "c":
            return ""
        text = f"{sentence_case(what)}: {counted(count.display, 'child', 'children')}"
        if share is not None and share.value is not None and count.display != "0":
            text += f", {shown(share.display, 'percent')}"
            if share.direction:
                text += f" ({shown(share.previous_display, 'percent')} the year before)"
        return text

    def _outcomes(self) -> Section:
        blocks: list[Block] = []
        for metric_id in ("missing_from_placement", "convicted"):
            if self._get(metric_id):
                blocks += self._sentences(self._told(metric_id))
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
