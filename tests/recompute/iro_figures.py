"""From reviews, allocations, ratings, disputes and plans to figures: the metrics of the IRO service.

Choices where definitions 12 and the catalogue leave one:
 - Headline of review_participation_codes: the reviews with a code (a blank one is in no count); the other reading is
   all.
 - An outstanding review has no IRO and no reason: both `Unknown`, its age on the due day.
 - The iro breakdown shows every officer by key, known to a staff table or not; a blank iro_id is `Unknown`.
   iro_caseload shows all in post with a usable FTE, those without a child too.
 - iro_caseload_within_handbook has all IROs in post below the line, one without a usable FTE being outside the range;
   the other reading leaves that person out.
 - oversight_rating counts every child live at the period end, UNRATED ones too, in the headline.
 - permanence_plan_recorded by plan_type: children with that plan over all children live; permanence_achieved by
   plan_type: over the children with that plan.
 - disputes_open has recognitions of good practice too, if nobody closed them.
 - A referral to Cafcass counts in the period of its own day, even one dated before the dispute was raised.
 - Attendees that are not known add nothing; the event or workshop counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, Protocol

from . import codes, iro_reader, iro_rules, rules
from .figures import AGE_BANDS, Attributes, Authority, Figure, Key, Run, age_band, count_figure, half_up, percent
from .iro_reader import IroDelivery
from .iro_rules import UNKNOWN, ChildRecords, Outstanding, Review
from .reader import Return, Row, collection_year, read_returns
from .rules import Child, Grid, Period, year_end
from .working_days import wd

CLOSED: dict[str, list[str]] = {
    "age_band": AGE_BANDS,
    "sex": ["Male", "Female", "Unknown"],
    "ethnicity_group": list(dict.fromkeys(codes.ETHNICITY.values())),
    "review_type": ["FIRST", "SECOND", "SUBSEQUENT"],
    "review_format": list(iro_reader.FORMATS),
    "participation_code": list(iro_reader.PARTICIPATION),
    "consulted": ["CARER", "PARENT"],
    "employment": list(iro_reader.EMPLOYMENT),
    "rag_rating": [*iro_reader.RATINGS, "UNRATED"],
    "dispute_stage": [*iro_reader.STAGES, "ONGOING"],
    "dispute_category": list(iro_reader.CATEGORIES),
    "plan_type": list(iro_reader.PLAN_TYPES),
    "audit_type": list(iro_reader.AUDIT_TYPES),
    "iro": [],
    "late_reason": [],
    "audit_grade": [],
    "audience": [],
    "event": [],
}
LONGEST_TEXT = 60
WHO = ["age_band", "sex", "ethnicity_group"]


def open_category(text: str | None) -> str:
    """Free text as a category (late reasons, audiences, events, grades): a long one may tell of a child."""
    if text is None:
        return UNKNOWN
    return text if len(text) <= LONGEST_TEXT else "Other (free text)"


class Dated(Protocol):
    """A review, held or outstanding."""

    child: str

    @property
    def day(self) -> date: ...

    @property
    def iro(self) -> str: ...


class Measured(NamedTuple):
    """What a metric needs delivered, and whether over the whole period or at its end."""

    tables: tuple[str, ...]
    over: bool = True


class IroService:
    """What an authority's IRO deliveries, and its SSDA903 reviews, say of each child."""

    def __init__(self, authority: Authority, deliveries: dict[int, IroDelivery]) -> None:
        self.authority = authority
        self.deliveries = deliveries
        self.children = {child.name: child for child in authority.children}
        self.records: dict[str, ChildRecords] = defaultdict(ChildRecords)

        self.staff = {row["iro_id"]: row for row in iro_reader.unite(deliveries, "iro_staff")}
        for table, name in (
            ("iro_allocations", "allocations"),
            ("pre_review_consultations", "consultations"),
            ("rag_ratings", "ratings"),
            ("permanence_plans", "plans"),
            ("long_term_matches", "matches"),
        ):
            for row in iro_reader.unite(deliveries, table):
                if row["child_id"] is not None:
                    getattr(self.records[row["child_id"]], name).append(row)
        for row in iro_reader.unite(deliveries, "case_tracking"):
            if row["child_id"] is not None:
                self.records[row["child_id"]].tracked.append(row["tracked_on"])
        self.consultations = iro_reader.unite(deliveries, "pre_review_consultations")
        self.matches = iro_reader.unite(deliveries, "long_term_matches")
        self.disputes = iro_reader.unite(deliveries, "disputes")
        self.audits = iro_reader.unite(deliveries, "audits")
        self.workshops = iro_reader.unite(deliveries, "workshops")
        self.events = iro_reader.unite(deliveries, "participation_events")
        self.schedule()

    def schedule(self) -> None:
        returns = self.authority.returns
        merged = iro_rules.rule_7_merged(
            iro_reader.unite(self.deliveries, "reviews"), iro_rules.ssda903_reviews(returns)
        )
        in_care = [
            review
            for review in merged
            if review.child in self.children and iro_rules.period_on(self.children[review.child], review.day)
        ]
        self.first_day = iro_rules.rule_5_first_day(iro_rules.years_with_reviews(returns, self.deliveries), in_care)
        by_child: dict[str, list[Review]] = defaultdict(list)
        for review in merged:
            by_child[review.child].append(review)
        self.reviews: list[Review] = []
        self.outstanding: list[Outstanding] = []
        for child in self.authority.children:
            held, outstanding = iro_rules.held_reviews(child, by_child[child.name], self.first_day)
            records = self.records[child.name]
            records.reviews, records.outstanding = held, outstanding
            self.reviews += held
            self.outstanding += outstanding

    def covers(self, table: str, year: int, to: date) -> bool:
        """Definitions 12.17, by table: `reviews` is what either dataset has, `iro_reviews` the IRO service's own."""
        own = "reviews" if table == "iro_reviews" else table
        if table == "reviews" and self.authority.delivered("reviews", year):
            return True
        delivery = self.deliveries.get(year)
        return delivery is not None and own in delivery.tables and delivery.covers_to >= to

    def available(self, period: Period, measured: Measured) -> bool:
        first, last = collection_year(period.start), collection_year(period.end)
        for table in measured.tables:
            if not self.covers(table, last, period.end):
                return False
            if measured.over and first != last and not self.covers(table, first, year_end(first)):
                return False
        return True


def over(*tables: str) -> Measured:
    return Measured(tables)


def at_end(*tables: str) -> Measured:
    return Measured(tables, over=False)


class IroRun:
    """The figures of one period."""

    def __init__(self, service: IroService, period: Period, out: dict[Key, Figure]) -> None:
        self.service = service
        self.period = period
        self.out = out
        start, end = period.start, period.end
        self.run = Run(service.authority, period)
        self.live = self.run.live
        self.held = [review for review in service.reviews if start <= review.day <= end]
        known: list[Review | Outstanding] = [review for review in service.reviews if review.due is not None]
        known += service.outstanding
        self.due = [review for review in known if start <= review.counted_on <= end]
        self.undetermined = [review for review in self.held if review.due is None]

    def all(self) -> None:
        self.reviews()
        self.participation()
        self.preparation_and_records()
        self.staff()
        self.allocation()
        self.oversight()
        self.disputes()
        self.permanence()
        self.quality()

    # --- emitting ---

    def has(self, measured: Measured) -> bool:
        return self.service.available(self.period, measured)

    def within(self, day: date | None) -> bool:
        return day is not None and self.period.start <= day <= self.period.end

    def put(self, metric: str, breakdown: str, category: str, figure: Figure) -> None:
        self.out[self.period.kind, self.period.end, metric, breakdown, category] = figure

    def headline(self, metric: str, figure: Figure) -> None:
        self.put(metric, "all", "all", figure)

    def by_category(
        self, metric: str, breakdown: str, occurring: Iterable[str], figure: Callable[[str], Figure]
    ) -> None:
        """A row for every closed category, and for others where they occur."""
        for category in dict.fromkeys([*CLOSED[breakdown], *occurring]):
            self.put(metric, breakdown, category, figure(category))

    def count(self, metric: str, members: list[Attributes], breakdowns: Iterable[str] = ()) -> None:
        self.headline(metric, count_figure(len(members)))
        for breakdown in breakdowns:
            counts = Counter(who[breakdown] for who in members)
            self.by_category(metric, breakdown, counts, lambda c, n=counts: count_figure(n[c]))

    def share(
        self,
        metric: str,
        members: list[tuple[Attributes, bool]],
        breakdowns: Iterable[str] = (),
        undecided: list[Attributes] | None = None,
    ) -> None:
        """A percentage and its breakdowns; `undecided` ones are in no denominator but are counted."""
        unknown = None if undecided is None else len(undecided)
        self.headline(metric, percent(sum(hit for _, hit in members), len(members), unknown))
        for breakdown in breakdowns:
            every = Counter(who[breakdown] for who, _ in members)
            hits = Counter(who[breakdown] for who, hit in members if hit)
            left = Counter(who[breakdown] for who in undecided or [])
            self.by_category(
                metric,
                breakdown,
                [*every, *left],
                lambda c, h=hits, e=every, u=left: percent(h[c], e[c], u[c]),
            )

    # --- attributes ---

    def child(self, review: Dated) -> Child:
        return self.service.children[review.child]

    def who(self, review: Dated) -> Attributes:
        child = self.child(review)
        return {
            "age_band": age_band(iro_rules.age_on(child, review.day)),
            "sex": child.sex,
            "ethnicity_group": child.ethnicity_group,
            "iro": review.iro,
        }

    def review_attributes(self, review: Review | Outstanding) -> Attributes:
        record = (review.record or {}) if isinstance(review, Review) else {}
        return {
            **self.who(review),
            "review_type": review.review_type,
            "review_format": record.get("format") or UNKNOWN,
            "late_reason": open_category(record.get("late_reason")),
        }

    def with_iro(self, breakdowns: list[str], measured: Measured) -> list[str]:
        return [*breakdowns, "iro"] if self.has(measured) else breakdowns

    # --- sections of the catalogue ---

    def reviews(self) -> None:
        if self.has(over("iro_reviews")):
            late = [self.review_attributes(review) for review in self.due if not review.on_time]
            self.count("reviews_late_reasons", late, ["late_reason"])
        if not self.has(over("reviews")):
            return
        named = self.with_iro([], over("iro_reviews", "iro_staff"))
        formats = ["review_format"] if self.has(over("iro_reviews")) else []
        held = [self.review_attributes(review) for review in self.held]
        undecided = [self.review_attributes(review) for review in self.undetermined]
        self.count("reviews_held", held, ["review_type", *formats, *named])
        due = [(self.review_attributes(review), review.on_time) for review in self.due]
        self.share("reviews_on_time", due, ["review_type", *WHO, *named], undecided)
        on_time = [(self.review_attributes(review), review.on_time) for review in self.held if review.due is not None]
        self.share("reviews_held_on_time", on_time, ["review_type", *named], undecided)
        verdicts: dict[str, bool] = {}
        for review in self.due:
            verdicts[review.child] = verdicts.get(review.child, True) and review.on_time
        long_enough = [
            child.name
            for child, episode in self.live
            if episode.period is not None and episode.period.start < self.period.end - timedelta(days=28)
        ]
        chosen = [verdicts[name] for name in long_enough if name in verdicts]
        self.headline("children_reviewed_on_time", percent(sum(chosen), len(chosen)))

    def participation(self) -> None:
        if not self.has(over("reviews")):
            return
        coded = [(self.who(review), review.code) for review in self.held if review.code is not None]
        self.count(
            "review_participation_codes", [{"participation_code": code} for _, code in coded], ["participation_code"]
        )
        breakdowns = self.with_iro(WHO, over("iro_reviews", "iro_staff"))
        aged = [(who, code) for who, code in coded if code in iro_rules.AGED_FOUR_AND_OVER]
        self.share("review_participation", [(w, code in iro_rules.PARTICIPATED) for w, code in aged], breakdowns)
        self.share("review_attendance", [(w, code in iro_rules.ATTENDED) for w, code in aged], breakdowns)
        verdicts: dict[str, bool] = {}
        for review in self.held:
            if review.code in iro_rules.AGED_FOUR_AND_OVER:
                took_part = review.code not in iro_rules.NOT_PARTICIPATED
                verdicts[review.child] = verdicts.get(review.child, True) and took_part
        self.headline("children_participating", percent(sum(verdicts.values()), len(verdicts)))
        advocates = sum(code in ("PN2", "PN5") for _, code in coded)
        self.headline("reviews_with_advocate", count_figure(advocates))

    def preparation_and_records(self) -> None:
        service = self.service
        if self.has(over("iro_reviews")):
            invited = sum(iro_rules.rule_10_invited(review) for review in self.held)
            self.headline("invitations_on_time", percent(invited, len(self.held)))
            for metric, column, days in (
                ("review_records_distributed_on_time", "record_distributed_on", 20),
                ("review_decisions_on_time", "decisions_sent_on", 5),
            ):
                members = []
                for review in self.held:
                    limit = wd(review.day, days)
                    extracted_on = iro_rules.rule_10_extracted_on(review, service.deliveries)
                    if extracted_on is not None and limit <= extracted_on:
                        members.append((self.who(review), iro_rules.rule_10_sent(review, column, limit)))
                self.share(metric, members, self.with_iro([], over("iro_staff")))
        if self.has(over("iro_reviews", "pre_review_consultations")):
            aged = [
                (self.who(review), iro_rules.rule_11_consulted(review, service.records[review.child], ("CHILD",)))
                for review in self.held
                if (age := iro_rules.age_on(self.child(review), review.day)) is not None and age >= 4
            ]
            self.share("pre_review_consultations", aged, self.with_iro([], over("iro_staff")))
            metric, total = "parents_or_carers_consulted", len(self.held)

            def consulted(*whom: str) -> Figure:
                found = (
                    iro_rules.rule_11_consulted(review, service.records[review.child], whom) for review in self.held
                )
                return percent(sum(found), total)

            self.headline(metric, consulted("CARER", "PARENT"))
            self.by_category(metric, "consulted", [], lambda c: consulted(c))
        if self.has(over("pre_review_consultations")):
            rows = [
                row for row in service.consultations if row["consulted"] == "CHILD" and self.within(row["consulted_on"])
            ]
            self.headline("advocacy_discussed", percent(sum(r["advocacy_discussed"] == "Y" for r in rows), len(rows)))

    def staff(self) -> None:
        service, end = self.service, self.period.end
        if not self.has(at_end("iro_staff")):
            return
        posts = [row for row in service.staff.values() if iro_rules.in_post(row, end)]
        people = [
            {
                "sex": row["sex"],
                "ethnicity_group": row["ethnicity_group"],
                "employment": row["employment"] or UNKNOWN,
            }
            for row in posts
        ]
        self.count("iro_headcount", people, ["sex", "ethnicity_group", "employment"])

        def fte(chosen: Iterable[Fraction | None]) -> Figure:
            total = sum((part for part in chosen if part is not None), Fraction(0))
            return Figure(float(total), None, float(total), half_up(total, 1))

        metric = "iro_full_time_equivalents"
        self.headline(metric, fte(row["fte"] for row in posts))
        for breakdown in ("sex", "ethnicity_group"):
            self.by_category(
                metric,
                breakdown,
                {row[breakdown] for row in posts},
                lambda c, b=breakdown: fte(row["fte"] for row in posts if row[b] == c),
            )
        if not self.has(at_end("iro_staff", "iro_allocations")):
            return
        allocations = {child.name: service.records[child.name].allocations for child, _ in self.live}
        loads = iro_rules.caseloads(allocations, service.staff, end)

        def caseload(children: int, parts: Fraction) -> Figure:
            if not parts:
                return Figure(children, 0, None, "z")
            return Figure(children, float(parts), float(children / parts), half_up(children / parts, 1))

        children, total = sum(n for n, _ in loads.values()), sum((fte for _, fte in loads.values()), Fraction(0))
        self.headline("iro_caseload", caseload(children, total))
        self.by_category("iro_caseload", "iro", loads, lambda iro: caseload(*loads[iro]))
        inside = sum(50 <= n / fte <= 70 for n, fte in loads.values())
        self.headline("iro_caseload_within_handbook", percent(inside, len(posts)))

    def allocation(self) -> None:
        service, start, end = self.service, self.period.start, self.period.end
        if not self.has(over("iro_allocations")):
            return
        verdicts = []
        for child, episode in self.run.started:
            assert episode.period is not None
            delivery = service.deliveries.get(collection_year(episode.decom))
            verdict = iro_rules.rule_14_allocated_in_time(
                episode.decom,
                episode.period,
                service.records[child.name].allocations,
                delivery.extracted_on if delivery else None,
            )
            if verdict is not None:
                verdicts.append(verdict)
        self.headline("iro_allocated_within_5_working_days", percent(sum(verdicts), len(verdicts)))
        cohort = [child for child, _ in self.live if iro_rules.rule_14_consistent_cohort(child, start, end)]
        same = sum(
            len(iro_rules.rule_14_iros(service.records[child.name].allocations, start, end)) == 1 for child in cohort
        )
        self.headline("consistent_iro", percent(same, len(cohort)))

    def oversight(self) -> None:
        service, end = self.service, self.period.end
        if not self.has(at_end("rag_ratings")):
            return
        breakdowns = ["rag_rating", *self.with_iro([], at_end("iro_staff", "iro_allocations"))]
        members, verdicts = [], []
        for child, episode in self.live:
            assert episode.period is not None
            records = service.records[child.name]
            rating = iro_rules.rule_15_rating(records, end)
            who = {
                "rag_rating": rating["rating"] if rating else "UNRATED",
                "iro": iro_rules.rule_13_allocated(records.allocations, end) or UNKNOWN,
            }
            members.append(who)
            if rating is not None:
                verdicts.append(
                    (who, iro_rules.rule_15_on_time(rating, records, episode.period, end, service.first_day))
                )
        self.count("oversight_rating", members, breakdowns)
        if self.has(at_end("rag_ratings", "case_tracking", "iro_reviews")):
            self.share("oversight_on_time", verdicts, breakdowns)

    def disputes(self) -> None:
        disputes, end = self.service.disputes, self.period.end

        def attributes(row: Row) -> Attributes:
            return {
                "dispute_stage": iro_rules.rule_12_stage(row, end),
                "dispute_category": row["category"] or UNKNOWN,
            }

        if self.has(at_end("disputes")):
            still = [row for row in disputes if row["raised_on"] <= end and not iro_rules.rule_12_resolved(row, end)]
            self.count("disputes_open", [attributes(row) for row in still], ["dispute_stage"])
        if not self.has(over("disputes")):
            return
        raised = [row for row in disputes if self.within(row["raised_on"])]
        proper = [row for row in raised if row["category"] != "GOOD_PRACTICE"]
        both = ["dispute_stage", "dispute_category"]
        self.count("disputes_raised", [attributes(row) for row in raised], both)
        self.count("disputes_raised_excluding_good_practice", [attributes(row) for row in proper], both)
        self.headline("good_practice_recognised", count_figure(len(raised) - len(proper)))
        early = sum(iro_rules.rule_12_stage(row, end) in ("INFORMAL", "STAGE_1") for row in raised)
        self.headline("disputes_resolved_early", percent(early, len(raised)))
        verdicts = [v for row in proper if (v := iro_rules.rule_12_within_20_days(row, end)) is not None]
        self.headline("disputes_resolved_within_20_working_days", percent(sum(verdicts), len(verdicts)))
        referred = sum(self.within(row["cafcass_referred_on"]) for row in disputes)
        self.headline("cafcass_referrals", count_figure(referred))

    def permanence(self) -> None:
        service, end = self.service, self.period.end
        if self.has(over("long_term_matches")):
            matched = {row["child_id"] for row in service.matches if self.within(row["matched_on"])}
            self.headline("long_term_matched", count_figure(len(matched)))
        if self.has(over("iro_reviews", "permanence_plans")):
            second = [review for review in self.held if review.review_type == "SECOND"]
            planned = sum(iro_rules.rule_16_planned_by(review, service.records[review.child]) for review in second)
            self.headline("permanence_plan_by_second_review", percent(planned, len(second)))
        if not self.has(at_end("permanence_plans")):
            return
        plans = []
        for child, episode in self.live:
            assert episode.period is not None
            plan = iro_rules.rule_16_current_plan(service.records[child.name], episode.period, end)
            if plan is not None:
                plans.append((service.records[child.name], episode.period, plan))
        total = len(self.live)
        types = Counter(plan["plan_type"] or UNKNOWN for _, _, plan in plans)
        self.headline("permanence_plan_recorded", percent(len(plans), total))
        self.by_category("permanence_plan_recorded", "plan_type", types, lambda c: percent(types[c], total))
        achieved = [
            (
                {"plan_type": plan["plan_type"] or UNKNOWN},
                plan["achieved_on"] is not None and plan["achieved_on"] <= end,
            )
            for _, _, plan in plans
        ]
        self.share("permanence_achieved", achieved, ["plan_type"])
        if self.has(at_end("permanence_plans", "long_term_matches")):
            waiting = sum(iro_rules.rule_16_awaiting_match(plan, records, care, end) for records, care, plan in plans)
            self.headline("awaiting_long_term_match", count_figure(waiting))

    def quality(self) -> None:
        service = self.service
        if self.has(over("audits")):
            audits = [
                {"audit_type": row["audit_type"] or UNKNOWN, "audit_grade": open_category(row["grade"])}
                for row in service.audits
                if self.within(row["audited_on"])
            ]
            self.count("case_tracking_audits", audits, ["audit_type", "audit_grade"])
        for table, rows, held, attended, number, breakdown, name in (
            (
                "workshops",
                service.workshops,
                "workshops_held",
                "workshop_attendance",
                "attendees",
                "audience",
                "audience",
            ),
            (
                "participation_events",
                service.events,
                "participation_events_held",
                "participation_event_attendance",
                "children_attended",
                "event",
                "name",
            ),
        ):
            if not self.has(over(table)):
                continue
            chosen = [(open_category(row[name]), row[number] or 0) for row in rows if self.within(row["held_on"])]
            self.headline(held, count_figure(len(chosen)))
            self.headline(attended, count_figure(sum(n for _, n in chosen)))
            totals: Counter[str] = Counter()
            for category, people in chosen:
                totals[category] += people
            self.by_category(attended, breakdown, totals, lambda c, n=totals: count_figure(n[c]))


def iro_figures(authority: Authority, deliveries: dict[int, IroDelivery]) -> dict[Key, Figure]:
    service = IroService(authority, deliveries)
    out: dict[Key, Figure] = {}
    for period in rules.rule_20_periods(authority.returns):
        IroRun(service, period, out).all()
    return out


def recompute_iro(
    landing: Path,
    la_code: str,
    as_known_at: date | None = None,
    iro_keys: Mapping[str, str] | None = None,
    authority: Authority | None = None,
) -> dict[Key, Figure]:
    """Every figure of the IRO service of one authority, straight from its delivered files.

    `iro_keys` names the staff as the warehouse does; without it the iro breakdown has the ids delivered.
    """
    known = authority or Authority(read_returns(Path(landing), la_code, as_known_at), la_code)
    births = {child.name: child.dob for child in known.children}
    deliveries = iro_reader.read_iro_deliveries(Path(landing), la_code, births.get, as_known_at)
    figures = iro_figures(known, deliveries)
    if iro_keys is None:
        return figures
    return {
        (*key[:4], iro_keys.get(key[4], key[4]) if key[3] == "iro" else key[4]): figure
        for key, figure in figures.items()
    }


def recompute_everything(
    landing: Path,
    la_code: str,
    as_known_at: date | None = None,
    populations: dict[tuple[str, int], int] | None = None,
    grid: Grid | None = None,
    iro_keys: Mapping[str, str] | None = None,
) -> dict[Key, Figure]:
    """The figures of SSDA903 and of the IRO service, from one reading of the returns."""
    returns: dict[int, Return] = read_returns(Path(landing), la_code, as_known_at)
    authority = Authority(returns, la_code, populations, grid)
    return {**authority.figures(), **recompute_iro(landing, la_code, as_known_at, iro_keys, authority)}
