"""Whatever the computer refuses is one sentence: never a traceback, and never a word that may quote data."""

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest
import sqlalchemy.exc

from orchestration import build, cli
from orchestration.errors import UserError
from orchestration.filesystem import write_private_text
from orchestration.private_errors import details_kept_private, kept_private, refusal
from orchestration.settings import Settings
from orchestration.transform.dbt import DbtResult, NodeResult
from orchestration.transform.manifest import prepare_manifest
from tests.scratch_project import scratch_settings

FULL = OSError(errno.ENOSPC, "No space left on device", "SMITH.csv")
READ_ONLY = OSError(errno.EROFS, "Read-only file system", "/data/build.lock")

ARGUMENTS = {
    "map": ["file.csv"],
    "accept": ["812-iro-2025-2025-04-30", "--because", "It is right."],
    "fetch-published": ["--release", "2024"],
    "dbt": ["parse"],
    "erase": ["812", "1001"],
    "power-bi": ["folder"],
    "retain": ["--years", "5"],
    "backup": ["folder"],
    "restore": ["file.zip"],
}


def behind(error: Exception) -> Exception:
    """Return an error that another is the cause of, as libraries wrap them."""
    outer = RuntimeError("could not convert 'SMITH'")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize("name", list(cli.cli.commands))
@pytest.mark.parametrize("error", [FULL, READ_ONLY, behind(FULL), ValueError("SMITH")], ids=str)
def test_every_command_says_one_sentence_even_where_nothing_can_be_kept(
    name: str,
    error: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file stands in the place of the folder of faults: not even root can write there."""
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    (tmp_path / "faults").touch()

    def refuse(as_known_at: str = "") -> Settings:
        raise error

    monkeypatch.setattr(cli, "_settings", refuse)
    assert cli.run([name, *ARGUMENTS.get(name, [])]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: ") and said.count("\n") == 1 and "SMITH" not in said.replace("SMITH.csv", "")
    assert {FULL: "is full", READ_ONLY: "can only be read"}.get(error, "") in said
    if isinstance(error, ValueError):
        assert "its details could not be kept" in said


@pytest.mark.parametrize(
    "error",
    [
        FULL,
        behind(FULL),
        sqlalchemy.exc.OperationalError("insert ...", {}, sqlite3.OperationalError("database or disk is full")),
        duckdb.IOException('IO Error: Could not write file "x": No space left on device'),
        duckdb.OutOfMemoryException("failed to offload data block; set by the 'max_temp_directory_size' setting"),
        OSError(errno.ENOSPC, "There is not enough space on the disk"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_full_disk_is_said_whoever_meets_it(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised, details_kept_private("publishing", tmp_path / "faults"):
        raise error
    assert f"The disk that holds {tmp_path} is full" in str(raised.value)
    assert not (tmp_path / "faults").exists()


def test_a_disk_without_room_is_said_whatever_an_engine_calls_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 4096})())
    assert "is full" in str(kept_private(sqlite3.OperationalError("disk I/O error"), "testing", tmp_path / "faults"))


def test_what_a_value_says_is_not_taken_for_a_refusal() -> None:
    assert refusal(ValueError("could not convert 'FULL' to INT32")) == (None, None)
    assert refusal(FileNotFoundError(errno.ENOENT, "No such file or directory", "x")) == (None, None)


def test_errors_that_are_each_others_cause_end_too() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert refusal(one) == (None, None)


def test_dbt_tells_of_a_full_disk_by_a_word_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = NodeResult("model.scratch.people", "model", "error", 0, 0.1, refusal="full")
    assert DbtResult(nodes=[node]).refused == "full"
    settings = scratch_settings(tmp_path)
    full = DbtResult(error="[Errno 28] No space left on device", refusal="full")
    monkeypatch.setattr("orchestration.transform.manifest.run_dbt", lambda *_: full)
    with pytest.raises(UserError, match="is full: make room"):
        prepare_manifest(settings)


def test_a_step_of_dagster_that_cannot_write_its_record_says_why(tmp_path: Path) -> None:
    """Dagster wraps the error in its own, and keeps of it but the words."""

    class Error:
        cls_name, cause = "OperationalError", None
        message = "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database or disk is full [SQL: INSERT]"

    class Failure:
        user_failure_data, error = None, Error()

    event: Any = type("Event", (), {"step_failure_data": Failure(), "step_key": "publication"})()
    assert build._sentence(event, tmp_path) == (
        f"The disk that holds {tmp_path} is full: make room on it and run the command again."
    )


def test_a_write_that_fails_leaves_the_file_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private_text(tmp_path / "f", "old")

    def full(_: int) -> None:
        raise FULL

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private_text(tmp_path / "f", "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_status_works_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    (tmp_path / "build.lock").touch()

    def refuse(*_: object) -> None:
        raise READ_ONLY

    monkeypatch.setattr(build, "build_lock", refuse)
    assert cli.run(["status"]) == 0
    assert "none is running" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    """Python would show a traceback when it ends and tries to write what is left."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli", "log"],
            env={**os.environ, "CLA_DATA_DIR": str(tmp_path)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("Error: ")


def test_a_reader_that_went_away_is_not_complained_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))

    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    said: list[str] = []
    monkeypatch.setattr(click, "echo", lambda text="", **_: said.append(text))
    monkeypatch.setattr(cli, "_settings", gone)
    assert cli.run(["log"]) == 1
    assert said == []
