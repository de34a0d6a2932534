"""The report as a workbook: a sheet per section, figures as numbers, with their definitions and sources beside them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from orchestration.reports.comparators import comparator_source
from orchestration.reports.content import Chart, FigureTable, Line, Report, Section, Table, figure_tables, walk
from orchestration.reports.figures import Metric
from orchestration.reports.phrases import MEANINGS, SYMBOLS, in_words, moved, sentence_case, shown, standing

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

_BOLD, _TITLE, _QUIET = Font(bold=True), Font(bold=True, size=14), Font(color="595959")
_HEAD = PatternFill("solid", start_color="EEF3F8")
_WRAP = Alignment(wrap_text=True, vertical="top")
_TOP = Alignment(vertical="top")


def write_workbook(report: Report, metrics: dict[str, Metric], path: Path) -> None:
    """Write the report's figures as a workbook."""
    workbook = Workbook()
    _about(workbook.active, report)
    for section in report.sections:
        if section.id == "annex" or not any(
            isinstance(block, FigureTable | Table | Chart) for _, part in walk([section]) for block in part.blocks
        ):
            continue
        sheet = workbook.create_sheet(SHEETS[section.id])
        _Sheet(sheet, report, metrics).write(section)
    for level, part in walk(report.sections):
        definitions = [block for block in part.blocks if isinstance(block, Table) and block.id == "definitions"]
        if level == 1 and definitions:
            sheet = workbook.create_sheet("Definitions")
            written = _Sheet(sheet, report, metrics)
            written.head("Definitions")
            sheet.freeze_panes = f"B{written.row + 3}"
            sheet.print_title_rows = f"{written.row + 2}:{written.row + 2}"
            written.table(definitions[0])
            for column, width in zip("ABC", (45, 110, 48), strict=True):
                sheet.column_dimensions[column].width = width
    properties = workbook.properties
    properties.title = f"{report.title} {report.this_year}"
    properties.creator = report.la_name
    properties.subject = report.synthetic_notice or report.classification
    properties.created = (
        datetime.fromisoformat(report.published_at).replace(tzinfo=None) if report.published_at else None
    )
    workbook.save(path)


class _Sheet:
    def __init__(self, sheet: Any, report: Report, metrics: dict[str, Metric]):
        self.sheet, self.report, self.metrics = sheet, report, metrics
        self.row = 0

    def write(self, section: Section) -> None:
        self.head(section.title)
        tables = figure_tables(section)
        if tables:
            self._figures(tables)
        for _, part in walk([section]):
            for block in part.blocks:
                if isinstance(block, Table) and not block.lines:
                    self.table(block)
                elif isinstance(block, Chart) and not block.beside:
                    self.table(block.table)

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

    def _figures(self, tables: list[FigureTable | Table]) -> None:
        names = self.report.comparator_names
        columns = [
            "Figure",
            "Table",
            self.report.this_year,
            "Unit",
            "As displayed",
            "Numerator",
            "Denominator",
            self.report.previous_year,
            f"{self.report.previous_year}, as displayed",
            "Moved",
            "Change, unrounded",
            *(sentence_case(in_words(name)) for name in names),
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
            30,
            11,
            20,
            13,
            11,
            12,
            11,
            13,
            15,
            12,
            *[13] * len(names),
            *[16] * len(names),
            38,
            30,
            70,
            30,
            12,
            14,
            60,
        ]
        self._append(columns, _BOLD, fill=True)
        self.sheet.freeze_panes = f"B{self.row + 1}"
        self.sheet.print_title_rows = f"{self.row}:{self.row}"
        first = self.row
        for table in tables:
            for line in table.lines:
                self._append(list(self._line(line, table.caption, names)))
        self.sheet.auto_filter.ref = f"A{first}:{get_column_letter(len(columns))}{self.row}"
        for index, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(index)].width = width
        self._append([])

    def _line(self, line: Line, caption: str, names: tuple[str, ...]) -> Iterator[Any]:
        figure = line.figure
        yield line.label
        yield caption
        if figure is None:
            yield "not available"
            return
        metric = self.metrics[figure.metric_id]
        yield figure.value if figure.value is not None else shown(figure.display, figure.unit)
        yield UNITS.get(figure.unit, figure.unit)
        yield shown(figure.display, figure.unit)
        yield figure.numerator
        yield figure.denominator
        yield figure.previous_value
        yield shown(figure.previous_display, figure.unit)
        yield moved(figure)
        yield figure.change
        found = [figure.comparator(name) for name in names]
        for comparator in found:
            if comparator is None:
                yield None
            else:
                yield comparator.value if comparator.value is not None else shown(comparator.display, figure.unit)
        for name, comparator in zip(names, found, strict=True):
            yield None if comparator is None else standing(figure, name)
        yield figure.metric_id
        yield None if figure.breakdown == "all" else f"{figure.breakdown}: {figure.category}"
        yield metric.definition
        yield figure.denominator_source
        yield figure.status
        yield figure.as_known_at
        yield comparator_source(figure) or None

    def table(self, table: Table) -> None:
        """Write any other table below what stands there already."""
        self._append([table.caption], _BOLD)
        self._append(list(table.columns), _BOLD, fill=True)
        for row in table.rows:
            self._append([cell.text if cell.number is None else cell.number for cell in row])
        self._append([])

    def _append(self, values: list[Any], font: Font | None = None, *, fill: bool = False) -> None:
        self.row += 1
        for column, value in enumerate(values, start=1):
            if value is None:
                continue
            cell = self.sheet.cell(self.row, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"  # text stays text, even if it looks like a formula
            else:
                cell.value = value
                cell.number_format = "#,##0.##" if isinstance(value, int | float) else "dd/mm/yyyy"
                if isinstance(value, float) and value.is_integer():
                    cell.number_format = "#,##0"
            cell.alignment = _WRAP if fill or (column > 1 and isinstance(value, str)) else _TOP
            if font:
                cell.font = font
            if fill:
                cell.fill = _HEAD


def _about(sheet: Any, report: Report) -> None:
    sheet.title = "About"
    sheet.column_dimensions["A"].width = 120
    lines = [
        (f"{report.title} {report.this_year}", _TITLE),
        (f"{report.la_name}, {report.period}", None),
        (report.synthetic_notice, _BOLD),
        (f"{report.vintage}. {report.classification}.", None),
        ("", None),
        (
            "A sheet for each section of the report. Figures are numbers, unrounded; beside them stand how they are "
            "displayed, what they are counted from, what they mean, and where their comparators come from.",
            None,
        ),
        ("Percentages are numbers from 0 to 100. A change of a percentage is in percentage points.", None),
        *((f"{words}: {MEANINGS[symbol]}.", None) for symbol, words in SYMBOLS.items()),
        (f"{report.made_from}.", _QUIET),
    ]
    for row, (text, font) in enumerate((line for line in lines if line[0] or not line[1]), start=1):
        sheet.cell(row, 1, text or None)
        sheet.cell(row, 1).alignment = _WRAP
        if font:
            sheet.cell(row, 1).font = font
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.oddHeader.center.text = report.synthetic_notice or report.la_name
