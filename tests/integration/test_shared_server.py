"""The example of docs/shared-server.md: a real nginx before the real web server, asked over TLS."""

import base64
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import REPOSITORY
from tests.webserver_fixture import Webserver, free_port, running

NGINX = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(
    NGINX is None or OPENSSL is None, reason="nginx or openssl is not installed: the example is not tried"
)

EXAMPLE = REPOSITORY / "docs" / "shared-server-nginx.conf"
PAGE = REPOSITORY / "docs" / "shared-server.md"
NAME = "warehouse.council.example"
BASIC = re.compile(r"    auth_basic .*\n    auth_basic_user_file .*\n")

MAIN = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/warehouse.conf;
}}
"""


class Proxy:
    """A running nginx; asks it as a browser does."""

    def __init__(self, port: int, plain: int, certificate: Path, webserver: Webserver) -> None:
        self.port, self.plain, self.webserver = port, plain, webserver
        self.address = f"https://{NAME}:{port}"
        self._context = ssl.create_default_context(cafile=str(certificate))

    def connected(self, name: str = NAME) -> ssl.SSLSocket:
        return self._context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 30), server_hostname=name)

    def asked(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection(f"{NAME}:{self.port}", timeout=60)
        connection.sock = self.connected()
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content

    def deletes(self, **headers: str) -> tuple[int, bool]:
        run = self.webserver.new_run()
        body = json.dumps({"query": f'mutation {{ deletePipelineRun(runId: "{run}") {{ __typename }} }}'})
        status, _, _ = self.asked("POST", "/graphql", body, Content_Type="application/json", **headers)
        return status, not self.webserver.has_run(run)


@pytest.fixture(scope="module")
def started(
    scratch_instance: Any, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Callable[[str], str]], AbstractContextManager[Proxy]]:
    """Start nginx with the example, changed as somebody is told to, before a web server that knows its address."""

    @contextmanager
    def start(change: Callable[[str], str]) -> Iterator[Proxy]:
        folder = tmp_path_factory.mktemp("nginx")
        port, plain = free_port(), free_port()
        with running(
            "orchestration.webserver", scratch_instance, CLA_WEB_ADDRESS=f"https://{NAME}:{port}"
        ) as webserver:
            certificate = prepare(folder, change, port, plain, webserver.port)
            command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]
            checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
            assert checked.returncode == 0, checked.stderr
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                try:
                    wait_until_open(port)
                    yield Proxy(port, plain, certificate, webserver)
                finally:
                    process.terminate()

    return start


def prepare(folder: Path, change: Callable[[str], str], port: int, plain: int, upstream: int) -> Path:
    """Write what nginx needs into a folder; return its certificate."""
    key, certificate, users = folder / "key.pem", folder / "certificate.pem", folder / "users"
    subprocess.run(
        [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext",
         f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True,
        check=True,
    )  # fmt: skip
    hashed = subprocess.run([str(OPENSSL), "passwd", "-6", "secret"], capture_output=True, text=True, check=True)
    users.write_text(f"somebody:{hashed.stdout}", encoding="utf-8")
    # nginx reads it as an account of its own where it is started by root.
    for path in (folder, users):
        path.chmod(0o755)
    for parent in folder.parents[:2]:
        parent.chmod(0o755)
    text = change(EXAMPLE.read_text(encoding="utf-8"))
    for placeholder, ours in {
        "/etc/nginx/warehouse/": f"{folder}/",
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "127.0.0.1:3000": f"127.0.0.1:{upstream}",
    }.items():
        assert placeholder in text
        text = text.replace(placeholder, ours)
    (folder / "warehouse.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    return certificate


def wait_until_open(port: int) -> None:
    over = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            return
        except OSError:
            assert time.monotonic() < over
            time.sleep(0.1)


@pytest.fixture(scope="module")
def proxy(started: Callable[..., AbstractContextManager[Proxy]]) -> Iterator[Proxy]:
    with started(lambda example: example) as proxy:
        yield proxy


def password(text: str = "somebody:secret") -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_nobody_comes_in_without_the_password(proxy: Proxy) -> None:
    for path in ("/", "/runs", "/favicon.svg", "/server_info", "/graphql"):
        assert proxy.asked("GET", path)[0] == 401
        assert proxy.asked("GET", path, Authorization=password("somebody:guessed"))[0] == 401
    assert proxy.deletes(Origin=proxy.address) == (401, False)


def test_with_the_password_its_pages_open_and_its_questions_are_answered(proxy: Proxy) -> None:
    status, headers, body = proxy.asked("GET", "/runs", Authorization=password())
    assert status == 200 and b"<title" in body
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in headers.get_all("Content-Security-Policy")
    assert proxy.deletes(Origin=proxy.address, Authorization=password()) == (200, True)


def test_a_browser_that_knows_the_password_still_deletes_nothing_for_the_pages_of_others(proxy: Proxy) -> None:
    """It sends the password along with whatever any page asks of this address."""
    known = {"Authorization": password()}
    for origin in ("https://elsewhere.example", f"https://{NAME}", f"http://{NAME}:{proxy.port}", "null"):
        assert proxy.deletes(Origin=origin, **known) == (403, False)
    assert proxy.deletes(Origin=proxy.address, Sec_Fetch_Site="same-site", **known) == (403, False)
    assert proxy.deletes(**known) == (403, False)
    assert proxy.asked("GET", "/graphql?query=%7Bversion%7D", **known)[0] == 405


def handshake(proxy: Proxy, *headers: str) -> bytes:
    lines = [
        "GET /graphql HTTP/1.1",
        f"Host: {NAME}:{proxy.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: graphql-ws",
        *headers,
    ]
    with proxy.connected() as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return connection.recv(1000).split()[1]


def test_a_websocket_passes_for_its_own_page_with_the_password(proxy: Proxy) -> None:
    known, own = f"Authorization: {password()}", f"Origin: {proxy.address}"
    assert handshake(proxy, known, own) == b"101"
    assert handshake(proxy, own) == b"401"
    assert handshake(proxy, known, "Origin: https://elsewhere.example") == b"403"


def test_another_name_is_sent_away_over_tls_and_within_it(proxy: Proxy) -> None:
    with pytest.raises(ssl.SSLError):
        proxy.connected("elsewhere.example")
    # The right name for TLS and another as Host: nginx chooses by the latter, and that has no server of ours.
    status, _, body = proxy.asked("GET", "/", Host=f"elsewhere.example:{proxy.port}", Authorization=password())
    assert status == 421 and b"Dagster" not in body


def test_plain_http_is_sent_to_tls_and_gives_nothing(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=30)
    connection.request("GET", "/runs", headers={"Host": "elsewhere.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/runs")
    connection.close()


def test_more_than_a_question_is_not_taken(proxy: Proxy) -> None:
    body = json.dumps({"query": "{ version }", "variables": {"a": "a" * 1_100_000}})
    headers = {"Content_Type": "application/json", "Origin": proxy.address, "Authorization": password()}
    assert proxy.asked("POST", "/graphql", body, **headers)[0] == 413


class IdentityProvider(BaseHTTPRequestHandler):
    """Stands in for a program such as oauth2-proxy: whoever has the cookie is known."""

    def do_GET(self) -> None:
        if self.path == "/oauth2/auth":
            status, body = (202 if self.headers.get("Cookie") == "known=yes" else 401), b""
        else:
            status, body = 200, b"Sign in"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def test_single_sign_on_as_the_page_says_it(started: Callable[..., AbstractContextManager[Proxy]]) -> None:
    (lines,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    provider = ThreadingHTTPServer(("127.0.0.1", 0), IdentityProvider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()

    def change(example: str) -> str:
        assert BASIC.search(example)
        return BASIC.sub(lambda _: lines.replace("127.0.0.1:4180", f"127.0.0.1:{provider.server_port}"), example)

    try:
        with started(change) as proxy:
            status, _, body = proxy.asked("GET", "/runs")
            assert (status, body) == (403, b"Sign in")
            assert proxy.deletes(Origin=proxy.address) == (403, False)
            assert proxy.asked("GET", "/oauth2/auth", Cookie="known=yes")[0] == 404
            assert proxy.asked("GET", "/runs", Cookie="known=yes")[0] == 200
            assert proxy.deletes(Origin=proxy.address, Cookie="known=yes") == (200, True)
            assert proxy.deletes(Origin="https://elsewhere.example", Cookie="known=yes") == (403, False)
            assert handshake(proxy, f"Origin: {proxy.address}", "Cookie: known=yes") == b"101"
            assert handshake(proxy, f"Origin: {proxy.address}") == b"403"
    finally:
        provider.shutdown()
        provider.server_close()
