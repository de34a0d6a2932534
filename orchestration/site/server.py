"""Serves the finished site on this computer, to look at it; in earnest any web server does (docs/site.md)."""

import http.server
import sys
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.settings import Settings
from orchestration.site.build import policy

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost")


class Server(http.server.ThreadingHTTPServer):
    """Answers many requests at once, as a page asks for some hundred files."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away before it had its answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def site_server(settings: Settings, port: int) -> Server:
    """Return a server of the last good site, ready for `serve_forever`; port 0 takes any that is free.

    Raises UserError where there is no site or the port is taken.
    """
    if not (settings.site / "index.html").exists():
        raise UserError("There is no site yet; run `cla report --site` first.")
    # The link may be swapped for a newer site while we serve: every request finds the one it leads to then.
    try:
        return Server((ADDRESS, port), partial(Handler, directory=str(settings.site)))
    except (OSError, OverflowError):
        raise UserError(f"Port {port} of {ADDRESS} cannot be used; name another with --port.") from None


class Handler(http.server.SimpleHTTPRequestHandler):
    """Gives files of the site, and nothing else: no listing, no other host's name, no line for each request."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012 - as in the class it belongs to
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }

    def do_GET(self) -> None:
        """Answer only those who asked for this computer by its name: another site's script cannot pretend to."""
        if self._is_for_us():
            super().do_GET()

    def do_HEAD(self) -> None:
        """As do_GET, without the content."""
        if self._is_for_us():
            super().do_HEAD()

    def list_directory(self, path: Any) -> None:
        """Say that there is nothing where the folder has no page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Add what a careful server adds."""
        page = Path(self.translate_path(self.path))
        page = page / "index.html" if page.is_dir() else page
        if page.suffix == ".html" and page.is_file():
            told = f"{policy(page.read_text(encoding='utf-8'))}; frame-ancestors 'none'"
            self.send_header("Content-Security-Policy", told)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        unchanging = "/_app/immutable/" in self.path
        self.send_header("Cache-Control", "max-age=31536000, immutable" if unchanging else "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the site's readers are nobody's business."""

    def _is_for_us(self) -> bool:
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host in NAMES:
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return False
