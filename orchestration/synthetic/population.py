"""Children of any authority, drawn by chance: plausible in shape, calibrated to nothing."""

from typing import Any

import numpy as np

from orchestration.synthetic.days import OPEN, Ints, Objects, age_on, birthday, day, pick, quiet_seasons
from orchestration.synthetic.history import (
    SPAN,
    Children,
    Episodes,
    Flags,
    History,
    LegalStatuses,
    Periods,
    Placements,
    cut_episodes,
    is_respite,
    offsets,
)
from orchestration.synthetic.postcodes import Neighbourhood
from orchestration.synthetic.records import (
    FIRST_DAY,
    LAST_DAY,
    Generator,
    allocate_workers,
    decide_adoptions,
    examine_health,
    follow_leavers,
    hold_reviews,
    recall_permanence,
    run_away,
)

YEARS = (2021, 2022, 2023, 2024, 2025)

ETHNIC = ["WBRI", "WOTH", "WIRI", "WIRT", "WROM", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN", "AOTH",
          "BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "NOBT"]  # fmt: skip
FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
ADOPTIVE = ("A3", "A4", "A5", "A6")


def without_urn(place: Objects) -> Flags:
    """Tell which placements carry no Ofsted number."""
    return np.isin(place, ["P1", "P2", "P3", "R1", "R2", "R5", "T0", "T1", "T2", "T3", "T4", "Z1"])


def ofsted_number(rng: Generator, place: Objects) -> Objects:
    """Return an Ofsted number where the placement has one."""
    number = np.array([f"SC{n}" for n in rng.integers(900_000, 999_999, len(place))], dtype=object)
    return np.where(without_urn(place), "", number).astype(object)


def invent(rng: Generator, stock: int, around: Neighbourhood, la_code: str, prefix: str = "SYN") -> History:
    """Invent the children of an authority with about `stock` of them looked after on any 31 March."""
    children, periods, path = _enter_and_leave(rng, stock, around, la_code, prefix)
    statuses = _legal_history(rng, children, periods, path)
    placements = _placement_history(rng, children, periods, path, statuses, around)
    statuses = coincide(statuses, placements)
    placements = with_absences(rng, placements, statuses, periods, np.isin(path, ["V3", "V4"]))
    return assemble(rng, children, periods, placements, statuses, la_code)


def assemble(
    rng: Generator, children: Children, periods: Periods, placements: Placements, statuses: LegalStatuses, la_code: str,
    left_before: Ints | None = None,
) -> History:  # fmt: skip
    """Cut the episodes and invent all that hangs on them.

    `left_before` dates the care leavers who had left before the first return.
    """
    episodes = cut_episodes(periods, placements, statuses)
    episodes = episodes.take(episodes.end >= FIRST_DAY)
    usual = not_respite(periods, episodes)
    reviews = hold_reviews(rng, children, periods, usual, 0.04)
    older = usual & (age_on(children.born[periods.child], np.minimum(periods.end, LAST_DAY)) >= 12)
    runners = np.flatnonzero(older & (periods.end > FIRST_DAY) & (rng.random(len(periods)) < 0.22))
    incidents = run_away(rng, children, periods, runners, FIRST_DAY, LAST_DAY)
    workers = allocate_workers(rng, periods, usual, max(12, len(periods) // 25))
    decisions, adoptions = decide_adoptions(rng, periods, episodes)
    earlier = recall_permanence(rng, children, periods, la_code)
    health = examine_health(rng, children, episodes, YEARS[0])
    left, excluded = leavers_of(children, periods, usual)
    if left_before is not None:
        left = np.minimum(left, left_before)
    leavers = follow_leavers(rng, children, left, excluded, YEARS[0])
    for year in YEARS[1:]:
        health = health.joined(examine_health(rng, children, episodes, year))
        leavers = leavers.joined(follow_leavers(rng, children, left, excluded, year))
    return History(
        children, periods, episodes, reviews, incidents, workers, decisions, adoptions, earlier, health, leavers
    )


def not_respite(periods: Periods, episodes: Episodes) -> Flags:
    """Tell which periods are more than short breaks."""
    usual = np.ones(len(periods), dtype=bool)
    usual[episodes.period[is_respite(episodes.ls)]] = False
    return usual


def leavers_of(children: Children, periods: Periods, usual: Flags) -> tuple[Ints, Flags]:
    """Return the day each child left care at 16 or over (OPEN: did not), and who died or went to another authority."""
    left, excluded = np.full(len(children), OPEN), np.zeros(len(children), dtype=bool)
    long = periods.end - periods.start >= 91
    grown = usual & long & (periods.end < OPEN) & (age_on(children.born[periods.child], periods.end) >= 16)
    left[periods.child[grown]] = periods.end[grown]
    excluded[periods.child[np.isin(periods.rec, ["E2", "E3"]) & (periods.end < OPEN)]] = True
    return left, excluded


def _enter_and_leave(
    rng: Generator, stock: int, around: Neighbourhood, la_code: str, prefix: str
) -> tuple[Children, Periods, Objects]:
    """Draw who enters care when, how long they stay and why they leave."""
    size = int(stock * 11)
    start = np.sort(rng.integers(day(2004, 4, 1), LAST_DAY + 1, size))
    start = np.minimum(quiet_seasons(rng, start), LAST_DAY)
    group = rng.choice(5, size, p=[0.2, 0.18, 0.18, 0.26, 0.18])
    low, high = np.array([0, 365, 1826, 3652, 5844]), np.array([364, 1825, 3651, 5843, 6500])
    age_in_days = low[group] + (rng.random(size) * (high - low)[group]).astype(np.int64)
    age_in_days = np.where((group == 0) & (rng.random(size) < 0.5), age_in_days % 30, age_in_days)
    uasc = (group == 4) & (rng.random(size) < 0.35)
    siblings = (rng.random(size) < 0.3) & ~uasc & (group < 4)
    siblings[:1] = False
    start = np.where(siblings, np.roll(start, 1), start)
    born = start - age_in_days
    born = np.where(uasc & (rng.random(size) < 0.4), born - born % 30 + 15, born)
    home = around.home[rng.integers(0, len(around.home), size)]
    home = np.where(siblings, np.roll(home, 1), home)

    path = pick(rng, ["home", "order", "adopt", "grow"], [26, 25, 16, 33], size)
    path = np.where((path == "adopt") & (group > 1), "grow", path)
    path = np.where((group == 4) | uasc, np.where(rng.random(size) < 0.25, "home", "grow"), path).astype(object)
    mean = np.select([path == "home", path == "order", path == "adopt"], [200.0, 500.0, 300.0], 1.0)
    stay = 10 + (mean * rng.gamma(1.6, 0.7, size)).astype(np.int64) + np.where(path == "adopt", 330, 0)
    grown_up = birthday(born, 18)
    end = np.where(path == "grow", grown_up, np.minimum(start + stay, grown_up))
    path = np.where(end == grown_up, "grow", path).astype(object)
    rec = np.select(
        [path == "home", path == "order", path == "adopt"],
        [
            pick(rng, ["E4A", "E4B", "E13", "E3", "E8", "E16"], [62, 10, 12, 8, 7, 1], size),
            pick(rng, ["E45", "E46", "E47", "E48", "E41"], [48, 8, 14, 4, 26], size),
            pick(rng, ["E11", "E12"], [35, 65], size),
        ],
        pick(rng, ["E17", "E5", "E6", "E8", "E7"], [38, 32, 10, 15, 5], size),
    ).astype(object)
    kept = (end >= FIRST_DAY - 6 * 365) & (end > start + 2)
    live = kept & (start <= day(2023, 3, 31)) & (end > day(2023, 3, 31))
    kept &= rng.random(size) < min(1.0, stock / max(int(live.sum()), 1))
    keep = np.flatnonzero(kept)
    sex = np.where(rng.random(size) < np.where(uasc, 0.93, 0.54), "M", "F").astype(object)
    ethnic = pick(rng, ETHNIC, [67, 4, 1, 0.5, 1, 3, 2, 2, 3, 1, 2, 1.5, 1, 2, 4, 2, 0.3, 2, 0.7], size)
    ethnic = np.where(uasc, pick(rng, ["AOTH", "OOTH", "BAFR", "BOTH"], [30, 40, 25, 5], size), ethnic)
    motherhood = born + 16 * 365 + 120
    mother = (sex == "F") & (rng.random(size) < 0.05) & (motherhood > start) & (motherhood < np.minimum(end, LAST_DAY))
    count = len(keep)
    number = rng.permutation(count) + 1
    children = Children(
        np.array([f"{prefix}{n:06d}" for n in number], dtype=object), born[keep], sex[keep], ethnic[keep],
        home[keep], uasc[keep], np.full(count, OPEN), np.where(mother, motherhood, OPEN)[keep],
    )  # fmt: skip
    end = np.where(end > LAST_DAY + 60, OPEN, end)
    need = pick(rng, ["N1", "N2", "N3", "N4", "N5", "N6", "N8"], [66, 3, 4, 6, 13, 2, 6], size)
    need = np.where(uasc, "N8", need).astype(object)
    again = _return_to_care(rng, keep, born, end, path)
    periods = Periods(np.arange(count), start[keep], end[keep], rec[keep], need[keep])
    path = path[keep]
    who, begin, finish = again
    if len(who):
        back = Periods(who, begin, finish, pick(rng, ["E4A", "E45", "E13"], [6, 2, 2], len(who)), periods.cin[who])
        periods, path = periods.joined(back), np.concatenate([path, np.full(len(who), "home", dtype=object)])
    guests, breaks, kind = short_breaks(rng, max(2, stock // 60), count, prefix, around)
    return children.joined(guests), periods.joined(breaks), np.concatenate([path, kind])


def _return_to_care(rng: Generator, keep: Ints, born: Ints, end: Ints, path: Objects) -> tuple[Ints, Ints, Ints]:
    """Bring some children who went home back into care for a second period."""
    went_home = np.flatnonzero((path[keep] == "home") & (end[keep] < LAST_DAY - 100) & (rng.random(len(keep)) < 0.12))
    begin = end[keep][went_home] + rng.integers(20, 500, len(went_home))
    limit = birthday(born[keep][went_home], 18)
    ok = (begin < limit - 60) & (begin < LAST_DAY)
    went_home, begin, limit = went_home[ok], begin[ok], limit[ok]
    finish = np.minimum(begin + rng.integers(30, 900, len(begin)), limit - 1)
    return went_home, begin, np.where(finish > LAST_DAY + 60, OPEN, finish)


def short_breaks(
    rng: Generator, count: int, first: int, prefix: str, around: Neighbourhood
) -> tuple[Children, Periods, Objects]:
    """Invent children who only come for short breaks, V3 break by break or V4 as one agreement.

    Returns the children, their periods (children counted from `first`) and the legal status of each period.
    """
    born = day(2010, 1, 1) + rng.integers(0, 2200, count)
    children = Children(
        np.array([f"{prefix}9{n:05d}" for n in range(count)], dtype=object), born,
        np.where(rng.random(count) < 0.6, "M", "F").astype(object), np.full(count, "WBRI", dtype=object),
        around.home[rng.integers(0, len(around.home), count)], np.zeros(count, dtype=bool),
        np.full(count, OPEN), np.full(count, OPEN),
    )  # fmt: skip
    agreement = np.arange(count) % 2 == 0
    times = np.where(agreement, 1, 8)
    child = np.repeat(np.arange(count), times)
    begin = day(2020, 5, 1) + rng.integers(0, 1500, count)[child]
    begin = begin + offsets(times) * 40 + rng.integers(0, 15, len(child))
    finish = np.where(agreement[child], begin + 400, begin + rng.integers(2, 9, len(child)))
    finish = np.where(finish > LAST_DAY, OPEN, finish)
    came = begin <= LAST_DAY
    breaks = Periods(
        first + child, begin, finish, np.full(len(child), "E4A", dtype=object), np.full(len(child), "N2", dtype=object)
    )
    return children, breaks.take(came), np.where(agreement[child], "V4", "V3").astype(object)[came]


def _legal_history(rng: Generator, children: Children, periods: Periods, path: Objects) -> LegalStatuses:
    """Lead each period through its legal statuses: V2 or C1, then C2, then E1 where adoption is the plan."""
    count = len(periods)
    index = np.arange(count)
    uasc = children.is_uasc[periods.child]
    age = age_on(children.born[periods.child], periods.start)
    stay = np.minimum(periods.end, LAST_DAY + 200) - periods.start
    first = np.where(rng.random(count) < 0.62, "C1", "V2").astype(object)
    first = np.where((path == "home") & (rng.random(count) < 0.5), "V2", first)
    first = np.where((path == "adopt"), "C1", first)
    first = np.where((rng.random(count) < 0.06) & (stay > 30), np.where(rng.random(count) < 0.8, "L1", "L2"), first)
    first = np.where((age >= 12) & (rng.random(count) < 0.02), "J1", first)
    short = np.isin(path, ["V3", "V4"])
    first = np.where(uasc, "V2", np.where(short, path, first)).astype(object)
    rows = [(index, periods.start, first)]

    police = np.isin(first, ["L1", "L2"])
    at = periods.start + 2
    rows.append((index[police], at[police], np.full(int(police.sum()), "C1", dtype=object)))
    interim = ((first == "C1") | police) & ~uasc
    drawn = rng.random(count)
    later = (first == "V2") & ~uasc & ~short & (drawn < 0.4) & (stay > 120)
    when = periods.start + 30 + (drawn * 200).astype(np.int64)
    rows.append((index[later], when[later], np.full(int(later.sum()), "C1", dtype=object)))
    begun = np.where(later, when, periods.start)
    full = begun + 130 + rng.integers(0, 170, count)
    gains = (interim | later) & (full < periods.start + stay - 20) & (path != "home")
    rows.append((index[gains], full[gains], np.full(int(gains.sum()), "C2", dtype=object)))
    order = full + rng.integers(0, 30, count) + 1
    placed = gains & (path == "adopt") & (order < periods.start + stay - 15)
    rows.append((index[placed], order[placed], np.full(int(placed.sum()), "E1", dtype=object)))
    forced = (path == "adopt") & ~placed & (periods.end < OPEN)
    at = periods.start + np.maximum(stay * 2 // 3, 1)
    keep_full = gains & forced & (full >= at)
    at = np.where(keep_full, full + 1, at)
    rows.append((index[forced], at[forced], np.full(int(forced.sum()), "E1", dtype=object)))
    period, start, code = (np.concatenate(column) for column in zip(*rows, strict=True))
    return LegalStatuses(period, start, code.astype(object))


def _placement_history(
    rng: Generator, children: Children, periods: Periods, path: Objects, statuses: LegalStatuses, around: Neighbourhood
) -> Placements:
    """Move each child from placement to placement, most of them seldom."""
    count = len(periods)
    end = np.minimum(periods.end, LAST_DAY + 60)
    stay = end - periods.start
    short = np.isin(path, ["V3", "V4"])
    rate = np.where(age_on(children.born[periods.child], end) >= 13, 0.5, 0.28)
    moves = rng.poisson(0.25 + rate * np.minimum(stay, 1500) / 365)
    moves = np.where(short | (stay < 40), 0, np.minimum(moves, 12))
    period = np.repeat(np.arange(count), moves)
    start = periods.start[period] + 5 + (rng.beta(0.8, 1.2, len(period)) * (stay[period] - 15)).astype(np.int64)
    key = np.unique(np.concatenate([np.arange(count) * SPAN + periods.start, period * SPAN + start]))
    period, start = key // SPAN, key % SPAN
    first = np.append(True, period[1:] != period[:-1])
    age = age_on(children.born[periods.child[period]], start)
    size = len(period)
    young = pick(rng, ["U6", "U4", "U3", "U1", "U5", "P1", "R3", "K2"], [44, 14, 17, 9, 2, 10, 2, 2], size)
    middle = pick(
        rng, ["U6", "U4", "U3", "U1", "P1", "K2", "K1", "S1", "Z1"], [38, 20, 10, 8, 8, 13, 0.5, 0.8, 1.2], size
    )
    oldest = pick(rng, ["U6", "U4", "K3", "K2", "U1", "P1", "Z1", "R5"], [24, 17, 34, 14, 4, 3, 2, 1], size)
    place = np.select([age < 5, age < 16], [young, middle], oldest).astype(object)
    uasc = children.is_uasc[periods.child[period]]
    place = np.where(uasc, np.where(age >= 16, pick(rng, ["K3", "U6"], [60, 40], size), "U6"), place)
    legal = statuses.take(np.argsort(statuses.period * SPAN + statuses.start, kind="stable"))
    under = legal.code[np.searchsorted(legal.period * SPAN + legal.start, key, side="right") - 1]
    place = np.where((place == "P1") & (first | ~np.isin(under, ["C1", "C2"])), "U6", place)
    place = np.where(short[period], "U6", place).astype(object)
    last = np.append(first[1:], True)
    adopted = last & np.isin(periods.rec[period], ["E11", "E12"]) & (periods.end[period] < OPEN)
    guardian = last & np.isin(periods.rec[period], ["E45", "E46"]) & ~np.isin(place, FOSTER)
    place = np.where(guardian, "U3", place).astype(object)
    provider = provider_for(rng, place)
    post = _where_placed(rng, place, provider, children.home[periods.child[period]], around)
    reason = pick(rng, ["CARPL", "CREQB", "CREQO", "CHILD", "OTHER", "ALLEG", "STAND", "LAREQ", "CLOSE"],
                  [50, 20, 10, 8, 6, 2, 1, 2, 1], size)  # fmt: skip
    urn = np.where(short[period], "", ofsted_number(rng, place)).astype(object)
    line = Placements(period, start, place, provider, post, urn, np.zeros(size, dtype=bool), reason)
    line = line.joined(adoptive_placements(rng, line, adopted, periods, around))
    return line


def provider_for(rng: Generator, place: Objects) -> Objects:
    """Return who runs a placement of this kind."""
    size = len(place)
    any_of = pick(rng, ["PR1", "PR4", "PR5", "PR2"], [60, 34, 4, 2], size)
    kin = np.isin(place, ["U1", "U2", "U3"])
    homes = pick(rng, ["PR4", "PR1", "PR5"], [84, 12, 4], size)
    residential = np.isin(place, ["K1", "K2", "K3", "H5", "S1", "R1", "R3"])
    provider = np.select([kin, residential, place == "P1", np.isin(place, ["R2", "R5"])],
                         [np.full(size, "PR1", dtype=object), homes, "PR0", "PR3"], any_of)  # fmt: skip
    none = np.array([code[0] in "TZ" for code in place], dtype=bool)
    return np.where(none, "", provider).astype(object)


def _where_placed(rng: Generator, place: Objects, provider: Objects, home: Objects, around: Neighbourhood) -> Objects:
    size = len(place)
    own = (provider == "PR1") | (provider == "PR0")
    draw = rng.random(size)
    kind = np.where(own, (draw > 0.75).astype(int) + (draw > 0.94), (draw > 0.3).astype(int) + (draw > 0.5))
    kind = np.where((provider == "PR1") & ~np.isin(place, FOSTER), 0, kind)  # the authority's own homes lie inside it
    pools = (around.inside, around.near, around.far)
    drawn = [pool[rng.integers(0, len(pool), size)] for pool in pools]
    post = np.choose(kind, np.arange(3)[:, None]).astype(int)
    chosen = np.select([post == 0, post == 1], drawn[:2], drawn[2])
    return np.where(place == "P1", home, chosen).astype(object)


def adoptive_placements(
    rng: Generator, line: Placements, adopted: Any, periods: Periods, around: Neighbourhood
) -> Placements:
    """End the last placement of each adopted child in an adoptive one, one in four with the same carers."""
    index = np.flatnonzero(adopted)
    period = line.period[index]
    latest = periods.end[period] - 8
    start = np.maximum(
        line.start[index] + 4, np.minimum(periods.end[period] - rng.integers(110, 330, len(index)), latest)
    )
    same = rng.random(len(index)) < 0.25
    new = around.far[rng.integers(0, len(around.far), len(index))]
    return Placements(
        period, start, np.where(same, "A5", "A6").astype(object),
        np.where(same, line.provider[index], pick(rng, ["PR1", "PR2"], [60, 40], len(index))).astype(object),
        np.where(same, line.post[index], new).astype(object), np.where(same, line.urn[index], "XXXXXXX").astype(object),
        same, np.where(same, "PLACE", "CARPL").astype(object),
    )  # fmt: skip


def coincide(statuses: LegalStatuses, placements: Placements, within: int = 10) -> LegalStatuses:
    """Let a new legal status begin with a move of the same days, as it often does (RNE B or U)."""
    moves = np.sort(placements.period * SPAN + placements.start)
    key = statuses.period * SPAN + statuses.start
    order = np.argsort(key, kind="stable")
    statuses, key = statuses.take(order), key[order]
    nearest = moves[np.minimum(np.searchsorted(moves, key - within), len(moves) - 1)]
    first = np.append(True, statuses.period[1:] != statuses.period[:-1])
    aligned = np.where(~first & (np.abs(nearest - key) <= within), nearest, key)
    before, after = np.append(-1, aligned[:-1]), np.append(aligned[1:], SPAN * SPAN)
    clash = (
        (aligned <= before)
        | (aligned >= after)
        | (aligned <= np.append(-1, key[:-1]))
        | (aligned >= np.append(key[1:], SPAN * SPAN))
    )
    return LegalStatuses(statuses.period, np.where(clash, key, aligned) % SPAN, statuses.code)


def with_absences(
    rng: Generator, line: Placements, statuses: LegalStatuses, periods: Periods, short: Flags
) -> Placements:
    """Interrupt some placements by a short stay elsewhere, and bring the child back to the same place.

    The legal status does not change meanwhile: an absence is one episode.
    """
    order = np.lexsort((line.start, line.period))
    line = line.take(order)
    last = np.append(line.period[1:] != line.period[:-1], True)
    finish = np.where(last, np.minimum(periods.end[line.period], LAST_DAY), np.append(line.start[1:], 0))
    long = (finish - line.start > 120) & ~short[line.period] & (line.start > FIRST_DAY - 300)
    long &= ~np.isin(line.place, ["P1", "K3", *ADOPTIVE])
    at = np.flatnonzero(long & (rng.random(len(line)) < 0.05))
    away = line.start[at] + 30 + (rng.random(len(at)) * (finish[at] - line.start[at] - 80)).astype(np.int64)
    kind = pick(rng, ["T1", "T3", "T4", "T2"], [35, 35, 20, 10], len(at))
    limit = np.select([kind == "T1", kind == "T3"], [30, 14], 6)
    back = away + 1 + (rng.random(len(at)) * limit).astype(np.int64)
    legal = np.sort(statuses.period * SPAN + statuses.start)
    key = line.period[at] * SPAN
    quiet = np.searchsorted(legal, key + away) == np.searchsorted(legal, key + back, side="right")
    at, away, back, kind = at[quiet], away[quiet], back[quiet], kind[quiet]
    nothing = np.full(len(at), "", dtype=object)
    no = np.zeros(len(at), dtype=bool)
    gone = Placements(line.period[at], away, kind, nothing, line.post[at], nothing, no, nothing)
    returned = line.take(at)
    returned = Placements(
        returned.period, back, returned.place, returned.provider, returned.post, returned.urn, no, nothing
    )
    return line.joined(gone).joined(returned)
