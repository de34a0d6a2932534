"""A real browser on finished pages: what it complains of, and what a keyboard and a checker find."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', event =>
    console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`))
"""


@dataclass
class Watched:
    """A page, and everything that went wrong on it: what its console said, what broke, what it asked of others."""

    page: Page
    is_file: bool
    """Whether it was opened from a folder, and may ask nobody; else it may ask the loopback that serves it."""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._blame(message.type == "error", message.text))
        self.page.on("pageerror", lambda error: self._blame(True, f"error: {error}"))
        self.page.on("request", lambda request: self._blame(self._is_foreign(request.url), f"asked {request.url}"))
        # A request that the page itself called off, or that a step to the next page did, is no failure.
        self.page.on(
            "requestfailed",
            lambda request: self._blame(request.failure != "net::ERR_ABORTED", f"{request.failure}: {request.url}"),
        )
        self.page.on("response", lambda answer: self._blame(answer.status >= 400, f"{answer.status} {answer.url}"))

    def _is_foreign(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return False
        if parts.scheme == "file":
            return not self.is_file
        return parts.hostname != "127.0.0.1" or self.is_file

    def _blame(self, is_fault: bool, what: str) -> None:
        if is_fault:
            self.faults.append(what)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    """A page of the site asks for some thirty files at once."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback as any static host would; yield its address."""
    server = _Server(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def violations(page: Page, impacts: tuple[str, ...] = ("minor", "moderate", "serious", "critical")) -> list[str]:
    """Return what axe-core finds wrong by WCAG 2.2 AA and good practice: rule, element and impact of each."""
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']} {' '.join(map(str, node['target']))} ({rule['impact']})"
        for rule in found
        if rule["impact"] in impacts
        for node in rule["nodes"]
    ]


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds: Playwright's waiting for a function is an `eval`, which the site's policy forbids."""
    over = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < over, "It did not come to hold."
        time.sleep(0.05)


FOCUSABLE = "a[href], button, input, select, summary, [tabindex]:not([tabindex='-1'])"


def walk_by_keyboard(page: Page, steps: int) -> list[dict[str, Any]]:
    """Press Tab so often, and return for each step what has the focus, where it stands and whether that is seen."""
    seen = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """focusable => {
                    const one = document.activeElement, style = getComputedStyle(one)
                    const box = one.getBoundingClientRect()
                    return {
                        place: [...document.querySelectorAll(focusable)].indexOf(one),
                        name: one.textContent.trim().slice(0, 40) || one.getAttribute('aria-label') || one.tagName,
                        isMarked: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
                            || style.boxShadow !== 'none',
                        isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
                    }
                }""",
                FOCUSABLE,
            )
        )
    return seen


def wider_than_the_window(page: Page) -> list[str]:
    """Return texts and pictures that reach beyond the window and lie in nothing that scrolls by itself."""
    return page.evaluate(  # type: ignore[no-any-return]  # what it returns is a list of texts
        """() => [...document.body.querySelectorAll('*')]
            .filter(one => one.tagName === 'svg'
                || [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
            .filter(one => {
                for (let up = one; up && up !== document.body; up = up.parentElement) {
                    const style = getComputedStyle(up)
                    if (['auto', 'scroll'].includes(style.overflowX) && up.tabIndex >= 0) return false
                    if (style.position === 'absolute') return false
                }
                const box = one.getBoundingClientRect()
                return box.width > 1 && box.right > innerWidth + 1
            })
            .map(one => `${one.tagName} ${one.textContent.trim().slice(0, 60)}`)"""
    )
