"""What happened to the invented children, and the SSDA903 episodes that follow from it.

A history is a set of tables held as columns: children, their periods of care, and within each period two independent
lines of time, placements and legal statuses. Episodes are never invented: they are cut wherever either line changes,
so the grammar of the return (X1 chains, the right RNE, one category of need for a period) holds by construction.
"""

from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from orchestration.synthetic.days import OPEN, Ints, Objects

Flags = npt.NDArray[np.bool_]
_C = TypeVar("_C", bound="Columns")
SPAN = 1 << 20
"""Room for a day in a key of period and day."""


@dataclass
class Columns:
    """A table as equally long columns."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(getattr(self, fields(self)[0].name))

    def take(self: _C, index: npt.NDArray[np.generic]) -> _C:
        """Return the rows at these positions, or where this mask is true."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))

    def joined(self: _C, other: _C) -> _C:
        """Return this table with another one of its kind below it."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return type(self)(*(np.concatenate(pair) for pair in pairs))


@dataclass
class Children(Columns):
    """One row per child, whether looked after, on short breaks, or a care leaver."""

    child: Objects
    born: Ints
    sex: Objects
    ethnic: Objects
    home: Objects
    is_uasc: Flags
    uasc_ended: Ints
    mother_since: Ints


@dataclass
class Periods(Columns):
    """One row per period of care: from RNE = S to the REC that is not X1."""

    child: Ints
    start: Ints
    end: Ints
    rec: Objects
    cin: Objects


@dataclass
class Placements(Columns):
    """One row per stretch in one place; `same_carer` marks those that are no move for the child."""

    period: Ints
    start: Ints
    place: Objects
    provider: Objects
    post: Objects
    urn: Objects
    same_carer: Flags
    reason: Objects


@dataclass
class LegalStatuses(Columns):
    """One row per legal status."""

    period: Ints
    start: Ints
    code: Objects


@dataclass
class Episodes(Columns):
    """One row per SSDA903 episode over the whole history."""

    period: Ints
    child: Ints
    start: Ints
    end: Ints
    rne: Objects
    ls: Objects
    cin: Objects
    place: Objects
    provider: Objects
    rec: Objects
    reason: Objects
    post: Objects
    urn: Objects


@dataclass
class Reviews(Columns):
    """One row per statutory review held."""

    child: Ints
    period: Ints
    held: Ints
    code: Objects


@dataclass
class Incidents(Columns):
    """One row per incident of being missing (M) or away (A)."""

    child: Ints
    kind: Objects
    start: Ints
    end: Ints


@dataclass
class Allocations(Columns):
    """One row per social worker and child."""

    child: Ints
    worker: Objects
    start: Ints
    end: Ints
    reason: Objects


@dataclass
class Decisions(Columns):
    """One row per decision that a child should be placed for adoption."""

    child: Ints
    decided: Ints
    reversed_on: Ints
    reason: Objects


@dataclass
class Adoptions(Columns):
    """One row per adoption."""

    child: Ints
    adopted: Ints
    decided: Ints
    matched: Ints
    foster_care: Objects
    adopters: Objects
    sexes: Objects
    legal: Objects


@dataclass
class EarlierPermanence(Columns):
    """One row per start of a period of care: what permanence the child had before."""

    child: Ints
    start: Ints
    code: Objects
    authority: Objects
    granted: Objects


@dataclass
class Health(Columns):
    """One row per child and collection year of the OC2 cohort."""

    year: Ints
    child: Ints
    sdq_score: Objects
    sdq_reason: Objects
    convicted: Objects
    health_check: Objects
    immunisations: Objects
    teeth: Objects
    assessment: Objects
    substance: Objects
    received: Objects
    offered: Objects


@dataclass
class Leavers(Columns):
    """One row per care leaver and collection year."""

    year: Ints
    child: Ints
    in_touch: Objects
    activity: Objects
    accommodation: Objects


@dataclass
class History:
    """Everything known about the invented children of one authority."""

    children: Children
    periods: Periods
    episodes: Episodes
    reviews: Reviews
    incidents: Incidents
    allocations: Allocations
    decisions: Decisions
    adoptions: Adoptions
    earlier: EarlierPermanence
    health: Health
    leavers: Leavers


def cut_episodes(periods: Periods, placements: Placements, statuses: LegalStatuses) -> Episodes:
    """Cut an episode wherever the placement or the legal status changes."""
    place_key = placements.period * SPAN + placements.start
    order = np.argsort(place_key, kind="stable")
    placements, place_key = placements.take(order), place_key[order]
    legal_key = statuses.period * SPAN + statuses.start
    order = np.argsort(legal_key, kind="stable")
    statuses, legal_key = statuses.take(order), legal_key[order]

    key = np.unique(np.concatenate([place_key, legal_key]))
    period, start = key // SPAN, key % SPAN
    at = np.searchsorted(place_key, key, side="right") - 1
    under = np.searchsorted(legal_key, key, side="right") - 1
    moved, relegalised = place_key[at] == key, legal_key[under] == key
    first = np.append(True, period[1:] != period[:-1])
    last = np.append(first[1:], True)

    same_carer = placements.same_carer[at]
    rne = np.where(relegalised, np.where(moved, np.where(same_carer, "U", "B"), "L"), np.where(same_carer, "T", "P"))
    rne = np.where(first, "S", rne).astype(object)
    end = np.where(last, periods.end[period], np.append(start[1:], 0))
    rec = np.where(last, np.where(periods.end[period] < OPEN, periods.rec[period], ""), "X1")

    place = placements.place[at]
    temporary = np.array([code.startswith("T") for code in place], dtype=bool)
    next_moved = np.append(moved[1:] & ~first[1:], False)
    next_temporary = np.append(temporary[1:], False)
    told = next_moved & ~temporary & ~next_temporary & ~last
    reason = np.where(told, np.append(placements.reason[at][1:], ""), "")
    return Episodes(
        period, periods.child[period], start, end, rne, statuses.code[under], periods.cin[period], place,
        placements.provider[at], rec, reason, placements.post[at], placements.urn[at],
    )  # fmt: skip


def is_respite(codes: Objects) -> Flags:
    """Tell which legal statuses are short breaks."""
    return np.isin(codes, ["V3", "V4"])


def live_on(start: Ints, end: Ints, on: Any) -> Flags:
    """Tell which stretches of time hold a day: the first day is in, the last one is not."""
    live: Flags = (start <= on) & (end > on)
    return live


def offsets(counts: Ints) -> Ints:
    """Return 0, 1, 2, ... for the members of consecutive groups of these sizes."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
