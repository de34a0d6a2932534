"""The IRO service of the demo authority: reviews, disputes, matches and caseloads as the report prints them.

The report gives 2024/25 and a few figures of 2023/24; the year before is only plausible. Nobody in it exists.
"""

from dataclasses import replace

import numpy as np

from orchestration.synthetic.days import (
    OPEN,
    Ints,
    Objects,
    add_months,
    add_working_days,
    day,
    pick,
    spread,
    to_working_day,
    year_end,
    year_start,
)
from orchestration.synthetic.demo_authority import SEED, demo_history
from orchestration.synthetic.demo_records import due_dates
from orchestration.synthetic.history import SPAN, Flags, History, live_on
from orchestration.synthetic.iro import (
    Audits,
    Disputes,
    DisputeStages,
    Events,
    IroAllocations,
    IroService,
    Matches,
    Meetings,
    Staff,
    Workshops,
    officer_on,
)
from orchestration.synthetic.iro_records import (
    CATEGORIES,
    FIRST_IRO_DAY,
    LATE_REASONS,
    consult,
    draw_children_in_care,
    go_through_stages,
    hold_meetings,
    match,
    plan_permanence,
    raise_disputes,
    rate,
    reviewed_periods,
    track,
)
from orchestration.synthetic.records import LAST_DAY, Generator

YEARS = (2023, 2024, 2025)

OFFICERS = [
    ("IRO01", "1.0", "PERMANENT", "F", (2014, 9, 1), None),
    ("IRO02", "1.0", "PERMANENT", "F", (2016, 4, 18), None),
    ("IRO03", "1.0", "PERMANENT", "M", (2017, 1, 9), None),
    ("IRO04", "1.0", "PERMANENT", "F", (2018, 6, 4), None),
    ("IRO05", "1.0", "PERMANENT", "F", (2019, 10, 7), None),
    ("IRO06", "1.0", "PERMANENT", "F", (2020, 11, 2), None),
    ("IRO07", "1.0", "PERMANENT", "F", (2021, 5, 17), None),
    ("IRO08", "1.0", "AGENCY", "F", (2021, 9, 6), (2023, 10, 31)),
    ("IRO09", "1.0", "AGENCY", "M", (2021, 11, 1), (2024, 3, 15)),
    ("IRO10", "0.6", "SESSIONAL", "F", (2022, 1, 10), (2023, 6, 30)),
]
"""Seven of one full-time equivalent since March 2024, as the report says; agency and sessional staff left before."""
MANAGER = ("SM01", "1.0", "PERMANENT", "F", (2022, 3, 7), None)

DISPUTES = {
    2023: {"INFORMAL": 58, "STAGE_1": 72, "STAGE_2": 84, "STAGE_3": 48, "STAGE_4": 12},
    2024: {"INFORMAL": 60, "STAGE_1": 79, "STAGE_2": 91, "STAGE_3": 52, "STAGE_4": 12},
    2025: {"INFORMAL": 51, "STAGE_1": 50, "STAGE_2": 6, "STAGE_3": 7},
}
"""Disputes by the stage that resolved them by the year's end: 2023/24 has 139 of 303 = 46% at the first two."""
STILL_OPEN = {
    2023: ["STAGE_1"] * 3 + ["STAGE_2"] * 3,
    2024: ["STAGE_1"] * 2 + ["STAGE_2"] * 4 + ["STAGE_3"] * 3,
    2025: [],
}
"""Disputes raised in the year and resolved after its end, by the stage that resolved them then."""
PAST_THE_LIMIT = {2023: 0.12, 2024: 0.12, 2025: 0.1}

MATCHED = {2022: 90, 2023: 34, 2024: 41, 2025: 66}
EVENTS = [
    ((2022, 8, 10), "Summer Picnic", 7, 5),
    ((2023, 8, 9), "Summer Picnic", 9, 6),
    ((2024, 10, 28), "Halloween Bake Off", 8, 6),
    ((2024, 12, 16), "Christmas Bake Off", 10, 7),
]
WORKSHOPS = [
    ("Introduction to the reviewing process", "Social workers"),
    ("Care planning and reviews", "Newly qualified social workers"),
    ("Preparing for a review", "Foster carers"),
    ("Dispute resolution", "Practice supervisors"),
]
ADJOURNED = {2023: 3, 2024: 3, 2025: 4}
"""Reviews that began in time and were completed, once adjourned, after the due date but within 20 working days."""


def demo_iro_service(seed: int = SEED) -> IroService:
    """Return what the demo authority's IRO service has recorded about its children."""
    history = demo_history(seed)
    rng = np.random.default_rng([seed, 812, 3])
    staff = _staff()
    allocations = _allocate(rng, history, staff)
    meetings = _meet(rng, history, allocations)
    disputes, stages = _dispute(rng, history, allocations)
    plans, matches = match(rng, history, plan_permanence(rng, history), MATCHED)
    ratings = rate(rng, history)
    return IroService(
        staff, allocations, meetings, consult(rng, history, meetings, {2023: 0.84, 2024: 0.88, 2025: 0.93}), ratings,
        track(rng, history, ratings, allocations), disputes, stages, plans, _with_deferred(rng, matches),
        _audit(rng, history, staff, allocations), _workshops(rng), _events(),
    )  # fmt: skip


def _staff() -> Staff:
    everyone = [*OFFICERS, MANAGER]
    size = len(everyone)
    columns = [np.array([person[column] for person in everyone], dtype=object) for column in range(4)]
    return Staff(
        columns[0], np.array(["IRO"] * (size - 1) + ["SERVICE_MANAGER"], dtype=object), columns[1], columns[2],
        columns[3],
        np.full(size, "WBRI", dtype=object), np.array([day(*person[4]) for person in everyone]),
        np.array([day(*person[5]) if person[5] else OPEN for person in everyone]),
    )  # fmt: skip


# -- Caseloads ---------------------------------------------------------------------------------------------------------


def _allocate(rng: Generator, history: History, staff: Staff) -> IroAllocations:
    """Share the children out so that caseloads stay even at every month end, siblings with one officer.

    Who is looked after when is known here, so each family goes to the officer with the fewest children over the whole
    time to come; an officer who leaves hands the children over in the same way.
    """
    periods, children = history.periods, history.children
    index = np.flatnonzero(reviewed_periods(history))
    index = index[np.argsort(periods.start[index], kind="stable")]
    ends = np.array([*(add_months(np.full(37, day(2022, 4, 1)), np.arange(37)) - 1).tolist()])
    begun = np.maximum(periods.start[index], FIRST_IRO_DAY - 1)
    here = live_on(begun[:, None], periods.end[index][:, None], ends[None, :])
    fte = staff.fte[: len(OFFICERS)].astype(float)
    leaves = staff.end[: len(OFFICERS)]
    load = np.zeros((len(OFFICERS), len(ends)))
    handovers = sorted({int(when) for when in leaves if when < OPEN})
    homes = children.home[periods.child[index]]
    family: dict[str, int] = {}
    rows: list[tuple[int, int, int]] = []

    def choose(members: Flags, when: int) -> int:
        coming = here[members].sum(axis=0) * (ends >= when)
        months = coming * (ends < leaves[:, None])
        # The mean over the months to come, so that nobody is preferred for leaving soon.
        cost = ((load + 0.5) * months).sum(axis=1) / np.maximum(months.sum(axis=1), 0.01) / fte
        in_post = leaves > when
        chosen = int(np.argmin(np.where(in_post, cost, np.inf)))
        load[chosen] += coming * (ends < leaves[chosen])
        return chosen

    current = np.full(len(index), -1)
    boundaries = [*handovers, OPEN]
    since = 0
    for until in boundaries:
        fresh = np.flatnonzero((begun >= since) & (begun < until))
        for one in fresh.tolist():
            if current[one] >= 0:
                continue
            together = (begun == begun[one]) & (homes == homes[one]) & (homes[one] != "")
            together[one] = True
            together &= current < 0
            known = family.get(str(homes[one]), -1) if begun[one] >= FIRST_IRO_DAY else -1
            month = int(np.searchsorted(ends, begun[one]))
            crowded = load[:, month] / fte > (load[:, month] / fte)[leaves > begun[one]].min() + 1
            if known < 0 or leaves[known] < OPEN or crowded[known]:
                chosen = choose(together, int(begun[one]))
            else:
                chosen = known
                load[chosen] += here[together].sum(axis=0)
            current[together] = chosen
            family[str(homes[one])] = chosen
            rows += [(int(member), chosen, int(begun[member])) for member in np.flatnonzero(together)]
        if until == OPEN:
            break
        leaving = np.isin(current, np.flatnonzero(leaves == until)) & (periods.end[index] > until)
        for one in np.flatnonzero(leaving).tolist():
            if not leaving[one]:
                continue
            together = leaving & (homes == homes[one]) & (homes[one] != "")
            together[one] = True
            chosen = choose(together, until)
            current[together] = chosen
            family[str(homes[one])] = chosen
            leaving &= ~together
            rows += [(int(member), chosen, until) for member in np.flatnonzero(together)]
        since = until
    return _as_allocations(rng, history, staff, index, rows)


def _as_allocations(
    rng: Generator, history: History, staff: Staff, index: Ints, rows: list[tuple[int, int, int]]
) -> IroAllocations:
    """Date the allocations: most within five working days, some handed over with an overlap."""
    periods = history.periods
    member, officer, start = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    period = index[member]
    order = np.lexsort((start, period))
    period, officer, start = period[order], officer[order], start[order]
    first = np.append(True, period[1:] != period[:-1])
    size = len(period)
    begun = periods.start[period]
    wait = np.where(rng.random(size) < 0.05, rng.integers(6, 10, size), rng.integers(0, 5, size))
    allocated = np.maximum(add_working_days(begun, wait), begun)
    allocated = np.maximum(allocated, staff.start[officer])
    allocated = np.minimum(np.minimum(allocated, periods.end[period] - 1), LAST_DAY)
    start = np.where(first, allocated, start)
    last = np.append(first[1:], True)
    end = np.where(last, periods.end[period], np.append(start[1:], 0))
    allocations = IroAllocations(period, periods.child[period], officer, start, end, end.copy())
    allocations = allocations.take(start < end)  # without those whose officer left before the child was allocated
    allocations = _even_out(rng, _swap(rng, allocations), len(OFFICERS))
    # Some handovers were recorded late: for a few days the child has two officers.
    following = np.append(allocations.period[1:] == allocations.period[:-1], False)
    overlapping = rng.permutation(np.flatnonzero(following))[:7]
    allocations.recorded_end[overlapping] += rng.integers(2, 11, len(overlapping))
    return allocations


def _swap(rng: Generator, allocations: IroAllocations) -> IroAllocations:
    """Exchange a few children between officers in 2024/25: to spare journeys, say."""
    settled = np.flatnonzero((allocations.start < day(2024, 3, 1)) & (allocations.end == OPEN))
    chosen = rng.permutation(settled)
    pairs: list[tuple[int, int]] = []
    for one in chosen.tolist():
        if len(pairs) == 10:
            break
        if any(one in pair for pair in pairs):
            continue
        others = [o for o in chosen.tolist() if allocations.officer[o] != allocations.officer[one]
                  and not any(o in pair for pair in pairs)]  # fmt: skip
        pairs.append((one, others[0]))
    moves = to_working_day(spread(rng, len(pairs), day(2024, 5, 1), day(2025, 2, 20)))
    left = np.array([pair[0] for pair in pairs])
    right = np.array([pair[1] for pair in pairs])
    allocations = _hand_over(allocations, left, allocations.officer[right], moves)
    # The first hand-over added rows at the end only, so the positions still hold.
    allocations = _hand_over(allocations, right, allocations.officer[left], moves)
    return allocations.take(np.lexsort((allocations.start, allocations.period)))


def _hand_over(allocations: IroAllocations, rows: Ints, officer: Ints, when: Ints) -> IroAllocations:
    """End these allocations on a day and begin others below them."""
    new = allocations.take(rows)
    new.officer, new.start = officer, when
    allocations.end[rows] = when
    allocations.recorded_end[rows] = when
    return allocations.joined(new)


def _even_out(rng: Generator, allocations: IroAllocations, officers: int) -> IroAllocations:
    """Move the few children it takes for the caseloads of 2024/25 to lie from 60 to 65, and at 62 or 63 at its end."""
    ends = add_months(np.full(12, day(2024, 5, 1)), np.arange(12)) - 1
    live = live_on(allocations.start[:, None], allocations.end[:, None], ends[None, :])
    load = np.array([live[allocations.officer == officer].sum(axis=0) for officer in range(officers)])
    load = load[load[:, -1] > 0]  # who left before comes last

    def excess(trial: Ints) -> int:
        outside = np.maximum(trial - 65, 0) + np.maximum(60 - trial, 0)
        last = np.maximum(trial[:, -1] - 63, 0) + np.maximum(62 - trial[:, -1], 0)
        return int(10 * outside.sum() + last.sum() + 5 * (trial.min() != 60))

    for _ in range(12):
        if not excess(load):
            break
        trials = []
        for giver in range(len(load)):
            for taker in range(len(load)):
                for month in range(12):
                    trial = load.copy()
                    trial[giver, month:] -= 1
                    trial[taker, month:] += 1
                    trials.append((excess(trial), giver, taker, month))
        best, giver, taker, month = min(trials)
        if best >= excess(load):
            break
        load[giver, month:] -= 1
        load[taker, month:] += 1
        fits = (allocations.officer == giver) & (allocations.end == OPEN) & (allocations.start < day(2024, 2, 1))
        chosen = rng.permutation(np.flatnonzero(fits))[:1]
        when = to_working_day(ends[month : month + 1] - 12)
        allocations = _hand_over(allocations, chosen, np.array([taker]), when)
    return allocations.take(np.lexsort((allocations.start, allocations.period)))


# -- Reviews -----------------------------------------------------------------------------------------------------------


def _meet(rng: Generator, history: History, allocations: IroAllocations) -> Meetings:
    """Hold the reviews of the return, with what a case system has beside them."""
    meetings = hold_meetings(rng, history, allocations, 0.93)
    reviews = history.reviews
    due, known = due_dates(history.periods, reviews, reviews.held)
    at = np.searchsorted(
        reviews.period * SPAN + reviews.held, meetings.period * SPAN + np.minimum(meetings.completed, SPAN - 1)
    )
    at = np.minimum(at, len(reviews) - 1)
    held = (meetings.completed < OPEN) & (meetings.completed >= FIRST_IRO_DAY)
    due, known = due[at], known[at] & held
    late = known & (meetings.completed > due)
    _adjourn(rng, meetings, due, known, late)
    told = late & (rng.random(len(meetings)) < 0.92)
    meetings.reason[told] = pick(rng, LATE_REASONS, [45, 35, 12, 8], int(told.sum()))
    # Not every system fills both dates.
    only_started = held & (meetings.started == meetings.completed) & (rng.random(len(meetings)) < 0.02)
    meetings.completed[only_started] = OPEN
    blank = rng.permutation(np.flatnonzero(held))[:40]
    meetings.code[blank] = ""

    cancelled = _cancel(rng, meetings, held, late)
    meetings = _unmatched(rng, history, allocations, meetings).joined(cancelled)
    meetings = meetings.take(np.lexsort((meetings.child, meetings.scheduled)))
    meetings.number = np.arange(len(meetings))
    _share_a_meeting(history, meetings)
    return _repeat(rng, meetings)


def _adjourn(rng: Generator, meetings: Meetings, due: Ints, known: Flags, late: Flags) -> None:
    """Let some of the late reviews have begun in time, and some of the others be completed at a second meeting."""
    for year, number in ADJOURNED.items():
        within = known & (meetings.completed >= year_start(year) + 20) & (meetings.completed <= year_end(year))
        begun = to_working_day(due - rng.integers(0, 4, len(due)))
        fits = within & late & (begun > meetings.before) & (begun >= year_start(year))
        fits &= meetings.completed <= add_working_days(begun, 20)
        chosen = rng.permutation(np.flatnonzero(fits))[:number]
        meetings.started[chosen] = begun[chosen]
        others = within & ~late & (meetings.completed - meetings.before > 60)
        second = rng.permutation(np.flatnonzero(others))[:5]
        meetings.started[second] = to_working_day(meetings.completed[second] - rng.integers(5, 15, len(second)))
        for rows in (chosen, second):
            meetings.scheduled[rows] = meetings.started[rows]
            meetings.invited[rows] = np.maximum(add_working_days(meetings.started[rows], -11), meetings.before[rows])


def _cancel(rng: Generator, meetings: Meetings, held: Flags, late: Flags) -> Meetings:
    """Return meetings that were cancelled some days before the one that was held; a few have dates nevertheless."""
    found = held & (meetings.started - meetings.before > 40) & (meetings.started == meetings.completed)
    found &= rng.random(len(meetings)) < np.where(late, 0.4, 0.025)
    cancelled = meetings.take(found)
    size = len(cancelled)
    cancelled.scheduled = to_working_day(cancelled.started - rng.integers(4, 20, size))
    cancelled.cancelled = np.full(size, "Y", dtype=object)
    dated = rng.random(size) < 0.15
    cancelled.started = np.where(dated, cancelled.scheduled, OPEN)
    for column in ("completed", "recorded", "distributed", "decided"):
        getattr(cancelled, column)[:] = OPEN
    cancelled.invited = np.maximum(add_working_days(cancelled.scheduled, -12), cancelled.before)
    cancelled.code = np.full(size, "", dtype=object)
    cancelled.form = np.full(size, "", dtype=object)
    return cancelled


def _unmatched(rng: Generator, history: History, allocations: IroAllocations, meetings: Meetings) -> Meetings:
    """Leave out a few meetings, which only the return has then, and add some that the return has not.

    Those added are two of 2022/23 and two that were held after the children had left, which count for nobody.
    """
    held = np.minimum(meetings.started, meetings.completed)
    missing: list[int] = []
    for year, number in ((2023, 6), (2024, 8), (2025, 5)):
        fits = (meetings.started == meetings.completed) & (held >= year_start(year)) & (held <= year_end(year))
        missing += rng.permutation(np.flatnonzero(fits))[:number].tolist()
    full = (meetings.started == meetings.completed) & (held < OPEN)
    between = np.flatnonzero(
        full & (held - meetings.before > 150) & (held < day(2023, 3, 1)) & (meetings.before > FIRST_IRO_DAY)
    )
    between = rng.permutation(np.setdiff1d(between, missing))[:2]
    end = history.periods.end[meetings.period]
    gone = np.flatnonzero(full & (end < day(2025, 1, 10)) & (end > day(2024, 6, 1)) & (meetings.code != "PN0"))
    _, once = np.unique(meetings.child[gone], return_index=True)
    gone = rng.permutation(np.setdiff1d(gone[once], missing))[:2]
    extra = meetings.take(np.concatenate([between, gone]))
    middle = to_working_day(meetings.before[between] + (held[between] - meetings.before[between]) // 2)
    when = np.concatenate([middle, to_working_day(end[gone] + 24)])
    for column in ("scheduled", "started", "completed"):
        setattr(extra, column, when.copy())
    extra.officer = officer_on(allocations, extra.child, when)
    for column in ("recorded", "distributed", "decided"):
        getattr(extra, column)[:] = when + 14
    extra.invited = add_working_days(when, -12)
    extra.reason[:] = ""
    kept = np.ones(len(meetings), dtype=bool)
    kept[missing] = False
    return meetings.take(kept).joined(extra)


def _share_a_meeting(history: History, meetings: Meetings) -> None:
    """Give the reviews of three siblings on one day, for which the return has a date in common, one number."""
    day_of = np.where(meetings.completed < OPEN, meetings.completed, meetings.started)
    homes = history.children.home[meetings.child]
    rows = np.flatnonzero((day_of < OPEN) & (day_of >= year_start(2025)) & (meetings.cancelled != "Y"))
    together: dict[tuple[str, int], list[int]] = {}
    for row in rows.tolist():
        if homes[row]:
            together.setdefault((str(homes[row]), int(day_of[row])), []).append(row)
    for members in together.values():
        if len(members) >= 3:
            for column in ("number", "officer", "scheduled", "started", "completed", "invited", "form"):
                values = getattr(meetings, column)
                values[members] = values[members[0]]


def _repeat(rng: Generator, meetings: Meetings) -> Meetings:
    """Repeat a few rows as systems do that export a row per form: one with the participation code, one without."""
    held = np.flatnonzero((meetings.completed < OPEN) & (meetings.completed >= FIRST_IRO_DAY) & (meetings.code != ""))
    twice = rng.permutation(held)[:9]
    blank = meetings.take(twice)
    blank.code = np.full(len(twice), "", dtype=object)
    joined = meetings.joined(blank)
    return joined.take(np.argsort(np.concatenate([np.arange(len(meetings)), twice]), kind="stable"))


# -- Disputes ----------------------------------------------------------------------------------------------------------


def _dispute(rng: Generator, history: History, allocations: IroAllocations) -> tuple[Disputes, DisputeStages]:
    """Raise as many disputes as the report prints and lead each to the stage that resolved it."""
    found: list[tuple[Disputes, DisputeStages]] = []
    for year in YEARS:
        stage = np.repeat(list(DISPUTES[year]), list(DISPUTES[year].values())).astype(object)
        open_at_end = STILL_OPEN[year]
        stage = rng.permutation(np.concatenate([stage, np.array(open_at_end, dtype=object)]))
        size = len(stage)
        still = np.zeros(size, dtype=bool)
        for name in set(open_at_end):
            still[np.flatnonzero(stage == name)[: open_at_end.count(name)]] = True
        category = _categories(rng, stage, still)
        raised = np.sort(to_working_day(spread(rng, size, year_start(year) + 2, year_end(year) - 8)))
        resolved, stages = go_through_stages(rng, raised, stage, category == "GOOD_PRACTICE", PAST_THE_LIMIT[year])
        # Raised early enough to be resolved by 31 March, or late enough not to be.
        latest = to_working_day(np.full(size, year_end(year) - 4))
        shift = np.where(still, latest - rng.integers(1, 12, size) - raised, np.minimum(latest - resolved, 0))
        raised = np.maximum(to_working_day(raised + shift), year_start(year) + 1)
        resolved, stages = _re_dated(raised, stages, still, year)
        disputes = raise_disputes(rng, history, allocations, raised, stage, category)
        disputes.resolved = resolved
        found.append((disputes, stages))
    disputes, stages = found[0]
    for more, more_stages in found[1:]:
        more_stages.dispute = more_stages.dispute + len(disputes)
        disputes, stages = disputes.joined(more), stages.joined(more_stages)
    return disputes, stages


def _categories(rng: Generator, stage: Objects, still: Flags) -> Objects:
    """Share the categories out in the printed proportions; good practice is recognised informally and at once."""
    size = len(stage)
    names, weights = list(CATEGORIES), np.array(list(CATEGORIES.values()))
    counts = weights * size // weights.sum()
    counts[names.index("DRIFT_AND_DELAY")] += size - counts.sum()
    category = np.full(size, "", dtype=object)
    praised = rng.permutation(np.flatnonzero((stage == "INFORMAL") & ~still))[: counts[-1]]
    category[praised] = "GOOD_PRACTICE"
    category[category == ""] = rng.permutation(np.repeat(names[:-1], counts[:-1]).astype(object))
    return category


def _re_dated(raised: Ints, stages: DisputeStages, still: Flags, year: int) -> tuple[Ints, DisputeStages]:
    """Return when disputes raised on other days were resolved, every stage as many working days as before."""
    resolved = raised.copy()
    entered, left = stages.entered.copy(), stages.left.copy()
    for row in range(len(stages)):  # a few hundred rows, each after the one before it
        dispute = stages.dispute[row]
        length = int(
            np.busday_count(stages.entered[row].astype("datetime64[D]"), stages.left[row].astype("datetime64[D]"))
        )
        entered[row] = resolved[dispute]
        left[row] = add_working_days(entered[row : row + 1], max(length, 1))[0]
        resolved[dispute] = left[row]
    last = np.full(len(raised), -1)
    last[stages.dispute] = np.arange(len(stages))
    over = year_end(year) - 3
    for dispute in np.flatnonzero(~still & (resolved > over)).tolist():
        left[last[dispute]] = resolved[dispute] = over
    for dispute in np.flatnonzero(still & (resolved <= year_end(year) + 1)).tolist():
        left[last[dispute]] = resolved[dispute] = year_end(year) + 9
    return resolved, replace(stages, entered=entered, left=left)


# -- The rest ----------------------------------------------------------------------------------------------------------


def _with_deferred(rng: Generator, matches: Matches) -> Matches:
    """Let a few panels have put the match off to a second one."""
    deferred = matches.take(rng.permutation(np.flatnonzero(matches.matched >= FIRST_IRO_DAY))[:6])
    deferred.panel = to_working_day(deferred.panel - 42)
    deferred.matched = np.full(len(deferred), OPEN)
    joined = matches.joined(deferred)
    return joined.take(np.lexsort((joined.panel, joined.child)))


def _audit(rng: Generator, history: History, staff: Staff, allocations: IroAllocations) -> Audits:
    """Audit each officer every month, one record of each kind in turn, and sample two more."""
    rows: list[tuple[int, int, str]] = []
    kinds = ["CASE_TRACKING", "REVIEW_RECORD", "CONSULTATION", "DISPUTE"]
    for month, first in enumerate(add_months(np.full(36, FIRST_IRO_DAY), np.arange(36)).tolist()):
        held = int(to_working_day(np.array([first + 16]))[0])
        officers = np.flatnonzero((staff.role == "IRO") & live_on(staff.start, staff.end, held))
        rows += [(int(officer), held, "CASE_TRACKING") for officer in officers]
        rows += [(int(officer), held, kinds[1 + (month + nth) % 3]) for nth, officer in enumerate(officers)]
        sampled = rng.permutation(officers)[:2]
        rows += [(int(officer), int(to_working_day(np.array([first + 24]))[0]), "DIP_SAMPLE") for officer in sampled]
    officer = np.array([row[0] for row in rows])
    when = np.array([row[1] for row in rows])
    child = history.periods.child[draw_children_in_care(rng, history, when)]
    for position in range(len(rows)):
        mine = np.flatnonzero(
            (allocations.officer == officer[position]) & live_on(allocations.start, allocations.end, when[position])
        )
        child[position] = allocations.child[mine[int(rng.integers(0, len(mine)))]]
    grade = pick(rng, ["Outstanding", "Good", "Requires improvement", "Inadequate"], [8, 62, 27, 3], len(rows))
    return Audits(officer, child, np.array([row[2] for row in rows], dtype=object), when, grade)


def _workshops(rng: Generator) -> Workshops:
    """Hold a workshop every month, for one audience after the other."""
    when = to_working_day(add_months(np.full(36, FIRST_IRO_DAY), np.arange(36)) + 12)
    chosen = [WORKSHOPS[number % len(WORKSHOPS)] for number in range(len(when))]
    titles, audiences = (np.array(column, dtype=object) for column in zip(*chosen, strict=True))
    return Workshops(when, titles, audiences, rng.integers(6, 21, len(when)))


def _events() -> Events:
    return Events(
        np.array([day(*event[0]) for event in EVENTS]), np.array([event[1] for event in EVENTS], dtype=object),
        np.array([event[2] for event in EVENTS]), np.array([event[3] for event in EVENTS]),
    )  # fmt: skip
