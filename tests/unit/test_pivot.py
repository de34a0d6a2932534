"""A pivot table on a sheet: what its cells show, and that its parts agree with each other."""

from typing import Any

import pytest
from openpyxl import Workbook

from orchestration.reports.pivot import Pivot, Source, add_pivot

COLUMNS = ["Year", "Age", "Placement", "Children"]
ROWS = [
    ("2024", "5 to 9", "Foster", 3),
    ("2024", "10 to 15", "Foster", 4),
    ("2024", "10 to 15", "Home", 5),
    ("2025", "10 to 15", "Home", 70),
    ("2025", "5 to 9", "Home", 800),
]
ITEMS = {"Year": ["2024", "2025"], "Age": ["5 to 9", "10 to 15"], "Placement": ["Home", "Foster"]}
SOURCE = Source("Data", 5, COLUMNS, ROWS, ITEMS)


def shown(pivot: Pivot) -> tuple[Any, list[tuple[Any, ...]]]:
    sheet = Workbook().active
    first, last = add_pivot(sheet, 3, SOURCE, pivot)
    (table,) = sheet._pivots
    assert table.location.ref == f"A{first - 1}:{chr(64 + sheet.max_column)}{last}"
    assert table.cache.cacheSource.worksheetSource.ref == "A5:D10"
    return table, list(sheet.iter_rows(min_row=3, max_row=last, values_only=True))


def test_counts_have_totals_and_categories_keep_their_order() -> None:
    pivot = Pivot("P", ["Placement"], "Age", "Children", "Children in care", is_count=True, filters={"Year": None})
    assert shown(pivot)[1] == [
        ("Year", "(All)", None, None),
        (None, None, None, None),
        ("Children in care", "Age", None, None),
        ("Placement", "5 to 9", "10 to 15", "Grand Total"),
        ("Home", 800, 75, 875),
        ("Foster", 3, 4, 7),
        ("Grand Total", 803, 79, 882),
    ]


def test_a_filter_chooses_and_what_is_not_there_stays_empty() -> None:
    """An empty cell is no nought: what is not shown to the public would read as none at all."""
    pivot = Pivot("P", ["Age", "Placement"], "Year", "Children", "Figure", filters={"Year": "2024"})
    assert shown(pivot)[1][3:] == [
        ("Age", "Placement", "2024"),
        ("5 to 9", "Foster", 3),
        ("10 to 15", "Home", 5),
        (None, "Foster", 4),
    ]


@pytest.mark.parametrize("is_count", [True, False])
def test_every_place_that_a_part_names_is_there(is_count: bool) -> None:
    """Excel repairs a file in which they are not, by taking the table out."""
    pivot = Pivot("P", ["Age", "Placement"], "Year", "Children", "Figure", is_count=is_count)
    table, cells = shown(pivot)
    fields, columns = table.pivotFields, table.cache.cacheFields
    assert [field.name for field in columns] == COLUMNS and len(fields) == len(COLUMNS)
    for field, column in zip(fields, columns, strict=True):
        assert [item.x for item in field.items] == list(range(len(column.sharedItems._fields)))
    assert len(table.rowItems) == len(cells) - 3 and len(table.colItems) == len(cells[0]) - 2
    assert [(item.t, item.r, [index.v for index in item.x]) for item in table.rowItems][:4] == [
        ("data", 0, [0, 0]),
        ("data", 1, [1]),
        ("data", 0, [1, 0]),
        ("data", 1, [1]),
    ]
    assert table.rowGrandTotals == table.colGrandTotals == is_count
