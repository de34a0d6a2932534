"""The annual report and the board pack in a browser: complete without scripts, by keyboard, enlarged and in print."""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page

from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from tests.browser.watching import FOCUSABLE, Watched, serving, violations, walk_by_keyboard, wider_than_the_window

REPORT, BOARD = "iro_annual_report_2025.html", "board_pack_2025.html"
VARIANTS = ("published", "published_public")
A4_PORTRAIT, A4_LANDSCAPE = 680, 1046
"""Of the print within its margins, in CSS pixels."""

SHARE, PERMANENCE = "children_looked_after_share", "left_to_permanence"
FIGURES = {
    "table-year-end": {
        "Children in our care": ("children_looked_after",),
        "Children in our care per 10,000 children": ("children_looked_after_rate",),
        "Aged: Under 1 year": (SHARE, "age_band", "Under 1 year"),
        "Aged: 5 to 9 years": (SHARE, "age_band", "5 to 9 years"),
        "Aged: 16 years and over": (SHARE, "age_band", "16 years and over"),
        "Unaccompanied asylum-seeking children": (SHARE, "uasc", "UASC"),
        "Sex: Female": (SHARE, "sex", "Female"),
        "Ethnicity: White": (SHARE, "ethnicity_group", "White"),
        "Ethnicity: Other ethnic group": (SHARE, "ethnicity_group", "Other ethnic group"),
    },
    "table-placements": {
        "Foster placements": (SHARE, "placement_group", "Foster placements"),
        "Placed for adoption": (SHARE, "placement_group", "Placed for adoption"),
        "Residential schools": (SHARE, "placement_group", "Residential schools"),
    },
    "table-providers": {
        "Provider: Independent or private provider": (SHARE, "provider_group", "Private provision"),
        "Over 20 miles from home, outside the authority": ("placed_over_20_miles_outside_authority",),
        "Over 20 miles from home": ("placed_over_20_miles",),
        "Placed: Outside the authority": (SHARE, "locality", "Outside the authority"),
    },
    "table-stability": {
        "Three or more placements in the year": ("three_or_more_placements",),
        "Same placement for two years or more": ("long_term_placement_stability",),
    },
    "table-legal-status": {
        "Full care order": (SHARE, "legal_status_group", "Full care order"),
        "Placement order granted": (SHARE, "legal_status_group", "Placement order granted"),
    },
    "table-entering": {
        "Children who entered care": ("started_looked_after",),
        "Children who entered care per 10,000 children": ("started_looked_after_rate",),
        "Aged: 10 to 15 years": ("started_looked_after_share", "age_band", "10 to 15 years"),
    },
    "table-leaving": {
        "Children who left care": ("ceased_looked_after",),
        "Adopted": ("ceased_looked_after_share", "exit_group", "Adopted"),
        "Returned home": ("ceased_looked_after_share", "exit_group", "Returned home"),
        "Left care to permanence": (PERMANENCE,),
        "Months in care on leaving (median)": ("time_in_care_on_leaving",),
    },
    "table-outcomes": {
        "Children who went missing": ("missing_from_placement",),
        "Convicted or cautioned, aged 10 and over": ("convicted",),
        "Average SDQ score": ("sdq_average",),
    },
    "table-service": {
        "IRO full-time equivalents in post": ("iro_full_time_equivalents",),
        "Children per full-time-equivalent IRO": ("iro_caseload",),
    },
    "table-timeliness": {
        "Reviews held on time": ("reviews_on_time",),
        "On time: First review": ("reviews_on_time", "review_type", "FIRST"),
        "Reviews held": ("reviews_held",),
    },
    "table-participation": {
        "Reviews with the child's participation": ("review_participation",),
        "Reviews the child attended": ("review_attendance",),
    },
    "table-concerns": {
        "Dispute resolutions raised": ("disputes_raised",),
        "Disputes resolved early": ("disputes_resolved_early",),
        "Disputes open at period end": ("disputes_open",),
    },
    "table-participation-codes": {
        "PN0: under four years old": ("review_participation_codes", "participation_code", "PN0"),
        "PN6: does not attend but conveys views by other means": (
            "review_participation_codes",
            "participation_code",
            "PN6",
        ),
    },
}
"""Where a figure stands on the page, and which one it is, written down a second time and not taken from the report."""

Visit = Callable[..., Watched]


@pytest.fixture(params=VARIANTS)
def folder(request: pytest.FixtureRequest, demo: tuple[Settings, str]) -> Path:
    return (demo[0].data_dir / request.param / "reports").resolve()


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


@pytest.mark.parametrize("name", [REPORT, BOARD])
def test_a_page_opens_from_a_folder_and_from_a_host_without_a_word(
    name: str, folder: Path, served: str, visit: Visit
) -> None:
    for address in ((folder / name).as_uri(), f"{served}/{name}"):
        page = visit(address).page
        assert page.locator("html").get_attribute("lang") == "en-GB"
        assert "2024/25" in page.title()
        assert page.locator("h1").count() == 1
        assert "default-src 'none'" in str(
            page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")
        )


@pytest.mark.parametrize("name", [REPORT, BOARD])
def test_a_page_is_complete_without_scripts(name: str, folder: Path, visit: Visit) -> None:
    page = visit((folder / name).as_uri(), scripts=False).page
    assert page.locator("script").count() == 0
    for table in page.locator("table").all():
        assert table.is_visible()
    for picture in page.locator("svg").all():
        assert picture.is_visible()


@pytest.mark.parametrize("name", [REPORT, BOARD])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(name: str, width: int, folder: Path, visit: Visit) -> None:
    assert violations(visit((folder / name).as_uri(), width=width).page) == []


def test_the_skip_link_is_first_is_seen_and_leads_past_the_contents(folder: Path, visit: Visit) -> None:
    page = visit((folder / REPORT).as_uri()).page
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("one => one === document.activeElement")
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("name", [REPORT, BOARD])
def test_a_keyboard_reaches_everything_in_its_order_and_shows_where_it_is(
    name: str, folder: Path, visit: Visit
) -> None:
    page = visit((folder / name).as_uri()).page
    count = page.locator(FOCUSABLE).count()
    steps = walk_by_keyboard(page, count)
    assert [step["place"] for step in steps] == list(range(count))
    assert [step["name"] for step in steps if not (step["isMarked"] and step["isInView"])] == []


def test_a_contents_entry_leads_to_its_section(folder: Path, visit: Visit) -> None:
    page = visit((folder / REPORT).as_uri()).page
    links = page.locator("nav.contents a")
    targets = [str(link.get_attribute("href")) for link in links.all()]
    assert len(targets) >= 19
    for target in targets:
        assert page.locator(target).count() == 1
    links.last.press("Enter")
    assert page.locator(targets[-1]).evaluate("one => Math.abs(one.getBoundingClientRect().top) < innerHeight")


@pytest.mark.parametrize("name", [REPORT, BOARD])
def test_at_400_per_cent_text_stays_in_the_window_and_tables_scroll_by_keyboard(
    name: str, folder: Path, visit: Visit
) -> None:
    """A window of 1,280 pixels enlarged four times is one of 320; only tables may be wider, each by itself."""
    page = visit((folder / name).as_uri(), width=320, height=256).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert wider_than_the_window(page) == []
    wide = [r for r in page.locator(".scroll").all() if r.evaluate("one => one.scrollWidth > one.clientWidth + 20")]
    assert wide
    for region in wide[:5]:
        region.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("one => one.scrollLeft > 0", arg=region.element_handle())


@pytest.mark.parametrize(("name", "width"), [(REPORT, A4_PORTRAIT), (BOARD, A4_LANDSCAPE)])
def test_nothing_is_cut_off_in_print(name: str, width: int, folder: Path, visit: Visit) -> None:
    page = visit((folder / name).as_uri(), width=width).page
    page.emulate_media(media="print")
    over = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => {
            const box = one.getBoundingClientRect(), style = getComputedStyle(one)
            return style.display !== 'none' && style.position !== 'absolute' && box.width > 0
                && box.right > innerWidth + 2
        }).map(one => `${one.tagName} ${one.textContent.trim().slice(0, 50)}`)"""
    )
    assert over == []
    print_out = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", print_out))
    assert pages == 1 if name == BOARD else 10 < pages < 40


def test_headings_go_down_one_level_at_a_time(folder: Path, visit: Visit) -> None:
    page = visit((folder / REPORT).as_uri()).page
    levels = [
        int(name[1]) for name in page.locator("h1, h2, h3, h4, h5, h6").evaluate_all("all => all.map(h => h.tagName)")
    ]
    assert levels[0] == 1
    assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_every_chart_has_words_and_its_data_as_a_table(folder: Path, visit: Visit) -> None:
    page = visit((folder / REPORT).as_uri()).page
    charts = page.locator("figure")
    assert charts.count() == page.locator("svg").count() >= 8
    for chart in charts.all():
        picture = chart.locator("svg")
        assert picture.get_attribute("role") == "img"
        for id in str(picture.get_attribute("aria-labelledby")).split():
            assert (page.locator(f"[id='{id}']").text_content() or "").strip()
        if chart.locator("table").count() == 0:
            target = str(chart.locator("p.note a").get_attribute("href"))
            assert page.locator(f"table{target}").count() == 1


def test_the_figures_on_the_page_are_those_of_the_marts(folder: Path, visit: Visit) -> None:
    """Read from the table cells as they stand, by a list of where which figure stands."""
    page = visit((folder / REPORT).as_uri()).page
    read = {
        (table, label): text
        for table, rows in FIGURES.items()
        for label, text in _cells(page, table).items()
        if label in rows
    }
    with duckdb.connect(str(folder.parent / DATABASE), read_only=True) as db:
        expected = {
            (table, label): _display(db, *key)
            for table, rows in FIGURES.items()
            for label, key in rows.items()
            if _is_by_itself(db, *key)
        }
    assert len(expected) > 30
    assert {place: text for place, text in read.items() if place in expected} == expected
    assert {text for place, text in read.items() if place not in expected} <= {"c"}


def test_the_headlines_of_the_board_are_those_of_the_marts(folder: Path, visit: Visit) -> None:
    page = visit((folder / BOARD).as_uri()).page
    read = {
        row.locator("th strong").inner_text(): row.locator("td").first.inner_text()
        for row in page.locator("tbody tr").all()
    }
    with duckdb.connect(str(folder.parent / DATABASE), read_only=True) as db:
        assert read == {
            "Children in our care": _display(db, "children_looked_after"),
            "Children in our care per 10,000 children": _display(db, "children_looked_after_rate"),
            "Children who entered care": _display(db, "started_looked_after"),
            "Children who left care": _display(db, "ceased_looked_after"),
            "Left care to permanence": _display(db, PERMANENCE),
            "Living in foster care": _display(db, SHARE, "placement_group", "Foster placements"),
            "Over 20 miles from home, outside the authority": _display(db, "placed_over_20_miles_outside_authority"),
            "Three or more placements in the year": _display(db, "three_or_more_placements"),
            "Same placement for two years or more": _display(db, "long_term_placement_stability"),
            "Children who went missing": _display(db, "missing_from_placement"),
            "Reviews held on time": _display(db, "reviews_on_time"),
            "Reviews with the child's participation": _display(db, "review_participation"),
            "Reviews the child attended": _display(db, "review_attendance"),
            "Dispute resolutions raised": _display(db, "disputes_raised"),
            "Disputes resolved early": _display(db, "disputes_resolved_early"),
            "Children per full-time-equivalent IRO": _display(db, "iro_caseload"),
        }


def test_no_small_number_is_on_a_public_page(demo: tuple[Settings, str], visit: Visit) -> None:
    """In the columns of counts, every cell is 0, 6 or more, or a word."""
    page = visit((demo[0].data_dir / "published_public" / "reports" / REPORT).resolve().as_uri()).page
    counted = page.evaluate(
        """() => [...document.querySelectorAll('table')].flatMap(table => {
            const heads = [...table.querySelectorAll('thead th')].map(th => th.textContent)
            const at = heads.map((h, i) => /Counted|^Number|^[A-Z][a-z]{2} \\d\\d$/.test(h) ? i : -1).filter(i => i > 0)
            return [...table.querySelectorAll('tbody tr')].flatMap(row => at.map(i => row.children[i].textContent))
        })"""
    )
    assert len(counted) > 150
    assert "not shown" in counted
    small = [text for text in counted if re.match(r"[1-5](\sof\s.*)?$", text)]
    assert small == []


def _cells(page: Page, table: str) -> dict[str, str]:
    """Return the first figure of each row of a table, by the name of the row."""
    return dict(
        page.locator(f"#{table} tbody tr").evaluate_all(
            "rows => rows.map(row => [row.querySelector('th').innerText, row.querySelector('td').innerText])"
        )
    )


def _is_by_itself(db: duckdb.DuckDBPyConnection, metric_id: str, breakdown: str = "all", category: str = "all") -> bool:
    """Say whether a category has a row; the public tables show some only together with others."""
    return bool(
        db.execute(
            "select 1 from marts.metric_values where period_end = date '2025-03-31' and metric_id = ? "
            "and breakdown = ? and category = ?",
            [metric_id, breakdown, category],
        ).fetchall()
    )


def _display(db: duckdb.DuckDBPyConnection, metric_id: str, breakdown: str = "all", category: str = "all") -> str:
    ((display, unit),) = db.execute(
        """
        select v.display_value, m.unit
        from marts.metric_values as v
        inner join marts.metric_catalogue as m on v.metric_id = m.metric_id
        where
            v.la_code = '812' and v.period_type = 'financial_year' and v.period_end = date '2025-03-31'
            and v.metric_id = ? and v.breakdown = ? and v.category = ?
        """,
        [metric_id, breakdown, category],
    ).fetchall()
    sign = "%" if unit == "percent" else ""
    words = {"c": "not shown", "z": "not applicable", "k": f"under 0.5{sign}"}
    if display in words:
        return words[display]
    whole, dot, rest = str(display).partition(".")
    return f"{int(whole):,}{dot}{rest}{sign}"
