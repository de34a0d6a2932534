"""What is hidden beside the small numbers: enough, not more than enough, and what is missed least."""

import pyarrow as pa

from orchestration.publish.suppression import Cell, Hidden, Sum, choose, hidden_cells


def cell(value: float, weight: float = 10.0, *, known: bool = False, before: bool = False, total: bool = False) -> Cell:
    return Cell(value, value in range(1, 6), before, known, total, weight)


def table(total: int, *parts: int) -> Sum:
    return Sum("table", {total: 1, **dict.fromkeys(parts, -1)}, 0.0)


def protecting(found: Hidden) -> set[int]:
    assert found.unprotected == []
    return {number for number, reason in found.reasons.items() if reason == "protects"}


def test_of_a_table_the_smallest_number_that_is_no_nought_goes_too() -> None:
    cells = {1: cell(40, 1000), 2: cell(3), 3: cell(7), 4: cell(30), 5: cell(0, 50)}
    assert protecting(choose(cells, [table(1, 2, 3, 4, 5)])) == {3}


def test_a_nought_goes_where_there_is_none_other() -> None:
    """Traps hiding a headline for the sake of noughts."""
    cells = {1: cell(9, 1000), 2: cell(3), 3: cell(6, 1000), 4: cell(0, 50)}
    assert protecting(choose(cells, [table(1, 2, 3, 4)])) == {4}


def test_hidden_numbers_that_can_each_be_nothing_but_1_are_not_enough() -> None:
    cells = {1: cell(31, 1000), 2: cell(1), 3: cell(1), 4: cell(9), 5: cell(20)}
    assert protecting(choose(cells, [table(1, 2, 3, 4, 5)])) == {4}


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert choose({1: cell(50), 2: cell(50)}, [table(1, 2)]).reasons == {}


def test_parts_whose_total_nobody_publishes_protect_each_other() -> None:
    assert protecting(choose({2: cell(3), 3: cell(50)}, [])) == set()


def test_the_variant_goes_and_dfes_own_measure_stays() -> None:
    """114 more than 20 miles away, of them 111 outside the authority: one of both must go."""
    cells = {1: cell(114, 1000), 2: cell(111, 30), 3: cell(438, 100_000)}
    sums = [
        Sum("part", {1: 1, 2: -1}, 3.0),
        Sum("part", {3: 1, 1: -1}, 324.0),
        Sum("part", {3: 1, 2: -1}, 327.0),
    ]
    assert protecting(choose(cells, sums)) == {2}


def test_the_difference_of_two_totals_that_dfe_prints_needs_no_protection() -> None:
    cells = {1: cell(438, 100_000, total=True), 2: cell(435, 100_000, total=True)}
    assert choose(cells, [Sum("part", {1: 1, 2: -1}, 3.0)]).reasons == {}


def test_what_years_tell_together_is_hidden_in_one_of_them() -> None:
    """12 were there, 3 came, 10 left and 5 are there: another group goes with them, and so over the years."""
    groups = {"Asian": (12, 3, 10, 5), "White": (500, 90, 60, 530)}
    cells = {
        **{number: cell(value) for number, value in enumerate(groups["Asian"], 1)},
        **{number: cell(value) for number, value in enumerate(groups["White"], 11)},
        **{20 + number: cell(sum(both), 100_000) for number, both in enumerate(zip(*groups.values(), strict=True), 1)},
    }
    tables = [table(20 + number, number, 10 + number) for number in range(1, 5)]
    years = [Sum("whole", {first + 4: 1, first + 1: -1, first + 2: -1, first + 3: 1}, 0.0) for first in (0, 10)]
    hidden = protecting(choose(cells, tables + years))
    assert {12, 14} <= hidden, "the other group of the same tables"
    assert not hidden & {21, 22, 23, 24}


def test_what_is_known_already_protects_nothing() -> None:
    cells = {1: cell(60, 1000), 2: cell(3), 3: cell(7, known=True), 4: cell(50)}
    assert protecting(choose(cells, [table(1, 2, 3, 4)])) == {4}


def test_what_was_hidden_once_is_hidden_for_good_and_protects_for_nothing() -> None:
    cells = {1: cell(60, 1000), 2: cell(3), 3: cell(7), 4: cell(50, before=True)}
    found = choose(cells, [table(1, 2, 3, 4)])
    assert found.reasons == {2: "small", 4: "given_out"}


def test_a_number_that_was_told_before_can_not_be_protected_and_is_said() -> None:
    cells = {1: cell(53, known=True), 2: cell(3), 3: cell(50, known=True)}
    assert choose(cells, [table(1, 2, 3)]).unprotected == [2]


def test_authorities_do_not_depend_on_each_other_and_order_does_not_matter() -> None:
    rows = [
        (la_code, offset + number, value, value in range(1, 6), 1000.0 if number == 1 else 10.0)
        for la_code, offset in (("812", 0), ("301", 10))
        for number, value in enumerate((40.0, 3.0, 7.0, 30.0), 1)
    ]
    terms = [
        (la_code, offset, "table", offset + number, 1 if number == 1 else -1, 0.0)
        for la_code, offset in (("812", 0), ("301", 10))
        for number in range(1, 5)
    ]

    def run(step: int) -> list[dict[str, object]]:
        columns = list(zip(*rows[::step], strict=True))
        no = [False] * len(rows)
        cells = pa.table(
            {
                "la_code": columns[0],
                "cell_number": columns[1],
                "value": columns[2],
                "is_primary": columns[3],
                "was_hidden": no,
                "is_known": no,
                "is_printed_total": no,
                "weight": columns[4],
            }
        )
        names = ["la_code", "sum_number", "kind", "cell_number", "sign", "left_over"]
        sums = pa.table(dict(zip(names, zip(*terms[::step], strict=True), strict=True)))
        return hidden_cells(cells, sums).to_pylist()

    expected = [
        {"cell_number": 2, "reason": "small"},
        {"cell_number": 3, "reason": "protects"},
        {"cell_number": 12, "reason": "small"},
        {"cell_number": 13, "reason": "protects"},
    ]
    assert run(1) == run(-1) == expected
