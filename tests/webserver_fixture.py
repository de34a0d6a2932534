"""Dagster's web server on runs of its own that mean nothing: behind the guard, and without it for comparison.

Neither knows any code, so each is there in seconds. What is refused by the one must be seen to work on the other: a
test of an attack that would come to nothing anyway proves nothing. `dev` is the whole of `cla dev`, which takes longer.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import Settings
from tests.integration.running import heed_interrupts

PUBLIC_NAME = "warehouse.council.example"


@dataclass(frozen=True)
class Webserver:
    """A running web server and the storage of its runs."""

    port: int
    instance: Any

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def new_run(self) -> str:
        from dagster._core.test_utils import create_run_for_test

        return create_run_for_test(self.instance, job_name="scratch").run_id

    def has_run(self, run_id: str) -> bool:
        return self.instance.get_run_by_id(run_id) is not None


@pytest.fixture(scope="session")
def scratch_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from orchestration.build import dagster_instance

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")  # what is set meanwhile is taken back at the end
        with dagster_instance(Settings(tmp_path_factory.mktemp("dagster"))) as instance:
            yield instance


@pytest.fixture(scope="session")
def guarded(scratch_instance: Any) -> Iterator[Webserver]:
    """The web server of `cla dev`, which knows of a reverse proxy by the name of PUBLIC_NAME too."""
    with running("orchestration.webserver", scratch_instance, CLA_WEB_ADDRESS=f"https://{PUBLIC_NAME}") as webserver:
        yield webserver


@pytest.fixture(scope="session")
def unguarded(scratch_instance: Any) -> Iterator[Webserver]:
    """Dagster's own web server on the same runs."""
    with running("dagster_webserver", scratch_instance) as webserver:
        yield webserver


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, "subprocess.Popen[Any]", Path]]:
    """`cla dev` on an empty data folder, started as a shell starts what runs in the background: address, process, log.

    Of a module alone: the last test of one may end it.
    """
    with dev_on(tmp_path_factory.mktemp("dev")) as running_dev:
        yield running_dev


@contextmanager
def dev_on(data_dir: Path, **environment: str) -> Iterator[tuple[str, "subprocess.Popen[Any]", Path]]:
    """Run `cla dev` on a data folder: address, process, log."""
    port, log = free_port(), data_dir / "dev.log"
    ours = {"CLA_DATA_DIR": str(data_dir), "CLA_AS_KNOWN_AT": "", "CLA_WEB_ADDRESS": ""}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "dev", "--port", str(port)],
            env={**os.environ, **ours, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=ignore_interrupts if os.name == "posix" else None,
        )
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}", process, log
    finally:
        process.terminate()
        process.wait(timeout=120)


def ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def running(module: str, instance: Any, **environment: str) -> Iterator[Webserver]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module, "--empty-workspace", "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "DAGSTER_HOME": instance.root_directory, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=heed_interrupts if os.name == "posix" else None,
    )
    try:
        wait_for(port, process)
        yield Webserver(port, instance)
    finally:
        process.terminate()
        process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[Any]", seconds: float = 300) -> None:
    """Wait until a web server answers."""
    over = time.monotonic() + seconds
    while True:
        assert process.poll() is None, "The web server ended before it answered."
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/server_info")
            assert connection.getresponse().status == 200
            return
        except OSError:
            assert time.monotonic() < over, "The web server did not answer."
            time.sleep(0.2)
        finally:
            connection.close()
