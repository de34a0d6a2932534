"""Who is looked after when in the demo authority: the quotas of children, and their dates.

The printed report fixes how many children are looked after, start and leave, at which ages and for which reasons.
Each `Cohort` below is a number of children with one story; adding the numbers up gives the printed totals:

* 31 March 2023: A 191 + B 70 + C 312 + I 3 = 576
* 2023/24: started D 16 + E 40 + F 44 = 100; ceased A 191 + D 16 = 207
* 31 March 2024: B 70 + C 312 + E 40 + F 44 + I 3 = 469
* 2024/25: started G 10 + H 82 + I 3 = 95; ceased B 70 + E 40 + G 10 + I 3 = 123
* 31 March 2025: C 312 + F 44 + H 82 = 438

I leave, come back and leave again within 2024/25. The L cohorts are those who had left by 31 March 2023.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.synthetic.days import (
    OPEN,
    Ints,
    Objects,
    add_months,
    age_on,
    birthday,
    collection_year,
    day,
    quiet_seasons,
    spread,
    to_working_day,
)
from orchestration.synthetic.history import Flags
from orchestration.synthetic.records import LAST_DAY, Generator

MARCH_2023, MARCH_2024, MARCH_2025 = day(2023, 3, 31), day(2024, 3, 31), day(2025, 3, 31)

Band = tuple[int, int]
BABY, SMALL, CHILD, TEEN, GROWN, ANY = (0, 1), (1, 5), (5, 10), (10, 16), (16, 18), (0, 18)
"""Age bands: from the first, to below the second."""

WINDOWS = {
    "S0": (day(2011, 4, 1), day(2020, 3, 31)),
    "S1": (day(2020, 4, 1), day(2021, 3, 31)),
    "S2a": (day(2021, 4, 1), day(2021, 9, 30)),
    "S2b": (day(2021, 10, 1), day(2022, 3, 31)),
    "S3a": (day(2022, 4, 1), day(2022, 9, 30)),
    "S3b": (day(2022, 10, 1), day(2023, 3, 31)),
    "S4": (day(2023, 4, 2), day(2024, 3, 28)),
    "S5": (day(2024, 4, 1), day(2025, 3, 27)),
}
"""When periods of care began. To stand in the two-and-a-half-year cohort at 31 March 2024 means up to S2a, a year
later up to S3a; `early` below is shared out over S0 to S2a and `mid` over S2b and S3a so that stocks come out."""

EARLY = (("S2a", 48), ("S1", 90), ("S0", 220))
MID = (("S3a", 64), ("S2b", 78))


class QuotaError(Exception):
    """The children drawn leave a quota without enough who fit; another draw is needed."""


@dataclass(frozen=True)
class Cohort:
    """So many children with one story: when they started, their ages on three days, when and why they left."""

    group: str
    count: int
    started: str
    age: Band = ANY
    age_2025: Band = ANY
    age_on_starting: Band = ANY
    left: int = 0
    reasons: str = ""


# Ages are those at 31 March 2024, for A and D at 31 March 2023 and on leaving; `reasons` lists REC codes and numbers.
COHORTS = [
    # A: looked after at 31 March 2023, left in 2023/24
    Cohort("A", 13, "late", BABY, left=2024, reasons="E12:4 E11:1 E45:3 E41:2 E4A:3"),
    Cohort("A", 8, "early", SMALL, left=2024, reasons="E45:4 E41:4"),
    Cohort("A", 30, "mid", SMALL, left=2024, reasons="E12:13 E11:5 E45:3 E46:1 E41:3 E4A:5"),
    Cohort("A", 20, "late", SMALL, left=2024, reasons="E12:5 E11:2 E47:1 E41:5 E4A:6 E13:1"),
    Cohort("A", 14, "early", CHILD, left=2024, reasons="E12:2 E45:3 E46:2 E41:3 E4A:4"),
    Cohort("A", 14, "mid", CHILD, left=2024, reasons="E12:2 E11:1 E45:3 E41:4 E4A:4"),
    Cohort("A", 8, "late", CHILD, left=2024, reasons="E45:2 E41:3 E4A:3"),
    Cohort("A", 8, "early", TEEN, left=2024, reasons="E45:2 E46:1 E41:2 E4A:3"),
    Cohort("A", 8, "mid", TEEN, left=2024, reasons="E45:1 E48:1 E41:3 E4A:3"),
    Cohort("A", 8, "late", TEEN, left=2024, reasons="E45:1 E41:3 E4A:3 E16:1"),
    Cohort("A", 45, "early", GROWN, left=2024, reasons="E17:32 E5:8 E6:4 E8:1"),
    Cohort("A", 7, "mid", GROWN, left=2024, reasons="E17:3 E5:3 E6:1"),
    Cohort("A", 5, "late", GROWN, left=2024, reasons="E5:4 E6:1"),
    Cohort("A", 1, "early", GROWN, left=2024, reasons="E9:1"),
    Cohort("A", 1, "mid", GROWN, left=2024, reasons="E3:1"),
    Cohort("A", 1, "late", GROWN, left=2024, reasons="E3:1"),
    # B: looked after at 31 March 2023 and 2024, left in 2024/25
    Cohort("B", 2, "early", SMALL, left=2025, reasons="E45:2"),
    Cohort("B", 6, "mid", SMALL, left=2025, reasons="E12:3 E11:3"),
    Cohort("B", 8, "late", SMALL, left=2025, reasons="E12:2 E11:2 E45:1 E41:2 E4A:1"),
    Cohort("B", 9, "early", CHILD, left=2025, reasons="E45:3 E46:1 E41:4 E4A:1"),
    Cohort("B", 4, "mid", CHILD, left=2025, reasons="E12:1 E11:1 E45:1 E47:1"),
    Cohort("B", 3, "late", CHILD, left=2025, reasons="E45:1 E41:1 E4A:1"),
    Cohort("B", 4, "early", TEEN, left=2025, reasons="E45:2 E41:1 E4A:1"),
    Cohort("B", 1, "mid", TEEN, left=2025, reasons="E41:1"),
    Cohort("B", 25, "early", GROWN, left=2025, reasons="E17:14 E5:4 E6:3 E8:3 E7:1"),
    Cohort("B", 5, "mid", GROWN, left=2025, reasons="E5:4 E6:1"),
    Cohort("B", 2, "late", GROWN, left=2025, reasons="E5:1 E8:1"),
    Cohort("B", 1, "early", GROWN, left=2025, reasons="E9:1"),
    # C: looked after at 31 March 2023, 2024 and 2025
    Cohort("C", 3, "early", SMALL, SMALL),
    Cohort("C", 10, "mid", SMALL, SMALL),
    Cohort("C", 2, "late", SMALL, SMALL),
    Cohort("C", 5, "early", SMALL, CHILD),
    Cohort("C", 4, "mid", SMALL, CHILD),
    Cohort("C", 48, "early", CHILD, CHILD),
    Cohort("C", 18, "mid", CHILD, CHILD),
    Cohort("C", 1, "late", CHILD, CHILD),
    Cohort("C", 22, "early", CHILD, TEEN),
    Cohort("C", 5, "mid", CHILD, TEEN),
    Cohort("C", 111, "early", TEEN, TEEN),
    Cohort("C", 15, "mid", TEEN, TEEN),
    Cohort("C", 1, "late", TEEN, TEEN),
    Cohort("C", 31, "early", TEEN, GROWN),
    Cohort("C", 6, "mid", TEEN, GROWN),
    Cohort("C", 18, "early", GROWN, GROWN),
    Cohort("C", 8, "mid", GROWN, GROWN),
    Cohort("C", 4, "late", GROWN, GROWN),
    # D: started and left in 2023/24
    Cohort("D", 1, "S4", age_on_starting=BABY, left=2024, reasons="E4A:1"),
    Cohort("D", 1, "S4", age_on_starting=SMALL, left=2024, reasons="E4A:1"),
    Cohort("D", 2, "S4", age_on_starting=CHILD, left=2024, reasons="E4A:2"),
    Cohort("D", 9, "S4", age_on_starting=TEEN, left=2024, reasons="E41:3 E4A:4 E4B:2"),
    Cohort("D", 3, "S4", age_on_starting=GROWN, left=2024, reasons="E3:3"),
    # E: started in 2023/24, left in 2024/25
    Cohort("E", 5, "S4", BABY, age_on_starting=BABY, left=2025, reasons="E12:2 E11:2 E45:1"),
    Cohort("E", 3, "S4", SMALL, age_on_starting=BABY, left=2025, reasons="E12:1 E11:2"),
    Cohort("E", 15, "S4", SMALL, age_on_starting=SMALL, left=2025, reasons="E12:2 E11:3 E45:5 E46:1 E41:3 E4A:1"),
    Cohort("E", 12, "S4", CHILD, left=2025, reasons="E11:1 E45:4 E46:1 E48:1 E41:4 E4A:1"),
    Cohort("E", 4, "S4", TEEN, age_on_starting=TEEN, left=2025, reasons="E45:1 E41:1 E4A:1 E4B:1"),
    Cohort("E", 1, "S4", GROWN, age_on_starting=GROWN, left=2025, reasons="E3:1"),
    # F: started in 2023/24, still looked after
    Cohort("F", 13, "S4", BABY, SMALL, BABY),
    Cohort("F", 6, "S4", SMALL, SMALL),
    Cohort("F", 4, "S4", SMALL, CHILD),
    Cohort("F", 7, "S4", CHILD, CHILD),
    Cohort("F", 3, "S4", CHILD, TEEN),
    Cohort("F", 7, "S4", TEEN, TEEN),
    Cohort("F", 1, "S4", TEEN, GROWN),
    Cohort("F", 3, "S4", GROWN, GROWN, GROWN),
    # G: started and left in 2024/25
    Cohort("G", 1, "S5", age_on_starting=BABY, left=2025, reasons="E41:1"),
    Cohort("G", 2, "S5", age_on_starting=SMALL, left=2025, reasons="E45:1 E41:1"),
    Cohort("G", 3, "S5", age_on_starting=CHILD, left=2025, reasons="E47:1 E41:1 E4A:1"),
    Cohort("G", 3, "S5", age_on_starting=TEEN, left=2025, reasons="E4B:1 E4A:1 E13:1"),
    Cohort("G", 1, "S5", age_on_starting=(16, 17), left=2025, reasons="E13:1"),
    # H: started in 2024/25, still looked after; one teenager on 1 April, which still counts as twelve months for OC2
    Cohort("H", 19, "S5", age_2025=BABY, age_on_starting=BABY),
    Cohort("H", 4, "S5", age_2025=SMALL, age_on_starting=BABY),
    Cohort("H", 15, "S5", age_2025=SMALL, age_on_starting=SMALL),
    Cohort("H", 15, "S5", age_2025=CHILD, age_on_starting=CHILD),
    Cohort("H", 16, "S5", age_2025=TEEN, age_on_starting=TEEN),
    Cohort("H", 1, "S5", age_2025=GROWN, age_on_starting=(15, 16)),
    Cohort("H", 12, "S5", age_2025=GROWN, age_on_starting=GROWN),
    # I: looked after at 31 March 2024, left, started again and left again in 2024/25
    Cohort("I", 3, "early", (11, 15), left=2025, reasons="E41:2 E13:1"),
    # L: gone by 31 March 2023 (no age is printed for them: a third leave at eighteen)
    Cohort("L", 42, "S0", left=2021, reasons="E17:12 E5:19 E6:9 E8:2"),
    Cohort("L", 96, "S0", left=2021, reasons="E12:8 E11:3 E45:20 E46:8 E41:27 E4A:18 E4B:6 E13:2 E3:4"),
    Cohort("L", 20, "S1", left=2021, reasons="E41:6 E45:4 E4A:6 E4B:4"),
    Cohort("L", 52, "S0", left=2022, reasons="E17:18 E5:17 E6:10 E8:5 E7:2"),
    Cohort("L", 73, "S0", left=2022, reasons="E12:4 E11:1 E45:24 E46:8 E41:12 E4A:20 E4B:2 E13:2"),
    Cohort("L", 34, "S1", left=2022, reasons="E12:1 E45:14 E46:4 E41:4 E4A:9 E3:2"),
    Cohort("L", 20, "S2", left=2022, reasons="E45:5 E4A:8 E4B:2 E13:2 E41:3"),
    Cohort("L", 57, "S0", left=2023, reasons="E17:33 E5:11 E6:4 E8:8 E7:1"),
    Cohort("L", 32, "S0", left=2023, reasons="E12:6 E11:2 E45:10 E41:6 E4A:8"),
    Cohort("L", 38, "S1", left=2023, reasons="E12:4 E11:1 E45:14 E46:3 E41:6 E4A:10"),
    Cohort("L", 52, "S2", left=2023, reasons="E12:1 E11:1 E45:18 E46:4 E41:8 E4A:12 E4B:2 E3:6"),
    Cohort("L", 17, "S3", left=2023, reasons="E4A:8 E4B:2 E41:3 E9:1 E3:3"),
]

GROWN_UP = ("E17", "E5", "E6", "E7", "E8")
"""Reasons of those who leave on the 18th birthday."""


@dataclass
class Plan:
    """One row per child of the cohorts."""

    group: Objects
    started: Objects
    age: Ints
    age_2025: Ints
    on_starting: Ints
    born: Ints
    start: Ints
    end: Ints
    rec: Objects
    left: Ints
    uasc: Flags
    uasc_ended: Ints
    home: Ints


def draw_plan(rng: Generator) -> Plan:
    """Give every child of the cohorts a date of birth, a start and an end."""
    counts = np.array([cohort.count for cohort in COHORTS])
    row = np.repeat(np.arange(len(COHORTS)), counts)
    size = len(row)

    def column(name: str) -> Objects:
        return np.array([getattr(cohort, name) for cohort in COHORTS], dtype=object)[row]

    def bands(name: str) -> Ints:
        return np.array([getattr(cohort, name) for cohort in COHORTS], dtype=np.int64)[row]

    group, started, left = column("group"), column("started"), column("left").astype(np.int64)
    age, age_2025, on_starting = bands("age"), bands("age_2025"), bands("age_on_starting")
    rec = np.full(size, "", dtype=object)
    for at, cohort in enumerate(COHORTS):
        if cohort.reasons:
            codes = [code for part in cohort.reasons.split() for code, n in [part.split(":")] for _ in range(int(n))]
            rec[row == at] = rng.permutation(np.array(codes, dtype=object))
    grown = np.isin(rec, GROWN_UP)
    none, never = np.zeros(size, dtype=np.int64), np.full(size, OPEN)
    uasc = np.zeros(size, dtype=bool)
    plan = Plan(
        group, started, age, age_2025, on_starting, none.copy(), none.copy(), never.copy(), rec, left, uasc, never, none
    )
    _choose_uasc(plan)
    _fix_known_starts(rng, plan)
    _set_births(rng, plan, grown)
    _set_starts(rng, plan)
    _set_ends(rng, plan, grown)
    return plan


def _choose_uasc(plan: Plan) -> None:
    """Mark unaccompanied children: 13 at 31 March 2024 (B 6, C 4, E 1, F 2), 9 a year later (C 4, F 2, H 3)."""
    quotas = {"A": 13, "B": 6, "C": 4, "E": 1, "F": 2, "H": 3, "D": 3, "L": 20}
    for group, number in quotas.items():
        who = plan.group == group
        if group in "ABEL":  # who leave at eighteen without staying with carers, or go to another authority
            who &= np.isin(plan.rec, ["E5", "E6", "E3"])
        elif group in "CFH":
            who &= (plan.age_2025[:, 0] == 16) & ((plan.on_starting[:, 0] != 15) & (plan.age[:, 0] != 10))
        else:
            who &= plan.rec == "E3"
        late = np.isin(plan.started, ["late", "mid", "S2", "S3"])
        order = np.flatnonzero(who)[np.argsort(~late[who], kind="stable")]
        plan.uasc[order[:number]] = True
    # Two more were unaccompanied until their claim was decided in 2023/24: their distance stays unknown.
    former = np.flatnonzero((plan.group == "C") & (plan.age[:, 0] == 16) & ~plan.uasc & (plan.started == "mid"))[:2]
    plan.uasc[former] = True
    plan.uasc_ended[former] = [day(2023, 9, 14), day(2024, 1, 22)]


def _fix_known_starts(rng: Generator, plan: Plan) -> None:
    """Date the starts of 2023/24 and 2024/25 first, siblings on one day: ages on starting depend on them."""
    for name in ("S4", "S5"):
        who = np.flatnonzero(plan.started == name)
        first, last = WINDOWS[name]
        if name == "S5":  # few starts in April 2024, so that the caseloads of the year come out
            days = np.concatenate(
                [np.array([first, first + 8, first + 20]), np.sort(spread(rng, len(who) - 3, first + 31, last))]
            )
            brought = rng.permutation(len(who))
            teen = np.flatnonzero((plan.group[who] == "H") & (plan.on_starting[who, 0] == 10))[0]
            swap = np.flatnonzero(brought == 0)[0]
            brought[swap], brought[teen] = brought[teen], 0
            plan.start[who] = quiet_seasons(rng, days)[brought]
            short = np.flatnonzero((plan.group == "G") & (plan.start > last - 130))
            plan.start[short] -= 150
        else:
            plan.start[who] = quiet_seasons(rng, spread(rng, len(who), first, last))
            short = np.flatnonzero((plan.group == "D") & (plan.start > last - 110))
            plan.start[short] -= 150
            settled = np.isin(plan.rec, ["E11", "E12"]) & (plan.started == "S4")
            plan.start[settled] = np.minimum(
                plan.start[settled], spread(rng, int(settled.sum()), first, day(2023, 10, 20))
            )


def _years_before(on: int, years: Ints) -> Ints:
    return add_months(np.full(len(years), on), -12 * years)


def _set_births(rng: Generator, plan: Plan, grown: Flags) -> None:
    """Draw each date of birth from the days that agree with every age the child's cohort asks for."""
    size = len(plan.group)
    low, high = np.full(size, day(2003, 1, 1)), np.full(size, LAST_DAY)
    at_2023 = plan.group == "A"
    anchors = [
        (at_2023, MARCH_2023, plan.age),
        (np.isin(plan.group, list("BCEFI")), MARCH_2024, plan.age),
        (np.isin(plan.group, list("CFH")), MARCH_2025, plan.age_2025),
    ]
    for who, on, band in anchors:
        low = np.where(who, np.maximum(low, _years_before(on, band[:, 1]) + 1), low)
        high = np.where(who, np.minimum(high, _years_before(on, band[:, 0])), high)
    dated = plan.start > 0
    begun = np.where(dated, plan.start, MARCH_2025)
    low = np.where(dated, np.maximum(low, add_months(begun, -12 * plan.on_starting[:, 1]) + 1), low)
    high = np.where(dated, np.minimum(high, add_months(begun, -12 * plan.on_starting[:, 0])), high)
    limit = {"early": day(2021, 9, 1), "mid": day(2022, 9, 1), "late": day(2023, 3, 15), "S0": day(2020, 2, 1),
             "S1": day(2020, 12, 1), "S2": day(2021, 8, 1), "S3": day(2022, 7, 1)}  # fmt: skip
    latest = np.array([limit.get(name, LAST_DAY) for name in plan.started])
    high = np.minimum(high, latest)
    # Those who leave at eighteen are born eighteen years before a day of the year in which they leave.
    for year in range(2021, 2026):
        who = np.flatnonzero(grown & (plan.left == year))
        birthdays = spread(rng, len(who), day(year - 1, 4, 2), day(year, 3, 30))
        plan.born[who] = add_months(birthdays, -12 * 18)
    # The others who left before 31 March 2023: their age on leaving is free, young for adoption.
    gone = (plan.group == "L") & ~grown
    adopted = np.isin(plan.rec, ["E11", "E12"])
    low = np.where(gone, np.where(adopted, latest - 1500, latest - 4900), low)
    low = np.where(gone & plan.uasc, latest - 6300, low)
    high = np.where(gone & plan.uasc, latest - 5950, high)
    custody = plan.rec == "E9"
    low = np.where(gone & custody, latest - 6000, low)
    high = np.where(gone & custody, latest - 5400, high)
    # Under-eighteens of A, D and G who leave for other reasons must still be under eighteen that day.
    sixteen = (plan.age[:, 0] == 16) & ~grown & np.isin(plan.group, ["A", "B", "E"])
    year_of_leaving = np.where(plan.group == "A", 2024, 2025)
    turns = np.where(
        year_of_leaving == 2024,
        _years_before(MARCH_2024, np.full(size, 18)),
        _years_before(MARCH_2025, np.full(size, 18)),
    )
    low = np.where(sixteen, np.maximum(low, turns + 1), low)
    if not (low <= high)[~grown].all():
        raise QuotaError("a cohort asks for ages that no date of birth fits")
    drawn = low + (rng.random(size) * (high - low + 1)).astype(np.int64)
    newborn = (plan.on_starting[:, 1] == 1) & (rng.random(size) < 0.6)
    drawn = np.where(newborn, np.maximum(drawn, np.minimum(high, begun - rng.integers(0, 25, size))), drawn)
    plan.born[~grown] = drawn[~grown]


def _set_starts(rng: Generator, plan: Plan) -> None:
    """Share `early` and `mid` out over their windows, the youngest latest, and date every other start."""
    window = plan.started.copy()
    for name, shares in (("early", EARLY), ("mid", MID)):
        who = np.flatnonzero(plan.started == name)
        noise = rng.normal(0, 1100, len(who)) + 2500 * plan.uasc[who]
        score = np.minimum(plan.born[who], day(2018, 1, 1)) + noise
        floor = np.zeros(len(who))
        for later in range(len(shares)):  # born too late for the earlier windows: must come first
            earlier = [WINDOWS[other][1] for other, _ in shares[later + 1 :]]
            if earlier:
                floor = np.maximum(floor, (plan.born[who] > max(earlier) - 40) * 1e6 * (len(shares) - later))
        order = who[np.argsort(-(score + floor), kind="stable")]
        taken = 0
        for share, number in shares:
            window[order[taken : taken + number]] = share
            taken += number
    window[window == "late"] = "S3b"
    parts = {"S2": ("S2a", "S2b"), "S3": ("S3a", "S3b")}
    for whole, halves in parts.items():
        who = np.flatnonzero(window == whole)
        soon = (plan.left[who] == 2020 + int(whole[1])) | (rng.random(len(who)) < 0.6)
        window[who] = np.where(soon, halves[0], halves[1])
    for name, (first, last) in WINDOWS.items():
        who = np.flatnonzero((window == name) & (plan.start == 0))
        days = spread(rng, len(who), first, last)
        if name == "S0":  # most of those who have been looked after for long started in the last years before
            days = last - ((last - first) * rng.beta(1.0, 2.6, len(who))).astype(np.int64)
        born = plan.born[who]
        early = days < born + 2
        days = np.where(
            early, born + 2 + (rng.random(len(who)) ** 3 * np.maximum(last - born - 3, 0)).astype(np.int64), days
        )
        unaccompanied = plan.uasc[who] & (days < born + 15 * 365)
        days = np.where(
            unaccompanied, np.maximum(days, np.minimum(last, born + 15 * 365 + rng.integers(100, 600, len(who)))), days
        )
        days = np.minimum(days, last)
        at_once = (plan.left[who] > 0) & (plan.left[who] == 2020 + int(name[1])) & (days > last - 120)
        plan.start[who] = np.where(at_once, np.maximum(days - 110, born + 2), days)
    _pair_siblings(rng, plan, window)


def _pair_siblings(rng: Generator, plan: Plan, window: Objects) -> None:
    """Bring brothers and sisters into care on one day, from one home."""
    plan.home = np.arange(len(plan.group))
    for name in WINDOWS:
        who = rng.permutation(np.flatnonzero((window == name) & ~plan.uasc & (plan.start > 0)))
        pairs = who[: len(who) // 3 * 2 // 2 * 2].reshape(-1, 2)
        for one, other in pairs:
            plan.home[other] = one
            if name not in ("S4", "S5") and plan.born[other] + 2 <= plan.start[one] and plan.end[one] == OPEN:
                plan.start[other] = plan.start[one]
    # Starts of the last two years are dated already: siblings there are those who happen to share a day.
    for name in ("S4", "S5"):
        who = np.flatnonzero((plan.started == name) & ~plan.uasc & np.isin(plan.group, ["F", "H"]))
        order = who[np.argsort(plan.start[who], kind="stable")]
        for one, other in zip(order[:-1:3], order[1::3], strict=False):
            moved = plan.start[one]
            age = age_on(plan.born[other : other + 1], moved)[0]
            fits_start = plan.on_starting[other, 0] <= age < plan.on_starting[other, 1]
            if fits_start and plan.born[other] <= moved and moved > WINDOWS[name][0] + 40:
                plan.start[other], plan.home[other] = moved, plan.home[one]


SHORTEST = {"E11": 300, "E12": 300, "E45": 120, "E46": 150, "E47": 120, "E48": 120, "E41": 90}
"""The fewest days in care before these orders are made."""


def _set_ends(rng: Generator, plan: Plan, grown: Flags) -> None:
    """Date the ends: the 18th birthday, soon after the start for D and G, else over the year of leaving."""
    plan.end[grown] = birthday(plan.born[grown], 18)
    plan.start[grown] = np.minimum(plan.start[grown], plan.end[grown] - 60)
    shortest = np.array([SHORTEST.get(code, 30) for code in plan.rec])
    for year in range(2021, 2026):
        who = np.flatnonzero((plan.left == year) & ~grown & ~np.isin(plan.group, ["D", "G", "I"]))
        first, last = day(year - 1, 4, 2), day(year, 3, 28)
        if year == 2025:  # 24 leave in April 2024: 449 remain, and the stock falls slowly from there
            days = np.concatenate(
                [spread(rng, 22, first, day(2024, 4, 29)), spread(rng, len(who) - 22, day(2024, 5, 9), last)]
            )
        else:
            days = spread(rng, len(who), first, last)
        # Who started last leaves last, roughly; adoptions not decided long ago come late in the year.
        ready = plan.start[who] + shortest[who]
        rank = np.argsort(np.where(ready > first, ready, first + rng.integers(0, 200, len(who))), kind="stable")
        plan.end[who[rank]] = np.sort(days)
        tight = who[plan.end[who] < plan.start[who] + 21]
        plan.end[tight] = np.minimum(plan.start[tight] + 21 + rng.integers(0, 30, len(tight)), last)
    short = np.isin(plan.group, ["D", "G"])
    plan.end[short] = plan.start[short] + rng.integers(12, 100, int(short.sum()))
    again = plan.group == "I"
    plan.end[again] = day(2024, 5, 20) + np.arange(int(again.sum())) * 21
    ordered = np.isin(plan.rec, list(SHORTEST)) & (plan.end < OPEN)  # courts sit on working days
    sitting = to_working_day(np.where(ordered, plan.end, MARCH_2025))
    same_year = collection_year(sitting) == collection_year(np.where(ordered, plan.end, MARCH_2025))
    plan.end = np.where(ordered & same_year & (sitting > plan.start + 10), sitting, plan.end)
    young = (plan.end < OPEN) & ~grown & (plan.end >= birthday(plan.born, 18))
    plan.end[young] = birthday(plan.born[young], 18) - 1
    if not ((plan.end > plan.start + 2) & (plan.born <= plan.start)).all():
        raise QuotaError("someone leaves before having come, or comes before being born")


def second_periods(plan: Plan) -> tuple[Ints, Ints, Ints]:
    """Return child, start and end of the second stay of those who left and came back in 2024/25."""
    who = np.flatnonzero(plan.group == "I")
    start = plan.end[who] + np.array([60, 75, 52])[: len(who)]
    return who, start, start + np.array([45, 88, 110])[: len(who)]
