"""Reviews, missing incidents and convictions of the demo authority, as many as the report prints."""

import numpy as np

from orchestration.synthetic.days import (
    Ints,
    Objects,
    add_months,
    add_working_days,
    age_on,
    birthday,
    day,
    to_working_day,
    year_end,
    year_start,
)
from orchestration.synthetic.demo_plan import QuotaError
from orchestration.synthetic.history import Children, Episodes, Flags, Health, Incidents, Periods, Reviews
from orchestration.synthetic.records import (
    FIRST_DAY,
    LAST_DAY,
    Generator,
    examine_health,
    hold_reviews,
    run_away,
    twelve_month_cohort,
)

YEARS = (2021, 2022, 2023, 2024, 2025)
REVIEWS_2025 = {"under four": 178, "four and over": 922}
CODES_2025 = {"PN1": 359, "PN2": 3, "PN3": 1, "PN4": 7, "PN5": 20, "PN6": 490, "PN7": 42}
ON_TIME = {2021: 0.925, 2022: 0.93, 2023: 0.94, 2024: 0.95, 2025: 0.97}
ATTENDED = {2021: 0.22, 2022: 0.27, 2023: 0.30, 2024: 0.33}
TOOK_PART = {2021: 0.93, 2022: 0.94, 2023: 0.95, 2024: 0.96}
SILENT_CHILDREN = {2024: 0.04, 2025: 0.079}
"""The share of children with a review in which they took no part: the report's 96% and 92% read child by child."""
WENT_MISSING = {2021: 51, 2022: 63, 2023: 64, 2024: 54, 2025: 43}
OVERDUE_SINCE = day(2025, 3, 3)
CONVICTED = {2021: 6, 2022: 12, 2023: 8, 2024: 11, 2025: 7}


def review(rng: Generator, children: Children, periods: Periods, usual: Flags) -> Reviews:
    """Hold the reviews: 1,100 in 2024/25, 178 of them of children under four, 97% on time."""
    reviews = hold_reviews(rng, children, periods, usual, 0.0)
    reviews = _hold_more(rng, children, reviews)
    held = reviews.held.copy()
    for year in YEARS:
        _hold_late(rng, children, periods, reviews, held, year)
    reviews.held = held
    _code(rng, children, reviews)
    (aside,) = rng.spawn(1)  # what follows was added later and must not change what is drawn after it
    _meet_together(children, periods, reviews)
    return _leave_overdue(aside, children, periods, reviews)


def _meet_together(children: Children, periods: Periods, reviews: Reviews) -> None:
    """Review three siblings in one meeting: their last reviews, a few weeks apart, fall on the earliest of the days."""
    first, _ = _neighbours(reviews)
    last = np.append(first[1:], True)
    before = np.append(0, reviews.held[:-1])
    rows = np.flatnonzero(last & ~first & (reviews.held >= OVERDUE_SINCE - 150) & (reviews.held <= LAST_DAY))
    rows = rows[periods.end[reviews.period[rows]] > LAST_DAY]
    homes = children.home[reviews.child[rows]]
    for home in sorted({home for home in homes.tolist() if home}):
        family = rows[homes == home]
        earliest = int(reviews.held[family].min())
        born = children.born[reviews.child[family]]
        same_side = (age_on(born, reviews.held[family]) < 4) == (age_on(born, np.full(len(born), earliest)) < 4)
        if (
            len(family) == 3
            and same_side.all()
            and np.ptp(reviews.held[family]) < 45
            and (before[family] < earliest - 30).all()
        ):
            reviews.held[family] = earliest
            return
    raise QuotaError("no three siblings are reviewed at about the same time")


def _leave_overdue(rng: Generator, children: Children, periods: Periods, reviews: Reviews) -> Reviews:
    """Leave two reviews of March 2025 not held yet, and hold as many others earlier in the year instead."""
    first, following = _neighbours(reviews)
    last = np.append(first[1:], True)
    due, known = due_dates(periods, reviews, reviews.held)
    took_part = np.isin(reviews.code, ["PN1", "PN6"])
    fits = last & ~first & known & took_part & (due >= OVERDUE_SINCE) & (due <= LAST_DAY - 4) & (reviews.held <= due)
    fits &= (reviews.held >= year_start(2025)) & (periods.end[reviews.period] > LAST_DAY)
    missed = rng.permutation(np.flatnonzero(fits))[:2]
    middle = to_working_day(reviews.held + (following - reviews.held) // 2)
    fits = ~last & took_part & (following - reviews.held > 110) & (reviews.held >= year_start(2025))
    fits &= age_on(children.born[reviews.child], reviews.held) >= 4
    extra: list[int] = []
    for code in reviews.code[missed].tolist():
        more = np.setdiff1d(np.flatnonzero(fits & (reviews.code == code)), extra)
        extra += rng.permutation(more)[:1].tolist()
    if len(missed) < 2 or len(extra) < 2:
        raise QuotaError("no two reviews can be left overdue")
    added = reviews.take(np.array(extra))
    added.held = middle[extra]
    kept = np.ones(len(reviews), dtype=bool)
    kept[missed] = False
    reviews = reviews.take(kept).joined(added)
    return reviews.take(np.lexsort((reviews.held, reviews.period)))


def _neighbours(reviews: Reviews) -> tuple[Flags, Ints]:
    """Tell which review is the first of its period, and the date of the next one (the last day where none follows)."""
    first = np.append(True, reviews.period[1:] != reviews.period[:-1])
    following = np.append(np.where(first[1:], LAST_DAY, reviews.held[1:]), LAST_DAY)
    return first, following


def _hold_more(rng: Generator, children: Children, reviews: Reviews) -> Reviews:
    """Bring extra reviews forward in 2024/25: statutory spacing alone gives fewer than were held."""
    since, until = year_start(2025), year_end(2025)
    first, following = _neighbours(reviews)
    for name, wanted in REVIEWS_2025.items():
        age = age_on(children.born[reviews.child], reviews.held)
        young = age < 4 if name == "under four" else age >= 4
        missing = wanted - int((young & (reviews.held >= since) & (reviews.held <= until)).sum())
        middle = to_working_day(
            reviews.held + ((following - reviews.held) * rng.uniform(0.4, 0.6, len(reviews))).astype(np.int64)
        )
        at_middle = age_on(children.born[reviews.child], middle)
        fits = (at_middle < 4) if name == "under four" else (at_middle >= 4)
        last = np.append(first[1:], True)
        fits &= ~last & (following - reviews.held > 110) & (middle >= since) & (middle <= until)
        candidates = np.flatnonzero(fits)
        if missing < 0 or len(candidates) < missing:
            raise QuotaError(f"{missing} more reviews wanted of children {name}, {len(candidates)} fit")
        chosen = rng.permutation(candidates)[:missing]
        extra = reviews.take(chosen)
        extra.held = middle[chosen]
        reviews = reviews.joined(extra)
        reviews = reviews.take(np.lexsort((reviews.held, reviews.period)))
        first, following = _neighbours(reviews)
    return reviews


def due_dates(periods: Periods, reviews: Reviews, held: Ints) -> tuple[Ints, Flags]:
    """Return when each review was due, and whether that is known (not for the first one seen of an old period)."""
    first = np.append(True, reviews.period[1:] != reviews.period[:-1])
    second = np.append(False, first[:-1]) & ~first
    begun = periods.start[reviews.period]
    initial = add_working_days(begun, 20)
    known = ~first | (initial >= FIRST_DAY)
    old = initial < FIRST_DAY
    before = np.append(held[:1], held[:-1])
    months = np.where(second & ~old, 3, 6)
    return np.where(first, initial, add_months(before, months)), known


def _hold_late(rng: Generator, children: Children, periods: Periods, reviews: Reviews, held: Ints, year: int) -> None:
    """Put off as many reviews of a year as were late, each past its due date but well before the next one."""
    since, until = year_start(year), year_end(year)
    due, known = due_dates(periods, reviews, held)
    _, following = _neighbours(reviews)
    later = add_working_days(due, rng.integers(1, 13, len(held)))
    born = children.born[reviews.child]
    same_side = (age_on(born, held) < 4) == (age_on(born, later) < 4)
    fits = known & (held >= since) & (due <= until) & (later <= until) & same_side
    fits &= (later < following - 25) & (later < periods.end[reviews.period] - 1) & (due - held < 40)
    candidates = np.flatnonzero(fits)
    in_year = int(((held >= since) & (held <= until)).sum())
    chosen = rng.permutation(candidates)[: round(in_year * (1 - ON_TIME[year]))]
    # No two neighbours: a late review moves the due date of the one after it.
    chosen = chosen[~np.isin(chosen - 1, chosen)]
    held[chosen] = later[chosen]


def _code(rng: Generator, children: Children, reviews: Reviews) -> None:
    """Code who took part: exactly as printed for 2024/25, by shares before."""
    age = age_on(children.born[reviews.child], reviews.held)
    reviews.code[:] = "PN0"
    for year in YEARS:
        rows = np.flatnonzero((reviews.held >= year_start(year)) & (reviews.held <= year_end(year)) & (age >= 4))
        if year == 2025:
            numbers = dict(CODES_2025)
        else:
            total = len(rows)
            silent, attended = round(total * (1 - TOOK_PART[year])), round(total * ATTENDED[year])
            numbers = {"PN4": silent // 7, "PN7": silent - silent // 7, "PN2": 5, "PN3": 2, "PN5": 18}
            numbers["PN1"] = attended - numbers["PN4"] - 7
            numbers["PN6"] = total - sum(numbers.values())
        silent = numbers["PN4"] + numbers["PN7"]
        mute = _reviews_of_few(rng, reviews, rows, silent, SILENT_CHILDREN.get(year, 0.09))
        reviews.code[mute] = np.repeat(["PN4", "PN7"], [numbers.pop("PN4"), numbers.pop("PN7")])
        others = rng.permutation(np.setdiff1d(rows, mute))
        # The few who came with an advocate or spoke through one are older.
        grown = others[np.argsort(-np.minimum(age[others], 11), kind="stable")]
        few = ["PN2", "PN3", "PN5"]
        count = sum(numbers[code] for code in few)
        reviews.code[grown[:count]] = np.repeat(few, [numbers[code] for code in few])
        rest = rng.permutation(grown[count:])
        reviews.code[rest] = np.repeat(["PN1", "PN6"], [numbers["PN1"], numbers["PN6"]])


def _reviews_of_few(rng: Generator, reviews: Reviews, rows: Ints, number: int, share: float) -> Ints:
    """Choose so many reviews that fall on a given share of the children reviewed."""
    child = reviews.child[rows]
    who, times = np.unique(child, return_counts=True)
    wanted = max(1, round(len(who) * share))
    often = rng.permutation(who[times >= 2])[:wanted]
    mine = rng.permutation(rows[np.isin(child, often)])
    owner = reviews.child[mine]
    _, one_each = np.unique(owner, return_index=True)
    rest = np.setdiff1d(np.arange(len(mine)), one_each)
    return rng.permutation(mine[np.concatenate([one_each, rest])[:number]])


def go_missing(rng: Generator, children: Children, periods: Periods, usual: Flags) -> Incidents:
    """Let exactly as many children go missing in each year as the statistics say, many of them year after year."""
    found: list[Incidents] = []
    runners = np.zeros(len(children), dtype=bool)
    for year, number in WENT_MISSING.items():
        since, until = year_start(year), year_end(year)
        there = usual & (periods.start < until - 40) & (periods.end > since + 40) & (periods.end - periods.start > 60)
        age = age_on(children.born[periods.child], np.minimum(periods.end, until))
        index = rng.permutation(np.flatnonzero(there & (age >= 11)))
        _, once = np.unique(periods.child[index], return_index=True)
        index = index[once]
        score = rng.random(len(index)) - 0.4 * runners[periods.child[index]] - 0.05 * np.minimum(age[index], 15)
        chosen = index[np.argsort(score, kind="stable")][:number]
        runners[:] = False
        runners[periods.child[chosen]] = True
        found.append(run_away(rng, children, periods, chosen, since + 2, until - 2))
    incidents = found[0]
    for more in found[1:]:
        incidents = incidents.joined(more)
    return incidents


def examine(rng: Generator, children: Children, episodes: Episodes) -> Health:
    """Fill OC2 for every year with the number of convicted children the statistics have."""
    health: Health | None = None
    for year in YEARS:
        cohort = twelve_month_cohort(children, episodes, year)
        old_enough = cohort[age_on(children.born[cohort], year_end(year)) >= 13]
        convicted = rng.permutation(old_enough)[: CONVICTED[year]]
        one = examine_health(rng, children, episodes, year, convicted)
        health = one if health is None else health.joined(one)
    assert health is not None
    return health


def make_mothers(rng: Generator, children: Children, looked_after: Flags, number: int) -> Ints:
    """Return since when a few of the older girls are mothers."""
    since = children.mother_since.copy()
    grown = (children.sex == "F") & looked_after & (age_on(children.born, LAST_DAY) >= 17) & ~children.is_uasc
    chosen = rng.permutation(np.flatnonzero(grown))[:number]
    since[chosen] = birthday(children.born[chosen], 16) + rng.integers(20, 360, len(chosen))
    return since


def share_ethnicity(rng: Generator, other: Flags, uasc: Flags) -> Objects:
    """Give children their ethnic group; `other` marks those who are not White."""
    size = len(other)
    white = np.array(["WBRI", "WOTH", "WIRI", "WIRT", "WROM"], dtype=object)
    white = white[np.searchsorted([0.94, 0.975, 0.98, 0.99], rng.random(size))]
    mixed = np.array(["MWBC", "MOTH", "MWBA", "MWAS", "AOTH", "BAFR", "OOTH", "APKN", "REFU"], dtype=object)
    mixed = mixed[np.searchsorted([0.22, 0.42, 0.56, 0.68, 0.76, 0.84, 0.92, 0.97], rng.random(size))]
    alone = np.array(["OOTH", "AOTH", "BAFR", "BOTH"], dtype=object)[
        np.searchsorted([0.45, 0.8, 0.96], rng.random(size))
    ]
    return np.where(uasc, alone, np.where(other, mixed, white)).astype(object)
