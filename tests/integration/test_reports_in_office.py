"""The Word report and the workbook opened by another program than the one that wrote them: LibreOffice."""

import csv
import re
import shutil
import subprocess
from pathlib import Path

import docx
import openpyxl
import pytest

from orchestration.reports.office import pages_of_headings
from orchestration.reports.pivot import ALL, GRAND_TOTAL
from orchestration.settings import Settings

SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: no document is opened with it")

STEM = "iro_annual_report_2025"


def opened(document: Path, form: str, folder: Path) -> Path:
    """Convert a document with a profile of its own, so that neither a running office nor its settings matter."""
    subprocess.run(
        [
            str(SOFFICE),
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            form,
            "--outdir",
            str(folder),
            str(document),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / f"{document.stem}.{form.partition(':')[0]}"


@pytest.fixture(params=["published", "published_public"])
def reports(request: pytest.FixtureRequest, demo: tuple[Settings, str]) -> Path:
    return (demo[0].data_dir / request.param / "reports").resolve()


def test_another_program_reads_the_report_as_it_was_written(reports: Path, tmp_path: Path) -> None:
    document = reports / f"{STEM}.docx"
    text = opened(document, "txt:Text (encoded):UTF8", tmp_path).read_text(encoding="utf-8-sig")
    written = docx.Document(str(document))
    captions = [p.text for p in written.paragraphs if p.style and p.style.name == "Caption"]
    assert len(captions) > 30
    assert [caption for caption in captions if caption not in text] == []
    cells = {cell.text for table in written.tables for row in table.rows for cell in row.cells if cell.text}
    assert len(cells) > 400
    assert [cell for cell in cells if cell not in text] == []
    assert "Error: Reference source not found" not in text


def test_another_program_works_out_the_same_pivot_tables(reports: Path, tmp_path: Path) -> None:
    """From the data behind them, since their cells are empty when it opens the workbook."""
    workbook = openpyxl.load_workbook(reports / "pivot_tables_2025.xlsx")
    shown = {}
    for sheet in workbook:
        for pivot in sheet._pivots:
            cells = sheet[pivot.location.ref]
            shown[sheet.title] = pivot.location.ref, [[cell.value for cell in row] for row in cells]
            for row in cells:
                for cell in row:
                    cell.value = None
    assert len(shown) == (2 if reports.parent.parent.name == "publications_public" else 5)
    workbook.save(tmp_path / "emptied.xlsx")
    anew = openpyxl.load_workbook(opened(tmp_path / "emptied.xlsx", "xlsx", tmp_path / "anew"))
    theirs = {"Total Result": GRAND_TOTAL, "- all -": ALL}
    for title, (place, rows) in shown.items():
        assert [[theirs.get(cell.value, cell.value) for cell in row] for row in anew[title][place]] == rows, title


def test_the_report_prints_on_as_many_pages_as_one_would_read(reports: Path, tmp_path: Path) -> None:
    """Landscape pages for the annex, portrait for the rest, and no picture left behind."""
    printed = opened(reports / f"{STEM}.docx", "pdf", tmp_path).read_bytes()
    sizes = [
        (float(width), float(height))
        for width, height in re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", printed)
    ]
    portrait, landscape = (sum(1 for w, h in sizes if (w < h) is upright) for upright in (True, False))
    assert 15 < portrait < 34
    assert 4 < landscape < 20
    assert printed.count(b"/Subtype/Image") >= 10
    # What the contents of the report are filled in from.
    pages = pages_of_headings(printed)
    assert pages["Executive summary"] == "3"
    assert int(pages["Annex: definitions and sources"]) == portrait + 1


def test_another_program_reads_the_workbook_sheet_by_sheet(reports: Path, tmp_path: Path) -> None:
    """As CSV with the cells as they are stored: a figure is a number there, its display a text."""
    sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,4"
    opened(reports / f"{STEM}.xlsx", sheet, tmp_path)
    (written,) = tmp_path.glob("*.csv")
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    head = next(row for row in rows if row[0] == "Figure")
    rate = next(row for row in rows if row[0] == "Children in our care per 10,000 children")
    assert float(rate[head.index("2024/25")]) == pytest.approx(131.7, abs=1)
    assert float(rate[head.index("2023/24")]) == pytest.approx(141, abs=1)
    assert rate[head.index("As displayed")] == str(round(float(rate[head.index("2024/25")])))
    assert rate[head.index("Definition")] == "children_looked_after_rate"
