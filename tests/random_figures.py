"""Figures of random small authorities, counted from invented children, so that whatever must add up does.

Most of their numbers are small: the worst that suppression can meet.
"""

import csv
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from orchestration.publish.disclosure import Row

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
YEARS = range(2021, 2026)
Record = dict[str, Any]


def month_end(year: int, month: int) -> date:
    """Return the last day of the nth month of the financial year that ends in a calendar year."""
    return date(year if month > 8 else year - 1, (month + 3) % 12 + 1, 1) - timedelta(days=1)


def seed(path: str) -> list[dict[str, str]]:
    with (SEEDS / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


UNITS = {row["metric_id"]: row["unit"] for row in seed("metrics/metric_definitions.csv")}
CATEGORIES: dict[str, list[str]] = {}
for _row in seed("metrics/metric_category_lists.csv"):
    if _row["is_closed"] == "true" and _row["variant"] == "default":
        CATEGORIES.setdefault(_row["breakdown"], []).append(_row["category"])
_RELATIONS = seed("suppression/suppression_relations.csv")


def _parts(prefix: str, whole: str, part: str) -> dict[str, str]:
    """Return which whole each part belongs to, by the relations that say so."""
    wholes = {r["relation"]: r["category"] for r in _RELATIONS if r["breakdown"] == whole and r["sign"] == "1"}
    return {
        r["category"]: wholes[r["relation"]]
        for r in _RELATIONS
        if r["relation"].startswith(prefix) and r["breakdown"] == part and r["relation"] in wholes
    }


GROUP_OF_PLACEMENT = _parts("placement group: ", "placement_group", "placement_detail")
GROUP_OF_REASON = _parts("exit group: ", "exit_group", "exit_reason")
UNPLANNED = next(
    row["category"]
    for row in _RELATIONS
    if (row["relation"], row["breakdown"]) == ("unplanned returns home", "exit_reason")
)
LEGAL = {r["category"] for r in _RELATIONS if r["relation"] == "legal permanence by group"} - {"all"}
PERMANENCE = {r["category"] for r in _RELATIONS if r["relation"] == "permanence by group"} - {"all"}


def authority(rng: random.Random, years: Sequence[int] = YEARS, amended_by: random.Random | None = None) -> list[Row]:
    """Return the figures of one invented authority for some years: who is in care stays, leaves, and others come.

    With `amended_by` the same children come and go, and a few of them are said to be of another kind than without.
    """
    skew = rng.choice([0.5, 1.0, 2.0, 4.0])

    def pick(options: Sequence[str]) -> str:
        return options[min(int(len(options) * rng.random() ** skew), len(options) - 1)]

    def placed() -> Record:
        detail = pick(list(GROUP_OF_PLACEMENT))
        return {
            "age_band": pick(CATEGORIES["age_band"]),
            "legal_status_group": pick(CATEGORIES["legal_status_group"]),
            "placement_detail": detail,
            "placement_group": GROUP_OF_PLACEMENT[detail],
            "locality": pick(CATEGORIES["locality"]),
            "distance_band": pick(CATEGORIES["distance_band"]),
            "many": rng.random() < 0.1,
            "stable": rng.random() < 0.5,
            "long_term": rng.random() < 0.5,
            "missing": rng.random() < 0.15,
            "plan_type": pick(CATEGORIES["plan_type"]) if rng.random() < 0.9 else None,
            "achieved": rng.random() < 0.5,
        }

    def child() -> Record:
        return {
            "sex": pick(CATEGORIES["sex"][:2]),
            "ethnicity_group": pick(CATEGORIES["ethnicity_group"]),
            "uasc": "UASC" if rng.random() < 0.05 else "Not UASC",
            "category_of_need": pick(CATEGORIES["category_of_need"]),
            **placed(),
        }

    rows: list[Row] = []
    in_care = [child() for _ in range(rng.randint(0, 80))]
    for year in years:
        before = [{**one, **placed()} for one in in_care]
        rng.shuffle(before)
        started = [child() for _ in range(rng.randint(0, 50))]
        there = before + started
        leaving = rng.randint(0, min(50, len(there)))
        rng.shuffle(there)
        left = [{**one, "exit_reason": pick(list(GROUP_OF_REASON))} for one in there[:leaving]]
        for one in left:
            one["exit_group"] = GROUP_OF_REASON[one["exit_reason"]]
        in_care = there[leaving:]
        for one in [*in_care, *started, *left]:
            if amended_by and amended_by.random() < 0.04:
                what = amended_by.choice(["age_band", "ethnicity_group", "legal_status_group", "category_of_need"])
                one[what] = amended_by.choice(CATEGORIES[what])
        rows += _figures_of_year(rng, year, pick, in_care, started, left)
    return rows


def _figures_of_year(
    rng: random.Random,
    year: int,
    pick: Callable[[Sequence[str]], str],
    in_care: list[Record],
    started: list[Record],
    left: list[Record],
) -> list[Row]:
    for one in in_care:
        one["is_far_out"] = one["distance_band"] == "More than 20 miles" and one["locality"] == "Outside the authority"
    in_year = in_care + left
    codes = [
        {**rng.choice(in_care), "code": pick(CATEGORIES["participation_code"])}
        for _ in range(rng.randint(0, 100) if in_care else 0)
    ]
    coded = [one for one in codes if one["code"] != "PN0"]
    disputes = [
        {"dispute_stage": pick(CATEGORIES["dispute_stage"]), "dispute_category": pick(CATEGORIES["dispute_category"])}
        for _ in range(rng.randint(0, 40))
    ]
    proper = [one for one in disputes if one["dispute_category"] != "GOOD_PRACTICE"]
    for one in [*started, *left]:
        one["month"] = str(month_end(year, rng.randint(1, 12)))

    rows: list[Row] = []

    def add(
        metric_id: str,
        of: Sequence[Record],
        breakdowns: Iterable[str] = (),
        counted: Callable[[Record], Any] | None = None,
        whole: int | None = None,
        headline: bool = True,
    ) -> None:
        is_percent = UNITS[metric_id] == "percent"
        groups = [("all", "all", list(of))] if headline else []
        for breakdown in breakdowns:
            if breakdown == "month":
                months = [str(month_end(year, month)) for month in range(1, 13)]
                groups += [(breakdown, month, [one for one in of if one["month"] == month]) for month in months]
                continue
            present = {one[breakdown] for one in of} - {None}
            groups += [
                (breakdown, category, [one for one in of if one[breakdown] == category])
                for category in dict.fromkeys([*CATEGORIES[breakdown], *sorted(present)])
            ]
        for breakdown, category, members in groups:
            numerator = sum(1 for one in members if counted is None or counted(one))
            denominator = (len(members) if whole is None else whole) if is_percent else None
            rows.append(Row(metric_id, breakdown, category, UNITS[metric_id], numerator, denominator, year=year))

    people = ["age_band", "sex", "ethnicity_group"]
    entry = [*people, "uasc", "legal_status_group", "placement_group", "category_of_need"]
    profile = [*entry, "placement_detail", "locality", "distance_band"]
    exits = ["exit_group", "exit_reason", "sex", "ethnicity_group", "uasc"]
    for metric_id, of, breakdowns in (
        ("children_looked_after", in_care, profile),
        ("started_looked_after", started, entry),
        ("ceased_looked_after", left, exits),
    ):
        add(metric_id, of, breakdowns if of is in_care else [*breakdowns, "month"])
        add(f"{metric_id}_share", of, breakdowns, whole=len(of), headline=False)
    add("placed_over_20_miles", in_care, counted=lambda one: one["distance_band"] == "More than 20 miles")
    add("placed_over_20_miles_outside_authority", in_care, counted=lambda one: one["is_far_out"])
    add("three_or_more_placements", in_care, people, lambda one: one["many"])
    long_term = [one for one in in_care if one["long_term"]]
    add("long_term_placement_stability", long_term, people[1:], lambda one: one["stable"])
    taken = {"Interim care order", "Full care order", "Detained for child protection"}
    add("taken_into_care", started, counted=lambda one: one["legal_status_group"] in taken)
    add("left_to_permanence", left, counted=lambda one: one["exit_group"] in PERMANENCE)
    add("left_to_legal_permanence", left, counted=lambda one: one["exit_group"] in LEGAL)
    add(
        "left_to_planned_permanence",
        left,
        counted=lambda one: one["exit_group"] in PERMANENCE and one["exit_reason"] != UNPLANNED,
    )
    add("looked_after_in_year", in_year)
    add("missing_from_placement", in_year, people, lambda one: one["missing"])
    for one in codes:
        one["participation_code"] = one["code"]
    add("review_participation_codes", codes, ["participation_code"])
    add("review_participation", coded, people, lambda one: one["code"] in {"PN1", "PN2", "PN3", "PN5", "PN6"})
    add("review_attendance", coded, people, lambda one: one["code"] in {"PN1", "PN2", "PN3", "PN4"})
    add("reviews_with_advocate", codes, counted=lambda one: one["code"] in {"PN2", "PN5"})
    add("disputes_raised", disputes, ["dispute_stage", "dispute_category"])
    add("disputes_raised_excluding_good_practice", proper, ["dispute_stage", "dispute_category"])
    add("good_practice_recognised", disputes, counted=lambda one: one["dispute_category"] == "GOOD_PRACTICE")
    add("disputes_resolved_early", disputes, counted=lambda one: one["dispute_stage"] in {"INFORMAL", "STAGE_1"})
    add("permanence_plan_recorded", in_care, counted=lambda one: one["plan_type"])
    planned = [one for one in in_care if one["plan_type"]]
    add("permanence_plan_recorded", planned, ["plan_type"], whole=len(in_care), headline=False)
    add("permanence_achieved", planned, ["plan_type"], lambda one: one["achieved"])
    return rows
