"""What hangs on a history of care: reviews, health, care leavers, adoption, missing incidents, social workers."""

from typing import Any

import numpy as np

from orchestration.synthetic.days import (
    OPEN,
    Ints,
    Objects,
    add_months,
    add_working_days,
    age_on,
    as_text,
    birthday,
    collection_year,
    day,
    pick,
    to_working_day,
    year_end,
    year_start,
)
from orchestration.synthetic.history import (
    SPAN,
    Adoptions,
    Allocations,
    Children,
    Decisions,
    EarlierPermanence,
    Episodes,
    Flags,
    Health,
    Incidents,
    Leavers,
    Periods,
    Reviews,
    is_respite,
    offsets,
)

Generator = np.random.Generator

FIRST_DAY = day(2020, 4, 1)
"""The first day of collection year 2021: nothing before it is delivered, save what was still going on."""

LAST_DAY = day(2025, 3, 31)


def hold_reviews(rng: Generator, children: Children, periods: Periods, usual: Flags, late: float) -> Reviews:
    """Hold every period's reviews one after the other, each a little before it falls due, some late."""
    index = np.flatnonzero(usual)
    start, end = periods.start[index], np.minimum(periods.end[index], LAST_DAY + 1)
    due = add_working_days(start, 20)
    held = to_working_day(np.maximum(start + 7, due - rng.integers(0, 6, len(index))))
    # A period that began long ago has had its early reviews: begin near the first delivered day.
    long_ago = start < FIRST_DAY - 200
    held = np.where(long_ago, to_working_day(FIRST_DAY - rng.integers(1, 178, len(index))), held)
    rows: list[tuple[Ints, Ints]] = []
    second = ~long_ago
    while len(index):
        slip = (rng.random(len(index)) < late) * rng.integers(2, 16, len(index))
        held = np.where(slip > 0, add_working_days(held, slip + 4), held)
        going = held < end
        index, held, end, second = index[going], held[going], end[going], second[going]
        rows.append((index, held))
        due = add_months(held, np.where(second, 3, 6))
        early = np.minimum(rng.exponential(12, len(index)), 60).astype(np.int64)
        held, second = to_working_day(due - early), np.zeros(len(index), dtype=bool)
    period = np.concatenate([row[0] for row in rows])
    when = np.concatenate([row[1] for row in rows])
    kept = when >= FIRST_DAY
    period, when = period[kept], when[kept]
    order = np.lexsort((when, period))
    period, when = period[order], when[order]
    child = periods.child[period]
    code = pick(rng, ["PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7"], [36, 1, 0.5, 1, 2, 53, 4], len(when))
    code = np.where(age_on(children.born[child], when) < 4, "PN0", code)
    return Reviews(child, period, when, code)


def run_away(rng: Generator, children: Children, periods: Periods, chosen: Ints, since: int, until: int) -> Incidents:
    """Give each chosen period some missing incidents within its time in care, one after the other."""
    counts = 1 + np.minimum(rng.geometric(0.25, len(chosen)), 25)
    period = np.repeat(chosen, counts)
    nth = offsets(counts)
    low = np.maximum(periods.start[period], since)
    high = np.minimum(np.minimum(periods.end[period] - 1, until), LAST_DAY)
    # Each incident has a slot of its own, so that none overlaps another.
    slot = np.maximum(high - low, 1) / np.repeat(counts, counts)
    start = low + (slot * (nth + 0.5 * rng.random(len(period)))).astype(np.int64)
    length = np.minimum(rng.geometric(0.6, len(period)) - 1, (slot * 0.45).astype(np.int64))
    end = np.minimum(start + length, high)
    kind = np.where((nth > 0) & (rng.random(len(period)) < 0.03), "A", "M").astype(object)
    return Incidents(periods.child[period], kind, start, end)


def allocate_workers(rng: Generator, periods: Periods, usual: Flags, workers: int) -> Allocations:
    """Give each child one social worker after another, over the two years for which the file exists."""
    index = np.flatnonzero(usual & (periods.end > day(2023, 4, 1)))
    begin = np.maximum(periods.start[index], day(2022, 10, 1))
    end = np.minimum(periods.end[index], LAST_DAY + 30)
    counts = 1 + rng.poisson(0.9 * np.maximum(end - begin, 1) / 365)
    period = np.repeat(np.arange(len(index)), counts)
    share = rng.random(len(period))
    first = offsets(counts) == 0
    start = np.where(first, begin[period], begin[period] + 10 + (share * (end - begin)[period]).astype(np.int64))
    start = np.where(start >= end[period], begin[period], start)
    key = np.unique(period * SPAN + start)
    period, start = key // SPAN, key % SPAN
    last = np.append(period[1:] != period[:-1], True)
    finish = np.where(last, np.where(end[period] > LAST_DAY, OPEN, end[period]), np.append(start[1:], 0))
    number = (
        rng.integers(0, workers, len(index))[period] + offsets(np.bincount(period, minlength=len(index)))
    ) % workers
    worker = np.array([f"SWSYN{n:04d}" for n in range(workers)], dtype=object)[number]
    is_first = np.append(True, period[1:] != period[:-1])
    reason = pick(rng, ["MANAGE", "LEFTRL", "TSPROC", "ORGRST", "ABSENC", "CHCHAN"], [25, 30, 30, 8, 5, 2], len(period))
    reason = np.where(is_first & (start > day(2022, 10, 1)), "FCONTA", reason)
    return Allocations(periods.child[index][period], worker, start, finish, reason)


def examine_health(
    rng: Generator, children: Children, episodes: Episodes, year: int, convicted: Ints | None = None
) -> Health:
    """Fill OC2 for the children looked after throughout a collection year; `convicted` names them, or chance does."""
    who = twelve_month_cohort(children, episodes, year)
    born = children.born[who]
    age, age_before = age_on(born, year_end(year)), age_on(born, year_start(year) - 1)
    size = len(who)

    def flag(share: Any) -> Objects:
        return np.where(rng.random(size) < share, "1", "0").astype(object)

    asked = (age_before >= 4) & (age < 17)
    turning = ((age_before < 4) & (age >= 4)) | (
        (age_before < 17) & (age >= 17)
    )  # a score or SDQ1: too young or too old
    score = np.minimum(rng.gamma(3.2, 4.6, size).astype(np.int64), 40)
    scored = (asked & (rng.random(size) < 0.93)) | (turning & (rng.random(size) < 0.4))
    guilty = np.isin(who, convicted) if convicted is not None else rng.random(size) < 0.03 * (age >= 13)
    refused = pick(rng, ["SDQ2", "SDQ3", "SDQ4", "SDQ5"], [4, 2, 6, 2], size)
    substance = np.where(age >= 12, flag(0.05), "0").astype(object)
    misuses = substance == "1"
    received = np.where(misuses, flag(0.5), "").astype(object)
    return Health(
        np.full(size, year), who, np.where(scored, score.astype(str), "").astype(object),
        np.where(turning & ~scored, "SDQ1", np.where(asked & ~scored, refused, "")).astype(object),
        np.where(age >= 10, np.where(guilty, "1", "0"), "").astype(object),
        np.where(age < 5, flag(0.97), "").astype(object), flag(0.97), flag(0.93), flag(0.97), substance, received,
        np.where(received == "0", flag(0.6), "").astype(object),
    )  # fmt: skip


def twelve_month_cohort(children: Children, episodes: Episodes, year: int) -> Ints:
    """Return the children at 31 March who were looked after for the whole year, short breaks apart (OC2's rule)."""
    since, until = year_start(year), year_end(year)
    respite = is_respite(episodes.ls)
    touching = (episodes.start <= until) & (episodes.end >= since)
    cohort = np.zeros(len(children), dtype=bool)
    cohort[episodes.child[~respite & (episodes.start <= until) & (episodes.end > until)]] = True
    broken = touching & respite
    broken |= (episodes.rne == "S") & (episodes.start > since) & (episodes.start <= until)
    broken |= (episodes.rec != "X1") & (episodes.end >= since) & (episodes.end <= until)
    cohort[episodes.child[broken]] = False
    return np.flatnonzero(cohort)


def follow_leavers(rng: Generator, children: Children, left: Ints, died_or_moved: Flags, year: int) -> Leavers:
    """Fill OC3 for young people who left care before the 17th to 21st birthday that falls in the year.

    `left` is the day on which each child left care at 16 or over, OPEN for everyone else.
    """
    age = age_on(children.born, year_end(year))
    falls = birthday(children.born, age)
    # At 17 and 18 only those who had left before the birthday count (DfE's rule 1016).
    gone = np.where(age <= 18, left < falls, left <= falls)
    who = np.flatnonzero(
        (left < OPEN) & gone & (age >= 17) & (age <= 21) & (falls >= year_start(year)) & ~died_or_moved
    )
    size, years = len(who), age[who]
    touch = pick(rng, ["YES", "NO", "REFU", "NREQ", "RHOM"], [930, 35, 15, 10, 10], size)
    touch = np.where((touch == "RHOM") & (years > 18), "YES", touch)
    known = touch == "YES"
    activity = pick(rng, ["F1", "F2", "P2", "F4", "F5", "P5", "G4", "G5", "G6"], [5, 17, 3, 5, 18, 6, 16, 22, 8], size)
    home = pick(rng, ["B1", "D1", "E1", "K1", "U1", "U2", "S2", "X2", "V2", "Z1", "Y1", "G1", "C1"],
                [16, 17, 4, 3, 34, 1, 1, 3, 1, 15, 2, 1, 3], size)  # fmt: skip
    home = np.where((home == "Z1") & (years < 18), "E1", home)
    return Leavers(np.full(size, year), who, touch, np.where(known, activity, "0").astype(object),
                   np.where(known, home, "0").astype(object))  # fmt: skip


def decide_adoptions(rng: Generator, periods: Periods, episodes: Episodes) -> tuple[Decisions, Adoptions]:
    """Date the decision and the match behind every placement order and every adoption."""
    orders = np.flatnonzero(
        (episodes.ls == "E1") & (np.roll(episodes.ls, 1) != "E1") | (episodes.ls == "E1") & (episodes.rne == "S")
    )
    placed = np.flatnonzero(np.isin(episodes.place, ["A3", "A4", "A5", "A6"]))
    count = len(periods)
    ordered = np.full(count, OPEN)
    np.minimum.at(ordered, episodes.period[orders], episodes.start[orders])
    moved_in = np.full(count, OPEN)
    np.minimum.at(moved_in, episodes.period[placed], episodes.start[placed])
    index = np.flatnonzero((ordered < OPEN) | (moved_in < OPEN))
    base = np.minimum(ordered, moved_in)[index]
    decided = np.maximum(base - rng.integers(20, 60, len(index)), periods.start[index] + 1)
    decided = np.minimum(decided, base)
    adopted = np.isin(periods.rec[index], ["E11", "E12"]) & (periods.end[index] < OPEN)
    ends = np.where(adopted, periods.end[index], OPEN)
    left_otherwise = ~adopted & (periods.end[index] < OPEN)
    reversed_on = np.where(
        left_otherwise, np.maximum(periods.end[index] - rng.integers(0, 40, len(index)), decided + 1), OPEN
    )
    reversed_on = np.where(left_otherwise, np.minimum(reversed_on, periods.end[index]), reversed_on)
    reason = pick(rng, ["RD1", "RD3", "RD4"], [4, 5, 3], len(index))
    # An adopted child's decision is over with the adoption; the return drops it with the child.
    decisions = Decisions(periods.child[index], decided, reversed_on, reason)
    done = index[adopted]
    first_code = np.full(count, "", dtype=object)
    first_code[episodes.period[placed][::-1]] = episodes.place[placed][::-1]
    same = np.isin(first_code[done], ["A3", "A5"])
    sexes = pick(rng, ["MF", "F1", "M1", "MM", "FF"], [78, 9, 1, 6, 6], len(done))
    two = np.char.str_len(sexes.astype(str)) == 2
    two &= ~np.isin(sexes, ["F1", "M1"])
    legal = np.where(~two, "L0", np.where(sexes == "MF", pick(rng, ["L11", "L3"], [80, 20], len(done)),
                                          pick(rng, ["L12", "L2", "L4"], [60, 20, 20], len(done))))  # fmt: skip
    matched = np.maximum(decided[adopted], np.minimum(moved_in[done] - rng.integers(7, 40, len(done)), moved_in[done]))
    adoptions = Adoptions(
        periods.child[done], ends[adopted], decided[adopted], matched, np.where(same, "1", "0").astype(object),
        np.where(two, "2", "1").astype(object), sexes, legal.astype(object),
    )  # fmt: skip
    return decisions, adoptions


def recall_permanence(rng: Generator, children: Children, periods: Periods, la_code: str) -> EarlierPermanence:
    """Say for the first start of a child in a year what permanence there was before: hardly ever any."""
    index = np.flatnonzero(periods.start >= FIRST_DAY)
    index = index[np.lexsort((periods.start[index], periods.child[index]))]
    key = periods.child[index] * 10_000 + collection_year(periods.start[index])
    index = index[np.append(True, key[1:] != key[:-1])[: len(index)]]
    child, start = periods.child[index], periods.start[index]
    grown = start - children.born[child] > 700
    code = np.where(grown, pick(rng, ["Z1", "P1", "P2", "P3", "P4"], [90, 1.5, 5, 2, 1.5], len(index)), "Z1").astype(
        object
    )
    had = code != "Z1"
    when = as_text(np.maximum(children.born[child] + 200, start - rng.integers(200, 2000, len(index))))
    shape = rng.integers(0, 3, len(index))
    partial = [
        text if s == 0 else f"zz{text[2:]}" if s == 1 else f"zz/zz{text[5:]}"
        for text, s in zip(when, shape, strict=True)
    ]
    unknown = code == "P4"
    granted = np.where(had, np.where(unknown, "zz/zz/zzzz", np.array(partial, dtype=object)), "").astype(object)
    where = np.where(had, np.where(unknown, "999", la_code), "").astype(object)
    return EarlierPermanence(child, start, code, where, granted)
