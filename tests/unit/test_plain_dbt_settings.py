"""dbt started without `cla` holds the build lock, leaves nothing half-built to publish, and says what is missing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from dbt_common.exceptions import DbtRuntimeError

from orchestration import plain_dbt
from orchestration.filesystem import build_lock
from orchestration.settings import CALLED_BY_CLA, Settings

Start = Callable[[str], None]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder after a build."""
    for name in (CALLED_BY_CLA, "CLA_RAW_PATTERN", "CLA_AS_KNOWN_AT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(plain_dbt, "load_dotenv", lambda _: None)
    settings = Settings(tmp_path)
    settings.raw.mkdir()
    settings.warehouse.parent.mkdir()
    settings.warehouse_is_whole.touch()
    settings.public_is_whole.touch()
    return settings


@pytest.fixture
def start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Do what dbt does before its first connection."""

    def started(command: str, warehouse: Path = settings.warehouse) -> None:
        monkeypatch.setattr(plain_dbt, "get_flags", lambda: SimpleNamespace(WHICH=command))
        credentials = SimpleNamespace(attach=[SimpleNamespace(path=str(warehouse))], settings={})
        plain_dbt.Plugin("plain_dbt", {}, credentials)

    before = os.umask(0o022)
    yield started
    os.umask(before)
    plain_dbt._held.close()
    plain_dbt._holds.clear()


@pytest.mark.parametrize("command", ["build", "run", "seed", "retry"])
def test_what_dbt_may_have_left_half_built_cannot_be_published(start: Start, settings: Settings, command: str) -> None:
    start(command)
    assert not settings.warehouse_is_whole.exists() and not settings.public_is_whole.exists()


@pytest.mark.parametrize("command", ["test", "show", "generate", "compile"])
def test_looking_leaves_the_marks(start: Start, settings: Settings, command: str) -> None:
    start(command)
    assert settings.warehouse_is_whole.exists() and settings.public_is_whole.exists()


def test_it_waits_for_no_build_and_lets_none_begin(start: Start, settings: Settings) -> None:
    with build_lock(settings.build_lock), pytest.raises(DbtRuntimeError, match="Another build is running"):
        start("build")
    assert settings.warehouse_is_whole.exists(), "refused before anything was changed"
    start("test")
    start("test")  # dbt makes its connections anew
    with pytest.raises(Exception, match="Another build is running"), build_lock(settings.build_lock):
        pass


def test_without_data_a_sentence_says_what_to_do(start: Start, settings: Settings) -> None:
    settings.raw.rmdir()
    with pytest.raises(DbtRuntimeError, match=r"no raw data yet. `cla demo` or `cla build` reads the deliveries"):
        start("build")
    start("generate")


def test_an_erasure_that_has_not_ended_is_ended_first(start: Start, settings: Settings) -> None:
    settings.unfinished.touch()
    with pytest.raises(DbtRuntimeError, match="`cla build` ends it"):
        start("build")


def test_another_warehouse_than_that_of_cla_is_not_opened(
    start: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traps a data folder that .env names, which dbt does not read, and a build as known at a date."""
    with pytest.raises(DbtRuntimeError, match="or use `cla dbt`"):
        start("build", settings.data_dir / "elsewhere.duckdb")  # type: ignore[call-arg]
    monkeypatch.setenv("CLA_AS_KNOWN_AT", "2025-05-31")
    with pytest.raises(DbtRuntimeError, match="or use `cla dbt`"):
        start("build")


def test_a_data_folder_that_duckdb_would_take_for_a_pattern_is_not_read(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Settings(tmp_path / "care [2025]")
    odd.raw.mkdir(parents=True)
    monkeypatch.setenv("CLA_DATA_DIR", str(odd.data_dir))
    with pytest.raises(DbtRuntimeError, match="or use `cla dbt`"):
        start("build", odd.warehouse)  # type: ignore[call-arg]


def test_what_cla_started_is_cla_s_affair(start: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CALLED_BY_CLA, settings.dbt_environment()[CALLED_BY_CLA])
    with build_lock(settings.build_lock):
        start("build")
    assert settings.warehouse_is_whole.exists()


def test_what_dbt_writes_is_its_owner_s(start: Start) -> None:
    start("build")
    assert os.umask(0o077) == 0o077
