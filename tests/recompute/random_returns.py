"""Invented SSDA903 returns of small invented authorities, with far more odd cases than real ones hold.

From a seed, deterministic, each authority from its own stream: authority 017 of seed 1 is the same whichever
others are asked for. Histories follow the episode grammar first; then returns are drawn from them as an
authority would know them at the time, and dirt is added on the way.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from . import codes
from .random_iro import IroMaker

Row = dict[str, Any]
DAY = timedelta(days=1)

COLUMNS = {
    "header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "episodes": ("CHILD DECOM RNE LS CIN PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE HOME_POST PL_POST URN"),
    "uasc": "CHILD SEX DOB DUC",
    "reviews": "CHILD DOB REVIEW REVIEW_CODE",
    "oc2": (
        "CHILD DOB SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT "
        "SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED"
    ),
    "oc3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
    "ad1": "CHILD DOB DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR",
    "placed_adoption": "CHILD DOB DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED",
    "prev_perm": "CHILD DOB PREV_PERM LA_PERM DATE_PERM",
    "missing": "CHILD DOB MISSING MIS_START MIS_END",
    "sw_episodes": "CHILD DOB SW_ID SW_DECOM SW_DEC SW_REASON",
    "dolo": "CHILD DOB DOLO_START DOLO_END",
}
FILE_NAMES = {
    "header": ("header.csv", "SSDA903_Header.csv", "01 child.csv"),
    "episodes": ("episodes.csv", "SSDA903_Episodes.csv", "02 eps.csv"),
    "placed_adoption": ("placed_for_adoption.csv", "sbpfa.csv"),
    "prev_perm": ("previous_permanence.csv", "PrevPerm.csv"),
    "sw_episodes": ("social_worker.csv", "sw_episodes.csv"),
}

ORDINARY_PLACEMENTS = [code for code, group in codes.PLACEMENT_TYPE.items() if group != "(temporary)"]
FOSTER = ["U1", "U2", "U3", "U4", "U5", "U6"]
ADOPTIVE = ["A3", "A4", "A5", "A6"]
TEMPORARY = ["T0", "T1", "T2", "T3", "T4"]
LEGAL_STATUSES = [code for code in codes.LEGAL_STATUS if code not in ("V3", "V4")]
NEEDS = list(codes.CATEGORY_OF_NEED)
PROVIDERS = list(codes.PLACEMENT_PROVIDER)
ENDS = [code for code in codes.REC if code != "X1"]
CHANGE_REASONS = [
    "CARPL",
    "CLOSE",
    "ALLEG",
    "STAND",
    "APPRR",
    "CREQB",
    "CREQO",
    "CHILD",
    "LAREQ",
    "PLACE",
    "CUSTOD",
    "OTHER",
]
SW_REASONS = [
    "MANAGE",
    "FCONTA",
    "LEFTRL",
    "ORGRST",
    "TSPROC",
    "ABSENC",
    "CHCHAN",
    "PCCHAN",
    "SWDIED",
    "OTHERS",
]
# Invented: no real area begins with QQ.
INVENTED_POSTCODES = [f"QQ{n} {n % 9 + 1}AA" for n in range(1, 40)]
DISTANCES = ["20", "20.0", "20.1", "20.04", "20.05", "19.9", "0", "0.0", "999.9", "", "3.2", "350.5", "61.8"]
PLACEMENT_AUTHORITIES = [
    *codes.PLACEMENT_LA,
    "E06000012",
    "E06000013",
    "812",
    "813",
    "CON",
    "999",
    "E06009999",
    "nowhere",
    "",
]
LEAP_BIRTHDAYS = [date(y, 2, 29) for y in (2000, 2004, 2008, 2012, 2016, 2020)]


def la_codes(count: int) -> list[str]:
    """Three digits no English authority has."""
    numbers = [*range(1, 200), *(n for n in range(400, 800) if n != 420)]
    return [f"{n:03d}" for n in numbers[:count]]


@dataclass
class Person:
    name: str
    dob: date
    sex: str
    ethnic: str
    episodes: list[Row] = field(default_factory=list)
    is_uasc: bool = False
    duc: date | None = None
    incidents: list[Row] = field(default_factory=list)
    workers: list[Row] = field(default_factory=list)
    vanishes_after: int = 9999
    in_header: bool = True
    has_dob: bool = True


class AuthorityMaker:
    """One authority's histories and deliveries."""

    def __init__(self, seed: int, la_code: str, postcodes: Sequence[str]) -> None:
        self.rng = random.Random(f"{seed}/{la_code}")
        self.la_code = la_code
        self.postcodes = list(postcodes)
        rng = self.rng
        length = rng.randint(2, 5)
        first = rng.randint(2019, 2026 - length)
        self.years = list(range(first, first + length))
        if length >= 3 and rng.random() < 0.2:
            self.years.remove(rng.choice(self.years[1:-1]))
        self.window = (date(first - 4, 6, 1), date(self.years[-1], 3, 31))
        self.home_posts = rng.sample(self.postcodes, min(12, len(self.postcodes)))
        # Of its own, so that where a placement lies changes nothing else of an authority's data.
        self.places = random.Random(f"{seed}/{la_code}/places")
        self.own_names = [name for name, authority in codes.PLACEMENT_LA.items() if authority == la_code]
        self.tangled = rng.random() < 0.7  # whether this authority's data are dirty at all
        # Whether its extracts, run after 31 March, are often not cut off there.
        self.leaking = 0.4 if rng.random() < 0.2 else 0.02
        self.service = IroMaker(seed, la_code, self.years, self.window)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    # --- dates ---

    def edge(self) -> date:
        """A day about a year's end."""
        year = self.rng.choice(range(self.window[0].year, self.window[1].year + 1))
        return date(year, 3, 31) + self.rng.choice([-1, 0, 0, 0, 1, 1, 1, 2]) * DAY

    def any_day(self) -> date:
        if self.chance(0.15):
            return self.edge()
        first, last = self.window
        if self.chance(0.1):
            return min(last, month_end(first + self.rng.randint(0, (last - first).days) * DAY))
        return first + self.rng.randint(0, (last - first).days) * DAY

    def later(self, day: date, longest: int = 500) -> date:
        rng = self.rng
        if self.chance(0.12):
            edges = [date(y, 3, 31) + k * DAY for y in range(day.year, day.year + 4) for k in (0, 1)]
            return rng.choice([e for e in edges if e > day][:4])
        if self.chance(0.1):  # about 24 and 30 months, where stability turns
            return day + rng.choice([1, 2, 729, 730, 731, 912, 913, 914]) * DAY
        if self.chance(0.15):  # a month's last day or next first one, where rolling years turn
            return (
                month_end(day + rng.randint(0, 300) * DAY) + rng.choice([0, 0, 1]) * DAY + DAY * (day == month_end(day))
            )
        return day + rng.choice([1, rng.randint(1, 20), rng.randint(1, longest), rng.randint(1, longest)]) * DAY

    # --- histories ---

    def birth(self) -> date:
        rng = self.rng
        roll = rng.random()
        middle = self.window[1].year
        if roll < 0.12:
            return rng.choice([d for d in LEAP_BIRTHDAYS if d < self.window[1]])
        year = middle - rng.choice([0, 1, 1, 2, 4, 5, 6, 9, 10, 11, 13, 15, 16, 17, 17, 18, 19, 20, 21])
        if roll < 0.25:
            return date(year, *rng.choice([(3, 31), (4, 1), (3, 30)]))
        return date(year, 1, 1) + rng.randint(0, 364) * DAY

    def place(self) -> str:
        rng = self.rng
        roll = rng.random()
        if roll < 0.55:
            return rng.choice(FOSTER)
        if roll < 0.62:
            return rng.choice(ADOPTIVE)
        return rng.choice(ORDINARY_PLACEMENTS)

    def new_placement(self, episode: Row, place: str | None = None) -> None:
        rng = self.rng
        episode["PLACE"] = place or self.place()
        episode["PLACE_PROVIDER"] = rng.choice([*PROVIDERS, None])
        if episode["PLACE"] == "P1":
            episode["PLACE_PROVIDER"] = "PR0"
        if episode["PLACE"][0] in "TZ" and self.chance(0.8):
            episode["PLACE_PROVIDER"] = None
        episode["PL_POST"] = rng.choice([*rng.sample(self.postcodes, min(6, len(self.postcodes))), None])
        episode["PL_DISTANCE"] = rng.choice([*DISTANCES, f"{rng.randint(0, 600) / 10}"])
        episode["PL_LOCATION"] = rng.choice(["IN", "IN", "OUT", "OUT", ""])
        episode["PL_LA"] = self.places.choice([*PLACEMENT_AUTHORITIES, *5 * self.own_names])

    def period_of_care(self, person: Person, start: date, first_rne: str = "S") -> date | None:
        """Adds one chain of episodes; returns its last day, None while open."""
        rng = self.rng
        if self.chance(0.08):
            start = max(start, birthday(person.dob, start.year))
        episode: Row = {
            "CHILD": person.name,
            "DECOM": start,
            "RNE": first_rne,
            "LS": rng.choice(["V2", "C1", "C2", "E1", *LEGAL_STATUSES]),
            "CIN": rng.choice(NEEDS),
            "HOME_POST": rng.choice([*self.home_posts, None]),
        }
        self.new_placement(episode)
        if self.chance(0.03):
            episode["PLACE"] = rng.choice(TEMPORARY)
        chain = [episode]
        planned = rng.choice([0, 0, 1, 2, 3, 4, 6, 9])
        last_day = self.window[1]
        for _ in range(planned):
            change = self.later(chain[-1]["DECOM"])
            if change > last_day:
                break
            before = chain[-1]
            after = deepcopy(before)
            after.update(DECOM=change, DEC=None, REC=None)
            before.update(DEC=change, REC="X1")
            if before["PLACE"] in TEMPORARY:
                settled = next((e for e in reversed(chain) if e["PLACE"] not in TEMPORARY), None)
                if settled is not None and self.chance(0.65):  # back to the same carer
                    for name in ("PLACE", "PLACE_PROVIDER", "PL_POST", "PL_DISTANCE", "PL_LOCATION", "PL_LA"):
                        after[name] = settled[name]
                    after["RNE"] = rng.choice(["P", "P", "P", "B", "L", "T"])
                elif settled is not None and self.chance(0.4):  # the same kind of placement, or the same house
                    self.new_placement(after)
                    same = rng.choice(["PLACE", "PL_POST"])
                    after[same] = settled[same]
                    after["RNE"] = rng.choice(["P", "P", "B", "L", None])
                elif self.chance(0.3):  # one absence after another
                    self.new_placement(after, rng.choice(TEMPORARY))
                    after["RNE"] = "P"
                else:
                    self.new_placement(after)
                    after["RNE"] = rng.choice(["P", "P", "B", "U", "L"])
            elif self.chance(0.2):
                self.new_placement(after, rng.choice(TEMPORARY))
                after["RNE"] = rng.choice(["P", "P", "P", "B", "T"])
            else:
                after["RNE"] = rng.choice(["L", "P", "P", "P", "T", "B", "U"])
                if after["RNE"] in "LUB":
                    after["LS"] = rng.choice(LEGAL_STATUSES)
                if after["RNE"] in "PB":
                    self.new_placement(after)
                if after["RNE"] in "TU":
                    after["PLACE"] = rng.choice(["A3", "A5", "A5", *FOSTER, self.place()])
                if self.chance(0.18):
                    self.new_placement(after, rng.choice(ADOPTIVE))
                    after["RNE"] = rng.choice(["P", "B", "T", "U", "P"])
            if self.chance(0.04):
                after["CIN"] = rng.choice(NEEDS)
            chain.append(after)
        person.episodes.extend(chain)
        last = chain[-1]
        eighteenth = birthday(person.dob, person.dob.year + 18)
        end = self.later(last["DECOM"], 700)
        if last["DECOM"] < eighteenth <= last_day and self.chance(0.8):
            end = eighteenth
            last.update(DEC=end, REC=rng.choice(["E17", "E5", "E6", "E8", "E7", "E15", "E3"]))
            return end
        if end > last_day or self.chance(0.25):
            return None
        if len(chain) == 1 and self.chance(0.08):
            end = last["DECOM"]  # in and out on one day
        last.update(DEC=end, REC=rng.choice([*ENDS, "E3"]))
        return end

    def respite(self, person: Person, start: date) -> date:
        """A run of short breaks, or one agreement; returns a day after it."""
        rng = self.rng
        kind = rng.choice(["V3", "V4"])
        day = start
        for _ in range(rng.randint(1, 3) if kind == "V3" else 1):
            end = day + rng.randint(1, 17) * DAY if kind == "V3" else self.later(day)
            episode: Row = {
                "CHILD": person.name,
                "DECOM": day,
                "RNE": "S",
                "LS": kind,
                "CIN": rng.choice(NEEDS),
                "DEC": end,
                "REC": rng.choice(["E8", "E4A", "X1"]),
            }
            self.new_placement(episode, rng.choice(FOSTER))
            if kind == "V4" and self.chance(0.15):
                episode.update(DEC=None, REC=None)
            person.episodes.append(episode)
            day = end + rng.choice([0, 1, rng.randint(1, 60)]) * DAY
        return day

    def person(self, number: int) -> Person:
        rng = self.rng
        person = Person(
            name=rng.choice(["", "0", "C-"]) + str(1000 + number),
            dob=self.birth(),
            sex=rng.choice("MFMFMFU"),
            ethnic=rng.choice([*codes.ETHNICITY, "WBRI", "WBRI", "WBRI"]),
        )
        day: date | None = max(self.any_day(), person.dob)
        for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])):
            if day is None or day > self.window[1]:
                break
            if self.chance(0.15):
                day = self.respite(person, day)
                if self.chance(0.3):
                    break
                end = self.period_of_care(person, day, rng.choice(["S", "S", "L", "L", "P", "U", "B", None]))
            else:
                end = self.period_of_care(person, day)
            if end is None:
                break
            # Left and back: on the same day, the next, or later.
            day = end + rng.choice([0, 1, rng.randint(1, 90), rng.randint(1, 400)]) * DAY
            if day == person.episodes[-1]["DECOM"]:
                day += DAY
        if self.chance(0.12):
            person.is_uasc = True
            ends = [e["DEC"] + k * DAY for e in person.episodes if e.get("DEC") for k in (-1, 0, 0, 1)]
            person.duc = rng.choice(
                [
                    None,
                    None,
                    self.any_day(),
                    self.edge(),
                    month_end(self.any_day()),
                    birthday(person.dob, person.dob.year + 18),
                    *ends[:4],
                ]
            )
        self.incidents(person)
        self.workers(person)
        if self.chance(0.05):
            person.vanishes_after = rng.choice(self.years)
        person.in_header = not self.chance(0.04)
        person.has_dob = not self.chance(0.04)
        if self.tangled:
            self.tangle(person)
        return person

    def incidents(self, person: Person) -> None:
        rng = self.rng
        if not self.chance(0.35):
            return
        for _ in range(rng.randint(1, 5)):
            begun = self.any_day()
            if person.episodes and self.chance(0.5):
                begun = rng.choice(person.episodes)["DECOM"] + rng.randint(0, 60) * DAY
            ended = begun + rng.choice([0, 0, 1, 3, 30, 400]) * DAY
            person.incidents.append(
                {
                    "CHILD": person.name,
                    "MISSING": rng.choice("MMMA"),
                    "MIS_START": begun,
                    "MIS_END": None if self.chance(0.1) else ended,
                }
            )

    def workers(self, person: Person) -> None:
        rng = self.rng
        if not person.episodes:
            return
        staff = [f"SW{self.la_code}{n:03d}" for n in range(1, 6)]
        day = person.episodes[0]["DECOM"]
        previous = None
        while day < self.window[1]:
            end = self.later(day, 300)
            worker = rng.choice(staff)
            if previous is not None and self.chance(0.3):
                worker = previous
            person.workers.append(
                {
                    "CHILD": person.name,
                    "SW_ID": worker,
                    "SW_DECOM": day,
                    "SW_DEC": None if self.chance(0.05) else end,
                    "SW_REASON": rng.choice(SW_REASONS),
                }
            )
            previous = rng.choice(staff)
            day = end

    def tangle(self, person: Person) -> None:
        """Errors the authority itself believes: overlaps, gaps, wrong codes."""
        rng = self.rng
        for position, episode in enumerate(person.episodes):
            roll = rng.random()
            if roll < 0.02:
                episode["RNE"] = rng.choice(["S", "S", "L", "P", "T", "B", "U", None])
            elif roll < 0.03 and episode.get("DEC"):
                episode["DEC"] = max(episode["DECOM"], episode["DEC"] + rng.choice([-1, 1, 5, 40]) * DAY)
            elif roll < 0.04:
                episode["REC"] = None  # DEC without REC
            elif roll < 0.05 and not episode.get("DEC"):
                episode["REC"] = "E8"  # REC without DEC
            elif roll < 0.06 and position:
                episode["DECOM"] = max(person.dob, episode["DECOM"] - rng.choice([1, 10, 100]) * DAY)
            elif roll < 0.07:
                episode["DEC"] = episode["REC"] = None  # two open episodes, if another follows
            elif roll < 0.08:
                episode["DEC"] = episode["DECOM"]  # of no length
            elif roll < 0.09:
                episode["LS"] = rng.choice([None, "V3", "V4"])
            elif roll < 0.10:
                episode["PLACE"] = None
            elif roll < 0.11:
                episode["CIN"] = None
        if self.chance(0.06) and person.episodes:
            around = rng.choice(person.episodes)
            day = around["DECOM"] + rng.randint(1, 20) * DAY
            respite = {**around, "DECOM": day, "RNE": "S", "LS": "V3", "DEC": day + 3 * DAY, "REC": "E8"}
            person.episodes.append(respite)
        if self.chance(0.04) and person.episodes:
            extra = deepcopy(rng.choice(person.episodes))
            extra.update(DECOM=max(person.dob, self.any_day()), DEC=None, REC=None)
            person.episodes.append(extra)

    def change_their_mind(self, people: list[Person], year: int) -> None:
        """What an authority corrects between one return and the next."""
        rng = self.rng
        for person in people:
            if not person.episodes or not self.chance(0.12):
                continue
            # Most often about an episode that both this return and the next would hold.
            ends_later = [
                e
                for e in person.episodes
                if e["DECOM"] <= date(year, 5, 31) and (not e.get("DEC") or e["DEC"] > date(year, 3, 31))
            ]
            episode = rng.choice(ends_later if ends_later and self.chance(0.7) else person.episodes)
            kind = rng.choice(["date", "date", "gone", "gone", "code", "end", "reopened", "person"])
            if kind == "date":
                shift = rng.choice([-30, -3, -1, 1, 2, 20]) * DAY
                for other in person.episodes:
                    if other is not episode and other.get("DEC") == episode["DECOM"] and self.chance(0.8):
                        other["DEC"] = max(other["DECOM"], other["DEC"] + shift)
                episode["DECOM"] = max(person.dob, episode["DECOM"] + shift)
                if episode.get("DEC") and episode["DEC"] < episode["DECOM"]:
                    episode["DEC"] = episode["DECOM"] + DAY
            elif kind == "gone":
                person.episodes.remove(episode)
            elif kind == "code":
                episode["LS"] = rng.choice(LEGAL_STATUSES)
                episode["PLACE"] = self.place()
            elif kind == "end" and not episode.get("DEC"):
                episode.update(DEC=self.later(episode["DECOM"]), REC=rng.choice(ENDS))
            elif kind == "reopened":
                episode.update(DEC=None, REC=None)
            elif kind == "person":
                person.sex = rng.choice("MFU")
                person.ethnic = rng.choice(list(codes.ETHNICITY))
                person.dob = person.dob - rng.choice([0, 1, 30]) * DAY

    def scripted(self) -> dict[int, list[Row]]:
        """Rows that two neighbouring returns tell differently, too rare to leave to chance."""
        rng = self.rng
        rows: dict[int, list[Row]] = {year: [] for year in self.years}
        for year, after in pairwise(self.years):
            if not self.chance(0.5):
                continue
            end = date(year, 3, 31)
            begun = end - rng.randint(1, 900) * DAY
            left = end + rng.choice([0, 1, 1, 2, 30]) * DAY

            def told(name: str, start: date, dec: date | None, rec: str | None, rne: str = "S") -> Row:
                row: Row = {"CHILD": name, "DECOM": start, "DEC": dec, "REC": rec, "RNE": rne}
                row.update(LS=rng.choice(LEGAL_STATUSES), CIN=rng.choice(NEEDS))
                self.new_placement(row)
                return row

            # Ends about 1 April of the next year, and the next return has never heard of it.
            rows[year].append(told(f"S{year}a", begun, left, "E8"))
            # Meets what the next return holds, and does not overlap it; or does by a day.
            rows[year].append(told(f"S{year}b", begun, left, "X1"))
            rows[after].append(told(f"S{year}b", left + rng.choice([-1, 0, 0, 1]) * DAY, None, None, "P"))
            # Begins after the year of the return that tells of it, and is not in the next one.
            rows[year].append(told(f"S{year}c", end + rng.choice([1, 2, 40]) * DAY, None, None))
            # The same, and the next return tells of it elsewhere.
            rows[year].append(told(f"S{year}d", end + 5 * DAY, end + 25 * DAY, "E3"))
            rows[after].append(told(f"S{year}d", end + rng.choice([15, 25, 26]) * DAY, None, None))
        return rows

    # --- returns ---

    def episodes_of(self, person: Person, year: int, known_to: date) -> list[Row]:
        first, last = date(year - 1, 4, 1), date(year, 3, 31)
        rows = []
        for episode in person.episodes:
            too_late = episode["DECOM"] > min(last, known_to)
            if too_late and episode["DECOM"] <= last + 60 * DAY and self.chance(self.leaking):
                too_late = False
            if too_late or (episode.get("DEC") and episode["DEC"] < first):
                continue
            row = dict(episode)
            if row.get("DEC") and row["DEC"] > max(row["DECOM"], min(last, known_to)) and not self.chance(self.leaking):
                row.update(DEC=None, REC=None)
            if row.get("REC") == "X1" and self.chance(0.5):
                row["REASON_PLACE_CHANGE"] = self.rng.choice(CHANGE_REASONS)
            row["URN"] = self.rng.choice(["SC123456", "1234567", "XXXXXXX", None])
            rows.append(row)
        return rows

    def tables(self, people: list[Person], year: int, known_to: date) -> dict[str, list[Row]]:
        rng = self.rng
        first, last = date(year - 1, 4, 1), date(year, 3, 31)
        tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        tables["reviews"].extend(map(dict, self.service.reviews_told(year, known_to)))
        for person in people:
            if year > person.vanishes_after:
                continue
            episodes = self.episodes_of(person, year, known_to)
            age = last.year - person.dob.year - ((person.dob.month, person.dob.day) > (3, 31))
            leaver = 17 <= age <= 21 and not any(not e.get("DEC") for e in episodes) and self.chance(0.8)
            if not episodes and not leaver:
                continue
            key = {"CHILD": person.name, "DOB": person.dob}
            if person.in_header:
                sex = person.sex if year >= 2025 else {"M": "1", "F": "2"}.get(person.sex, "U")
                tables["header"].append(
                    {
                        "CHILD": person.name,
                        "SEX": sex,
                        "DOB": person.dob if person.has_dob else None,
                        "ETHNIC": person.ethnic if self.chance(0.97) else None,
                        "UPN": "UN3" if person.is_uasc else f"A{rng.randint(0, 10**12 - 1):012d}",
                    }
                )
            tables["episodes"].extend(episodes)
            still = person.duc is None or person.duc >= first or self.chance(0.1)
            if person.is_uasc and still and self.chance(0.9):
                tables["uasc"].append({**key, "SEX": person.sex, "DUC": person.duc})
            in_care = [e for e in episodes if e["LS"] not in ("V3", "V4")]
            stable = any(e["DECOM"] <= first or e["RNE"] != "S" for e in in_care)
            if in_care and self.chance(0.8 if stable else 0.1):
                tables["oc2"].append({**key, **self.oc2_row()})
            if leaver or (17 <= age <= 22 and self.chance(0.2)) or self.chance(0.01):
                tables["oc3"].append(
                    {
                        **key,
                        "IN_TOUCH": rng.choice(["YES", "YES", "YES", *codes.IN_TOUCH]),
                        "ACTIV": rng.choice([*codes.ACTIVITY, None]),
                        "ACCOM": rng.choice([*codes.ACCOMMODATION, None]),
                    }
                )
            self.small_tables(tables, key, in_care, first, last)
            tables["missing"].extend(
                {**key, **row, "MIS_END": self.until(row["MIS_END"], known_to)}
                for row in person.incidents
                if row["MIS_START"] <= min(last, known_to) and (not row["MIS_END"] or row["MIS_END"] >= first)
            )
            tables["sw_episodes"].extend(
                {**key, **row, "SW_DEC": self.until(row["SW_DEC"], known_to)}
                for row in person.workers
                if row["SW_DECOM"] <= min(last, known_to) and (not row["SW_DEC"] or row["SW_DEC"] >= first)
            )
        return tables

    @staticmethod
    def until(day: date | None, known_to: date) -> date | None:
        return day if day is not None and day <= known_to else None

    def oc2_row(self) -> Row:
        rng = self.rng
        score = rng.choice([0, 0, 5, 13, 14, 16, 17, 40, None, None, rng.randint(0, 40)])
        flags = {
            name: rng.choice(["0", "1", "1", None])
            for name in ("CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT")
        }
        misuse = rng.choice(["0", "0", "1", None])
        return {
            **flags,
            "SDQ_SCORE": score,
            "SDQ_REASON": None if score is not None else rng.choice(["SDQ1", "SDQ2", "SDQ3", "SDQ4", "SDQ5"]),
            "SUBSTANCE_MISUSE": misuse,
            "INTERVENTION_RECEIVED": rng.choice("01") if misuse == "1" else None,
        }

    def small_tables(self, tables: dict[str, list[Row]], key: Row, in_care: list[Row], first: date, last: date) -> None:
        rng = self.rng
        if any(e.get("REC") in ("E11", "E12") for e in in_care) and self.chance(0.85):
            end = max(e["DEC"] for e in in_care if e.get("DEC")) if any(e.get("DEC") for e in in_care) else last
            tables["ad1"].append(
                {
                    **key,
                    "DATE_INT": end - rng.randint(0, 900) * DAY,
                    "DATE_MATCH": end - rng.randint(0, 300) * DAY,
                    "FOSTER_CARE": rng.choice("01"),
                    "NB_ADOPTR": rng.choice("12"),
                    "SEX_ADOPTR": rng.choice(["M1", "F1", "MM", "FF", "MF"]),
                    "LS_ADOPTR": rng.choice(["L0", "L11", "L12", "L2", "L3", "L4"]),
                }
            )
        if any(e["PLACE"] in ADOPTIVE for e in in_care) and self.chance(0.7):
            placed = first - rng.randint(0, 300) * DAY
            reversed_on = placed + rng.randint(1, 500) * DAY if self.chance(0.2) else None
            tables["placed_adoption"].append(
                {
                    **key,
                    "DATE_PLACED": placed,
                    "DATE_PLACED_CEASED": reversed_on,
                    "REASON_PLACED_CEASED": rng.choice(["RD1", "RD2", "RD3", "RD4"]) if reversed_on else None,
                }
            )
        if any(e["RNE"] == "S" and e["DECOM"] >= first for e in in_care) and self.chance(0.85):
            code = rng.choice([*codes.PREVIOUS_PERMANENCE, "Z1", "Z1", "Z1", None])
            tables["prev_perm"].append(
                {
                    **key,
                    "PREV_PERM": code,
                    "LA_PERM": None if code == "Z1" else rng.choice(["999", "NIR", "SCO", "WAL", "NUK"]),
                    "DATE_PERM": None if code == "Z1" else rng.choice(["zz/zz/zzzz", "zz/05/2012", "01/02/2013"]),
                }
            )
        if in_care:
            for number in range(rng.choice([0, 0, 0, 1])):  # beside those of the service, on any day
                tables["reviews"].append(
                    {
                        **key,
                        "REVIEW": first + rng.randint(number * 120, number * 120 + 119) * DAY,
                        "REVIEW_CODE": f"PN{rng.randint(0, 7)}",
                    }
                )
            if self.chance(0.05):
                begun = first + rng.randint(0, 300) * DAY
                tables["dolo"].append({**key, "DOLO_START": begun, "DOLO_END": rng.choice([None, begun + 60 * DAY])})

    def dirty(self, tables: dict[str, list[Row]]) -> None:
        """Errors of one delivery: unknown codes, unreadable dates, duplicates, rows out of order."""
        rng = self.rng
        for name, rows in tables.items():
            for row in list(rows):
                roll = rng.random()
                if roll < 0.010:
                    rows.append(dict(row))
                elif roll < 0.025:
                    self.conflicting(name, rows, row)
                elif roll < 0.035:
                    self.unknown_code(name, row)
                elif roll < 0.042:
                    self.bad_date(name, row)
                elif roll < 0.05:
                    for column, value in row.items():
                        if column != "CHILD" and isinstance(value, str):
                            spelt = f"{value[:2]} {value[2:]}" if column == "SW_ID" else value
                            row[column] = f" {spelt.lower()} "
            if self.chance(0.3):
                rng.shuffle(rows)

    def conflicting(self, name: str, rows: list[Row], row: Row) -> None:
        rng = self.rng
        other = dict(row)
        if name == "episodes":
            what = rng.choice(["DEC", "LS", "PLACE"])
            if what == "DEC":
                other["DEC"] = rng.choice([None, row["DECOM"] + rng.randint(1, 90) * DAY])
                other["REC"] = rng.choice(["X1", "E8"]) if other["DEC"] else None
            else:
                other[what] = rng.choice(LEGAL_STATUSES if what == "LS" else ORDINARY_PLACEMENTS)
        elif name == "header":
            other.update(SEX=rng.choice("12MF"), ETHNIC=rng.choice(list(codes.ETHNICITY)))
        elif name == "oc3":
            other.update(IN_TOUCH=rng.choice(list(codes.IN_TOUCH)), ACCOM=rng.choice(list(codes.ACCOMMODATION)))
        elif name == "oc2":
            other.update(self.oc2_row())
        elif name == "uasc":
            other["DUC"] = rng.choice([None, self.edge()])
        elif name == "prev_perm":
            other["PREV_PERM"] = rng.choice(list(codes.PREVIOUS_PERMANENCE))
        elif name == "reviews":
            other["REVIEW_CODE"] = rng.choice(["PN1", "PN7", None])
        elif name == "ad1":
            other["DATE_INT"] = other["DATE_INT"] - 10 * DAY
        rows.insert(rng.randint(0, len(rows)), other)

    def unknown_code(self, name: str, row: Row) -> None:
        columns = {
            "header": ["SEX", "ETHNIC"],
            "episodes": ["RNE", "LS", "REC", "CIN", "PLACE", "PLACE_PROVIDER"],
            "oc2": ["CONVICTED", "TEETH_CHECK", "SDQ_SCORE"],
            "oc3": ["IN_TOUCH", "ACTIV", "ACCOM"],
            "prev_perm": ["PREV_PERM"],
            "missing": ["MISSING"],
            "reviews": ["REVIEW_CODE"],
        }.get(name)
        if columns:
            column = self.rng.choice(columns)
            row[column] = self.rng.choice(["QX", "9", "X9", "?"]) if column != "SDQ_SCORE" else "41"

    def bad_date(self, name: str, row: Row) -> None:
        rng = self.rng
        wrong = rng.choice(["31/02/2021", "not known", "2021-13-01", "00/00/0000"])
        if name == "episodes":
            what = rng.choice(["DECOM", "DEC", "DEC", "order", "key"])
            if what == "order":
                row.update(DEC=row["DECOM"] - DAY, REC="E8")
            elif what == "key":
                row["CHILD"] = ""
            else:
                row[what] = wrong
        elif name == "header":
            row["DOB"] = wrong
        elif name == "missing":
            if self.chance(0.5):
                row["MIS_START"] = wrong
            else:
                row["MIS_END"] = row["MIS_START"] - DAY
        elif name == "sw_episodes":
            row[rng.choice(["SW_ID", "SW_DECOM"])] = ""
        elif name == "reviews":
            row["REVIEW"] = wrong

    # --- writing ---

    def write(self, folder: Path, tables: dict[str, list[Row]], leave_out: set[str], empty: set[str]) -> None:
        rng = self.rng
        folder.mkdir(parents=True, exist_ok=True)
        with_distance = self.chance(0.6)
        with_location = with_distance if self.chance(0.9) else not with_distance
        if self.own_names and self.places.random() < 0.5:  # where PL_LA can say "inside", it often has to
            with_location = False
        for name, rows in tables.items():
            if name in leave_out:
                continue
            columns = COLUMNS[name].split()
            if name == "episodes":
                columns += ["PL_LA"] * (with_location or self.places.random() < 0.9) + ["PL_LOCATION"] * with_location
                columns += ["PL_DISTANCE"] * with_distance
            if self.chance(0.15):
                rng.shuffle(columns)
            iso = self.chance(0.3)
            shown = [column.lower() if self.chance(0.02) else column for column in columns]
            buffer = io.StringIO(newline="")
            writer = csv.writer(buffer, lineterminator=rng.choice(["\r\n", "\n"]))
            writer.writerow(shown)
            if name not in empty:
                writer.writerows([self.text(row.get(column), iso) for column in columns] for row in rows)
            file_name = rng.choice(FILE_NAMES.get(name, (f"{name}.csv", f"SSDA903_{name.upper()}.csv")))
            encoding = rng.choice(["utf-8", "utf-8-sig", "cp1252"])
            (folder / file_name).write_bytes(buffer.getvalue().encode(encoding))
        (folder / "delivery.yaml").write_bytes(b"synthetic: true\n")

    def text(self, value: Any, iso: bool) -> str:
        if value is None:
            return ""
        if isinstance(value, date):
            return value.isoformat() if iso else value.strftime("%d/%m/%Y")
        text = str(value)
        return f"{text} " if self.chance(0.005) else text

    def make(self, landing: Path) -> None:
        rng = self.rng
        people = [self.person(number) for number in range(rng.randint(5, 40))]
        self.service.live_through(people)
        missing_tables = {name for name in COLUMNS if name not in ("header", "episodes") and self.chance(0.05)}
        scripted = self.scripted()
        for year in self.years:
            extracted_on = date(year, 4, 1) + rng.randint(10, 200) * DAY
            known_to = date(year, 3, 31)
            if year == self.years[-1] and self.chance(0.25):  # an in-year extract
                extracted_on = rng.choice([date(year - 1, 12, 31), date(year - 1, 10, 12), date(year, 3, 31)])
                known_to = extracted_on
            leave_out = missing_tables | {
                name for name in COLUMNS if name not in ("header", "episodes") and self.chance(0.03)
            }
            if year < 2024:
                leave_out |= {"sw_episodes"}
            if year < 2026:
                leave_out |= {"dolo"}
            empty = {name for name in COLUMNS if name not in ("header", "episodes") and self.chance(0.03)}
            root = landing / self.la_code / "ssda903" / str(year)
            if self.chance(0.2):  # an earlier delivery of the same year, as then believed
                earlier = self.tables(people, year, known_to)
                earlier["episodes"].extend(deepcopy(scripted[year]))
                if self.tangled:
                    self.dirty(earlier)
                self.write(root / (extracted_on - 20 * DAY).isoformat(), earlier, leave_out, empty)
                self.change_their_mind(people, year)
            tables = self.tables(people, year, known_to)
            tables["episodes"].extend(deepcopy(scripted[year]))
            if self.tangled:
                self.dirty(tables)
            self.write(root / extracted_on.isoformat(), tables, leave_out, empty)
            if self.chance(0.015):  # a later delivery whose only episode is unusable: usable all the same
                broken = {**tables, "episodes": [{"CHILD": "", "DECOM": "not known", "RNE": "S"}]}
                self.write(root / (extracted_on + 10 * DAY).isoformat(), broken, leave_out, empty)
            if self.chance(0.05):  # a later delivery that cannot be used: it has no episodes
                without = {"episodes"} if self.chance(0.5) else set()
                later = (extracted_on + 15 * DAY).isoformat()
                self.write(root / later, tables, leave_out | without, {"episodes"})
            self.change_their_mind(people, year)
        self.service.make(landing, people)


def birthday(dob: date, year: int) -> date:
    """1 March for someone born on 29 February, in common years."""
    try:
        return dob.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def month_end(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def make_random_returns(
    landing: Path,
    seed: int,
    authorities: int | Sequence[str] = 20,
    postcodes: Sequence[str] = INVENTED_POSTCODES,
) -> list[str]:
    """Writes the landing trees and returns the authorities' codes."""
    chosen = la_codes(authorities) if isinstance(authorities, int) else list(authorities)
    for la_code in chosen:
        AuthorityMaker(seed, la_code, postcodes).make(Path(landing))
    return chosen
