"""Invented extracts of the IRO service for the invented authorities of `random_returns`.

As there: from a seed, deterministic, each authority from its own stream, and with far more odd cases than real
ones hold.
Dates cluster about the limits the definitions draw, a working day or a day to either side.
"""

from __future__ import annotations

import csv
import io
import random
from bisect import bisect_left
from collections.abc import Sequence
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

from .iro_reader import (
    AUDIT_TYPES,
    CATEGORIES,
    COLUMNS,
    CONSULTED,
    EMPLOYMENT,
    FORMATS,
    KEYS,
    PLAN_TYPES,
    RATINGS,
    STAGES,
)
from .working_days import WORKING_DAYS, plus_months, wd

Row = dict[str, Any]
DAY = timedelta(days=1)
BAD_DATES = ["31/02/2021", "soon", "2021-13-01", "00/00/0000"]
# Parts of a post so small that the few children of an invented authority fill them: 50 and 70 a post are both reached.
FTES = ["0.1", "0.1", "0.04", "0.06", "0.08", "0.12", "0.14", "0.2", "0.3", "0.02", "1", "1.0", ".5", "1.5"]
UNUSABLE_FTES = ["0", "12", "1.51", "", "part time", "-0.5"]
LATE_REASONS = ["Child unwell", "Social worker absent", "Carer asked for another day", "IRO capacity", "Late notice"]
LONG_REASON = "The meeting was put off again and again because nobody could find a day"
EDGE_TEXTS = ["x" * 60, "y" * 61, LONG_REASON]
GRADES = ["Good", "Outstanding", "Requires improvement", "Inadequate"]
AUDIENCES = ["Social workers", "Foster carers", "Health"]
EVENTS = ["Summer picnic", "Care council day", "Film night"]


class Cared(Protocol):
    """What is needed of a child of `random_returns`."""

    name: str
    dob: date
    episodes: list[dict[str, Any]]


def working_days_before(day: date, n: int) -> date:
    return WORKING_DAYS[bisect_left(WORKING_DAYS, day) - n]


def stays(person: Cared) -> list[tuple[date, date | None]]:
    """First and last day of each run of episodes that are no short breaks, roughly as a period of care."""
    found: list[tuple[date, date | None]] = []
    before: Row | None = None
    for episode in sorted(person.episodes, key=lambda e: (e["DECOM"], e.get("DEC") or date.max)):
        if episode.get("LS") in ("V3", "V4"):
            continue
        if before is not None and before.get("REC") == "X1" and before.get("DEC") == episode["DECOM"]:
            found[-1] = (found[-1][0], episode.get("DEC"))
        else:
            found.append((episode["DECOM"], episode.get("DEC")))
        before = episode
    return found


class IroMaker:
    """The IRO service of one authority: what happened, and what its extracts tell of it."""

    def __init__(self, seed: int, la_code: str, years: Sequence[int], window: tuple[date, date]) -> None:
        self.rng = rng = random.Random(f"{seed}/{la_code}/iro")
        self.la_code = la_code
        self.years = list(years)
        self.window = window
        self.has_iro = rng.random() < 0.85
        # Whether SSDA903 tells of the reviews too, and of how many of the children the IRO service tells at all.
        self.reviews_in_ssda903 = rng.random() < 0.75
        self.known_children = rng.choice([1.0, 1.0, 1.0, 0.6])
        self.tangled = rng.random() < 0.7
        self.everything_so_far = rng.random() < 0.5
        self.numbers = iter(range(1, 10**6))
        self.tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        self.ssda903_reviews: list[Row] = []
        self.officers = [f"IRO {n:02d}" if rng.random() < 0.8 else f"iro-{n}" for n in range(1, rng.randint(3, 7))]
        self.managers = ["SM 1"]
        self.strangers = ["IRO 99"]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def number(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"

    def any_day(self) -> date:
        first, last = self.window
        if self.chance(0.2):  # about a month's end, where periods turn
            day = first + self.rng.randint(0, (last - first).days) * DAY
            return (day.replace(day=28) + 4 * DAY).replace(day=1) + self.rng.choice([-2, -1, -1, 0, 0, 1]) * DAY
        return first + self.rng.randint(0, (last - first).days) * DAY

    def period_end(self) -> date:
        """A 31 March, or one of the last month ends."""
        if self.chance(0.6):
            return date(self.rng.choice(self.years), 3, 31)
        last = self.window[1] - self.rng.randint(0, 700) * DAY
        return (last.replace(day=28) + 4 * DAY).replace(day=1) - DAY

    def officer(self) -> str | None:
        roll = self.rng.random()
        if roll < 0.03:
            return None
        if roll < 0.06:
            return self.rng.choice(self.strangers)
        if roll < 0.09:
            return self.rng.choice(self.managers)
        return self.rng.choice(self.officers)

    def about(self, day: date) -> date:
        """The day, or one to either side of it."""
        return day + self.rng.choice([-1, 0, 0, 0, 1]) * DAY

    # --- what happened ---

    def live_through(self, people: Sequence[Cared]) -> None:
        self.make_staff()
        for person in people:
            known = self.chance(self.known_children)
            for begun, ended in stays(person):
                self.make_reviews(person, begun, ended, known)
                if known:
                    self.make_allocations(person, begun, ended)
                    self.make_plans(person, begun, ended)
            if known:
                self.make_oversight(person)
                self.make_disputes(person)
        self.share_meetings()
        self.make_events()

    def make_staff(self) -> None:
        rng = self.rng
        for iro in [*self.officers, *self.managers]:
            begun = (
                None if self.chance(0.1) else self.about(self.period_end()) - rng.choice([0, 0, 400, 1500, 1500]) * DAY
            )
            ended = None
            if self.chance(0.25):
                ended = self.about(self.period_end())
                ended = max(ended, begun) if begun and not self.chance(0.1) else ended
            role = "SERVICE_MANAGER" if iro in self.managers else rng.choice(["IRO"] * 12 + ["iro ", "QX", None])
            self.tables["iro_staff"].append(
                {
                    "iro_id": iro,
                    "role": role,
                    "fte": rng.choice(FTES if self.chance(0.85) else UNUSABLE_FTES),
                    "employment": rng.choice([*EMPLOYMENT, "PERMANENT", "BANK", None]),
                    "sex": rng.choice(["F", "M", "1", "2", "U", "f", None, "Q"]),
                    "ethnicity": rng.choice(
                        ["WBRI", "wbri", "BCRB", "White", "Other ethnic group", "APKN", "REFU", None, "Martian"]
                    ),
                    "started_on": begun,
                    "ended_on": ended,
                }
            )

    def code_at(self, person: Cared, day: date) -> str | None:
        rng = self.rng
        four = plus_months(person.dob, 48)
        if self.chance(0.06):
            return None
        if self.chance(0.03):
            return rng.choice(["PN8", "pn1", "PN0", "PN7", "X"])
        return "PN0" if day < four else f"PN{rng.choice([1, 1, 1, 2, 3, 4, 5, 6, 7])}"

    def make_reviews(self, person: Cared, begun: date, ended: date | None, known: bool) -> None:
        """One review after another about its due date, some too late, some never, some twice."""
        rng = self.rng
        last = min(ended or self.window[1], self.window[1])
        due, previous = wd(begun, 20), None
        for number in range(40):
            if self.chance(0.05):
                break  # nobody held it
            held = due + rng.choice([-40, -5, -1, 0, 0, 0, 0, 0, 0, 1, 1, 3, 45]) * DAY
            if previous is not None and held <= previous:
                held = previous + rng.randint(1, 20) * DAY
            if number == 0:
                held = max(held, begun)
            if self.chance(0.06):  # about the turn of a year, where an episode that a return has lost ends
                held = max(begun, date(held.year, 3, 31) + rng.choice([0, 1, 1]) * DAY, (previous or begun) + DAY)
            if held > last + DAY:
                if ended and self.chance(0.2):  # on the last day, or the day after it
                    held = ended + rng.choice([0, 0, 1]) * DAY
                else:
                    break
            self.tell_review(person, held, due, previous or begun, known)
            previous = held
            due = plus_months(held, 3 if number == 0 else 6)
        if known and self.chance(0.5):  # what is planned
            planned = self.review_row(person, None, None)
            planned["scheduled_for"] = due
            self.tables["reviews"].append(planned)

    def review_row(self, person: Cared, started: date | None, completed: date | None) -> Row:
        rng = self.rng
        held = completed or started
        limits = (wd(held, 20), wd(held, 5)) if held else (None, None)

        def sent(limit: date | None) -> date | None:
            if limit is None or held is None or self.chance(0.1):
                return None
            return rng.choice([limit, limit, limit + DAY, held, limit - 3 * DAY, held - DAY, limit + 30 * DAY])

        invited = None
        if started and not self.chance(0.15):
            invited = working_days_before(started, 10) + rng.choice([0, 0, 0, 1, -1, -20, 3]) * DAY
        return {
            "review_id": self.number("R"),
            "child_id": person.name,
            "iro_id": self.officer(),
            "scheduled_for": started,
            "started_on": started,
            "completed_on": completed,
            "cancelled": rng.choice([None, None, None, "N", "n", "no"]),
            "format": rng.choice([*FORMATS, "FACE_TO_FACE", "PHONE", None]),
            "participation_code": self.code_at(person, held) if held else None,
            "late_reason": rng.choice([*LATE_REASONS, *EDGE_TEXTS, None, None]) if self.chance(0.4) else None,
            "invitations_sent_on": invited,
            "record_completed_on": sent(limits[0]),
            "record_distributed_on": sent(limits[0]),
            "decisions_sent_on": sent(limits[1]),
        }

    def tell_review(self, person: Cared, held: date, due: date, after: date, known: bool) -> None:
        rng = self.rng
        started: date | None = held
        completed: date | None = held
        if self.chance(0.12):  # adjourned, some for too long
            started = rng.choice([due, due, due - 2 * DAY, due + DAY, held - 5 * DAY])
            completed = rng.choice([wd(started, 20), wd(started, 20), wd(started, 20) + DAY, held])
            if completed < started:
                started, completed = completed, started
        elif self.chance(0.1):
            completed = None
        elif self.chance(0.05):
            started = None
        row = self.review_row(person, started, completed)
        day = completed or started
        assert day is not None
        if self.reviews_in_ssda903 and not self.chance(0.08):
            code = row["participation_code"] if self.chance(0.85) else self.code_at(person, day)
            told = day if self.chance(0.95) else self.about(day)
            self.ssda903_reviews.append({"CHILD": person.name, "DOB": person.dob, "REVIEW": told, "REVIEW_CODE": code})
        if known and not self.chance(0.05):
            self.tables["reviews"].append(row)
            if self.chance(0.06):  # cancelled first, held later, or the other way round
                other = self.review_row(person, rng.choice([held, held - 9 * DAY, due]), None)
                other["cancelled"] = rng.choice(["Y", "y", " Y"])
                self.tables["reviews"].append(other)
            if self.chance(0.05):  # two on one day
                other = self.review_row(person, day, rng.choice([day, None]))
                other["participation_code"] = rng.choice([None, None, self.code_at(person, day)])
                self.tables["reviews"].append(other)
        if known:
            self.consult(person, after, day)

    def consult(self, person: Cared, after: date, day: date) -> None:
        rng = self.rng
        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            when = rng.choice([after, after + DAY, day, day, day + DAY, day - 7 * DAY, after + 10 * DAY, after - DAY])
            self.tables["pre_review_consultations"].append(
                {
                    "consultation_id": self.number("C"),
                    "child_id": person.name,
                    "iro_id": self.officer(),
                    "consulted": rng.choice(["CHILD", "CHILD", "CHILD", *CONSULTED, "child", "TEACHER", None]),
                    "consulted_on": when,
                    "method": rng.choice(["visit", "telephone", None]),
                    "advocacy_discussed": rng.choice(["Y", "Y", "N", "y", "?", None]),
                }
            )

    def share_meetings(self) -> None:
        """Brothers and sisters in one meeting: one review_id, one day, several children."""
        reviews = self.tables["reviews"]
        for row in list(reviews):
            if not self.chance(0.03) or not row["started_on"]:
                continue
            other = self.rng.choice(reviews)
            if other["child_id"] != row["child_id"]:
                reviews.append({**row, "child_id": other["child_id"]})

    def make_allocations(self, person: Cared, begun: date, ended: date | None) -> None:
        """One officer after another; some named late, some overlapping, some with a gap between them."""
        rng = self.rng
        if self.chance(0.06):
            return
        limit = wd(begun, 5)
        day = rng.choice([begun, begun, begun - 3 * DAY, limit, limit, limit + DAY, limit + 3 * DAY])
        taken: set[date] = set()
        for _ in range(rng.choice([1, 1, 1, 2, 2, 3])):
            iro = self.officer()
            if day in taken or day > (ended or self.window[1]):
                break
            taken.add(day)
            turn = self.about(self.period_end()) if self.chance(0.3) else day + rng.randint(20, 700) * DAY
            turn = max(turn, day + DAY)
            end = rng.choice([turn, turn, turn + 30 * DAY, turn - 5 * DAY, None])
            if end is not None and end < day:
                end = day  # of no length
            if ended is not None and turn > ended:
                end = rng.choice([ended, ended, None, ended + 5 * DAY])
            self.tables["iro_allocations"].append(
                {"child_id": person.name, "iro_id": iro, "allocated_on": day, "ended_on": end}
            )
            day = turn

    def make_plans(self, person: Cared, begun: date, ended: date | None) -> None:
        rng = self.rng
        taken: set[tuple[date, bool]] = set()
        second = plus_months(wd(begun, 20), 3)
        for _ in range(rng.choice([0, 1, 1, 2, 3])):
            agreed = rng.choice([begun, begun - DAY, second, second + DAY, begun + rng.randint(10, 600) * DAY])
            parallel = self.chance(0.25)
            if (agreed, parallel) in taken:
                continue
            taken.add((agreed, parallel))
            over = rng.choice([None, None, self.about(self.period_end()), agreed + 90 * DAY, ended])
            if over is not None and over < agreed and not self.chance(0.1):
                over = None
            self.tables["permanence_plans"].append(
                {
                    "plan_id": self.number("P"),
                    "child_id": person.name,
                    "plan_type": rng.choice([*PLAN_TYPES, "LTFOST18", "LTRELFR", "LTFOST18", "MAYBE", None]),
                    "agreed_on": agreed,
                    "parallel": rng.choice(["Y", "y"]) if parallel else rng.choice(["N", None, "X"]),
                    "achieved_on": rng.choice([None, None, self.about(self.period_end()), agreed + 60 * DAY]),
                    "ended_on": over,
                    "end_reason": "changed" if over else None,
                }
            )
        if self.chance(0.4):
            panel = rng.choice([begun - 20 * DAY, begun + rng.randint(30, 500) * DAY, self.period_end() - 15 * DAY])
            matched = rng.choice([None, panel, panel + 10 * DAY, begun, begun - DAY, self.about(self.period_end())])
            self.tables["long_term_matches"].append({"child_id": person.name, "panel_on": panel, "matched_on": matched})

    def make_oversight(self, person: Cared) -> None:
        rng = self.rng
        if self.chance(0.12):
            return
        rated: set[date] = set()
        for _ in range(rng.choice([1, 2, 3, 5])):
            end = self.period_end()
            when = rng.choice([end, end + DAY, end - DAY, plus_months(end, -1), plus_months(end, -2), self.any_day()])
            when -= rng.choice([0, 0, 1]) * DAY
            if when in rated:
                continue
            rated.add(when)
            self.tables["rag_ratings"].append(
                {
                    "child_id": person.name,
                    "rating": rng.choice([*RATINGS, "GREEN", "green "]),
                    "rated_on": when,
                    "reason": rng.choice([None, "drift"]),
                }
            )
        held = [row for row in self.tables["reviews"][-400:] if row["child_id"] == person.name and row["started_on"]]
        for _ in range(rng.choice([0, 1, 2, 4, 6])):
            end = self.period_end()
            days = [
                end,
                end + DAY,
                plus_months(end, -1),
                plus_months(end, -1) - DAY,
                plus_months(end, -2),
                self.any_day(),
            ]
            if held:
                days += [rng.choice(held)["started_on"] + k * DAY for k in (0, 1, 30)]
            self.tables["case_tracking"].append(
                {
                    "tracking_id": self.number("T"),
                    "child_id": person.name,
                    "iro_id": self.officer(),
                    "tracked_on": rng.choice(days),
                }
            )

    def make_disputes(self, person: Cared) -> None:
        rng = self.rng
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            raised = self.any_day()
            if self.chance(0.3):  # so that its twenty days end about a period's end
                raised = working_days_before(self.period_end(), 20) + rng.choice([-1, 0, 1]) * DAY
            limit = wd(raised, 20)
            resolved = rng.choice(
                [None, raised, limit, limit, limit + DAY, raised + 3 * DAY, raised + 200 * DAY, self.period_end()]
            )
            if resolved is not None and resolved < raised:
                resolved = raised - DAY if self.chance(0.1) else None
            referred = rng.choice([self.any_day(), raised + 30 * DAY]) if self.chance(0.15) else None
            stage = rng.choice([*STAGES, "INFORMAL", "STAGE_1"])
            dispute = self.number("D")
            self.tables["disputes"].append(
                {
                    "dispute_id": dispute,
                    "child_id": person.name,
                    "iro_id": self.officer(),
                    "raised_on": raised,
                    "category": rng.choice([*CATEGORIES, "GOOD_PRACTICE", None, "other"]),
                    "current_stage": rng.choice([stage, stage, None]),
                    "resolved_on": resolved,
                    "resolved_stage": rng.choice([stage, "STAGE_1", None]) if resolved else None,
                    "cafcass_referred_on": referred,
                }
            )
            entered = raised
            for name in rng.sample(STAGES, rng.randint(1, 3)):
                left = rng.choice([entered + 5 * DAY, entered, None])
                self.tables["dispute_stages"].append(
                    {"dispute_id": dispute, "stage": name, "entered_on": entered, "left_on": left}
                )
                entered += 5 * DAY

    def make_events(self) -> None:
        rng = self.rng
        for _ in range(rng.randint(0, 40)):
            self.tables["audits"].append(
                {
                    "audit_id": self.number("A"),
                    "iro_id": self.officer(),
                    "child_id": None,
                    "audit_type": rng.choice([*AUDIT_TYPES, "OTHER", None]),
                    "audited_on": self.any_day(),
                    "grade": rng.choice([*GRADES, *EDGE_TEXTS, None]),
                }
            )
        for _ in range(rng.randint(0, 20)):
            self.tables["workshops"].append(
                {
                    "workshop_id": self.number("W"),
                    "held_on": self.any_day(),
                    "title": "Reviewing well",
                    "audience": rng.choice([*AUDIENCES, *AUDIENCES, *EDGE_TEXTS, None]),
                    "attendees": rng.choice(["12", "0", "7", "9999", "10000", "some", "-1", None]),
                }
            )
            self.tables["participation_events"].append(
                {
                    "event_id": self.number("E"),
                    "held_on": self.any_day(),
                    "name": rng.choice([*EVENTS, *EVENTS, *EDGE_TEXTS, None]),
                    "children_attended": rng.choice(["25", "0", "8", "10000", "many", None]),
                    "carers_attended": rng.choice(["5", None]),
                }
            )

    # --- what the extracts tell ---

    def reviews_told(self, year: int, known_to: date) -> list[Row]:
        """SSDA903's reviews of a collection year."""
        first, last = date(year - 1, 4, 1), min(date(year, 3, 31), known_to)
        return [row for row in self.ssda903_reviews if first <= row["REVIEW"] <= last]

    def told(self, year: int, extracted_on: date) -> dict[str, list[Row]]:
        """The records as known when extracted: all so far, or those of the collection year."""
        first = date(year - 1, 4, 1)
        tables: dict[str, list[Row]] = {}
        for table, rows in self.tables.items():
            chosen = []
            for row in rows:
                days = [value for value in row.values() if isinstance(value, date)]
                begun = min(days, default=first)
                if begun > min(extracted_on, date(year, 4, 30)) and not self.chance(0.05):
                    continue
                of_the_year = max(days, default=first) >= first or row.get("ended_on", 0) is None
                if not (self.everything_so_far or of_the_year or table == "iro_staff"):
                    continue
                known = {
                    name: None if isinstance(value, date) and value > extracted_on and name in ENDS else value
                    for name, value in row.items()
                }
                if table == "disputes" and known["resolved_on"] is None:
                    known["resolved_stage"] = None
                chosen.append(known)
            tables[table] = chosen
        return tables

    def dirty(self, tables: dict[str, list[Row]], people: Sequence[Cared]) -> None:
        """Errors of one extract: unknown codes, unreadable dates, dates out of order, duplicates, blank keys."""
        rng = self.rng
        births = {person.name: person.dob for person in people}
        for table, rows in tables.items():
            for row in list(rows):
                roll = rng.random()
                if roll < 0.008:
                    rows.append(dict(row))
                elif roll < 0.018:
                    rows.insert(rng.randint(0, len(rows)), self.conflicting(table, dict(row)))
                elif roll < 0.024:
                    row[rng.choice([name for name in row if name.endswith("_on")])] = rng.choice(BAD_DATES)
                elif roll < 0.028:
                    row[rng.choice(KEYS[table])] = rng.choice(["", "  ", None])
                elif roll < 0.036:
                    self.out_of_order(table, row)
                elif roll < 0.042 and table in ("disputes", "dispute_stages", "rag_ratings"):
                    names = {"current_stage", "resolved_stage", "stage", "category", "rating"} & set(row)
                    row[rng.choice(sorted(names))] = rng.choice(["STAGE_9", "PURPLE", "?"])
                elif roll < 0.046 and table in ("disputes", "rag_ratings"):
                    row["category" if table == "disputes" else "rating"] = None
                elif roll < 0.050:
                    for column, value in row.items():
                        if isinstance(value, str) and column in CODES:
                            row[column] = f" {value.lower()} "
                elif roll < 0.055 and table == "reviews" and births.get(row["child_id"]):
                    born = births[row["child_id"]]
                    row.update(started_on=born + rng.choice([-1, 0]) * DAY, completed_on=None)
                elif roll < 0.06 and "ended_on" in row:
                    row["ended_on"] = rng.choice([None, self.period_end()])
            if self.chance(0.3):
                rng.shuffle(rows)

    def conflicting(self, table: str, row: Row) -> Row:
        rng = self.rng
        others: dict[str, Row] = {
            "iro_staff": {"fte": rng.choice(FTES), "ended_on": None},
            "iro_allocations": {"ended_on": None},
            "reviews": {"participation_code": rng.choice(["PN3", None, None]), "format": "PAPER"},
            "pre_review_consultations": {"consulted": "PARENT"},
            "rag_ratings": {"rating": rng.choice(RATINGS)},
            "disputes": {"category": "PLACEMENT", "resolved_on": None, "resolved_stage": None},
            "permanence_plans": {"plan_type": "ADOPTION"},
            "long_term_matches": {"matched_on": None},
            "audits": {"grade": "Good"},
            "workshops": {"attendees": "3"},
            "participation_events": {"children_attended": "4"},
        }
        return {**row, **others.get(table, {})}

    def out_of_order(self, table: str, row: Row) -> None:
        for first, last in (
            ("started_on", "completed_on"),
            ("started_on", "ended_on"),
            ("allocated_on", "ended_on"),
            ("raised_on", "resolved_on"),
            ("entered_on", "left_on"),
            ("agreed_on", "ended_on"),
        ):
            if isinstance(row.get(first), date) and last in row:
                row[last] = row[first] - self.rng.choice([0, 1, 40]) * DAY

    def change_their_mind(self) -> None:
        """What the service corrects between one extract and the next, under the same key."""
        rng = self.rng
        for table, rows in self.tables.items():
            for row in rows:
                if not self.chance(0.05):
                    continue
                if table == "reviews" and row["started_on"]:
                    row["participation_code"] = rng.choice(["PN1", "PN7", None])
                    if self.chance(0.4):
                        row["completed_on"] = row["started_on"] + rng.choice([0, 1, 7]) * DAY
                    if self.chance(0.1):
                        row["cancelled"] = rng.choice(["Y", None])
                else:
                    self.conflicting_in_place(table, row)

    def conflicting_in_place(self, table: str, row: Row) -> None:
        row.update(self.conflicting(table, {}))

    def make(self, landing: Path, people: Sequence[Cared]) -> None:
        rng = self.rng
        if not self.has_iro:
            return
        years = [year for year in self.years if not self.chance(0.1)]
        if self.chance(0.1):
            years.append(self.years[0] - 1)
        never = {table for table in COLUMNS if self.chance(0.04)}
        for year in sorted(years):
            extracted_on = date(year, 4, 1) + rng.randint(5, 90) * DAY
            if self.chance(0.1):
                extracted_on = date(year, 3, 31) + rng.choice([0, 1, 2]) * DAY
            elif year == max(years) and self.chance(0.25):
                extracted_on = rng.choice([date(year - 1, 12, 31), date(year, 2, 15), date(year, 3, 30)])
            leave_out = never | {table for table in COLUMNS if self.chance(0.04)}
            root = landing / self.la_code / "iro" / str(year)
            if self.chance(0.2):
                earlier = deepcopy(self.told(year, extracted_on - 30 * DAY))
                self.write(root / (extracted_on - 30 * DAY).isoformat(), earlier, leave_out)
                self.change_their_mind()
            tables = deepcopy(self.told(year, extracted_on))
            if self.tangled:
                self.dirty(tables, people)
            self.write(root / extracted_on.isoformat(), tables, leave_out)
            self.change_their_mind()

    def write(self, folder: Path, tables: dict[str, list[Row]], leave_out: set[str]) -> None:
        rng = self.rng
        if leave_out >= set(tables):
            return
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in tables.items():
            if table in leave_out:
                continue
            columns = COLUMNS[table].split()
            if self.chance(0.15):
                rng.shuffle(columns)
            iso = self.chance(0.3)
            buffer = io.StringIO(newline="")
            writer = csv.writer(buffer, lineterminator=rng.choice(["\r\n", "\n"]))
            writer.writerow([column.upper() if self.chance(0.02) else column for column in columns])
            if not self.chance(0.03):
                writer.writerows([self.text(row.get(column), iso) for column in columns] for row in rows)
            name = rng.choice([f"{table}.csv", f"IRO_{table}.csv"])
            (folder / name).write_bytes(buffer.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "cp1252"])))
        (folder / "delivery.yaml").write_bytes(b"synthetic: true\n")

    def text(self, value: Any, iso: bool) -> str:
        if value is None:
            return ""
        if isinstance(value, date):
            return value.isoformat() if iso else value.strftime("%d/%m/%Y")
        text = str(value)
        return f" {text} " if self.chance(0.005) else text


ENDS = {
    "ended_on",
    "completed_on",
    "resolved_on",
    "record_completed_on",
    "record_distributed_on",
    "decisions_sent_on",
    "achieved_on",
    "matched_on",
    "left_on",
    "cafcass_referred_on",
}
CODES = {
    "rating",
    "format",
    "participation_code",
    "category",
    "current_stage",
    "resolved_stage",
    "stage",
    "plan_type",
    "consulted",
    "employment",
    "role",
    "audit_type",
}
