"""The IRO service itself: the team, reviews, participation, concerns, good practice."""

from orchestration.reports import charts
from orchestration.reports.content import (
    Block,
    Paragraph,
    Section,
)
from orchestration.reports.labels import label
from orchestration.reports.phrases import (
    counted,
    listed,
    rounded,
    sentence_case,
    shown,
    stated,
    unavailable,
)
from orchestration.reports.section_writer import SectionWriter

SEVERAL = 6
"""Reasons that a sentence can name; where more are as frequent as one another, the table tells."""


class ServiceSections(SectionWriter):
    """Writes the sections on the service and its work."""

    def service(self) -> Section:
        """Return the section on the team, its caseloads and what surrounds reviews."""
        blocks: list[Block] = []
        fte, people = self._get("iro_full_time_equivalents"), self._get("iro_headcount")
        female, male = (self._get("iro_headcount", "sex", sex) for sex in ("Female", "Male"))
        permanent = self._get("iro_headcount", "employment", "PERMANENT")
        if fte and people:
            text = f"At the end of {self.year} the service had {counted(people.display, 'IRO')} in post"
            if fte.value is not None:
                text += f", {shown(fte.display, fte.unit)} full-time equivalents{self._moved(fte)}"
            text += "."
            if permanent and permanent.value is not None:
                everyone = permanent.display == people.display
                text += " All are permanent." if everyone else f" Permanent: {shown(permanent.display, 'people')}."
            if female and male and female.value is not None and male.value is not None:
                text += (
                    f" Of them, {shown(female.display, 'people')} are female and {shown(male.display, 'people')} male."
                )
            groups = [f for f in self._ordered("iro_headcount", "ethnicity_group") if f.value]
            if groups:
                text += f" By ethnicity: {listed([f'{f.category} {shown(f.display, f.unit)}' for f in groups])}."
            white = self._get("children_looked_after_share", "ethnicity_group", "White")
            if groups and white and white.value is not None:
                text += f" Of the children in our care, {shown(white.display, 'percent')} are of White ethnicity."
            blocks.append(Paragraph(text))
        else:
            blocks.append(Paragraph(unavailable("The make-up of the team")))
        caseload = self._get("iro_caseload")
        within = self._get("iro_caseload_within_handbook")
        text = "The IRO Handbook 2010 says that a full-time IRO should have between 50 and 70 cases."
        if caseload and caseload.value is not None:
            text += f" {self._headline(caseload)}"
            if self.figures.caseload_range:
                low, high = self.figures.caseload_range
                text += f" At the month ends of the year it was between {low} and {high}."
            if self.figures.officers_range:
                least, most = self.figures.officers_range
                text += f" No IRO had fewer than {rounded(least, 1)} or more than {rounded(most, 1)} for a full post."
        if within and within.value is not None:
            text += f" Within the Handbook's range at the year end: {stated(within, 'of IROs')}."
        blocks.append(Paragraph(text))
        if not self.is_public:
            blocks += self._chart(
                charts.caseloads(
                    "caseloads",
                    f"Caseload by IRO, 31 March {self.year_end}{self._status(self.figures.of('iro_caseload', 'iro'))}",
                    self.figures.of("iro_caseload", "iro"),
                    self.notice,
                )
            )
        if self._get("consistent_iro"):
            blocks += self._sentences(self._told("consistent_iro"))
        lines = self._lines(
            "iro_full_time_equivalents",
            "iro_headcount",
            "iro_caseload",
            # Left out of the public tables altogether: to call it not available would say that it was not delivered.
            *([] if self.is_public else ["iro_caseload_within_handbook"]),
            "consistent_iro",
            "iro_allocated_within_5_working_days",
        )
        lines[2:2] = [
            *self._categories("iro_headcount", "sex", "IROs in post: {}", skip_zero=True),
            *self._categories("iro_headcount", "employment", "IROs in post: {}", skip_zero=True),
            *self._categories("iro_headcount", "ethnicity_group", "IROs in post: {}", skip_zero=True),
        ]
        blocks += self._table("service", f"The IRO service at the end of {self.year}", lines, is_compared=False)
        formats = self._ordered("reviews_held", "review_format")
        blocks += self._counts_table(
            "formats",
            f"Reviews by how they were held, {self.year}",
            "How the review was held",
            formats,
            self._get("reviews_held"),
        )
        invitations, records = self._get("invitations_on_time"), self._get("review_records_distributed_on_time")
        text = (
            "The IRO Handbook asks for invitations and consultations at least 10 working days before the review, and "
            "for the record within 20 working days after it."
        )
        for figure in (invitations, records):
            if figure and figure.value is not None:
                text += f" {self._headline(figure)}"
        blocks.append(Paragraph(text))
        lines = self._lines("invitations_on_time", "review_records_distributed_on_time", "review_decisions_on_time")
        blocks += self._table("administration", f"Before and after reviews, {self.year}", lines, is_compared=False)
        blocks += self._narrative("service", "The service")
        return Section("service", "Development of the IRO service", tuple(blocks))

    def timeliness(self) -> Section:
        """Return the section on reviews in time, case tracking and audits."""
        blocks: list[Block] = [
            Paragraph(
                "IROs review care plans within 20 working days of a child entering care. The second review is held "
                "within three months of the first, and later ones within six months of the one before."
            )
        ]
        blocks += self._sentences(
            self._told("reviews_on_time"),
            self._told("children_reviewed_on_time"),
        )
        blocks += self._chart(
            charts.parts_by_month(
                "months-reviews",
                f"Reviews due and held within timescale by month, {self.year}"
                f"{self._status([self._get('reviews_on_time')])}",
                self.figures.months.get("reviews_on_time", []),
                "Reviews due",
                "Held within timescale",
                self.notice,
            )
        )
        reasons = [f for f in self._ordered("reviews_late_reasons", "late_reason") if f.value is None or f.value > 0]
        late = self._get("reviews_late_reasons")
        if late and reasons:
            told = sorted(
                (f for f in reasons if f.value is not None and not f.is_residual),
                key=lambda f: (-(f.value or 0), f.category),
            )
            # The three most frequent, and whatever is as frequent as the third of them.
            most = [f for f in told if (f.value or 0) >= (told[:3][-1].value or 0)]
            text = f"Held late: {counted(late.display, 'review')}{self._moved(late)}." if late.value is not None else ""
            if most and len(most) <= SEVERAL:
                named = [f"{label(f.breakdown, f.category).lower()} ({shown(f.display, f.unit)})" for f in most]
                of_those = " of those shown" if any(f.display == "c" or f.is_together for f in reasons) else ""
                text += f" The reason{'s' if len(named) > 1 else ''} given most often{of_those}: {listed(named)}."
            blocks += self._sentences(text.strip())
            blocks += self._counts_table(
                "late-reasons", f"Reasons for reviews out of timescale, {self.year}", "Reason", reasons, late
            )
        ratings = [f for f in self._ordered("oversight_rating", "rag_rating") if f.value is not None]
        if ratings:
            said = [f"{label(f.breakdown, f.category).lower()} {shown(f.display, f.unit)}" for f in ratings]
            blocks.append(
                Paragraph(
                    "IROs track cases between reviews. Each child is rated by the need for oversight: red for monthly, "
                    f"amber for bi-monthly and green for mid-point oversight. As at 31 March {self.year_end}: "
                    f"{listed(said)}."
                )
            )
        blocks += self._sentences(self._told("oversight_on_time"))
        lines = [
            *self._lines("reviews_on_time"),
            *self._categories("reviews_on_time", "review_type", "On time: {}"),
            *self._lines("children_reviewed_on_time", "reviews_held", "oversight_on_time"),
            *self._categories("oversight_on_time", "rag_rating", "Case tracking on time: {}"),
            *self._categories("oversight_rating", "rag_rating", "Children rated: {}"),
            *self._lines("case_tracking_audits"),
            *self._categories("case_tracking_audits", "audit_type", "Audits: {}"),
        ]
        blocks += self._table(
            "timeliness", f"Timeliness, monitoring and quality assurance, {self.year}", lines, is_compared=False
        )
        blocks += self._narrative("timeliness", "Timeliness and quality assurance")
        return Section("timeliness", "Timeliness of reviews, monitoring and quality assurance", tuple(blocks))

    def participation(self) -> Section:
        """Return the section on children's part in their reviews."""
        blocks: list[Block] = []
        blocks += self._sentences(
            self._told("review_participation"),
            self._told("children_participating"),
        )
        blocks += self._sentences(self._told("review_attendance"))
        if self._get("reviews_with_advocate"):
            blocks += self._sentences(self._told("reviews_with_advocate"))
        codes = self._ordered("review_participation_codes", "participation_code")
        blocks += self._chart(
            charts.counts(
                "participation-codes",
                f"Reviews by participation code, {self.year}{self._status(codes)}",
                "Participation code",
                codes,
                self.notice,
                "table-participation-codes",
            )
        )
        blocks += self._counts_table(
            "participation-codes",
            f"Children's participation codes, {self.year}",
            "Participation code",
            codes,
            self._get("review_participation_codes"),
            "Number of reviews",
        )
        lines = self._lines(
            "review_participation",
            "children_participating",
            "review_attendance",
            "reviews_with_advocate",
            "pre_review_consultations",
            "advocacy_discussed",
            "parents_or_carers_consulted",
        )
        blocks += self._table("participation", f"Children's participation, {self.year}", lines, is_compared=False)
        blocks += self._narrative("participation", "Participation")
        return Section("participation", "Children's participation in reviews", tuple(blocks))

    def concerns(self) -> Section:
        """Return the section on dispute resolution."""
        blocks: list[Block] = [
            Paragraph(
                "IROs first seek to settle a concern informally with the social worker or practice supervisor. The "
                "formal process passes through stages of seniority, with 20 working days in all, as the IRO Handbook "
                "says. An IRO may bypass any stage, and may refer a matter to Cafcass at any point."
            )
        ]
        raised, without = self._get("disputes_raised"), self._get("disputes_raised_excluding_good_practice")
        if raised is None:
            blocks.append(Paragraph(unavailable("Dispute resolutions")))
        elif raised.value is not None:
            text = self._told("disputes_raised")
            good = self._get("good_practice_recognised")
            if good and good.value and without and without.value is not None:
                text += (
                    f" That counts {shown(good.display, good.unit)} "
                    f"{'recognition' if good.display == '1' else 'recognitions'} of good practice; without "
                    f"{'it' if good.display == '1' else 'them'} there were {counted(without.display, 'dispute')}."
                )
            blocks.append(Paragraph(text))
        if self._get("disputes_resolved_early"):
            blocks += self._sentences(self._told("disputes_resolved_early"))
        if self._get("disputes_resolved_within_20_working_days"):
            blocks += self._sentences(self._told("disputes_resolved_within_20_working_days"))
        cafcass = self._get("cafcass_referrals")
        if cafcass and cafcass.value is not None:
            none = cafcass.display == "0"
            blocks += self._sentences(
                "The service had no cause to refer a matter to Cafcass."
                if none
                else f"The service referred {counted(cafcass.display, 'matter')} to Cafcass."
            )
        for breakdown, what, column in (
            ("dispute_stage", "Dispute resolution stages", "Stage that resolved it"),
            ("dispute_category", "Dispute resolution categories", "Category"),
        ):
            found = self._ordered("disputes_raised", breakdown)
            id = breakdown.replace("_", "-")
            caption = f"{what}, {self.year}{self._status(found)}"
            blocks += self._chart(charts.counts(id, caption, column, found, self.notice, f"table-{id}"))
            blocks += self._counts_table(id, f"{what}, {self.year}", column, found, raised)
        blocks += self._chart(
            charts.months(
                "months-disputes",
                f"Dispute resolutions raised by month, {self.year}{self._status([raised])}",
                {"Raised": self.figures.months.get("disputes_raised", [])},
                self.notice,
            )
        )
        lines = self._lines(
            "disputes_raised",
            "disputes_raised_excluding_good_practice",
            "good_practice_recognised",
            "disputes_resolved_early",
            "disputes_resolved_within_20_working_days",
            "disputes_open",
            "cafcass_referrals",
        )
        blocks += self._table("concerns", f"Resolving concerns, {self.year}", lines, is_compared=False)
        blocks += self._narrative("concerns", "Concerns")
        return Section("concerns", "Procedures for resolving concerns", tuple(blocks))

    def good_practice(self) -> Section:
        """Return the section on workshops, events and good practice."""
        blocks: list[Block] = []
        workshops, attendance = self._get("workshops_held"), self._get("workshop_attendance")
        if workshops and workshops.value is not None:
            text = f"IROs held {counted(workshops.display, 'workshop')} for colleagues{self._moved(workshops)}"
            if attendance and attendance.value is not None:
                text += f", with {counted(attendance.display, 'attendance')} in all"
            blocks.append(Paragraph(f"{text}."))
        events = self._get("participation_events_held")
        if events and events.value is not None:
            text = f"Children were invited to {counted(events.display, 'participation event')}{self._moved(events)}."
            each = self._ordered("participation_event_attendance", "event")
            if each and not self.is_public:
                came = [f"{f.category} drew {counted(f.display, 'child', 'children')}" for f in each]
                text += f" {sentence_case(listed(came))}."
            blocks.append(Paragraph(text))
        lines = self._lines(
            "workshops_held",
            "workshop_attendance",
            "participation_events_held",
            "participation_event_attendance",
            "consistent_iro",
        )
        blocks += self._table("good-practice", f"Workshops and events, {self.year}", lines, is_compared=False)
        blocks += self._narrative("good_practice", "Good practice")
        return Section("good-practice", "Good practice and issues for further development", tuple(blocks))
