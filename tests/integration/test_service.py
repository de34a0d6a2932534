"""Dagster as a service: its history in a real Postgres server, the units of systemd, and the guard before the pages."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.errors import UserError
from orchestration.service import command
from orchestration.settings import REPOSITORY, Settings
from tests.postgres_server import Server, needs_postgres, postgres_server

SERVICE = REPOSITORY / "docs/templates/service"
UNITS = sorted(SERVICE.glob("*.service"))


def test_the_configuration_differs_by_its_storage_alone() -> None:
    """Traps telemetry, or what steps print, that comes back with Postgres."""
    ours = yaml.safe_load((REPOSITORY / "dagster.yaml").read_text())
    service = yaml.safe_load((SERVICE / "dagster.yaml").read_text())
    database = service.pop("storage")["postgres"]["postgres_db"]
    assert database["scheme"] == "postgresql+psycopg2" and set(database["password"]) == {"env"}
    ours.pop("storage")
    assert service == ours


def test_the_web_interface_is_the_guarded_one_and_listens_to_this_computer_alone() -> None:
    assert "orchestration.webserver" in command("webserver", 3000)
    assert command("webserver", 3000)[-6:-2] == ["--host", "127.0.0.1", "--port", "3000"]
    assert "dagster._daemon" in command("daemon", 3000)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this computer")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_unit_and_finds_it_hardened(tmp_path: Path, unit: Path) -> None:
    text = unit.read_text().replace("/opt/children-in-care-warehouse/.venv/bin/python", sys.executable)
    # What the unit waits for need not be here.
    copy = tmp_path / unit.name
    copy.write_text("\n".join(line for line in text.splitlines() if not line.startswith(("After=", "Wants="))))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert done.returncode == 0 and said == [], done.stderr
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", copy], capture_output=True, text=True)
    exposure = float(done.stdout.rpartition("Overall exposure level for")[2].split(":")[1].split()[0])
    assert exposure < 3, done.stdout


def test_the_units_differ_by_the_service_alone() -> None:
    daemon, webserver = (unit.read_text().splitlines() for unit in UNITS)
    differing = [a for a, b in zip(daemon, webserver, strict=True) if a != b]
    assert [line.partition("=")[0] for line in differing if not line.startswith("#")] == ["Description", "ExecStart"]


def test_the_windows_script_starts_what_there_is() -> None:
    script = (SERVICE / "register-tasks.ps1").read_text()
    assert "-m orchestration.service $Service" in script and '"webserver", "daemon"' in script
    assert "-RunLevel Limited" in script


def test_a_configuration_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    from orchestration.build import prepare_dagster_home

    with pytest.raises(UserError, match="which is no file"):
        prepare_dagster_home(Settings(tmp_path, dagster_yaml=tmp_path / "nowhere.yaml"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("dagster_postgres", reason="dagster-postgres is not installed (the extra `service`)")
    with postgres_server() as started:
        yield started


@contextmanager
def started(settings: Settings, *arguments: str) -> Iterator[Any]:
    environment = {**os.environ, "CLA_DATA_DIR": str(settings.data_dir), "CLA_AS_KNOWN_AT": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.service", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


@needs_postgres
@pytest.mark.ci
def test_history_lies_in_postgres_and_the_services_find_it(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg
    import psycopg2

    from orchestration.build import dagster_instance

    monkeypatch.setenv("DAGSTER_HOME", "")
    for name, value in {"HOST": "127.0.0.1", "DATABASE": "postgres", "USER": "owner", "PASSWORD": "p@ss/word"}.items():
        monkeypatch.setenv(f"CLA_DAGSTER_PG_{name}", value)
    shipped = (SERVICE / "dagster.yaml").read_text()
    (tmp_path / "dagster.yaml").write_text(shipped.replace("port: 5432", f"port: {server.port}"))
    monkeypatch.setenv("CLA_DAGSTER_YAML", str(tmp_path / "dagster.yaml"))
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    settings = Settings.from_environment()

    @dg.asset
    def small() -> int:
        return 1

    def in_postgres(query: str) -> list[Any]:
        connection = psycopg2.connect(server.address())
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    with dagster_instance(settings) as instance:
        job = dg.Definitions(assets=[small], jobs=[dg.define_asset_job("build")]).resolve_job_def("build")
        run_id = job.execute_in_process(instance=instance).run_id
    assert in_postgres("select run_id, status from runs") == [(run_id, "SUCCESS")]
    assert not list(settings.dagster_home.rglob("*.db")), "nothing is left in SQLite"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with started(settings, "webserver", "--port", str(port)), started(settings, "daemon"):
        asked = json.dumps({"query": "{ runsOrError { ... on Runs { results { runId status } } } }"})
        own = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
        found = answered(port, "POST", asked, own)
        assert json.loads(found)["data"]["runsOrError"]["results"] == [{"runId": run_id, "status": "SUCCESS"}]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/graphql", asked, {**own, "Origin": "http://elsewhere.example"})
        assert connection.getresponse().status == 403
        until = time.monotonic() + 180
        while not (beats := in_postgres("select distinct daemon_type from daemon_heartbeats")):
            assert time.monotonic() < until
            time.sleep(1)
        assert beats


def answered(port: int, method: str, body: str, headers: dict[str, str]) -> bytes:
    """Ask until the server is there."""
    until = time.monotonic() + 180
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request(method, "/graphql", body, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            return answer.read()
        except (ConnectionError, OSError):
            assert time.monotonic() < until
            time.sleep(0.5)
