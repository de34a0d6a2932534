"""The attack finds what a patient reader finds, and nothing where there is nothing."""

import csv
from dataclasses import replace

from orchestration.publish.disclosure import Knowledge, Row, newly_told, worked_out
from orchestration.settings import REPOSITORY

MEASURES = {
    metric_id: {
        "metric_id": metric_id,
        "numerator_measure": metric_id,
        "numerator_breakdown": "",
        "numerator_category": "",
        "denominator_measure": denominator,
        "denominator_breakdown": breakdown,
        "denominator_category": breakdown,
    }
    for metric_id, denominator, breakdown in (
        ("left", "", ""),
        ("permanence", "left", ""),
        ("missing", "in_year", ""),
        ("in_care", "", ""),
    )
}
MEASURES["left_share"] = {
    **MEASURES["left"],
    "numerator_measure": "left",
    "denominator_measure": "left",
    "denominator_breakdown": "all",
    "denominator_category": "all",
}


def relation(name: str, kind: str, *terms: tuple[int, str, str, str]) -> list[dict[str, str]]:
    return [
        {"relation": name, "kind": kind, "measure": m, "breakdown": b, "category": c, "sign": str(sign)}
        for sign, m, b, c in terms
    ]


RELATIONS = [
    *relation(
        "permanence", "whole", (1, "permanence", "all", "all"), (-1, "left", "exit", "A"), (-1, "left", "exit", "B")
    ),
    *relation("left in the year", "part", (1, "in_year", "all", "all"), (-1, "in_care", "all", "all")),
]
KNOWN = Knowledge(MEASURES, RELATIONS)


def exits(**numbers: int) -> list[Row]:
    return [
        Row("left", "all", "all", "children", sum(numbers.values()), None),
        *(Row("left", "exit", category, "children", number, None) for category, number in numbers.items()),
    ]


def hide(rows: list[Row], *categories: str) -> list[Row]:
    return [replace(row, hidden=row.hidden or row.category in categories) for row in rows]


def test_a_single_hidden_part_is_the_rest_of_its_table() -> None:
    rows = exits(A=20, B=3, C=30)
    assert worked_out(hide(rows, "B"), rows, KNOWN) == ["(2025, 'left', 'exit', 'B') is 3"]
    assert worked_out(hide(rows, "B", "A"), rows, KNOWN) == []


def test_a_small_number_that_is_shown_is_found() -> None:
    rows = exits(A=20, B=3, C=30)
    assert worked_out(rows, rows, KNOWN) == ["(2025, 'left', 'exit', 'B') is shown as 3"]


def test_two_hidden_in_each_of_two_sums_may_be_told_by_both() -> None:
    """Traps a rule that looks at one sum at a time: A and B make permanence, so C is what is left of all exits."""
    rows = [*exits(A=20, B=30, C=3), Row("permanence", "all", "all", "percent", 50, 53)]
    public = [replace(row, hidden=row.metric_id == "permanence" or row.category in ("A", "C")) for row in rows]
    assert worked_out(public, rows, KNOWN) == []
    told = [replace(row, hidden=row.category in ("A", "B", "C")) for row in rows]
    assert "(2025, 'left', 'exit', 'C') is 3" in worked_out(told, rows, KNOWN)


def test_a_count_is_hidden_in_all_its_tables_or_in_none() -> None:
    rows = exits(A=20, B=3, C=30)
    shares = [Row("left_share", "exit", row.category, "percent", row.numerator, 53) for row in rows[1:]]
    public = [*hide(rows, "A", "B"), *shares]
    assert "(2025, 'left', 'exit', 'B') is shown as 3" in worked_out(public, [*rows, *shares], KNOWN)


def test_a_small_difference_of_two_headlines_is_found() -> None:
    rows = [
        Row("in_care", "all", "all", "children", 438, None),
        Row("missing", "all", "all", "percent", 50, 441),
    ]
    (found,) = worked_out(rows, rows, KNOWN)
    assert found.endswith("is 3")
    assert worked_out([rows[0], replace(rows[1], hidden=True)], rows, KNOWN) == []


def test_what_a_percentage_lacks_is_a_number_too() -> None:
    rows = [Row("missing", "all", "all", "percent", 48, 50)]
    assert worked_out(rows, rows, KNOWN) == [
        "what (2025, 'missing', 'all', 'all') lacks of (2025, 'in_year', 'all', 'all')"
    ]
    assert worked_out([replace(rows[0], hidden=True)], rows, KNOWN) == []


FLOWS = [
    {**term, "years_before": str(years_before)}
    for years_before, term in zip(
        (0, 1, 0),
        relation("flows", "whole", (1, "in_care", "sex", "*"), (-1, "in_care", "sex", "*"), (1, "left", "sex", "*")),
        strict=True,
    )
]


def test_the_year_before_tells_what_is_hidden_now() -> None:
    """Traps suppression by single years: 40 were there, 37 are, so that 3 left."""
    rows = [
        Row("in_care", "sex", "Male", "children", 40, None, year=2024),
        Row("in_care", "sex", "Male", "children", 37, None),
        Row("left", "sex", "Male", "children", 3, None),
    ]
    knowledge = Knowledge(MEASURES, FLOWS)
    public = [replace(row, hidden=row.metric_id == "left") for row in rows]
    assert worked_out(public, rows, knowledge) == ["(2025, 'left', 'sex', 'Male') is 3"]
    assert worked_out([replace(row, hidden=row.year == 2025) for row in rows], rows, knowledge) == []


def test_what_was_public_before_cannot_be_hidden_any_more() -> None:
    rows = exits(A=20, B=3, C=30)
    public = hide(rows, "A", "B")
    assert worked_out(public, rows, KNOWN, {(2025, "left", "exit", "C"): 30}) == []
    assert worked_out(public, rows, KNOWN, {(2025, "left", "exit", "A"): 20}) == ["(2025, 'left', 'exit', 'B') is 3"]
    assert worked_out(public, rows, KNOWN, {(2025, "left", "exit", "A"): 26}) == [], "it is another number by now"


def test_what_others_told_already_does_not_stop_what_tells_nothing_more() -> None:
    """DfE prints the total and all but one part: the last one is known whatever we hide."""
    rows = exits(A=20, B=3, C=30)
    of_dfe = {(2025, "left", "all", "all"): 53.0, (2025, "left", "exit", "A"): 20.0, (2025, "left", "exit", "C"): 30.0}
    assert worked_out(hide(rows, "B"), rows, KNOWN, of_dfe) == ["(2025, 'left', 'exit', 'B') is 3"]
    assert newly_told(hide(rows, "B"), rows, KNOWN, of_dfe) == []
    assert newly_told(rows, rows, KNOWN, of_dfe) == ["(2025, 'left', 'exit', 'B') is shown as 3"]
    del of_dfe[2025, "left", "exit", "C"]
    assert newly_told(hide(rows, "B"), rows, KNOWN, of_dfe) == ["(2025, 'left', 'exit', 'B') is 3"]


def test_a_row_that_is_not_published_tells_nothing_and_hides_nothing() -> None:
    rows = exits(A=20, B=3, C=30)
    assert worked_out([row for row in rows if row.category != "B"], rows, KNOWN) == ["(2025, 'left', 'exit', 'B') is 3"]
    assert worked_out([row for row in rows if row.category not in ("A", "B")], rows, KNOWN) == []


def seed(path: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_metric_says_which_counts_it_tells() -> None:
    assert set(Knowledge.from_seeds().measures) == {row["metric_id"] for row in seed("metrics/metric_definitions.csv")}


def test_every_relation_names_counts_and_categories_that_exist() -> None:
    """Traps a label that was renamed: its relation would hold nowhere, and nobody would notice."""
    knowledge = Knowledge.from_seeds()
    measures = {row[f"{side}_measure"] for row in knowledge.measures.values() for side in ("numerator", "denominator")}
    categories = {(row["breakdown"], row["category"]) for row in seed("metrics/metric_category_lists.csv")}
    breakdowns = {breakdown for breakdown, _ in categories}
    for term in knowledge.relations:
        assert term["measure"] in measures, term
        if term["category"] == "*":
            assert term["breakdown"] in breakdowns, term
        elif term["breakdown"] != "all":
            assert (term["breakdown"], term["category"]) in categories, term
