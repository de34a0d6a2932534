"""Serves the finished site on this computer, to look at it; in earnest any web server does (docs/site.md)."""

import http.server
import json
import re
import sys
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click

from orchestration.errors import UserError
from orchestration.loopback import ADDRESS, own_origins
from orchestration.private_errors import kept_private
from orchestration.publish.publication import PUBLIC, Variant
from orchestration.publish.whole import MANIFEST
from orchestration.settings import Settings
from orchestration.site.builder import policy, site_link

NOTHING = "default-src 'none'"
"""The policy of an answer that is no file of the site."""

SILENCE_SECONDS = 60
"""How long a client may say nothing before it is left."""


class Server(http.server.ThreadingHTTPServer):
    """Answers many requests at once, as a page asks for some hundred files."""

    faults: Path
    path: str = ""
    """The path below which it answers; '' is all of the host."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away before it had its answer, and a sentence of anything else."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            click.echo(f"Error: {kept_private(error, 'answering for the site', self.faults)}", err=True)


def site_server(settings: Settings, port: int, variant: Variant = PUBLIC) -> Server:
    """Return a server of the last good site of a variant, ready for `serve_forever`; port 0 takes any that is free.

    It answers this computer alone, below the path for which the site was built.

    Raises UserError where there is no site or the port is taken.
    """
    site = site_link(settings, variant)
    if not (site / "index.html").exists():
        raise UserError(
            "There is no site yet; run `cla report --site` first."
            if variant.is_public
            else "There is no internal site yet; run `cla report --site --internal` first."
        )
    try:
        server = Server((ADDRESS, port), partial(Handler, directory=str(site), is_public=variant.is_public))
    except (OSError, OverflowError):
        raise UserError(f"Port {port} of {ADDRESS} cannot be used; name another with --port.") from None
    server.faults, server.path = settings.faults, path_of(site)
    return server


def path_of(site: Path) -> str:
    """Return the path below which a site was built to stand: `/care`, or '' for the root of a host."""
    return str(json.loads((site / MANIFEST).read_text(encoding="utf-8")).get("path", ""))


class Handler(http.server.SimpleHTTPRequestHandler):
    """Gives files of the site, and nothing else: no listing, no other host's name, no line for each request."""

    protocol_version = "HTTP/1.1"
    timeout = SILENCE_SECONDS
    extensions_map = {  # noqa: RUF012 - as in the class it belongs to
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }
    path = ""
    """Of a request that cannot be read there is none."""

    _file: Path | None = None

    def __init__(self, *args: Any, directory: str, is_public: bool = True, **kwargs: Any) -> None:
        self._link, self._is_public = Path(directory), is_public
        super().__init__(*args, directory=directory, **kwargs)

    def send_head(self) -> Any:
        """Answer only those who asked for this computer by its name: another site's script cannot pretend to."""
        # The link may be swapped for a newer site while we serve: the whole of a request is answered from one.
        self.directory = str(self._link.resolve())
        self._file = None
        if {"Content-Length", "Transfer-Encoding"} & set(self.headers):
            self.close_connection = True  # nobody reads what was sent along: it must not be taken for a next request
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0].lower() not in own_origins(self.connection.getsockname()[1]):
            return self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        self._file = self._asked_for()
        return super().send_head() if self._file else self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Say what went wrong in the words of HTTP alone, and repeat nothing of what was asked."""
        self._file = None
        super().send_error(code)

    def end_headers(self) -> None:
        """Add what a careful server adds."""
        allowed = NOTHING
        if self._file:
            allowed = policy(self._file.read_text(encoding="utf-8") if self._file.suffix == ".html" else "")
        self.send_header("Content-Security-Policy", f"{allowed}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        unchanging = self._file and "/_app/immutable/" in self._file.as_posix()
        kept = "max-age=31536000, immutable" if unchanging else "no-cache"
        # Exact figures stay in no browser's cache, on a computer that several people may use.
        self.send_header("Cache-Control", kept if self._is_public else "no-store")
        super().end_headers()

    def version_string(self) -> str:
        """Name no version, of Python's neither."""
        return "cla"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the site's readers are nobody's business."""

    def translate_path(self, path: str) -> str:
        """Return where a path leads: what stands before the site's own pages is the site's address."""
        return super().translate_path(path.removeprefix(self._below()))

    def _below(self) -> str:
        return self.server.path if isinstance(self.server, Server) else ""

    def _asked_for(self) -> Path | None:
        """Return the file that the path leads to; None where there is none, or where it leads out of the site."""
        # A whole address in the place of a path is for proxies.
        if not re.match(rf"{re.escape(self._below())}(/|$)", self.path):
            return None
        try:
            file = Path(self.translate_path(self.path)).resolve()
            if file.is_dir():
                file = (file / "index.html").resolve()
            is_ours = file.is_file() and file.is_relative_to(self.directory)
        except (ValueError, OSError, RuntimeError):  # what is no path here: a NUL, a name too long, a link to itself
            return None
        return file if is_ours else None
