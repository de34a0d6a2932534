"""`cla backup` and `cla restore`: everything that cannot be had again, verified, and back whole or not at all."""

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration import cli, ledger
from orchestration.ingest.run import ingest_all
from orchestration.settings import Settings
from orchestration.stewardship import backup as backing_up
from tests.unit.test_erase import fill, outside_landing, run_and_kill, tree
from tests.unit.test_erasures import CHILD, OTHER, children

DERIVED = ("warehouse", "dbt", "dagster", "faults", "as_known_at", "restricted_runs")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = Settings(tmp_path / "data")
    use(monkeypatch, settings)
    fill(settings)
    words = settings.data_dir / "narrative/812/2025/concerns.md"
    words.parent.mkdir(parents=True)
    words.write_text("Ours.")
    ledger.record(settings, "accepted", delivery="812-iro-2025-2025-04-30")
    return settings


def use(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Settings:
    monkeypatch.setenv("CLA_DATA_DIR", str(settings.data_dir))
    return settings


def kept(settings: Settings) -> dict[str, bytes]:
    """What a backup is to hold of a data folder."""
    current = "20260201T000000Z"
    return {
        name: content
        for name, content in tree(settings.data_dir).items()
        if not name.startswith("landing-")
        and name.split("/")[0] not in (*DERIVED, "published", "published_public", "restricted")
        and (not name.startswith("publications") or current in name)
        and not name.startswith("ledger")
    }


def back_up(settings: Settings, *options: str) -> Path:
    file = settings.data_dir.parent / "elsewhere" / f"backup{len(options)}.zip"
    assert cli.run(["backup", str(file), *options]) == 0
    return file


def test_what_is_restored_into_an_empty_folder_is_what_was_backed_up(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    file = back_up(settings)
    assert "not encrypted" in capsys.readouterr().out, "it says plainly what it holds"
    assert file.stat().st_mode & 0o077 == 0 and file.parent.stat().st_mode & 0o077 == 0
    restored = use(monkeypatch, Settings(tmp_path / "new"))
    assert cli.run(["restore", str(file)]) == 0
    assert kept(restored) == kept(settings)
    assert restored.published.resolve() == restored.publications / "20260201T000000Z"
    assert restored.published_public.is_symlink() and not restored.restricted.exists()
    assert not (restored.publications / "20260101T000000Z").exists(), "the current publication alone is kept"
    assert [entry.action for entry in ledger.entries(restored)] == ["accepted", "restored"]
    assert [entry.action for entry in ledger.entries(settings)] == ["accepted", "backed up"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in restored.data_dir.rglob("*") if not path.is_symlink())
    report = ingest_all(restored, settle_seconds=0)
    assert (len(report.unchanged), report.new_people) == (2, dict.fromkeys(report.new_people, 0))


def test_without_the_deliveries_the_mapping_is_kept_and_what_was_read_of_them_counts(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (settings.landing / "812/iro/mapping.yaml").write_text("tables: []")
    file = back_up(settings, "--without-landing")
    restored = use(monkeypatch, Settings(tmp_path / "new"))
    assert cli.run(["restore", str(file)]) == 0
    assert list(tree(restored.landing)) == ["812/iro/mapping.yaml"]
    ingest_all(restored, settle_seconds=0)
    assert sorted(set(children(restored))) == [CHILD, OTHER]


def test_a_folder_gets_a_file_named_by_the_time(settings: Settings, tmp_path: Path):
    assert cli.run(["backup", str(tmp_path / "backups")]) == 0
    (file,) = (tmp_path / "backups").iterdir()
    assert file.name.startswith("children-in-care-20") and file.suffix == ".zip"


@pytest.mark.parametrize("place", ["data/backups", "data/raw/b.zip"])
def test_a_backup_in_the_data_folder_itself_is_refused(settings: Settings, tmp_path: Path, place: str):
    before = tree(settings.data_dir)
    assert cli.run(["backup", str(tmp_path / place)]) == 1
    assert tree(settings.data_dir) == before


def test_a_backup_that_is_there_is_never_overwritten(settings: Settings):
    file = back_up(settings)
    before = file.read_bytes()
    assert cli.run(["backup", str(file)]) == 1
    assert file.read_bytes() == before


def test_a_file_that_changes_meanwhile_is_no_backup(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    opened = zipfile.ZipFile.open

    def growing(self: zipfile.ZipFile, name: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(name, zipfile.ZipInfo) and name.filename.endswith("e.csv"):
            with (settings.data_dir / name.filename).open("a") as file:
                file.write("more\n")
        return opened(self, name, *arguments, **options)

    monkeypatch.setattr(zipfile.ZipFile, "open", growing)
    assert cli.run(["backup", str(tmp_path / "b.zip")]) == 1
    assert "still being written" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.zip")) and not list(tmp_path.glob(".*"))


def test_a_folder_that_is_not_empty_is_refused(settings: Settings, capsys: pytest.CaptureFixture[str]):
    file = back_up(settings)
    before = tree(settings.data_dir)
    assert cli.run(["restore", str(file)]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert tree(settings.data_dir) == before


def test_overwriting_replaces_everything_but_what_only_grows(settings: Settings):
    before = kept(settings)
    file = back_up(settings)
    changed = settings.landing / "812/ssda903/2025/2025-04-30/e.csv"
    changed.write_text("changed")
    delivered = tree(settings.landing)
    shutil.rmtree(settings.data_dir / "narrative")
    (settings.released / "20260301T000000Z").mkdir()
    (settings.released / "20260301T000000Z/table.csv").write_text("since")
    ledger.record(settings, "released", run="20260301T000000Z")
    assert cli.run(["restore", str(file), "--overwrite"]) == 0
    (put_aside,) = settings.data_dir.glob("landing-before-restore-*")
    assert tree(put_aside) == delivered, "deliveries are never deleted"
    shutil.rmtree(put_aside)
    assert kept(settings) == {**before, "released/20260301T000000Z/table.csv": b"since"}
    assert [entry.action for entry in ledger.entries(settings)] == ["accepted", "backed up", "released", "restored"]
    assert not settings.warehouse.exists() and not settings.restricted.exists(), (
        "what is made anew is not mixed with old"
    )


def test_overwriting_from_a_backup_without_deliveries_leaves_them(settings: Settings):
    (settings.landing / "812/iro/mapping.yaml").write_text("tables: []")
    file = back_up(settings, "--without-landing")
    put_there = settings.landing / "812/ssda903/2025/2025-05-30/e.csv"
    put_there.parent.mkdir()
    put_there.write_text("later")
    delivered = tree(settings.landing)
    assert cli.run(["restore", str(file), "--overwrite"]) == 0
    assert tree(settings.landing) == delivered
    assert not list(settings.data_dir.glob("landing-*"))


def test_a_backup_that_lies_in_the_folder_to_be_replaced_is_refused(settings: Settings):
    file = back_up(settings)
    inside = settings.data_dir / file.name
    shutil.move(file, inside)
    before = tree(settings.data_dir)
    assert cli.run(["restore", str(inside), "--overwrite"]) == 1
    assert tree(settings.data_dir) == before


def test_an_older_backup_does_not_bring_an_erased_child_back(settings: Settings):
    file = back_up(settings)
    assert cli.run(["erase", "812", CHILD, "--yes", "--without-build"]) == 0
    assert cli.run(["restore", str(file), "--overwrite"]) == 0
    assert settings.unfinished.exists(), "the next build takes the child out of what was restored"
    assert cli.run(["backup", str(settings.data_dir.parent / "again.zip")]) == 1
    assert cli.run(["erase", "812", CHILD, "--yes", "--without-build"]) == 0
    assert "10021" not in outside_landing(settings)


def rewritten(file: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """The same backup with other entries, and with a manifest that agrees with them."""
    import hashlib

    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries.pop("backup.json"))
    change(entries, manifest)
    for name, content in entries.items():
        manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    target = file.with_name("hostile.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            if name.endswith("symlink"):
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, content)
        archive.writestr("backup.json", json.dumps(manifest))
    return target


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "raw/../../outside.txt",
        "/outside-of-everything.txt",
        "raw/..\\..\\outside.txt",
        "C:/outside.txt",
        "raw/a:stream",
        "raw//x",
        "raw",
        "dagster/dagster.yaml",
        ".restoring.partial/moves.json",
        "raw/symlink",
    ],
)
def test_an_archive_that_leads_out_of_the_folder_is_refused_whole(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, capsys: pytest.CaptureFixture[str]
):
    def add(entries: dict[str, bytes], manifest: dict[str, Any]) -> None:
        entries[name] = b"x"

    file = rewritten(back_up(settings), add)
    restored = use(monkeypatch, Settings(tmp_path / "new" / "data"))
    assert cli.run(["restore", str(file)]) == 1
    assert "nothing was changed" in capsys.readouterr().err
    assert tree(tmp_path / "new") == {}
    assert not Path("/outside-of-everything.txt").exists() and not list(tmp_path.rglob("outside*"))
    assert [path.name for path in restored.data_dir.iterdir()] == ["build.lock"]


def test_a_link_that_leads_elsewhere_is_refused(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def lead(entries: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["links"]["published"] = "../elsewhere"

    file = rewritten(back_up(settings), lead)
    restored = use(monkeypatch, Settings(tmp_path / "new"))
    assert cli.run(["restore", str(file)]) == 1
    assert tree(restored.data_dir) == {}


def test_an_archive_larger_than_it_says_is_refused(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = back_up(settings)
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries["backup.json"])
    manifest["files"]["keys/child_key.key"]["bytes"] = 3
    entries["backup.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    restored = use(monkeypatch, Settings(tmp_path / "new"))
    assert cli.run(["restore", str(file)]) == 1
    assert tree(restored.data_dir) == {}


@pytest.mark.parametrize("how", ["changed", "cut", "no zip", "another zip", "missing"])
def test_a_damaged_backup_changes_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, capsys: pytest.CaptureFixture[str]
):
    file = back_up(settings)
    content = bytearray(file.read_bytes())
    if how == "changed":
        at = content.find(b"raw/child_keys/") + 200
        content[at] ^= 0xFF
        file.write_bytes(content)
    elif how == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif how == "no zip":
        file.write_text("CHILD,DOB\n")
    elif how == "another zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("raw/x", "y")
    else:
        file.unlink()
    before = tree(settings.data_dir)
    assert cli.run(["restore", str(file), "--overwrite"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: ") and "Traceback" not in said and "unexpected" not in said.lower()
    assert tree(settings.data_dir) == before
    restored = use(monkeypatch, Settings(tmp_path / "new"))
    assert cli.run(["restore", str(file)]) == 1
    assert tree(restored.data_dir) == {}


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 3, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18])
def test_a_kill_while_restoring_leaves_the_folder_as_it_was_or_is_finished_by_the_next_command(
    settings: Settings, at: int
):
    file = back_up(settings)
    (settings.data_dir / "narrative/812/2025/concerns.md").write_text("Changed since.")
    before, wanted = tree(settings.data_dir), kept(settings)
    wanted["narrative/812/2025/concerns.md"] = b"Ours."
    code = run_and_kill(settings, at, "restore", str(file), "--overwrite")
    assert code in (0, 9)
    now = {name: content for name, content in tree(settings.data_dir).items() if not name.startswith(".restoring")}
    if now != before:
        backing_up.finish(settings)
        assert kept(settings) == wanted
        assert os.path.lexists(settings.published) and not settings.warehouse.exists()
        assert [entry.action for entry in ledger.entries(settings)].count("restored") == 1
    assert cli.run(["restore", str(file), "--overwrite"]) == 0
    assert kept(settings) == wanted
