"""The numbered readings of definitions 12, one function each.

Where the section leaves a choice, the docstring of the function says which was taken and what the other one would be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .iro_reader import IroDelivery, review_date
from .reader import Return, Row
from .rules import Child, PeriodOfCare, rule_4_age, rule_5_live_episode, rule_13_in_oc2_cohort, year_start
from .working_days import plus_months, wd

PARTICIPATED = ("PN1", "PN2", "PN3", "PN5", "PN6")
ATTENDED = ("PN1", "PN2", "PN3", "PN4")
NOT_PARTICIPATED = ("PN4", "PN7")
AGED_FOUR_AND_OVER = PARTICIPATED + NOT_PARTICIPATED
LONG_TERM_FOSTERING = ("LTFOST18", "LTRELFR")
UNKNOWN = "Unknown"


@dataclass(slots=True, eq=False)
class Review:
    """One review of one child: the IRO rows and the SSDA903 row of a day."""

    child: str
    day: date
    code: str | None
    record: Row | None = None  # the IRO row that counts
    period: PeriodOfCare | None = None
    previous: Review | None = None
    review_type: str = UNKNOWN
    due: date | None = None

    @property
    def iro(self) -> str:
        return (self.record or {}).get("iro_id") or UNKNOWN

    @property
    def on_time(self) -> bool:
        return self.due is not None and rule_3_on_time(self)

    @property
    def counted_on(self) -> date:
        """Definitions 12.4: the day whose period a review with a known due date belongs to."""
        assert self.due is not None
        return min(self.due, self.day)


@dataclass(slots=True, eq=False)
class Outstanding:
    """The next due date of a period of care, without a review held."""

    child: str
    due: date
    review_type: str
    period: PeriodOfCare

    on_time = False
    iro = UNKNOWN

    @property
    def day(self) -> date:
        return self.due

    @property
    def counted_on(self) -> date:
        return self.due


@dataclass
class ChildRecords:
    """What the IRO service knows of one child."""

    reviews: list[Review] = field(default_factory=list)  # held ones, by date
    outstanding: list[Outstanding] = field(default_factory=list)
    allocations: list[Row] = field(default_factory=list)
    consultations: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    tracked: list[date] = field(default_factory=list)
    plans: list[Row] = field(default_factory=list)
    matches: list[Row] = field(default_factory=list)


# --- reviews --------------------------------------------------------------------------------------------


def age_on(child: Child, day: date) -> int | None:
    """Completed years; a birth after the day says nothing of the age."""
    age = rule_4_age(child.dob, day)
    return age if age is None or age >= 0 else None


def last_day(period: PeriodOfCare) -> date | None:
    """The last day of a period of care, as definitions 12.1 includes it: the day of DEC.

    An implied end is no DEC: the child counts through 31 March and on no later day. The other reading takes 1 April.
    """
    last = period.episodes[-1]
    if last.dec is None:
        return None
    return last.dec - timedelta(days=1) if last.implied else last.dec


def period_on(child: Child, day: date) -> PeriodOfCare | None:
    """The period of care a day belongs to: of several the one that began last, as a changeover belongs to the next."""
    found = None
    for period in child.periods:
        last = last_day(period)
        if period.start <= day and (last is None or day <= last):
            found = period
    return found


def rule_7_merged(iro_rows: Iterable[Row], ssda903_rows: Iterable[tuple[str, date, str | None]]) -> list[Review]:
    """One review for each child and day, of both sources.

    Cancelled and undated IRO rows drop out first. Of several IRO rows on a day the one with a code counts, then
    the last one delivered; its code wins where it has one, SSDA903's fills the blank.
    """
    chosen: dict[tuple[str, date], Row] = {}
    for row in iro_rows:
        day = review_date(row)
        if row["cancelled"] == "Y" or day is None:
            continue
        other = chosen.get((row["child_id"], day))

        def rank(candidate: Row) -> tuple[bool, Any]:
            return candidate["participation_code"] is not None, candidate["order"]

        if other is None or rank(row) > rank(other):
            chosen[row["child_id"], day] = row
    reviews = {key: Review(*key, row["participation_code"], row) for key, row in chosen.items()}
    for name, day, code in ssda903_rows:
        review = reviews.setdefault((name, day), Review(name, day, None))
        review.code = review.code or code
    return sorted(reviews.values(), key=lambda review: (review.child, review.day))


def rule_5_first_day(years_with_reviews: Iterable[int], reviews: Iterable[Review]) -> date | None:
    """C: the first day from which the authority's reviews are known.

    The earliest review date is that of a held review: one outside care is most often a slip, and one slip would make
    every review before the first extract overdue. The other reading takes any review that is dated and not cancelled.
    """
    days = [year_start(year) for year in years_with_reviews] + [review.day for review in reviews]
    return min(days, default=None)


def rule_2_schedule(
    period: PeriodOfCare, name: str, reviews: list[Review], first_day: date | None
) -> Outstanding | None:
    """Sets type and due date of a period's held reviews, and returns the one that is due next, where that is known.

    A left-censored period of care counts from its visible start; only definitions 12.5 asks whether the reviews are
    all visible.
    """
    due: date | None = wd(period.start, 20)
    kind = "FIRST"
    assert due is not None
    if first_day is None or due < first_day:
        due, kind = None, UNKNOWN
    previous = None
    for review in reviews:
        review.period, review.previous, review.due, review.review_type = period, previous, due, kind
        due = plus_months(review.day, 3 if kind == "FIRST" else 6)
        kind = "SECOND" if kind == "FIRST" else "SUBSEQUENT"
        previous = review
    return Outstanding(name, due, kind, period) if due is not None else None


def rule_3_on_time(review: Review) -> bool:
    assert review.due is not None
    if review.day <= review.due:
        return True
    started, completed = (review.record or {}).get("started_on"), (review.record or {}).get("completed_on")
    if started is None or completed is None:
        return False
    adjourned: bool = started <= review.due and completed <= wd(started, 20)
    return adjourned


def rule_2_outstanding_counts(outstanding: Outstanding) -> bool:
    """Whether the child is in care on the due day: in that same period of care, DECOM <= due < DEC.

    A new period of care restarts the clock, so one that the child has come back to by then has a due date of its own;
    the other reading asks for any care on the day.
    """
    return any(episode.live_on(outstanding.due) for episode in outstanding.period.episodes)


def rule_11_consulted(review: Review, records: ChildRecords, whom: Iterable[str]) -> bool:
    """After the review before, or from the start of the period of care, and on or before the review."""
    assert review.period is not None
    for row in records.consultations:
        after = (
            row["consulted_on"] > review.previous.day if review.previous else row["consulted_on"] >= review.period.start
        )
        if row["consulted"] in whom and after and row["consulted_on"] <= review.day:
            return True
    return False


def rule_10_invited(review: Review) -> bool:
    row = review.record or {}
    sent = row.get("invitations_sent_on")
    return sent is not None and wd(sent, 10) <= (row.get("started_on") or review.day)


def rule_10_sent(review: Review, column: str, limit: date) -> bool:
    sent = (review.record or {}).get(column)
    return sent is not None and sent <= limit


def rule_10_extracted_on(review: Review, deliveries: dict[int, IroDelivery]) -> date | None:
    """Of the delivery that told of the review; SSDA903 alone: of the IRO delivery of its date's collection year."""
    year = review.record["year"] if review.record else review.day.year + (review.day.month >= 4)
    return deliveries[year].extracted_on if year in deliveries else None


# --- the service ----------------------------------------------------------------------------------------


def in_post(row: Row, day: date) -> bool:
    """A person without a first day has been there always; the last day is exclusive, as an allocation's is."""
    begun = row["started_on"] is None or row["started_on"] <= day
    return row["role"] == "IRO" and begun and (row["ended_on"] is None or row["ended_on"] > day)


def rule_13_allocated(allocations: Iterable[Row], day: date) -> str | None:
    """The IRO of a child on a day: the live allocation made last (of two on one day the last one delivered)."""
    live = [
        row for row in allocations if row["allocated_on"] <= day and (row["ended_on"] is None or row["ended_on"] > day)
    ]
    return max(live, key=lambda row: (row["allocated_on"], row["order"]))["iro_id"] if live else None


def rule_14_iros(allocations: list[Row], start: date, end: date) -> set[str]:
    """Everyone who was the child's IRO on some day from start to end; days without one do not count."""
    turns = {start}
    for row in allocations:
        turns.update(day for day in (row["allocated_on"], row["ended_on"]) if day is not None and start < day <= end)
    return {iro for day in turns if (iro := rule_13_allocated(allocations, day)) is not None}


def rule_14_consistent_cohort(child: Child, start: date, end: date) -> bool:
    return rule_5_live_episode(child, end) is not None and rule_13_in_oc2_cohort(child, start, end)


def rule_14_allocated_in_time(
    started: date, period: PeriodOfCare, allocations: Iterable[Row], extracted_on: date | None
) -> bool | None:
    """None where the child is left out: gone before the fifth working day, or the extract too early to tell.

    The extract is the IRO delivery of the collection year of the start; the other reading is the latest one.
    """
    limit = wd(started, 5)
    gone = last_day(period)
    if (gone is not None and gone < limit) or extracted_on is None or limit > extracted_on:
        return None
    return any(
        row["allocated_on"] <= limit and (row["ended_on"] is None or row["ended_on"] > started) for row in allocations
    )


def rule_15_rating(records: ChildRecords, day: date) -> Row | None:
    """The latest rating up to a day, whenever it was given."""
    return max(
        (row for row in records.ratings if row["rated_on"] <= day), key=lambda row: row["rated_on"], default=None
    )


def rule_15_on_time(
    rating: Row, records: ChildRecords, period: PeriodOfCare, day: date, first_day: date | None
) -> bool:
    """Tracked recently enough for the rating, as far as it was tracked by that day.

    Green by "half the days": twice the days since are at most the days between the last review and the next due one, an
    unknown due date (definitions 12.5) being none.
    """
    tracked = [when for when in records.tracked if when <= day]
    if rating["rating"] != "GREEN":
        last = max([*tracked, rating["rated_on"]])
        return day <= plus_months(last, 1 if rating["rating"] == "RED" else 2)
    reviews = [review for review in records.reviews if review.period is period and review.day <= day]
    if reviews:
        last = reviews[-1]
        if any(when > last.day for when in tracked):
            return True
        since, due = last.day, plus_months(last.day, 3 if last.review_type == "FIRST" else 6)
    else:
        if any(when >= period.start for when in tracked):
            return True
        since, due = period.start, wd(period.start, 20)
        if first_day is None or due < first_day:
            return False
    return 2 * (day - since) <= due - since


# --- disputes -------------------------------------------------------------------------------------------


def rule_12_resolved(row: Row, day: date) -> bool:
    return row["resolved_on"] is not None and row["resolved_on"] <= day


def rule_12_stage(row: Row, day: date) -> str:
    """Where it was resolved, by the current stage if that is not said; ONGOING where it was not."""
    return row["resolved_stage"] or row["current_stage"] or UNKNOWN if rule_12_resolved(row, day) else "ONGOING"


def rule_12_within_20_days(row: Row, day: date) -> bool | None:
    """None where the dispute is open and its twenty working days are not over."""
    limit = wd(row["raised_on"], 20)
    if rule_12_resolved(row, day):
        return bool(row["resolved_on"] <= limit)
    return False if day > limit else None


# --- permanence -----------------------------------------------------------------------------------------


def _of_present_stay(day: date, period: PeriodOfCare, on: date) -> bool:
    """What lies before the first visible day is of the stay where its true start is not known."""
    return day <= on and (period.start <= day or period.left_censored)


def rule_16_current_plan(records: ChildRecords, period: PeriodOfCare, day: date) -> Row | None:
    """The current plan: one that is not parallel before one that is, then the one agreed last (then delivered last)."""
    current = [
        row
        for row in records.plans
        if _of_present_stay(row["agreed_on"], period, day) and (row["ended_on"] is None or row["ended_on"] > day)
    ]
    return max(current, key=lambda row: (row["parallel"] != "Y", row["agreed_on"], row["order"]), default=None)


def rule_16_planned_by(review: Review, records: ChildRecords) -> bool:
    """A plan agreed in the review's period of care and on or before its day, ended since or not."""
    assert review.period is not None
    return any(review.period.start <= row["agreed_on"] <= review.day for row in records.plans)


def rule_16_awaiting_match(plan: Row, records: ChildRecords, period: PeriodOfCare, day: date) -> bool:
    matched = any(
        row["matched_on"] is not None and _of_present_stay(row["matched_on"], period, day) for row in records.matches
    )
    return plan["plan_type"] in LONG_TERM_FOSTERING and not matched


# --- building -------------------------------------------------------------------------------------------


def years_with_reviews(returns: dict[int, Return], deliveries: dict[int, IroDelivery]) -> set[int]:
    return {year for year, delivery in returns.items() if delivery.delivered("reviews")} | {
        year for year, delivery in deliveries.items() if "reviews" in delivery.tables
    }


def ssda903_reviews(returns: dict[int, Return]) -> list[tuple[str, date, str | None]]:
    """United on child and date, the latest return first."""
    codes: dict[tuple[str, date], str | None] = {}
    for year in sorted(returns):
        for row in returns[year].rows("reviews"):
            codes[row["CHILD"], row["REVIEW"]] = row["REVIEW_CODE"]
    return [(name, day, code) for (name, day), code in codes.items()]


def held_reviews(child: Child, reviews: list[Review], first_day: date | None) -> tuple[list[Review], list[Outstanding]]:
    """A child's reviews that were held in a period of care, with their due dates, and what was due next in each."""
    by_period: dict[int, list[Review]] = {}
    for review in reviews:
        period = period_on(child, review.day)
        if period is not None:
            by_period.setdefault(id(period), []).append(review)
    held, outstanding = [], []
    for period in child.periods:
        found = by_period.get(id(period), [])
        following = rule_2_schedule(period, child.name, found, first_day)
        held += found
        if following is not None and rule_2_outstanding_counts(following):
            outstanding.append(following)
    return sorted(held, key=lambda review: review.day), outstanding


def caseloads(live: dict[str, list[Row]], staff: dict[str, Row], day: date) -> dict[str, tuple[int, Fraction]]:
    """Per IRO in post with a usable FTE: children live on the day and theirs, and the FTE."""
    loads = {iro: [0, row["fte"]] for iro, row in staff.items() if in_post(row, day) and row["fte"] is not None}
    for allocations in live.values():
        iro = rule_13_allocated(allocations, day)
        if iro in loads:
            loads[iro][0] += 1
    return {iro: (children, fte) for iro, (children, fte) in loads.items()}
