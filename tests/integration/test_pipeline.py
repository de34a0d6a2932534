"""The pipeline as a user runs it: `cla` in processes of its own, on the demo authority, with every dbt test."""

import json
import re
import signal
import sqlite3
import time
from datetime import date
from typing import Any

import duckdb
import openpyxl
import psutil
import pytest

from orchestration.publish.publication import DATABASE, forbidden
from orchestration.settings import Settings
from tests.integration.running import cla, start

pytestmark = pytest.mark.slow


def test_the_demo_prints_stages_audit_and_headlines(demo: tuple[Settings, str]) -> None:
    settings, output = demo
    for stage in ("Writing demo deliveries", "Reading deliveries", "Building and testing the tables", "Publishing"):
        assert re.search(rf"^{stage}: .*\d\.\d s$", output, re.MULTILINE), output
    assert re.search(r"[\d,]+ accepted, [\d,]+ rejected, [\d,]+ repaired", output)
    assert "Children in our care" in output
    assert "SYNTHETIC DATA" in output
    assert str(settings.published) in output
    run = settings.published_public.resolve().name
    assert f"Released run {run}: {settings.released / run}" in output
    # The invented children's numbers appear in no output of the program.
    assert not re.search(r"SYN\d{6}", output)


def test_what_is_published_is_what_the_project_promises(
    demo: tuple[Settings, str], published: duckdb.DuckDBPyConnection
) -> None:
    settings, _ = demo
    manifest: dict[str, Any] = json.loads((settings.dbt_manifest / "manifest.json").read_bytes())
    promised = {
        node["name"]: list(node["columns"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }
    columns: dict[str, list[str]] = {}
    for table, column in published.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
    ).fetchall():
        columns.setdefault(table, []).append(column)
    assert {table: sorted(names) for table, names in columns.items()} == {
        table: sorted(names) for table, names in promised.items()
    }
    assert forbidden(column for names in columns.values() for column in names) == []
    parquet = {path.stem for path in (settings.published / "parquet").glob("*.parquet")}
    assert parquet == promised.keys()
    note = json.loads((settings.published / "manifest.json").read_text())
    assert note["is_synthetic"] is True
    assert note["tables"].keys() == promised.keys()


def test_no_published_value_is_a_childs_or_an_officers_own_number(published: duckdb.DuckDBPyConnection) -> None:
    """Traps an identifier that travels under another name, inside a key or a message."""
    text = published.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and data_type = 'VARCHAR'"
    ).fetchall()
    carrying = [
        f"{table}.{column}"
        for table, column in text
        if published.execute(
            f"select count(*) from marts.{table} where {column} similar to '.*(SYN[0-9]{{6}}|IRO[0-9]{{2}}|SM01).*'"
        ).fetchall()
        != [(0,)]
    ]
    assert carrying == []


def test_the_work_lists_are_one_workbook_sorted_by_urgency(demo: tuple[Settings, str]) -> None:
    workbook = openpyxl.load_workbook(demo[0].restricted / "work_lists.xlsx")
    assert workbook.sheetnames == [
        "About", "Reviews due", "Invitations due", "Consultations missing", "Records to distribute",
        "Oversight overdue", "Disputes past their limit", "Children without a plan", "Permanence tracker",
    ]  # fmt: skip
    reviews = list(workbook["Reviews due"].iter_rows(min_row=2, values_only=True))
    at = {cell.value: index for index, cell in enumerate(workbook["Reviews due"][1])}
    days_left = [row[at["Days left"]] for row in reviews]
    assert days_left == sorted(days_left)
    assert days_left[0] < 0 and days_left[-1] <= 84, "the demo leaves reviews overdue, and none beyond twelve weeks"
    assert {row[at["True for"]].date() for row in reviews} == {date(2025, 3, 31)}
    assert all(re.fullmatch(r"SYN\d{6}", row[at["Child"]]) for row in reviews)
    assert workbook["Permanence tracker"].max_row == 438 + 1, "every child in care"
    ratings = [row[0] for row in workbook["Oversight overdue"].iter_rows(min_row=2, values_only=True)]
    assert ratings == sorted(ratings, key=["Red", "Amber", "Green"].index)


def test_everything_is_owner_only(demo: tuple[Settings, str]) -> None:
    settings, _ = demo
    open_to_others = [
        str(path.relative_to(settings.data_dir))
        for folder in settings.data_dir.iterdir()
        for path in [folder, *folder.rglob("*")]
        if not path.is_symlink() and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []


def test_every_unit_test_of_a_model_and_every_test_of_a_seed_holds(own_demo: Settings) -> None:
    selection = ("--select", "test_type:unit", "tag:of_seeds")
    code, output = cla(own_demo.data_dir, "dbt", "--no-use-colors", "test", *selection, "--quiet")
    assert code == 0, output[-4000:]


@pytest.mark.ci
def test_a_killed_build_leaves_the_last_publication_and_blocks_nobody(own_demo: Settings) -> None:
    settings = own_demo
    before = settings.published.resolve()
    read = {path: path.stat().st_mtime_ns for path in (settings.raw / "deliveries").iterdir()}
    with start(settings.data_dir, "build") as process:
        dbt = wait_for_dbt(process.pid)
        code, output = cla(settings.data_dir, "build")
        assert code == 1
        assert output.strip().startswith("Error: Another build is running")
        assert len(output.strip().splitlines()) == 1
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    # The orphaned dbt ends by itself, instead of holding the warehouse.
    psutil.wait_procs([dbt], timeout=20)
    assert not dbt.is_running()
    assert settings.published.resolve() == before
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        assert connection.execute("select count(*) > 0 from marts.metric_values").fetchall() == [(True,)]
    code, output = cla(settings.data_dir, "publish")
    assert code == 1 and "no finished build" in output, "half a build is not published by hand"
    code, output = cla(settings.data_dir, "build")
    assert code == 0, output
    assert settings.published.resolve() != before
    assert before.exists(), "the publication before is kept"
    assert {path: path.stat().st_mtime_ns for path in (settings.raw / "deliveries").iterdir()} == read, "read again"
    assert runs_by_status(settings) == {"SUCCESS", "FAILURE"}, "the killed run would hold the web interface's queue"
    code, output = cla(settings.data_dir, "status")
    assert code == 0 and settings.published.resolve().name in output


def test_an_interrupted_build_says_so_and_leaves_the_last_publication(own_demo: Settings) -> None:
    settings = own_demo
    before = settings.published.resolve()
    with start(settings.data_dir, "build") as process:
        dbt = wait_for_dbt(process.pid)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    assert output.splitlines()[-1] == "Stopped. The last publication is as it was."
    assert "Traceback" not in output
    psutil.wait_procs([dbt], timeout=20)
    assert not dbt.is_running()
    assert settings.published.resolve() == before


def runs_by_status(settings: Settings) -> set[str]:
    with sqlite3.connect(settings.dagster_home / "history/runs.db") as connection:
        return {status for (status,) in connection.execute("select distinct status from runs")}


def wait_for_dbt(parent: int) -> psutil.Process:
    """Return the process that dbt runs in, once it has begun to write the warehouse."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        for child in psutil.Process(parent).children():
            if "orchestration.transform.dbt_process" in child.cmdline() and any(
                file.path.endswith(".duckdb") for file in child.open_files()
            ):
                return child
        time.sleep(0.1)
    raise AssertionError("dbt never began")
