"""A browser for all tests of this folder; without one they are skipped, and say so."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: no page is opened")

from tests.browser.watching import REPORT_VIOLATIONS, Watched  # noqa: E402 - needs Playwright

# A busy machine is no fault of a page.
sync_api.expect.set_options(timeout=60_000)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: no page is opened")
    with sync_api.sync_playwright() as playwright:
        # Whatever a page asks of another host finds nothing there, and is a fault beside.
        arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-dev-shm-usage"]
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield found
        found.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Watched]]:
    """Open a page by its address, in a fresh profile; at the end of the test no page may have a fault."""
    opened: list[Watched] = []

    def open_page(address: str, *, width: int = 1280, height: int = 900, scripts: bool = True) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
        context.add_init_script(REPORT_VIOLATIONS)
        watched = Watched(context.new_page(), is_file=urlsplit(address).scheme == "file")
        opened.append(watched)
        watched.page.goto(address)
        return watched

    yield open_page
    for watched in opened:
        watched.page.context.close()
    assert [fault for watched in opened for fault in watched.faults] == []
