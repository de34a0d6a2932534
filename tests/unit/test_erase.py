"""`cla erase`: says what it would do, does it, and is finished by whoever comes next when it is killed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest

from orchestration import cli, ledger
from orchestration.filesystem import replace_link
from orchestration.ingest.run import ingest_all
from orchestration.settings import Settings
from orchestration.stewardship import derived, traces
from orchestration.stewardship.traces import Wanted
from tests.unit.test_erasures import CHILD, OTHER, children, deliver, everything_in, people

UPN = "A812000000021"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder after a build, as far as `cla erase` looks at it: raw rows, and the child in every other place."""
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    settings = Settings(tmp_path)
    fill(settings)
    return settings


def fill(settings: Settings) -> None:
    deliver(settings)
    header = settings.landing / "812/ssda903/2025/2025-04-30/h.csv"
    header.write_text(f"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n{CHILD},M,01/01/2010,WBRI,{UPN},,\n")
    ingest_all(settings, settle_seconds=0)
    settings.warehouse.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(f"create table t as select '812' as la_code, '{CHILD}' as child")
    for folder in (
        settings.dbt_logs,
        settings.dbt_target,
        settings.faults,
        settings.data_dir / "as_known_at/2024-04-30",
    ):
        folder.mkdir(parents=True)
        (folder / "said.txt").write_text(f"could not cast {CHILD}")
    for run in ("20260101T000000Z", "20260201T000000Z"):
        for runs in (settings.publications, settings.restricted_runs, settings.publications_public):
            (runs / run).mkdir(parents=True)
            (runs / run / "table.csv").write_text("public" if runs == settings.publications_public else CHILD)
    for link, runs in (
        (settings.published, settings.publications),
        (settings.restricted, settings.restricted_runs),
        (settings.published_public, settings.publications_public),
    ):
        replace_link(link, runs / "20260201T000000Z")
    (settings.released / "20260101T000000Z").mkdir(parents=True)
    (settings.released / "20260101T000000Z/table.csv").write_text("figures")


def tree(folder: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "build.lock":
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def outside_landing(settings: Settings) -> str:
    """Everything that any file says by any reading of its bytes, and the names of all files."""
    said = []
    for entry in settings.data_dir.iterdir():
        if entry.name != "landing":
            said += [str(path) for path in entry.rglob("*")]
            said.append(everything_in(entry) if entry.is_dir() else entry.read_text())
    return "\n".join(said).upper()


def test_without_yes_it_says_what_it_would_do_and_changes_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    before = tree(settings.data_dir)
    assert cli.run(["erase", "812", "ab10021"]) == 0
    said = capsys.readouterr().out
    assert "Raw rows: 6 in 2 deliveries" in said
    assert "disputes 1" in said and "episodes 3" in said and "dispute_stages 1" in said
    assert "publications/20260101T000000Z" in said and "as_known_at" in said and "released/" in said
    assert "landing/812/ssda903/2025/2025-04-30/e.csv: rows 2, 4, 5" in said
    assert "Nothing was changed." in said
    assert "10021" not in said and UPN not in said
    assert tree(settings.data_dir) == before


def test_with_yes_nothing_of_the_child_is_left_outside_the_landing_zone(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    delivered = tree(settings.landing)
    assert "10021" in outside_landing(settings) and UPN in outside_landing(settings)
    (key,) = [row for row in people(settings) if row[1] == CHILD]
    assert cli.run(["erase", "812", CHILD, "--yes", "--without-build"]) == 0
    said = capsys.readouterr().out
    assert "finds nothing of the child" in said and "10021" not in said
    assert "10021" not in outside_landing(settings) and UPN not in outside_landing(settings)
    assert key not in people(settings)
    assert tree(settings.landing) == delivered, "deliveries are the authority's own"
    assert not settings.published.exists() and not settings.restricted.exists()
    assert settings.published_public.exists() and (settings.released / "20260101T000000Z/table.csv").exists()
    assert children(settings) == [OTHER]
    ingest_all(settings, settle_seconds=0)
    assert children(settings) == [OTHER] and "10021" not in outside_landing(settings)


def test_it_is_logged_without_the_child(settings: Settings, capsys: pytest.CaptureFixture[str]):
    cli.run(["erase", "812", CHILD, "--yes", "--without-build"])
    (entry,) = ledger.entries(settings)
    assert (entry.action, entry.facts["authority"], entry.facts["rows"], entry.facts["deliveries"]) == (
        "erased",
        "812",
        6,
        2,
    )
    assert "10021" not in settings.ledger.read_text()
    capsys.readouterr()
    assert cli.run(["log"]) == 0
    assert "erased  authority: 812, reference: " in capsys.readouterr().out
    assert cli.run(["erase", "812", CHILD, "--yes", "--without-build"]) == 0
    assert "were erased on 20" in capsys.readouterr().out
    assert len(list(ledger.entries(settings))) == 1, "the same child is logged once"


@pytest.mark.parametrize("arguments", [["812", "AB99999"], ["813", CHILD], ["812", " "]])
def test_a_child_that_nobody_delivered_is_refused_and_nothing_changed(
    settings: Settings, arguments: list[str], capsys: pytest.CaptureFixture[str]
):
    before = tree(settings.data_dir)
    assert cli.run(["erase", *arguments, "--yes"]) == 1
    assert "AB" not in capsys.readouterr().err
    assert tree(settings.data_dir) == before


def test_an_authority_without_three_digits_is_a_wrong_call(settings: Settings):
    assert cli.run(["erase", "81", CHILD]) == 2


def test_a_lifted_erasure_lets_the_child_be_read_again(settings: Settings, capsys: pytest.CaptureFixture[str]):
    cli.run(["erase", "812", CHILD, "--yes", "--without-build"])
    ingest_all(settings, settle_seconds=0)
    assert cli.run(["erase", "812", CHILD, "--lift"]) == 0
    assert ingest_all(settings, settle_seconds=0).reread == [], "without --yes nothing is lifted"
    assert cli.run(["erase", "812", CHILD, "--lift", "--yes"]) == 0
    ingest_all(settings, settle_seconds=0)
    assert sorted(set(children(settings))) == [CHILD, OTHER]
    assert [entry.action for entry in ledger.entries(settings)] == ["erased", "erasure lifted"]
    assert cli.run(["erase", "812", CHILD, "--lift", "--yes"]) == 1
    assert "nothing to lift" in capsys.readouterr().err


def test_what_is_left_is_said_and_ends_in_an_error(settings: Settings, capsys: pytest.CaptureFixture[str]):
    words = settings.data_dir / "narrative/812/2025/concerns.md"
    words.parent.mkdir(parents=True)
    words.write_text(f"The case of {CHILD} shows")
    assert cli.run(["erase", "812", CHILD, "--yes", "--without-build"]) == 1
    said = capsys.readouterr().out
    assert "narrative/812/2025/concerns.md: 1" in said and "10021" not in said


def test_a_search_unpacks_what_is_packed(tmp_path: Path):
    wanted = Wanted("812", "AB10021", ("0123456789abcdef0123456789abcdef",))
    settings = Settings(tmp_path)
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet1.xml", "<t>ab10021</t>")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("create table t as select '812' as la_code, 'for AB10021, again' as note from range(9)")
        connection.execute("create table k as select '0123456789ABCDEF0123456789ABCDEF' as child_key")
        connection.execute("create table o as select '813' as la_code, 'AB10021' as child")
        connection.execute(
            "copy (select 'AB10021' as child_id, 'AB100210' as note) to '" + str(tmp_path / "a.parquet") + "'"
        )
    (tmp_path / "utf16.txt").write_bytes("x AB10021 y".encode("utf-16-le"))
    (tmp_path / "longer.txt").write_text("XAB10021 AB100219 10021")
    found = {(trace.path.name, trace.where) for trace in traces.everywhere(settings, wanted)}
    assert {
        ("list.xlsx", "xl/sheet1.xml"),
        ("a.duckdb", "main.t.note"),
        ("a.duckdb", "main.k.child_key"),
        ("a.parquet", "child_id"),
        ("utf16.txt", ""),
    } <= found
    assert not {place for place in found if place[0] == "longer.txt" or place[1] in ("main.o.child", "note")}


KILLED = """
import os, pathlib, sys
left = int(sys.argv[1])
def counted(function):
    def wrapped(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return function(*arguments, **options)
    return wrapped
# Every step by which something becomes visible or vanishes.
for name in ("replace", "rename", "unlink"):
    setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
from orchestration import cli
code = cli.run(sys.argv[2:])
print(left)
sys.exit(code)
"""


def run_and_kill(settings: Settings, at: int, *arguments: str) -> int:
    """Run a command in a process that dies at its n-th change of the disk; return its exit code."""
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(at), *arguments],
        env={**os.environ, "CLA_DATA_DIR": str(settings.data_dir)},
        capture_output=True,
        text=True,
        timeout=120,
    ).returncode


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 2, 4, 8, 14, 20, 26, 32, 40, 48])
def test_a_kill_at_any_step_is_finished_by_the_next_run(settings: Settings, at: int):
    code = run_and_kill(settings, at, "erase", "812", CHILD, "--yes", "--without-build")
    assert code in (0, 9)
    if settings.unfinished.exists():
        assert cli.run(["backup", str(settings.data_dir.parent / "never.zip")]) == 1, "half erased is nothing to keep"
    assert cli.run(["erase", "812", CHILD, "--yes", "--without-build"]) == 0
    assert "10021" not in outside_landing(settings) and UPN not in outside_landing(settings)
    assert not settings.unfinished.exists()
    ingest_all(settings, settle_seconds=0)
    assert children(settings) == [OTHER]
    assert {entry.action for entry in ledger.entries(settings)} == {"erased"}


def test_the_internal_site_goes_with_the_child_that_its_numbers_count(tmp_path: Path) -> None:
    """Traps a site that stays because no build replaces it, as one replaces the publication."""
    settings = Settings(tmp_path)
    for name in ("20250430T120000Z", "20250531T120000Z"):
        (settings.site_internal_builds / name).mkdir(parents=True)
    replace_link(settings.site_internal, settings.site_internal_builds / "20250531T120000Z")
    places = derived.publications(settings, with_current=False)
    assert {place.what.split(" of ")[0] for place in places} == {"internal site"}
    derived.remove(places)
    assert list(settings.site_internal_builds.iterdir()) == [] and not settings.site_internal.exists()
