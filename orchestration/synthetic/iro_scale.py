"""The IRO service of any authority: the same kind of records as the demo's, calibrated to nothing."""

from dataclasses import fields
from typing import TypeVar

import numpy as np

from orchestration.synthetic.days import OPEN, Ints, add_working_days, day, pick, spread, year_end, year_start
from orchestration.synthetic.history import Columns, History, live_on
from orchestration.synthetic.iro import Audits, Events, IroAllocations, IroService, Staff, Workshops
from orchestration.synthetic.iro_records import (
    CATEGORIES,
    FIRST_IRO_DAY,
    STAGES,
    consult,
    go_through_stages,
    hold_meetings,
    match,
    plan_permanence,
    raise_disputes,
    rate,
    reviewed_periods,
    track,
)
from orchestration.synthetic.records import Generator

FIRST_IRO_YEAR = 2023
CHILDREN_TO_AN_OFFICER = 62
DISPUTES_TO_A_CHILD = 0.3
MATCHES_TO_A_CHILD = 0.1
NOT_WRITTEN = ("audits", "workshops", "participation_events")
"""A few rows a year in any authority: nothing to measure."""

_C = TypeVar("_C", bound=Columns)


def invent_iro_service(rng: Generator, history: History) -> IroService:
    """Invent what the IRO service of an authority has recorded about its children."""
    periods = history.periods
    index = np.flatnonzero(reviewed_periods(history))
    stock = int(live_on(periods.start[index], periods.end[index], day(2024, 3, 31)).sum())
    staff = _staff(rng, max(1, round(stock / CHILDREN_TO_AN_OFFICER)))
    allocations = _allocate(rng, history, index, len(staff) - 1)
    meetings = hold_meetings(rng, history, allocations, 0.9)
    meetings.number = np.arange(len(meetings))
    plans, matches = match(
        rng, history, plan_permanence(rng, history), dict.fromkeys((2023, 2024, 2025), int(stock * MATCHES_TO_A_CHILD))
    )
    ratings = rate(rng, history)
    raised = np.concatenate(
        [spread(rng, int(stock * DISPUTES_TO_A_CHILD), year_start(year), year_end(year)) for year in (2023, 2024, 2025)]
    )
    stage = pick(rng, STAGES, [40, 35, 15, 8, 2], len(raised))
    category = pick(rng, list(CATEGORIES), list(CATEGORIES.values()), len(raised))
    disputes = raise_disputes(rng, history, allocations, raised, stage, category)
    disputes.resolved, stages = go_through_stages(rng, raised, stage, category == "GOOD_PRACTICE", 0.15)
    return IroService(
        staff, allocations, meetings, consult(rng, history, meetings, {2025: 0.88}), ratings,
        track(rng, history, ratings, allocations), disputes, stages, plans, matches,
        _none(Audits), _none(Workshops), _none(Events),
    )  # fmt: skip


def _none(table: type[_C]) -> _C:
    return table(*(np.zeros(0, dtype=np.int64) for _ in fields(table)))


def _staff(rng: Generator, officers: int) -> Staff:
    """Return so many officers in post throughout, and a manager."""
    size = officers + 1
    return Staff(
        np.array([f"IRO{number:03d}" for number in range(1, size)] + ["SM001"], dtype=object),
        np.array(["IRO"] * officers + ["SERVICE_MANAGER"], dtype=object),
        pick(rng, ["1.0", "0.8", "0.6"], [8, 1, 1], size),
        pick(rng, ["PERMANENT", "AGENCY", "SESSIONAL"], [85, 10, 5], size), pick(rng, ["F", "M"], [80, 20], size),
        pick(rng, ["WBRI", "WOTH", "BAFR", "AIND", "MWBC"], [75, 8, 7, 6, 4], size),
        spread(rng, size, day(2012, 4, 1), FIRST_IRO_DAY), np.full(size, OPEN),
    )  # fmt: skip


def _allocate(rng: Generator, history: History, index: Ints, officers: int) -> IroAllocations:
    """Give each child one officer, and one in twelve another one later."""
    periods = history.periods
    first = rng.integers(0, officers, len(index))
    start = np.minimum(add_working_days(periods.start[index], rng.integers(0, 7, len(index))), periods.end[index] - 1)
    end = periods.end[index]
    change = FIRST_IRO_DAY + rng.integers(60, 1000, len(index))
    moves = (rng.random(len(index)) < 1 / 12) & (change > start + 30) & (change < end)
    until = np.where(moves, change, end)
    child = periods.child[index]
    everyone = IroAllocations(index, child, first, start, until, until.copy())
    later = IroAllocations(index, child, (first + 1) % officers, change, end, end.copy()).take(moves)
    joined = everyone.joined(later)
    return joined.take(np.lexsort((joined.start, joined.period)))
