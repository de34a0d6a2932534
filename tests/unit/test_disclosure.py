"""The attack finds what a patient reader finds, and nothing where there is nothing."""

import csv
from dataclasses import replace

from orchestration.publish.disclosure import Knowledge, Row, worked_out
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
    assert worked_out(hide(rows, "B"), rows, KNOWN) == ["('left', 'exit', 'B') is 3"]
    assert worked_out(hide(rows, "B", "A"), rows, KNOWN) == []


def test_a_small_number_that_is_shown_is_found() -> None:
    rows = exits(A=20, B=3, C=30)
    assert worked_out(rows, rows, KNOWN) == ["('left', 'exit', 'B') is shown as 3"]


def test_two_hidden_in_each_of_two_sums_may_be_told_by_both() -> None:
    """Traps a rule that looks at one sum at a time: A and B make permanence, so C is what is left of all exits."""
    rows = [*exits(A=20, B=30, C=3), Row("permanence", "all", "all", "percent", 50, 53)]
    public = [replace(row, hidden=row.metric_id == "permanence" or row.category in ("A", "C")) for row in rows]
    assert worked_out(public, rows, KNOWN) == []
    told = [replace(row, hidden=row.category in ("A", "B", "C")) for row in rows]
    assert "('left', 'exit', 'C') is 3" in worked_out(told, rows, KNOWN)


def test_a_count_is_hidden_in_all_its_tables_or_in_none() -> None:
    rows = exits(A=20, B=3, C=30)
    shares = [Row("left_share", "exit", row.category, "percent", row.numerator, 53) for row in rows[1:]]
    public = [*hide(rows, "A", "B"), *shares]
    assert "('left', 'exit', 'B') is shown as 3" in worked_out(public, [*rows, *shares], KNOWN)


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
    assert worked_out(rows, rows, KNOWN) == ["what ('missing', 'all', 'all') lacks of ('in_year', 'all', 'all')"]
    assert worked_out([replace(rows[0], hidden=True)], rows, KNOWN) == []


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
