"""Photograph what the demo makes, for README.md: the report, the board pack, the site, Dagster's graph.

Run it after `cla demo` and `cla report --site`, with CLA_DATA_DIR as it was then; it needs Chromium. It refuses real
deliveries: what is photographed here is published with the code.
"""

import base64
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import ViewportSize, sync_playwright

from orchestration.reports.figures import authorities_and_years, read_figures
from orchestration.settings import REPOSITORY, Settings
from orchestration.site.server import site_server

PICTURES = REPOSITORY / "docs" / "pictures"
LARGEST = 150_000
"""Bytes of a picture: whoever clones the repository downloads them all."""
WIDTH, HEIGHT, PAPER = 1040, 640, ViewportSize(width=1122, height=760)
ALIKE = 150
"""Two colours that are no further apart, as the square of the distance of their parts, are one in a picture."""
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
        page.set_viewport_size(PAPER)
        page.emulate_media(media="print")
        _take(page, next(reports.glob("board_pack_*.html")).as_uri(), "board-pack")
        page.emulate_media(media="screen")
        with site_server(settings, 0) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            _take(page, f"http://127.0.0.1:{server.server_port}/", "site", seconds=3)
            server.shutdown()
        with _dagster() as address:
            page.goto(address)
            page.get_by_role("link", name="Lineage").click(timeout=START_SECONDS * 1000)
            _take(page, "", "dagster", seconds=DRAWING_SECONDS)
        browser.close()


def _refuse_real(settings: Settings) -> None:
    database = settings.published / "children_in_care.duckdb"
    for la_code, years in authorities_and_years(database).items():
        if not read_figures(database, la_code, years[-1], {}).is_synthetic:
            sys.exit("The publication is of real deliveries: no picture was taken.")


def _take(page: Any, address: str, name: str, seconds: float = 0.5) -> None:
    if address:
        page.goto(address)
    time.sleep(seconds)
    taken = base64.b64encode(page.screenshot()).decode("ascii")
    width, height, pixels = page.context.browser.new_page().evaluate(PIXELS, taken)
    path = PICTURES / f"{name}.png"
    path.write_bytes(_png(width, height, base64.b64decode(pixels)))
    size = path.stat().st_size
    print(f"{path.relative_to(REPOSITORY)}: {size:,} bytes")
    if size > LARGEST:
        sys.exit(f"{path} is larger than {LARGEST:,} bytes.")


def _apart(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


PIXELS = """async taken => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${taken}`)).blob())
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const bytes = context.getImageData(0, 0, image.width, image.height).data
    let text = ''
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768))
    return [image.width, image.height, btoa(text)]
}"""


def _png(width: int, height: int, pixels: bytes) -> bytes:
    """Return a picture of at most 256 colours, frequent ones that differ; the others become the nearest of them."""
    colours = [pixels[at : at + 3] for at in range(0, len(pixels), 4)]
    palette: list[bytes] = []
    for colour, _ in Counter(colours).most_common():
        if len(palette) < 256 and all(_apart(colour, other) > ALIKE for other in palette):
            palette.append(colour)

    @cache
    def nearest(colour: bytes) -> int:
        return min(range(len(palette)), key=lambda number: _apart(colour, palette[number]))

    rows = [
        b"\0" + bytes(nearest(colour) for colour in colours[start : start + width])
        for start in range(0, width * height, width)
    ]
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


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
