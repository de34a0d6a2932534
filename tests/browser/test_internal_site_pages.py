"""The internal site in a browser, below a path as behind a proxy: every page whole, its figures the exact ones."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import expect

from orchestration.publish.publication import DATABASE, INTERNAL
from orchestration.settings import Settings
from orchestration.site.server import site_server
from tests.browser.test_site_pages import WRONG, Key, figures, pages, settled, wrong_figures
from tests.browser.watching import Watched, violations, wider_than_the_window
from tests.site_fixture import PATH

pytestmark = pytest.mark.ci

Visit = Callable[..., Watched]

OWN = ["data-quality/", "month-by-month/", "officers/", "reconciliation/", "revisions/", "work-in-hand/"]
ALSO = ["", "care-leavers/", "iro-service/", "how-to-read/", "your-own-table/", "metrics/", "metrics/iro_caseload/"]
"""Pages that both sites have: a link to /care-leavers/ begins with the letters of the path."""


@pytest.fixture(scope="module")
def address(internal_site: Path, site_settings: Settings) -> Iterator[str]:
    with site_server(site_settings, 0, INTERNAL) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{PATH}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def marts(demo: tuple[Settings, str]) -> dict[Key, tuple[str, str]]:
    """Every exact figure of a financial year, an officer's by the officer's label: its display, and its unit."""
    with duckdb.connect(str(demo[0].published / DATABASE), read_only=True) as db:
        rows = db.execute(
            """
            select
                v.metric_id, v.breakdown, coalesce(o.iro_label, v.category), cast(v.period_end as varchar),
                v.display_value, m.unit
            from marts.metric_values as v
            inner join marts.metric_catalogue as m on v.metric_id = m.metric_id
            left join marts.dim_iro as o on v.breakdown = 'iro' and v.category = o.iro_key
            where v.la_code = '812' and v.period_type = 'financial_year'
            """
        ).fetchall()
    return {
        (metric, breakdown, category, end): (display, unit) for metric, breakdown, category, end, display, unit in rows
    }


def test_every_kind_of_page_opens_whole_below_its_path_with_its_banner_and_exact_figures(
    internal_site: Path, address: str, visit: Visit, marts: dict[Key, tuple[str, str]]
) -> None:
    assert {*OWN, *ALSO} <= set(pages(internal_site))
    watched = visit(address)
    amiss: dict[str, Any] = {}
    read: set[Key] = set()
    for name in [*ALSO, *OWN]:
        before = len(watched.faults)
        watched.page.goto(f"{address}{name}")
        page = settled(watched)
        found = figures(page)
        read |= {key for key, _, _ in found}
        links = page.locator("a[href]").evaluate_all("all => all.map(one => new URL(one.href).pathname)")
        said = {
            "faults": watched.faults[before:],
            "banner": [] if page.locator("p.banner", has_text="OFFICIAL-SENSITIVE").is_visible() else ["none"],
            "figures": wrong_figures(found, marts),
            "errors": WRONG.findall(page.locator("body").inner_text()),
            "links": [link for link in links if not link.startswith(f"{PATH}/")],
            "axe": violations(page),
        }
        if any(said.values()):
            amiss[name or "/"] = {what: all for what, all in said.items() if all}
    watched.faults.clear()
    assert amiss == {}
    assert any(key[1] == "iro" for key in read)
    assert any(marts[key][0] in ("1", "2", "3", "4", "5") for key in read), "no small number was seen"


def test_links_lead_from_page_to_page_below_the_path(address: str, visit: Visit) -> None:
    page = settled(visit(address))
    for name in ("Care leavers", "Work in hand", "All measures"):
        page.locator("nav[aria-label='Pages'] a", has_text=name).click()
        expect(page.locator("nav a[aria-current='page']")).to_have_text(name)
        assert PATH in page.url
    page.locator("main a", has_text="Reviews held on time").first.click()
    page.wait_for_url(f"**{PATH}/metrics/**")
    page.wait_for_selector("main [data-metric]")


@pytest.mark.parametrize("name", OWN)
def test_on_a_phone_only_tables_and_charts_scroll_sideways(name: str, address: str, visit: Visit) -> None:
    page = settled(visit(f"{address}{name}", width=320, height=640))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert wider_than_the_window(page) == []


def test_the_lengths_of_the_work_lists_are_those_of_the_lists(
    address: str, visit: Visit, demo: tuple[Settings, str]
) -> None:
    """Counted from the lists themselves, which lie in the restricted part of the same run."""
    page = settled(visit(f"{address}work-in-hand/"))
    read = {
        card.locator("h2").inner_text(): [row.inner_text().split("\t") for row in card.locator("tbody tr").all()]
        for card in page.locator("li.card").all()
    }
    with duckdb.connect() as db:
        for title, table, urgency in (
            ("Reviews due", "reviews_due", "urgency"),
            ("Permanence tracker", "permanence_tracker", "position"),
        ):
            path = str(demo[0].restricted / f"restricted_work_list_{table}.parquet")
            counted = db.execute(
                f"select {urgency}, count(*) from read_parquet(?) group by all",
                [path],
            ).fetchall()
            assert counted and dict(read[title]) == {words: str(count) for words, count in counted}
