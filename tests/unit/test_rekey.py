"""`cla rekey`: everyone has a new key, a crosswalk leads from the old ones, and a kill is finished by the next run."""

import csv
from pathlib import Path

import pytest

from orchestration import cli, ledger
from orchestration.errors import UserError
from orchestration.ingest.person_keys import CHILDREN, KINDS, NEXT_KEY_FILE, OFFICERS, PersonKeys, key_of
from orchestration.ingest.run import ingest_all
from orchestration.settings import Settings
from orchestration.stewardship import rekey
from tests.unit.test_erase import run_and_kill
from tests.unit.test_erasures import CHILD, OTHER, deliver
from tests.unit.test_person_keys import stored


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    settings = Settings(tmp_path)
    deliver(settings)
    ingest_all(settings, settle_seconds=0)
    return settings


def keys(settings: Settings) -> dict[tuple[str, str], str]:
    return {(kind.key, row[1]): row[2] for kind in KINDS for row in stored(settings.data_dir, kind)}


def crosswalks(settings: Settings) -> list[list[dict[str, str]]]:
    found = []
    for path in sorted(settings.crosswalks.iterdir()):
        with path.open(newline="") as file:
            found.append(list(csv.DictReader(file)))
    return found


def secret(settings: Settings) -> bytes:
    return bytes.fromhex((settings.keys / "child_key.key").read_text())


def test_everyone_has_a_new_key_and_the_crosswalk_leads_from_the_old_one(settings: Settings):
    old, old_secret = keys(settings), secret(settings)
    assert cli.run(["rekey"]) == 0
    new = keys(settings)
    assert new.keys() == old.keys() and not set(new.values()) & set(old.values())
    assert new["child_key", CHILD] == key_of(CHILDREN, secret(settings), "812", CHILD)
    assert new["iro_key", "O1"] == key_of(OFFICERS, secret(settings), "812", "O1")
    assert secret(settings) != old_secret
    (crosswalk,) = crosswalks(settings)
    led = {row["old_key"]: row["new_key"] for row in crosswalk}
    assert led == {old[person]: new[person] for person in old}
    assert CHILD not in str(crosswalk), "the crosswalk has keys alone"
    (path,) = settings.crosswalks.iterdir()
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0
    report = ingest_all(settings, settle_seconds=0)
    assert (len(report.unchanged), keys(settings)) == (2, new), "no delivery has to be read again"


def test_nothing_is_published_from_a_warehouse_with_the_old_keys(settings: Settings):
    settings.warehouse.parent.mkdir(parents=True)
    settings.warehouse_is_whole.write_text("1")
    cli.run(["rekey"])
    assert not settings.warehouse_is_whole.exists()


def test_it_is_logged_and_old_publications_are_told_of(settings: Settings, capsys: pytest.CaptureFixture[str]):
    (settings.publications / "20260101T000000Z").mkdir(parents=True)
    assert cli.run(["rekey"]) == 0
    assert "publications/20260101T000000Z" in capsys.readouterr().out
    (entry,) = ledger.entries(settings)
    assert (entry.action, entry.facts["people"]) == ("rekeyed", 4)


def test_an_erased_child_is_taken_out_of_every_crosswalk(settings: Settings):
    cli.run(["rekey"])
    cli.run(["rekey"])
    assert [len(crosswalk) for crosswalk in crosswalks(settings)] == [4, 4]
    now = keys(settings)["child_key", CHILD]
    assert len(rekey.older_keys(settings, [now])) == 3
    assert cli.run(["erase", "812", CHILD, "--yes", "--without-build"]) == 0
    assert [len(crosswalk) for crosswalk in crosswalks(settings)] == [2, 2], "the child, and the officer of its dispute"


def test_without_a_secret_there_is_nothing_to_change(tmp_path: Path):
    with pytest.raises(UserError, match="first build makes one"):
        rekey.rekey(Settings(tmp_path))


def test_a_build_between_a_kill_and_the_next_run_says_what_to_do(settings: Settings):
    (settings.keys / NEXT_KEY_FILE).write_text("ab" * 32)
    folder = settings.raw / CHILDREN.folder
    PersonKeys(CHILDREN, folder, bytes.fromhex("ab" * 32)).add([("812", [OTHER])])
    with pytest.raises(UserError, match="`cla rekey` was interrupted"):
        PersonKeys.load(CHILDREN, settings.raw, settings.keys)
    assert cli.run(["rekey"]) == 0
    assert keys(settings)["child_key", CHILD] == key_of(CHILDREN, bytes.fromhex("ab" * 32), "812", CHILD)


@pytest.mark.slow
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
def test_a_kill_at_any_step_leaves_the_old_keys_or_is_finished_with_the_new_ones(settings: Settings, at: int):
    old = keys(settings)
    assert run_and_kill(settings, at, "rekey") in (0, 9)
    rekey.finish(settings)
    new = keys(settings)
    assert all(
        key == key_of(CHILDREN, secret(settings), "812", person)
        for (kind, person), key in new.items()
        if kind == "child_key"
    )
    assert new.keys() == old.keys()
    if new != old:
        (crosswalk,) = crosswalks(settings)
        assert {row["old_key"]: row["new_key"] for row in crosswalk} == {old[person]: new[person] for person in old}
        assert [entry.action for entry in ledger.entries(settings)] == ["rekeyed"]
    assert not (settings.keys / NEXT_KEY_FILE).exists()
