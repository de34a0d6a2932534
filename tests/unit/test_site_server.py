"""`cla site`: it gives the files of the site to this computer, and nothing else, whatever is asked and however."""

import http.client
import os
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.publish.publication import INTERNAL
from orchestration.settings import Settings
from orchestration.site import server as site_server
from orchestration.site.builder import policy
from tests.unit.test_site import PAGE

SECRET = b"exact numbers of the staff"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "data")
    build = settings.site_builds / "20250430T120000Z"
    for name, content in {
        "index.html": PAGE,
        "metrics/a/index.html": PAGE,
        "metrics/b/index.html": PAGE,
        "Zahlen für alle/index.html": PAGE,
        "_app/immutable/a.wasm": "\0asm",
        "_app/version.js": "1",
        "manifest.json": "{}",
    }.items():
        path = build / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    settings.site.symlink_to(build, target_is_directory=True)
    (settings.data_dir / "secret.txt").write_bytes(SECRET)
    return settings


SendTo = Callable[[site_server.Server, str], int]


@contextmanager
def answering(server: site_server.Server) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()


@pytest.fixture
def send_to() -> SendTo:
    """Ask a server for a path as it stands, and return the status of its answer."""

    def ask_for(server: site_server.Server, path: str) -> int:
        with socket.create_connection((site_server.ADDRESS, server.server_port), timeout=10) as connection:
            host = f"Host: 127.0.0.1:{server.server_port}"
            connection.sendall(f"GET {path} HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n".encode())
            return int(connection.makefile("rb").readline().split()[1])

    return ask_for


@pytest.fixture
def server(settings: Settings) -> Iterator[site_server.Server]:
    with site_server.site_server(settings, 0) as serving, answering(serving):
        yield serving


@pytest.fixture
def send(
    server: site_server.Server, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., bytes]]:
    """Send bytes as they stand and return all that comes back; at the end nothing may have gone wrong within."""

    def send_bytes(request: bytes) -> bytes:
        with socket.create_connection((site_server.ADDRESS, server.server_port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        return received

    yield send_bytes
    assert capfd.readouterr() == ("", "")
    assert not settings.faults.exists()


@pytest.fixture
def ask(server: site_server.Server, send: Callable[[bytes], bytes]) -> Ask:
    def ask_for(path: str | bytes, method: str = "GET", host: str | None = "", more: str = "") -> Answer:
        path = path.encode() if isinstance(path, str) else path
        host = f"127.0.0.1:{server.server_port}" if host == "" else host
        named = b"" if host is None else f"Host: {host}\r\n".encode("latin-1")
        end = f"{more}Connection: close\r\n\r\n".encode()
        received = send(method.encode() + b" " + path + b" HTTP/1.1\r\n" + named + end)
        head, _, body = received.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return Answer(int(status.split()[1]), headers, body)

    return ask_for


def test_each_page_comes_with_its_policy(ask: Ask) -> None:
    for path in ("/", "/index.html", "/metrics/a/", "/?any=thing", "/Zahlen%20f%C3%BCr%20alle/"):
        answer = ask(path)
        assert answer.status == 200 and answer.body.decode() == PAGE
        assert answer.headers["content-security-policy"] == f"{policy(PAGE)}; frame-ancestors 'none'"
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/_app/version.js", "/nothing", "/metrics/a", "/%00"])
def test_every_answer_is_told_how_little_it_may_do(ask: Ask, path: str) -> None:
    headers = ask(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert not re.search(r"python|\d\.\d", headers["server"], re.IGNORECASE)


def test_a_script_may_run_no_inline_script_of_its_own(ask: Ask) -> None:
    """A worker obeys the policy that its own file comes with, not that of the page."""
    allowed = ask("/_app/version.js").headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval' ;" in allowed and "sha256" not in allowed


def test_wasm_and_what_never_changes_are_known(ask: Ask) -> None:
    answer = ask("/_app/immutable/a.wasm")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/wasm")
    assert "immutable" in answer.headers["cache-control"]
    assert ask("/_app/immutable/gone.wasm").headers["cache-control"] == "no-cache"


ODD_PATHS = {
    "parent": "/../../secret.txt",
    "parent, encoded": "/%2e%2e/%2e%2e/secret.txt",
    "parent, slash encoded": "/..%2f..%2fsecret.txt",
    "parent, encoded twice": "/%252e%252e/%252e%252e/secret.txt",
    "parent by backslash": "/..\\..\\secret.txt",
    "parent by backslash, encoded": "/..%5c..%5csecret.txt",
    "parent, overlong UTF-8": b"/%c0%ae%c0%ae/%c0%ae%c0%ae/secret.txt",
    "absolute path": "//etc/passwd",
    "drive": "/C:/Windows/win.ini",
    "share": "/%5c%5cserver%5cshare",
    "NUL": "/%00",
    "NUL after a page": "/index.html%00.js",
    "line end": "/index.html%0d%0aSet-Cookie:%20a=b",
    "half a percent": "/%",
    "percent of no digits": "/%zz%",
    "half a character": "/%e2%82",
    "no character": "/%ff%fe",
    "half a surrogate pair": "/%ed%a0%80",
    "bytes beyond ASCII": b"/\xff\xfe\x80",
    "name too long": "/" + "a" * 300,
    "path too long": "/" + "a/" * 20000,
    "folder without a page": "/metrics/",
    "folder without a page or slash": "/metrics",
    "file as a folder": "/index.html/",
    "below a file": "/index.html/more",
    "whole address": "http://elsewhere.example/metrics/a",
    "whole address that is none": "http://[x/../../metrics/a",
    "star": "*",
}


@pytest.mark.parametrize("path", ODD_PATHS.values(), ids=ODD_PATHS)
def test_a_path_to_nothing_is_not_found_and_says_no_more(ask: Ask, path: str | bytes) -> None:
    answer = ask(path)
    assert answer.status == 404
    assert SECRET not in answer.body and b"metrics" not in answer.body and b"Traceback" not in answer.body
    assert "set-cookie" not in answer.headers and "location" not in answer.headers


def test_a_folder_without_its_slash_leads_to_its_page_on_this_server(ask: Ask) -> None:
    for path in ("/metrics/a", "//metrics/a", "///metrics/a"):
        answer = ask(path)
        assert (answer.status, answer.headers["location"]) == (301, "/metrics/a/")


def test_a_link_that_leads_out_of_the_site_is_not_followed(ask: Ask, settings: Settings) -> None:
    build = settings.site.resolve()
    (build / "file.txt").symlink_to(settings.data_dir / "secret.txt")
    (build / "folder").symlink_to(settings.data_dir, target_is_directory=True)
    (build / "metrics" / "c").mkdir()
    (build / "metrics" / "c" / "index.html").symlink_to(settings.data_dir / "secret.txt")
    (build / "itself").symlink_to(build / "itself")
    (build / "inside.html").symlink_to(build / "index.html")
    for path in ("/file.txt", "/folder/", "/folder/secret.txt", "/metrics/c/", "/metrics/c/index.html", "/itself"):
        assert ask(path).status == 404, path
    assert ask("/inside.html").status == 200


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_not_opened(ask: Ask, settings: Settings) -> None:
    """Traps a server that waits for ever for somebody to write into a pipe."""
    os.mkfifo(settings.site.resolve() / "pipe")
    assert ask("/pipe").status == 404


def test_a_newer_site_is_served_once_the_link_leads_to_it(ask: Ask, settings: Settings) -> None:
    newer = settings.site_builds / "20250501T120000Z"
    newer.mkdir()
    (newer / "index.html").write_text("newer", encoding="utf-8")
    settings.site.unlink()
    settings.site.symlink_to(newer, target_is_directory=True)
    assert ask("/").body == b"newer"
    assert ask("/metrics/a/").status == 404


def test_head_gives_what_get_gives_without_the_content(ask: Ask) -> None:
    for path in ("/", "/_app/immutable/a.wasm", "/nothing", "/metrics/a"):
        head, get = ask(path, "HEAD"), ask(path)
        assert head.body == b"" and head.status == get.status
        told = ("content-length", "content-type", "content-security-policy", "cache-control")
        assert [head.headers.get(name) for name in told] == [get.headers.get(name) for name in told]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "<script>", "get"])
def test_nothing_but_get_and_head_is_answered(ask: Ask, method: str) -> None:
    answer = ask("/", method, more="Content-Length: 0\r\n")
    assert answer.status == 501 and b"script" not in answer.body
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("asked", ["bytes=0-3", "bytes=-1", "bytes=5-2", "bytes=0-0,2-3", "bytes=999999-", "no range"])
def test_a_range_gets_the_whole(ask: Ask, asked: str) -> None:
    answer = ask("/index.html", more=f"Range: {asked}\r\n")
    assert answer.status == 200 and answer.body.decode() == PAGE
    assert "content-range" not in answer.headers


@pytest.mark.parametrize("since", ["Fri, 01 Jan 2100 00:00:00 GMT", "no day", "Thu, 99 Foo 99999 00:00:00 GMT"])
def test_a_known_page_is_not_sent_again_and_a_day_that_is_none_does_no_harm(ask: Ask, since: str) -> None:
    assert ask("/", more=f"If-Modified-Since: {since}\r\n").status == (304 if "2100" in since else 200)


BROKEN = {
    "nothing": (b"", b""),
    "an empty line": (b"\r\n\r\n", b""),
    "one word": (b"GET\r\n\r\n", b" 400 "),
    "no version": (b"GET /\r\n\r\n", b"<title>Error response"),
    "a foreign version": (b"GET / HTTP/9.9\r\n\r\n", b" 505 "),
    "a version that is none": (b"GET / HTTP/a.b\r\n\r\n", b" 400 "),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
    "an endless address": (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b" 414 "),
    "an endless header": (b"GET / HTTP/1.1\r\nA: " + b"a" * 70000 + b"\r\n\r\n", b" 431 "),
    "headers without end": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b" 431 "),
    "a header that is none": (b"GET / HTTP/1.1\r\n\xff\xfe\r\n\r\n", b" 421 "),
    "half a request": (b"GET / HTTP/1.1\r\nHo", b" 421 "),
}


@pytest.mark.parametrize(("request_", "says"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_request_gets_an_error_and_no_more(
    send: Callable[[bytes], bytes], request_: bytes, says: bytes
) -> None:
    answer = send(request_)
    assert says in answer and b"Figures" not in answer
    assert bool(answer) == bool(says)


def test_what_is_sent_along_is_not_taken_for_a_next_request(
    send: Callable[[bytes], bytes], server: site_server.Server
) -> None:
    host = f"Host: 127.0.0.1:{server.server_port}\r\n".encode()
    within = b"GET /metrics/a/ HTTP/1.1\r\n" + host + b"\r\n"
    for length in (b"Content-Length: %d\r\n" % len(within), b"Transfer-Encoding: chunked\r\n"):
        assert send(b"GET / HTTP/1.1\r\n" + host + length + b"\r\n" + within).count(b"HTTP/1.1 ") == 1


def test_a_client_that_hangs_up_is_passed_over(server: site_server.Server, ask: Ask, settings: Settings) -> None:
    """The connection is reset while the answer is on its way, and the next one asking gets his."""
    (settings.site.resolve() / "large.bin").write_bytes(bytes(20_000_000))
    for _ in range(5):
        with socket.create_connection((site_server.ADDRESS, server.server_port), timeout=10) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(f"GET /large.bin HTTP/1.1\r\nHost: localhost:{server.server_port}\r\n\r\n".encode())
            connection.recv(10)
    assert ask("/").status == 200


def test_a_client_that_says_nothing_is_left(
    server: site_server.Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(site_server.Handler, "timeout", 0.2)
    with socket.create_connection((site_server.ADDRESS, server.server_port), timeout=10) as connection:
        connection.sendall(b"GET / HT")
        assert connection.recv(100) == b""
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "host",
    [None, "", "127.0.0.1", "localhost", "localhost:1", "elsewhere.example:{port}",
     "127.0.0.1.elsewhere.example:{port}", "localhost.:{port}", "localhost:{port}@elsewhere.example", "127.1:{port}",
     "2130706433:{port}", "0.0.0.0:{port}", "[::1]", " , localhost:{port}", "localhost:{port}, elsewhere.example",
     "\xff:{port}"],
)  # fmt: skip
def test_the_server_answers_to_its_own_address_alone(ask: Ask, server: site_server.Server, host: str | None) -> None:
    """Traps a foreign page that lets its own name lead to 127.0.0.1 and reads on (DNS rebinding)."""
    named = host if not host else host.format(port=server.server_port)
    answer = ask("/", host=named or (None if host is None else " "))
    assert answer.status == 421 and b"Figures" not in answer.body


def test_two_hosts_in_one_request_are_refused(ask: Ask, server: site_server.Server) -> None:
    assert ask("/", more=f"Host: localhost:{server.server_port}\r\n").status == 421


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_this_computers_own_names_are_let_in(ask: Ask, server: site_server.Server, name: str) -> None:
    assert ask("/", host=f"{name}:{server.server_port}").status == 200


def test_an_error_that_nobody_foresaw_is_a_sentence_and_its_details_stay_private(
    server: site_server.Server,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(page: str) -> str:
        raise KeyError("what nobody may read")

    monkeypatch.setattr(site_server, "policy", fail)
    with socket.create_connection((site_server.ADDRESS, server.server_port), timeout=10) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{server.server_port}\r\n\r\n".encode())
        assert connection.recv(100) == b""
    said = capfd.readouterr().err
    assert said.startswith("Error: An unexpected error (KeyError) occurred while answering for the site")
    assert said.count("\n") == 1 and "nobody may read" not in said
    (kept,) = settings.faults.iterdir()
    assert "nobody may read" in kept.read_text()


def test_without_a_site_the_server_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cla report --site"):
        site_server.site_server(Settings(tmp_path), 0)


def test_a_port_that_is_taken_is_named(server: site_server.Server, settings: Settings) -> None:
    with pytest.raises(UserError, match=f"Port {server.server_port} of 127.0.0.1 cannot be used"):
        site_server.site_server(settings, server.server_port)


def test_below_a_path_the_site_answers_there_and_nowhere_else(settings: Settings, send_to: SendTo) -> None:
    """As behind a reverse proxy that gives on what it is asked for below /care."""
    (settings.site / "manifest.json").write_text('{"path": "/care"}')
    with site_server.site_server(settings, 0) as server:
        assert server.path == "/care"
        with answering(server):
            assert {path: send_to(server, path) for path in PATHS_BELOW} == PATHS_BELOW


PATHS_BELOW = {
    "/care/": 200,
    "/care/metrics/a/": 200,
    "/care/_app/version.js": 200,
    "/care": 301,
    "/care/metrics/a": 301,
    "/": 404,
    "/metrics/a/": 404,
    "/careful/": 404,
    "/care/care/": 404,
    "/care/../secret.txt": 404,
    "http://elsewhere/care/": 404,
}


def test_the_internal_site_stays_in_no_cache_and_has_its_own_sentence(settings: Settings, send_to: SendTo) -> None:
    with pytest.raises(UserError, match="cla report --site --internal"):
        site_server.site_server(settings, 0, INTERNAL)
    settings.site_internal.symlink_to(settings.site.resolve(), target_is_directory=True)
    with site_server.site_server(settings, 0, INTERNAL) as server, answering(server):
        assert server.server_address[0] == "127.0.0.1"
        for path in ("/", "/_app/immutable/a.wasm"):
            connection = http.client.HTTPConnection(*server.server_address[:2], timeout=10)
            connection.request("GET", path)
            assert connection.getresponse().headers["Cache-Control"] == "no-store"
            connection.close()
