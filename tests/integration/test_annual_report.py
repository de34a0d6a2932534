"""The reports of the demo: every printed figure is in them, they equal the tables, and two are the same bytes."""

import csv
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import docx
import duckdb
import openpyxl
import pytest
from docx.oxml.ns import qn

from orchestration.publish.publication import DATABASE
from orchestration.reports.phrases import shown
from orchestration.settings import REPOSITORY, Settings
from tests.figures_as_told import side
from tests.integration.running import cla

FILES = [
    "board_pack_2025.html",
    "iro_annual_report_2025.docx",
    "iro_annual_report_2025.html",
    "iro_annual_report_2025.xlsx",
    "pivot_tables_2025.xlsx",
]

NOT_IN_THE_REPORT = {
    "F021",  # what is left of 100% after the White share: the table has each ethnicity
    "F028",  # 9.1% with parents; DfE's convention, and ours, is whole percentages: 9%
    "F089",  # 25% turned 18: 32 of 123 are 26%
    "F092",  # a rise "of 4%" from 69% to 72%: 3 percentage points
}
"""Printed figures that the report has on purpose in another way; those without a metric are left out as well."""


@pytest.fixture(scope="module")
def reports(demo: tuple[Settings, str]) -> Path:
    return demo[0].published / "reports"


@pytest.fixture(scope="module")
def page(reports: Path) -> str:
    return (reports / "iro_annual_report_2025.html").read_text(encoding="utf-8")


def test_a_build_writes_the_reports_for_their_owner_alone(reports: Path) -> None:
    assert sorted(path.name for path in reports.iterdir()) == FILES
    assert {stat.S_IMODE(path.stat().st_mode) for path in reports.iterdir()} == {0o600}
    assert (reports / "iro_annual_report_2025.html").stat().st_size < 2_000_000


def test_every_printed_figure_stands_in_the_report(page: str, published: duckdb.DuckDBPyConnection) -> None:
    """As the tables have it: what the printed report says and ours does not is explained in report_reconciliation."""
    text = re.sub(r"<[^>]+>", " ", page)
    with (REPOSITORY / "seeds/metrics/report_figures.csv").open(encoding="utf-8", newline="") as file:
        figures = [row for row in csv.DictReader(file) if row["metric_id"] and row["value_kind"] == "value"]
    absent = []
    for row in figures:
        if row["figure_id"] in NOT_IN_THE_REPORT or not row["category"]:
            continue
        column, source = (
            ("comparator_display", "metric_comparison") if row["comparator"] else ("display_value", "metric_values")
        )
        year = 2025 if row["comparator"] else int(row["period_end"][:4])
        found = published.execute(
            f"""
            select max({column}) from marts.{source}
            where la_code = '812' and period_type = 'financial_year' and period_end = ?
                and metric_id = ? and breakdown = ? and category = ?
            """
            + ("and comparator = ?" if row["comparator"] else ""),
            [
                f"{year}-03-31",
                row["metric_id"],
                row["breakdown"],
                row["category"],
                *([row["comparator"]] if row["comparator"] else []),
            ],
        ).fetchall()[0][0]
        ((unit,),) = published.execute(
            "select unit from marts.metric_catalogue where metric_id = ?", [row["metric_id"]]
        ).fetchall()
        if not re.search(rf"(?<![\d.,]){re.escape(shown(found, unit))}(?![\d%])", text):
            absent.append((row["figure_id"], found, unit))
    assert len(figures) > 120
    assert absent == []


def test_the_tables_of_the_page_equal_the_marts(reports: Path, published: duckdb.DuckDBPyConnection) -> None:
    """Read from the finished workbook: each number beside its definition is the number of metric_values."""
    workbook = openpyxl.load_workbook(reports / "iro_annual_report_2025.xlsx", read_only=True)
    checked = 0
    for sheet in workbook.worksheets:
        columns: dict[str, int] = {}
        for row in sheet.iter_rows(values_only=True):
            if "Definition" in row and "Numerator" in row:
                columns = {str(name): index for index, name in enumerate(row) if name}
            elif columns and len(row) > columns["Definition"] and row[columns["Definition"]]:
                breakdown, _, category = (row[columns["Category"]] or "all: all").partition(": ")
                ((value, numerator),) = published.execute(
                    """
                    select value, numerator from marts.metric_values
                    where la_code = '812' and period_type = 'financial_year' and period_end = date '2025-03-31'
                        and metric_id = ? and breakdown = ? and category = ?
                    """,
                    [row[columns["Definition"]], breakdown, category],
                ).fetchall()
                assert numerator == row[columns["Numerator"]]
                # A workbook keeps 16 digits.
                assert value is None or row[columns["2024/25"]] == pytest.approx(value, rel=1e-12)
                checked += 1
    assert checked > 100


def test_nothing_that_tells_a_person_is_in_a_report(
    page: str, reports: Path, published: duckdb.DuckDBPyConnection
) -> None:
    word = docx.Document(str(reports / "iro_annual_report_2025.docx"))
    text = page + "".join(paragraph.text for paragraph in word.paragraphs)
    text += "".join(cell.text for table in word.tables for cell in table._cells)
    keys = published.execute(
        "select iro_key from marts.dim_iro union all select child_key from marts.dim_child"
    ).fetchall()
    assert len(keys) > 1000
    assert [key for (key,) in keys if key in text] == []


def test_everything_invented_says_so(page: str, reports: Path) -> None:
    assert "SYNTHETIC DATA" in page
    assert page.count("<svg ") == len(re.findall(r"Synthetic data</t(?:ext|span)>", page))
    assert "SYNTHETIC DATA" in (reports / "board_pack_2025.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("variant", ["published", "published_public"])
def test_the_pivot_tables_hold_what_is_published_and_the_public_ones_figures_alone(
    demo: tuple[Settings, str], variant: str
) -> None:
    folder = demo[0].data_dir / variant
    workbook = openpyxl.load_workbook(folder / "reports" / "pivot_tables_2025.xlsx", read_only=True)
    numbers = list(workbook["Data of figures"].iter_rows(min_row=6, values_only=True))
    without = list(workbook["Without a number"].iter_rows(min_row=6, values_only=True))
    with duckdb.connect(str(folder / DATABASE), read_only=True) as db:
        figures = db.execute(
            "select display_value from marts.metric_trends "
            "where la_code = '812' and series_name <> 'Published figure' and breakdown <> 'iro'"
        ).fetchall()
        ((children,),) = db.execute(
            "select display_value from marts.metric_values where metric_id = 'children_looked_after' "
            "and breakdown = 'all' and period_type = 'financial_year' and period_end = date '2025-03-31'"
        ).fetchall()
    symbols = [display for (display,) in figures if not display[0].isdigit() and display[0] != "-"]
    assert sorted(row[-1] for row in numbers) == sorted(float(one) for (one,) in figures if one not in set(symbols))
    assert sorted(row[-1] for row in without) == sorted(shown(one, "children") for one in symbols)
    rows = [row for row in numbers if row[0] == "Children in our care" and row[4] == "2024/25"]
    assert [row[-1] for row in rows if row[1] == "Total"] == [int(children)]
    counted = [name for name in workbook.sheetnames if name.startswith("Data of ") and name != "Data of figures"]
    if variant == "published_public":
        assert counted == []
        return
    assert counted == ["Data of children in care", "Data of children who left", "Data of reviews"]
    in_care = workbook["Data of children in care"].iter_rows(min_row=6, values_only=True)
    assert sum(row[-1] for row in in_care if row[0] == "2024/25") == int(children) == 438


def test_what_the_docs_set_beside_the_printed_report_is_what_the_report_says(reports: Path) -> None:
    said = "\n".join(one.text for one in docx.Document(str(reports / "iro_annual_report_2025.docx")).paragraphs)
    page = (REPOSITORY / "docs" / "report-side-by-side.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| .* \| (.*) \|$", page, re.MULTILINE)
    assert len(rows) == 20
    assert [row for row in rows if row not in said] == []


@pytest.mark.slow
def test_reports_made_again_are_the_same_bytes_and_quick(own_demo: Settings) -> None:
    reports = own_demo.published / "reports"
    before = {path.name: path.read_bytes() for path in reports.iterdir()}
    before_it = os.times()
    code, output = cla(own_demo.data_dir, "report", "--year", "2025")
    assert code == 0, output
    # 20 s asked for where nothing else runs; a busy processor counts more. Windows tells none of what has ended.
    assert sum(os.times()[2:4]) - sum(before_it[2:4]) < 60
    assert {path.name: path.read_bytes() for path in reports.iterdir()} == before


@pytest.mark.slow
def test_the_first_year_and_a_year_that_is_not_there(own_demo: Settings) -> None:
    code, output = cla(own_demo.data_dir, "report", "--year", "2021")
    assert code == 0, output
    path = own_demo.published / "reports" / "iro_annual_report_2021.html"
    assert "There are no figures for 2019/20 to compare with." in path.read_text(encoding="utf-8")
    code, output = cla(own_demo.data_dir, "report", "--year", "2019")
    assert (code, "no figures for the year to 31 March 2019" in output) == (1, True)


@pytest.mark.slow
def test_words_written_in_word_survive_new_figures(demo: tuple[Settings, str], tmp_path: Path) -> None:
    """The manager writes over a prompt, the report is made anew, and a second version keeps the first beside it."""
    shutil.copytree(demo[0].published.resolve(), tmp_path / "publications" / "run")
    (tmp_path / "published").symlink_to("publications/run", target_is_directory=True)
    path = tmp_path / "published" / "reports" / "iro_annual_report_2025.docx"
    for words, last in (("Carers held on.", None), ("Carers held on, again.", "Carers held on.")):
        document = docx.Document(str(path))
        paragraphs = [docx.text.paragraph.Paragraph(p, document) for p in document.element.body.iter(qn("w:p"))]
        place = next(p for p in paragraphs if p.text == last or p.text.startswith("Why placements held or broke down"))
        place.runs[0].text = words
        document.save(str(tmp_path / "edited.docx"))
        code, output = cla(tmp_path, "report", "--take-narrative", str(tmp_path / "edited.docx"))
        assert code == 0, output
        folder = tmp_path / "narrative" / "812" / "2025"
        assert (folder / "stability.md").read_text(encoding="utf-8").strip() == words
        assert words in path.with_suffix(".html").read_text(encoding="utf-8")
    assert (folder / "stability.md.bak").read_text(encoding="utf-8").strip() == "Carers held on."
    assert [file.name for file in folder.glob("*.md")] == ["stability.md"]
    assert stat.S_IMODE((folder / "stability.md").stat().st_mode) == 0o600
    code, output = cla(tmp_path, "report", "--take-narrative", str(tmp_path / "published" / "manifest.json"))
    assert (code, "cannot be read as a Word document" in output) == (1, True)


@pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed: the print is not looked at")
def test_the_board_pack_prints_on_one_page(reports: Path, tmp_path: Path) -> None:
    subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--print-to-pdf={tmp_path / 'board.pdf'}",
            (reports / "board_pack_2025.html").resolve().as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "board.pdf").read_bytes())) == 1


def test_directions_are_those_of_what_is_displayed(published: duckdb.DuckDBPyConnection) -> None:
    """Text would put 10 below 9; a tie as displayed is a tie, whatever stands behind it."""
    rows = published.execute(
        """
        select display_value, previous_display, direction from marts.metric_changes
        union all
        select changes.display_value, comparisons.comparator_display, comparisons.direction
        from marts.metric_comparison as comparisons
        inner join marts.metric_changes as changes
            using (la_code, period_type, period_end, metric_id, breakdown, category)
        inner join marts.metric_catalogue as metrics using (metric_id)
        where metrics.unit in ('percent', 'rate_per_10000', 'mean', 'median_months')
        """
    ).fetchall()
    assert {found for _, _, found in rows} == {"higher", "lower", "same", None}
    assert [row for row in rows if side(*row[:2]) != row[2]] == []
