"""What a failed build says and leaves behind, on a dbt project of four models."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import psutil
import pytest
from dagster import DagsterInstance

from orchestration.errors import UserError
from orchestration.filesystem import private_directory
from orchestration.private_errors import details_kept_private
from orchestration.publish import whole
from orchestration.publish.publication import DATABASE, Expected, read_manifest, write_publication
from orchestration.settings import Settings
from orchestration.transform.dbt import DbtResult, dbt_kept_ready, run_dbt
from orchestration.transform.manifest import PARSE_RESULT, prepare_manifest
from tests.scratch_project import CHILD, build, everything_told, scratch_settings


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with DagsterInstance.ephemeral(tempdir=str(tmp_path_factory.mktemp("dagster"))) as ephemeral:
        yield ephemeral


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with one good build; tests that change it take a copy."""
    settings = scratch_settings(tmp_path_factory.mktemp("published"))
    with DagsterInstance.ephemeral() as ephemeral:
        assert build(settings, ephemeral).success
    return settings


def test_a_build_publishes_marts_and_restricted_outputs(published: Settings) -> None:
    settings = published
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        assert connection.execute("select value from marts.metric_values").fetchall() == [(1,)]
        assert connection.execute("select comment from duckdb_tables() where table_name = 'people'").fetchall() == [
            ("One row per person.",)
        ]
    sheet = openpyxl.load_workbook(settings.restricted / "restricted_people.xlsx").active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["child", "delivered"], [CHILD, "=1+1"]]
    assert sheet["B2"].data_type == "s", "delivered text must not become a formula"


@pytest.mark.parametrize("broken", [{"check_holds": False}, {"cast_breaks": True}], ids=["check", "model"])
def test_a_failed_build_publishes_nothing_and_quotes_no_data(
    tmp_path: Path,
    published: Settings,
    instance: DagsterInstance,
    capfd: pytest.CaptureFixture[str],
    broken: dict[str, bool],
) -> None:
    shutil.copytree(published.data_dir, tmp_path, symlinks=True, dirs_exist_ok=True)
    settings = scratch_settings(tmp_path, **broken)
    before = read_manifest(settings)

    result = build(settings, instance)

    assert not result.success
    assert read_manifest(settings) == before, "the last good publication stays"
    assert not settings.warehouse_is_whole.exists()
    captured = capfd.readouterr()
    told = everything_told(result, instance, captured.out + captured.err)
    assert CHILD not in told
    assert ("accepted values stg people child" if "check_holds" in broken else "metric_values") in told
    with pytest.raises(UserError, match="no finished build"):
        write_publication(settings, whole.begin(settings), Expected({"people": ""}, {}))
    # The details are not lost: they lie where only the owner reads them.
    if "cast_breaks" in broken:
        assert CHILD in (settings.dbt_logs / "dbt.log").read_text()
        assert (settings.dbt_logs / "dbt.log").stat().st_mode & 0o077 == 0


def test_parsing_says_what_is_wrong_with_the_project(tmp_path: Path) -> None:
    settings = scratch_settings(tmp_path)
    (tmp_path / "project/models/marts/core/broken.sql").write_text("select * from {{ ref('nowhere') }}")
    with pytest.raises(UserError, match="nowhere"):
        prepare_manifest(settings)


def test_what_dbt_remembers_of_another_version_is_forgotten_where_it_stands_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Models that moved to files of their own were "described twice", for everybody who had built before."""
    settings = scratch_settings(tmp_path)
    remembered = settings.dbt_manifest / PARSE_RESULT

    def confused(settings: Settings, arguments: Sequence[str]) -> DbtResult:
        return DbtResult(error="described twice") if remembered.exists() else run_dbt(settings, arguments)

    monkeypatch.setattr("orchestration.transform.manifest.run_dbt", confused)
    private_directory(remembered.parent)
    remembered.write_bytes(b"of another version")
    assert "model.scratch.people" in json.loads(prepare_manifest(settings).read_bytes())["nodes"]


def test_unexpected_errors_keep_their_words_private(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised, details_kept_private("testing", tmp_path / "faults"):
        raise ValueError(f"could not convert {CHILD}")
    assert CHILD not in str(raised.value)
    assert raised.value.__suppress_context__
    (details,) = (tmp_path / "faults").iterdir()
    assert CHILD in details.read_text()
    assert details.stat().st_mode & 0o077 == 0


def test_one_process_runs_all_commands_of_a_build_and_holds_nothing_in_between(tmp_path: Path) -> None:
    settings = scratch_settings(tmp_path)
    others = set(psutil.Process().children())
    with dbt_kept_ready(settings):
        (process,) = set(psutil.Process().children()) - others
        built = run_dbt(settings, ["build"])
        assert {node.name: node.rows for node in built.nodes if node.resource_type == "model"} == {
            "stg_people": 1,
            "people": 1,
            "metric_values": 1,
            "restricted_people": 1,
        }
        duckdb.connect(str(settings.warehouse)).close()
        assert run_dbt(settings, ["test"]).succeeded
        assert set(psutil.Process().children()) - others == {process}
        scratch_settings(tmp_path, cast_breaks=True)
        assert run_dbt(settings, ["build"]).succeeded, "one build has one project, whatever is edited meanwhile"
        # After a failure the process is not used again, and the next command has one of its own.
        assert not run_dbt(settings, ["build", "--select", "no such thing", "--no-such-option"]).succeeded
        assert not process.is_running()
        assert not run_dbt(settings, ["build"]).succeeded
        duckdb.connect(str(settings.warehouse)).close()
    assert set(psutil.Process().children()) <= others


def test_dbt_ends_when_whoever_started_it_is_gone(tmp_path: Path) -> None:
    settings = scratch_settings(tmp_path)
    seen = []

    class GoneError(Exception):
        pass

    def leave(node: Any) -> None:
        seen.append(node.name)
        raise GoneError

    with pytest.raises(GoneError):
        run_dbt(settings, ["build", "--target-path", str(tmp_path / "target")], leave)
    assert len(seen) == 1
    # The process has ended and let go of the warehouse: a writer may open it.
    duckdb.connect(str(settings.warehouse)).close()
