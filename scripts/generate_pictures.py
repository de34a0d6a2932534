"""Photograph what the demo makes, for README.md: the report, the board pack, the site, Dagster's graph.

Run it after `cla demo` and `cla report --site`, with CLA_DATA_DIR as it was then; it needs Chromium. It refuses real
deliveries: what is photographed here is published with the code.
"""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import sync_playwright

from orchestration.reports.figures import authorities_and_years, read_figures
from orchestration.settings import REPOSITORY, Settings
from orchestration.site.server import site_server

PICTURES = REPOSITORY / "docs" / "pictures"
LARGEST = 150_000
"""Bytes of a picture: whoever clones the repository downloads them all."""
WIDTH, HEIGHT = 1040, 640
START_SECONDS, DRAWING_SECONDS = 180, 12


def main() -> None:
    """Take the pictures."""
    settings = Settings.from_environment()
    _refuse_real(settings)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        reports = (settings.published / "reports").resolve()
        report = next(reports.glob("iro_annual_report_*.html"))
        _take(page, f"{report.as_uri()}#summary", "report")
        _take(page, next(reports.glob("board_pack_*.html")).as_uri(), "board-pack")
        with site_server(settings, 0) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            _take(page, f"http://127.0.0.1:{server.server_port}/", "site", seconds=3)
            server.shutdown()
        with _dagster() as address:
            _take(page, f"{address}/asset-graph", "dagster", seconds=DRAWING_SECONDS)
        browser.close()


def _refuse_real(settings: Settings) -> None:
    database = settings.published / "children_in_care.duckdb"
    for la_code, years in authorities_and_years(database).items():
        if not read_figures(database, la_code, years[-1], {}).is_synthetic:
            sys.exit("The publication is of real deliveries: no picture was taken.")


def _take(page: Any, address: str, name: str, seconds: float = 0.5) -> None:
    page.goto(address)
    time.sleep(seconds)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > LARGEST:
        # Many shades of grey around letters are what makes it large.
        path.unlink()
        path = path.with_suffix(".jpg")
        page.screenshot(path=path, type="jpeg", quality=70)
    print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size:,} bytes")


@contextmanager
def _dagster() -> Iterator[str]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "orchestration.cli", "dev", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    # A fixed program and a number; no shell.
    with subprocess.Popen(command, cwd=Path.cwd()) as process:  # noqa: S603 - see the line above
        try:
            ends = time.monotonic() + START_SECONDS
            while time.monotonic() < ends:
                try:
                    urllib.request.urlopen(f"{address}/server_info", timeout=5).close()  # noqa: S310 - this computer
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(1)
            yield address
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
