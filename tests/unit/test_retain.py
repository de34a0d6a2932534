"""`cla retain`: the last collection years stay, what is older goes, and the landing zone brings it back no more."""

import json
import shutil
from pathlib import Path

import pytest

from orchestration import build, cli, ledger
from orchestration.ingest.run import ingest_all
from orchestration.settings import Settings
from tests.unit.test_erase import tree
from tests.unit.test_erasures import children, everything_in, people, put

HEAD = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Three years of one child each, the first two old; builds are replaced by what they do to the raw layer."""
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    settings = Settings(tmp_path)
    for year in (2021, 2022, 2025):
        put(settings, f"812/ssda903/{year}/{year}-04-30/e.csv", HEAD + f"AB{year}0,01/04/{year - 1},S,C2,N1,U1,,\n")
    ingest_all(settings, settle_seconds=0)
    for run, year in (("20220601T000000Z", 2022), ("20250601T000000Z", 2025)):
        folder = settings.released / run
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"deliveries": [{"collection_year": year}]}))
    (settings.released / "without a manifest").mkdir()
    (settings.publications / "20250501T000000Z").mkdir(parents=True)
    (settings.data_dir / "narrative/812/2021").mkdir(parents=True)
    monkeypatch.setattr(build, "run_build", lambda settings, assets=None: ingest_all(settings, settle_seconds=0))
    return settings


def test_without_yes_it_says_what_it_would_remove_and_changes_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    before = tree(settings.data_dir)
    assert cli.run(["retain", "--years", "3"]) == 0
    said = capsys.readouterr().out
    assert "Kept are the collection years 2023 to 2025." in said
    assert "812-ssda903-2021-2021-04-30: 1" in said and "812-ssda903-2022-2022-04-30: 1" in said
    assert "released/20220601T000000Z" in said and "released/20250601T000000Z" not in said
    assert "landing/812/ssda903/2021/2021-04-30" in said and "narrative/812/2021" in said
    assert tree(settings.data_dir) == before


def test_with_yes_older_deliveries_go_and_the_landing_zone_does_not_bring_them_back(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    delivered = tree(settings.landing)
    assert cli.run(["retain", "--years", "3", "--yes"]) == 0
    assert children(settings) == ["AB20250"] and people(settings) == [("812", "AB20250")]
    assert "AB20210" not in everything_in(settings.raw) and "AB20220" not in everything_in(settings.raw)
    assert tree(settings.landing) == delivered
    assert sorted(path.name for path in settings.released.iterdir()) == ["20250601T000000Z", "without a manifest"]
    assert list(settings.publications.iterdir()) == [] and not settings.unfinished.exists()
    (entry,) = ledger.entries(settings)
    assert (entry.action, entry.facts["kept_from"], entry.facts["rows"]) == ("retention", 2023, 2)
    report = ingest_all(settings, settle_seconds=0)
    assert (report.new, report.withdrawn, len(report.unchanged)) == ([], [], 1)
    assert any("2 deliveries of years before 2023" in note for note in report.notes)


def test_more_years_read_older_deliveries_again(settings: Settings):
    cli.run(["retain", "--years", "3", "--yes"])
    assert cli.run(["retain", "--years", "4", "--yes"]) == 0
    assert sorted(children(settings)) == ["AB20220", "AB20250"]
    assert cli.run(["retain", "--years", "9", "--yes"]) == 0
    assert sorted(children(settings)) == ["AB20210", "AB20220", "AB20250"]


def test_old_rows_go_although_the_landing_zone_is_empty(settings: Settings):
    shutil.rmtree(settings.landing)
    assert cli.run(["retain", "--years", "1", "--yes"]) == 0
    assert children(settings) == ["AB20250"]


def test_nothing_is_old_where_all_years_are_kept(settings: Settings, capsys: pytest.CaptureFixture[str]):
    before = tree(settings.data_dir)
    assert cli.run(["retain", "--years", "5", "--yes"]) == 0
    assert "Nothing is older." in capsys.readouterr().out
    assert tree(settings.data_dir) == before


def test_no_years_at_all_are_a_wrong_call(settings: Settings):
    assert cli.run(["retain", "--years", "0"]) == 2


def test_a_build_that_breaks_leaves_the_rest_to_the_next_build(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def breaks(settings: Settings, assets: object = None) -> None:
        raise build.BuildFailedError("1 check did not hold.")

    with monkeypatch.context() as patched:
        patched.setattr(build, "run_build", breaks)
        assert cli.run(["retain", "--years", "1", "--yes"]) == 1
    assert children(settings) == ["AB20250"] and settings.unfinished.exists()
    assert cli.run(["publish"]) == 1, "the warehouse is gone, and the last publication is older"
    assert cli.run(["retain", "--years", "1", "--yes"]) == 0
