"""The workbook of pivot tables: every figure over the years, and for staff the children and reviews behind them."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

from orchestration.reports.content import Report
from orchestration.reports.figures import OWN
from orchestration.reports.labels import label, position
from orchestration.reports.phrases import SYMBOLS, in_words, sentence_case, year_label
from orchestration.reports.pivot import Pivot, Source, add_pivot
from orchestration.reports.workbook import LINE_HEIGHT, UNITS

FONT = "Arial"
_PLAIN, _BOLD, _QUIET = Font(FONT, 10), Font(FONT, 10, bold=True), Font(FONT, 10, color="595959")
_TITLE = Font(FONT, 14, bold=True)
_HEAD = PatternFill("solid", start_color="EEF3F8")
_WRAP = Alignment(wrap_text=True, vertical="top")
_WIDEST, _SENTENCE = 60, 95
_FIRST_ROW = 5
"""Of the data, below the title, whose they are, what is invented and a blank row."""
TOTAL = "Total"
NOTHING = "(none)"

_FIGURES = """
select
    metrics.short_name, trends.breakdown, trends.category, trends.series_name, trends.collection_year,
    trends.display_value, metrics.unit
from marts.metric_trends as trends
inner join marts.metric_catalogue as metrics on trends.metric_id = metrics.metric_id
where trends.la_code = $1 and trends.collection_year <= $2
    and trends.series_name <> 'Published figure' and trends.breakdown <> 'iro'
order by metrics.rank, trends.breakdown, trends.category, trends.series_name <> 'Own figure',
    trends.series_name <> 'Statistical neighbours', trends.series_name <> 'England', trends.collection_year
"""


@dataclass(frozen=True)
class Cohort:
    """A published table of children or reviews that a pivot table counts by what they have in common."""

    sheet: str
    table: str
    counts: str
    columns: Mapping[str, str]
    """By heading, the column of the table; its name is also that of the list of its labels."""
    rows: str
    across: str
    state: tuple[str, str] | None = None
    """A heading, and the SQL of what stands there where the table says it in several flags."""


COHORTS = (
    Cohort(
        "Children in care",
        "children_looked_after_by_period",
        "Children looked after on 31 March",
        {
            "Placement": "placement_group",
            "Age": "age_band",
            "Sex": "sex",
            "Ethnic group": "ethnicity_group",
            "Asylum": "uasc",
            "Legal status": "legal_status_group",
            "Provider": "provider_group",
            "Locality": "locality",
            "Need": "category_of_need",
        },
        rows="Placement",
        across="Age",
    ),
    Cohort(
        "Children who left",
        "children_ceased_by_period",
        "Children who ceased to be looked after",
        {"Reason": "exit_group", "Age": "age_band", "Sex": "sex", "Ethnic group": "ethnicity_group", "Asylum": "uasc"},
        rows="Reason",
        across="Age",
    ),
    Cohort(
        "Reviews",
        "reviews_by_period",
        "Reviews due or held",
        {
            "Type": "review_type",
            "Participation": "participation_code",
            "Format": "review_format",
            "Reason for lateness": "late_reason",
            "Age": "age_band",
        },
        rows="Timeliness",
        across="Type",
        state=(
            "Timeliness",
            "case when is_late then 'Late' when is_on_time then 'On time' when is_undetermined then 'Cannot be told' "
            "else 'Not counted' end",
        ),
    ),
)


def write_pivot_tables(database: Path, report: Report, la_code: str, year: int, path: Path) -> None:
    """Write the workbook of an authority up to a year, from a publication; of the public one it has figures alone.

    Each pivot table stands on a sheet of its own, and what it reads on another one after all of them.
    """
    workbook = Workbook()
    workbook._named_styles["Normal"].font = _PLAIN
    with duckdb.connect(str(database), read_only=True) as db:
        tables = {name for (name,) in db.execute("select table_name from duckdb_tables()").fetchall()}
        figures, without = _figures(db, report, la_code, year)
        cohorts = [(one, _cohort(db, one, la_code, year)) for one in COHORTS if one.table in tables]
        cohorts = [(one, rows) for one, rows in cohorts if rows.rows]
    shown = [
        ("Figures", figures, _over_the_years(report)),
        ("By category", figures, _by_category(report, figures)),
        *((one.sheet, rows, _counted(one, rows)) for one, rows in cohorts),
    ]
    _about(workbook.active, report, [(title, pivot) for title, _, pivot in shown])
    for title, source, pivot in shown:
        sheet = workbook.create_sheet(title)
        _write_pivot(sheet, report, source, pivot)
    for source in {source.sheet: source for source in (*(source for _, source, _ in shown), without)}.values():
        _write_source(workbook.create_sheet(source.sheet), report, source)
    properties = workbook.properties
    properties.title, properties.creator = f"Pivot tables {report.this_year}", report.la_name
    properties.subject = report.synthetic_notice or report.classification
    properties.created = (
        datetime.fromisoformat(report.published_at).replace(tzinfo=None) if report.published_at else None
    )
    workbook.save(path)


def _figures(db: duckdb.DuckDBPyConnection, report: Report, la_code: str, year: int) -> tuple[Source, Source]:
    """Return the figures that are numbers, and what stands where there is none."""
    columns = ["Figure", "Breakdown", "Category", "Whose", "Year", "Unit", "Number"]
    numbers, others, places = [], [], {}
    for name, breakdown, category, series, of_year, display, unit in db.execute(_FIGURES, [la_code, year]).fetchall():
        kind, what = (TOTAL if one == "all" else one for one in (breakdown, label(breakdown, category)))
        places[what] = (what != TOTAL, *position(breakdown, category))
        whose = report.la_name if series == OWN else sentence_case(in_words(series))
        kind = sentence_case(kind.replace("_", " "))
        described = (name, kind, what, whose, year_label(of_year), UNITS.get(unit, unit))
        if display in SYMBOLS:
            others.append((*described, SYMBOLS[display]))
        else:
            numbers.append((*described, float(display)))
    items = {name: list(dict.fromkeys(str(row[place]) for row in numbers)) for place, name in enumerate(columns[:-1])}
    items["Breakdown"].sort(key=lambda kind: (kind != TOTAL, kind))
    items["Category"].sort(key=places.__getitem__)
    items["Year"].sort()
    without = Source("Without a number", _FIRST_ROW, [*columns[:-1], "Why"], others, {})
    return Source("Data of figures", _FIRST_ROW, columns, numbers, items), without


def _cohort(db: duckdb.DuckDBPyConnection, cohort: Cohort, la_code: str, year: int) -> Source:
    state = [cohort.state] if cohort.state else []
    columns = ["Year", *(heading for heading, _ in state), *cohort.columns, "Counted"]
    expressions = [*(said for _, said in state), *cohort.columns.values()]
    query = f"""
        select extract(year from period_end), {", ".join(expressions)}, count(*)
        from marts.{cohort.table}
        where la_code = $1 and period_type = 'financial_year' and extract(year from period_end) <= $2
        group by all
        order by all
    """  # noqa: S608 - the names of our own tables and columns
    lists = ["", *("" for _ in state), *cohort.columns.values()]
    found = db.execute(query, [la_code, year]).fetchall()
    items, shown = {}, [[year_label(int(row[0])) for row in found]]
    shown += [[NOTHING if row[place] is None else row[place] for row in found] for place in range(1, len(lists))]
    for place, (column, of_list) in enumerate(zip(columns, lists, strict=False)):
        categories = [one for _, one in sorted(position(of_list, one) for one in set(shown[place]))]
        items[column] = list(dict.fromkeys(label(of_list, one) for one in categories))
        shown[place] = [label(of_list, one) for one in shown[place]]
    rows = list(zip(*shown, [row[-1] for row in found], strict=True))
    return Source(f"Data of {cohort.sheet.lower()}", _FIRST_ROW, columns, rows, items)


def _over_the_years(report: Report) -> Pivot:
    filters = {"Breakdown": TOTAL}
    return Pivot("Figures", ["Figure", "Unit", "Whose"], "Year", "Number", "Figures as published", filters=filters)


def _by_category(report: Report, figures: Source) -> Pivot:
    first = next((one for one in figures.items["Breakdown"] if one == "Age band"), TOTAL)
    filters: dict[str, str | None] = {"Whose": report.la_name, "Breakdown": first}
    return Pivot("ByCategory", ["Figure", "Category"], "Year", "Number", "Figures by category", filters=filters)


def _counted(cohort: Cohort, source: Source) -> Pivot:
    filters: dict[str, str | None] = {"Year": source.items["Year"][-1]}
    filters |= {name: None for name in cohort.columns if name not in (cohort.rows, cohort.across)}
    name = cohort.sheet.title().replace(" ", "")
    return Pivot(name, [cohort.rows], cohort.across, "Counted", cohort.counts, is_count=True, filters=filters)


def _about(sheet: Any, report: Report, pivots: Sequence[tuple[str, Pivot]]) -> None:
    sheet.title = "About"
    _head(sheet, report, f"Pivot tables {report.this_year}")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, _SENTENCE + 5
    lines = [
        ("How to use it", "Choose other filters above a table, or drag columns: PivotTable Analyze > Field List."),
        ("", "A figure is never the sum of others. So the first two tables have no totals, and show one of each only "
         "while every column that tells figures apart stands in the table or has one value chosen."),
        ("", "An empty cell is no nought: the sheet Without a number says why there is none."),
        ("", "The tables read the sheets behind them and are worked out anew whenever Excel opens the file. Each "
         "build writes the file anew: keep your own in another one."),
        *((title, pivot.caption) for title, pivot in pivots),
    ]  # fmt: skip
    for row, (name, said) in enumerate(lines, start=_FIRST_ROW + 1):
        sheet.cell(row, 1, name).font = _BOLD
        sheet.cell(row, 2, said).alignment = _WRAP
        sheet.cell(row, 2).font = _PLAIN
        sheet.row_dimensions[row].height = LINE_HEIGHT * len(textwrap.wrap(said, _SENTENCE))


def _write_pivot(sheet: Any, report: Report, source: Source, pivot: Pivot) -> None:
    _head(sheet, report, pivot.caption)
    first, last = add_pivot(sheet, _FIRST_ROW + 1, source, pivot)
    for column in range(1, sheet.max_column + 1):
        labels = [len(str(sheet.cell(row, column).value or "")) for row in range(first, last + 1)]
        width = min(max(labels) + 3, _WIDEST) if column <= len(pivot.rows) else 13
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(first, column).font, sheet.cell(first, column).fill = _BOLD, _HEAD
        for row in range(first + 1, last + 1) if pivot.is_count and column > len(pivot.rows) else ():
            sheet.cell(row, column).number_format = "#,##0"
    sheet.freeze_panes = sheet.cell(first + 1, len(pivot.rows) + 1)
    sheet.print_title_rows = f"{first}:{first}"


def _write_source(sheet: Any, report: Report, source: Source) -> None:
    _head(sheet, report, source.sheet)
    sheet.append([])
    for values in (source.columns, *source.rows):
        sheet.append(values)
    for column in range(1, len(source.columns) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 24
    table = Table(displayName=f"T_{source.sheet.lower().replace(' ', '_')}", ref=source.cells)
    table.tableStyleInfo = TableStyleInfo("TableStyleLight1", showRowStripes=True)
    sheet.add_table(table)
    sheet.freeze_panes = sheet.cell(source.first_row + 1, 1)


def _head(sheet: Any, report: Report, title: str) -> None:
    sheet["A1"], sheet["A1"].font = title, _TITLE
    sheet["A2"] = f"{report.la_name}, {report.period}. {report.vintage}. {report.classification}."
    sheet["A2"].font = _QUIET
    sheet["A3"], sheet["A3"].font = report.synthetic_notice or None, _BOLD
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.oddHeader.center.text = report.synthetic_notice or report.la_name
    sheet.oddFooter.center.text = "&A, page &P of &N"
