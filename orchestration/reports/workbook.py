"""The report as a workbook: a summary for print, a table for each section, all figures in one for a pivot."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.drawing.text import Font as DrawingFont
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableStyleInfo

from orchestration.reports.charts import area_colour
from orchestration.reports.comparators import comparator_source
from orchestration.reports.content import Cell, Chart, FigureTable, Line, Report, Section, Table, figure_tables, walk
from orchestration.reports.figures import Figure, YearFigures
from orchestration.reports.phrases import MEANINGS, SYMBOLS, in_words, sentence_case, shown, standing, year_label
from orchestration.reports.tables import change_in_words

UNITS = {
    "percent": "%",
    "rate_per_10000": "per 10,000 children",
    "median_months": "months (median)",
    "mean": "mean",
    "fte": "full-time equivalents",
}
SHEETS = {
    "recommendations-progress": "Recommendations progress",
    "population": "Children in our care",
    "service": "IRO service",
    "timeliness": "Timeliness and quality",
    "participation": "Participation",
    "concerns": "Resolving concerns",
    "good-practice": "Good practice",
}
"""What the sheets are called: a title has no more than 31 characters."""

FONT = "Arial"
_BOLD, _TITLE, _QUIET = Font(FONT, 10, bold=True), Font(FONT, 14, bold=True), Font(FONT, 10, color="595959")
_PLAIN = Font(FONT, 10)
_HEAD = PatternFill("solid", start_color="EEF3F8")
_WRAP = Alignment(wrap_text=True, vertical="top")
_TOP = Alignment(vertical="top")
_INDENTED = Alignment(vertical="top", indent=1)
_RIGHT = Alignment(horizontal="right", vertical="top", wrap_text=True)
_RULE = Border(bottom=Side("thin", color="BFBFBF"))
_STYLE = TableStyleInfo("TableStyleLight1", showRowStripes=True)
WORDS = (
    "Figure", "Table", "Unit", "Change", "Definition", "Category", "What it means", "Population used", "Status",
    "Comparators from",
)  # fmt: skip
"""The columns of a section's sheet that stand on the left."""
DAY_OR_YEAR = re.compile(r"( as at \d+ \w+ \d{4}|,? (at the end of )?\d{4}/\d\d)?( \(provisional\))?$")
"""What every caption ends with; the columns of the sheet say it."""
LINE_HEIGHT = 13.5
"""Points of a line of text in the font of the sheets."""
CHARTS = ("trend-rate", "trend-three-placements", "trend-two-years", "profile-age")
"""The charts of the report that the summary has too, as Excel's own."""


def write_workbook(report: Report, figures: YearFigures, path: Path) -> None:
    """Write the report's figures as a workbook."""
    workbook = Workbook()
    workbook._named_styles["Normal"].font = _PLAIN  # a sheet's empty cells and row heights go by it
    _about(workbook.active, report)
    charts = {b.id: b for _, part in walk(report.sections) for b in part.blocks if isinstance(b, Chart)}
    summary = _Sheet(workbook.create_sheet("Summary"), report, figures)
    for section in report.sections:
        if section.id in SHEETS and figure_tables(section):
            _Sheet(workbook.create_sheet(SHEETS[section.id]), report, figures).write(section)
    _Sheet(workbook.create_sheet("Data"), report, figures).data()
    behind = _Sheet(workbook.create_sheet("Behind the charts"), report, figures)
    summary.summary([charts[id] for id in CHARTS if id in charts], behind.behind(charts.values()))
    for level, part in walk(report.sections):
        definitions = [block for block in part.blocks if isinstance(block, Table) and block.id == "definitions"]
        if level == 1 and definitions:
            sheet = workbook.create_sheet("Definitions")
            written = _Sheet(sheet, report, figures)
            written.head("Definitions")
            sheet.freeze_panes = f"B{written.row + 3}"
            sheet.print_title_rows = f"{written.row + 2}:{written.row + 2}"
            for column, width in zip("ABC", (45, 110, 48), strict=True):
                sheet.column_dimensions[column].width = width
            written.table(definitions[0])
    properties = workbook.properties
    properties.title = f"{report.title} {report.this_year}"
    properties.creator = report.la_name
    properties.subject = report.synthetic_notice or report.classification
    properties.created = (
        datetime.fromisoformat(report.published_at).replace(tzinfo=None) if report.published_at else None
    )
    workbook.save(path)


class _Sheet:
    def __init__(self, sheet: Any, report: Report, figures: YearFigures):
        self.sheet, self.report, self.figures = sheet, report, figures
        self.row = 0

    def write(self, section: Section) -> None:
        self.head(section.title)
        self._figures(section.id, figure_tables(section))

    def summary(self, charts: list[Chart], places: dict[str, tuple[int, int, int]]) -> None:
        """Write what prints on one page: the headline figures beside their comparators, and charts of Excel's own."""
        report, sheet = self.report, self.sheet
        self.head("Headline figures")
        sheet.page_setup.orientation = "portrait"
        sheet.page_setup.fitToHeight = 1
        names = report.comparator_names
        widths = (44, *[13] * (2 + len(names)))
        last = get_column_letter(len(widths))
        sheet.merge_cells(f"A2:{last}2")
        sheet["A2"].alignment = _WRAP
        sheet.row_dimensions[2].height = 2 * LINE_HEIGHT
        for index, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        head = ["Figure", report.this_year, report.previous_year, *(sentence_case(in_words(name)) for name in names)]
        self._append(head, _BOLD, fill=True)
        for column in range(2, len(head) + 1):
            sheet.cell(self.row, column).alignment = _RIGHT
        for one in self.figures.headlines:
            figure = self.figures.get(one.metric_id, one.breakdown, one.category)
            self._append([one.name])
            found = [(figure.value, figure.display), (figure.previous_value, figure.previous_display)] if figure else []
            beside = [figure.comparator(name) for name in names] if figure else []
            found += [(c.value, c.display) if c else (None, "") for c in beside]
            for column, (value, display) in enumerate(found, start=2):
                self._displayed(column, value, display, figure)
            for column in range(1, len(head) + 1):
                sheet.cell(self.row, column).border = _RULE
        sheet.print_title_rows = None
        self._append([])
        beside_each_other = ("A", "C") if len(charts) > 1 else ("A",)
        for place, chart in enumerate(charts):
            native = _native(chart, names, sheet.parent["Behind the charts"], *places[chart.id])
            # A chart is as high as 16 rows, and two stand beside each other.
            down = 17 if place >= len(beside_each_other) else 0
            sheet.add_chart(native, f"{beside_each_other[place & 1]}{self.row + 1 + down}")
        sheet.print_area = f"A1:{last}{self.row + 36}"

    def _displayed(self, column: int, value: float | None, display: str | None, figure: Figure | None) -> None:
        """Write a number so that it reads as it does in the report; a symbol in its words."""
        cell = self.sheet.cell(self.row, column)
        cell.font, cell.alignment = _BOLD if column == 2 else _PLAIN, _RIGHT
        if figure is None or value is None or display in SYMBOLS or not display:
            cell.value = shown(display, figure.unit) if figure and display else ("-" if figure else "not available")
            return
        places = len(display.partition(".")[2])
        cell.value = value
        cell.number_format = ("#,##0" + (f".{'0' * places}" if places else "")) + (
            '"%"' if figure.unit == "percent" else ""
        )

    def data(self) -> None:
        """Write every figure of the report with its comparators, one number a row: what a pivot table needs."""
        report = self.report
        self.head("All figures, one number a row")
        columns = ["Section", "Figure", "Breakdown", "Category", "Whose", "Year"]
        columns += ["Value", "As displayed", "Unit", "Metric"]
        first = self.row + 1
        self._append(columns, _BOLD, fill=True)
        self.sheet.freeze_panes = f"C{first + 1}"
        seen = set()
        for section in report.sections:
            for table in figure_tables(section) if section.id in SHEETS else []:
                for line in table.lines:
                    if line.figure is None or line.figure.key in seen:
                        continue
                    seen.add(line.figure.key)
                    for whose, year, value, display in self._numbers(line.figure):
                        figure, metric = line.figure, self.figures.metrics[line.figure.metric_id]
                        unit, kind = UNITS.get(figure.unit, figure.unit), figure.breakdown
                        named = [SHEETS[section.id], metric.short_name, kind, figure.category, whose, year]
                        self._append([*named, value, shown(display, figure.unit), unit, figure.metric_id], tall=False)
        self._as_table("Data", first, len(columns))
        for index, width in enumerate((24, 46, 20, 34, 26, 10, 12, 14, 20, 36), start=1):
            self.sheet.column_dimensions[get_column_letter(index)].width = width

    def _numbers(self, figure: Figure) -> Iterator[tuple[str, str, float | None, str | None]]:
        report = self.report
        yield report.la_name, report.this_year, figure.value, figure.display
        if figure.previous_display is not None:
            yield report.la_name, report.previous_year, figure.previous_value, figure.previous_display
        for comparator in figure.comparators:
            if comparator.collection_year is not None:
                year = year_label(comparator.collection_year)
                yield sentence_case(in_words(comparator.name)), year, comparator.value, comparator.display

    def behind(self, charts: Iterable[Chart]) -> dict[str, tuple[int, int, int]]:
        """Write the data of the charts; return where each begins and ends, and how many columns it has."""
        self.head("The data behind the charts")
        self.sheet.column_dimensions["A"].width = 46
        for index in range(2, 15):
            self.sheet.column_dimensions[get_column_letter(index)].width = 13
        places = {}
        for chart in charts:
            first = self.row + 2
            self.table(chart.table, only_numbers=True)
            places[chart.id] = (first, self.row - 1, len(chart.table.columns))
        return places

    def head(self, title: str) -> None:
        report, sheet = self.report, self.sheet
        self._append([title], _TITLE)
        self._append([f"{report.la_name}, {report.period}. {report.vintage}. {report.classification}."], _QUIET)
        if report.synthetic_notice:
            self._append([report.synthetic_notice], _BOLD)
        self._append([])
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToHeight = 0
        sheet.oddHeader.center.text = report.synthetic_notice or report.la_name
        sheet.oddFooter.center.text = "&A, page &P of &N"

    def _figures(self, id: str, tables: Sequence[FigureTable | Table]) -> None:
        names = self.report.comparator_names
        columns = [
            "Figure",
            "Table",
            self.report.this_year,
            "Unit",
            self.report.previous_year,
            "Change",
            "Change, unrounded",
            *(sentence_case(in_words(name)) for name in names),
            "As displayed",
            f"{self.report.previous_year}, as displayed",
            "Numerator",
            "Denominator",
            *(f"Against {in_words(name)}" for name in names),
            "Definition",
            "Category",
            "What it means",
            "Population used",
            "Status",
            "Extracted up to",
            "Comparators from",
        ]
        widths = [
            46,
            34,
            10,
            19,
            10,
            17,
            11,
            *[12] * len(names),
            13,
            13,
            11,
            12,
            *[16] * len(names),
            38,
            30,
            70,
            30,
            12,
            14,
            60,
        ]
        for index, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(index)].width = width
        self._append(columns, _BOLD, fill=True)
        for column, name in enumerate(columns, start=1):
            heading = Alignment(wrap_text=True, vertical="top", indent=int(column > 1))
            self.sheet.cell(self.row, column).alignment = heading if is_words(name) else _RIGHT
        self.sheet.freeze_panes = f"B{self.row + 1}"
        self.sheet.print_title_rows = f"{self.row}:{self.row}"
        first = self.row
        for table in tables:
            for line in table.lines:
                # One line a row: what each figure means is told at length on the sheet of definitions.
                self._append(list(self._line(line, DAY_OR_YEAR.sub("", table.caption), names)), tall=False)
                for cell, name in zip(self.sheet[self.row], columns, strict=False):
                    cell.alignment = _TOP if name == "Figure" else _INDENTED if is_words(name) else _RIGHT
                one_decimal(self.sheet[self.row][2 : columns.index("As displayed")])
        self._as_table(id.replace("-", "_"), first, len(columns))
        # What stands further right says where a figure comes from: it is read on a screen.
        self.sheet.print_area = f"A1:{get_column_letter(columns.index('Change, unrounded') + 1 + len(names))}{self.row}"

    def _line(self, line: Line, caption: str, names: tuple[str, ...]) -> Iterator[Any]:
        figure = line.figure
        yield line.label
        yield caption
        if figure is None:
            yield "not available"
            return
        metric = self.figures.metrics[figure.metric_id]
        yield figure.value if figure.value is not None else shown(figure.display, figure.unit)
        yield UNITS.get(figure.unit, figure.unit)
        yield figure.previous_value
        yield change_in_words(figure)
        yield figure.change
        found = [figure.comparator(name) for name in names]
        for comparator in found:
            if comparator is None:
                yield None
            else:
                yield comparator.value if comparator.value is not None else shown(comparator.display, figure.unit)
        yield shown(figure.display, figure.unit)
        yield shown(figure.previous_display, figure.unit)
        yield figure.numerator
        yield figure.denominator
        for name, comparator in zip(names, found, strict=True):
            yield None if comparator is None else standing(figure, name)
        yield figure.metric_id
        yield None if figure.breakdown == "all" else f"{figure.breakdown}: {figure.category}"
        yield metric.definition
        yield figure.denominator_source
        yield figure.status
        yield figure.as_known_at
        yield comparator_source(figure) or None

    def table(self, table: Table, *, only_numbers: bool = False) -> None:
        """Write any other table below what stands there already; Excel draws a word in a chart's data as nought."""
        self._append([table.caption], _BOLD)
        self._append(list(table.columns), _BOLD, fill=True)
        for row in table.rows:
            name, *cells = row
            self._append([name.text, *(None if only_numbers and c.number is None else _value(c) for c in cells)])
        self._append([])

    def _as_table(self, name: str, first: int, columns: int) -> None:
        """Make what was written from a row on a table of Excel's, with filters; without a row there is none."""
        if self.row > first:
            table = ExcelTable(displayName=f"T_{name}", ref=f"A{first}:{get_column_letter(columns)}{self.row}")
            table.tableStyleInfo = _STYLE
            self.sheet.add_table(table)

    def _append(self, values: list[Any], font: Font = _PLAIN, *, fill: bool = False, tall: bool = True) -> None:
        self.row += 1
        lines = 1
        for column, value in enumerate(values, start=1):
            if value is None:
                continue
            cell = self.sheet.cell(self.row, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"  # text stays text, even if it looks like a formula
            else:
                cell.value = value
                cell.number_format = "#,##0.0" if isinstance(value, int | float) else "dd/mm/yyyy"
                if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
                    cell.number_format = "#,##0"
            wraps = fill or (column > 1 and isinstance(value, str) and tall)
            cell.alignment = _WRAP if wraps else _TOP
            cell.font = font
            if fill:
                cell.fill = _HEAD
            if wraps and len(values) > 1:
                width = int(self.sheet.column_dimensions[get_column_letter(column)].width)
                lines = max(lines, len(textwrap.wrap(str(value), width)))
        if lines > 1:
            self.sheet.row_dimensions[self.row].height = LINE_HEIGHT * lines


def one_decimal(cells: Sequence[Any]) -> None:
    """Give numbers that are compared with each other one decimal, or none where all of them are whole."""
    numbers = [cell for cell in cells if isinstance(cell.value, int | float)]
    if any(cell.value != int(cell.value) for cell in numbers):
        for cell in numbers:
            cell.number_format = "#,##0.0"


def is_words(column: str) -> bool:
    """Say whether a column of a section's sheet holds words, which stand on the left, and not numbers."""
    return column in WORDS or column.startswith("Against")


def _value(cell: Cell) -> str | float:
    return cell.text if cell.number is None else cell.number


def _native(
    chart: Chart, comparators: Sequence[str], sheet: Any, first: int, last: int, columns: int
) -> LineChart | BarChart:
    """Return a chart of the report as Excel draws it, from the cells that hold its data."""
    is_trend = chart.id.startswith("trend-")
    native = LineChart() if is_trend else BarChart()
    native.title = chart.caption
    native.title.tx.rich.p[0].pPr = _heading_of_a_chart()
    native.width, native.height, native.style, native.display_blanks = 9.9, 7.6, 2, "gap"
    if isinstance(native, BarChart):
        native.type, native.gapWidth, native.x_axis.scaling.orientation = "bar", 60, "maxMin"
    native.legend.position = "b"
    native.x_axis.tickLblSkip = 1
    native.x_axis.delete = native.y_axis.delete = False
    native.y_axis.number_format = "#,##0"
    native.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E3E3E3"))
    left, top = (1, first + 1) if is_trend else (2, first)
    data = Reference(sheet, min_col=left, max_col=columns, min_row=top, max_row=last)
    native.add_data(data, from_rows=is_trend, titles_from_data=True)
    labels = (
        Reference(sheet, min_col=2, max_col=columns, min_row=first)
        if is_trend
        else Reference(sheet, min_col=1, min_row=first + 1, max_row=last)
    )
    native.set_categories(labels)
    areas = [row[0].text for row in chart.table.rows] if is_trend else list(chart.table.columns[1:])
    for series, area in zip(native.series, areas, strict=True):
        colour = area_colour(area, comparators).removeprefix("#")
        if is_trend:
            series.graphicalProperties.line.solidFill = colour
            series.graphicalProperties.line.width = 22_000
            series.marker.symbol, series.marker.size = "circle", 6
            series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
            series.smooth = False
        else:
            series.graphicalProperties.solidFill = colour
    return native


def _heading_of_a_chart() -> ParagraphProperties:
    return ParagraphProperties(defRPr=CharacterProperties(sz=1000, b=True, latin=DrawingFont(typeface=FONT)))


def _about(sheet: Any, report: Report) -> None:
    sheet.title = "About"
    sheet.column_dimensions["A"].width = 90
    lines = [
        (f"{report.title} {report.this_year}", _TITLE),
        (f"{report.la_name}, {report.period}", None),
        (report.synthetic_notice, _BOLD),
        (f"{report.vintage}. {report.classification}.", None),
        ("", None),
        (
            "'Summary' prints on one page. Then there is a sheet for each section of the report. Figures are numbers, "
            "unrounded; beside them stand how they are displayed, what they are counted from, what they mean, and "
            "where their comparators come from. 'Data' has one number a row, for a pivot table of your own.",
            None,
        ),
        ("Percentages are numbers from 0 to 100. A change of a percentage is in percentage points.", None),
        *((f"{words}: {MEANINGS[symbol]}.", None) for symbol, words in SYMBOLS.items()),
        (f"{report.made_from}.", _QUIET),
    ]
    for row, (text, font) in enumerate((line for line in lines if line[0] or not line[1]), start=1):
        sheet.cell(row, 1, text or None)
        sheet.cell(row, 1).alignment = _WRAP
        sheet.cell(row, 1).font = font or _PLAIN
        sheet.row_dimensions[row].height = LINE_HEIGHT * max(1, len(textwrap.wrap(text, 84)))
    sheet.row_dimensions[1].height = 20
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.oddHeader.center.text = report.synthetic_notice or report.la_name
