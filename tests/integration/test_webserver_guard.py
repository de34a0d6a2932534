"""The guard before Dagster's web interface, asked over HTTP by hand: what deletes a run without it does not with it."""

import base64
import http.client
import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest

from tests.webserver_fixture import PUBLIC_NAME, Webserver

JSON = {"Content-Type": "application/json"}
FOREIGN = "http://127.0.0.1:1"


@dataclass(frozen=True)
class Question:
    """A request that deletes a run; texts may name the `{port}` and its own `{origin}`."""

    method: str = "POST"
    path: str = "/graphql"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[str], str] = lambda mutation: json.dumps({"query": mutation})
    host: str = "127.0.0.1:{port}"

    def asked_of(self, webserver: Webserver, mutation: str = "") -> tuple[int, dict[str, str], bytes]:
        named = {"port": webserver.port, "origin": webserver.address}
        connection = http.client.HTTPConnection("127.0.0.1", webserver.port, timeout=60)
        connection.putrequest(self.method, self.path.replace("{mutation}", quote(mutation)), skip_host=True)
        for host in self.host.format(**named).split("\n"):
            connection.putheader("Host", host)
        for name, value in self.headers.items():
            for one in value.format(**named).split("\n"):
                connection.putheader(name, one)
        body = self.body(mutation).encode() if self.method in ("POST", "PUT") else b""
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        content = answer.read()
        connection.close()
        return answer.status, told, content


def deletes(webserver: Webserver, question: Question) -> tuple[int, bool]:
    """Ask a web server to delete a run; return the status, and whether the run is gone."""
    run = webserver.new_run()
    mutation = f'mutation {{ deletePipelineRun(runId: "{run}") {{ __typename }} }}'
    status, _, _ = question.asked_of(webserver, mutation)
    return status, not webserver.has_run(run)


OWN = {"Origin": "{origin}"}
QUERY = "/graphql?query={mutation}"


def multipart(mutation: str) -> str:
    return f'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{mutation}\r\n--x--\r\n'


ATTACKS = {
    "picture": (Question("GET", QUERY, {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}), 403),
    "picture in an old browser": (Question("GET", QUERY), 405),
    "link": (
        Question(
            "GET", QUERY, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        ),
        405,
    ),
    "address typed": (Question("GET", QUERY, {"Sec-Fetch-Site": "none"}), 405),
    "own page, by GET": (Question("GET", QUERY, {**OWN, "Sec-Fetch-Site": "same-origin"}), 405),
    "another spelling of the path": (Question("GET", "/graphql%0A?query={mutation}"), 405),
    "a line's end in the path, by POST": (Question("POST", "/graphql%0A?query={mutation}", OWN, str), 415),
    "form": (
        Question("POST", QUERY, {"Origin": FOREIGN, "Content-Type": "application/x-www-form-urlencoded"}, str),
        403,
    ),
    "form of files": (
        Question("POST", QUERY, {"Origin": FOREIGN, "Content-Type": "multipart/form-data; boundary=x"}, multipart),
        403,
    ),
    "form of files from our own page": (
        Question("POST", QUERY, {**OWN, "Content-Type": "multipart/form-data; boundary=x"}, multipart),
        415,
    ),
    "no content": (Question("POST", QUERY, {"Origin": FOREIGN}, lambda _: ""), 403),
    "no content, from our own page": (Question("POST", QUERY, OWN, lambda _: ""), 415),
    "GraphQL as text": (Question(headers={**OWN, "Content-Type": "application/graphql"}, body=str), 415),
    "plain text that names JSON": (Question(headers={**OWN, "Content-Type": "text/plain; application/json"}), 415),
    "plain text that names JSON, from elsewhere": (
        Question(headers={"Origin": FOREIGN, "Content-Type": "text/plain; application/json"}),
        403,
    ),
    "JSON from another port": (Question(headers={**JSON, "Origin": FOREIGN}), 403),
    "JSON from another name of ours": (Question(headers={**JSON, "Origin": "http://localhost:{port}"}), 403),
    "JSON over https from our name": (Question(headers={**JSON, "Origin": "https://127.0.0.1:{port}"}), 403),
    "JSON from a file": (Question(headers={**JSON, "Origin": "null"}), 403),
    "JSON from nowhere": (Question(headers=JSON), 403),
    "two origins": (Question(headers={**JSON, "Origin": "{origin}\nhttp://elsewhere.example"}), 403),
    "our origin, another site": (Question(headers={**JSON, **OWN, "Sec-Fetch-Site": "cross-site"}), 403),
    "our origin, another port": (Question(headers={**JSON, **OWN, "Sec-Fetch-Site": "same-site"}), 403),
    "another name that leads here": (
        Question(headers={**JSON, "Origin": "http://evil.test:{port}"}, host="evil.test:{port}"),
        421,
    ),
    "another name, by GET": (Question("GET", QUERY, host="evil.test:{port}"), 421),
    "our name with a tail": (Question(headers={**JSON, **OWN}, host="127.0.0.1.evil.test:{port}"), 421),
    "our name without its port": (Question(headers={**JSON, **OWN}, host="127.0.0.1"), 421),
    "our name with another port": (Question(headers={**JSON, **OWN}, host="127.0.0.1:1"), 421),
    "the proxy's name with another origin": (Question(headers={**JSON, **OWN}, host=PUBLIC_NAME), 403),
    "the proxy's name without TLS": (
        Question(headers={**JSON, "Origin": f"http://{PUBLIC_NAME}"}, host=PUBLIC_NAME),
        403,
    ),
    "the proxy's origin with our name": (Question(headers={**JSON, "Origin": f"https://{PUBLIC_NAME}"}), 403),
}
"""What must not delete a run, and the status that says so."""


@pytest.mark.parametrize(("question", "status"), ATTACKS.values(), ids=ATTACKS)
def test_what_comes_from_elsewhere_or_in_another_form_deletes_no_run(
    guarded: Webserver, question: Question, status: int
) -> None:
    assert deletes(guarded, question) == (status, False)


@pytest.mark.parametrize("question", [question for question, _ in ATTACKS.values()], ids=ATTACKS)
def test_without_the_guard_each_of_them_deletes_it(unguarded: Webserver, question: Question) -> None:
    """Or the test above would prove nothing."""
    assert deletes(unguarded, question) == (200, True)


BOTH_HOSTS = Question(headers={**JSON, **OWN}, host="127.0.0.1:{port}\nevil.test:{port}")


def test_two_hosts_in_one_request_are_refused(guarded: Webserver) -> None:
    status, gone = deletes(guarded, BOTH_HOSTS)
    assert status in (400, 421) and not gone


OUR_OWN = {
    "its page": Question(headers={**JSON, **OWN, "Sec-Fetch-Site": "same-origin"}, path="/graphql?op=Delete"),
    "its page in an old browser": Question(headers={**JSON, **OWN}),
    "with a character set": Question(headers={**OWN, "Content-Type": "application/json; charset=utf-8"}),
    "by the other name": Question(headers={**JSON, "Origin": "http://localhost:{port}"}, host="localhost:{port}"),
    "through the proxy": Question(headers={**JSON, "Origin": f"https://{PUBLIC_NAME}"}, host=PUBLIC_NAME),
}


@pytest.mark.parametrize("question", OUR_OWN.values(), ids=OUR_OWN)
def test_what_its_own_page_asks_is_done(guarded: Webserver, question: Question) -> None:
    assert deletes(guarded, question) == (200, True)


LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
PAGES = {
    "opened by hand": ("/runs", {"Sec-Fetch-Site": "none", **{k: v for k, v in LINK.items() if k != "Sec-Fetch-Site"}}),
    "opened by a link from elsewhere": ("/runs?q%5B0%5D=status%3AFAILURE", LINK),
    "without a browser": ("/", {}),
    "a file of its own": ("/favicon.svg", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors"}),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("path", "headers"), PAGES.values(), ids=PAGES)
def test_its_pages_are_given_and_told_to_be_shown_in_no_frame(
    guarded: Webserver, path: str, headers: dict[str, str], method: str
) -> None:
    status, told, _ = Question(method, path, headers).asked_of(guarded)
    assert status == 200
    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert told["x-content-type-options"] == "nosniff"
    assert told["cross-origin-resource-policy"] == told["cross-origin-opener-policy"] == "same-origin"


def test_the_page_to_try_questions_on_is_given(guarded: Webserver) -> None:
    status, _, body = Question("GET", "/graphql", {"Accept": "text/html", **LINK}).asked_of(guarded)
    assert status == 200 and b"GraphiQL" in body


def test_dagsters_own_policy_of_a_page_stays(guarded: Webserver) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", guarded.port)
    connection.request("GET", "/")
    policies = connection.getresponse().headers.get_all("content-security-policy")
    connection.close()
    assert policies is not None and len(policies) == 2 and any("script-src 'nonce-" in one for one in policies)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "embed"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": FOREIGN},
        {"Origin": FOREIGN},
    ],
    ids=["script", "frame", "embedded", "fetched", "fetched by an old browser"],
)
@pytest.mark.parametrize("path", ["/", "/runs", "/server_info", "/download_debug/some-run", "/favicon.svg"])
def test_no_page_of_others_holds_ours_or_a_part_of_it(guarded: Webserver, path: str, headers: dict[str, str]) -> None:
    status, told, body = Question("GET", path, headers).asked_of(guarded)
    assert (status, body) == (403, b"This server takes nothing from the pages of others.")
    assert not [name for name in told if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/graphql", "/report_asset_materialization/an_asset", "/", "/runs"])
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "DELETE", "PATCH"])
def test_no_method_that_may_change_something_comes_in_from_elsewhere(
    guarded: Webserver, path: str, method: str
) -> None:
    headers = {"Origin": FOREIGN, "Access-Control-Request-Method": "POST", **JSON}
    status, told, _ = Question(method, path, headers).asked_of(guarded)
    assert status == 403
    assert not [name for name in told if name.startswith("access-control")]


def handshake(webserver: Webserver, *headers: str, host: str = "127.0.0.1:{port}", path: str = "/graphql") -> int:
    """Ask for a WebSocket and return the status: 101 where it is open."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: graphql-ws",
        *headers,
    ]
    with socket.create_connection(("127.0.0.1", webserver.port), timeout=30) as connection:
        request = "\r\n".join(lines).format(port=webserver.port, origin=webserver.address) + "\r\n\r\n"
        connection.sendall(request.encode())
        return int(connection.recv(1000).split()[1])


REFUSED_SOCKETS = {
    "another port": (("Origin: http://127.0.0.1:1",), "127.0.0.1:{port}"),
    "another host": (("Origin: https://elsewhere.example",), "127.0.0.1:{port}"),
    "no origin": ((), "127.0.0.1:{port}"),
    "a file": (("Origin: null",), "127.0.0.1:{port}"),
    "another site": (("Origin: {origin}", "Sec-Fetch-Site: cross-site"), "127.0.0.1:{port}"),
    "another name that leads here": (("Origin: http://evil.test:{port}",), "evil.test:{port}"),
}


@pytest.mark.parametrize(("headers", "host"), REFUSED_SOCKETS.values(), ids=REFUSED_SOCKETS)
def test_a_websocket_opens_to_its_own_page_alone(guarded: Webserver, headers: tuple[str, ...], host: str) -> None:
    """A browser lets any page open one to anywhere, and the answers can be read."""
    assert handshake(guarded, *headers, host=host) == 403
    assert handshake(guarded, *headers, host=host, path="/graphql%0A") == 403


@pytest.mark.parametrize(("headers", "host"), REFUSED_SOCKETS.values(), ids=REFUSED_SOCKETS)
def test_without_the_guard_a_websocket_opens_to_all(unguarded: Webserver, headers: tuple[str, ...], host: str) -> None:
    assert handshake(unguarded, *headers, host=host) == 101


def test_a_websocket_of_its_own_page_opens(guarded: Webserver) -> None:
    assert handshake(guarded, "Origin: {origin}", "Sec-Fetch-Site: same-origin") == 101
    assert handshake(guarded, f"Origin: https://{PUBLIC_NAME}", host=PUBLIC_NAME) == 101
