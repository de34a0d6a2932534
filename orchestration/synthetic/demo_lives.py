"""Where the demo authority's children live and under which legal status, so that the printed figures come out.

A child's spells in one place are dated first (who moved in which year is a quota), then the spells that hold
31 March 2024, 31 March 2025 or both are shared out over kinds of placement, providers and distances.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic.days import OPEN, Ints, Objects, age_on, birthday, day, pick, year_end, year_start
from orchestration.synthetic.demo_plan import MARCH_2024, MARCH_2025, Plan, QuotaError
from orchestration.synthetic.history import Flags, LegalStatuses, Placements
from orchestration.synthetic.population import ofsted_number
from orchestration.synthetic.postcodes import Neighbourhood
from orchestration.synthetic.records import FIRST_DAY, Generator

ADOPTED = ("E11", "E12")
SGO = ("E45", "E46", "E47", "E48")

# Kind of placement and provider of the spells at both dates, at 31 March 2025 only, at 31 March 2024 only. The first
# two add up to the printed 438 (323 foster, 40 parents, ...), the first and the third to 469.
KINDS: list[tuple[str, str, int, int, int]] = [
    ("foster", "PR1", 155, 70, 87), ("foster", "PR4", 68, 18, 29),
    ("foster", "PR2", 3, 1, 5), ("foster", "PR5", 7, 1, 4),
    ("parents", "PR0", 18, 22, 15),
    ("adoption", "PR1", 0, 4, 5), ("adoption", "PR2", 2, 10, 6),
    ("home", "PR4", 16, 16, 25), ("home", "PR1", 3, 3, 2), ("home", "PR2", 0, 0, 1),
    ("supported", "PR4", 3, 6, 7), ("supported", "PR5", 0, 3, 1), ("supported", "PR1", 0, 2, 0),
    ("school", "PR4", 1, 0, 0),
    ("custody", "PR3", 0, 1, 0), ("residential", "PR4", 0, 1, 1),
    ("other", "", 0, 4, 5),
]  # fmt: skip
DISTANCES = {"far": (70, 42, 45), "near": (48, 30, 34)}
"""Spells more than 20 miles away and outside, and those within 20 miles but outside; two children are placed at home
although they come from far away, and those whose distance is not known stand apart. All others are placed inside."""


@dataclass
class Lives:
    """What the plan's children went through, ready to be cut into episodes."""

    placements: Placements
    statuses: LegalStatuses
    home: Objects


@dataclass
class Spells:
    """One row per spell: a stretch with the same carers."""

    period: Ints
    start: Ints
    end: Ints
    kind: Objects
    provider: Objects
    reach: Objects


def _some(rng: Generator, who: Flags, number: int) -> Ints:
    """Choose so many of those marked; fail loudly where there are too few."""
    index = np.flatnonzero(who)
    if len(index) < number:
        raise QuotaError(f"{number} children wanted, {len(index)} fit")
    return rng.permutation(index)[:number]


def _first(score: Ints, who: Flags, number: int) -> Ints:
    """Choose the marked ones with the lowest score."""
    index = np.flatnonzero(who)
    if len(index) < number:
        raise QuotaError(f"{number} children wanted, {len(index)} fit")
    return index[np.argsort(score[index], kind="stable")][:number]


def lead_lives(rng: Generator, plan: Plan, around: Neighbourhood, again: tuple[Ints, Ints, Ints]) -> Lives:
    """Give every child of the plan placements and legal statuses; `again` are the second stays."""
    legal = _legal_outcome(rng, plan)
    adoptive = _adoptive_starts(rng, plan, legal)
    spells = _spells(rng, plan, adoptive, _moves(rng, plan, adoptive))
    home = _homes(rng, plan, around)
    _share_kinds(rng, plan, spells, legal, adoptive)
    _share_distances(rng, plan, spells)
    statuses = _statuses(rng, plan, legal, adoptive, spells)
    placements = _placements(rng, plan, spells, adoptive, home, around)
    who, start, _ = again
    size = len(who)
    first = len(plan.group) + np.arange(size)
    foster = np.full(size, "U6", dtype=object)
    stay = Placements(
        first, start, foster, np.full(size, "PR1", dtype=object),
        around.inside[rng.integers(0, len(around.inside), size)],
        ofsted_number(rng, foster), np.zeros(size, dtype=bool), np.full(size, "CARPL", dtype=object),
    )  # fmt: skip
    section_20 = LegalStatuses(first, start, np.full(size, "V2", dtype=object))
    return Lives(placements.joined(stay), statuses.joined(section_20), home)


def _legal_outcome(rng: Generator, plan: Plan) -> Objects:
    """Decide the legal status in which each period ends, or stands on 31 March 2025."""
    size = len(plan.group)
    legal = np.full(size, "C2", dtype=object)
    rec, group = plan.rec, plan.group
    legal = np.where(np.isin(rec, [*SGO, "E41"]), pick(rng, ["C1", "C2"], [42, 58], size), legal)
    legal = np.where(rec == "E4A", pick(rng, ["V2", "C1", "C2"], [35, 25, 40], size), legal)
    legal = np.where(np.isin(rec, ["E4B", "E13", "E16"]), pick(rng, ["V2", "C1"], [60, 40], size), legal)
    legal = np.where(np.isin(rec, ["E6", "E8"]) & (rng.random(size) < 0.3), "V2", legal)
    legal = np.where(np.isin(rec, ADOPTED), "E1", legal)
    legal = np.where(plan.uasc, "V2", legal).astype(object)

    small, small_2025 = plan.age[:, 0] == 1, plan.age_2025[:, 0] == 1
    c, f, h = group == "C", group == "F", group == "H"
    baby_f, baby_h = f & (plan.age[:, 1] == 1), h & (plan.on_starting[:, 1] == 1)
    begun = plan.start
    orders = [
        _first(begun, baby_f, 9), _first(begun, f & small & small_2025, 4),
        _first(-begun, c & small & small_2025, 7), _first(-begun, c & small & (plan.age_2025[:, 0] == 5), 2),
        _first(begun, baby_h & (plan.age_2025[:, 1] == 1), 3), _first(begun, h & (plan.on_starting[:, 0] == 1), 5),
    ]  # fmt: skip
    legal[np.concatenate(orders)] = "E1"
    free = h & (legal != "E1") & ~plan.uasc
    grown_h = free & (plan.age_2025[:, 0] == 16)
    legal[h & ~plan.uasc & (legal != "E1")] = "C1"
    voluntary = [
        _some(rng, grown_h, 6), _some(rng, free & (plan.age_2025[:, 0] == 10), 6),
        _some(rng, free & (plan.age_2025[:, 0] == 5), 3),
        _first(-begun, baby_h, 1), _some(rng, c & (plan.age[:, 0] == 16) & ~plan.uasc, 4),
    ]  # fmt: skip
    legal[np.concatenate(voluntary)] = "V2"
    legal[_first(-begun, grown_h & (legal == "C1"), 1)] = "J1"
    legal[_first(begun, h & (legal == "C1"), 10)] = "C2"
    legal[_first(-begun, f & (legal == "C2") & ~plan.uasc, 12)] = "C1"
    return legal


def _adoptive_starts(rng: Generator, plan: Plan, legal: Objects) -> Ints:
    """Date the move in with adopters: everyone adopted, and the 16 placed for adoption at 31 March 2025."""
    size = len(plan.group)
    start = np.full(size, OPEN)
    adopted = np.isin(plan.rec, ADOPTED)
    latest = plan.end - 74
    earliest = np.maximum(plan.start + 150, plan.end - 330)
    start = np.where(adopted, earliest + (rng.random(size) * (latest - earliest)).astype(np.int64), start)
    # Of the 25 adopted in 2024/25, the 11 first were with their adopters by 31 March 2024, the others moved later.
    last = adopted & (plan.left == 2025)
    before = _first(plan.end, last, 11)
    start[before] = np.minimum(
        start[before], np.minimum(plan.end[before] - 74, MARCH_2024 - 9 - rng.integers(0, 40, 11))
    )
    start[before] = np.maximum(start[before], day(2023, 4, 20))
    after = np.setdiff1d(np.flatnonzero(last), before)
    low = np.maximum(year_start(2025) + 9, plan.start[after] + 150)
    start[after] = low + (rng.random(len(after)) * np.maximum(latest[after] - low, 0)).astype(np.int64)

    waiting = legal == "E1"
    c, f, h = waiting & (plan.group == "C"), waiting & (plan.group == "F"), waiting & (plan.group == "H")
    begun = plan.start
    both = _first(begun, f, 2)
    start[both] = MARCH_2024 - 20 - np.arange(2) * 11
    chosen = [
        _some(rng, c & (plan.started == "late"), 2),
        _first(-begun, c & (plan.started == "mid") & (plan.age_2025[:, 0] == 1), 3),
        np.setdiff1d(_first(begun, f, 8), both),
        _first(begun, h, 3),
    ]
    for who in chosen:
        low = np.maximum(year_start(2025) + 25, plan.start[who] + 170)
        start[who] = low + (rng.random(len(who)) * (MARCH_2025 - 12 - low)).astype(np.int64)
    return start


def _stays_with_carers(plan: Plan, adoptive: Ints) -> Flags:
    """Tell whose foster carers become the adopters: no move for the child."""
    size = len(plan.group)
    index = np.arange(size)
    old = (adoptive < OPEN) & (plan.left > 0) & (plan.left < 2025) & (index % 4 == 0)
    recent = (plan.left == 2025) & (adoptive < OPEN) & (adoptive > MARCH_2024)
    recent &= np.cumsum(recent) <= 5
    placed = (plan.group == "H") & (adoptive < OPEN)
    placed &= np.cumsum(placed) == 1
    staying: Flags = old | recent | placed
    return staying


def _moves(rng: Generator, plan: Plan, adoptive: Ints) -> dict[int, Ints]:
    """Decide how often each child moves in each year, moves to adopters apart."""
    size = len(plan.group)
    moves = {year: np.zeros(size, dtype=np.int64) for year in range(2021, 2026)}
    group, start, end = plan.group, plan.start, plan.end
    new_carers = (adoptive < OPEN) & ~_stays_with_carers(plan, adoptive)
    for year in (2021, 2022, 2023, 2024, 2025):
        room = np.minimum(end, year_end(year)) - np.maximum(start, year_start(year)) > 120
        moves[year] = np.where(
            room & ~np.isin(group, list("BCEFHI")), (rng.random(size) < 0.33) * rng.integers(1, 3, size), 0
        )
    for year in (2021, 2022):
        room = np.minimum(end, year_end(year)) - np.maximum(start, year_start(year)) > 60
        moves[year] = np.where(room, (rng.random(size) < 0.3) * rng.integers(1, 4, size), 0)

    c = group == "C"
    under_16 = c & (plan.age_2025[:, 0] < 16)
    early, mid = plan.started == "early", plan.started == "mid"
    settled = under_16 & early  # 189, in both years' two-and-a-half-year cohort
    m23, m24, m25 = (np.zeros(size, dtype=bool) for _ in range(3))
    m24[_some(rng, settled, 30)] = True
    m25[_some(rng, settled & ~m24, 38)] = True
    m25[_some(rng, settled & m24, 6)] = True
    m23[_some(rng, settled & ~m24, 18)] = True
    m23 |= settled & m24 & (rng.random(size) < 0.3)
    newer = under_16 & mid & (adoptive == OPEN)  # 49: with three placed for adoption 52, in the second cohort only
    m24[_some(rng, newer, 15)] = True
    m25[_some(rng, newer & ~m24, 16)] = True
    m25[_some(rng, newer & m24, 2)] = True
    m23 |= newer & (start < day(2022, 12, 1)) & (rng.random(size) < 0.3)
    turning = c & (plan.age_2025[:, 0] == 16) & (plan.age[:, 0] == 10) & early  # 31, in the first cohort only
    m24[_some(rng, turning, 5)] = True
    m23[_some(rng, turning & ~m24, 4)] = True
    grown = c & (plan.age[:, 0] == 16)
    m24[_some(rng, grown, 9)] = True
    m25[_some(rng, grown, 5)] = True
    m23 |= (grown & (start < day(2022, 12, 1))) & (rng.random(size) < 0.4)
    # B and I: 18 under 16 stand in the first cohort, 13 of them moved in the two years before.
    cohort = np.isin(group, ["B", "I"]) & early & (plan.age[:, 0] < 16)
    m24[_some(rng, cohort, 8)] = True
    m23[_some(rng, cohort & ~m24, 5)] = True
    m24[_some(rng, (group == "B") & (plan.age[:, 0] == 16), 16)] = True
    late_b = (group == "B") & ~early & (start < day(2022, 12, 1))
    m23 |= late_b & (rng.random(size) < 0.3)
    room = start < day(2024, 1, 10)
    m24[_some(rng, (group == "F") & room & (adoptive == OPEN), 12)] = True
    m24[_some(rng, (group == "E") & room & (adoptive == OPEN), 9)] = True
    m25[_some(rng, (group == "F") & (adoptive == OPEN), 2)] = True

    for year, moved in ((2023, m23), (2024, m24), (2025, m25)):
        moves[year] = np.where(moved, 1, moves[year])
    # Three or more placements: 36 of the 469 in 2023/24, 26 of the 438 in 2024/25.
    stayed = np.isin(group, ["B", "C", "I"])
    moves[2024][_some(rng, m24 & stayed & ~(new_carers & (adoptive <= MARCH_2024)), 27)] += rng.integers(1, 3, 27)
    moves[2024][_some(rng, m24 & np.isin(group, ["E", "F"]), 9)] += 1
    moves[2025][_some(rng, m25 & np.isin(group, ["C", "F"]), 17)] += rng.integers(1, 3, 17)
    h = (group == "H") & (start < day(2024, 12, 20)) & (adoptive == OPEN)
    often = _some(rng, h, 9)
    moves[2025][often] = 2
    once = _some(rng, h & (moves[2025] == 0), 23)  # two more move to adopters: 25
    moves[2025][once] = 1
    leaving = np.isin(group, ["B", "E"]) & (end > day(2024, 7, 1)) & (adoptive == OPEN) & (rng.random(size) < 0.15)
    moves[2025] = np.where(leaving & (plan.left == 2025), 1, moves[2025])
    return moves


def _spells(rng: Generator, plan: Plan, adoptive: Ints, moves: dict[int, Ints]) -> Spells:
    """Date the spells: one from the start, one from every move, and one with adopters who are new carers."""
    size = len(plan.group)
    index = np.arange(size)
    period, begun = [index], [np.where(plan.start < FIRST_DAY - 900, FIRST_DAY - 900 + plan.start % 800, plan.start)]
    begun[0] = np.maximum(begun[0], plan.start)
    stop = np.minimum(plan.end, np.where(adoptive < OPEN, adoptive, OPEN))
    for year, number in moves.items():
        low = np.maximum(year_start(year) + 12, plan.start + 22)
        high = np.minimum(year_end(year) - 9, stop - 24)
        who = np.repeat(index, number)
        if not len(who):
            continue
        nth = np.concatenate([np.arange(n) for n in number[number > 0]])
        share = (nth + 0.15 + 0.7 * rng.random(len(who))) / number[who]
        fits = high[who] - low[who] >= 8 * number[who]
        at = low[who] + (share * (high - low)[who]).astype(np.int64)
        period.append(who[fits])
        begun.append(at[fits])
    new = np.flatnonzero((adoptive < OPEN) & ~_stays_with_carers(plan, adoptive))
    period.append(new)
    begun.append(adoptive[new])
    who, start = np.concatenate(period), np.concatenate(begun)
    order = np.lexsort((start, who))
    who, start = who[order], start[order]
    last = np.append(who[1:] != who[:-1], True)
    end = np.where(last, plan.end[who], np.append(start[1:], 0))
    blank = np.full(len(who), "", dtype=object)
    return Spells(who, start, end, blank.copy(), blank.copy(), blank.copy())


def _share_kinds(rng: Generator, plan: Plan, spells: Spells, legal: Objects, adoptive: Ints) -> None:
    """Share the spells of each of the three sets out over kinds of placement and providers."""
    period, start = spells.period, spells.start
    with_adopters = (adoptive[period] < OPEN) & (start == adoptive[period])
    live_24 = (start <= MARCH_2024) & (spells.end > MARCH_2024)
    live_25 = (start <= MARCH_2025) & (spells.end > MARCH_2025)
    same_carers = _stays_with_carers(plan, adoptive)[period] & live_25
    age = age_on(plan.born[period], start)
    grown_at = birthday(plan.born, 16)[period]
    status, rec = legal[period], plan.rec[period]
    left_from = (spells.end == plan.end[period]) & (rec != "")
    must_foster = left_from & np.isin(rec, ["E17", *SGO, *ADOPTED])
    waiting = status == "E1"
    any_kind = ~must_foster & ~waiting & ~with_adopters
    kin_home = any_kind & np.isin(status, ["C1", "C2"]) & ~plan.uasc[period]
    going_home = left_from & np.isin(rec, ["E41", "E4A"])
    older = any_kind & (status != "J1")
    noise = rng.random(len(period))
    kin_stay = np.where(going_home, 0.0, 1.0) + noise
    eligible: dict[str, tuple[Flags, np.ndarray[tuple[int], np.dtype[np.float64]]]] = {
        "adoption": (with_adopters | same_carers, noise),
        "custody": (status == "J1", noise),
        "residential": (older & (age >= 13), noise),
        "other": (older & (age >= 12) & ~plan.uasc[period], noise - 0.3 * (age >= 15)),
        "supported": (any_kind & (status != "J1") & (start >= grown_at), noise - 0.5 * plan.uasc[period]),
        "school": (older & (age >= 9) & (plan.age_2025[period, 0] == 10), noise),
        "home": (older & (age >= 9) & ~plan.uasc[period], noise - 0.04 * age),
        "parents": (kin_home & (spells.start > plan.start[period] - 1), kin_stay),
        "foster": (~with_adopters & ~same_carers & (status != "J1"), noise),
    }
    for column, members in enumerate((live_24 & live_25, live_25 & ~live_24, live_24 & ~live_25)):
        for kind, (fits, score) in eligible.items():
            rows = [(provider, quota[column]) for name, provider, *quota in KINDS if name == kind]
            free = np.flatnonzero(members & fits & (spells.kind == ""))
            wanted = sum(number for _, number in rows)
            if len(free) < wanted or (kind == "foster" and len(free) != wanted):
                raise QuotaError(f"{wanted} spells in {kind} wanted in set {column}, {len(free)} fit")
            chosen = rng.permutation(free[np.argsort(score[free], kind="stable")][:wanted])
            spells.kind[chosen] = kind
            spells.provider[chosen] = np.repeat([provider for provider, _ in rows], [number for _, number in rows])
    rest = spells.kind == ""
    size = len(period)
    usual = np.select(
        [age < 5, age < 10, age < 16],
        [pick(rng, ["foster", "parents"], [91, 9], size), pick(rng, ["foster", "parents", "home"], [87, 9, 4], size),
         pick(rng, ["foster", "parents", "home", "other"], [72, 7, 20, 1], size)],
        pick(rng, ["foster", "home", "supported", "other"], [50, 18, 31, 1], size),
    )  # fmt: skip
    usual = np.where(with_adopters, "adoption", np.where(must_foster | waiting, "foster", usual))
    usual = np.where((usual == "parents") & ~kin_home, "foster", usual)
    usual = np.where((usual == "home") & plan.uasc[period], "foster", usual)
    provider = np.select(
        [usual == "foster", usual == "parents", usual == "adoption", usual == "other"],
        [
            pick(rng, ["PR1", "PR4", "PR5", "PR2"], [70, 26, 3, 1], size),
            "PR0",
            pick(rng, ["PR1", "PR2"], [40, 60], size),
            "",
        ],
        pick(rng, ["PR4", "PR1", "PR5"], [82, 13, 5], size),
    )
    spells.kind = np.where(rest, usual, spells.kind).astype(object)
    spells.provider = np.where(rest, provider, spells.provider).astype(object)


HOME_NOT_KNOWN, HOME_FAR_AWAY = 3, 2


def _homes(rng: Generator, plan: Plan, around: Neighbourhood) -> Objects:
    """Give each child a home, brothers and sisters the same one."""
    return around.home[rng.integers(0, len(around.home), len(plan.group))][plan.home]


def _special_homes(plan: Plan) -> tuple[Ints, Ints]:
    """Return the children whose home is outside England, and those who came from Leeds."""
    alone = np.bincount(plan.home, minlength=len(plan.home))[plan.home] == 1
    steady = np.flatnonzero((plan.group == "C") & (plan.age_2025[:, 0] == 10) & ~plan.uasc & alone)
    return steady[:HOME_NOT_KNOWN], steady[HOME_NOT_KNOWN:]


def _share_distances(rng: Generator, plan: Plan, spells: Spells) -> None:
    """Share the spells out over inside, near and far; unknown distances are a matter of the child's home."""
    period = spells.period
    live_24 = (spells.start <= MARCH_2024) & (spells.end > MARCH_2024)
    live_25 = (spells.start <= MARCH_2025) & (spells.end > MARCH_2025)
    unknown, _ = _special_homes(plan)
    known = ~plan.uasc[period] & ~np.isin(period, unknown)
    noise = rng.random(len(period))
    distant = np.isin(spells.kind, ["home", "adoption", "school", "custody", "residential", "other"])
    score = noise - 0.45 * (spells.provider == "PR4") - 0.5 * distant - 0.25 * (spells.kind == "supported")
    score = np.where(spells.kind == "parents", score + 0.8, score)
    own_building = (spells.provider == "PR1") & np.isin(spells.kind, ["home", "supported"])
    score = np.where(own_building, 9.0, score)  # the authority's own homes lie inside it
    spells.reach[:] = np.where(noise < 0.3, "far", np.where(noise < 0.5, "near", "inside"))
    spells.reach[live_24 | live_25 | own_building] = "inside"
    from_afar = _from_afar(plan, spells)
    candidates = known & ~np.isin(period, from_afar)
    for column, members in enumerate((live_24 & live_25, live_25 & ~live_24, live_24 & ~live_25)):
        free = np.flatnonzero(members & candidates)
        order = free[np.argsort(score[free], kind="stable")]
        far, near = DISTANCES["far"][column], DISTANCES["near"][column]
        spells.reach[order[:far]] = "far"
        elsewhere = order[far:][~own_building[order[far:]]]
        spells.reach[rng.permutation(elsewhere)[:near]] = "near"
    spells.reach[np.isin(period, from_afar)] = "inside"


def _from_afar(plan: Plan, spells: Spells) -> Ints:
    """Return the two children from Leeds: in one foster home inside the authority on both dates."""
    both = (
        (spells.start <= MARCH_2024)
        & (spells.end > MARCH_2025)
        & (spells.kind == "foster")
        & (spells.provider == "PR1")
    )
    _, candidates = _special_homes(plan)
    return np.array([child for child in candidates if child in set(spells.period[both].tolist())][:HOME_FAR_AWAY])


def _statuses(rng: Generator, plan: Plan, legal: Objects, adoptive: Ints, spells: Spells) -> LegalStatuses:
    """Lead each period to its legal outcome: V2 or C1, then C2, then E1, all before the date that counts."""
    size = len(plan.group)
    index = np.arange(size)
    limit = np.minimum(np.minimum(plan.end, MARCH_2025), np.where(adoptive < OPEN, adoptive, OPEN))
    span = limit - plan.start
    draw = rng.random(size)
    lived_at_home = np.zeros(size, dtype=bool)
    lived_at_home[spells.period[spells.kind == "parents"]] = True
    interim = np.isin(legal, ["C1", "C2", "E1"])
    first = np.where(interim, "C1", legal).astype(object)
    agreed = interim & (draw < 0.3) & ~lived_at_home & (span > 60)
    police = interim & (draw > 0.94) & ~lived_at_home & (span > 60)
    first[agreed], first[police] = "V2", "L1"
    rows = [(index, plan.start, first)]

    def add(who: Flags, at: Ints, code: str) -> None:
        rows.append((index[who], at[who], np.full(int(who.sum()), code, dtype=object)))

    begun = plan.start + np.where(agreed, np.minimum(20 + rng.integers(0, 60, size), span // 4), np.where(police, 2, 0))
    add(agreed | police, begun, "C1")
    full = begun + np.minimum(150 + rng.integers(0, 160, size), np.maximum((limit - begun) * 6 // 10, 2))
    add(np.isin(legal, ["C2", "E1"]), full, "C2")
    order = full + np.minimum(rng.integers(0, 90, size), np.maximum((limit - full) * 6 // 10, 1))
    order = np.maximum(order, full + 1)
    add(legal == "E1", order, "E1")
    period, start, code = (np.concatenate(column) for column in zip(*rows, strict=True))
    return LegalStatuses(period, start, code.astype(object))


def _placements(
    rng: Generator, plan: Plan, spells: Spells, adoptive: Ints, home: Objects, around: Neighbourhood
) -> Placements:
    """Turn spells into placements with codes, providers, postcodes and Ofsted numbers."""
    period, start = spells.period, spells.start
    size = len(period)
    unknown, _ = _special_homes(plan)
    home[unknown] = "DG1 1DF"  # Dumfries: a home outside England has no distance
    home[_from_afar(plan, spells)] = "LS9 7TF"
    rec = np.where(spells.end == plan.end[period], plan.rec[period], "")
    own = spells.provider == "PR1"
    long = spells.end - start > 700
    stranger = np.where(long, "U4", "U6")
    kin = np.where(long, "U1", "U3")
    related = own & (rng.random(size) < 0.33)
    related = np.where(np.isin(rec, ["E45", "E47"]), True, np.where(np.isin(rec, ["E46", "E48"]), False, related))
    foster = np.where(related, kin, stranger)
    stays = _stays_with_carers(plan, adoptive)[period] & (start <= adoptive[period]) & (spells.end > adoptive[period])
    foster = np.where(stays, "U5", foster)
    grown = age_on(plan.born[period], start) >= 13
    place = np.select(
        [spells.kind == "foster", spells.kind == "parents", spells.kind == "adoption", spells.kind == "home",
         spells.kind == "supported", spells.kind == "school", spells.kind == "custody", spells.kind == "residential"],
        [foster, "P1", "A6", "K2", "K3", "S1", "R5", np.where(grown, "R1", "R3")],
        "Z1",
    ).astype(object)  # fmt: skip
    place = np.where(stays, "U5", place).astype(object)
    provider = spells.provider
    pools = {"inside": around.inside, "near": around.near, "far": around.far}
    post = np.full(size, "", dtype=object)
    for reach, pool in pools.items():
        at = spells.reach == reach
        post[at] = pool[rng.integers(0, len(pool), int(at.sum()))]
    with_parents = (place == "P1") & (spells.reach == "inside") & (rng.random(size) < 0.8)
    post = np.where(with_parents & ~np.isin(home[period], ["DG1 1DF", "LS9 7TF"]), home[period], post).astype(object)
    reason = pick(rng, ["CARPL", "CREQB", "CREQO", "CHILD", "OTHER", "ALLEG", "STAND", "LAREQ", "CLOSE"],
                  [46, 22, 11, 9, 6, 2, 1, 2, 1], size)  # fmt: skip
    reason = np.where(np.isin(spells.kind, ["adoption", "parents"]), "CARPL", np.where(place == "R5", "CUSTOD", reason))
    urn = np.where(place == "A6", "XXXXXXX", ofsted_number(rng, place)).astype(object)
    line = Placements(period, start, place, provider, post, urn, np.zeros(size, dtype=bool), reason.astype(object))

    at = np.flatnonzero(stays)
    adopted_at = adoptive[period[at]]
    no_move = np.ones(len(at), dtype=bool)
    line = line.joined(Placements(
        period[at], adopted_at, np.full(len(at), "A5", dtype=object), provider[at], post[at], urn[at], no_move,
        np.full(len(at), "PLACE", dtype=object),
    ))  # fmt: skip
    # Two years on, many a foster placement is agreed as the child's long-term home: a change of status only.
    settled = long & np.isin(place, ["U4", "U1"]) & ~stays
    agreed = start + 220 + rng.integers(0, 400, size)
    at = np.flatnonzero(settled & (agreed < spells.end - 30) & (agreed >= FIRST_DAY) & (agreed < MARCH_2025 - 2))
    line.place[at] = np.where(place[at] == "U4", "U6", "U3")
    return line.joined(Placements(
        period[at], agreed[at], place[at], provider[at], post[at], urn[at], np.ones(len(at), dtype=bool),
        np.full(len(at), "PLACE", dtype=object),
    ))  # fmt: skip
