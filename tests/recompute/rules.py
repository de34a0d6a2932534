"""The numbered readings of definitions 11, one function each, over one child at a time."""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from typing import Any

from . import codes
from .reader import Return, Row, collection_year

NOT_YET_AVAILABLE = "Refused or information not yet available"
RESPITE = {"V3", "V4"}
TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}
ADOPTIVE = {"A3", "A4", "A5", "A6"}

Grid = dict[str, tuple[float | None, float | None, str | None]]


@dataclass(slots=True, eq=False)
class Episode:
    """One episode after stacking; `dec` is the first day the child is no longer in it."""

    decom: date
    dec: date | None
    rne: str | None
    ls: str | None
    cin: str | None
    place: str | None
    provider: str | None
    rec: str | None
    pl_post: str | None
    miles: Decimal | None
    locality: str
    implied: bool = False
    period: PeriodOfCare | None = None
    is_start: bool = False

    @property
    def temporary(self) -> bool:
        return self.place in TEMPORARY

    @property
    def is_cease(self) -> bool:
        return not self.implied and self.dec is not None and self.rec is not None and self.rec != "X1"

    def live_on(self, day: date) -> bool:
        return self.decom <= day and (self.dec is None or self.dec > day)

    def touches(self, start: date, end: date) -> bool:
        """DECOM <= end and (DEC null or DEC >= start); an implied end is not a DEC >= start."""
        if self.decom > end:
            return False
        return self.dec is None or (self.dec > start if self.implied else self.dec >= start)


@dataclass(slots=True, eq=False)
class Spell:
    """A placement spell of definitions 11.9; `end` is exclusive."""

    start: date
    end: date | None
    first: Episode


@dataclass(slots=True, eq=False)
class PeriodOfCare:
    episodes: list[Episode]
    left_censored: bool = False
    spells: list[Spell] = field(default_factory=list)

    @property
    def start(self) -> date:
        return self.episodes[0].decom


@dataclass(slots=True, eq=False)
class Child:
    name: str
    dob: date | None = None
    sex: str = "Unknown"
    ethnicity_group: str = NOT_YET_AVAILABLE
    respite: list[Episode] = field(default_factory=list)
    care: list[Episode] = field(default_factory=list)
    periods: list[PeriodOfCare] = field(default_factory=list)
    starts: list[Episode] = field(default_factory=list)
    ceases: list[Episode] = field(default_factory=list)
    uasc: dict[int, date | None] = field(default_factory=dict)  # collection year -> DUC
    oc2: dict[int, Row] = field(default_factory=dict)
    oc3: dict[int, Row] = field(default_factory=dict)
    ad1: dict[int, Row] = field(default_factory=dict)
    prev_perm: dict[int, Row] = field(default_factory=dict)
    incidents: list[tuple[str, date, date | None]] = field(default_factory=list)
    social_workers: list[tuple[str, date, date | None]] = field(default_factory=list)


def minus_months(day: date, months: int) -> date:
    """Calendar months before, clipped to the month end only where the day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def year_start(year: int) -> date:
    return date(year - 1, 4, 1)


def year_end(year: int) -> date:
    return date(year, 3, 31)


# --- definitions 11.1 -----------------------------------------------------------------------------------


def overlap(a: Row, b: Row) -> bool:
    """Two delivered episodes share time; an open one never ends. Meeting on a day is no overlap."""
    return (b["DEC"] is None or a["DECOM"] < b["DEC"]) and (a["DEC"] is None or b["DECOM"] < a["DEC"])


def rule_1_stacking(returns: dict[int, Return]) -> dict[str, list[tuple[Row, int, bool]]]:
    """Per child the united episodes: the row, the last return that has it, and whether its end is implied."""
    delivered: dict[str, dict[int, dict[date, Row]]] = defaultdict(lambda: defaultdict(dict))
    for year, delivery in returns.items():
        for row in delivery.rows("episodes"):
            delivered[row["CHILD"]][year][row["DECOM"]] = row
    years = sorted(returns)
    united: dict[str, list[tuple[Row, int, bool]]] = {}
    for child, by_year in delivered.items():
        latest: dict[date, tuple[Row, int]] = {}
        for year in sorted(by_year):
            for decom, row in by_year[year].items():
                latest[decom] = (row, year)
        kept = []
        for decom in sorted(latest):
            row, last_return = latest[decom]
            judge = next(
                (
                    year
                    for year in years
                    if year > last_return
                    and decom <= year_end(year)
                    and (row["DEC"] is None or row["DEC"] >= year_start(year))
                ),
                None,
            )
            if judge is None:
                kept.append((row, last_return, False))
            elif decom > year_end(last_return):
                pass  # begins after the last return that has it: superseded
            elif any(overlap(row, other) for other in by_year.get(judge, {}).values()):
                pass  # re-dated: superseded
            else:
                kept.append((row, last_return, True))
        united[child] = kept
    return united


def make_episode(row: Row, last_return: int, implied: bool, la_code: str, grid: Grid | None) -> Episode:
    return Episode(
        decom=row["DECOM"],
        # Counts through 31 March of the last return that has it, and on no later day.
        dec=year_end(last_return) + timedelta(days=1) if implied else row["DEC"],
        rne=row["RNE"],
        ls=row["LS"],
        cin=row["CIN"],
        place=row["PLACE"],
        provider=row["PLACE_PROVIDER"],
        rec=None if implied else row["REC"],
        pl_post=row["PL_POST"],
        miles=row["PL_DISTANCE"] if row["has_distance"] else miles_between(row, grid),
        locality=locality(row, la_code, grid),
        implied=implied,
    )


# --- definitions 11.2 to 11.7 ---------------------------------------------------------------------------


def rule_2_looked_after_in(child: Child, start: date, end: date) -> bool:
    return any(episode.touches(start, end) for episode in child.care)


def rule_3_periods_of_care(child: Child, delivered_years: set[int]) -> None:
    """Chains the non-respite episodes, marks the starts and the left-censored periods."""
    respite_starts = [episode.decom for episode in child.respite]
    previous: Episode | None = None
    for episode in child.care:
        continues = previous is not None and previous.rec == "X1" and previous.dec == episode.decom
        if continues:
            period = child.periods[-1]
            period.episodes.append(episode)
        else:
            period = PeriodOfCare([episode])
            child.periods.append(period)
        episode.period = period
        # Respite came directly before: the child's first non-respite episode after it is a start.
        after_respite = any(
            (previous is None or previous.decom < day) and day < episode.decom for day in respite_starts
        )
        rule_3_start = not continues and after_respite and episode.rne != "S"
        episode.is_start = episode.rne == "S" or rule_3_start
        if not continues:
            period.left_censored = not episode.is_start and collection_year(episode.decom) not in delivered_years
        previous = episode


def rule_4_age(dob: date | None, day: date) -> int | None:
    """Completed years; someone born on 29 February turns a year older on 1 March in common years."""
    if dob is None:
        return None
    return day.year - dob.year - ((day.month, day.day) < (dob.month, dob.day))


def rule_5_live_episode(child: Child, day: date) -> Episode | None:
    """The episode the child is in on a day; of several the latest DECOM."""
    for episode in reversed(child.care):
        if episode.live_on(day):
            return episode
    return None


def rule_6_placement_episode(episode: Episode) -> Episode | None:
    """The episode whose placement counts: itself, or the last non-temporary one before it in the period."""
    if not episode.temporary:
        return episode
    assert episode.period is not None
    last = None
    for other in episode.period.episodes:
        if other is episode:
            break
        if not other.temporary:
            last = other
    return last


def rule_7_uasc(child: Child, day: date, ceasing: bool = False) -> bool:
    year = collection_year(day)
    if year not in child.uasc:
        return False
    duc = child.uasc[year]
    return duc is None or (duc >= day if ceasing else duc > day)


# --- definitions 11.8 -----------------------------------------------------------------------------------


def in_england(la_code: str | None) -> bool:
    """Only English authorities have a DfE number; elsewhere there is none, or the country's letter."""
    return la_code is not None and la_code.isdigit()


def miles_between(row: Row, grid: Grid | None) -> Decimal | None:
    """Straight line between the two postcodes; None where one is missing or unknown or home is abroad."""
    if grid is None:
        return None
    home, placement = grid.get(row["HOME_POST"]), grid.get(row["PL_POST"])
    if home is None or placement is None or not in_england(home[2]):
        return None
    if home[0] is None or home[1] is None or placement[0] is None or placement[1] is None:
        return None
    metres = sqrt((home[0] - placement[0]) ** 2 + (home[1] - placement[1]) ** 2)
    return Decimal(metres / 1000 / 1.6093).quantize(Decimal("0.1"), ROUND_HALF_UP)


def locality(row: Row, la_code: str, grid: Grid | None) -> str:
    if row["has_location"]:
        return {"IN": "Inside the authority", "OUT": "Outside the authority"}.get(row["PL_LOCATION"], "Not known")
    # PL_LOCATION follows from PL_LA: IN when that is the responsible authority; the other nations are always OUT.
    stated = codes.PLACEMENT_LA.get(row["PL_LA"])
    if stated is not None:
        return "Inside the authority" if stated == la_code else "Outside the authority"
    placement = grid.get(row["PL_POST"]) if grid is not None else None
    if placement is None:
        return "Not known"
    return "Inside the authority" if placement[2] == la_code else "Outside the authority"


def rule_8_miles(child: Child, episode: Episode | None, day: date) -> Decimal | None:
    """The distance that counts on a day: not known for a child UASC in this year's return or the two before."""
    year = collection_year(day)
    if episode is None or any(y in child.uasc for y in (year, year - 1, year - 2)):
        return None
    return episode.miles


# --- definitions 11.9 to 11.11 --------------------------------------------------------------------------


def rule_9_spells(period: PeriodOfCare) -> list[Spell]:
    spells: list[Spell] = []
    last: Episode | None = None  # the last non-temporary episode
    absent = False
    for episode in period.episodes:
        if episode.temporary:
            absent = True
            continue
        if last is None:
            begins = True
        elif absent:
            begins = (episode.place, episode.pl_post) != (last.place, last.pl_post)
        else:
            begins = episode.rne in ("S", "P", "B")
        if begins:
            if spells:
                spells[-1].end = episode.decom
            spells.append(Spell(episode.decom, None, episode))
        last, absent = episode, False
    if spells:
        spells[-1].end = period.episodes[-1].dec
    return [spell for spell in spells if spell.end is None or spell.end > spell.start]


def rule_10_placements(child: Child, start: date, end: date) -> int:
    return sum(
        spell.start <= end and (spell.end is None or spell.end > start)
        for period in child.periods
        for spell in period.spells
    )


def rule_11_long_term(child: Child, live: Episode, end: date) -> tuple[str, bool]:
    """Whether the child is 'in', 'out' or 'undetermined' of the denominator, and whether it is stable."""
    age = rule_4_age(child.dob, end)
    if age is None or age >= 16:
        return "out", False
    period = live.period
    assert period is not None
    if period.start > minus_months(end, 30):
        return ("undetermined" if period.left_censored else "out"), False
    two_years = minus_months(end, 24)
    begun = [spell for spell in period.spells if spell.start <= end]
    if not begun:
        return "in", False
    current = begun[-1]
    if current.start <= two_years:
        return "in", True
    return "in", current.first.place in ADOPTIVE and len(begun) > 1 and begun[-2].start <= two_years


# --- definitions 11.12 to 11.16 -------------------------------------------------------------------------


def rule_12_social_workers(child: Child, start: date, end: date) -> int:
    return len(
        {worker for worker, begun, ended in child.social_workers if begun <= end and (ended is None or ended > start)}
    )


def rule_13_in_oc2_cohort(child: Child, start: date, end: date) -> bool:
    """For a child live at the end of the financial year: continuously looked after through it."""
    if any(episode.touches(start, end) for episode in child.respite):
        return False
    if any(episode.rne == "S" and start < episode.decom <= end for episode in child.care):
        return False
    return not any(episode.dec is not None and start <= episode.dec <= end for episode in child.ceases)


def rule_14_last_rec(child: Child, end: date) -> str | None:
    """REC of the child's last ended episode by a day."""
    ended = [
        (episode.dec, episode.decom, episode.rec)
        for episode in child.care
        if episode.rec is not None and episode.dec is not None and episode.dec <= end
    ]
    return max(ended)[2] if ended else None


def rule_15_incidents(child: Child, kind: str, start: date, end: date) -> int:
    return sum(
        code == kind and begun <= end and (ended is None or ended >= start) for code, begun, ended in child.incidents
    )


def rule_16_start(child: Child, start: date, end: date) -> Episode | None:
    """The first start in the period."""
    return next((episode for episode in child.starts if start <= episode.decom <= end), None)


def rule_16_cease(child: Child, start: date, end: date) -> Episode | None:
    """The last end in the period (`ceases` is in order of DEC, then DECOM)."""
    found = None
    for episode in child.ceases:
        assert episode.dec is not None
        if start <= episode.dec <= end:
            found = episode
    return found


# --- definitions 11.17, 11.18, 11.20 --------------------------------------------------------------------


def rule_17_population(populations: dict[tuple[str, int], int], la_code: str, year: int) -> int | None:
    """The estimate for the middle of the year before, else the latest earlier one."""
    known = [mid for (code, mid) in populations if code == la_code and mid <= year - 1]
    return populations[la_code, max(known)] if known else None


def rule_18_category_of_need(episode: Episode) -> str:
    assert episode.period is not None
    need = episode.period.episodes[0].cin
    return codes.CATEGORY_OF_NEED[need] if need else "Unknown"


@dataclass(frozen=True)
class Period:
    kind: str
    start: date
    end: date

    @property
    def year(self) -> int:
        return collection_year(self.end)

    @property
    def financial(self) -> bool:
        return self.kind == "financial_year"


def rule_20_periods(returns: dict[int, Return]) -> list[Period]:
    """Financial years, and the last 24 rolling years, wholly inside delivered years and days covered."""
    if not returns:
        return []
    last_day = max(delivery.covers_to for delivery in returns.values())
    # An in-year extract covers its year in part, even where the next year's return has come since.
    whole = {year for year, delivery in returns.items() if delivery.covers_to == year_end(year)}
    financial = [Period("financial_year", year_start(year), year_end(year)) for year in sorted(whole)]
    rolling = []
    year, month = min(returns) - 1, 4
    while True:
        end = date(year, month, calendar.monthrange(year, month)[1])
        if end > last_day:
            break
        start = date(year - (month < 12), month % 12 + 1, 1)
        first, last = collection_year(start), collection_year(end)
        if (first in whole or first == last) and last in returns and end <= returns[last].covers_to:
            rolling.append(Period("rolling_year", start, end))
        year, month = year + month // 12, month % 12 + 1
    return financial + rolling[-24:]


# --- building the children ------------------------------------------------------------------------------


def build_children(returns: dict[int, Return], la_code: str, grid: Grid | None = None) -> dict[str, Child]:
    children: dict[str, Child] = {}

    def child(name: str) -> Child:
        return children.setdefault(name, Child(name))

    incidents: dict[str, dict[Any, Any]] = defaultdict(dict)
    workers: dict[str, dict[Any, Any]] = defaultdict(dict)
    for year in sorted(returns):  # a later return overwrites an earlier one
        delivery = returns[year]
        for row in delivery.rows("header"):
            found = child(row["CHILD"])
            found.dob = row["DOB"]
            found.sex = codes.SEX.get(row["SEX"], "Unknown")
            found.ethnicity_group = codes.ETHNICITY.get(row["ETHNIC"], NOT_YET_AVAILABLE)
        for row in delivery.rows("uasc"):
            child(row["CHILD"]).uasc[year] = row["DUC"]
        for table in ("oc2", "oc3", "ad1", "prev_perm"):
            for row in delivery.rows(table):
                getattr(child(row["CHILD"]), table)[year] = row
        for row in delivery.rows("missing"):
            incidents[row["CHILD"]][row["MISSING"], row["MIS_START"]] = row["MIS_END"]
        for row in delivery.rows("sw_episodes"):
            workers[row["CHILD"]][row["SW_ID"], row["SW_DECOM"]] = row["SW_DEC"]
    for name, ends in incidents.items():
        child(name).incidents = [(kind, begun, ended) for (kind, begun), ended in ends.items()]
    for name, ends in workers.items():
        child(name).social_workers = [(worker, begun, ended) for (worker, begun), ended in ends.items()]
    for name, rows in rule_1_stacking(returns).items():
        found = child(name)
        for row, last_return, implied in rows:
            episode = make_episode(row, last_return, implied, la_code, grid)
            (found.respite if episode.ls in RESPITE else found.care).append(episode)
        rule_3_periods_of_care(found, set(returns))
        for period in found.periods:
            period.spells = rule_9_spells(period)
        found.starts = [episode for episode in found.care if episode.is_start]
        found.ceases = sorted(
            (episode for episode in found.care if episode.is_cease),
            key=lambda episode: (episode.dec, episode.decom),
        )
    return children
