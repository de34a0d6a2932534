"""No tool tells of its use: not where the settings are found, and not where they are missing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.quiet import ENVIRONMENT
from orchestration.settings import REPOSITORY, Settings

PROBE = """
import json, os, sys
import dagster
from dagster._core.telemetry import log_action
{before}
for home in json.loads(sys.argv[1]):
    os.environ["DAGSTER_HOME"] = home
    with dagster.DagsterInstance.get() as instance:
        log_action(instance, "a build began")
        print(json.dumps([instance.telemetry_enabled, instance.get_settings("telemetry")]))
"""
QUIET = "from orchestration.quiet import keep_dagster_quiet; keep_dagster_quiet()"
SETTINGS = "telemetry:\n  enabled: {}\n"


def probe(user: Path, homes: list[Path], before: str) -> tuple[list[Any], set[str]]:
    """Note an event on the instance in each home; return what the instances say and the traces that were left."""
    user.mkdir()
    loud = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(before=before), json.dumps([str(home) for home in homes])],
        cwd=REPOSITORY,
        env={**loud, "HOME": str(user), "USERPROFILE": str(user), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    traces = {path.name for folder in [*homes, user] for path in folder.rglob("*") if path.name in TRACES}
    return [json.loads(line) for line in done.stdout.splitlines()], traces


TRACES = {".dagster", ".telemetry", "logs", "event.log", "user_id.yaml", ".logs_queue"}


def home_with(folder: Path, settings: str | None) -> Path:
    folder.mkdir(parents=True)
    if settings is not None:
        (folder / "dagster.yaml").write_text(settings)
    return folder


def test_dagster_by_itself_notes_events_where_it_finds_no_settings(tmp_path: Path) -> None:
    """What the tests below rely on: without our doing the same probe leaves its traces."""
    home = home_with(tmp_path / "[home]", SETTINGS.format("false"))
    said, traces = probe(tmp_path / "user", [home], "")
    assert said == [[True, {}]]
    assert traces >= {".telemetry", "event.log", "user_id.yaml"}


def test_dagster_notes_no_event_whatever_its_settings_and_finds_them_under_any_path(tmp_path: Path) -> None:
    contents = {None: None, "": None, SETTINGS.format("true"): True, SETTINGS.format("false"): False}
    homes = {
        home_with(tmp_path / name / str(number), content): {} if found is None else {"enabled": found}
        for name in ("home", "[home] #1 {x} é 100%")
        for number, (content, found) in enumerate(contents.items())
    }
    said, traces = probe(tmp_path / "user", list(homes), QUIET)
    assert said == [[False, found] for found in homes.values()]
    assert traces == set()


@pytest.mark.slow
def test_the_code_location_is_quiet_where_dagster_itself_loads_it(tmp_path: Path) -> None:
    home = home_with(tmp_path / "[home] {x}", None)
    data = {"CLA_DATA_DIR": str(tmp_path / "[data] {x}")}
    said, traces = probe(tmp_path / "user", [home], f"os.environ.update({data}); import orchestration.definitions")
    assert said == [[False, {}]]
    assert traces == set()


def test_whatever_imports_the_program_has_said_no_before_it_imports_a_tool() -> None:
    asked = "import sys, os, orchestration as _; from orchestration.quiet import ENVIRONMENT as e; " + (
        "print(all(os.environ[name] == value for name, value in e.items()), "
        "[tool for tool in ('dagster', 'dbt', 'duckdb') if tool in sys.modules])"
    )
    told = {**os.environ, "DO_NOT_TRACK": "0", "DBT_SEND_ANONYMOUS_USAGE_STATS": "true"}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=REPOSITORY, env=told, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True []"


def test_dagster_sends_nothing_that_an_earlier_version_has_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    from dagster._core import telemetry_upload

    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "event.log").write_text("{}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    sent: list[str] = []
    monkeypatch.setattr(telemetry_upload, "_upload_logs", lambda *_, **__: sent.append("sent"))
    ended = Event()
    monkeypatch.setattr(ended, "wait", lambda _: ended.set())
    telemetry_upload.upload_logs(ended, raise_errors=True)
    assert sent == []
    monkeypatch.delenv("DAGSTER_DISABLE_TELEMETRY")
    telemetry_upload.upload_logs(ended, raise_errors=True)
    assert sent == ["sent"], "the variable is what keeps it from sending"


def test_dbt_sends_nothing_even_where_its_project_says_yes(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("flags: {send_anonymous_usage_stats: true}\n")
    asked = (
        "from dbt.cli.main import cli; from dbt.cli.flags import Flags; "
        "context = cli.make_context('dbt', ['parse', '--project-dir', '.', '--profiles-dir', '.']); "
        "print(Flags(context).SEND_ANONYMOUS_USAGE_STATS)"
    )
    environment = {**os.environ, **Settings(tmp_path).dbt_environment()}
    loud = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    said = [
        subprocess.run(
            [sys.executable, "-c", asked], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
        ).stdout.strip()
        for env in (loud, environment)
    ]
    assert said == ["True", "False"]
