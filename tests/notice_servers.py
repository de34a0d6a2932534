"""Servers that a notice is sent to: one for mail, with TLS, and one for webhooks; both keep what they were sent."""

from __future__ import annotations

import base64
import json
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Mailbox:
    """What a mail server was told, how it answers, and where it listens."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    """For each mail whether it came encrypted."""
    password: str = "correct horse"  # noqa: S105 - invented
    refuses: str = ""
    """The answer to a receiver, instead of taking the mail."""


@contextmanager
def mail_server(certificate: Path | None = None, *, from_the_first_byte: bool = False) -> Iterator[Mailbox]:
    """Run an SMTP server on this computer: with a certificate it offers STARTTLS, or speaks TLS from the start."""
    box = Mailbox()
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                connection: socket.socket = self.request
                if context and from_the_first_byte:
                    connection = context.wrap_socket(connection, server_side=True)
                self._talk(connection, is_encrypted=from_the_first_byte)
            except OSError:
                return  # the client does not trust the certificate, or went

        def _talk(self, connection: socket.socket, *, is_encrypted: bool) -> None:
            lines = connection.makefile("rb")

            def say(text: str) -> None:
                connection.sendall(text.encode() + b"\r\n")

            say("220 test ESMTP")
            while line := lines.readline().decode().strip():
                verb, _, rest = line.partition(" ")
                if verb.upper() == "EHLO":
                    offers = ["test"] + (["STARTTLS"] if context and not is_encrypted else [])
                    offers += ["AUTH PLAIN"] if is_encrypted else []
                    for number, offer in enumerate(offers):
                        say(f"250{' ' if number == len(offers) - 1 else '-'}{offer}")
                elif verb.upper() == "STARTTLS" and context:
                    say("220 go ahead")
                    lines.close()
                    connection = context.wrap_socket(connection, server_side=True)
                    lines, is_encrypted = connection.makefile("rb"), True
                elif verb.upper() == "AUTH":
                    _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
                    box.logins.append(user)
                    # As some servers do, it repeats what it was sent.
                    say("235 welcome" if password == box.password else f"535 {password} is wrong for {user}")
                elif verb.upper() == "RCPT" and box.refuses:
                    say(box.refuses)
                elif verb.upper() == "DATA":
                    say("354 go on")
                    body = bytearray()
                    while (part := lines.readline()) != b".\r\n":
                        body += part
                    box.mails.append(body.decode())
                    box.encrypted.append(is_encrypted)
                    say("250 taken")
                elif verb.upper() == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 fine")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        with _served(server):
            yield box


@dataclass
class Hook:
    """What a webhook was sent, how it answers, and its address."""

    address: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    answers: int = 202


@contextmanager
def webhook() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(hook.answers)
            # A client that follows it would hand the message to somebody else.
            self.send_header("Location", "http://192.0.2.1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.address = f"http://127.0.0.1:{server.server_port}/hook/its-secret-part"
        with _served(server):
            yield hook


def make_certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1, with its key beside it, and return its path."""
    path = folder / "server.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*command.split(), "-keyout", path.with_suffix(".key"), "-out", path], check=True, capture_output=True
    )
    return path


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
