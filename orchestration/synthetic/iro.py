"""What an IRO service records about the children of a history, and the extract of it that a case system delivers.

Every date is the day on which something really happened, OPEN where it has not; an extract hides what came after it.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from orchestration.synthetic.days import OPEN, Ints, Objects, as_text, year_end, year_start
from orchestration.synthetic.history import SPAN, Columns, Flags, History
from orchestration.synthetic.returns import Return

_C = TypeVar("_C", bound=Columns)

IRO_DATES = {
    "started_on", "ended_on", "allocated_on", "scheduled_for", "completed_on", "invitations_sent_on",
    "record_completed_on", "record_distributed_on", "decisions_sent_on", "consulted_on", "rated_on", "tracked_on",
    "raised_on", "resolved_on", "cafcass_referred_on", "entered_on", "left_on", "agreed_on", "achieved_on", "panel_on",
    "matched_on", "audited_on", "held_on",
}  # fmt: skip
"""Columns that hold a date."""
IRO_NUMBERS = {"fte", "attendees", "children_attended", "carers_attended"}


@dataclass
class Staff(Columns):
    """One row per officer or manager; the position in the table is how other tables name the officer."""

    iro: Objects
    role: Objects
    fte: Objects
    employment: Objects
    sex: Objects
    ethnicity: Objects
    start: Ints
    end: Ints


@dataclass
class IroAllocations(Columns):
    """One row per child and officer, one after the other; `recorded_end` is when the system says it ended."""

    period: Ints
    child: Ints
    officer: Ints
    start: Ints
    end: Ints
    recorded_end: Ints


@dataclass
class Meetings(Columns):
    """One row per child and review meeting: held, cancelled, or planned and not held (yet)."""

    number: Ints
    period: Ints
    child: Ints
    officer: Ints
    before: Ints
    scheduled: Ints
    started: Ints
    completed: Ints
    cancelled: Objects
    form: Objects
    code: Objects
    reason: Objects
    invited: Ints
    recorded: Ints
    distributed: Ints
    decided: Ints


@dataclass
class Consultations(Columns):
    """One row per consultation before a review."""

    child: Ints
    officer: Ints
    who: Objects
    when: Ints
    method: Objects
    advocacy: Objects


@dataclass
class Ratings(Columns):
    """One row per child and rating."""

    child: Ints
    rating: Objects
    when: Ints
    reason: Objects


@dataclass
class Tracking(Columns):
    """One row per look at a case between reviews."""

    child: Ints
    officer: Ints
    when: Ints


@dataclass
class Disputes(Columns):
    """One row per dispute resolution; `stage` is the one that resolved it."""

    child: Ints
    officer: Ints
    raised: Ints
    category: Objects
    stage: Objects
    resolved: Ints


@dataclass
class DisputeStages(Columns):
    """One row per dispute and stage; `dispute` is the position among the disputes."""

    dispute: Ints
    stage: Objects
    entered: Ints
    left: Ints


@dataclass
class Plans(Columns):
    """One row per permanence plan."""

    period: Ints
    child: Ints
    kind: Objects
    agreed: Ints
    parallel: Objects
    achieved: Ints
    end: Ints
    reason: Objects


@dataclass
class Matches(Columns):
    """One row per child and long-term matching panel."""

    child: Ints
    panel: Ints
    matched: Ints


@dataclass
class Audits(Columns):
    """One row per audit of an officer's work on one child's record."""

    officer: Ints
    child: Ints
    kind: Objects
    when: Ints
    grade: Objects


@dataclass
class Workshops(Columns):
    """One row per workshop on the reviewing process."""

    when: Ints
    title: Objects
    audience: Objects
    attendees: Ints


@dataclass
class Events(Columns):
    """One row per participation event."""

    when: Ints
    name: Objects
    children: Ints
    carers: Ints


@dataclass
class IroService:
    """Everything an IRO service has recorded."""

    staff: Staff
    allocations: IroAllocations
    meetings: Meetings
    consultations: Consultations
    ratings: Ratings
    tracking: Tracking
    disputes: Disputes
    stages: DisputeStages
    plans: Plans
    matches: Matches
    audits: Audits
    workshops: Workshops
    events: Events


def officer_on(allocations: IroAllocations, child: Ints, day: Ints) -> Ints:
    """Return each child's officer on a day: of the allocations begun by then the last, else the child's first."""
    order = np.argsort(allocations.child * SPAN + allocations.start, kind="stable")
    keys = (allocations.child * SPAN + allocations.start)[order]
    at = np.searchsorted(keys, child * SPAN + day, side="right") - 1
    at = np.where((at < 0) | (allocations.child[order][at] != child), at + 1, at)
    return allocations.officer[order][np.minimum(at, len(keys) - 1)]


def numbered(prefix: str, numbers: Ints) -> Objects:
    """Return the ids that a system makes of running numbers."""
    return np.array([f"{prefix}{number + 1:06d}" for number in numbers.tolist()], dtype=object)


def cut_extract(history: History, service: IroService, year: int, extracted_on: int) -> Return:
    """Return the tables of a collection year as they stood on the day of extraction.

    The extract holds the records of its year, and of what lasts (posts, allocations, plans, ratings, disputes) what
    was current in it.
    """
    since, until = year_start(year), min(year_end(year), extracted_on)
    name, staff = history.children.child, service.staff

    def shown(when: Ints) -> Objects:
        return as_text(np.where(when > extracted_on, OPEN, when))

    def touching(start: Ints, end: Ints) -> Flags:
        return (start <= until) & (end >= since)

    def within(when: Ints) -> Flags:
        return touching(when, when)

    tables: Return = {}
    s = staff.take(touching(staff.start, staff.end))
    tables["iro_staff"] = {
        "iro_id": s.iro, "role": s.role, "fte": s.fte, "employment": s.employment, "sex": s.sex,
        "ethnicity": s.ethnicity, "started_on": as_text(s.start), "ended_on": shown(s.end),
    }  # fmt: skip

    a = service.allocations
    a = a.take(touching(a.start, a.recorded_end))
    tables["iro_allocations"] = {
        "child_id": name[a.child], "iro_id": staff.iro[a.officer], "allocated_on": as_text(a.start),
        "ended_on": shown(a.recorded_end),
    }  # fmt: skip

    m = service.meetings
    held_on = np.minimum(m.completed, m.started)
    planned = (held_on > until) & (m.before <= until) & (history.periods.end[m.period] > until) & (m.cancelled != "Y")
    undated = (m.cancelled == "Y") & within(m.scheduled)
    m = m.take(undated | planned | (within(np.where(m.completed < OPEN, m.completed, m.started))))
    told = ~((np.minimum(m.completed, m.started) > until) & (m.cancelled != "Y"))

    def if_told(column: Objects) -> Objects:
        return np.where(told, column, "").astype(object)

    tables["reviews"] = {
        "review_id": numbered("REV", m.number), "child_id": name[m.child], "iro_id": staff.iro[m.officer],
        "scheduled_for": as_text(np.where(told, m.scheduled, np.maximum(m.scheduled, until + 1))),
        "started_on": if_told(as_text(m.started)), "completed_on": if_told(as_text(m.completed)),
        "cancelled": if_told(m.cancelled), "format": if_told(m.form), "participation_code": if_told(m.code),
        "late_reason": if_told(m.reason), "invitations_sent_on": shown(m.invited),
        "record_completed_on": if_told(shown(m.recorded)), "record_distributed_on": if_told(shown(m.distributed)),
        "decisions_sent_on": if_told(shown(m.decided)),
    }  # fmt: skip

    c, kept = _chosen(service.consultations, within(service.consultations.when))
    tables["pre_review_consultations"] = {
        "consultation_id": numbered("CON", kept), "child_id": name[c.child], "iro_id": staff.iro[c.officer],
        "consulted": c.who, "consulted_on": as_text(c.when), "method": c.method, "advocacy_discussed": c.advocacy,
    }  # fmt: skip

    r = service.ratings
    followed = np.append((r.child[1:] == r.child[:-1]) & (r.when[1:] <= since), False)
    in_care = np.zeros(len(history.children), dtype=bool)
    in_care[history.periods.child[touching(history.periods.start, history.periods.end)]] = True
    r = r.take((r.when <= until) & ~followed & in_care[r.child])
    tables["rag_ratings"] = {
        "child_id": name[r.child], "rating": r.rating, "rated_on": as_text(r.when), "reason": r.reason
    }  # fmt: skip

    t, kept = _chosen(service.tracking, within(service.tracking.when))
    tables["case_tracking"] = {
        "tracking_id": numbered("TRK", kept), "child_id": name[t.child], "iro_id": staff.iro[t.officer],
        "tracked_on": as_text(t.when),
    }  # fmt: skip

    d, kept = _chosen(service.disputes, touching(service.disputes.raised, service.disputes.resolved))
    g = service.stages
    entered = (g.entered <= extracted_on) & np.isin(g.dispute, kept)
    latest = np.full(len(service.disputes), "", dtype=object)
    latest[g.dispute[entered]] = g.stage[entered]  # rows are in the order of the stages: the last one stays
    tables["disputes"] = {
        "dispute_id": numbered("DR", kept), "child_id": name[d.child], "iro_id": staff.iro[d.officer],
        "raised_on": as_text(d.raised), "category": d.category, "current_stage": latest[kept],
        "resolved_on": shown(d.resolved), "resolved_stage": np.where(d.resolved <= extracted_on, d.stage, ""),
        "cafcass_referred_on": np.full(len(d), "", dtype=object),
    }  # fmt: skip
    g = g.take(entered)
    tables["dispute_stages"] = {
        "dispute_id": numbered("DR", g.dispute), "stage": g.stage, "entered_on": as_text(g.entered),
        "left_on": shown(g.left),
    }  # fmt: skip

    p, kept = _chosen(service.plans, touching(service.plans.agreed, service.plans.end) & in_care[service.plans.child])
    tables["permanence_plans"] = {
        "plan_id": numbered("PLAN", kept), "child_id": name[p.child], "plan_type": p.kind,
        "agreed_on": as_text(p.agreed), "parallel": p.parallel, "achieved_on": shown(p.achieved),
        "ended_on": shown(p.end), "end_reason": np.where(p.end <= extracted_on, p.reason, ""),
    }  # fmt: skip

    x = service.matches
    x = x.take((x.panel <= until) & in_care[x.child])
    tables["long_term_matches"] = {
        "child_id": name[x.child], "panel_on": as_text(x.panel), "matched_on": shown(x.matched)
    }  # fmt: skip

    u, kept = _chosen(service.audits, within(service.audits.when))
    tables["audits"] = {
        "audit_id": numbered("AUD", kept), "iro_id": staff.iro[u.officer], "child_id": name[u.child],
        "audit_type": u.kind, "audited_on": as_text(u.when), "grade": u.grade,
    }  # fmt: skip

    w, kept = _chosen(service.workshops, within(service.workshops.when))
    tables["workshops"] = {
        "workshop_id": numbered("WS", kept), "held_on": as_text(w.when), "title": w.title, "audience": w.audience,
        "attendees": w.attendees.astype(str).astype(object),
    }  # fmt: skip

    v, kept = _chosen(service.events, within(service.events.when))
    tables["participation_events"] = {
        "event_id": numbered("EV", kept), "held_on": as_text(v.when), "name": v.name,
        "children_attended": v.children.astype(str).astype(object),
        "carers_attended": v.carers.astype(str).astype(object),
    }  # fmt: skip
    return tables


def _chosen(records: _C, mask: Flags) -> tuple[_C, Ints]:
    """Return the records where the mask is true, and their positions, which their ids are made of."""
    kept = np.flatnonzero(mask)
    return records.take(kept), kept
