"""The headline figures under one name, with one rounding and one value, in every form in which people meet them.

What the marts say is what all others must say: the board pack, the report in Word, HTML and Excel, both sites and the
names of the Power BI model. Each is read as its reader would, from the finished file.
"""

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import docx
import duckdb
import openpyxl
import pytest

from orchestration.documentation.power_bi.project import project_files
from orchestration.publish.publication import DATABASE, INTERNAL, PUBLIC, Variant
from orchestration.reports.labels import label
from orchestration.reports.phrases import SYMBOLS, shown
from orchestration.settings import Settings

Headlines = Mapping[str, tuple[str, str]]
"""What each headline is called: its category's name where it is one of a table's (''), and what is read beside it."""

YEAR = 2025
VARIANTS = [pytest.param(PUBLIC, id="public"), pytest.param(INTERNAL, id="internal")]


def headlines(settings: Settings, variant: Variant) -> Headlines:
    with duckdb.connect(str(variant.link(settings) / DATABASE), read_only=True) as db:
        rows = db.execute(
            """
            select h.name, h.breakdown, h.category, v.display_value, m.unit
            from marts.metric_headlines as h
            inner join marts.metric_catalogue as m on h.metric_id = m.metric_id
            inner join marts.metric_values as v
                on h.metric_id = v.metric_id and h.breakdown = v.breakdown and h.category = v.category
            where v.la_code = '812' and v.period_type = 'financial_year' and year(v.period_end) = ?
            """,
            [YEAR],
        ).fetchall()
    return {
        name: ("" if breakdown == "all" else label(breakdown, category), shown(display, unit))
        for name, breakdown, category, display, unit in rows
    }


def values(expected: Headlines) -> dict[str, str]:
    return {name: value for name, (_, value) in expected.items()}


def text_of(markup: str) -> str:
    """Return what is read of a piece of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup))).strip()


def rows_of(page: str) -> dict[str, set[str]]:
    """Return what stands in the first cell beside each row's name, in any table of the year's figures."""
    found: dict[str, set[str]] = {}
    for table in re.findall(r"<table\b.*?</table>", page, re.DOTALL):
        if not re.search(r"<th[^>]*>Figure</th>\s*<th[^>]*>2024/25</th>", table):
            continue
        for name, value in re.findall(r'<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)</td>', table, re.DOTALL):
            found.setdefault(text_of(name), set()).add(text_of(value))
    return found


def reports(settings: Settings, variant: Variant) -> Path:
    return variant.link(settings) / "reports"


def as_excel_shows(cell: Any) -> str:
    """Return a number of Excel as its format shows it, rounded half up as Excel does."""
    if not isinstance(cell.value, int | float):
        return str(cell.value)
    decimals = len(re.sub(r"[^0]", "", cell.number_format.partition(".")[2]))
    rounded = int(cell.value * 10**decimals + 0.5 + 1e-9) / 10**decimals
    return f"{rounded:,.{decimals}f}{'%' if '%' in cell.number_format else ''}"


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_board_pack_and_the_summary_in_excel_have_every_headline(
    demo: tuple[Settings, str], variant: Variant
) -> None:
    expected = values(headlines(demo[0], variant))
    assert len(expected) == 16
    page = (reports(demo[0], variant) / f"board_pack_{YEAR}.html").read_text(encoding="utf-8")
    found = re.findall(r'<strong>([^<]*)</strong>.*?<td class="number">(.*?)</td>', page, re.DOTALL)
    # A headline that may not be shown has no row on the board's page; everywhere else it says so.
    on_the_board = {name: value for name, value in expected.items() if value != SYMBOLS["c"]}
    assert {text_of(name): text_of(value) for name, value in found if text_of(name) in expected} == on_the_board
    workbook = openpyxl.load_workbook(reports(demo[0], variant) / f"iro_annual_report_{YEAR}.xlsx")
    summary = {row[0].value: as_excel_shows(row[1]) for row in workbook["Summary"].iter_rows() if row[0].value}
    assert {name: summary.get(name) for name in expected} == expected


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_report_has_every_headline_in_its_tables_by_the_same_name(
    demo: tuple[Settings, str], variant: Variant
) -> None:
    """A share of a table, as those in foster care, stands there by its category's name."""
    document = docx.Document(str(reports(demo[0], variant) / f"iro_annual_report_{YEAR}.docx"))
    word: dict[str, set[str]] = {}
    for table in document.tables:
        if [cell.text for cell in table.rows[0].cells[:2]] == ["Figure", "2024/25"]:
            for row in table.rows[1:]:
                word.setdefault(row.cells[0].text, set()).add(row.cells[1].text)
    html = rows_of((reports(demo[0], variant) / f"iro_annual_report_{YEAR}.html").read_text(encoding="utf-8"))
    for name, (category, value) in headlines(demo[0], variant).items():
        assert word.get(category or name) == {value}, ("Word", name)
        assert html.get(category or name) == {value}, ("HTML", name)


def cards(site: Path) -> dict[str, str]:
    """Return the cards of a site's first page as they were built, before any script has run."""
    page = (site / "index.html").read_text(encoding="utf-8")
    found = re.findall(r'<h3 class="card-name">(.*?)</h3>.*?<span class="figure"[^>]*>(.*?)</span>', page, re.DOTALL)
    return {text_of(name): text_of(value) for name, value in found}


@pytest.mark.slow
def test_the_public_site_has_every_headline(demo: tuple[Settings, str], site: Path) -> None:
    assert cards(site) == values(headlines(demo[0], PUBLIC))


@pytest.mark.ci
def test_the_internal_site_has_every_headline(demo: tuple[Settings, str], internal_site: Path) -> None:
    assert cards(internal_site) == values(headlines(demo[0], INTERNAL))


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_power_bi_model_has_a_measure_by_the_name_of_every_headline(
    demo: tuple[Settings, str], variant: Variant
) -> None:
    """Their values are those of the tables that the model loads (tests/integration/test_bi.py)."""
    manifest = json.loads((demo[0].dbt_manifest / "manifest.json").read_text(encoding="utf-8"))
    model = "\n".join(project_files(manifest, variant, "", with_rows=not variant.is_public).values())
    named = set(re.findall(r"^\s*measure '?(.*?)'? =", model.replace("''", "'"), re.MULTILINE))
    assert set(headlines(demo[0], variant)) <= named
