"""Hand-worked cases for the recomputation: each follows one rule of definitions 12."""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.recompute import Figure, recompute_iro
from tests.recompute.iro_reader import COLUMNS as IRO_COLUMNS
from tests.recompute.iro_reader import ethnicity_group, read_fte
from tests.recompute.random_returns import COLUMNS, make_random_returns
from tests.recompute.working_days import plus_months, wd

LA = "001"
Rows = list[dict[str, str]]
Figures = dict[Any, Figure]


class World:
    """A landing zone of one authority, with an SSDA903 return and an IRO extract of each year delivered."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, dataset: str, year: int, extracted_on: str, tables: dict[str, Rows]) -> None:
        headers = COLUMNS if dataset == "ssda903" else IRO_COLUMNS
        folder = self.root / LA / dataset / str(year) / (extracted_on or f"{year}-05-20")
        folder.mkdir(parents=True)
        # None of a table is a true nought here, as an authority says it.
        empty = ", ".join(name for name in tables if name not in ("header", "episodes"))
        (folder / "delivery.yaml").write_text(f"empty: [{empty}]\n", encoding="utf-8")
        for name, rows in tables.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, headers[name].split(), restval="")
                writer.writeheader()
                writer.writerows(rows)

    def care(self, *spells: str, year: int = 2024, dob: str = "2012-01-01", reviews: Rows | None = None) -> World:
        """`care("1 2023-04-03")`, or `care("1 2023-04-03 2023-08-01 E8")`: the child's name, DECOM, DEC and REC."""
        episodes = []
        for spell in spells:
            name, decom, dec, rec, *more = [*spell.split(), "", "", ""][:5]
            row = {"CHILD": name, "DECOM": decom, "DEC": dec, "REC": rec, "RNE": "S", "CIN": "N1", "PLACE": "U6"}
            episodes.append({**row, "LS": (more and more[0]) or "C2"})
        header = [{"CHILD": name, "SEX": "F", "DOB": dob, "ETHNIC": "WBRI"} for name in {e["CHILD"] for e in episodes}]
        tables = {"header": header, "episodes": episodes}
        if reviews is not None:
            tables["reviews"] = reviews
        self.write("ssda903", year, "", tables)
        return self

    def iro(self, year: int = 2024, extracted_on: str = "", **tables: Rows) -> World:
        self.write("iro", year, extracted_on, tables)
        return self

    def figures(self) -> Figures:
        return recompute_iro(self.root, LA)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def review(day: str, child: str = "1", code: str = "PN1", **more: str) -> dict[str, str]:
    """One completed on the day it began; review_id says which row it is."""
    row = {"review_id": f"R{child}-{day}", "child_id": child, "iro_id": "A", "participation_code": code}
    return {**row, "started_on": day, "completed_on": day, "format": "HYBRID", **more}


def told(day: str, code: str = "PN1", child: str = "1") -> dict[str, str]:
    return {"CHILD": child, "REVIEW": day, "REVIEW_CODE": code}


def key(metric: str, breakdown: str = "all", category: str = "all", year: int = 2024) -> Any:
    return "financial_year", date(year, 3, 31), metric, breakdown, category


def fraction(figures: Figures, metric: str, breakdown: str = "all", category: str = "all", year: int = 2024) -> Any:
    figure = figures[key(metric, breakdown, category, year)]
    return figure.numerator, figure.denominator


def counted(figures: Figures, metric: str, breakdown: str, year: int = 2024) -> dict[str, float]:
    """The categories of a breakdown that are not zero."""
    return {
        k[4]: figure.numerator
        for k, figure in figures.items()
        if k[:4] == ("financial_year", date(year, 3, 31), metric, breakdown) and figure.numerator
    }


def metrics(figures: Figures, year: int = 2024) -> set[str]:
    return {k[2] for k in figures if k[:2] == ("financial_year", date(year, 3, 31))}


# --- the calendar ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2024-12-20", 5, "2024-12-31"),  # 23, 24, 27, 30, 31 December
        ("2024-12-24", 1, "2024-12-27"),
        ("2021-12-24", 1, "2021-12-29"),  # Christmas and Boxing Day on a weekend, in lieu on Monday and Tuesday
        ("2024-03-28", 1, "2024-04-02"),  # Good Friday and Easter Monday
        ("2022-06-01", 1, "2022-06-06"),  # the Platinum Jubilee
        ("2022-09-16", 1, "2022-09-20"),  # the state funeral
        ("2023-05-05", 1, "2023-05-09"),  # the coronation
        ("2023-04-28", 2, "2023-05-03"),  # May Day
        ("2024-04-06", 1, "2024-04-08"),  # from a Saturday
        ("2024-04-06", 0, "2024-04-06"),
        ("2023-04-03", 20, "2023-05-04"),
    ],
)
def test_working_days(day: str, n: int, expected: str) -> None:
    assert wd(date.fromisoformat(day), n) == date.fromisoformat(expected)


def test_a_day_outside_the_calendar_is_an_error() -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        wd(date(2045, 6, 1), 20)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2023-11-30", 3, "2024-02-29"),
        ("2022-11-30", 3, "2023-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-02-29", 6, "2024-08-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2023-02-28", 6, "2023-08-28"),
    ],
)
def test_calendar_months(day: str, n: int, expected: str) -> None:
    assert plus_months(date.fromisoformat(day), n) == date.fromisoformat(expected)


# --- acceptance -----------------------------------------------------------------------------------------


def test_full_time_equivalents_that_cannot_be_are_not_known() -> None:
    assert [read_fte(text) is None for text in ("0", "12", "1.51", "", "half", "-1")] == [True] * 6
    assert [float(read_fte(text) or 0) for text in ("1", "0.6", ".5", "1.5")] == [1, 0.6, 0.5, 1.5]


def test_ethnicity_is_a_code_or_a_group() -> None:
    white, unknown = "White", "Refused or information not yet available"
    assert [ethnicity_group(text) for text in ("wbri", "White", "white", "", "Martian")] == [
        white,
        white,
        white,
        unknown,
        unknown,
    ]


@pytest.mark.parametrize(
    "bad",
    [
        {"review_id": ""},
        {"child_id": " "},
        {"completed_on": "31/06/2023"},
        {"started_on": "soon"},
        {"completed_on": "2023-05-03"},
        {"started_on": "2011-12-31", "completed_on": ""},
    ],
)
def test_reviews_that_cannot_be_used_are_rejected(world: World, bad: dict[str, str]) -> None:
    rows = [review("2023-05-04"), {**review("2023-05-04", "2"), **bad}]
    figures = world.care("1 2023-04-03", "2 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "reviews_held") == (1, None)


def test_of_duplicate_reviews_the_one_with_a_code_stays(world: World) -> None:
    rows = [review("2023-05-04", code="PN7"), review("2023-05-04", code="PN2"), review("2023-05-04", code="")]
    figures = world.care("1 2023-04-03").iro(reviews=rows).figures()
    assert counted(figures, "review_participation_codes", "participation_code") == {"PN2": 1}


def test_the_latest_collection_year_wins_on_a_key(world: World) -> None:
    world.care("1 2022-04-04", year=2023).care("1 2022-04-04")
    stay = {"dispute_id": "1", "raised_on": "2022-06-01", "category": "OTHER", "current_stage": "STAGE_1"}
    world.iro(2023, disputes=[stay]).iro(2024, disputes=[{**stay, "resolved_on": "2022-06-20"}])
    figures = world.figures()
    assert fraction(figures, "disputes_open", year=2023) == (0, None)
    assert counted(figures, "disputes_raised", "dispute_stage", 2023) == {"STAGE_1": 1}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("disputes", {"dispute_id": "1", "raised_on": "2023-06-01", "current_stage": "STAGE_5"}),
        ("disputes", {"dispute_id": "1", "raised_on": "2023-06-01", "resolved_on": "2023-05-31"}),
        ("disputes", {"dispute_id": "1", "raised_on": "2023-06-01", "category": "WEATHER"}),
        ("disputes", {"dispute_id": "1", "raised_on": ""}),
    ],
)
def test_disputes_that_cannot_be_used_are_rejected(world: World, table: str, row: dict[str, str]) -> None:
    figures = world.care("1 2022-04-04").iro(**{table: [row]}).figures()
    assert fraction(figures, "disputes_raised") == (0, None)


def test_a_dispute_without_codes_counts_as_unknown(world: World) -> None:
    row = {"dispute_id": "1", "raised_on": "2023-06-01", "resolved_on": "2023-06-02"}
    figures = world.care("1 2022-04-04").iro(disputes=[row]).figures()
    assert counted(figures, "disputes_raised", "dispute_stage") == {"Unknown": 1}
    assert counted(figures, "disputes_raised", "dispute_category") == {"Unknown": 1}


# --- definitions 12.1 and 12.7: held reviews ------------------------------------------------------------


def test_rule_1_cancelled_undated_and_planned_reviews_are_not_held(world: World) -> None:
    rows = [
        review("2023-05-04", cancelled=""),
        review("2023-05-05", cancelled="N"),
        review("2023-05-06", cancelled="y"),
        review("2023-05-07", started_on="", completed_on="", scheduled_for="2023-05-07"),
    ]
    figures = world.care("1 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "reviews_held") == (2, None)


def test_rule_1_a_review_without_completion_is_dated_by_its_start(world: World) -> None:
    rows = [review("2024-03-31", completed_on=""), review("2024-03-30", "2", completed_on="2024-04-01")]
    figures = world.care("1 2023-04-03", "2 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "reviews_held") == (1, None)


def test_rule_1_a_review_counts_on_the_first_and_the_last_day_of_care_and_not_outside(world: World) -> None:
    spell = "2023-04-03 2023-06-01 E8"
    world.care(f"1 {spell}", f"2 {spell}", f"3 {spell}", f"4 {spell}", "5 2023-04-03 2023-06-01 E8 V3")
    days = {"1": "2023-04-03", "2": "2023-06-01", "3": "2023-04-02", "4": "2023-06-02", "5": "2023-05-01"}
    figures = world.iro(reviews=[review(day, child) for child, day in days.items()]).figures()
    assert fraction(figures, "reviews_held") == (2, None)


def test_rule_1_a_changeover_day_belongs_to_the_next_period_of_care(world: World) -> None:
    world.care("1 2023-04-03 2023-06-01 E8", "1 2023-06-01")
    figures = world.iro(reviews=[review("2023-05-04"), review("2023-06-01")]).figures()
    assert counted(figures, "reviews_held", "review_type") == {"FIRST": 2}


def test_rule_1_two_on_a_day_are_one_and_one_meeting_of_two_children_is_two(world: World) -> None:
    rows = [
        review("2023-05-04", code="", review_id="a"),
        review("2023-05-04", code="PN3", review_id="b"),
        review("2023-05-04", "2", review_id="a"),
    ]
    figures = world.care("1 2023-04-03", "2 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "reviews_held") == (2, None)
    assert counted(figures, "review_participation_codes", "participation_code") == {"PN1": 1, "PN3": 1}


def test_rule_7_the_iro_code_wins_ssda903_fills_blanks_and_adds_what_is_not_there(world: World) -> None:
    world.care(
        "1 2023-04-03", reviews=[told("2023-05-04", "PN7"), told("2023-08-04", "PN4"), told("2024-02-04", "PN5")]
    )
    figures = world.iro(reviews=[review("2023-05-04", code="PN2"), review("2023-08-04", code="")]).figures()
    assert counted(figures, "review_participation_codes", "participation_code") == {"PN2": 1, "PN4": 1, "PN5": 1}
    assert counted(figures, "reviews_held", "review_format") == {"HYBRID": 2, "Unknown": 1}


def test_rule_7_a_cancelled_iro_row_leaves_the_ssda903_review_alone(world: World) -> None:
    world.care("1 2023-04-03", reviews=[told("2023-05-04")])
    figures = world.iro(reviews=[review("2023-05-04", cancelled="Y")]).figures()
    assert counted(figures, "reviews_held", "review_format") == {"Unknown": 1}


# --- definitions 12.2 to 12.6: due dates and timeliness -------------------------------------------------


@pytest.mark.parametrize(
    ("days", "on_time", "due"),
    [
        (["2023-05-04", "2023-08-04", "2024-02-04"], 3, 3),  # each on its last day
        (["2023-05-05", "2023-08-05", "2024-02-05"], 2, 3),  # only the first is late: the clock runs from it
        (["2023-05-04", "2023-08-05", "2024-02-05"], 2, 3),
        (["2023-05-04", "2023-08-04", "2024-02-05"], 2, 3),
        (["2023-04-20", "2023-07-21", "2024-01-22"], 1, 3),  # an early review brings the next due date forward
        ([], 0, 1),  # never held, and late
        (["2023-05-04"], 1, 2),  # the second one is outstanding
        (["2023-05-04", "2023-11-30"], 1, 2),  # the next is due on 30 May, after the year
    ],
)
def test_rule_2_due_dates(world: World, days: list[str], on_time: int, due: int) -> None:
    figures = world.care("1 2023-04-03").iro(reviews=[review(day) for day in days]).figures()
    assert fraction(figures, "reviews_on_time") == (on_time, due)
    assert fraction(figures, "children_reviewed_on_time") == (int(on_time == due), 1)
    assert fraction(figures, "reviews_held_on_time") == (on_time, len(days))


@pytest.mark.parametrize(("left", "due"), [("2023-05-04", 0), ("2023-05-05", 1)])
def test_rule_2_a_child_who_left_by_the_due_day_was_due_no_review(world: World, left: str, due: int) -> None:
    figures = world.care(f"1 2023-04-03 {left} E8").iro(reviews=[]).figures()
    assert fraction(figures, "reviews_on_time") == (0, due)


def test_rule_2_a_new_period_of_care_restarts_the_clock(world: World) -> None:
    world.care("1 2023-04-03 2023-05-02 E8", "1 2023-05-03")
    figures = world.iro(reviews=[review("2023-06-01")]).figures()  # due on 1 June: May Day is over, 29 May is a holiday
    assert fraction(figures, "reviews_on_time") == (1, 2)  # the second is due on 1 September
    assert counted(figures, "reviews_on_time", "review_type") == {"FIRST": 1}


@pytest.mark.parametrize(
    ("started", "completed", "on_time"),
    [
        ("2023-05-04", "2023-06-05", 1),  # 20 working days, past the coronation and the Spring bank holiday
        ("2023-05-04", "2023-06-06", 0),
        ("2023-05-05", "2023-05-05", 0),
        ("2023-05-05", "2023-06-05", 0),  # begun too late
        ("", "2023-05-05", 0),
    ],
)
def test_rule_3_an_adjourned_review_is_on_time(world: World, started: str, completed: str, on_time: int) -> None:
    rows = [review("2023-05-04", started_on=started, completed_on=completed)]
    figures = world.care("1 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "reviews_held_on_time") == (on_time, 1)


def test_rule_4_a_review_belongs_to_the_period_of_the_earlier_of_due_day_and_date(world: World) -> None:
    """One due on 28 March and held in April is the first year's; one held in March and due in April too."""
    late, early = "1 2023-02-28", "2 2023-03-13"
    world.care(late, early, year=2023).care(late, early, year=2024)
    rows = [review("2023-04-05"), review("2023-03-20", "2")]
    figures = world.iro(2023, reviews=rows).iro(2024, reviews=rows).figures()
    assert fraction(figures, "reviews_on_time", "review_type", "FIRST", 2023) == (1, 2)
    assert fraction(figures, "reviews_on_time", "review_type", "FIRST", 2024) == (0, 0)
    assert fraction(figures, "reviews_held_on_time", year=2023) == (1, 1)
    assert fraction(figures, "reviews_held_on_time", "review_type", "FIRST", 2024) == (0, 1)


def test_rule_5_the_first_visible_review_of_an_older_period_of_care_has_no_due_date(world: World) -> None:
    figures = world.care("1 2019-06-01").iro(reviews=[review("2023-05-04"), review("2023-11-04")]).figures()
    assert counted(figures, "reviews_held", "review_type") == {"Unknown": 1, "SUBSEQUENT": 1}
    assert fraction(figures, "reviews_on_time") == (1, 1)
    assert fraction(figures, "reviews_held_on_time") == (1, 1)
    assert figures[key("reviews_on_time")].undetermined == 1
    assert figures[key("reviews_held_on_time", "review_type", "Unknown")].undetermined == 1
    assert "Unknown" in {k[4] for k in figures if k[2:4] == ("reviews_on_time", "review_type")}


def test_rule_5_without_any_visible_review_nothing_is_due(world: World) -> None:
    figures = world.care("1 2019-06-01").iro(reviews=[]).figures()
    assert fraction(figures, "reviews_on_time") == (0, 0)
    assert figures[key("reviews_on_time")].display == "z"


def test_rule_5_reviews_are_known_from_the_earliest_one_seen(world: World) -> None:
    world.care("1 2022-12-01", "2 2022-09-01")
    figures = world.iro(reviews=[review("2022-12-01", "2"), review("2023-06-02", "2")]).figures()
    assert figures[key("reviews_on_time")].undetermined == 0  # the child of December was due on 3 January
    # Of the child of September the first one is not known: the next was due on 1 June, and then on 2 December.
    assert fraction(figures, "reviews_on_time") == (0, 2)


def test_rule_5_a_review_outside_care_does_not_say_from_when_reviews_are_known(world: World) -> None:
    figures = world.care("1 2019-06-01").iro(reviews=[review("2019-05-01"), review("2023-05-04")]).figures()
    assert figures[key("reviews_on_time")].undetermined == 1


def test_rule_8_needs_more_than_28_days_in_care_and_a_review(world: World) -> None:
    world.care("1 2024-03-03", "2 2024-03-02", "3 2023-04-03 2023-09-01 E8", "3 2024-03-25")
    rows = [review("2024-03-20", "1"), review("2024-03-20", "2"), review("2023-05-04", "3")]
    figures = world.iro(reviews=rows).figures()
    assert fraction(figures, "children_reviewed_on_time") == (1, 1)


def test_late_reasons_are_those_of_late_reviews_and_unknown_where_none_was_held(world: World) -> None:
    world.care("1 2023-04-03", "2 2023-04-03", "3 2023-04-03", "4 2023-04-03 2023-05-05 E8")
    rows = [
        review("2023-05-05", "1", late_reason=" Child unwell "),
        review("2023-05-05", "2", late_reason="z" * 61),
        review("2023-05-04", "3", late_reason="not late at all"),
    ]
    figures = world.iro(reviews=rows).figures()
    reasons = counted(figures, "reviews_late_reasons", "late_reason")
    assert reasons == {
        "Child unwell": 1,
        "Other (free text)": 1,
        "Unknown": 4,
    }  # three second ones, and the fourth child


# --- definitions 12.9 to 12.11 --------------------------------------------------------------------------


def test_rule_9_participation_and_attendance_by_code(world: World) -> None:
    codes = ["PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7", ""]
    world.care(*[f"{n} 2023-04-03" for n in range(9)])
    figures = world.iro(reviews=[review("2023-05-04", str(n), code) for n, code in enumerate(codes)]).figures()
    assert fraction(figures, "review_participation") == (5, 7)
    assert fraction(figures, "review_attendance") == (4, 7)
    assert fraction(figures, "children_participating") == (5, 7)
    assert fraction(figures, "reviews_with_advocate") == (2, None)
    assert fraction(figures, "review_participation_codes") == (8, None)
    assert fraction(figures, "reviews_held") == (9, None)


def test_rule_9_a_child_took_part_only_if_in_every_review(world: World) -> None:
    rows = [review("2023-05-04"), review("2023-08-04", code="PN4"), review("2023-09-04", code="")]
    figures = world.care("1 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "children_participating") == (0, 1)
    assert fraction(figures, "review_participation") == (1, 2)


def test_rule_9_a_code_at_four_is_counted_as_coded(world: World) -> None:
    """PN0 on the fourth birthday is in no denominator, PN1 the day before it is in one."""
    world.care("1 2023-04-03", "2 2023-04-03", dob="2019-05-04")
    rows = [review("2023-05-04", "1", "PN0"), review("2023-05-03", "2", "PN1")]
    figures = world.iro(reviews=rows, pre_review_consultations=[]).figures()
    assert fraction(figures, "review_participation", "age_band", "1 to 4 years") == (1, 1)
    assert fraction(figures, "pre_review_consultations") == (0, 1)  # by age, not by code


@pytest.mark.parametrize(
    ("sent", "on_time"), [("2023-04-18", 1), ("2023-04-19", 0), ("", 0), ("2023-04-17", 1)]
)  # ten working days to 3 May, May Day between
def test_rule_10_invitations(world: World, sent: str, on_time: int) -> None:
    rows = [review("2023-05-04", started_on="2023-05-03", invitations_sent_on=sent)]
    figures = world.care("1 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "invitations_on_time") == (on_time, 1)


@pytest.mark.parametrize(
    ("sent", "found"), [("2023-06-05", (1, 1)), ("2023-06-06", (0, 1)), ("", (0, 1)), ("2023-05-03", (0, 1))]
)
def test_rule_10_records_are_distributed_within_20_working_days(
    world: World, sent: str, found: tuple[int, int]
) -> None:
    rows = [review("2023-05-04", record_distributed_on=sent)]
    figures = world.care("1 2023-04-03").iro(reviews=rows).figures()
    assert fraction(figures, "review_records_distributed_on_time") == found


@pytest.mark.parametrize(("extracted_on", "found"), [("2024-04-15", (0, 1)), ("2024-04-12", (0, 0))])
def test_rule_10_what_is_not_over_at_the_extract_is_left_out(
    world: World, extracted_on: str, found: tuple[int, int]
) -> None:
    """Twenty working days after 14 March 2024, past Easter, end on 15 April."""
    figures = world.care("1 2023-04-03").iro(2024, extracted_on, reviews=[review("2024-03-14")]).figures()
    assert fraction(figures, "review_records_distributed_on_time") == found
    assert fraction(figures, "review_decisions_on_time") == (0, 1)


@pytest.mark.parametrize(
    ("consulted_on", "hits"),
    [("2023-04-02", 0), ("2023-04-03", 1), ("2023-05-04", 1), ("2023-05-05", 1), ("2023-08-04", 1), ("2023-08-05", 0)],
)
def test_rule_11_the_consultation_lies_after_the_review_before(world: World, consulted_on: str, hits: int) -> None:
    row = {"consultation_id": "1", "child_id": "1", "consulted": "CHILD", "consulted_on": consulted_on}
    carer = {**row, "consultation_id": "2", "consulted": "CARER"}
    world.care("1 2023-04-03").iro(
        reviews=[review("2023-05-04"), review("2023-08-04")], pre_review_consultations=[row, carer]
    )
    figures = world.figures()
    assert fraction(figures, "pre_review_consultations") == (hits, 2)
    assert fraction(figures, "parents_or_carers_consulted", "consulted", "CARER") == (hits, 2)
    assert fraction(figures, "parents_or_carers_consulted", "consulted", "PARENT") == (0, 2)
    assert fraction(figures, "advocacy_discussed")[1] == (1 if consulted_on >= "2023-04-01" else 0)


# --- definitions 12.12 ----------------------------------------------------------------------------------


def dispute(raised: str, resolved: str = "", category: str = "OTHER", **more: str) -> dict[str, str]:
    stage = {"current_stage": "STAGE_1", "resolved_stage": "STAGE_1" if resolved else ""}
    return {"dispute_id": f"{raised}{resolved}{category}", "raised_on": raised, "resolved_on": resolved} | {
        "category": category,
        **stage,
        **more,
    }


def test_rule_12_disputes_within_twenty_working_days(world: World) -> None:
    """Twenty working days after 1 June 2023 end on 29 June; after 1 March 2024, with Good Friday, on 2 April."""
    rows = [
        dispute("2023-06-01", "2023-06-29"),
        dispute("2023-06-01", "2023-06-30"),
        dispute("2023-06-01"),
        dispute("2024-03-01"),
        dispute("2024-03-01", "2024-04-02", "RESOURCES"),
        dispute("2024-03-01", "2024-03-02", "PLACEMENT"),
        dispute("2023-06-01", "2023-06-02", "GOOD_PRACTICE"),
    ]
    figures = world.care("1 2022-04-04").iro(disputes=rows).figures()
    assert fraction(figures, "disputes_resolved_within_20_working_days") == (2, 4)
    assert fraction(figures, "disputes_raised") == (7, None)
    assert fraction(figures, "disputes_raised_excluding_good_practice") == (6, None)
    assert fraction(figures, "good_practice_recognised") == (1, None)
    assert fraction(figures, "disputes_open") == (3, None)
    assert fraction(figures, "disputes_resolved_early") == (4, 7)
    assert counted(figures, "disputes_raised", "dispute_stage") == {"STAGE_1": 4, "ONGOING": 3}


def test_rule_12_a_resolved_dispute_counts_at_the_stage_that_resolved_it(world: World) -> None:
    rows = [
        dispute("2023-06-01", "2023-06-29", current_stage="STAGE_3", resolved_stage="STAGE_2"),
        dispute("2023-06-02", "2023-06-29", current_stage="INFORMAL", resolved_stage=""),
        dispute("2023-06-03", "", current_stage="CAFCASS", cafcass_referred_on="2024-04-01"),
        dispute("2022-06-03", "2022-07-01", cafcass_referred_on="2023-04-01"),
        dispute("2024-06-03", "2024-07-01", cafcass_referred_on="2024-03-31"),
    ]
    figures = world.care("1 2022-04-04").iro(disputes=rows).figures()
    assert counted(figures, "disputes_raised", "dispute_stage") == {"STAGE_2": 1, "INFORMAL": 1, "ONGOING": 1}
    assert counted(figures, "disputes_open", "dispute_stage") == {"ONGOING": 1}
    assert fraction(figures, "cafcass_referrals") == (2, None)


# --- definitions 12.13 and 12.14 ------------------------------------------------------------------------


def person(iro: str, fte: str = "1", **more: str) -> dict[str, str]:
    return {"iro_id": iro, "role": "IRO", "fte": fte, "started_on": "2020-01-01", "sex": "F", **more}


def allocation(child: str, iro: str, begun: str, ended: str = "") -> dict[str, str]:
    return {"child_id": child, "iro_id": iro, "allocated_on": begun, "ended_on": ended}


def test_rule_13_caseload_of_those_in_post_with_a_usable_fte(world: World) -> None:
    staff = [
        person("A", "0.04"),
        person("B", "12"),
        person("C", "0.5", ended_on="2024-03-31"),
        person("D", "0.06", ended_on="2024-04-01", sex="1"),
        person("M", "1", role="SERVICE_MANAGER"),
        person("E", "0.1", started_on="2024-04-01"),
    ]
    owners = ["A", "A", "A", "B", "C", "D", "D", "D", "M", "stranger"]
    rows = [allocation(str(n), iro, "2023-04-03") for n, iro in enumerate(owners)]
    figures = world.care(*[f"{n} 2023-04-03" for n in range(10)]).iro(iro_staff=staff, iro_allocations=rows).figures()
    assert fraction(figures, "iro_caseload") == (6, pytest.approx(0.1))
    assert figures[key("iro_caseload")].display == "60.0"
    assert fraction(figures, "iro_caseload", "iro", "A") == (3, 0.04)
    assert {k[4] for k in figures if k[2:4] == ("iro_caseload", "iro")} == {"A", "D"}
    assert fraction(figures, "iro_caseload_within_handbook") == (1, 3)  # D's 50, not A's 75, nor B's
    assert fraction(figures, "iro_headcount") == (3, None)
    assert counted(figures, "iro_headcount", "sex") == {"Female": 2, "Male": 1}
    assert fraction(figures, "iro_full_time_equivalents") == (pytest.approx(0.1), None)


def test_rule_13_of_overlapping_allocations_the_latest_counts(world: World) -> None:
    rows = [
        allocation("1", "A", "2023-04-03"),
        allocation("1", "B", "2023-09-01"),
        allocation("1", "C", "2023-10-01", "2024-03-31"),
    ]
    figures = world.care("1 2023-04-03").iro(iro_staff=[person("A"), person("B")], iro_allocations=rows).figures()
    assert counted(figures, "iro_caseload", "iro") == {"B": 1}


@pytest.mark.parametrize(
    ("begun", "ended", "found"),
    [
        ("2023-04-12", "", (1, 1)),  # fifth working day after 3 April, past Easter
        ("2023-04-13", "", (0, 1)),
        ("2023-01-01", "2023-04-03", (0, 1)),
        ("2023-01-01", "2023-04-04", (1, 1)),
    ],
)
def test_rule_14_allocated_within_five_working_days(
    world: World, begun: str, ended: str, found: tuple[int, int]
) -> None:
    world.care("1 2023-04-03", "2 2023-04-03 2023-04-11 E8")
    figures = world.iro(iro_allocations=[allocation("1", "A", begun, ended)]).figures()
    assert fraction(figures, "iro_allocated_within_5_working_days") == found


def test_rule_14_a_limit_after_the_extract_leaves_the_child_out(world: World) -> None:
    world.care("1 2024-03-26")  # the fifth working day is 4 April
    figures = world.iro(2024, "2024-04-03", iro_allocations=[]).figures()
    assert fraction(figures, "iro_allocated_within_5_working_days") == (0, 0)


def test_rule_14_the_same_officer_all_year(world: World) -> None:
    names = "1234567"
    world.care(*[f"{n} 2023-04-01" for n in names[:6]], "7 2023-04-02")
    rows = [
        allocation("1", "A", "2023-04-20"),
        allocation("2", "A", "2023-04-01", "2024-03-31"),
        allocation("2", "B", "2024-03-31"),
        allocation("3", "A", "2023-04-01"),
        allocation("3", "B", "2024-04-01"),
        allocation("4", "A", "2022-01-01", "2023-04-01"),
        allocation("4", "B", "2023-04-01"),
        allocation("5", "A", "2023-04-01", "2023-06-01"),
        allocation("5", "A", "2023-08-01"),
        allocation("7", "A", "2023-04-02"),
    ]
    figures = world.iro(iro_allocations=rows).figures()
    assert fraction(figures, "consistent_iro") == (4, 6)  # 1, 3, 4, 5; child 6 had none, 2 had two, 7 came too late


# --- definitions 12.15 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rating", "rated", "tracked", "on_time"),
    [
        ("RED", "2024-02-29", "", 0),  # a month after 29 February is 29 March
        ("RED", "2024-01-01", "2024-03-01", 1),
        ("RED", "2024-01-01", "2024-02-28", 0),
        ("RED", "2024-03-01", "2024-04-01", 1),
        ("AMBER", "2024-01-31", "", 1),
        ("AMBER", "2024-01-30", "", 0),
        ("GREEN", "2023-01-01", "2024-01-06", 1),  # the day after the review
        ("GREEN", "2023-01-01", "2024-01-05", 1),  # 86 days since, of 182 to the next: not half
        ("GREEN", "2023-01-01", "", 1),
    ],
)
def test_rule_15_oversight(world: World, rating: str, rated: str, tracked: str, on_time: int) -> None:
    rows = [{"child_id": "1", "rating": rating, "rated_on": rated}]
    tracking = [{"tracking_id": "1", "child_id": "1", "tracked_on": tracked}] if tracked else []
    world.care("1 2023-04-03", "2 2023-04-03")
    reviews = [review(day) for day in ("2023-05-04", "2023-08-04", "2024-01-05")]
    figures = world.iro(reviews=reviews, rag_ratings=rows, case_tracking=tracking).figures()
    assert fraction(figures, "oversight_on_time") == (on_time, 1)
    assert counted(figures, "oversight_rating", "rag_rating") == {rating: 1, "UNRATED": 1}


@pytest.mark.parametrize(
    ("last", "tracked", "on_time"),
    [
        ("2023-12-30", "", 0),  # 92 days since, the next due on 30 June, 183 days after: half is 91.5
        ("2023-12-31", "", 1),  # 91 of 182
        ("2023-12-30", "2023-12-30", 0),
        ("2023-12-30", "2023-12-31", 1),
        ("2023-12-30", "2024-04-01", 0),
    ],
)
def test_rule_15_green_by_half_way_between_reviews(world: World, last: str, tracked: str, on_time: int) -> None:
    rows = [{"child_id": "1", "rating": "GREEN", "rated_on": "2023-04-03"}]
    tracking = [{"tracking_id": "1", "child_id": "1", "tracked_on": tracked}] if tracked else []
    reviews = [review(day) for day in ("2023-05-04", "2023-08-04", last)]
    figures = world.care("1 2023-04-03").iro(reviews=reviews, rag_ratings=rows, case_tracking=tracking).figures()
    assert fraction(figures, "oversight_on_time", "rag_rating", "GREEN") == (on_time, 1)


def test_rule_15_the_latest_rating_by_the_period_end_counts(world: World) -> None:
    days = [("RED", "2024-04-01"), ("AMBER", "2024-03-31"), ("GREEN", "2024-03-30")]
    rows = [{"child_id": "1", "rating": rating, "rated_on": day} for rating, day in days]
    figures = world.care("1 2023-04-03").iro(rag_ratings=rows).figures()
    assert counted(figures, "oversight_rating", "rag_rating") == {"AMBER": 1}


# --- definitions 12.16 ----------------------------------------------------------------------------------


def plan(child: str, kind: str, agreed: str, **more: str) -> dict[str, str]:
    return {"plan_id": f"{child}{kind}{agreed}", "child_id": child, "plan_type": kind, "agreed_on": agreed, **more}


def test_rule_16_the_current_plan(world: World) -> None:
    world.care(
        "0 2023-04-03", "1 2023-04-03", "2 2023-04-03", "3 2023-04-03 2023-06-01 E8", "3 2023-06-01", "4 2023-04-03"
    )
    rows = [
        plan("0", "SGO", "2023-05-01", parallel="N"),
        plan("0", "ADOPTION", "2023-06-01", parallel="Y"),
        plan("1", "ADOPTION", "2023-05-01", ended_on="2024-03-31"),
        plan("1", "LTFOST18", "2024-03-31", achieved_on="2024-04-01"),
        plan("2", "SUPPLIV", "2023-05-01", ended_on="2024-04-01", achieved_on="2024-03-31"),
        plan("3", "ADOPTION", "2023-05-31"),
        plan("4", "DREAM", "2023-05-31", parallel="Y"),
    ]
    figures = world.iro(permanence_plans=rows, long_term_matches=[]).figures()
    recorded = counted(figures, "permanence_plan_recorded", "plan_type")
    assert recorded == {"SGO": 1, "LTFOST18": 1, "SUPPLIV": 1, "Unknown": 1}
    assert fraction(figures, "permanence_plan_recorded") == (4, 5)
    assert fraction(figures, "permanence_plan_recorded", "plan_type", "SGO") == (1, 5)
    assert fraction(figures, "permanence_achieved") == (1, 4)
    assert fraction(figures, "permanence_achieved", "plan_type", "SUPPLIV") == (1, 1)
    assert fraction(figures, "awaiting_long_term_match") == (1, None)


@pytest.mark.parametrize(("matched", "waiting"), [("2024-04-01", 1), ("2023-04-02", 1), ("", 1), ("2024-03-31", 0)])
def test_rule_16_a_match_in_the_present_period_of_care_ends_the_wait(world: World, matched: str, waiting: int) -> None:
    match = [{"child_id": "1", "panel_on": "2023-07-01", "matched_on": matched}]
    rows = [plan("1", "LTRELFR", "2023-05-01")]
    figures = world.care("1 2023-04-03").iro(permanence_plans=rows, long_term_matches=match).figures()
    assert fraction(figures, "awaiting_long_term_match") == (waiting, None)


def test_long_term_matched_counts_children(world: World) -> None:
    days = [("2023-04-01", "2023-04-01"), ("2023-05-01", "2024-03-31"), ("2023-06-01", "2024-04-01")]
    rows = [{"child_id": "1", "panel_on": panel, "matched_on": day} for panel, day in days]
    figures = world.care("1 2023-04-03").iro(long_term_matches=rows).figures()
    assert fraction(figures, "long_term_matched") == (1, None)


@pytest.mark.parametrize(("agreed", "found"), [("2023-08-04", 1), ("2023-08-05", 0), ("2023-04-02", 0)])
def test_rule_16_a_plan_by_the_second_review(world: World, agreed: str, found: int) -> None:
    rows = [plan("1", "SGO", agreed, ended_on=agreed)]
    reviews = [review("2023-05-04"), review("2023-08-04"), review("2024-02-04")]
    figures = world.care("1 2023-04-03").iro(reviews=reviews, permanence_plans=rows).figures()
    assert fraction(figures, "permanence_plan_by_second_review") == (found, 1)


# --- definitions 12.17 ----------------------------------------------------------------------------------

FROM_REVIEWS_ALONE = {
    "reviews_held",
    "reviews_on_time",
    "reviews_held_on_time",
    "children_reviewed_on_time",
    "review_participation_codes",
    "review_participation",
    "children_participating",
    "review_attendance",
    "reviews_with_advocate",
}


def test_rule_17_ssda903_alone_gives_what_reviews_give_and_nothing_of_the_service(world: World) -> None:
    figures = world.care("1 2023-04-03", reviews=[told("2023-05-04")]).figures()
    assert metrics(figures) == FROM_REVIEWS_ALONE
    assert not {k[3] for k in figures} & {"iro", "review_format"}


def test_rule_17_without_reviews_of_either_source_there_is_nothing(world: World) -> None:
    assert world.care("1 2023-04-03").figures() == {}


def test_rule_17_what_happens_over_a_period_needs_its_table_from_both_years(world: World) -> None:
    world.care("1 2022-04-04", year=2023).care("1 2022-04-04")
    figures = world.iro(2024, disputes=[], iro_staff=[]).figures()
    ends = {k[1] for k in figures if k[0] == "rolling_year" and k[2] == "disputes_raised"}
    assert ends == {date(2024, 3, 31)}
    assert len({k[1] for k in figures if k[0] == "rolling_year" and k[2] == "disputes_open"}) == 12
    assert metrics(figures, 2023) == set()


def test_rule_17_an_early_iro_extract_gives_no_later_period(world: World) -> None:
    world.care("1 2022-04-04", year=2023).care("1 2022-04-04")
    world.iro(2023, disputes=[]).iro(2024, "2023-12-31", disputes=[])
    figures = world.figures()
    assert max(k[1] for k in figures if k[2] == "disputes_open") == date(2023, 12, 31)
    assert "disputes_open" not in metrics(figures)


def test_rule_17_children_without_iro_data_count_as_not_done(world: World) -> None:
    world.care("1 2023-04-03", "2 2023-04-03", reviews=[told("2023-05-04"), told("2023-05-04", child="2")])
    figures = world.iro(reviews=[review("2023-05-04", invitations_sent_on="2023-04-04")], permanence_plans=[]).figures()
    assert fraction(figures, "invitations_on_time") == (1, 2)
    assert fraction(figures, "permanence_plan_recorded") == (0, 2)


# --- audits, workshops, events --------------------------------------------------------------------------


def test_audits_workshops_and_events(world: World) -> None:
    world.care("1 2023-04-03").iro(
        audits=[
            {"audit_id": "1", "audit_type": "DISPUTE", "audited_on": "2023-04-01", "grade": "x" * 60},
            {"audit_id": "2", "audit_type": "PARTY", "audited_on": "2024-03-31", "grade": "x" * 61},
            {"audit_id": "3", "audit_type": "DISPUTE", "audited_on": "2024-04-01"},
        ],
        workshops=[
            {"workshop_id": "1", "held_on": "2023-06-01", "audience": "Health", "attendees": "12"},
            {"workshop_id": "2", "held_on": "2023-06-01", "attendees": "10000"},
        ],
        participation_events=[
            {"event_id": "1", "held_on": "2023-06-01", "name": "Picnic", "children_attended": "25"},
            {"event_id": "2", "held_on": "2023-06-02", "name": "Picnic", "children_attended": "5"},
        ],
    )
    figures = world.figures()
    assert counted(figures, "case_tracking_audits", "audit_type") == {"DISPUTE": 1, "Unknown": 1}
    assert counted(figures, "case_tracking_audits", "audit_grade") == {"x" * 60: 1, "Other (free text)": 1}
    assert fraction(figures, "workshops_held") == (2, None)
    assert fraction(figures, "workshop_attendance") == (12, None)
    assert figures[key("workshop_attendance", "audience", "Unknown")].numerator == 0
    assert counted(figures, "participation_event_attendance", "event") == {"Picnic": 30}


# --- the random extracts --------------------------------------------------------------------------------


def test_the_random_extracts_reach_every_metric_and_breakdown(tmp_path: Path) -> None:
    codes = make_random_returns(tmp_path, seed=5, authorities=12)
    reached: dict[tuple[str, str], float] = {}
    for la_code in codes:
        for (_, _, metric, breakdown, _), figure in recompute_iro(tmp_path, la_code).items():
            reached[metric, breakdown] = reached.get((metric, breakdown), 0) + (figure.numerator or 0)
    root = Path(__file__).resolve().parents[2] / "seeds" / "metrics"
    with (root / "metric_definitions.csv").open(encoding="utf-8", newline="") as file:
        wanted = [row for row in csv.DictReader(file) if "iro" in row["dataset"].split(";")]
    named = {(row["metric_id"], breakdown) for row in wanted for breakdown in row["breakdowns"].split(";") if breakdown}
    assert set(reached) == named | {(row["metric_id"], "all") for row in wanted}
    assert all(reached.values()), [pair for pair, total in reached.items() if not total]
