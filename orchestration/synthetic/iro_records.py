"""What an IRO service does for children, drawn by chance: plausible in shape, calibrated to nothing."""

from dataclasses import replace

import numpy as np

from orchestration.synthetic.days import (
    OPEN,
    Ints,
    Objects,
    add_months,
    add_working_days,
    age_on,
    day,
    pick,
    to_working_day,
)
from orchestration.synthetic.history import SPAN, Episodes, Flags, History, Periods, is_respite, offsets
from orchestration.synthetic.iro import (
    Consultations,
    Disputes,
    DisputeStages,
    IroAllocations,
    Matches,
    Meetings,
    Plans,
    Ratings,
    Tracking,
    officer_on,
)
from orchestration.synthetic.records import FIRST_DAY, LAST_DAY, Generator

FIRST_IRO_DAY = day(2022, 4, 1)
"""The first day of the first extract's year."""

LATE_REASONS = [
    "Non-attendance of key professionals", "Late receipt of assessments or reports", "Child or carer unwell",
    "Placement move shortly before the review",
]  # fmt: skip
RATING_REASONS = {
    "RED": ["In care proceedings", "Permanence to be achieved", "Placement disrupted"],
    "AMBER": ["Stability of the placement", "Recent move", "Placed with parents"],
    "GREEN": ["Settled", "Living in a stable home"],
}
STAGES = ["INFORMAL", "STAGE_1", "STAGE_2", "STAGE_3", "STAGE_4"]
CATEGORIES = {
    "RESOURCES": 5, "STATUTORY_REQUIREMENTS": 30, "DRIFT_AND_DELAY": 50, "PLACEMENT": 3, "LIVED_EXPERIENCE": 4,
    "ESCALATION_OF_RISK": 9, "OTHER": 10, "GOOD_PRACTICE": 3,
}  # fmt: skip
LONG_TERM = ("LTFOST18", "LTRELFR")
PLAN_OF_EXIT = {
    "E11": "ADOPTION", "E12": "ADOPTION", "E45": "SGO", "E46": "SGO", "E47": "SGO", "E48": "SGO", "E41": "CAO",
    "E4A": "RETURN6M", "E4B": "RETURN6M", "E13": "RETURNEV", "E5": "SUPPLIV", "E6": "SUPPLIV",
}  # fmt: skip


def reviewed_periods(history: History) -> Flags:
    """Tell which periods of care are no short breaks and touch the years that IRO extracts cover."""
    usual = np.ones(len(history.periods), dtype=bool)
    usual[history.episodes.period[is_respite(history.episodes.ls)]] = False
    return usual & (history.periods.end > FIRST_IRO_DAY)


def episode_on(episodes: Episodes, period: Ints, on: Ints) -> Ints:
    """Return the position of the episode in which each period was on a day (episodes come sorted)."""
    return np.searchsorted(episodes.period * SPAN + episodes.start, period * SPAN + on, side="right") - 1


def placed_since(episodes: Episodes) -> Ints:
    """Return for each episode when the child moved to the carer, whatever the legal status did meanwhile."""
    moved = np.isin(episodes.rne, ["S", "P", "B"])
    position = np.maximum.accumulate(np.where(moved, np.arange(len(episodes)), 0))
    return episodes.start[position]


def hold_meetings(rng: Generator, history: History, allocations: IroAllocations, prompt: float) -> Meetings:
    """Return the meetings at which the reviews were held, and the one planned next for each period of care.

    `prompt` is the share of invitations and records that go out in time.
    """
    reviews, periods = history.reviews, history.periods
    reviews = reviews.take(reviewed_periods(history)[reviews.period])
    size = len(reviews)
    first = np.append(True, reviews.period[1:] != reviews.period[:-1])[:size]
    last = np.append(first[1:], True)[:size]
    before = np.where(first, periods.start[reviews.period], np.append(0, reviews.held[:-1])[:size])
    moved = rng.random(size) < 0.12
    scheduled = np.where(moved, to_working_day(reviews.held - rng.integers(1, 9, size)), reviews.held)
    held = Meetings(
        np.zeros(size, dtype=np.int64), reviews.period, reviews.child, np.zeros(size, dtype=np.int64), before,
        np.maximum(scheduled, before + 1), reviews.held.copy(), reviews.held.copy(), _blank(size), _blank(size),
        reviews.code.copy(), _blank(size), *(np.full(size, OPEN) for _ in range(4)),
    )  # fmt: skip
    held.cancelled[:] = pick(rng, ["N", ""], [86, 14], size)
    held.form[:] = pick(rng, ["FACE_TO_FACE", "HYBRID", "VIRTUAL", "PAPER"], [62, 28, 8, 2], size)
    due = add_months(reviews.held, np.where(first & (periods.start[reviews.period] >= FIRST_IRO_DAY - 700), 3, 6))
    coming = held.take(last)
    coming.before = reviews.held[last]
    coming.scheduled = to_working_day(due[last] - rng.integers(0, 10, int(last.sum())))
    # A child who came into care too lately for a first review has one planned.
    waiting = np.flatnonzero(reviewed_periods(history))
    waiting = waiting[~np.isin(waiting, reviews.period) & (periods.start[waiting] < OPEN)]
    new = held.take(np.zeros(len(waiting), dtype=np.int64))
    new.period, new.child, new.before = waiting, periods.child[waiting], periods.start[waiting]
    new.scheduled = add_working_days(periods.start[waiting], rng.integers(13, 20, len(waiting)))
    coming = coming.joined(new)
    for column in ("started", "completed"):
        getattr(coming, column)[:] = OPEN
    for column in ("code", "form", "cancelled"):
        getattr(coming, column)[:] = ""
    meetings = held.joined(coming)
    meetings.officer = officer_on(
        allocations, meetings.child, np.where(meetings.started < OPEN, meetings.started, meetings.scheduled)
    )
    return _with_paperwork(rng, meetings, prompt)


def _blank(size: int) -> Objects:
    return np.full(size, "", dtype=object)


def _with_paperwork(rng: Generator, meetings: Meetings, prompt: float) -> Meetings:
    """Send the invitations before each meeting, and the decisions and the record after it."""
    size = len(meetings)
    planned = np.where(meetings.started < OPEN, meetings.started, meetings.scheduled)
    early = rng.random(size) < prompt
    invited = add_working_days(planned, -np.where(early, rng.integers(10, 19, size), rng.integers(3, 10, size)))
    meetings.invited = np.where(rng.random(size) < 0.01, OPEN, np.maximum(invited, meetings.before))
    done = np.where(meetings.completed < OPEN, meetings.completed, meetings.started)
    held = done < OPEN
    done = np.where(held, done, LAST_DAY)

    def after(share: float, soon: tuple[int, int], late: tuple[int, int], never: float) -> Ints:
        days = np.where(rng.random(size) < share, rng.integers(*soon, size), rng.integers(*late, size))
        when = add_working_days(to_working_day(done), days)
        return np.where(held & (rng.random(size) >= never), when, OPEN)

    meetings.decided = after(prompt + 0.02, (0, 6), (6, 15), 0.01)
    meetings.recorded = after(0.9, (4, 15), (15, 22), 0.01)
    sent = after(prompt - 0.02, (8, 21), (21, 45), 0.01)
    meetings.distributed = np.where(meetings.recorded < OPEN, np.maximum(sent, meetings.recorded), OPEN)
    return meetings


def consult(rng: Generator, history: History, meetings: Meetings, with_child: dict[int, float]) -> Consultations:
    """Consult the child (from four), the social worker, carers and parents before reviews; shares by year."""
    held = np.flatnonzero((meetings.started < OPEN) & (meetings.cancelled != "Y"))
    held = held[meetings.started[held] >= FIRST_IRO_DAY]
    review, before = meetings.started[held], meetings.before[held]
    old_enough = age_on(history.children.born[meetings.child[held]], review) >= 4
    found: list[Consultations] = []
    chance = np.select([review < day(year, 4, 1) for year in with_child], list(with_child.values()), 0.9)
    for who, share, nearest, furthest in (
        ("CHILD", chance * old_enough, 1, 14),
        ("SOCIAL_WORKER", 0.9, 13, 19),
        ("CARER", 0.45, 2, 12),
        ("PARENT", 0.25, 2, 15),
    ):
        when = add_working_days(review, -rng.integers(nearest, furthest, len(held)))
        fits = (rng.random(len(held)) < share) & (when > before) & (when >= FIRST_IRO_DAY)
        rows = held[fits]
        size = len(rows)
        method = pick(rng, ["Visit", "Telephone", "Video call"], [60, 25, 15] if who == "CHILD" else [10, 60, 30], size)
        told = pick(rng, ["Y", "N", ""], [30, 65, 5], size) if who == "CHILD" else _blank(size)
        found.append(
            Consultations(meetings.child[rows], meetings.officer[rows], np.full(size, who, dtype=object), when[fits],
                          method, told)
        )  # fmt: skip
    everything = found[0]
    for more in found[1:]:
        everything = everything.joined(more)
    return everything.take(np.lexsort((everything.child, everything.when)))


def rate(rng: Generator, history: History) -> Ratings:
    """Rate children every two months or so: red in proceedings or disrupted, amber while unsettled, else green.

    A few children are never rated, and a rating that stays is not always recorded again.
    """
    periods, episodes = history.periods, history.episodes
    index = np.flatnonzero(reviewed_periods(history))
    index = index[rng.random(len(index)) >= 0.02]
    begin = np.maximum(
        periods.start[index] + rng.integers(4, 16, len(index)), FIRST_IRO_DAY - rng.integers(1, 60, len(index))
    )
    end = np.minimum(periods.end[index], LAST_DAY + 1)
    counts = np.maximum((end - begin + 60) // 61, 0)
    period, nth = np.repeat(index, counts), offsets(counts)
    when = to_working_day(np.repeat(begin, counts) + 61 * nth + np.where(nth > 0, rng.integers(-6, 7, len(nth)), 0))
    fits = (when < np.repeat(end, counts)) & (when >= periods.start[period])
    period, when = period[fits], when[fits]
    at = episode_on(episodes, period, when)
    status, place = episodes.ls[at], episodes.place[at]
    settled = when - placed_since(episodes)[at]
    disrupted = (settled < 75) & (when - periods.start[period] > 120)
    draw = rng.random(len(period))
    red = np.isin(status, ["C1", "L1", "L2", "L3", "J1"]) | (
        (status == "E1") & ~np.isin(place, ["A3", "A4", "A5", "A6"])
    )
    red |= disrupted & (draw < 0.5)
    amber = disrupted | (settled < 150) | ((place == "P1") & (draw < 0.7)) | (draw < 0.08)
    rating = np.where(red, "RED", np.where(amber, "AMBER", "GREEN")).astype(object)
    same = np.append(False, (period[1:] == period[:-1]) & (rating[1:] == rating[:-1]))[: len(period)]
    kept = ~same | (rng.random(len(period)) < 0.3)
    child, when, rating = periods.child[period][kept], when[kept], rating[kept]
    reason = _blank(len(child))
    for name, reasons in RATING_REASONS.items():
        mine = rating == name
        reason[mine] = pick(rng, reasons, [1] * len(reasons), int(mine.sum()))
    ratings = Ratings(child, rating, when, reason)
    ratings = ratings.take(np.lexsort((ratings.when, ratings.child)))
    key = ratings.child * SPAN + ratings.when
    return ratings.take(np.append(True, key[1:] != key[:-1])[: len(key)])


def track(rng: Generator, history: History, ratings: Ratings, allocations: IroAllocations) -> Tracking:
    """Look at each case again before the rating's interval is over, now and then a little after."""
    periods = history.periods
    index = np.flatnonzero(reviewed_periods(history))
    when = np.maximum(periods.start[index] + 8, FIRST_IRO_DAY) + rng.integers(0, 20, len(index))
    end = np.minimum(periods.end[index], LAST_DAY + 1)
    keys = ratings.child * SPAN + ratings.when
    found: list[Tracking] = []
    while len(index):
        going = when < end
        index, when, end = index[going], when[going], end[going]
        child = periods.child[index]
        found.append(Tracking(child, np.zeros(len(child), dtype=np.int64), to_working_day(when)))
        at = np.maximum(np.searchsorted(keys, child * SPAN + when, side="right") - 1, 0)
        rating = np.where(ratings.child[at] == child, ratings.rating[at], "AMBER")
        low = np.select([rating == "RED", rating == "AMBER"], [18, 38], 70)
        high = np.select([rating == "RED", rating == "AMBER"], [29, 58], 110)
        slip = (rng.random(len(index)) < 0.09) * rng.integers(15, 60, len(index))
        slip = np.where(rating == "GREEN", 3 * slip, slip)  # it takes longer for a calm case to be overdue
        when = when + low + (rng.random(len(index)) * (high - low)).astype(np.int64) + slip
    tracking = found[0]
    for more in found[1:]:
        tracking = tracking.joined(more)
    tracking = tracking.take((tracking.when >= FIRST_IRO_DAY) & (tracking.when >= _begun(periods, tracking.child)))
    tracking = tracking.take(np.lexsort((tracking.child, tracking.when)))
    tracking.officer = officer_on(allocations, tracking.child, tracking.when)
    return tracking


def _begun(periods: Periods, child: Ints) -> Ints:
    """Return the first day of care of each child."""
    first = np.full(int(periods.child.max(initial=0)) + 1, OPEN)
    np.minimum.at(first, periods.child, periods.start)
    return first[child]


def draw_children_in_care(rng: Generator, history: History, days: Ints) -> Ints:
    """Return for each day a period of care, no short break, that was going on then."""
    index = np.flatnonzero(reviewed_periods(history))
    start, end = history.periods.start[index], history.periods.end[index]
    chosen = np.zeros(len(days), dtype=np.int64)
    for position, when in enumerate(days.tolist()):
        live = index[(start + 15 <= when) & (end > when + 5)]
        live = live if len(live) else index  # an authority with hardly any children
        chosen[position] = live[int(rng.integers(0, len(live)))]
    return chosen


def go_through_stages(
    rng: Generator, raised: Ints, stage: Objects, good_practice: Flags, slow: float
) -> tuple[Ints, DisputeStages]:
    """Lead disputes from stage to stage up to the one that resolves them; return when they were, and the stages.

    Some stages are bypassed, and a share of those that reach the formal stages take more than 20 working days.
    """
    size = len(raised)
    level = np.searchsorted(STAGES, stage)
    over = (rng.random(size) < slow) & (level > 0)
    entered, rows = raised.copy(), []
    for number, name in enumerate(STAGES):
        # Informal talks come first, save where the matter is too urgent; a formal stage below may be left out.
        skipped = rng.random(size) < (0.12 if number == 0 else 0.2)
        mine = (level == number) | ((level > number) & ~skipped)
        longest = np.clip(18 // (level + 1), 3, 8)
        length = 1 + (rng.random(size) * longest).astype(np.int64)
        length = np.where(over & (level == number), length + rng.integers(18, 36, size), length)
        length = np.where(good_practice, 1, length)
        left = add_working_days(entered, length)
        rows.append(DisputeStages(np.flatnonzero(mine), np.full(int(mine.sum()), name, dtype=object),
                                  entered[mine], left[mine]))  # fmt: skip
        entered = np.where(mine, left, entered)
    stages = rows[0]
    for more in rows[1:]:
        stages = stages.joined(more)
    return entered, stages.take(np.lexsort((stages.entered, stages.dispute)))


def raise_disputes(
    rng: Generator, history: History, allocations: IroAllocations, raised: Ints, stage: Objects, category: Objects
) -> Disputes:
    """Raise disputes about children in care on these days; they are not resolved yet."""
    child = history.periods.child[draw_children_in_care(rng, history, raised)]
    return Disputes(
        child, officer_on(allocations, child, raised), raised, category, stage, np.full(len(raised), OPEN)
    )  # fmt: skip


def plan_permanence(rng: Generator, history: History) -> Plans:
    """Agree a permanence plan by the second review of almost every period of care, some parallel, some replaced later.

    The plan that stands at the end follows from how the child left, or from where the child lives.
    """
    periods, episodes, children = history.periods, history.episodes, history.children
    index = np.flatnonzero(reviewed_periods(history))
    start, end = periods.start[index], periods.end[index]
    now = np.minimum(end - 1, LAST_DAY)
    at = episode_on(episodes, index, now)
    place, status = episodes.place[at], episodes.ls[at]
    age = age_on(children.born[periods.child[index]], now)
    size = len(index)

    kin = np.isin(place, ["U1", "U2", "U3"])
    kind = np.where(kin, "LTRELFR", "LTFOST18").astype(object)
    kind[status == "C1"] = pick(rng, ["LTFOST18", "RETURN6M", "SGO", "ADOPTION"], [35, 25, 25, 15], size)[
        status == "C1"
    ]
    kind[status == "V2"] = pick(rng, ["RETURN1M", "RETURN6M", "LTFOST18", "OTHERPLN"], [10, 45, 35, 10], size)[
        status == "V2"
    ]
    kind[np.isin(place, ["A3", "A4", "A5", "A6"]) | (status == "E1")] = "ADOPTION"
    kind[place == "P1"] = "RETURNEV"
    home = np.isin(place, ["K1", "K2", "R1", "R2", "R3", "R5", "S1"])
    kind[home] = pick(rng, ["RESPLMT", "RETURNEV", "LTFOST18"], [70, 15, 15], size)[home]
    kind[(np.isin(place, ["K3", "H5", "P2"])) | ((age >= 16) & ~np.isin(place, ["P1", "U1", "U4"]))] = "SUPPLIV"
    left = end <= LAST_DAY
    rec = periods.rec[index]
    for code, plan in PLAN_OF_EXIT.items():
        kind[left & (rec == code)] = plan

    # The second review falls some four months after the start; a plan that is late comes after it.
    draw = rng.random(size)
    wait = np.where(draw < 0.94, rng.integers(60, 100, size), rng.integers(125, 200, size))
    # Plans of before the first return were recorded anew when the system came: nothing tells how long those children
    # had been in care by then.
    recorded = FIRST_DAY + rng.integers(10, 600, size)
    agreed = to_working_day(np.where(start + wait < FIRST_DAY, recorded, start + wait))
    here = (agreed < np.minimum(end - 5, LAST_DAY)) & (draw < 0.985)
    index, agreed, start, end, now = index[here], agreed[here], start[here], end[here], now[here]
    kind, rec, place, left = kind[here], rec[here], place[here], left[here]
    size = len(index)
    stay = np.minimum(end, LAST_DAY) - start
    changed = (rng.random(size) < 0.3) & (stay > 420) & ~np.isin(kind, ["RETURN1M", "RETURN6M"])
    later = to_working_day(agreed + np.where(changed, rng.integers(120, 260, size), 0))
    main = np.where(changed, later, agreed)
    achieved = np.full(size, OPEN)
    by_plan = left & np.isin(rec, list(PLAN_OF_EXIT))
    achieved[by_plan] = end[by_plan]
    begun = placed_since(episodes)[episode_on(episodes, index, now)]
    arrived = np.isin(kind, ["RETURNEV", "SUPPLIV", "RESPLMT"]) & ~left & (rng.random(size) < 0.6)
    arrived &= np.isin(place, ["P1", "K3", "H5", "P2", "K1", "K2", "R1", "R2", "R3", "R5", "S1"])
    achieved[arrived] = np.minimum(np.maximum(begun, main)[arrived] + 14, LAST_DAY)
    child = periods.child[index]
    reason = np.where(end >= OPEN, "", np.where(by_plan, "Plan achieved", "Left care")).astype(object)
    plans = Plans(index, child, kind, main, np.full(size, "N", dtype=object), achieved, end.copy(), reason)

    before = pick(rng, ["RETURN6M", "RETURN1M", "ADOPTION", "SGO"], [60, 15, 15, 10], size)
    before = np.where(before == kind, "RETURN6M", before).astype(object)
    first = Plans(
        index, child, before, agreed, np.full(size, "N", dtype=object), np.full(size, OPEN), main.copy(),
        np.full(size, "Plan changed", dtype=object),
    ).take(changed)  # fmt: skip
    beside = rng.random(size) < 0.15
    second = np.where(np.isin(kind, ["ADOPTION", "LTFOST18"]), "SGO", "LTFOST18").astype(object)
    over = np.minimum(agreed + rng.integers(90, 300, size), end)
    parallel = Plans(
        index, child, second, agreed, np.full(size, "Y", dtype=object), np.full(size, OPEN), over,
        np.full(size, "Parallel plan no longer needed", dtype=object),
    ).take(beside)  # fmt: skip
    plans = plans.joined(first).joined(parallel)
    return plans.take(np.lexsort((plans.child, plans.agreed)))


def match(rng: Generator, history: History, plans: Plans, quotas: dict[int, int]) -> tuple[Plans, Matches]:
    """Match children with their foster carers for the long term: so many in each collection year, none before the plan.

    The longest settled are matched first; who is still waiting afterwards stays on the list.
    """
    episodes = history.episodes
    rows = np.flatnonzero(np.isin(plans.kind, LONG_TERM) & (plans.parallel == "N") & (plans.end > FIRST_IRO_DAY))
    now = np.minimum(plans.end[rows] - 1, LAST_DAY)
    at = episode_on(episodes, plans.period[rows], now)
    since = placed_since(episodes)[at]
    rows, since = rows[np.isin(episodes.place[at], ["U1", "U4"])], since[np.isin(episodes.place[at], ["U1", "U4"])]
    ready = np.maximum(since + 300, plans.agreed[rows] + 30)
    matched = np.full(len(rows), OPEN)
    for year, number in quotas.items():
        first, last = day(year - 1, 4, 3), day(year, 3, 28)
        fitting = (matched == OPEN) & (ready < last - 10) & (plans.end[rows] > np.maximum(ready, first) + 45)
        candidates = rng.permutation(np.flatnonzero(fitting))
        candidates = candidates[np.argsort(ready[candidates] > first, kind="stable")][:number]
        low = np.maximum(ready[candidates], first)
        high = np.minimum(last, plans.end[rows][candidates] - 20)
        days = to_working_day(low + (rng.random(len(candidates)) * np.maximum(high - low, 1)).astype(np.int64))
        matched[candidates] = np.maximum(days, first)
    done = matched < OPEN
    panel = to_working_day(matched[done] - rng.integers(3, 15, int(done.sum())))
    plans = replace(plans, achieved=plans.achieved.copy())
    plans.achieved[rows[done]] = matched[done]
    matches = Matches(plans.child[rows[done]], panel, matched[done])
    return plans, matches.take(np.lexsort((matches.child, matches.panel)))
