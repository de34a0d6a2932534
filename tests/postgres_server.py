"""A real Postgres server for a test: made anew, in a folder and on a port of its own, gone when the test ends."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Server:
    port: int

    def address(self, role: str = "owner", database: str = "postgres") -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"


def programs() -> Path | None:
    """Return where initdb and pg_ctl lie; Debian keeps them from the PATH."""
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "pg_ctl").exists()), None)


needs_postgres = pytest.mark.skipif(programs() is None, reason="no Postgres server (initdb, pg_ctl) on this computer")


@contextmanager
def postgres_server() -> Iterator[Server]:
    bin_ = programs()
    assert bin_ is not None
    folder = Path(tempfile.mkdtemp(prefix="cla-postgres-"))
    user: dict[str, object] = {}
    if os.name == "posix" and os.geteuid() == 0:
        # initdb refuses root.
        name = next((one.pw_name for one in pwd.getpwall() if one.pw_name == "postgres"), "nobody")
        shutil.chown(folder, name)
        user = {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
    data = folder / "data"

    def run(*command: object) -> None:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=folder, **user)
        assert done.returncode == 0, done.stdout + done.stderr

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    try:
        run(bin_ / "initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        # What a test writes need not outlive a power cut.
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c full_page_writes=off"
        run(bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield Server(port)
        finally:
            run(bin_ / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
