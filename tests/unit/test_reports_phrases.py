"""The words around a figure: every direction, tie, symbol and gap."""

from dataclasses import replace

import pytest

from orchestration.reports.comparators import comparator_source, model_label, release_label
from orchestration.reports.figures import ENGLAND, NEIGHBOURS, Comparator, Figure
from orchestration.reports.messages import headline, highlight
from orchestration.reports.phrases import (
    compared,
    counted,
    highest,
    lowest,
    movement,
    rounded,
    shown,
    spelled,
    standing,
    stated,
    verdict,
    year_label,
)
from orchestration.reports.tables import change_in_words, counted_from
from tests.figures_as_told import figure_as_told

REGION = "Yorkshire and The Humber"
NAMES = [NEIGHBOURS, ENGLAND, REGION]


def figure(display: str = "74", previous: str | None = "76", polarity: str = "none", **changes: object) -> Figure:
    given: dict[str, object] = {
        "metric_id": "m",
        "breakdown": "all",
        "category": "all",
        "name": "A figure",
        "unit": "percent",
        "value": None if display in ("c", "z", "x") else 0.3 if display == "k" else float(display),
        "display": display,
        "previous_display": previous,
    }
    return figure_as_told({**given, **changes}, polarity)


def beside(**displays: str | None) -> tuple[Comparator, ...]:
    names = {"sn": NEIGHBOURS, "england": ENGLAND, "region": REGION}
    return tuple(
        Comparator(names[key], None if display is None or not display[0].isdigit() else float(display), display, 2024)
        for key, display in displays.items()
    )


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (22.5, 0, "23"),
        (62.5, 0, "63"),
        (0.5, 0, "1"),
        (2.675, 2, "2.68"),
        (-0.4, 0, "0"),
        (1100.0, 0, "1,100"),
        (62.571428, 1, "62.6"),
    ],
)
def test_numbers_are_rounded_once_half_up(value: float, decimals: int, text: str) -> None:
    """Python's own rounding says 22 and 62, and a -0 where nothing is."""
    assert rounded(value, decimals) == text


def test_the_highest_are_all_that_a_reader_sees_as_highest() -> None:
    assert highest(["12", "c", "12", "k", None]) == [0, 2]
    assert lowest(["12", "c", "0", "k", "z"]) == [2]
    assert highest(["1,100", "c"]) == []  # no number of ours: metric_values have no commas
    assert lowest(["k", "1"]) == [0]
    assert highest(["c", "z", None]) == []


def test_years_are_written_as_people_do() -> None:
    assert [year_label(2025), year_label(2000), year_label(2010)] == ["2024/25", "1999/00", "2009/10"]


@pytest.mark.parametrize(
    ("display", "unit", "table", "sentence"),
    [
        ("74", "percent", "74%", "74%"),
        ("1100", "reviews", "1,100", "1,100"),
        ("132", "rate_per_10000", "132", "132 per 10,000 children"),
        ("62.6", "mean", "62.6", "62.6"),
        ("c", "percent", "not shown", "not shown"),
        ("k", "percent", "under 0.5%", "less than half a per cent"),
        ("k", "rate_per_10000", "under 0.5", "less than a half"),
        ("z", "percent", "not applicable", "not applicable"),
        ("x", "percent", "not available", "not available"),
        (None, "percent", "not available", "not available"),
    ],
)
def test_symbols_are_said_in_words(display: str | None, unit: str, table: str, sentence: str) -> None:
    assert shown(display, unit) == table
    assert spelled(display, unit) == sentence


def test_a_percentage_stands_with_its_counts_and_a_suppressed_one_without() -> None:
    known = figure("74", numerator=323.0, denominator=438.0)
    assert counted_from(known) == "323\u00a0of\u00a0438"
    assert stated(known, "of children") == "74% of children (323 of 438)"
    assert stated(figure("74"), "of children") == "74% of children"
    hidden = figure("c", numerator=None, denominator=438.0)
    assert stated(hidden, "of children") == "not shown of children"  # no sentence is made of it (section_writer.py)
    assert counted_from(hidden) == "-"


@pytest.mark.parametrize(
    ("display", "words"),
    [
        ("0", "no children"),
        ("1", "1 child"),
        ("438", "438 children"),
        ("1100", "1,100 children"),
        ("c", "a number of children that is not shown"),
    ],
)
def test_counts_of_children(display: str, words: str) -> None:
    assert counted(display, "child", "children") == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (figure("97", "95", change=2.1), ", up by 2 percentage points from 95%"),
        (figure("96", "97", change=-0.9), ", down by 1 percentage point from 97%"),
        (figure("54", "54", change=0.4), ", as in the year before"),
        # 75.6 less 73.5 is 2.1; 76.4 less 73.5 is 2.9: displayed it is 2, and no reader should be told 3.
        (figure("74", "76", change=-2.9), ", down from 76%"),
        (figure("72", "71", change=0.2), ", up from 71%"),
        (
            figure("438", "469", unit="children", change=-31.0, relative_change=-6.6),
            ", down by 31 (7%) from 469",
        ),
        (figure("2", "1", unit="events", change=1.0, relative_change=100.0), ", up by 1 from 1"),
        (figure("5", "0", unit="children", change=5.0), ", up by 5 from 0"),
        (
            figure("1100", "1215", unit="reviews", change=-115.0, relative_change=-9.5),
            ", down by 115 (10%) from 1,215",
        ),
        (figure("132", "141", unit="rate_per_10000", change=-9.3), ", down from 141"),
        (figure("62.6", "67.0", unit="mean", change=-4.43), ", down by 4.4 from 67.0"),
        (figure("74", None), "; there is no figure for the year before"),
        (figure("74", "c"), "; the figure of the year before is not shown"),
        (figure("74", "z"), "; the figure of the year before is not applicable"),
        (figure("74", "x"), "; the figure of the year before is not available"),
        (figure("c", "8"), ""),
        (figure("z", "8"), ""),
        (figure("k", "2", change=-1.7), ", down from 2%"),
        (figure("2", "k", change=1.7), ", up from under 0.5%"),
    ],
)
def test_movements(given: Figure, words: str) -> None:
    assert movement(given) == words


def test_what_is_no_more_than_chance_is_neither_up_nor_down() -> None:
    """The marts may judge a change of a point to be little; the words of every report then say so."""
    little = replace(figure("26", "25", change=1.0, polarity="lower"), position="little change")
    assert movement(little) == ", after 25% the year before"
    assert change_in_words(little) == "●\u00a0little\u00a0change"
    england = Comparator(ENGLAND, 25.0, "25", 2024, direction="higher", position="little difference")
    beside_it = replace(little, comparators=(england,))
    assert compared(beside_it, [ENGLAND]) == "This is close to the England average (25%)."
    assert standing(beside_it, ENGLAND) == "little difference"


def test_the_same_comparison_is_said_in_turns() -> None:
    given = figure("74", comparators=beside(sn="68", england="67", region="70"))
    said = {compared(given, NAMES, 2024, turn) for turn in range(6)}
    assert len(said) == 4
    assert (
        "Statistical neighbours (68%), the England average (67%) and Yorkshire and The Humber (70%) are lower." in said
    )


def test_which_side_is_higher_or_better_is_read_from_the_marts_and_never_judged_again() -> None:
    """The displays say one thing and the marts another: what a mart has decided is what every report says."""
    england = Comparator(ENGLAND, 70.0, "70", 2024, direction="lower", position="better")
    told = replace(figure("74", "60"), direction="lower", position="worse", comparators=(england,))
    assert change_in_words(told) == "▼\u00a0fell (worse)"
    assert movement(told) == ", down from 60%"
    assert standing(told, ENGLAND) == "below, better"
    assert compared(told, [ENGLAND]) == "This is better than the England average (70%)."


def test_a_direction_is_never_told_by_a_sign_alone() -> None:
    assert change_in_words(figure("6", "8", polarity="lower")) == "▼\u00a0fell (better)"
    assert change_in_words(figure("8", "6", polarity="lower")) == "▲\u00a0rose (worse)"
    assert change_in_words(figure("8", "6")) == "▲\u00a0rose"
    assert change_in_words(figure("8", "8", polarity="lower")) == "●\u00a0unchanged"
    assert change_in_words(figure("8", None, polarity="lower")) == "-"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            figure("74", comparators=beside(sn="68", england="67", region="70")),
            "This is above statistical neighbours (68%), the England average (67%) and Yorkshire and The Humber (70%).",
        ),
        (
            figure("6", polarity="lower", comparators=beside(sn="10", england="10", region="11")),
            "This is better than statistical neighbours (10%), the England average (10%) and "
            "Yorkshire and The Humber (11%).",
        ),
        (
            figure("26", polarity="lower", comparators=beside(sn="12", england="17", region="16")),
            "This is worse than statistical neighbours (12%), the England average (17%) and "
            "Yorkshire and The Humber (16%).",
        ),
        (
            figure("29", comparators=beside(sn="40", england="28", region="29")),
            "This is above the England average (28%), in line with Yorkshire and The Humber (29%) and below "
            "statistical neighbours (40%).",
        ),
        (
            figure("3", polarity="lower", comparators=beside(sn="3")),
            "This is in line with statistical neighbours (3%). None is published for England or "
            "Yorkshire and The Humber.",
        ),
        (
            figure("3", comparators=beside(sn="3", england="c", region="k")),
            "This is above Yorkshire and The Humber (under 0.5%) and in line with statistical neighbours (3%). "
            "None is published for England (suppressed by DfE).",
        ),
        (
            figure("3"),
            "None is published for statistical neighbours, England or Yorkshire and The Humber.",
        ),
        (figure("c", comparators=beside(sn="3")), ""),
        (figure("z", comparators=beside(sn="3")), ""),
    ],
)
def test_comparisons(given: Figure, words: str) -> None:
    assert compared(given, NAMES, 2024) == words


def test_a_comparator_of_another_year_or_of_few_neighbours_says_so() -> None:
    few = Comparator(NEIGHBOURS, 2.8, "3", 2023, neighbours_counted=4, is_sparse=True)
    said = compared(figure("5", comparators=(few,)), [NEIGHBOURS], 2024)
    assert said == "This is above statistical neighbours (3%, of only 4 neighbours, in 2022/23)."


def test_a_year_that_all_comparators_have_is_said_once() -> None:
    neighbours, england = Comparator(NEIGHBOURS, 3.0, "3", 2023), Comparator(ENGLAND, 9.0, "9", 2023)
    given = figure("5", comparators=(neighbours, england))
    said = compared(given, [NEIGHBOURS, ENGLAND], 2024)
    assert said == "This is above statistical neighbours (3%) and below the England average (9%), all for 2022/23."
    given = figure("5", comparators=(neighbours, replace(england, collection_year=2024)))
    said = compared(given, [NEIGHBOURS, ENGLAND], 2024)
    assert said == "This is above statistical neighbours (3%, in 2022/23) and below the England average (9%)."


def test_what_is_good_or_bad_beside_all_others_alone_is_told_by_them_first() -> None:
    """A figure that stayed as it was is none to celebrate by the year before."""
    areas = {
        name: Comparator(name, 10.0, "10", 2024, direction="lower", position="better") for name in (NEIGHBOURS, ENGLAND)
    }
    given = replace(
        figure("6", "8"),
        metric_id="three_or_more_placements",
        position="little change",
        comparators=tuple(areas.values()),
    )
    assert highlight(given).startswith("Frequent moves are rarer here than elsewhere: 6%")
    assert highlight(given).endswith(", after 8% the year before.")
    close = replace(areas[ENGLAND], position="little difference")
    for other in (
        replace(given, comparators=(areas[NEIGHBOURS], close)),
        replace(given, position="better"),
        replace(given, comparators=()),
    ):
        assert highlight(other) == headline(other)


@pytest.mark.parametrize(
    ("display", "polarity", "words"),
    [
        ("11", "none", "above"),
        ("9", "none", "below"),
        ("11", "lower", "above, worse"),
        ("9", "lower", "below, better"),
        ("11", "higher", "above, better"),
        ("9", "higher", "below, worse"),
        ("10", "higher", "in line"),
        ("c", "higher", "not comparable"),
    ],
)
def test_where_a_figure_stands(display: str, polarity: str, words: str) -> None:
    assert standing(figure(display, polarity=polarity, comparators=beside(england="10")), ENGLAND) == words


def test_without_a_comparator_a_figure_stands_nowhere() -> None:
    assert standing(figure("10"), ENGLAND) == "not available"
    assert verdict(figure("10", None, polarity="higher")) == ""


def test_sources_name_release_year_model_method_and_neighbours() -> None:
    comparators = (
        Comparator(NEIGHBOURS, 2.8, "3", 2024, "2024", "2021-04", "mean", 5, 5),
        Comparator(ENGLAND, 2.0, "2", 2024, "2024"),
    )
    assert comparator_source(figure("3", comparators=comparators)) == (
        "Statistical neighbours: 2023/24, mean by the list of April 2021, 5 neighbours counted and 5 suppressed; "
        "England: 2023/24; DfE's release of 2024"
    )
    assert release_label("printed report 2024/25") == "as the printed report for 2024/25 has them"
    assert model_label("2025-05") == "May 2025"
