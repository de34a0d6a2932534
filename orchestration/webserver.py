"""Dagster's web server behind a guard: `cla dev` starts it, through orchestration/dagster_command.py.

Dagster's own answers to any name and takes a change by GET, in any form, from the page of any other site. It could be
made to delete runs by a picture in somebody's web page. Why it is done in this way: docs/adr/0020.
"""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from dagster_webserver import app, cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from orchestration.loopback import own_origins
from orchestration.quiet import keep_dagster_quiet
from orchestration.settings import Settings

SAFE = ("GET", "HEAD")
"""The methods that change nothing; how GraphQL may be asked by them is GuardedWebserver's rule."""

Refusal = tuple[HTTPStatus, str]

ELSEWHERE = "This server answers to its own address alone."
FOREIGN = "This server takes nothing from the pages of others."
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",  # beside Dagster's own: a browser keeps both
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer carries: no page of another site may show it in a frame, hold its window or embed its files."""


class Guard:
    """Lets in what this server's own pages ask, and a link that leads to one of them."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, a WebSocket's too, or refuse it; the server's own start and end pass."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refused = refusal(scope, own_origins(scope["server"][1], self._address))
        if refused is None:
            await self._app(scope, receive, partial(_send_with_headers, send))
        elif scope["type"] == "websocket":
            await WebSocketClose(reason=refused[1])(scope, receive, send)
        else:
            await PlainTextResponse(refused[1], refused[0])(scope, receive, send)


def refusal(scope: Scope, own: Mapping[str, str]) -> Refusal | None:
    """Say why a request is refused, or None; `own` is what this server may be called, with the Origin of each name.

    A header that is there twice is refused: who reads on might take the other one.
    """
    headers = Headers(scope=scope)
    hosts, origins, sites = (headers.getlist(name) for name in ("host", "origin", "sec-fetch-site"))
    origin = own.get(hosts[0].lower()) if len(hosts) == 1 else None
    if origin is None:
        return HTTPStatus.MISDIRECTED_REQUEST, ELSEWHERE
    if scope["type"] == "http" and scope["method"] in SAFE:
        # Where a browser names no site, it is an old one, or no browser: it may read, as ever.
        follows_a_link = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
        is_ours = origins in ([], [origin]) and (sites in ([], ["same-origin"], ["none"]) or follows_a_link)
    else:
        is_ours = origins == [origin] and sites in ([], ["same-origin"])
    return None if is_ours else (HTTPStatus.FORBIDDEN, FOREIGN)


class GuardedWebserver(DagsterWebserver[Any, Any]):
    """Dagster's web server with the guard before it, and GraphQL asked as its pages ask: by POST, in JSON."""

    def build_middleware(self) -> list[Middleware]:
        """Put the guard first."""
        return [Middleware(Guard, address=Settings.from_environment().web_address), *super().build_middleware()]

    async def graphql_http_endpoint(self, request: Request) -> Response:
        """Refuse the forms that a link, a picture or a form of another site can send.

        It is asked here and not by the path: more than one spelling of a path leads here (a line's end after it does).
        """
        if request.method != "POST":
            # Without a question it is the page to try questions on.
            if request.url.query:
                return PlainTextResponse("GraphQL is asked by POST.", HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "POST"})
        elif request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return PlainTextResponse("GraphQL is asked in JSON.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return await super().graphql_http_endpoint(request)  # type: ignore[no-any-return]


async def _send_with_headers(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            if value not in headers.getlist(name):
                headers.append(name, value)
    await send(message)


def main() -> None:
    """Run Dagster's own command with our web server in the place of its own."""
    keep_dagster_quiet()
    app.DagsterWebserver = GuardedWebserver  # type: ignore[attr-defined]  # a name within Dagster; tests ask the server
    cli.main()  # type: ignore[no-untyped-call]  # Dagster's own, without types


if __name__ == "__main__":
    main()
