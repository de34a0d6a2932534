"""The data dictionary and dbt's documentation in a browser: from a folder, without the internet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.documentation.dbt_docs import write_dbt_docs
from orchestration.documentation.dictionary import write_data_dictionary
from orchestration.publish.publication import INTERNAL, PUBLIC
from orchestration.settings import Settings
from tests.browser.watching import Watched, violations, walk_by_keyboard, wider_than_the_window
from tests.graph.conftest import definitions, manifest

__all__ = ["definitions", "manifest"]


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory, manifest: dict[str, Any]) -> str:
    path = tmp_path_factory.mktemp("docs") / "data-dictionary.html"
    write_data_dictionary(manifest, path, (INTERNAL, PUBLIC))
    return path.as_uri()


def test_the_dictionary_is_read_without_scripts(visit: Callable[..., Watched], dictionary: str) -> None:
    page = visit(dictionary, scripts=False).page
    assert page.locator("h1").inner_text().startswith("Data dictionary")
    assert "percentages as 0 to 100" in page.locator("body").inner_text()


def test_the_dictionary_has_no_fault_that_axe_finds(visit: Callable[..., Watched], dictionary: str) -> None:
    assert violations(visit(dictionary).page) == []


def test_a_keyboard_gets_past_the_contents(visit: Callable[..., Watched], dictionary: str) -> None:
    page = visit(dictionary).page
    (skip,) = walk_by_keyboard(page, 1)
    assert skip["name"] == "Skip to the tables" and skip["isMarked"]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_dictionary_fits_a_narrow_window(visit: Callable[..., Watched], dictionary: str) -> None:
    assert wider_than_the_window(visit(dictionary, width=320).page) == []


def test_the_pages_of_dbt_open_and_ask_nobody(browser: Any, tmp_path: Path, manifest: dict[str, Any]) -> None:
    """Not through `visit`: the page asks for pictures whose address it has not filled in yet, which it stops."""
    path = tmp_path / "index.html"
    write_dbt_docs(Settings(tmp_path), manifest, path)
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{path.as_uri()}#!/model/model.children_in_care.metric_values")
    page.get_by_role("heading", name="metric_values").wait_for()
    assert "One row per authority, period, metric, breakdown and category." in page.inner_text("body")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()
