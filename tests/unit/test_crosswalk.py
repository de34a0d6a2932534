"""Crosswalks as people make them are read, and whoever is erased is erased under every number in them."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration import cli
from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.run import ingest_all
from orchestration.ingest.spelling.delivery import spell
from orchestration.ingest.tables import CROSSWALK, recognise
from orchestration.settings import Settings
from orchestration.stewardship import child_numbers
from tests.unit.test_erase import outside_landing
from tests.unit.test_erasures import EPISODES, children, counts_hold, people, put, rows

OLD, NEW = "AB10021", "0077341"
ROW = "01/04/2024,S,C2,N1,U1,,,\n"


def read(data: bytes, name: str = "ids.csv") -> Part:
    (part,) = read_file(name, data, Recogniser(CROSSWALK))
    if part.rule_id is None:
        spell([part], CROSSWALK, 2025, date(2025, 4, 30))
    return part


def pairs(part: Part) -> list[tuple[Any, Any]]:
    assert part.rule_id is None, part.message
    assert part.rows_delivered == part.rows_parsed + part.rows_unparsed
    return list(zip(part.columns["old_child_id"], part.columns["new_child_id"], strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "old_child_id,new_child_id\nAB1,007\n",
        "\ufeffOld ID;New ID\r\nab 1;007\r\n;;\r\n",
        'Previous Person No.\tCurrent Person No.\n" AB1 "\t"007"\n',
        "Crosswalk of 1 May\n\nNEW CHILD ID|LEGACY CHILD ID\n'007|AB1 \n",
        '"Child ID (new)","Child ID (old)","Old UPN"\n="007",AB1,"x, y"\n',
        '"from";"to";"note"\n"AB1";"007";"moved; then, left"\n',
    ],
)
def test_a_crosswalk_is_read_as_people_make_it(text: str):
    assert pairs(read(text.encode())) == [("AB1", "007")]
    assert pairs(read(text.encode("utf-16"))) == [("AB1", "007")]


def test_a_workbook_keeps_the_zeros_that_are_in_it_as_text():
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (("Case numbers", None), ("Former ref", "New ref"), ("00123", 4567), (" 00124 ", 4568.0)):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    assert pairs(read(data.getvalue(), "ids.xlsx")) == [("00123", "4567"), ("00124", "4568")]


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("Mosaic ID,Liquidlogic ID", "unrecognised_columns"),
        ("Old UPN,New UPN", "unrecognised_columns"),
        ("Old name,New name", "unrecognised_columns"),
        ("Old ID,Previous ID,New ID", "missing_columns"),
        ("Old ID,Date", "missing_columns"),
        ("AB1,007", "unrecognised_columns"),
    ],
)
def test_columns_that_may_be_something_else_are_not_guessed(header: str, rule: str):
    part = read(f"{header}\nAB1,007,008\n".encode())
    assert (part.rule_id, part.rows_unparsed) == (rule, 1)
    assert "AB1" not in (part.message or "") or "AB1" in part.file_name


def test_numbers_that_excel_has_shortened_are_nobodys():
    assert read(b"old id,new id\n1.00235E+11,007\n").rule_id == "ids_destroyed"


@pytest.mark.parametrize("heading", ["id" * 29 + "x", "systems" * 8 + "x", "no" * 100_000])
def test_a_hostile_heading_takes_no_time(heading: str):
    assert recognise([heading, f"old{heading}", "new id"], CROSSWALK).missing == ("old_child_id",)


@pytest.mark.parametrize("line", ['"AB2;008', 'AB2;"008', "AB2", "AB2;008;9;9"])
def test_a_line_that_is_none_is_listed_and_swallows_no_other(line: str):
    part = read(f"old id;new id\n{line}\nAB1;007\n".encode())
    assert ("AB1", "007") in pairs(part)
    assert part.rows_delivered == 2


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A child of two numbers, and another one, as two returns and a crosswalk have them."""
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    settings = Settings(tmp_path)
    put(settings, "812/ssda903/2024/2024-04-30/e.csv", EPISODES + f"{OLD},{ROW}OTHER1,{ROW}")
    put(settings, "812/ssda903/2025/2025-04-30/e.csv", EPISODES + f"{NEW},{ROW}OTHER2,{ROW}")
    put(
        settings,
        "812/crosswalk/2025/2025-04-30/ids.csv",
        f"Old ID;New ID;Remark\n {OLD.lower()};{NEW};moved from {OLD}\nOTHER1;OTHER2;\n",
    )
    ingest_all(settings, settle_seconds=0)
    return settings


def publish(settings: Settings, *united: tuple[str, str]) -> None:
    """What the last build united, as `cla erase` reads it."""
    run = settings.restricted_runs / "20260101T000000Z"
    run.mkdir(parents=True)
    settings.restricted.symlink_to(run)
    values = ", ".join(f"('812', '{old}', '{new}')" for old, new in united) or "(null, null, null)"
    duckdb.sql(
        f"copy (select * from (values {values}) as t (la_code, old_child_id, new_child_id)) "
        f"to '{run / 'restricted_child_numbers.parquet'}' (format parquet)"
    )


@pytest.mark.parametrize("given", [OLD, NEW, f" {OLD.lower()} "])
@pytest.mark.parametrize("is_published", [True, False])
def test_a_child_is_erased_under_all_numbers_whichever_is_given(
    settings: Settings, given: str, is_published: bool, capsys: pytest.CaptureFixture[str]
):
    if is_published:
        publish(settings, (OLD, NEW), ("OTHER1", "OTHER2"))
    assert cli.run(["erase", "812", given]) == 0
    said = capsys.readouterr().out
    assert "the child has 2 numbers" in said and "Raw rows: 3 in 3 deliveries" in said
    assert "landing/812/crosswalk/2025/2025-04-30/ids.csv: row 2" in said
    assert cli.run(["erase", "812", given, "--yes", "--without-build"]) == 0
    said += capsys.readouterr().out
    assert "finds nothing of the child" in said
    for number in (OLD, NEW):
        assert number not in said and number not in outside_landing(settings)
    for _ in range(2):
        assert sorted(children(settings)) == ["OTHER1", "OTHER2"]
        assert [row["old_child_id"] for row in rows(settings, "crosswalk/child_numbers")] == ["OTHER1"]
        assert {number for _, number in people(settings)} == {"OTHER1", "OTHER2"}
        assert counts_hold(settings)
        assert "another number" not in " ".join(ingest_all(settings, settle_seconds=0).notes)
    assert cli.run(["erase", "812", NEW, "--lift", "--yes"]) == 0
    ingest_all(settings, settle_seconds=0)
    assert {OLD, NEW} <= set(children(settings)), "what was decided under one number is lifted under the other"


def test_a_line_that_the_build_did_not_use_is_told_and_not_followed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    publish(settings, ("OTHER1", "OTHER2"))
    assert cli.run(["erase", "812", OLD, "--yes", "--without-build"]) == 0
    said = capsys.readouterr().out
    assert "erase that number as well" in said and "812-crosswalk-2025-2025-04-30/ids.csv: row 2" in said
    assert NEW in children(settings) and OLD not in children(settings) and OLD not in outside_landing(settings)


def test_where_nothing_is_published_only_what_can_be_read_in_one_way_is_followed(settings: Settings):
    put(settings, "812/crosswalk/2026/2026-04-30/ids.csv", f"old,new\n{NEW},C3\nOTHER2,D1\nOTHER2,D2\n")
    put(settings, "813/crosswalk/2026/2026-04-30/ids.csv", f"old,new\n{NEW},ELSE\n")
    ingest_all(settings, settle_seconds=0)
    assert child_numbers.of_child(settings, "812", OLD) == (NEW, "C3")
    assert child_numbers.of_child(settings, "812", "C3") == (NEW, OLD)
    assert child_numbers.of_child(settings, "812", "OTHER1") == ("OTHER2",)
    assert len(child_numbers.doubtful(settings.raw, "812", ["OTHER1", "OTHER2"])) == 2


def test_a_child_that_was_erased_does_not_come_back_in_silence_under_a_later_number(settings: Settings):
    assert cli.run(["erase", "812", OLD, "--yes", "--without-build"]) == 0
    put(settings, "812/crosswalk/2026/2026-04-30/ids.csv", f"old,new\n{NEW},C3\nOTHER2,D1\n")
    report = ingest_all(settings, settle_seconds=0)
    assert [note for note in report.notes if note.startswith("1 lines of crosswalks give a child who was erased")]
    (line,) = [row for row in rows(settings, "rejected_lines") if "another number" in row["message"]]
    assert (line["file_name"], line["row_number"], line["rule_id"], line["raw_content"]) == ("ids.csv", 2, "erased", "")
    assert [row["old_child_id"] for row in rows(settings, "crosswalk/child_numbers")] == ["OTHER1", "OTHER2"]


def test_a_crosswalk_alone_is_nothing_to_build_from(tmp_path: Path):
    settings = Settings(tmp_path)
    put(settings, "812/crosswalk/2025/2025-04-30/ids.csv", "old,new\nA1,B1\n")
    assert ingest_all(settings, settle_seconds=0).usable_deliveries == 0
