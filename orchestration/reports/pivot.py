"""A pivot table of Excel's over a table of the same workbook, shown as Excel would show it.

openpyxl keeps a pivot table that it has read, and has the parts of which one consists, but makes none. Excel works each
one out again when it opens the file; what stands in the cells until then, and in programs that show no pivot tables, is
written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.pivot.cache import CacheDefinition, CacheField, CacheSource, SharedItems, WorksheetSource
from openpyxl.pivot.fields import Index, Text
from openpyxl.pivot.table import (
    DataField,
    FieldItem,
    Location,
    PageField,
    PivotField,
    PivotTableStyle,
    RowColField,
    RowColItem,
    TableDefinition,
)
from openpyxl.utils import get_column_letter

ALL, GRAND_TOTAL = "(All)", "Grand Total"
"""As Excel has them."""
_VERSION = 6
"""Of Excel 2016, whose pivot tables every later one reads."""
_WHOLE_NUMBERS = 3
"""Excel's own number format with commas and no decimals."""


@dataclass(frozen=True)
class Source:
    """The cells that a pivot table reads: a row of names, and rows of values below it, none of them empty.

    Excel may add an empty cell as nought.
    """

    sheet: str
    first_row: int
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    items: Mapping[str, Sequence[str]]
    """By column of texts, its values in the order in which they are shown."""

    @property
    def cells(self) -> str:
        """Return the range of the cells."""
        return f"A{self.first_row}:{get_column_letter(len(self.columns))}{self.first_row + len(self.rows)}"


@dataclass(frozen=True)
class Pivot:
    """What a pivot table shows: numbers added up, by the values of columns below and of one beside each other."""

    name: str
    rows: Sequence[str]
    across: str
    value: str
    """The column of numbers."""
    caption: str
    is_count: bool = False
    """Say that the numbers count something, so that rows and columns have totals."""
    filters: Mapping[str, str | None] = field(default_factory=dict)
    """By column, the one value that is chosen, or None for all."""


def add_pivot(sheet: Any, top: int, source: Source, pivot: Pivot) -> tuple[int, int]:
    """Write a pivot table below a row of a sheet; return the row of its headings and its last one.

    A source without a row has no pivot table in Excel, so there has to be one.
    """
    head = top + len(pivot.filters) + 1
    used = (*pivot.filters, *pivot.rows, pivot.across)
    items = {name: source.items[name] for name in used}
    totals = _totals(source, pivot)
    lines = sorted(
        {key[0] for key in totals},
        key=lambda line: [items[name].index(value) for name, value in zip(pivot.rows, line, strict=True)],
    )
    for place, (name, chosen) in enumerate(pivot.filters.items()):
        sheet.cell(top + place, 1, name)
        sheet.cell(top + place, 2, chosen or ALL)
    across = sorted({key[1] for key in totals}, key=items[pivot.across].index)
    last_row, last_column = _show(sheet, head, pivot, totals, lines, across)

    places = {name: place for place, name in enumerate(source.columns)}
    grand = [RowColItem(t="grand", x=[Index()])] if pivot.is_count else []
    table = TableDefinition(
        name=pivot.name,
        cacheId=len(sheet.parent.worksheets),
        dataCaption="Values",
        updatedVersion=_VERSION,
        minRefreshableVersion=3,
        createdVersion=_VERSION,
        applyNumberFormats=True,
        applyWidthHeightFormats=True,
        useAutoFormatting=False,
        itemPrintTitles=True,
        indent=0,
        compact=False,
        compactData=False,
        rowGrandTotals=pivot.is_count,
        colGrandTotals=pivot.is_count,
        location=Location(
            ref=f"A{head}:{get_column_letter(last_column)}{last_row}",
            firstHeaderRow=1,
            firstDataRow=2,
            firstDataCol=len(pivot.rows),
            rowPageCount=len(pivot.filters) or None,
            colPageCount=1 if pivot.filters else None,
        ),
        pivotFields=[_field(pivot, name, items.get(name, [])) for name in source.columns],
        rowFields=[RowColField(x=places[name]) for name in pivot.rows],
        rowItems=[*_items(lines, [items[name] for name in pivot.rows]), *grand],
        colFields=[RowColField(x=places[pivot.across])],
        colItems=[*_items([(one,) for one in across], [items[pivot.across]]), *grand],
        pageFields=[
            PageField(fld=places[name], item=None if chosen is None else items[name].index(chosen), hier=-1)
            for name, chosen in pivot.filters.items()
        ],
        dataFields=[
            DataField(
                name=pivot.caption,
                fld=places[pivot.value],
                baseField=0,
                baseItem=0,
                numFmtId=_WHOLE_NUMBERS if pivot.is_count else None,
            )
        ],
        pivotTableStyleInfo=PivotTableStyle("PivotStyleLight16", True, True, False, False, True),
    )
    table.cache = CacheDefinition(
        saveData=False,
        refreshOnLoad=True,
        createdVersion=_VERSION,
        refreshedVersion=_VERSION,
        minRefreshableVersion=3,
        cacheSource=CacheSource("worksheet", worksheetSource=WorksheetSource(source.cells, sheet=source.sheet)),
        cacheFields=[
            CacheField(name=name, numFmtId=0, sharedItems=SharedItems([Text(v=one) for one in items.get(name, [])]))
            for name in source.columns
        ],
    )
    sheet.add_pivot(table)
    return head + 1, last_row


def _totals(source: Source, pivot: Pivot) -> dict[tuple[tuple[str, ...], str], float]:
    """Return the number of each cell that has one, by the values of its row and its column."""
    places = {name: place for place, name in enumerate(source.columns)}
    chosen = {places[name]: value for name, value in pivot.filters.items() if value is not None}
    totals: dict[tuple[tuple[str, ...], str], float] = {}
    for row in source.rows:
        if all(row[place] == value for place, value in chosen.items()):
            key = tuple(row[places[name]] for name in pivot.rows), row[places[pivot.across]]
            totals[key] = totals.get(key, 0) + row[places[pivot.value]]
    return totals


def _show(
    sheet: Any,
    head: int,
    pivot: Pivot,
    totals: dict[tuple[tuple[str, ...], str], float],
    lines: Sequence[tuple[str, ...]],
    across: Sequence[str],
) -> tuple[int, int]:
    """Write the cells; return the last row and column."""
    first = len(pivot.rows) + 1
    sheet.cell(head, 1, pivot.caption)
    sheet.cell(head, first, pivot.across)
    for column, name in enumerate([*pivot.rows, *across, *([GRAND_TOTAL] if pivot.is_count else [])], start=1):
        sheet.cell(head + 1, column, name)
    before: tuple[str, ...] = ()
    row = head + 1
    for row, line in enumerate(lines, start=head + 2):
        for column in range(_in_common(line, before), len(line)):
            sheet.cell(row, column + 1, line[column])
        before = line
        numbers = [totals.get((line, name)) for name in across]
        for column, number in enumerate([*numbers, *([sum(filter(None, numbers))] if pivot.is_count else [])], first):
            sheet.cell(row, column, number)
    if pivot.is_count:
        row += 1
        sheet.cell(row, 1, GRAND_TOTAL)
        sums = [sum(number for (_, one), number in totals.items() if one == name) for name in across]
        for column, number in enumerate([*sums, sum(sums)], first):
            sheet.cell(row, column, number)
    return row, first + len(across) - 1 + pivot.is_count


def _field(pivot: Pivot, name: str, items: Sequence[str]) -> PivotField:
    """Return how a column is used: for rows, across, as a filter, as the value, or not."""
    axis = "axisRow" if name in pivot.rows else "axisCol" if name == pivot.across else None
    return PivotField(
        axis=axis or ("axisPage" if name in pivot.filters else None),
        dataField=name == pivot.value or None,
        items=[FieldItem(x=place) for place in range(len(items))],
        compact=False,
        outline=False,
        showAll=False,
        defaultSubtotal=False,
    )


def _items(lines: Sequence[tuple[str, ...]], items: Sequence[Sequence[str]]) -> list[RowColItem]:
    """Return lines by the places of their values, each without what it has in common with the one before."""
    found = []
    before: tuple[str, ...] = ()
    for line in lines:
        common = _in_common(line, before)
        places = [items[column].index(line[column]) for column in range(common, len(line))]
        found.append(RowColItem(r=common, x=[Index(v=place) for place in places]))
        before = line
    return found


def _in_common(line: Sequence[str], before: Sequence[str]) -> int:
    """Return how many values a line begins with as the one before does; its last is its own."""
    common = 0
    while common < len(line) - 1 and line[common : common + 1] == before[common : common + 1]:
        common += 1
    return common
