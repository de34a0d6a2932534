"""Published files as they come: BOM and CRLF or not, Windows-1252, twice, half written, withdrawn, unreadable."""

import os
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml
from dagster import materialize, resource

from orchestration.ingest.dfe import raw_files as raw_layer
from orchestration.ingest.dfe.assets import FILES, build_dfe_assets
from orchestration.ingest.dfe.files import PublishedFile, read_table
from orchestration.ingest.dfe.run import DfeReport, ingest_dfe
from orchestration.ingest.dfe.sayings import NOTHING, Sayings, read_release_file, said_by_name
from orchestration.settings import REPOSITORY, Settings

HEADER = "time_period,time_identifier,geographic_level,country_code,country_name,CLA_group,number"
ROWS = (
    "2024,Reporting year,National,E92000001,England,Children looked after during the year,116420",
    "2024,Reporting year,National,E92000001,England,Children missing at 31 March,c",
)
REAL = REPOSITORY.parent / "shared" / "data" / "published"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def drop(settings: Settings, name: str, data: bytes | str) -> Path:
    path = settings.landing / "published" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def text(*rows: str, end: str = "\n") -> str:
    return end.join([HEADER, *rows, ""])


def ingest(settings: Settings) -> DfeReport:
    return ingest_dfe(settings, settle_seconds=0)


def raw(settings: Settings, name: str) -> list[dict[str, object]]:
    return pq.read_table(settings.raw / "published" / name).to_pylist()


def content(settings: Settings) -> dict[str, bytes]:
    folder = settings.raw / "published"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (text(*ROWS).encode(), "utf-8"),
        (text(*ROWS, end="\r\n").encode("utf-8-sig"), "utf-8-sig"),
        (text(*ROWS).encode("utf-16"), "utf-16"),
        (text(ROWS[0], ROWS[1].replace("missing", "child\u2019s")).encode("cp1252"), "windows-1252"),
    ],
)
def test_every_encoding_and_line_end_reads_the_same(data: bytes, encoding: str) -> None:
    table = read_table("a.csv", data)
    assert table.encoding == encoding
    assert table.column_names[0] == "time_period"
    assert table.column_names[-2:] == ("cla_group", "number")
    assert table.columns[-1] == ("116420", "c")
    assert table.row_numbers == (2, 3)
    assert "\u2019" in table.columns[-2][1] or encoding != "windows-1252"


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    table = read_table("a.csv", f"\n{HEADER}\n\n{ROWS[0]},\n{ROWS[1]},extra\n{ROWS[0]}\n".encode())
    assert table.row_numbers == (4, 6)
    assert table.rows_unread == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "a.csv is empty."),
        (b"\r\n,,\r\n", "a.csv is empty."),
        (b"PK\x03\x04\x00\x00", "a.csv is not a text file"),
        (b"\xff\xfe\x00", "a.csv is not a text file"),
        (text(*ROWS, '2024,"never closed').encode(), "a.csv has a quotation mark that is never closed"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, said: str) -> None:
    assert (read_table("a.csv", data).message or "").startswith(said)


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("release_2024/a.csv", "2024"),
        ("Release 2024/data/a.csv", "2024"),
        ("release_2024 (1)/a.csv", "2024"),
        ("release_2024-25/a.csv", "2025"),
        ("Release 2024_2025 revised/a.csv", "2025"),
        ("release_202425/a.csv", "2025"),
        ("release_2024-12-04/a.csv", "2024"),
        ("release_20245/a.csv", None),
        ("reference/a.csv", None),
        ("release_2024.csv", None),
    ],
)
def test_the_folder_names_the_release(name: str, release: str | None) -> None:
    assert PublishedFile(Path(name), name, (0, 0)).release == release


def test_a_file_becomes_columns_rows_and_cells(settings: Settings) -> None:
    drop(settings, "release_2024/missing.csv", text(*ROWS, end="\r\n").encode("utf-8-sig"))
    drop(settings, "release_2024/data-guidance.txt", "not data")
    report = ingest(settings)
    assert report.new == ["release_2024/missing.csv"]
    (file,) = raw(settings, "files")
    assert (file["file_path"], file["release"], file["row_count"]) == ("release_2024/missing.csv", "2024", 2)
    assert [row["header"] for row in raw(settings, "columns")][-2:] == ["CLA_group", "number"]
    (first, second) = raw(settings, "rows")
    assert (first["time_period"], first["geographic_level"], first["la_name"]) == ("2024", "National", None)
    assert second["row_number"] == 3
    cells = {(row["row_number"], row["position"]): row["raw_value"] for row in raw(settings, "cells")}
    assert cells == {
        (2, 6): "Children looked after during the year",
        (3, 6): "Children missing at 31 March",
        (2, 7): "116420",
        (3, 7): "c",
    }


def test_nothing_published_is_four_empty_tables(settings: Settings) -> None:
    report = ingest(settings)
    assert [len(raw(settings, name)) for name in raw_layer.SCHEMAS] == [0, 0, 0, 0]
    assert report.summary() == "Published files: none."


def test_a_file_is_read_once(settings: Settings) -> None:
    drop(settings, "release_2024/a.csv", text(*ROWS))
    ingest(settings)
    before = content(settings)
    report = ingest(settings)
    assert (report.new, report.unchanged) == ([], ["release_2024/a.csv"])
    assert content(settings) == before


def test_a_release_added_twice_changes_nothing(settings: Settings) -> None:
    drop(settings, "release_2024/a.csv", text(*ROWS))
    ingest(settings)
    before = content(settings)
    drop(settings, "release_2024/0.csv", text(*ROWS))
    drop(settings, "release_2024/copy/a.csv", text(*ROWS))
    drop(settings, "release_2024 (1)/a.csv", text(*ROWS))
    report = ingest(settings)
    assert len(report.repeated) == 3
    assert content(settings) == before


def test_the_same_content_in_two_releases_is_two_files(settings: Settings) -> None:
    drop(settings, "release_2023/a.csv", text(*ROWS))
    drop(settings, "release_2024/a.csv", text(*ROWS))
    assert len(ingest(settings).new) == 2


def test_a_corrected_file_replaces_and_a_withdrawn_one_goes(settings: Settings) -> None:
    path = drop(settings, "release_2024/a.csv", text(*ROWS))
    drop(settings, "release_2024/b.csv", text(ROWS[0]))
    ingest(settings)
    path.write_text(text(ROWS[1]))
    assert ingest(settings).withdrawn == 1
    assert {row["raw_value"] for row in raw(settings, "cells")} >= {"c"}
    assert len(raw(settings, "rows")) == 2
    path.unlink()
    ingest(settings)
    assert [file["file_path"] for file in raw(settings, "files")] == ["release_2024/b.csv"]
    assert len(raw(settings, "rows")) == 1
    assert sum(1 for _ in (settings.raw / "published").rglob("*.parquet")) == 8


DAY = date(2025, 12, 4)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("la_cla_on_31_march_by_characteristics.csv", NOTHING),
        ("cla_time_series_1994_2024.csv", NOTHING),
        ("ons_mid-year_population_estimates_0_17_2012_to_2024.csv", NOTHING),
        ("unrevised.csv", NOTHING),
        ("revisedly.csv", NOTHING),
        ("v2x_rev2_dev_3.csv", NOTHING),
        ("a.revised", Sayings()),
        ("2025-13-04.csv", NOTHING),
        ("120251204.csv", NOTHING),
        ("a_revised.csv", Sayings(revised=True)),
        ("REVISED-a.CSV", Sayings(revised=True)),
        ("a (Revised).csv", Sayings(revised=True)),
        ("a.revised.csv", Sayings(revised=True)),
        ("aCorrected.csv", Sayings(revised=True)),
        ("a_not-revised.csv", Sayings(revised=False)),
        ("a_v2.csv", Sayings(version=2000)),
        ("a V2.10.csv", Sayings(version=2010)),
        ("a-version-03.csv", Sayings(version=3000)),
        ("a_version 2 v3.csv", NOTHING),
        ("v2_2025-12-04_revised.csv", Sayings(DAY, version=2000, revised=True)),
        ("a_2025-12-04.csv", Sayings(DAY)),
        ("a20251204.csv", Sayings(DAY)),
        ("a_2025_12_04.csv", Sayings(DAY)),
        ("a 04.12.2025.csv", Sayings(DAY)),
        ("a_4-12-2025.csv", Sayings(DAY)),
        ("a-4-December-2025.csv", Sayings(DAY)),
        ("a_4dec2025.csv", Sayings(DAY)),
        ("a_2025-12-04_2025-12-05.csv", NOTHING),
        ("a_2025-12-04_20251204.csv", Sayings(DAY)),
        # A folder says it of all that is in it, and the file may say otherwise.
        ("2025-12-04/data/a.csv", Sayings(DAY)),
        ("2025-12-01 revised/a_2025-12-04.csv", Sayings(DAY, revised=True)),
    ],
)
def test_what_a_name_says_of_its_file(name: str, said: Sayings) -> None:
    assert said_by_name(f"release_2025/{name}") == said


def test_a_release_file_says_it_of_the_files_beside_it() -> None:
    text = """
        files:
          a.csv: {published_on: 2025-12-04, revised: true, version: 2}
          Deep/B.csv:
            published_on: "2025-12-05"
            version: 2.10
          c.csv: {revised: false}
          d.csv: {}
    """
    notes = read_release_file("release.yaml", text.encode(), {"a.csv", "deep/b.csv", "c.csv", "d.csv", "e.csv"})
    assert notes.faults == ()
    assert notes.files == {
        "a.csv": Sayings(published_on=DAY, version=2000, revised=True),
        "deep/b.csv": Sayings(published_on=date(2025, 12, 5), version=2010),
        "c.csv": Sayings(revised=False),
        "d.csv": NOTHING,
    }


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", []),
        ("files: {}", []),
        ("- a.csv", ["should hold 'files:'"]),
        ("files: [a.csv]", ["should hold 'files:'"]),
        ("files: {a.csv: revised}", ["a.csv should have lines such as"]),
        ("release: 2025", ["has an entry that is not 'files'."]),
        ("files: {gone.csv: {revised: true}}", ["file 1 of its list does not lie in this folder."]),
        ("files: {7: {revised: true}}", ["file 1 of its list does not lie in this folder."]),
        ("files: {a.csv: {revised: yes please}}", ["a.csv has a 'revised' that is neither true nor false."]),
        ("files: {a.csv: {published_on: 4 Dec}}", ["a.csv has a 'published_on' that is no day"]),
        ("files: {a.csv: {published_on: 0025-12-04}}", ["a.csv has a 'published_on' that is no day"]),
        ("files: {a.csv: {published_on: 2025-13-04}}", ["a.csv has a 'published_on' that is no day"]),
        ("files: {a.csv: {version: second}}", ["a.csv has a 'version' that is no number"]),
        ("files: {a.csv: {version: true}}", ["a.csv has a 'version' that is no number"]),
        ("files: {a.csv: {date: 2025-12-04}}", ["a.csv has an entry that is none of published_on, revised, version."]),
        (
            "files: {a.csv: {version: x, revised: x}, b.csv: {when: x}}",
            ["a.csv has a 'revised'", "a.csv has a 'version'", "b.csv has an entry that is none of"],
        ),
        ("files: {a.csv: {version: 2}, A.csv: {version: 1}}", ["names a.csv twice."]),
        ("files: {a.csv: {version: 2}, a.csv: {version: 1}}", ["gives a key a second time"]),
        ("files: {a.csv: {version: 2", ["is not valid YAML"]),
        ("files: !!python/object/apply:os.getcwd []", ["has a tag"]),
        ("files: " + "[" * 5000, ["is longer than 2,000 characters."]),
        ("#" * 70_000, ["is longer than 65,536 bytes."]),
    ],
)
def test_each_fault_of_a_release_file_is_a_sentence(text: str, faults: list[str]) -> None:
    notes = read_release_file("release_2025/release.yaml", text.encode(), {"a.csv", "b.csv"})
    assert len(notes.faults) == len(faults)
    for said, expected in zip(notes.faults, faults, strict=True):
        assert said.startswith("release_2025/release.yaml")
        assert said.endswith(".")
        assert expected in said
    assert notes.files == {}


def said(settings: Settings) -> dict[str, tuple[object, ...]]:
    columns = ("named_on", "said_published_on", "said_version", "said_revised")
    return {str(file["file_path"]): tuple(file[name] for name in columns) for file in raw(settings, "files")}


def test_what_is_said_of_a_file_may_change_though_the_file_does_not(settings: Settings) -> None:
    drop(settings, "release_2025/a_v3.csv", text(*ROWS))
    drop(settings, "release_2025/b.csv", text(ROWS[0]))
    ingest(settings)
    assert said(settings) == {
        "release_2025/a_v3.csv": (None, None, 3000, None),
        "release_2025/b.csv": (None, None, None, None),
    }
    notes = drop(settings, "release_2025/release.yaml", "files: {b.csv: {published_on: 2025-12-04}}")
    assert ingest(settings).new == ["release_2025/b.csv"]
    assert said(settings)["release_2025/b.csv"] == (None, DAY, None, None)
    # What was written down has a fault: then nothing counts that anybody says of these files.
    notes.write_text("files: {b.csv: {published_on: 2025-12-04}, a_v4.csv: {version: 4}}")
    (sentence,) = ingest(settings).unreadable
    assert "file 2 of its list" in sentence
    assert set(said(settings).values()) == {(None, None, None, None)}
    assert len(said(settings)) == 3
    notes.unlink()
    ingest(settings)
    assert said(settings)["release_2025/a_v3.csv"] == (None, None, 3000, None)
    assert len(said(settings)) == 2


def test_copies_of_which_different_things_are_said_all_count(settings: Settings) -> None:
    """A correction that is taken back: the third version is the first again, and must not be passed over for it."""
    drop(settings, "release_2025/a_v1.csv", text(*ROWS))
    drop(settings, "release_2025/a_v2.csv", text(ROWS[0]))
    ingest(settings)
    drop(settings, "release_2025/a_v3.csv", text(*ROWS))
    drop(settings, "release_2025/copy of a_v3.csv", text(*ROWS))
    assert ingest(settings).new == ["release_2025/a_v3.csv"]
    assert [values[2] for _, values in sorted(said(settings).items())] == [1000, 2000, 3000]


def test_files_of_the_reader_before_are_still_read(settings: Settings) -> None:
    """An empty landing zone withdraws nothing, so that their records stand beside the new columns of none."""
    path = drop(settings, "release_2025/a.csv", text(*ROWS))
    ingest(settings)
    (record,) = [path for path in (settings.raw / "published" / "files").glob("*.parquet") if path.stem != "empty"]
    table = pq.read_table(record)
    pq.write_table(
        table.select([name for name in table.column_names if not name.startswith(("said", "named"))]), record
    )
    path.unlink()
    path.parent.rmdir()
    path.parent.parent.rmdir()
    ingest(settings)
    source = yaml.safe_load((REPOSITORY / "models/staging/dfe/_dfe__sources.yml").read_text("utf-8"))
    location = source["sources"][0]["config"]["meta"]["external_location"]
    location = location.format(raw_pattern=settings.raw_pattern, name="files")
    rows = duckdb.sql(f"select file_path, said_version from {location}").fetchall()
    assert rows == [("release_2025/a.csv", None)]


def test_what_a_broken_run_left_is_swept(settings: Settings) -> None:
    drop(settings, "release_2024/a.csv", text(*ROWS))
    ingest(settings)
    before = content(settings)
    leftover = settings.raw / "published" / "cells" / "0123456789abcdef.parquet"
    leftover.write_bytes(next(iter(before.values())))
    ingest(settings)
    assert content(settings) == before


def test_an_empty_landing_zone_withdraws_nothing(settings: Settings) -> None:
    path = drop(settings, "release_2024/a.csv", text(*ROWS))
    ingest(settings)
    path.unlink()
    path.parent.rmdir()
    path.parent.parent.rmdir()
    assert ingest(settings).files == 1


def test_a_file_that_is_still_being_written_waits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(settings, "release_2024/a.csv", text(ROWS[0]))
    ingest(settings)
    path.write_text(text(*ROWS))

    def write_on(_: float) -> None:
        with path.open("a") as file:
            file.write(ROWS[1])

    monkeypatch.setattr("orchestration.ingest.dfe.run.time.sleep", write_on)
    report = ingest(settings)
    assert len(report.postponed) == 1
    assert len(raw(settings, "rows")) == 1, "what it said before stays until the new content is whole"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root and Windows read every file")
def test_a_file_that_cannot_be_opened_waits(settings: Settings) -> None:
    drop(settings, "release_2024/a.csv", text(*ROWS)).chmod(0)
    assert len(ingest(settings).postponed) == 1


def test_downloads_that_are_no_csv_are_named_and_guidance_is_not(settings: Settings) -> None:
    """Traps a workbook or a whole download that lies there for a year while somebody wonders where its figures are."""
    drop(settings, "release_2024/a.csv", text(*ROWS))
    for name in ("release_2024/LAIT.XLSM", "data.zip", "release_2024/data-guidance.txt", "release_2024/guide.pdf"):
        drop(settings, name, b"PK")
    report = ingest(settings)
    assert report.new == ["release_2024/a.csv"]
    assert report.unreadable == [
        "data.zip is an archive: unpack it here; it was not read.",
        "release_2024/LAIT.XLSM is a workbook: save its sheet of figures as CSV; it was not read.",
    ]
    assert ingest(settings).unreadable == report.unreadable


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_linked_folders_are_looked_into_once(settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "downloads"
    elsewhere.mkdir()
    (elsewhere / "a.csv").write_text(text(*ROWS))
    (elsewhere / "round").symlink_to(elsewhere, target_is_directory=True)
    folder = settings.landing / "published"
    folder.mkdir(parents=True)
    (folder / "release_2024").symlink_to(elsewhere, target_is_directory=True)
    assert ingest(settings).new == ["release_2024/a.csv"]


def test_the_assets_report_what_could_not_be_read(settings: Settings) -> None:
    drop(settings, "release_2024/a.csv", text(*ROWS))
    drop(settings, "release_2024/b.csv", b"PK\x03\x04\x00")
    drop(settings, "release_2024/c.csv", text(ROWS[0] + ",too wide"))
    (assets,) = build_dfe_assets(settings)
    no_lock = resource(lambda _: None)
    result = materialize([assets], resources={"one_build": no_lock})
    (check,) = result.get_asset_check_evaluations()
    assert (check.asset_key, check.passed) == (FILES, False)
    assert check.metadata["count"].value == 2
    counts = {
        event.asset_key.path[-1]: event.step_materialization_data.materialization.metadata["dagster/row_count"].value
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    assert counts == {"files": 3, "columns": 14, "rows": 2, "cells": 4}


@pytest.mark.skipif(not REAL.is_dir(), reason="the published files are no part of the repository")
def test_the_real_files_are_read_to_their_last_row(settings: Settings) -> None:
    """Row counts as the files' own index states them; files with BOM and CRLF and without lie in one release."""
    settings.landing.mkdir(parents=True)
    (settings.landing / "published").symlink_to(REAL, target_is_directory=True)
    report = ingest(settings)
    assert report.unreadable == []
    files = {str(file["file_path"]): file for file in raw(settings, "files")}
    stated = {
        "release_2024/cla_number_and_rate_per_10k_children.csv": 2505,
        "release_2024/la_cla_placement_stability.csv": 1050,
        "release_2024/la_children_who_ceased_during_the_year.csv": 5075,
        "release_2024/la_conviction_health_outcome_cla.csv": 3150,
        "release_2024/cla_time_series_1994_2024.csv": 155,
        "release_2024/la_cla_on_31_march_by_characteristics.reconstructed.csv": 12075,
        "release_2023/cla_number_and_rate_per_10k_children.csv": 2520,
        "release_2025/cla_number_and_rate_per_10k_children.csv": 2505,
        "reference/ons_mid-year_population_estimates_0_17_2012_to_2024.csv": 2132,
        "lait/lait_cla_2026-04-08.csv": 16940,
        "lait/lait_data_dictionary_cla.csv": 74,
    }
    assert {name: files[name]["row_count"] for name in stated} == stated
    assert len(files) == 31
    assert {file["encoding"] for file in files.values()} == {"utf-8", "utf-8-sig"}
