"""Hand-worked cases for the recomputation: each follows one rule of definitions 11."""

from __future__ import annotations

import csv
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.recompute import Figure, compare, recompute
from tests.recompute.figures import half_up, months, percent
from tests.recompute.grid import needed_postcodes, read_grid
from tests.recompute.random_returns import COLUMNS
from tests.recompute.reader import read_date, read_distance
from tests.recompute.rules import minus_months, rule_4_age

LA = "001"
HEADERS = {**COLUMNS, "episodes": COLUMNS["episodes"] + " PL_LOCATION PL_DISTANCE"}
Figures = dict[Any, Figure]


def episode(child: str, decom: str, rne: str = "S", dec: str = "", rec: str = "", **more: str) -> dict[str, str]:
    row = {
        "CHILD": child,
        "DECOM": decom,
        "RNE": rne,
        "LS": "C2",
        "CIN": "N1",
        "PLACE": "U6",
        "PLACE_PROVIDER": "PR1",
        "DEC": dec,
        "REC": rec,
        "PL_POST": "QQ1 1AA",
        "PL_LOCATION": "IN",
        "PL_DISTANCE": "3.0",
    }
    return {**row, **more}


def child(name: str, dob: str = "2012-01-01", sex: str = "F", ethnic: str = "WBRI") -> dict[str, str]:
    return {"CHILD": name, "SEX": sex, "DOB": dob, "ETHNIC": ethnic}


class World:
    """A landing zone of one authority."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def deliver(self, year: int, extracted_on: str = "", **tables: list[dict[str, str]]) -> World:
        folder = self.root / LA / "ssda903" / str(year) / (extracted_on or f"{year}-05-01")
        folder.mkdir(parents=True)
        # None of a table is a true nought here, as an authority says it.
        empty = ", ".join(name for name in tables if name not in ("header", "episodes"))
        (folder / "delivery.yaml").write_text(f"empty: [{empty}]\n", encoding="utf-8")
        for name, rows in tables.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, HEADERS[name].split(), restval="")
                writer.writeheader()
                writer.writerows(rows)
        return self

    def figures(self, **options: Any) -> Figures:
        return recompute(self.root, LA, **options)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def at(figures: Figures, metric: str, year: int = 2024, category: str | None = None, breakdown: str = "all") -> Figure:
    key = ("financial_year", date(year, 3, 31), metric, breakdown, category or "all")
    return figures[key]


def counted(figures: Figures, metric: str, breakdown: str, year: int = 2024) -> dict[str, float]:
    """The categories of a breakdown that are not zero."""
    return {
        key[4]: figure.numerator
        for key, figure in figures.items()
        if key[:4] == ("financial_year", date(year, 3, 31), metric, breakdown) and figure.numerator
    }


# --- acceptance -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [("29/02/2024", date(2024, 2, 29)), ("2024-02-29", date(2024, 2, 29)), ("", None)],
)
def test_dates_are_read_in_both_forms(text: str, expected: date | None) -> None:
    assert read_date(text) == expected


def test_impossible_dates_are_unreadable() -> None:
    assert all(not isinstance(read_date(text), date | None) for text in ("29/02/2023", "zz/05/2012", "soon"))


@pytest.mark.parametrize(
    "bad",
    [
        {"RNE": "Q"},
        {"LS": "V1"},
        {"DEC": "01/12/2023", "REC": "E99"},
        {"DECOM": "31/06/2023"},
        {"DEC": "later"},
        {"CHILD": " "},
        {"DEC": "30/04/2023", "REC": "E8"},
    ],
)
def test_rows_that_cannot_be_used_are_rejected(world: World, bad: dict[str, str]) -> None:
    rows = [episode("1", "01/05/2023"), {**episode("2", "01/05/2023"), **bad}]
    figures = world.deliver(2024, header=[child("1"), child("2")], episodes=rows).figures()
    assert at(figures, "looked_after_in_year").value == 1


def test_unknown_codes_elsewhere_become_null(world: World) -> None:
    row = episode("1", "01/05/2023", CIN="N9", PLACE="Q9", PLACE_PROVIDER="PR9")
    figures = world.deliver(2024, header=[child("1", sex="9", ethnic="XXXX")], episodes=[row]).figures()
    metric = "children_looked_after"
    assert counted(figures, metric, "category_of_need") == {"Unknown": 1}
    assert counted(figures, metric, "placement_group") == {"Unknown": 1}
    assert counted(figures, metric, "provider_group") == {"Placement provider not reported": 1}
    assert counted(figures, metric, "sex") == {"Unknown": 1}
    assert counted(figures, metric, "ethnicity_group") == {"Refused or information not yet available": 1}


def test_codes_are_trimmed_and_upper_cased_and_retired_ones_mapped(world: World) -> None:
    row = episode("1", "01/05/2023", LS=" c1 ", PLACE="f1", RNE=" s")
    figures = world.deliver(2024, header=[child("1", sex="2")], episodes=[row]).figures()
    assert counted(figures, "started_looked_after", "legal_status_group") == {"Interim care order": 1}
    assert counted(figures, "started_looked_after", "placement_group") == {"Foster placements": 1}
    assert counted(figures, "started_looked_after", "sex") == {"Female": 1}


def test_of_duplicates_the_open_one_then_the_last_row_stays(world: World) -> None:
    rows = [
        episode("1", "01/05/2023", LS="C1"),
        episode("1", "01/05/2023", dec="01/06/2023", rec="E8"),
        episode("2", "01/05/2023", LS="C1"),
        episode("2", "01/05/2023", LS="E1"),
    ]
    figures = world.deliver(2024, header=[child("1"), child("2")], episodes=rows).figures()
    groups = counted(figures, "children_looked_after", "legal_status_group")
    assert groups == {"Interim care order": 1, "Placement order granted": 1}


def test_rec_without_dec_is_ignored_and_dec_without_rec_is_no_cease(world: World) -> None:
    rows = [episode("1", "01/05/2023", rec="E8"), episode("2", "01/05/2023", dec="01/06/2023")]
    figures = world.deliver(2024, header=[child("1"), child("2")], episodes=rows).figures()
    assert at(figures, "children_looked_after").value == 1
    assert at(figures, "ceased_looked_after").value == 0
    assert at(figures, "looked_after_in_year").value == 2


def test_the_latest_usable_delivery_known_at_the_date_wins(world: World) -> None:
    world.deliver(2024, "2024-05-01", header=[child("1")], episodes=[episode("1", "01/05/2023")])
    two = [episode("1", "01/05/2023"), episode("2", "01/05/2023")]
    world.deliver(2024, "2024-06-01", header=[child("1")], episodes=two)
    world.deliver(2024, "2024-07-01", header=[child("1")], episodes=[])
    assert at(world.figures(), "children_looked_after").value == 2
    assert at(world.figures(as_known_at=date(2024, 5, 31)), "children_looked_after").value == 1
    assert world.figures(as_known_at=date(2024, 4, 30)) == {}


# --- definitions 11.1 -----------------------------------------------------------------------------------


def test_rule_1_the_later_return_wins_on_child_and_decom(world: World) -> None:
    world.deliver(2023, header=[child("1", sex="M")], episodes=[episode("1", "01/05/2022", LS="C1")])
    world.deliver(2024, header=[child("1")], episodes=[episode("1", "01/05/2022", LS="C2")])
    figures = world.figures()
    assert counted(figures, "started_looked_after", "legal_status_group", 2023) == {"Full care order": 1}
    assert counted(figures, "started_looked_after", "sex", 2023) == {"Female": 1}


def test_rule_1_a_redated_episode_is_superseded(world: World) -> None:
    world.deliver(2023, header=[child("1")], episodes=[episode("1", "01/05/2022")])
    world.deliver(2024, header=[child("1")], episodes=[episode("1", "03/05/2022")])
    figures = world.figures()
    assert at(figures, "started_looked_after", 2023).value == 1
    assert at(figures, "three_or_more_placements", 2024).denominator == 1
    stay = ("rolling_year", date(2024, 3, 31), "children_looked_after", "all", "all")
    assert figures[stay].value == 1


def test_rule_1_a_child_who_vanishes_has_an_implied_end(world: World) -> None:
    world.deliver(2023, header=[child("1")], episodes=[episode("1", "01/05/2022")])
    world.deliver(2024, header=[child("2")], episodes=[episode("2", "01/05/2023")])
    figures = world.figures()
    assert at(figures, "children_looked_after", 2023).value == 1
    assert at(figures, "looked_after_in_year", 2024).value == 1
    assert at(figures, "ceased_looked_after", 2024).value == 0
    assert at(figures, "ceased_looked_after", 2023).value == 0
    key = ("rolling_year", date(2023, 4, 30), "looked_after_in_year", "all", "all")
    assert figures[key].value == 1  # looked after until 31 March 2023


def test_rule_1_an_end_on_31_march_does_not_touch_the_next_year(world: World) -> None:
    leaver = episode("1", "01/05/2022", dec="31/03/2023", rec="E3")
    world.deliver(2023, header=[child("1")], episodes=[leaver])
    world.deliver(2024, header=[child("2")], episodes=[episode("2", "01/05/2023")])
    figures = world.figures()
    assert at(figures, "ceased_looked_after", 2023).value == 1
    assert at(figures, "children_looked_after", 2023).value == 0


def test_rule_1_a_row_beyond_its_return_is_dropped_when_a_later_one_covers_it(world: World) -> None:
    world.deliver(2023, header=[child("1")], episodes=[episode("1", "02/04/2023"), episode("9", "01/05/2022")])
    world.deliver(2024, header=[child("9")], episodes=[episode("9", "01/05/2022")])
    assert at(world.figures(), "looked_after_in_year", 2024).value == 1


# --- definitions 11.2 to 11.8 ---------------------------------------------------------------------------


def test_31_march_edges_and_the_identity_of_rule_2(world: World) -> None:
    rows = [
        episode("1", "01/05/2022", dec="31/03/2024", rec="E4A"),  # leaver of 31 March: not live
        episode("2", "31/03/2024"),  # starter of 31 March: live
        episode("3", "01/05/2022", dec="31/03/2024", rec="X1"),
        episode("3", "31/03/2024", "L"),
        episode("4", "01/05/2022", dec="01/04/2023", rec="E4A"),  # leaver of 1 April: in the year
        episode("5", "01/05/2022", dec="01/06/2023", rec="E4A"),
        episode("5", "01/07/2023"),  # left and back
    ]
    figures = world.deliver(2024, header=[child(str(n)) for n in range(1, 6)], episodes=rows).figures()
    assert at(figures, "children_looked_after").value == 3
    assert at(figures, "ceased_looked_after").value == 3
    assert at(figures, "looked_after_in_year").value == 3 + 3 - 1


def test_respite_is_no_care(world: World) -> None:
    rows = [episode("1", "01/05/2023", LS="V3"), episode("2", "01/05/2023", LS="V4", dec="01/06/2023", rec="E8")]
    figures = world.deliver(2024, header=[child("1"), child("2")], episodes=rows).figures()
    assert at(figures, "looked_after_in_year").value == 0
    assert at(figures, "ceased_looked_after_share", breakdown="exit_group", category="Other").display == "z"


def test_rule_3_respite_then_care_by_l_is_a_start(world: World) -> None:
    rows = [
        episode("1", "01/05/2022", LS="V4", dec="01/06/2023", rec="X1"),
        episode("1", "01/06/2023", "L", LS="V2"),
    ]
    figures = world.deliver(2024, header=[child("1")], episodes=rows).figures()
    assert at(figures, "started_looked_after").value == 1


def test_rule_3_a_broken_chain_is_a_new_period_but_no_start(world: World) -> None:
    rows = [
        episode("1", "01/05/2022", dec="01/06/2023", rec="X1"),
        episode("1", "02/06/2023", "P", dec="01/01/2024", rec="E5"),
    ]
    figures = world.deliver(2024, header=[child("1")], episodes=rows).figures()
    assert at(figures, "started_looked_after").value == 0
    expected = (date(2024, 1, 1) - date(2023, 6, 2)).days / (365.25 / 12)
    assert at(figures, "time_in_care_on_leaving").value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 2, 29), date(2023, 2, 28), 14),
        (date(2008, 2, 29), date(2023, 3, 1), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2008, 3, 31), date(2024, 3, 31), 16),
        (date(2008, 4, 1), date(2024, 3, 31), 15),
    ],
)
def test_rule_4_completed_years(born: date, day: date, age: int) -> None:
    assert rule_4_age(born, day) == age


def test_rule_4_without_a_header_or_a_birth_date(world: World) -> None:
    rows = [episode("1", "01/05/2020", "P"), episode("2", "01/05/2020", PLACE="K3")]
    figures = world.deliver(2024, header=[child("2", dob="")], episodes=rows).figures()
    assert counted(figures, "children_looked_after", "age_band") == {"Unknown": 2}
    assert counted(figures, "children_looked_after", "sex") == {"Female": 1, "Unknown": 1}
    assert at(figures, "long_term_placement_stability").denominator == 0
    assert at(figures, "under_16_unregulated").value == 0


def test_rule_4_eighteen_and_over_at_the_period_end_counts_as_sixteen_and_over(world: World) -> None:
    figures = world.deliver(
        2024, header=[child("1", dob="2005-01-01")], episodes=[episode("1", "01/05/2020")]
    ).figures()
    assert counted(figures, "children_looked_after", "age_band") == {"16 years and over": 1}


def test_rule_5_of_two_live_episodes_the_latest_counts(world: World) -> None:
    rows = [episode("1", "01/05/2023", LS="C1"), episode("1", "01/06/2023", LS="E1")]
    figures = world.deliver(2024, header=[child("1")], episodes=rows).figures()
    assert at(figures, "children_looked_after").value == 1
    groups = counted(figures, "children_looked_after", "legal_status_group")
    assert groups == {"Placement order granted": 1}


def test_rule_6_a_temporary_placement_gives_way_to_the_one_before(world: World) -> None:
    rows = [
        episode("1", "01/05/2023", dec="01/03/2024", rec="X1", PLACE="K2", PL_DISTANCE="25", PL_LOCATION="OUT"),
        episode("1", "01/03/2024", "P", dec="08/03/2024", rec="X1", PLACE="T1", PL_DISTANCE="1"),
        episode("1", "08/03/2024", "P", PLACE="T4", PLACE_PROVIDER="", PL_DISTANCE="1"),
        episode("2", "08/03/2024", PLACE="T4", PLACE_PROVIDER="", PL_DISTANCE="40"),
    ]
    figures = world.deliver(2024, header=[child("1"), child("2")], episodes=rows).figures()
    metric = "children_looked_after"
    assert counted(figures, metric, "placement_group") == {
        "Secure homes and children's homes": 1,
        "Other placements": 1,
    }
    assert counted(figures, metric, "provider_group") == {
        "Own provision (by the LA)": 1,
        "Placement provider not reported": 1,
    }
    assert counted(figures, metric, "distance_band") == {"More than 20 miles": 1, "Not known": 1}
    assert counted(figures, metric, "locality") == {"Outside the authority": 1, "Not known": 1}
    assert at(figures, "placed_over_20_miles_outside_authority").numerator == 1


@pytest.mark.parametrize(
    ("duc", "at_end", "on_ceasing"),
    [("", 2, 1), ("31/03/2024", 0, 1), ("01/04/2024", 2, 1), ("01/02/2024", 0, 1), ("31/01/2024", 0, 0)],
)
def test_rule_7_uasc_on_a_date(world: World, duc: str, at_end: int, on_ceasing: int) -> None:
    names = ["1", "2", "3"]
    rows = [episode("1", "01/05/2023"), episode("2", "01/05/2023"), episode("3", "01/05/2023")]
    rows[2].update(DEC="01/02/2024", REC="E3")
    uasc = [{"CHILD": name, "DUC": duc} for name in names]
    figures = world.deliver(2024, header=[child(n) for n in names], episodes=rows, uasc=uasc).figures()
    assert counted(figures, "children_looked_after", "uasc").get("UASC", 0) == at_end
    assert counted(figures, "ceased_looked_after", "uasc").get("UASC", 0) == on_ceasing


def test_rule_8_distance_is_not_known_for_a_child_uasc_in_the_two_years_before(world: World) -> None:
    row = episode("1", "01/05/2020", PL_DISTANCE="50")
    uasc = [{"CHILD": "1", "DUC": "01/05/2020"}]
    world.deliver(2021, header=[child("1")], episodes=[row], uasc=uasc)
    for year in (2022, 2023, 2024):
        world.deliver(year, header=[child("1")], episodes=[row], uasc=[])
    figures = world.figures()
    assert at(figures, "placed_over_20_miles", 2023).numerator == 0
    assert at(figures, "placed_over_20_miles", 2024).numerator == 1


@pytest.mark.parametrize(
    ("miles", "band"),
    [
        ("20.0", "20 miles or less"),
        ("20.04", "20 miles or less"),
        ("20.05", "More than 20 miles"),
        ("999.9", "Not known"),
        ("", "Not known"),
        ("far", "Not known"),
        ("0", "20 miles or less"),
    ],
)
def test_rule_8_rounds_before_it_compares(world: World, miles: str, band: str) -> None:
    row = episode("1", "01/05/2023", PL_DISTANCE=miles)
    figures = world.deliver(2024, header=[child("1")], episodes=[row]).figures()
    assert counted(figures, "children_looked_after", "distance_band") == {band: 1}
    assert at(figures, "placed_over_20_miles").denominator == 1


def test_rule_8_from_postcodes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HEADERS, "episodes", COLUMNS["episodes"])
    miles = 1609.3
    grid = {
        "QQ11AA": (0.0, 0.0, LA),
        "QQ21AA": (3 * 4.02 * miles, 4 * 4.02 * miles, "002"),  # 20.1 miles
        "QQ31AA": (3 * 4.008 * miles, 4 * 4.008 * miles, LA),  # 20.04, so 20.0
        "QQ41AA": (0.0, 0.0, None),
    }
    pairs = [("qq1 1aa", "QQ2 1AA"), ("QQ1 1AA", "QQ31AA"), ("QQ4 1AA", "QQ2 1AA"), ("", "QQ4 1AA"), ("", "QQ9 9AA")]
    rows = []
    for number, (home, placed) in enumerate(pairs):
        row = episode(str(number), "01/05/2023", HOME_POST=home, PL_POST=placed)
        del row["PL_LOCATION"], row["PL_DISTANCE"]
        rows.append(row)
    figures = world.deliver(2024, header=[], episodes=rows).figures(grid=grid)
    assert counted(figures, "children_looked_after", "distance_band") == {
        "20 miles or less": 1,
        "More than 20 miles": 1,
        "Not known": 3,
    }
    assert counted(figures, "children_looked_after", "locality") == {
        "Inside the authority": 1,
        "Outside the authority": 3,
        "Not known": 1,
    }


def test_the_grid_holds_only_the_postcodes_that_are_needed(world: World, tmp_path: Path) -> None:
    world.deliver(2024, header=[], episodes=[episode("1", "01/05/2023", HOME_POST="qq1 1aa", PL_POST="QQ2 1AA")])
    columns = {"postcode": ["QQ11AA", "QQ21AA", "QQ31AA"], "easting": [1.0, None, 3.0], "northing": [2.0, None, 4.0]}
    pq.write_table(pa.table({**columns, "district_code": ["E1", "W1", "E1"]}), tmp_path / "postcodes.parquet")
    (tmp_path / "districts.csv").write_text("district_code,la_code\nE1,812\n", encoding="utf-8")
    wanted = needed_postcodes(world.root, [LA])
    grid = read_grid(tmp_path / "postcodes.parquet", tmp_path / "districts.csv", wanted)
    assert grid == {"QQ11AA": (1.0, 2.0, "812"), "QQ21AA": (None, None, None)}


# --- definitions 11.9 to 11.12 --------------------------------------------------------------------------


def chain(name: str, *steps: tuple[str, str, dict[str, str]]) -> list[dict[str, str]]:
    """Episodes joined by X1; each step is a date, an RNE and what differs."""
    rows = [episode(name, day, rne, **more) for day, rne, more in steps]
    for before, after in pairwise(rows):
        before.update(DEC=after["DECOM"], REC="X1")
    return rows


HOME, AWAY = {"PL_POST": "QQ1 1AA"}, {"PL_POST": "QQ2 1AA"}
HOSPITAL = {"PLACE": "T1", "PL_POST": "QQ3 1AA"}


@pytest.mark.parametrize(
    ("steps", "three"),
    [
        # start, move, move
        ([("01/05/2022", "S", HOME), ("01/06/2023", "P", AWAY), ("01/07/2023", "B", HOME)], True),
        # a hospital stay and back is one placement
        ([("01/05/2022", "S", HOME), ("01/06/2023", "P", HOSPITAL), ("01/07/2023", "P", HOME)], False),
        # two absences in a row and back
        (
            [
                ("01/05/2022", "S", HOME),
                ("01/06/2023", "P", HOSPITAL),
                ("05/06/2023", "P", {"PLACE": "T4"}),
                ("07/06/2023", "P", HOME),
                ("01/07/2023", "P", AWAY),
            ],
            False,
        ),
        # back to another place by L: a new placement all the same, then a third
        (
            [
                ("01/05/2022", "S", HOME),
                ("01/06/2023", "P", HOSPITAL),
                ("01/07/2023", "L", AWAY),
                ("01/08/2023", "P", HOME),
            ],
            True,
        ),
        # status changes and the same carer
        (
            [
                ("01/05/2022", "S", HOME),
                ("01/06/2023", "L", AWAY),
                ("01/07/2023", "T", HOME),
                ("02/07/2023", "U", AWAY),
            ],
            False,
        ),
        # a placement that ended on 1 April is not in the year (end > PS)
        ([("01/05/2022", "S", HOME), ("01/04/2023", "P", AWAY), ("01/07/2023", "P", HOME)], False),
        # one that ended on 2 April is
        ([("01/05/2022", "S", HOME), ("02/04/2023", "P", AWAY), ("01/07/2023", "P", HOME)], True),
    ],
)
def test_rules_9_and_10(world: World, steps: list[tuple[str, str, dict[str, str]]], three: bool) -> None:
    figures = world.deliver(2024, header=[child("1")], episodes=chain("1", *steps)).figures()
    assert at(figures, "three_or_more_placements") == percent(int(three), 1)


def test_rule_10_counts_over_all_periods_of_care(world: World) -> None:
    rows = [
        episode("1", "01/05/2022", dec="01/05/2023", rec="E4A"),
        *chain("1", ("01/06/2023", "S", HOME), ("01/07/2023", "P", AWAY)),
        episode("2", "01/05/2023", dec="01/05/2023", rec="E4A"),  # no days: no placement
        *chain("2", ("01/06/2023", "S", HOME), ("01/07/2023", "P", AWAY)),
    ]
    figures = world.deliver(2024, header=[child("1"), child("2", sex="M")], episodes=rows).figures()
    assert at(figures, "three_or_more_placements").numerator == 1
    assert counted(figures, "three_or_more_placements", "sex") == {"Female": 1}
    assert at(figures, "three_or_more_placements", category="Male", breakdown="sex").display == "0"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("30/09/2021", "S", HOME)], (1, 1)),  # 30 months before, clipped
        ([("01/10/2021", "S", HOME)], (0, 0)),
        ([("30/09/2021", "S", HOME), ("31/03/2022", "P", AWAY)], (1, 1)),  # 24 months
        ([("30/09/2021", "S", HOME), ("01/04/2022", "P", AWAY)], (0, 1)),
        # adoptive and previous placement together
        ([("30/09/2021", "S", HOME), ("01/06/2023", "P", {"PLACE": "A4", **AWAY})], (1, 1)),
        # the adoption began as fostering with another carer and changed status: the first episode is U6
        ([("30/09/2021", "S", HOME), ("01/06/2023", "P", AWAY), ("01/07/2023", "T", {"PLACE": "A3", **AWAY})], (0, 1)),
        # same carer adopts
        ([("30/09/2021", "S", HOME), ("01/06/2023", "U", {"PLACE": "A5", **HOME})], (1, 1)),
        # previous placement too short
        (
            [("30/09/2021", "S", HOME), ("01/05/2022", "P", AWAY), ("01/06/2023", "P", {"PLACE": "A4", **HOME})],
            (0, 1),
        ),
        # an absence does not break it, even while it lasts
        ([("30/09/2021", "S", HOME), ("01/03/2024", "P", HOSPITAL)], (1, 1)),
    ],
)
def test_rule_11(world: World, steps: list[tuple[str, str, dict[str, str]]], expected: tuple[int, int]) -> None:
    rows = chain("1", *steps)
    for year in (2022, 2023, 2024):
        world.deliver(year, header=[child("1")], episodes=rows)
    figure = at(world.figures(), "long_term_placement_stability")
    assert (figure.numerator, figure.denominator) == expected


def test_rule_11_sixteen_on_the_day_is_out(world: World) -> None:
    people = [child("1", dob="2008-03-31"), child("2", dob="2008-04-01")]
    rows = [episode("1", "01/05/2020"), episode("2", "01/05/2020")]
    figures = world.deliver(2024, header=people, episodes=rows).figures()
    assert at(figures, "long_term_placement_stability").denominator == 1


def test_rule_12_distinct_social_workers(world: World) -> None:
    def worker(name: str, ident: str, begun: str, ended: str = "") -> dict[str, str]:
        return {"CHILD": name, "SW_ID": ident, "SW_DECOM": begun, "SW_DEC": ended}

    rows = [episode("1", "01/05/2022"), episode("2", "01/05/2022"), episode("3", "01/05/2022")]
    workers = [
        worker("1", "SW1", "01/05/2022", "01/06/2023"),
        worker("1", "SW2", "01/06/2023", "01/07/2023"),
        worker("1", "SW1", "01/07/2023"),  # A-B-A is two
        worker("2", "SW1", "01/05/2022", "01/04/2023"),  # ended on PS: out
        worker("2", "SW2", "01/04/2023", "01/07/2023"),
        worker("2", "SW3", "01/07/2023"),
        worker("3", "SW1", "01/05/2022", "02/04/2023"),
        worker("3", "SW2", "02/04/2023", "01/07/2023"),
        worker("3", "SW3", "31/03/2024"),
    ]
    figures = world.deliver(2024, header=[], episodes=rows, sw_episodes=workers).figures()
    assert at(figures, "social_worker_changes") == percent(1, 3)


# --- definitions 11.13 to 11.15 -------------------------------------------------------------------------


def test_rule_13_the_cohort_comes_from_episodes(world: World) -> None:
    rows = [
        episode("1", "01/04/2023"),  # a start on 1 April passes
        episode("2", "02/04/2023"),  # a day later does not
        episode("3", "01/05/2022"),  # no OC2 row: not done
        episode("4", "01/05/2022"),
        episode("4", "01/03/2023", LS="V4", dec="01/04/2023", rec="E8"),  # respite touching the year
        episode("5", "01/05/2022", dec="01/06/2023", rec="E4A"),
        episode("5", "01/07/2023", "L"),  # an end in the year
        episode("6", "01/05/2022", dec="01/06/2023", rec="X1"),
        episode("6", "01/06/2023", "P"),
    ]
    oc2 = [{"CHILD": name, "HEALTH_ASSESSMENT": "1", "SDQ_SCORE": "0", "CONVICTED": "1"} for name in "12456"]
    people = [child("1", dob="2014-03-31"), child("3", dob="2014-04-01"), child("6", dob="2008-01-01")]
    figures = world.deliver(2024, header=people, episodes=rows, oc2=oc2).figures()
    assert at(figures, "health_assessment") == percent(2, 3)
    assert at(figures, "convicted") == percent(2, 2)  # aged 10 on the day, and 16
    assert at(figures, "sdq_score_received") == percent(2, 3)
    assert at(figures, "sdq_average")[:4] == (0, 2, 0, "0.0")
    assert at(figures, "development_check").display == "z"


def test_rule_14_care_leavers(world: World) -> None:
    def leaver(name: str, in_touch: str = "YES", activity: str = "F2", home: str = "B1") -> dict[str, str]:
        return {"CHILD": name, "IN_TOUCH": in_touch, "ACTIV": activity, "ACCOM": home}

    people = [child(name, dob="2006-06-01") for name in "123456"] + [child("7", dob="2004-06-01")]
    people += [child("8", dob="2001-06-01")]
    rows = [
        episode("3", "01/05/2020", dec="01/06/2023", rec="E3"),
        episode("1", "01/05/2020", dec="01/06/2023", rec="E17"),
    ]
    oc3 = [
        leaver("1"),
        leaver("2", "DIED"),
        leaver("3"),
        leaver("4", "RHOM"),
        leaver("5", "NO", "0", "0"),
        leaver("6", "REFU", "G4", "G1"),
        leaver("7", "YES", "P5", "S2"),
        leaver("8"),
    ]
    figures = world.deliver(2024, header=people, episodes=rows, oc3=oc3).figures()

    def young(metric: str) -> Figure:
        return at(figures, metric, category="17 to 18 years", breakdown="care_leaver_age")

    assert young("care_leavers_in_touch") == percent(1, 3)
    assert young("care_leavers_in_education_employment_training") == percent(1, 3)
    assert young("care_leavers_suitable_accommodation") == percent(1, 2)
    older = at(
        figures,
        "care_leavers_suitable_accommodation",
        category="19 to 21 years",
        breakdown="care_leaver_age",
    )
    assert older == percent(0, 1)
    assert not any(key[2] == "care_leavers_in_touch" and key[3] == "all" for key in figures)


def test_rule_15_missing_incidents(world: World) -> None:
    def incident(name: str, begun: str, ended: str = "", kind: str = "M") -> dict[str, str]:
        return {"CHILD": name, "MISSING": kind, "MIS_START": begun, "MIS_END": ended}

    rows = [episode("1", "01/05/2022"), episode("2", "01/05/2022"), episode("3", "01/05/2022", LS="V3")]
    incidents = [
        incident("1", "01/03/2023", "01/04/2023"),  # carried over to 1 April
        incident("1", "01/03/2023", "31/03/2023", "A"),  # ended before
        incident("1", "31/03/2024"),
        incident("2", "01/06/2023", "01/06/2023", "A"),
        incident("2", "01/06/2023", "01/06/2023", "Q"),
        incident("3", "01/06/2023"),  # respite only
    ]
    figures = world.deliver(2024, header=[child("1"), child("2")], episodes=rows, missing=incidents).figures()
    assert at(figures, "missing_from_placement") == percent(1, 2)
    assert at(figures, "away_without_authorisation") == percent(1, 2)
    assert at(figures, "missing_incidents").value == 2
    assert at(figures, "missing_incidents_per_child")[2:4] == (2.0, "2.0")


# --- definitions 11.16 to 11.21 -------------------------------------------------------------------------


def test_rule_16_first_start_and_last_cease(world: World) -> None:
    rows = [
        episode("1", "01/05/2023", dec="01/06/2023", rec="E4A", LS="L1"),
        episode("1", "01/07/2023", dec="01/08/2023", rec="E11", LS="C2"),
        episode("2", "01/07/2023", dec="01/08/2023", rec="E4B", LS="J1"),
    ]
    figures = world.deliver(2024, header=[child("1", dob="2023-04-30"), child("2")], episodes=rows).figures()
    assert at(figures, "started_looked_after").value == 2
    assert at(figures, "taken_into_care").value == 1
    assert counted(figures, "ceased_looked_after", "exit_group") == {"Adopted": 1, "Returned home": 1}
    assert at(figures, "left_to_permanence") == percent(2, 2)
    assert at(figures, "left_to_legal_permanence") == percent(1, 2)
    assert at(figures, "left_to_planned_permanence") == percent(1, 2)
    assert counted(figures, "started_looked_after", "age_band") == {"Under 1 year": 1, "10 to 15 years": 1}


def test_age_on_ceasing_has_its_own_bands(world: World) -> None:
    rows = [episode(name, "01/05/2022", dec="01/08/2023", rec="E17") for name in "1234"]
    births = ("2005-08-01", "2005-08-02", "2006-08-02", "")
    people = [child(name, dob=dob) for name, dob in zip("1234", births, strict=True)]
    figures = world.deliver(2024, header=people, episodes=rows).figures()
    assert counted(figures, "ceased_looked_after", "age_band") == {
        "18 years and over": 1,
        "17 years": 1,
        "16 years": 1,
        "Unknown": 1,
    }


def test_rule_17_rates_use_the_estimate_before_or_an_earlier_one(world: World) -> None:
    rows = [episode("1", "01/05/2022")]
    world.deliver(2023, header=[], episodes=rows).deliver(2024, header=[], episodes=rows)
    known = world.figures(populations={(LA, 2022): 5000, (LA, 2024): 1})
    assert at(known, "children_looked_after_rate", 2023)[:4] == (1, 5000, 2.0, "2")
    assert at(known, "children_looked_after_rate", 2024).denominator == 5000
    assert at(known, "started_looked_after_rate", 2024).display == "0"
    tiny = world.figures(populations={(LA, 2022): 50_000})
    assert at(tiny, "children_looked_after_rate", 2024).display == "k"
    assert not any(key[2].endswith("_rate") for key in world.figures(populations={("002", 2022): 5000}))


def test_rule_18_the_need_is_that_of_the_first_episode(world: World) -> None:
    rows = chain("1", ("01/05/2022", "S", {"CIN": "N2"}), ("01/06/2023", "L", {"CIN": "N8"}))
    figures = world.deliver(2024, header=[], episodes=rows).figures()
    assert counted(figures, "children_looked_after", "category_of_need") == {"N2. Child's disability": 1}


def test_rule_19_shares_keep_not_known_in_the_denominator(world: World) -> None:
    rows = [episode(str(n), "01/05/2022") for n in range(8)]
    rows[0]["PL_LOCATION"] = ""
    figures = world.deliver(2024, header=[], episodes=rows).figures()
    share = at(figures, "children_looked_after_share", category="Not known", breakdown="locality")
    assert share[:4] == (1, 8, 12.5, "13")


def test_rule_20_periods_and_in_year_extracts(world: World) -> None:
    rows = [episode("1", "01/05/2020")]
    for year in (2021, 2022, 2024):
        world.deliver(year, header=[], episodes=rows)
    world.deliver(2025, "2024-09-29", header=[], episodes=rows)
    ends = {(key[0], key[1]) for key in world.figures()}
    assert {end for kind, end in ends if kind == "financial_year"} == {
        date(2021, 3, 31),
        date(2022, 3, 31),
        date(2024, 3, 31),
    }
    rolling = sorted(end for kind, end in ends if kind == "rolling_year")
    assert rolling[0] == date(2021, 3, 31)
    assert rolling[-1] == date(2024, 8, 31)
    assert date(2022, 4, 30) not in rolling and date(2024, 2, 29) not in rolling
    assert len(rolling) == 13 + 6


def test_rule_20_only_24_rolling_years(world: World) -> None:
    for year in (2021, 2022, 2023, 2024):
        world.deliver(year, header=[], episodes=[episode("1", "01/05/2019")])
    rolling = sorted({key[1] for key in world.figures() if key[0] == "rolling_year"})
    assert len(rolling) == 24
    assert rolling[0] == date(2022, 4, 30)


def test_rule_21_left_censored_periods_are_undetermined(world: World) -> None:
    rows = [
        episode("1", "01/05/2022", "P"),  # began before; the bound does not decide
        episode("2", "01/05/2020", "L"),  # began before; the bound decides
        episode("3", "01/05/2022", "P", dec="01/06/2023", rec="E12"),
        episode("4", "01/04/2023", "S", dec="01/06/2023", rec="E12"),
        episode("5", "01/05/2023", "P"),  # its year was delivered: what is seen is the start
    ]
    ad1 = [{"CHILD": name, "DATE_INT": "31/05/2023"} for name in "34"]
    people = [child(str(n)) for n in range(1, 6)]
    figures = world.deliver(2024, header=people, episodes=rows, ad1=ad1).figures()
    stability = at(figures, "long_term_placement_stability")
    assert (stability.numerator, stability.denominator, stability.undetermined) == (1, 1, 1)
    stay = at(figures, "time_in_care_on_leaving")
    assert (stay.numerator, stay.denominator, stay.undetermined) == (None, 1, 1)
    assert stay.value == pytest.approx(61 / (365.25 / 12))
    adoption = at(figures, "adoption_months_entry_to_placement")
    assert adoption.value == pytest.approx(60 / (365.25 / 12))
    assert (adoption.denominator, adoption.undetermined, adoption.display) == (1, 1, "2.0")


def test_previous_permanence_belongs_to_the_return_of_the_start(world: World) -> None:
    rows = [episode(name, "01/05/2023") for name in "1234"]
    prev_perm = [
        {"CHILD": "1", "PREV_PERM": "P2"},
        {"CHILD": "2", "PREV_PERM": "Z1"},
        {"CHILD": "3", "PREV_PERM": "??"},
    ]
    figures = world.deliver(2024, header=[], episodes=rows, prev_perm=prev_perm).figures()
    assert at(figures, "re_entered_after_permanence") == percent(1, 3)


def test_a_source_that_was_not_delivered_has_no_row_and_a_true_zero_has_one(world: World) -> None:
    rows = [episode("1", "01/05/2022")]
    world.deliver(2023, header=[], episodes=rows, missing=[])
    world.deliver(2024, header=[], episodes=rows, oc2=[], uasc=[])
    figures = world.figures()
    assert at(figures, "missing_incidents", 2023)[:4] == (0, None, 0, "0")
    metrics = {key[2] for key in figures if key[1] == date(2024, 3, 31)}
    assert "missing_incidents" not in metrics and "care_leavers_in_touch" not in metrics
    assert at(figures, "health_assessment").display == "0"
    assert at(figures, "children_looked_after", category="UASC", breakdown="uasc").value == 0
    assert ("financial_year", date(2023, 3, 31), "children_looked_after", "uasc", "UASC") not in figures
    # A rolling year across both lacks incidents for part of it.
    assert ("rolling_year", date(2023, 4, 30), "missing_incidents", "all", "all") not in figures


# --- arithmetic and comparison --------------------------------------------------------------------------


def test_months_are_clipped_only_where_the_day_does_not_exist() -> None:
    assert minus_months(date(2025, 3, 31), 30) == date(2022, 9, 30)
    assert minus_months(date(2024, 9, 30), 30) == date(2022, 3, 30)
    assert minus_months(date(2024, 2, 29), 24) == date(2022, 2, 28)
    assert months(date(2020, 1, 1), date(2024, 1, 1)) == 48


def test_half_rounds_up_exactly() -> None:
    assert percent(9, 40).display == "23"
    assert percent(1, 200).display == "1"
    assert percent(1, 201).display == "k"
    assert percent(0, 201).display == "0"
    assert half_up(months(date(2020, 1, 1), date(2020, 1, 1)), 1) == "0.0"
    assert str(read_distance("20.05")) == "20.1"


@pytest.mark.parametrize(
    ("expected", "actual", "words"),
    [
        ({"a": Figure(1, 2, 50.0, "50")}, {}, "missing"),
        ({}, {"a": Figure(1, 2, 50.0, "50")}, "not expected"),
        ({"a": Figure(1, 2, 50.0, "50")}, {"a": Figure(1, 2, 50.1, "50")}, "value expected 50.0, found 50.1"),
        ({"a": Figure(1, 2, None, "z")}, {"a": Figure(1, 2, 0, "z")}, "value"),
        ({"a": Figure(1, 2, 50.0, "50")}, {"a": Figure(1, 2, 50.0, "c")}, "display"),
    ],
)
def test_comparison_speaks_of_every_difference(
    expected: dict[str, Figure], actual: dict[str, Figure], words: str
) -> None:

    def keyed(figures: dict[str, Figure]) -> Figures:
        return {("financial_year", date(2024, 3, 31), name, "all", "all"): f for name, f in figures.items()}

    found = compare(keyed(expected), keyed(actual))
    assert len(found) == 1
    assert words in found[0]
    assert not compare(keyed(expected), keyed(expected))
