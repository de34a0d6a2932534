"""Reports are written into a run before a reader sees it, and anew without one being missing."""

from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.publish import whole
from orchestration.publish.publication import INTERNAL, PUBLIC, Variant
from orchestration.reports import write
from orchestration.reports.write import Written, write_reports, write_reports_of_a_run
from orchestration.settings import Settings
from tests.small_runs import PUBLIC_TABLES, publish, write_public_tables, write_warehouse

NAMES = ("iro_annual_report_2025.docx", "board_pack_2025.html")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A publication of one authority, whose reports are a line each."""
    settings = Settings(data_dir=tmp_path)
    write_warehouse(settings)
    write_public_tables(settings)
    publish(settings, public=PUBLIC_TABLES, reports=NAMES)
    monkeypatch.setattr(write, "authorities_and_years", lambda _: {"812": [2025]})
    monkeypatch.setattr(write, "_write", lines("new words"))
    return settings


def lines(words: str, fails_for: Variant | None = None) -> object:
    """Return what writes such reports; of the variant that it fails for, only the first."""

    def written(_: Settings, publication: Path, folder: Path, variant: Variant, *__: object) -> list[Written]:
        for name in NAMES:
            (folder / name).write_text(words)
            if variant == fails_for:
                raise UserError("The chart cannot be drawn.")
        return [Written(folder / name, variant.part, 1, folder / name) for name in NAMES]

    return written


def reports(settings: Settings) -> dict[str, str]:
    return {
        f"{part}/{path.name}": path.read_text()
        for part in ("published", "published_public")
        for path in (settings.data_dir / part / "reports").iterdir()
    }


def test_several_authorities_are_counted_where_there_is_a_publication(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not write.has_several_authorities(settings)
    monkeypatch.setattr(write, "authorities_and_years", lambda _: {"201": [2025], "812": [2025]})
    assert write.has_several_authorities(settings)
    assert not write.has_several_authorities(Settings(tmp_path / "elsewhere"))


def test_reports_written_anew_replace_those_of_both_publications(settings: Settings) -> None:
    written = write_reports(settings)
    assert set(reports(settings).values()) == {"new words"}
    assert sorted(file.path for file in written) == sorted(
        settings.data_dir / folder / whole.read(settings.published)["run_id"] / "reports" / name
        for folder in ("publications", "publications_public")
        for name in NAMES
    )
    assert [path for path in settings.published.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("variant", [INTERNAL, PUBLIC], ids=["internal", "public"])
def test_no_report_is_replaced_until_all_of_both_publications_are_finished(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, variant: Variant
) -> None:
    """Traps a Word file with new words beside a page with the old ones, for good, after an error."""
    before = reports(settings)
    monkeypatch.setattr(write, "_write", lines("half", fails_for=variant))
    with pytest.raises(UserError, match="chart"):
        write_reports(settings)
    assert reports(settings) == before
    assert [path for path in settings.published.iterdir() if path.name.startswith(".")] == []


def test_the_reports_of_a_run_are_out_of_sight_and_whole_or_not_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = reports(settings)
    aside = whole.begin(settings)
    for variant in (INTERNAL, PUBLIC):
        aside.part(variant.part).mkdir()
        (aside.part(variant.part) / "children_in_care.duckdb").touch()
    write_reports_of_a_run(settings, INTERNAL, lambda done, total: None)
    assert sorted(path.name for path in (aside.part("published") / "reports").iterdir()) == sorted(NAMES)
    monkeypatch.setattr(write, "_write", lines("half", fails_for=PUBLIC))
    with pytest.raises(UserError, match="chart"):
        write_reports_of_a_run(settings, PUBLIC, lambda done, total: None)
    assert not (aside.part("published_public") / "reports").exists()
    assert reports(settings) == before


def test_a_publication_of_several_authorities_has_an_empty_folder_of_reports(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the folder the run would count as not whole, and England would never be published."""
    monkeypatch.setattr(write, "authorities_and_years", lambda _: {"812": [2025], "813": [2025]})
    aside = whole.begin(settings)
    aside.part("published").mkdir()
    (aside.part("published") / "children_in_care.duckdb").touch()
    assert write_reports_of_a_run(settings, INTERNAL, lambda done, total: None) == []
    assert list((aside.part("published") / "reports").iterdir()) == []
