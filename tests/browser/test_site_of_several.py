"""A whole site of two authorities: every page leads to the same page of the other, and no figure goes along."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page

from orchestration.errors import UserError
from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from orchestration.site.builder import build_site, node_and_npm
from tests.browser.watching import Watched, serving, until, violations, wider_than_the_window

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

Visit = Callable[..., Watched]
OTHER = "201"
"""The demo's authority once more, with another code and a figure that tells the two apart."""
CHILDREN = "main .card [data-metric='children_looked_after']"


@pytest.fixture(scope="module")
def site(demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        node_and_npm()
    except UserError as error:
        pytest.skip(f"no site is built: {error}")
    settings = Settings(tmp_path_factory.mktemp("several"))
    shutil.copytree(demo[0].published_public.resolve(), settings.published_public)
    with duckdb.connect(str(settings.published_public / DATABASE)) as db:
        columns: dict[str, set[str]] = {}
        for table, column in db.execute("select table_name, column_name from duckdb_columns()").fetchall():
            columns.setdefault(table, set()).add(column)
        for table in sorted(table for table in columns if "la_code" in columns[table] and table != "dim_authority"):
            of_the_other = [f"'{OTHER}' as la_code"]
            if "la_name" in columns[table]:
                of_the_other.append("'City of London' as la_name")
            if {"metric_id", "display_value", "value"} <= columns[table]:
                of_the_other += [
                    f"case when metric_id = 'children_looked_after' then {told} else {column} end as {column}"
                    for column, told in (("display_value", "'7777'"), ("value", "7777"))
                ]
            db.execute(
                f"insert into marts.{table} select * replace ({', '.join(of_the_other)}) from marts.{table} "
                "where la_code = '812'"
            )
    return build_site(settings).folder.resolve()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serving(site) as served:
        yield f"{served}/"


def choose(page: Page, name: str) -> None:
    page.get_by_label("Another authority").select_option(label=name)
    page.get_by_role("button", name="Show this page").click()


def test_both_have_all_pages_and_each_its_own_figures(site: Path) -> None:
    pages = {
        code: {path.relative_to(site / code).as_posix() for path in (site / code).rglob("*.html")}
        for code in ("812", OTHER)
    }
    assert pages["812"] == pages[OTHER] and len(pages["812"]) > 80
    assert {path.name for path in site.iterdir()} == {"index.html", "manifest.json", "_app", "812", OTHER}
    assert len(list(site.rglob("*.wasm"))) == 2
    for code, names in (("812", ["North East Lincolnshire"]), (OTHER, ["City of London"])):
        (parquet,) = (site / code / "data").rglob("metric_values.parquet")
        with duckdb.connect() as db:
            (found,) = db.execute(
                "select list(distinct display_value = '7777') from read_parquet(?) "
                "where metric_id = 'children_looked_after' and breakdown = 'all'",
                [str(parquet)],
            ).fetchall()[0]
        assert found == [code == OTHER]
        for page in sorted(pages[code]):
            text = (site / code / page).read_text(encoding="utf-8")
            if page not in ("data-dictionary.html", "numbered-definitions.html"):  # of the tables, not of an authority
                assert text.partition("Figures of <strong")[2].partition(">")[2].startswith(names[0]), page


def test_a_reader_goes_from_one_to_the_other_and_keeps_what_was_chosen(address: str, visit: Visit) -> None:
    watched = visit(address)
    page = watched.page
    page.get_by_role("link", name="North East Lincolnshire").click()
    until(lambda: page.locator(CHILDREN).first.inner_text() == "438")
    page.select_option("select[data-input='year']", "2023")
    page.select_option("select[data-input='compare']", "England")
    choose(page, "City of London")
    page.wait_for_url(f"**/{OTHER}/?year=2023&compare=England")
    until(lambda: page.locator(CHILDREN).first.inner_text() == "7,777")
    assert page.locator("select[data-input='year']").input_value() == "2023"
    page.locator("nav[aria-label='Pages'] a", has_text="Placements and stability").click()
    page.wait_for_url(f"**/{OTHER}/placements/")
    choose(page, "North East Lincolnshire")
    page.wait_for_url("**/812/placements/")
    until(lambda: page.locator("select[data-input='year']").input_value() == "2023")
    assert page.locator("select[data-input='compare']").input_value() == "England"
    page.go_back()
    until(lambda: "City of London" in page.locator(".authority p").inner_text())
    assert page.get_by_label("Another authority").input_value() == ""
    page.get_by_role("link", name="All authorities").click()
    page.wait_for_url(address)


@pytest.mark.parametrize("name", ["", "812/", f"{OTHER}/metrics/children_looked_after_rate/"])
def test_the_first_page_and_the_chooser_pass_the_checker_and_fit_a_phone(name: str, address: str, visit: Visit) -> None:
    page = visit(f"{address}{name}", width=320, height=640).page
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert wider_than_the_window(page) == []
