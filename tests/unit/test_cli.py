"""The command line: what it says and the codes it ends with."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest

from orchestration import cli
from orchestration.build import one_build_at_a_time
from orchestration.errors import UserError
from orchestration.filesystem import build_lock
from orchestration.settings import Settings


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLA_AS_KNOWN_AT", "")
    return tmp_path


@pytest.mark.parametrize("name", list(cli.cli.commands))
def test_every_command_explains_itself(name: str) -> None:
    command = cli.cli.commands[name]
    help_text = command.get_help(click.Context(command, info_name=name))
    assert command.get_short_help_str(200).endswith((".", "`.")) or ":" in help_text
    assert "TODO" not in help_text


def test_help_appears_at_once() -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "orchestration.cli", "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0
    # Seconds differ between machines; what must not be imported does not.
    assert not {"dagster", "duckdb", "pandas", "dbt", "numpy", "pyarrow"} & {
        line.rpartition("|")[2].strip() for line in done.stderr.splitlines()
    }
    assert time.monotonic() - started < 20


def delivered(data_dir: Path, *codes: str) -> None:
    for code in codes:
        folder = data_dir / "landing" / code / "ssda903" / "2025" / "2025-04-30"
        folder.mkdir(parents=True)
        (folder / "header.csv").write_text("CHILD\n")


def test_a_code_that_no_authority_has_is_named_before_anything_is_built(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built: list[Settings] = []
    monkeypatch.setattr(cli, "_build", built.append)
    delivered(data_dir, "218", "999")
    assert cli.run(["build"]) == 1
    assert "No authority in England has the codes 218, 999, and nothing else is in" in capsys.readouterr().err
    assert built == []
    delivered(data_dir, "812")
    assert cli.run(["build"]) == 0
    assert "codes 218, 999: their deliveries will be held back." in capsys.readouterr().err
    assert len(built) == 1


def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["nope"]) == 2
    assert cli.run(["build", "--as-known-at", "31/03/2025"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_help_and_version_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    assert cli.run(["--version"]) == 0
    assert "0.1.0" in capsys.readouterr().out


def test_a_user_error_is_one_sentence_and_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(as_known_at: str = "") -> Settings:
        raise UserError("The landing zone is a file.")

    monkeypatch.setattr(cli, "_settings", fail)
    assert cli.run(["status"]) == 1
    assert capsys.readouterr().err == "Error: The landing zone is a file.\n"
    with pytest.raises(UserError):
        cli.run(["status", "--debug"])


def test_an_unexpected_error_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    def fail(as_known_at: str = "") -> Settings:
        raise ValueError("could not convert string 'SMITH' to INT32")

    monkeypatch.setattr(cli, "_settings", fail)
    assert cli.run(["status"]) == 1
    said = capsys.readouterr().err
    assert "SMITH" not in said and "ValueError" in said and str(data_dir / "faults") in said
    (details,) = (data_dir / "faults").iterdir()
    assert "SMITH" in details.read_text()
    with pytest.raises(ValueError, match="SMITH"):
        cli.run(["status", "--debug"])


def test_an_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(as_known_at: str = "") -> Settings:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_settings", interrupt)
    assert cli.run(["status"]) == 130
    assert "last publication is as it was" in capsys.readouterr().err


def test_a_second_build_gets_one_sentence(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with build_lock(data_dir / "build.lock"):
        assert cli.run(["build"]) == 1
        assert cli.run(["publish"]) == 1
    assert capsys.readouterr().err.count("Another build is running") == 2


def test_the_lock_is_taken_once_a_process(data_dir: Path) -> None:
    settings = Settings(data_dir)
    with (
        one_build_at_a_time(settings),
        one_build_at_a_time(settings),
        pytest.raises(UserError),
        build_lock(settings.build_lock),
    ):
        pass
    with build_lock(settings.build_lock):
        pass


def test_the_demo_keeps_away_from_real_deliveries(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    delivery = data_dir / "landing/812/ssda903/2025/2025-04-30"
    delivery.mkdir(parents=True)
    (delivery / "episodes.csv").write_text("CHILD\n")
    assert cli.run(["demo"]) == 1
    assert "not the demo's" in capsys.readouterr().err
    assert [path.name for path in data_dir.glob("landing/812/ssda903/*")] == ["2025"]


def test_a_date_before_every_delivery_is_one_sentence(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["build", "--as-known-at", "2025-04-29"]) == 1
    delivery = data_dir / "landing/812/ssda903/2025/2025-04-30"
    delivery.mkdir(parents=True)
    (delivery / "episodes.csv").write_text("CHILD\n")
    assert cli.run(["build", "--as-known-at", "2025-04-29"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert said[1].endswith("was known at 2025-04-29; the earliest was extracted on 2025-04-30.")


def test_status_of_an_empty_folder(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["status"]) == 0
    said = capsys.readouterr().out
    assert "0 deliveries" in said and "nothing yet" in said and "none is running" in said
    with build_lock(data_dir / "build.lock"):
        assert cli.run(["status"]) == 0
    assert "one is running" in capsys.readouterr().out


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("CLA_KEEP_PUBLICATIONS", value)
    assert cli.run(["status"]) == 1
    assert "CLA_KEEP_PUBLICATIONS" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "jobs"),
    [
        ([], [("site", None)]),
        (["--internal"], [("site_internal", None)]),
        (["--la", "812"], [("report", "812"), ("site", "812")]),
        (["--year", "2025"], [("report", None), ("site", None)]),
    ],
)
def test_the_site_of_several_authorities_is_built_without_reports_that_would_be_of_one(
    asked: list[str],
    jobs: list[tuple[str, str | None]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What only a report has (a year) asks for one, and is then told to name an authority."""
    ran: list[tuple[str, str | None]] = []

    def run_job(_: Settings, name: str, *, config: dict[str, Any]) -> list[Any]:
        ((_, step),) = config.items()
        ran.append((name, step["config"]["la_code"]))
        return []

    monkeypatch.setattr("orchestration.build.run_job", run_job)
    monkeypatch.setattr("orchestration.reports.write.has_several_authorities", lambda _: True)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert cli.run(["report", "--site", *asked]) == 0
    assert ran == jobs
    assert ("No report was written" in capsys.readouterr().out) == (len(jobs) == 1)
