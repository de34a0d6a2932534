"""The demo authority: North East Lincolnshire's code and printed figures, invented children."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from orchestration.errors import UserError
from orchestration.synthetic.days import OPEN, Ints, Objects, add_months, age_on, as_text, day, pick, spread
from orchestration.synthetic.demo_lives import lead_lives
from orchestration.synthetic.demo_plan import Plan, QuotaError, draw_plan, second_periods
from orchestration.synthetic.demo_records import examine, go_missing, make_mothers, review, share_ethnicity
from orchestration.synthetic.history import (
    Children,
    EarlierPermanence,
    Flags,
    History,
    LegalStatuses,
    Periods,
    Placements,
)
from orchestration.synthetic.population import assemble, coincide, not_respite, short_breaks, with_absences
from orchestration.synthetic.postcodes import Neighbourhood, demo_grid, neighbourhood
from orchestration.synthetic.records import FIRST_DAY, LAST_DAY, Generator

LA_CODE = "812"
DISTRICTS = {"E06000012"}
SEED = 1

MALES = {"CF": 189, "H": 45, "BEI": 65}
"""31 March 2025: 189 + 45 = 234 of 438; 31 March 2024: 189 + 65 = 254 of 469."""
NOT_WHITE = {"CF": 28, "H": 11, "BEI": 11}
"""39 children on both dates: 399 of 438 and 430 of 469 are White."""
SHORT_BREAK_CHILDREN = 8
CAME_BACK_YEARS_LATER = 10
LEFT_BEFORE_2020 = 90


@lru_cache(maxsize=2)
def demo_history(seed: int = SEED) -> History:
    """Return the invented history of the demo authority's children.

    Children are drawn anew in the rare case that a quota finds too few who fit it.
    """
    for attempt in range(20):
        try:
            return _draw_history(np.random.default_rng([seed, attempt]))
        except QuotaError:
            continue
    raise UserError(f"No children could be invented that meet the printed figures with seed {seed}: try another.")


def _draw_history(rng: Generator) -> History:
    """Draw the children once and check as quotas are shared out."""
    around = neighbourhood(demo_grid(), DISTRICTS)
    plan = draw_plan(rng)
    again = second_periods(plan)
    lives = lead_lives(rng, plan, around, again)
    children, left_before = _everyone(rng, plan, lives.home, around)
    who, start, end = again
    cin = pick(rng, ["N1", "N2", "N3", "N4", "N5", "N6", "N8"], [79, 1, 6, 1, 10, 1, 2], len(plan.group))
    cin = np.where(plan.uasc, "N8", cin).astype(object)
    periods = Periods(np.arange(len(plan.group)), plan.start, plan.end, plan.rec.copy(), cin)
    periods = periods.joined(Periods(who, start, end, plan.rec[who], np.full(len(who), "N5", dtype=object)))
    periods.rec[who] = "E4A"  # the first of the two stays ended at home
    returners = _bring_back(rng, plan, children, periods)

    guests, breaks, kind = short_breaks(rng, SHORT_BREAK_CHILDREN, len(children), "SYN", around)
    first = len(periods)
    children, periods = children.joined(guests), periods.joined(breaks)
    left_before = np.concatenate([left_before, np.full(len(guests), OPEN)])
    legal = coincide(lives.statuses, lives.placements)
    placements = with_absences(rng, lives.placements, legal, periods, np.zeros(len(periods), dtype=bool))
    placements = placements.joined(_break_placements(rng, first, breaks, around))
    statuses = legal.joined(LegalStatuses(first + np.arange(len(breaks)), breaks.start, kind))

    history = assemble(rng, children, periods, placements, statuses, LA_CODE, left_before)
    usual = not_respite(periods, history.episodes)
    still_here = np.zeros(len(children), dtype=bool)
    still_here[periods.child[usual & (periods.end > LAST_DAY)]] = True
    children.mother_since = make_mothers(rng, children, still_here, 3)
    return replace(
        history,
        reviews=review(rng, children, periods, usual),
        incidents=go_missing(rng, children, periods, usual),
        health=examine(rng, children, history.episodes),
        earlier=_remember_orders(rng, history.earlier, returners),
    )


def _everyone(rng: Generator, plan: Plan, home: Objects, around: Neighbourhood) -> tuple[Children, Ints]:
    """Return the plan's children with sex and ethnic group, and the care leavers who had left before any return."""
    size = len(plan.group)
    male = plan.uasc | (rng.random(size) < 0.53)
    other = plan.uasc | (rng.random(size) < 0.07)
    for flag, quotas in ((male, MALES), (other, NOT_WHITE)):
        for groups, wanted in quotas.items():
            mine = np.isin(plan.group, list(groups))
            flag[mine] = plan.uasc[mine]
            free = np.flatnonzero(mine & ~plan.uasc)
            flag[rng.permutation(free)[: wanted - int((mine & plan.uasc).sum())]] = True
    older = LEFT_BEFORE_2020
    left = spread(rng, older, day(2017, 4, 5), FIRST_DAY - 3)
    number = rng.permutation(size + older) + 1
    nobody = np.zeros(older, dtype=bool)
    children = Children(
        np.array([f"SYN{n:06d}" for n in number], dtype=object),
        np.concatenate([plan.born, add_months(left, -12 * 18)]),
        np.concatenate([np.where(male, "M", "F"), np.where(rng.random(older) < 0.53, "M", "F")]).astype(object),
        share_ethnicity(rng, np.concatenate([other, rng.random(older) < 0.07]), np.concatenate([plan.uasc, nobody])),
        np.concatenate([home, around.home[rng.integers(0, len(around.home), older)]]).astype(object),
        np.concatenate([plan.uasc, nobody]),
        np.concatenate([plan.uasc_ended, np.full(older, OPEN)]),
        np.full(size + older, OPEN),
    )
    return children, np.concatenate([np.full(size, OPEN), left])


def _bring_back(rng: Generator, plan: Plan, children: Children, periods: Periods) -> list[tuple[int, int, str]]:
    """Make some of those who start in the last two years children who left before 2023; return child, day and order."""
    found: list[tuple[int, int, str]] = []
    new = np.flatnonzero(np.isin(plan.group, ["E", "F", "H"]) & ~plan.uasc & (age_on(plan.born, plan.start) >= 7))
    gone = plan.left > 0
    gone &= np.isin(plan.rec, ["E4A", "E4B", "E41", "E45"]) & (plan.group == "L") & (plan.end - plan.start > 40)
    free = set(np.flatnonzero(gone).tolist())
    for child in rng.permutation(new).tolist():
        fitting = [old for old in sorted(free)
                   if plan.born[child] + 400 < plan.start[old] and plan.end[old] + 60 < plan.start[child]
                   and children.sex[old] == children.sex[child]]  # fmt: skip
        if not fitting:
            continue
        old = fitting[int(rng.integers(0, len(fitting)))]
        free.remove(old)
        periods.child[old] = child
        found.append((child, int(plan.end[old]), str(plan.rec[old])))
        if len(found) == CAME_BACK_YEARS_LATER:
            break
    return found


def _remember_orders(
    rng: Generator, earlier: EarlierPermanence, returners: list[tuple[int, int, str]]
) -> EarlierPermanence:
    """Let the previous permanence of those who came back agree with how they had left."""
    for child, left, rec in returners:
        code = {"E41": "P3", "E45": "P2"}.get(rec, "Z1")
        mine = (earlier.child == child) & (earlier.start > left)
        earlier.code[mine] = code
        earlier.authority[mine] = LA_CODE if code != "Z1" else ""
        text = str(as_text(np.array([left]))[0])
        earlier.granted[mine] = "" if code == "Z1" else text if rng.random() < 0.6 else f"zz{text[2:]}"
    return earlier


def _break_placements(rng: Generator, first: int, breaks: Periods, around: Neighbourhood) -> Placements:
    """Place each short break with a foster family nearby."""
    size = len(breaks)
    place = np.full(size, "U6", dtype=object)
    nothing: Flags = np.zeros(size, dtype=bool)
    post = around.inside[rng.integers(0, len(around.inside), size)]
    return Placements(
        first + np.arange(size), breaks.start, place, np.full(size, "PR1", dtype=object), post,
        np.full(size, "", dtype=object), nothing, np.full(size, "", dtype=object),
    )  # fmt: skip
