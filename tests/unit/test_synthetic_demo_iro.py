"""The demo's IRO extracts add up to the printed report, counted plainly from the delivered files."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from orchestration.ingest.tables import table_specs
from orchestration.synthetic.days import add_working_days
from orchestration.synthetic.demo_authority import demo_history
from orchestration.synthetic.demo_deliveries import write_demo
from orchestration.synthetic.history import is_respite
from tests.recompute.working_days import plus_months, wd

Row = dict[str, str]
YEARLY = {2023: "2023/2023-04-28", 2024: "2024/2024-04-30", 2025: "2025/2025-04-30"}
IN_YEAR = "2025/2024-10-31"
KEYS = {
    "iro_staff": ("iro_id",),
    "iro_allocations": ("child_id", "iro_id", "allocated_on"),
    "reviews": ("review_id", "child_id"),
    "rag_ratings": ("child_id", "rated_on"),
    "dispute_stages": ("dispute_id", "stage", "entered_on"),
    "long_term_matches": ("child_id", "panel_on"),
}
OFFICERS = {f"IRO{number:02d}" for number in range(1, 11)}


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    write_demo(root)
    return root


def delivered(landing: Path, delivery: str) -> dict[str, list[Row]]:
    """Every table of a delivery, each value as text with dates the ISO way."""
    folder = landing / "812" / "iro" / delivery
    return _read(folder)


@cache
def _read(folder: Path) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    for path in folder.glob("*.csv"):
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        tables[path.stem] = [{title: _iso(value or "") for title, value in row.items()} for row in rows]
    for path in folder.glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path, read_only=True).worksheets:
            header, *rows = sheet.iter_rows(values_only=True)
            tables[sheet.title] = [
                {str(title): _text(value) for title, value in zip(header, (*row, *[None] * 20), strict=False)}
                for row in rows
            ]
    return tables


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def _iso(text: str) -> str:
    return f"{text[6:]}-{text[3:5]}-{text[:2]}" if len(text) == 10 and text[2] == text[5] == "/" else text


def united(landing: Path, table: str) -> list[Row]:
    """The rows of all years, the latest year's where a key was delivered more than once; conflicts as delivered."""
    latest: dict[tuple[str, ...], list[Row]] = {}
    for delivery in YEARLY.values():
        rows = delivered(landing, delivery)[table]
        key = KEYS.get(table, (next(iter(rows[0])),))
        mine = defaultdict(list)
        for row in rows:
            mine[tuple(row[column] for column in key)].append(row)
        latest.update(mine)
    return [row for rows in latest.values() for row in rows]


def on(text: str) -> date:
    return date.fromisoformat(text)


def in_year(text: str, year: int) -> bool:
    return bool(text) and f"{year - 1}-04-01" <= text <= f"{year}-03-31"


def review_date(row: Row) -> str:
    return row["completed_on"] or row["started_on"]


def held(landing: Path) -> dict[tuple[str, str], Row]:
    """Reviews held, by child and day; of a pair the row with a participation code."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(united(landing, "reviews"), key=lambda r: r["participation_code"]):
        if review_date(row) and row["cancelled"] != "Y":
            found[row["child_id"], review_date(row)] = row
    return found


def returned(landing: Path) -> dict[tuple[str, str], str]:
    """The reviews of the SSDA903 returns delivered as CSV: code by child and day."""
    found = {}
    for year in (2021, 2023, 2024, 2025):
        folder = landing / "812" / "ssda903" / {2025: "2025/2025-04-30"}.get(year, f"{year}/{year}-06-30")
        text = next(folder.glob("SSDA903_Reviews_*")).read_text(encoding="utf-8")
        for row in csv.DictReader(io.StringIO(text)):
            found[row["CHILD"], _iso(row["REVIEW"])] = row["REVIEW_CODE"]
    return found


@cache
def periods_of_care() -> dict[str, list[tuple[date, date | None]]]:
    history = demo_history()
    respite = np.zeros(len(history.periods), dtype=bool)
    respite[history.episodes.period[is_respite(history.episodes.ls)]] = True
    found = defaultdict(list)
    epoch = date(1970, 1, 1)
    for row in np.flatnonzero(~respite).tolist():
        start, end = (epoch + timedelta(int(day)) for day in (history.periods.start[row], history.periods.end[row]))
        child = history.children.child[history.periods.child[row]]
        found[child].append((start, end if end < date(2100, 1, 1) else None))
    return found


def live(child: str, day: date) -> bool:
    return any(start <= day and (end is None or end > day) for start, end in periods_of_care()[child])


def in_care(child: str, day: date) -> bool:
    return any(start <= day and (end is None or end >= day) for start, end in periods_of_care().get(child, []))


def test_every_delivery_has_every_table_with_the_contract_s_columns(landing: Path) -> None:
    for delivery in (*YEARLY.values(), IN_YEAR):
        tables = delivered(landing, delivery)
        assert set(tables) == set(table_specs("iro"))
        for name, rows in tables.items():
            assert [title for title in rows[0] if title != "None"] == list(table_specs("iro")[name].columns), name
        note = (landing / "812" / "iro" / delivery / "delivery.yaml").read_text(encoding="utf-8")
        assert "synthetic: true" in note
        assert "SYNTHETIC DATA - invented children" in note


def test_reviews_are_those_of_the_return(landing: Path) -> None:
    reviews, in_returns = held(landing), returned(landing)
    for year, only_returned in ((2023, 6), (2024, 8), (2025, 5)):
        own = {key for key in reviews if in_year(key[1], year) and in_care(key[0], on(key[1]))}
        theirs = {key for key in in_returns if in_year(key[1], year)}
        assert len(theirs - own) == only_returned
        assert len(own - theirs) == (2 if year == 2023 else 0)
    assert sum(not in_care(child, on(day)) for child, day in reviews) == 2, "held after the child had left"
    for key, row in reviews.items():
        assert row["participation_code"] in ("", in_returns.get(key, row["participation_code"]))


@pytest.mark.parametrize(
    ("year", "total", "attended", "children_taking_part"), [(2024, 1215, 33, 96), (2025, 1100, 40, 92)]
)
def test_participation(landing: Path, year: int, total: int, attended: int, children_taking_part: int) -> None:
    codes = returned(landing) | {
        key: row["participation_code"] for key, row in held(landing).items()
        if row["participation_code"] and in_care(key[0], on(key[1]))
    }  # fmt: skip
    mine = {key: code for key, code in codes.items() if in_year(key[1], year)}
    assert len(mine) == total
    if year == 2025:
        assert Counter(mine.values()) == {
            "PN0": 178, "PN1": 359, "PN2": 3, "PN3": 1, "PN4": 7, "PN5": 20, "PN6": 490, "PN7": 42,
        }  # fmt: skip
    old_enough = {key: code for key, code in mine.items() if code != "PN0"}
    came = sum(code in ("PN1", "PN2", "PN3", "PN4") for code in old_enough.values())
    silent = {child for (child, _), code in old_enough.items() if code in ("PN4", "PN7")}
    children = {child for child, _ in old_enough}
    assert round(100 * came / len(old_enough)) == attended
    assert round(100 - 100 * len(silent) / len(children)) == children_taking_part


@pytest.mark.parametrize(("year", "printed", "overdue"), [(2024, 95, 0), (2025, 97, 2)])
def test_reviews_on_time(landing: Path, year: int, printed: int, overdue: int) -> None:
    reviews = held(landing)
    days: dict[str, set[date]] = defaultdict(set)
    for child, text in [*reviews, *returned(landing)]:
        days[child].add(on(text))
    since, until = date(year - 1, 4, 1), date(year, 3, 31)
    verdicts: list[bool] = []
    outstanding = 0
    for child, periods in periods_of_care().items():
        for start, end in periods:
            mine = sorted(day for day in days[child] if start <= day and (end is None or day <= end))
            # Periods of before the returns that are CSV files have no known first review; they matter no longer.
            due = wd(start, 20) if start >= date(2022, 4, 1) else None
            for nth, day in enumerate(mine):
                if due and since <= min(due, day) <= until:
                    row = reviews.get((child, day.isoformat()), {})
                    begun = on(row["started_on"]) if row.get("started_on") else day
                    verdicts.append(day <= due or (begun <= due and day <= wd(begun, 20)))
                due = plus_months(day, 3 if nth == 0 and start >= date(2022, 4, 1) else 6)
            if due and since <= due <= until and (end is None or due < end):
                verdicts.append(False)
                outstanding += 1
    assert round(100 * sum(verdicts) / len(verdicts)) == printed
    assert outstanding == overdue


def test_what_a_case_system_has_beside_the_reviews(landing: Path) -> None:
    rows = delivered(landing, YEARLY[2025])["reviews"]
    cancelled = [row for row in rows if row["cancelled"] == "Y"]
    later = {row["child_id"] for row in rows if row["cancelled"] != "Y" and review_date(row)}
    assert len(cancelled) > 20
    assert all(row["child_id"] in later for row in cancelled)
    assert sum(bool(review_date(row)) for row in cancelled) > 2, "cancelled although dated"
    assert sum(row["cancelled"] == "" and bool(review_date(row)) for row in rows) > 100, "a blank flag is not cancelled"
    assert sum(row["completed_on"] > row["started_on"] != "" for row in rows) >= 9, "adjourned"
    assert sum(not row["completed_on"] and bool(row["started_on"]) and row["cancelled"] != "Y" for row in rows) > 5
    planned = [row for row in rows if not review_date(row) and row["cancelled"] != "Y"]
    assert len({row["child_id"] for row in planned}) == len(planned) == 438
    assert all(row["scheduled_for"] > "2025-03-31" for row in planned)
    meetings = Counter(row["review_id"] for row in rows)
    (shared,) = [number for number, times in meetings.items() if times == 3]
    siblings = [row for row in rows if row["review_id"] == shared]
    assert len({row["child_id"] for row in siblings}) == 3
    assert len({(review_date(row), row["iro_id"]) for row in siblings}) == 1
    repeated = [
        number for number, times in Counter((r["review_id"], r["child_id"]) for r in rows).items() if times == 2
    ]
    assert repeated
    for number, child in repeated:
        codes = sorted(r["participation_code"] for r in rows if (r["review_id"], r["child_id"]) == (number, child))
        assert codes[0] == "" != codes[1]


def test_paperwork_follows_the_review(landing: Path) -> None:
    for delivery in YEARLY.values():
        for row in delivered(landing, delivery)["reviews"]:
            day = review_date(row)
            for column in ("record_completed_on", "record_distributed_on", "decisions_sent_on"):
                assert not row[column] or day <= row[column] <= delivery[5:]
            assert not row["record_distributed_on"] or row["record_completed_on"] <= row["record_distributed_on"]


def test_disputes_of_the_last_year(landing: Path) -> None:
    mine = [row for row in united(landing, "disputes") if in_year(row["raised_on"], 2025)]
    assert len(mine) == 114
    assert all(row["raised_on"] <= row["resolved_on"] <= "2025-03-31" for row in mine)
    assert Counter(row["resolved_stage"] for row in mine) == {
        "INFORMAL": 51, "STAGE_1": 50, "STAGE_2": 6, "STAGE_3": 7,
    }  # fmt: skip
    assert Counter(row["category"] for row in mine) == {
        "RESOURCES": 5, "STATUTORY_REQUIREMENTS": 30, "DRIFT_AND_DELAY": 50, "PLACEMENT": 3, "LIVED_EXPERIENCE": 4,
        "ESCALATION_OF_RISK": 9, "OTHER": 10, "GOOD_PRACTICE": 3,
    }  # fmt: skip
    assert not any(row["cafcass_referred_on"] for row in united(landing, "disputes"))
    assert all(not row["resolved_on"] or row["resolved_on"] <= "2025-03-31" for row in united(landing, "disputes"))


def test_disputes_of_the_year_before(landing: Path) -> None:
    mine = [row for row in united(landing, "disputes") if in_year(row["raised_on"], 2024)]
    resolved = [row for row in mine if row["resolved_on"] and row["resolved_on"] <= "2024-03-31"]
    early = sum(row["resolved_stage"] in ("INFORMAL", "STAGE_1") for row in resolved)
    assert (len(mine), round(100 * early / len(mine)), len(mine) - len(resolved)) == (303, 46, 9)
    for row in delivered(landing, YEARLY[2024])["disputes"]:
        assert (row["resolved_on"] == "") == (row["resolved_stage"] == "")


def test_stages_lead_from_raising_to_resolution(landing: Path) -> None:
    stages = defaultdict(list)
    for row in united(landing, "dispute_stages"):
        stages[row["dispute_id"]].append(row)
    bypassed = slow = 0
    for dispute in united(landing, "disputes"):
        path = sorted(stages[dispute["dispute_id"]], key=lambda r: (r["entered_on"], r["stage"]))
        assert path[0]["entered_on"] == dispute["raised_on"]
        assert all(one["left_on"] == other["entered_on"] for one, other in pairwise(path))
        assert path[-1]["left_on"] == dispute["resolved_on"]
        assert path[-1]["stage"] == dispute["resolved_stage"] == dispute["current_stage"]
        order = [sorted(("INFORMAL", "STAGE_1", "STAGE_2", "STAGE_3", "STAGE_4")).index(row["stage"]) for row in path]
        assert order == sorted(set(order))
        bypassed += len(order) < order[-1] + 1
        slow += on(dispute["resolved_on"]) > wd(on(dispute["raised_on"]), 20)
        assert in_care(dispute["child_id"], on(dispute["raised_on"]))
    assert bypassed > 20
    assert slow > 10


def test_staff_in_post_at_the_end(landing: Path) -> None:
    staff = delivered(landing, YEARLY[2025])["iro_staff"]
    assert len(staff) == 8
    officers = [row for row in staff if row["role"] == "IRO"]
    assert Counter((row["sex"], float(row["fte"]), row["employment"], row["ended_on"]) for row in officers) == {
        ("F", 1.0, "PERMANENT", ""): 6,
        ("M", 1.0, "PERMANENT", ""): 1,
    }


def effective_officer(rows: list[Row], day: str) -> str | None:
    current = [r for r in rows if r["allocated_on"] <= day and (not r["ended_on"] or r["ended_on"] > day)]
    return max(current, key=lambda r: r["allocated_on"])["iro_id"] if current else None


def test_caseloads_at_every_month_end(landing: Path) -> None:
    rows = defaultdict(list)
    for row in united(landing, "iro_allocations"):
        rows[row["child_id"]].append(row)
    everywhere: set[int] = set()
    for month in range(1, 13):
        day = plus_months(date(2024, 4, 1), month) - timedelta(days=1)
        loads = Counter(
            effective_officer(rows[child], day.isoformat()) for child in periods_of_care() if live(child, day)
        )
        waiting = loads.pop(None, 0)
        assert set(loads) == {f"IRO{number:02d}" for number in range(1, 8)}
        everywhere.update(loads.values())
        assert waiting <= 2
    assert (min(everywhere), max(everywhere)) == (60, 65)
    assert (sorted(loads.values()), waiting) == ([62, 62, 62, 63, 63, 63, 63], 0)
    officers = [
        {r["iro_id"] for r in mine if not r["ended_on"] or r["ended_on"] > "2024-04-01"} for mine in rows.values()
    ]
    assert sum(len(names) == 1 for names in officers) > 0.9 * sum(len(names) > 0 for names in officers)
    overlapping = 0
    for mine in rows.values():
        mine.sort(key=lambda r: r["allocated_on"])
        overlapping += sum(one["ended_on"] > other["allocated_on"] for one, other in pairwise(mine))
    assert 3 <= overlapping <= 10


def test_nobody_works_before_or_after_their_time(landing: Path) -> None:
    staff = {row["iro_id"]: row for row in united(landing, "iro_staff")}
    for table, column in (
        ("iro_allocations", "allocated_on"),
        ("reviews", "started_on"),
        ("case_tracking", "tracked_on"),
        ("disputes", "raised_on"),
        ("audits", "audited_on"),
    ):
        for row in united(landing, table):
            officer = staff[row["iro_id"]]
            assert not row[column] or officer["started_on"] <= row[column], (table, row)
            assert row[column] <= (officer["ended_on"] or "9999"), (table, row)
    assert all(row["allocated_on"] < (row["ended_on"] or "9999") for row in united(landing, "iro_allocations"))


def test_most_children_have_an_officer_within_five_working_days(landing: Path) -> None:
    first: dict[str, str] = {}
    for row in united(landing, "iro_allocations"):
        first[row["child_id"]] = min(row["allocated_on"], first.get(row["child_id"], "9999"))
    in_time = [
        on(first[child]) <= wd(start, 5)
        for child, periods in periods_of_care().items()
        for start, _ in periods[:1]
        if date(2024, 4, 1) <= start <= date(2025, 3, 31)
    ]
    assert 0.9 < sum(in_time) / len(in_time) < 1


@pytest.mark.parametrize(("year", "number"), [(2023, 34), (2024, 41), (2025, 66)])
def test_long_term_matches(landing: Path, year: int, number: int) -> None:
    matched = [row for row in united(landing, "long_term_matches") if in_year(row["matched_on"], year)]
    assert len(matched) == len({row["child_id"] for row in matched}) == number
    assert all(live(row["child_id"], on(row["matched_on"])) for row in matched)
    assert all(row["panel_on"] <= row["matched_on"] for row in matched)
    plans = defaultdict(list)
    for row in united(landing, "permanence_plans"):
        plans[row["child_id"]].append(row)
    for row in matched:
        assert any(
            plan["plan_type"] in ("LTFOST18", "LTRELFR") and plan["achieved_on"] == row["matched_on"]
            for plan in plans[row["child_id"]]
        )


def test_plans(landing: Path) -> None:
    plans = united(landing, "permanence_plans")
    current = [row for row in plans if row["agreed_on"] <= "2025-03-31" < (row["ended_on"] or "9999")]
    with_plan = {row["child_id"] for row in current if live(row["child_id"], date(2025, 3, 31))}
    assert len(with_plan) > 0.9 * 438
    assert {row["parallel"] for row in current} == {"Y", "N"}
    assert len([row for row in plans if row["end_reason"] == "Plan changed"]) > 20
    matched = {row["child_id"] for row in united(landing, "long_term_matches") if row["matched_on"]}
    waiting = {row["child_id"] for row in current if row["plan_type"] in ("LTFOST18", "LTRELFR")} & with_plan - matched
    assert 30 < len(waiting) < 120


def test_ratings_and_oversight(landing: Path) -> None:
    latest: dict[str, Row] = {}
    for row in sorted(united(landing, "rag_ratings"), key=lambda r: r["rated_on"]):
        latest[row["child_id"]] = row
    tracked: dict[str, str] = defaultdict(str)
    for row in united(landing, "case_tracking"):
        tracked[row["child_id"]] = max(tracked[row["child_id"]], row["tracked_on"])
    day = date(2025, 3, 31)
    rated = [child for child in periods_of_care() if live(child, day) and child in latest]
    assert 0.95 * 438 < len(rated) < 438
    assert set(Counter(latest[child]["rating"] for child in rated)) == {"RED", "AMBER", "GREEN"}
    red = [child for child in rated if latest[child]["rating"] == "RED"]
    in_time = [plus_months(on(max(tracked[c], latest[c]["rated_on"])), 1) >= day for c in red]
    assert 0.8 < sum(in_time) / len(in_time) < 1


def test_events_workshops_and_audits(landing: Path) -> None:
    events = [row for row in united(landing, "participation_events") if in_year(row["held_on"], 2025)]
    assert {(row["held_on"], row["name"]) for row in events} == {
        ("2024-10-28", "Halloween Bake Off"), ("2024-12-16", "Christmas Bake Off"),
    }  # fmt: skip
    assert all(8 <= float(row["children_attended"]) <= 10 for row in events)
    for table, column in (("workshops", "held_on"), ("audits", "audited_on")):
        for year in YEARLY:
            assert len({row[column][:7] for row in united(landing, table) if in_year(row[column], year)}) == 12


def test_consultations_come_between_reviews(landing: Path) -> None:
    rows = united(landing, "pre_review_consultations")
    assert {row["consulted"] for row in rows} == {"CHILD", "SOCIAL_WORKER", "CARER", "PARENT"}
    told = Counter(row["advocacy_discussed"] for row in rows if row["consulted"] == "CHILD")
    assert 0.2 < told["Y"] / sum(told.values()) < 0.5
    assert not any(row["advocacy_discussed"] for row in rows if row["consulted"] != "CHILD")


def test_nobody_could_be_taken_for_a_real_person(landing: Path) -> None:
    for delivery in YEARLY.values():
        for name, rows in delivered(landing, delivery).items():
            assert all(row["iro_id"] in OFFICERS | {"SM01"} for row in rows if "iro_id" in row), name
            assert all(row["child_id"].startswith("SYN") for row in rows if "child_id" in row), name
            for text in ("late_reason", "reason", "end_reason", "title", "audience", "name", "grade", "method"):
                assert len({row[text] for row in rows if text in row}) <= 12, (name, text)


def test_the_in_year_extract_has_the_mistakes_it_should_have(landing: Path) -> None:
    tables = delivered(landing, IN_YEAR)
    assert {"12", "0"} <= {row["fte"] for row in tables["iro_staff"]}
    listed = {row["iro_id"] for row in tables["iro_staff"]}
    assert {row["iro_id"] for row in tables["iro_allocations"]} - listed == {"IRO77"}
    assert "2024-09-31" in {row["allocated_on"] for row in tables["iro_allocations"]}
    reviews = tables["reviews"]
    assert sum("" != row["record_distributed_on"] < review_date(row) for row in reviews) == 1
    assert sum(review_date(row) == "1999-06-01" for row in reviews) == 1
    assert sum(row["participation_code"] == "PN9" for row in reviews) == 1
    disputes = tables["disputes"]
    assert sum("" != row["resolved_on"] < row["raised_on"] for row in disputes) == 1
    assert sum(row["current_stage"] == "STAGE_9" for row in disputes) == 1
    assert len(disputes) - len({row["dispute_id"] for row in disputes}) == 1
    assert sum(row["stage"] == "Team manager" for row in tables["dispute_stages"]) == 1
    assert sum(row["rating"] == "PURPLE" for row in tables["rag_ratings"]) == 1
    text = (landing / "812" / "iro" / IN_YEAR / "case_tracking.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) - len(set(lines)) == 1, "a row twice"
    assert sum(line.count(",") != lines[0].count(",") for line in lines) == 1, "a line cut off"
    assert all(row["allocated_on"] <= "2024-10-31" for row in tables["iro_allocations"])


def test_the_generator_counts_working_days_as_the_law_does() -> None:
    """The tests count with a calendar of their own; the generator's must agree wherever a review falls."""
    first = (date(2020, 3, 1) - date(1970, 1, 1)).days
    days = np.arange(first, first + 2100)
    counted = add_working_days(days, 20)
    for number in range(0, len(days), 7):
        day = date(1970, 1, 1) + timedelta(int(days[number]))
        assert wd(day, 20) == date(1970, 1, 1) + timedelta(int(counted[number]))
