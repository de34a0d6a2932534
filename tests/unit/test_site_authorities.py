"""Several authorities in one site: the first page, and the way from a page of one to the same page of another."""

import json
import re
import shutil
import subprocess

import pytest

from orchestration.settings import REPOSITORY
from orchestration.site.authorities import SEARCHED, Authority, beside, first_page
from orchestration.site.builder import policy, with_policy

COMPONENTS = REPOSITORY / "site" / "components"
PAGES = REPOSITORY / "site"
SYNTHETIC = {"is_synthetic": True}


def region(authorities: int) -> list[Authority]:
    return [Authority(str(800 + number), f"Authority {number}", "") for number in range(authorities)]


@pytest.mark.parametrize("authorities", [2, SEARCHED, SEARCHED + 1])
def test_many_authorities_can_be_searched(authorities: int) -> None:
    page = first_page(region(authorities), SYNTHETIC, is_public=True)
    assert page.count('<th scope="row"><a href="8') == authorities
    assert ("<script>" in page) == ('type="search"' in page) == (authorities > SEARCHED)
    scripts = policy(page).partition("script-src")[2].partition(";")[0]
    assert scripts.count("'sha256-") == int(authorities > SEARCHED) and "unsafe-inline" not in scripts


def test_the_first_page_loads_nothing_and_says_what_it_is() -> None:
    page = with_policy(first_page(region(12), SYNTHETIC, is_public=True))
    assert not re.search(r"https?:|src=|@import|url\(", page.partition("</style>")[2])
    assert page.index("content-security-policy") < page.index("<style") < page.index("<script")
    assert "Synthetic data" in page and "OFFICIAL-SENSITIVE" not in page
    real = first_page(region(2), {"is_synthetic": False}, is_public=False)
    assert "Synthetic data" not in real and real.count("OFFICIAL-SENSITIVE") == 2


def test_a_region_that_is_not_known_is_left_empty_and_a_known_one_is_named() -> None:
    page = first_page(
        [Authority("201", "City of London", "London"), Authority("999", "Elsewhere", "")], SYNTHETIC, is_public=True
    )
    assert re.findall(r"<td>(.*?)</td>", page) == ["London", ""]


def test_in_the_project_no_authority_stands_beside_another() -> None:
    """So that a site of one authority is what it was, and its pages lead nowhere else."""
    assert json.loads((COMPONENTS / "authorities.json").read_text(encoding="utf-8")) == {"all": "", "authorities": []}
    assert json.loads(beside([], "/care")).keys() == {"all", "authorities"}


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_chooser_leads_from_every_page_to_the_same_page_of_the_other_authority() -> None:
    """With what was chosen: year, areas and group stand in the address, and a place on the page behind it."""
    routes = ["", "metrics/children_looked_after_rate/", "data-dictionary.html"]
    for folder in ("pages", "internal/pages"):
        for page in (PAGES / folder).rglob("*.md"):
            route = page.relative_to(PAGES / folder).with_suffix("").as_posix().removesuffix("index").strip("/")
            routes.append(f"{route.replace('[metric]', 'left_to_permanence')}/" if route else "")
    assert len(routes) > 20
    chosen = ["", "?year=2023&compare=South%20West", "?breakdown=sex&category=1#over-time"]
    asked = [
        (
            {
                "pathname": f"{path}/201/{route}",
                "search": search.partition("#")[0],
                "hash": "#over-time" if "#" in search else "",
            },
            path,
        )
        for path in ("", "/care", "/201/201")
        for route in routes
        for search in chosen
    ]
    script = (
        f"import {{ samePage }} from {json.dumps((COMPONENTS / 'authorities.js').as_uri())};"
        "import { readFileSync } from 'node:fs';"
        "const asked = JSON.parse(readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(asked.map(([from, path]) => samePage(from, `${path}/201`, `${path}/812`))));"
    )
    done = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", script],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = [
        f"{path}/812/{route}{search}" for path in ("", "/care", "/201/201") for route in routes for search in chosen
    ]
    assert json.loads(done.stdout) == wanted
