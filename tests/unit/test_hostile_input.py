"""Hostile and broken input: each ends soon, in one plain sentence, and takes nothing else with it.

The times are generous, for a loaded machine; what these files did before was to run for hours or to fill the memory.
"""

import io
import os
import random
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from orchestration import cli
from orchestration.errors import UserError
from orchestration.filesystem import NotOrdinaryError, read_ordinary_file
from orchestration.ingest import decisions
from orchestration.ingest import raw as raw_layer
from orchestration.ingest import run as run_module
from orchestration.ingest.dfe.run import ingest_dfe
from orchestration.ingest.dfe.sayings import read_release_file
from orchestration.ingest.landing import EVERY_FILE, StillBeingWrittenError, discover, printable, read_description
from orchestration.ingest.limits import Meter
from orchestration.ingest.mapping import read_mapping
from orchestration.ingest.mapping.command import map_files
from orchestration.ingest.plain_yaml import NotPlainError, read_plain_yaml
from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.readers.sheets import sheets
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.run import ingest_all
from orchestration.ingest.spelling.delivery import spell
from orchestration.ingest.tables import IRO, SSDA903
from orchestration.settings import Limits, Settings
from tests.hostile_files import (
    FILES,
    HEADINGS,
    MAIN,
    NAMES,
    REVIEWS,
    ROW,
    YAMLS,
    odd_things,
    return_of,
    sheet,
    strings,
    texts,
    workbook,
)

SECONDS = 90
DELIVERY = "812/ssda903/2025/2025-04-30"
DELIVERY_ID = "812-ssda903-2025-2025-04-30"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has neither pipes nor such names in a folder")


@contextmanager
def soon(seconds: float = SECONDS) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def put(settings: Settings, path: str, content: str = REVIEWS + ROW) -> Path:
    file = settings.landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def ingest(settings: Settings) -> run_module.IngestReport:
    with soon():
        return ingest_all(settings, workers=1, settle_seconds=0)


def read(name: str, data: bytes, limits: Limits | None = None) -> list[Part]:
    parts = read_file(name, data, Recogniser(SSDA903), limits or Limits())
    spell(parts, SSDA903, 2025, date(2025, 4, 30))
    assert parts
    for part in parts:
        assert part.rows_delivered == part.rows_parsed + part.rows_unparsed
        assert (part.rule_id is None) == (part.message is None)
        if part.message:
            assert part.message.startswith(name) and part.message.endswith(".") and part.message.isprintable()
    return parts


# Files.


@pytest.mark.parametrize("what", FILES)
def test_a_hostile_file_ends_soon_in_a_sentence(what: str) -> None:
    extension, content, rule_id = FILES[what]
    data = content()
    with soon():
        parts = read(f"a.{extension}", data)
    assert parts[0].rule_id == rule_id, parts[0].message


def test_unknown_elements_take_time_in_proportion_to_their_number() -> None:
    """The trap: joining a text anew for each element takes the square of their number."""
    taken = {}
    for count in (100_000, 400_000):
        data = return_of("<X>yyyyyyyyyyyyyyyyyyyy</X>" * count)
        best = []
        for _ in range(2):
            started = time.process_time()
            read("a.xml", data)
            best.append(time.process_time() - started)
        taken[count] = min(best)
    assert taken[400_000] < 10 * taken[100_000]


@pytest.mark.parametrize(
    ("limits", "name", "data", "said"),
    [
        (Limits(rows=2), "a.csv", (REVIEWS + ROW * 3).encode(), "rows (CLA_MOST_ROWS)"),
        (Limits(columns=3), "a.csv", (REVIEWS + ROW).encode(), "columns (CLA_MOST_COLUMNS)"),
        (Limits(cells=7), "a.csv", (REVIEWS + ROW).encode(), "cells (CLA_MOST_CELLS)"),
        (Limits(rows=1), "a.xlsx", workbook(sheet(HEADINGS + texts("1"))), "rows (CLA_MOST_ROWS)"),
        (Limits(columns=3), "a.xlsx", workbook(sheet(HEADINGS + texts("1"))), "columns (CLA_MOST_COLUMNS)"),
        (Limits(cells=4), "a.xlsx", workbook(sheet(HEADINGS + texts("1"))), "cells (CLA_MOST_CELLS)"),
        (Limits(files=3), "a.xlsx", workbook(sheet(HEADINGS + texts("1"))), "parts (CLA_MOST_FILES)"),
        (Limits(cells=3), "a.xml", return_of("<SEX>1</SEX>"), "cells (CLA_MOST_CELLS)"),
        (Limits(columns=1), "a.xml", return_of("<A>1</A><B>1</B>"), "columns (CLA_MOST_COLUMNS)"),
        (Limits(rows=1), "a.xml", return_of("") + b"", ""),
    ],
)
def test_each_limit_is_a_setting_and_the_sentence_names_it(limits: Limits, name: str, data: bytes, said: str) -> None:
    (part, *_) = read(name, data, limits)
    if said:
        assert part.rule_id == "beyond_limits"
        assert said in (part.message or "")
    else:
        assert part.rule_id is None, "one row is not more than one"
    assert all(part.rule_id is None for part in read(name, data))


def test_time_is_a_limit_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    data = (REVIEWS + '"a\n' * 50).encode()
    now = iter(range(0, 10_000, 7))
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    (part,) = read("a.csv", data, Limits(seconds=20))
    assert part.message == "a.csv takes more than 20 seconds to read (CLA_MOST_SECONDS); none of it was read."


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLA_MOST_ROWS", "7")
    assert Settings.from_environment().limits == Limits(rows=7)
    for wrong in ("0", "-1", "many", "²", "1" * 30):
        monkeypatch.setenv("CLA_MOST_ROWS", wrong)
        with pytest.raises(UserError, match="CLA_MOST_ROWS should be a whole number"):
            Settings.from_environment()


def test_a_sheet_is_read_as_excel_shows_it() -> None:
    """Rich texts, texts without a shared list, gaps, and what says how a text is pronounced."""
    shared = "<si><t>one</t></si><si><r><t>two </t></r><r><t>parts</t></r><rPh><t>aside</t></rPh></si><si/>"
    rows = (
        '<row r="3"><c r="B3" t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="s"><v>2</v></c><c r="F3"><v>1.5</v></c>'
        "</row>"
        '<row r="7.0"><c r="A7" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c><c t="b"><v>1</v></c></row>'
        '<row><c t="e"><v>#N/A</v></c><c/><c><f>1+1</f></c></row>'
    )
    (found,) = sheets(workbook(sheet(rows), strings(shared)), Meter())
    assert list(found.rows) == [
        (3, [None, "two parts", "one", "", None, 1.5]),
        (7, ["ab", True]),
        (8, ["#N/A"]),
    ]


def test_prefixed_names_are_those_of_a_sheet_too() -> None:
    prefixed = f"<x:worksheet {MAIN.replace('xmlns', 'xmlns:x')}><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row>"
    (found,) = sheets(workbook(f"{prefixed}</x:sheetData></x:worksheet>".encode()), Meter())
    assert list(found.rows) == [(1, [1])]


# Random damage.


def valid_files() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    for line in (REVIEWS + ROW * 40).splitlines():
        book.active.append(line.split(","))
    buffer = io.BytesIO()
    book.save(buffer)
    return {
        "a.csv": (REVIEWS + ROW * 200).encode(),
        "a.xlsx": buffer.getvalue(),
        "b.xlsx": workbook(
            sheet(HEADINGS + '<row><c t="s"><v>0</v></c><c><v>45000</v></c></row>' * 30), strings("<si><t>x</t></si>")
        ),
        "a.xml": return_of("<SEX>1</SEX><DOB>01/02/2012</DOB>" + "<X>y</X>" * 50) * 1,
    }


VALID = valid_files()


_PIECES = (b"\0", b'"', b"<", b"&", b"\xff\xfe", b"\r", b"]]>", b",")


def damaged(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) + 1)
        kind = rng.randrange(6)
        if kind == 0:
            del changed[at:]
        elif kind == 1 and changed:
            changed[at % len(changed)] ^= 1 << rng.randrange(8)
        elif kind == 2:
            changed[at:at] = changed[: rng.randrange(200)]
        elif kind == 3:
            changed[at : at + rng.randrange(50)] = rng.choice(_PIECES)
        elif kind == 4:
            changed[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(20)))
        else:
            other = VALID[rng.choice(list(VALID))]
            changed[at:at] = other[rng.randrange(len(other)) :][:300]
    return bytes(changed)


@pytest.mark.parametrize("name", VALID)
def test_random_damage_is_a_rejection_or_rows_and_nothing_else(name: str) -> None:
    rng = random.Random(f"damage/{name}")
    with soon():
        for _ in range(250):
            read(name, damaged(VALID[name], rng))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_random_damage_inside_a_workbook_is_a_rejection_or_rows_and_nothing_else(part: str) -> None:
    """Damage to the archive is found by its checksums; this is what a program writes that is wrong itself."""
    rng = random.Random(f"inside/{part}")
    rows = sheet(HEADINGS + '<row><c t="s"><v>0</v></c><c r="B2" s="0"><v>45000</v></c></row>' * 5)
    shared = strings("<si><t>x</t></si>")
    whole = workbook(rows, shared)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        before = archive.read(part)
    with soon():
        for _ in range(250):
            changed = {part: damaged(before, rng)}
            read("a.xlsx", workbook(changed.pop("xl/worksheets/sheet1.xml", rows), shared, changed))


@hypothesis_settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.binary(max_size=400), st.text(alphabet="{}[]&*!|>%@`'\"#-?:, \n\tab1\x07\ud7ff", max_size=200)))
def test_any_bytes_are_yaml_or_a_sentence(content: bytes | str) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    try:
        read_plain_yaml(data)
    except NotPlainError as error:
        assert error.sentence("x").endswith((".", "?")) and error.sentence("x").isprintable()
    assert read_description(DELIVERY_ID, data).message != ""
    assert isinstance(read_mapping("mapping.yaml", data, IRO)[1], list)


@hypothesis_settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=60), min_size=4, max_size=4), st.integers(1, 3))
def test_any_text_in_a_row_is_a_row_or_a_rejected_line(values: list[str], times: int) -> None:
    read("a.csv", (REVIEWS + ",".join(values) * times + "\n").encode("utf-8", "replace"))


# What people write as YAML.


@pytest.mark.parametrize("what", YAMLS)
def test_a_hostile_description_is_refused_in_a_sentence(what: str) -> None:
    with soon(10):
        description = read_description(DELIVERY_ID, YAMLS[what])
    assert description.message is not None
    assert description.message.startswith(f"{DELIVERY_ID}/delivery.yaml") and description.message.isprintable()
    assert (description.status, description.supplier, description.empty) == (None, None, ())


@pytest.mark.parametrize("what", YAMLS)
def test_a_hostile_mapping_or_release_is_refused_in_a_sentence(what: str) -> None:
    with soon(10):
        mapping, faults = read_mapping("mapping.yaml", YAMLS[what], IRO)
        notes = read_release_file("release.yaml", YAMLS[what], set())
    assert faults and not mapping.tables and all(fault.isprintable() for fault in faults)
    assert notes.faults and not notes.files and all(fault.isprintable() for fault in notes.faults)


def test_a_mapping_full_of_faults_ends_soon() -> None:
    data = b"tables:\n" + b"".join(b"  - {table: revievs, colums: {a%d: b}}\n" % n for n in range(1_500))
    with soon(20):
        assert read_mapping("mapping.yaml", data[:65_000].rpartition(b"\n")[0], IRO)[1]


# What lies in the landing zone.


@posix
@pytest.mark.parametrize("where", ["", "812", "812/ssda903", "812/ssda903/2025", DELIVERY, "published/release_2024"])
def test_odd_things_anywhere_are_said_and_the_others_are_read(settings: Settings, where: str) -> None:
    put(settings, f"{DELIVERY}/a.csv")
    put(settings, "813/ssda903/2025/2025-04-30/a.csv")
    put(settings, "published/release_2024/fine.csv", "time_period,la_name\n2024,A\n")
    odd_things(settings.landing / where)
    report = ingest(settings)
    assert report.new == [DELIVERY_ID, "813-ssda903-2025-2025-04-30"]
    with soon():
        published = ingest_dfe(settings, settle_seconds=0)
    assert "release_2024/fine.csv" in published.new
    said = [*report.rejected_files, *published.unreadable]
    for name in ("pipe.csv", "socket.csv", "zero.csv", "out.csv", "nowhere.csv", "itself.csv"):
        assert [sentence for sentence in said if name in sentence and sentence.endswith(".")], name
    assert ingest(settings).unchanged == report.new


@posix
def test_a_pipe_in_the_place_of_a_folder_or_a_mapping_is_said(settings: Settings) -> None:
    put(settings, "813/ssda903/2025/2025-04-30/a.csv")
    for folder in ("814", "815/ssda903", "816/ssda903/2025", "817/ssda903/2025/2025-04-30"):
        (settings.landing / folder).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(settings.landing / folder)
    put(settings, "818/ssda903/2025/2025-04-30/a.csv")
    os.mkfifo(settings.landing / "818/ssda903/mapping.yaml")
    put(settings, "819/ssda903/2025/2025-04-30/a.csv")
    os.mkfifo(settings.landing / "819/ssda903/2025/2025-04-30/delivery.yaml")
    put(settings, "820/ssda903/2025/2025-04-30/a.csv")
    (settings.landing / "820/ssda903/mapping.yaml").mkdir()
    report = ingest(settings)
    assert sorted(report.new) == [f"{code}-ssda903-2025-2025-04-30" for code in (813, 818, 819, 820)]
    assert report.usable_deliveries == 0 and report.rows["ssda903", "reviews"] == 2, "813 and 819"
    for code in ("814", "815", "816", "817", "818", "819", "820"):
        assert any(sentence.startswith(code) for sentence in report.rejected_files), code
    assert ingest(settings).new == []


@posix
def test_a_link_to_a_file_of_the_landing_zone_is_that_file(settings: Settings) -> None:
    file = put(settings, f"{DELIVERY}/a.csv")
    (settings.landing / "812/ssda903/2025/2025-05-31").mkdir()
    (settings.landing / "812/ssda903/2025/2025-05-31/a.csv").symlink_to(file)
    assert len(ingest(settings).new) == 2


@posix
def test_a_landing_zone_that_is_a_link_itself_is_followed(settings: Settings, tmp_path: Path) -> None:
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    put(elsewhere, f"{DELIVERY}/a.csv")
    settings.landing.symlink_to(elsewhere.landing, target_is_directory=True)
    assert ingest(settings).new == [DELIVERY_ID]


@pytest.mark.parametrize("where", ["812", "812/ssda903", "812/ssda903/2025", DELIVERY])
def test_a_folder_that_cannot_be_opened_keeps_what_was_read_from_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The trap: to stop the build, or to take what nobody can see for withdrawn."""
    put(settings, f"{DELIVERY}/a.csv")
    put(settings, "813/ssda903/2025/2025-04-30/a.csv")
    put(settings, "814/ssda903/2025/2025-04-30/a.csv")
    ingest(settings)
    (settings.landing / "814/ssda903/2025/2025-04-30/a.csv").unlink()
    real = Path.iterdir

    def refusing(self: Path) -> Iterator[Path]:
        if self == settings.landing / where:
            raise PermissionError
        return real(self)

    monkeypatch.setattr(Path, "iterdir", refusing)
    report = ingest(settings)
    assert report.withdrawn == ["814-ssda903-2025-2025-04-30"]
    assert report.deliveries == 2
    assert f"{where} was not read: it cannot be opened; check its permissions." in report.rejected_files


def test_unknown_authorities_are_said_or_left_to_the_gate(settings: Settings) -> None:
    for folder in ("999", "abc", "812 - Copy"):
        put(settings, f"{folder}/ssda903/2025/2025-04-30/a.csv")
    report = ingest(settings)
    assert report.new == ["999-ssda903-2025-2025-04-30"], "the gate holds it: it is in no table of authorities"
    assert [sentence.partition("/")[0] for sentence in report.rejected_files] == ["812 - Copy", "abc"]


def test_a_delivery_of_more_files_than_any_has_is_refused_whole(settings: Settings) -> None:
    settings = Settings(settings.data_dir, limits=Limits(files=20))
    for number in range(21):
        put(settings, f"{DELIVERY}/{number}.csv")
    put(settings, "813/ssda903/2025/2025-04-30/a.csv")
    for number in range(30):
        put(settings, f"somewhere/{number}.csv")
        put(settings, f"published/release_2024/{number:02}.csv", f"time_period,a{number}\n")
    report = ingest(settings)
    assert len(report.new) == 2 and report.rows["ssda903", "reviews"] == 1
    assert [sentence for sentence in report.rejected_files if "CLA_MOST_FILES" in sentence and DELIVERY_ID in sentence]
    assert len(report.rejected_files) == 2, "thirty misplaced files are one sentence"
    published = ingest_dfe(settings, settle_seconds=0)
    assert len(published.new) == 20 and [said for said in published.unreadable if "CLA_MOST_FILES" in said]
    assert len(ingest(Settings(settings.data_dir)).reread + ingest(Settings(settings.data_dir)).replaced) > 0


def test_a_hundred_thousand_files_are_not_even_looked_at(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    put(settings, f"{DELIVERY}/a.csv")
    real = Path.iterdir

    def many(self: Path) -> Iterator[Path]:
        if self.name == "2025-04-30":
            return (self / f"{number}.csv" for number in range(100_000))
        return real(self)

    monkeypatch.setattr(Path, "iterdir", many)
    with soon(30):
        (delivery,) = discover(settings.landing).deliveries
    assert list(delivery.refused) == [EVERY_FILE] and not delivery.stamps


def test_a_file_larger_than_any_is_not_opened_and_the_others_are(settings: Settings) -> None:
    settings = Settings(settings.data_dir, limits=Limits(file_mb=1))
    put(settings, f"{DELIVERY}/a.csv")
    with put(settings, f"{DELIVERY}/sparse.csv").open("r+b") as file:
        file.truncate(5_000_000_000)
    report = ingest(settings)
    assert report.rows["ssda903", "reviews"] == 1
    assert report.rejected_files == [
        f"{DELIVERY_ID}: sparse.csv is larger than 1 MB (CLA_MOST_FILE_MB); it was not read."
    ]
    assert ingest(settings).unchanged == [DELIVERY_ID]


def test_a_delivery_larger_than_any_is_refused_whole(settings: Settings) -> None:
    settings = Settings(settings.data_dir, limits=Limits(delivery_mb=1))
    for name in ("a.csv", "b.csv"):
        put(settings, f"{DELIVERY}/{name}", REVIEWS + ROW * 20_000)
    report = ingest(settings)
    assert report.rows == {} and len(report.rejected_files) == 1 and "CLA_MOST_DELIVERY_MB" in report.rejected_files[0]


def test_a_limit_that_was_raised_reads_the_file_again(settings: Settings) -> None:
    put(settings, f"{DELIVERY}/a.csv", REVIEWS + ROW * 5)
    assert ingest(Settings(settings.data_dir, limits=Limits(rows=3))).rows == {}
    report = ingest(settings)
    assert (report.reread, report.rows["ssda903", "reviews"]) == ([DELIVERY_ID], 5)


@posix
def test_names_that_are_no_text_are_shown_as_text_and_apart(settings: Settings) -> None:
    """The trap: two names that are shown alike, whose rows nobody could tell apart."""
    put(settings, f"{DELIVERY}/fine.csv")
    for name in NAMES:
        (settings.landing / DELIVERY / os.fsdecode(name)).write_text(REVIEWS + ROW)
    report = ingest(settings)
    assert report.rows["ssda903", "reviews"] == 1 + len(NAMES) and report.rejected_files == []
    (delivery,) = discover(settings.landing).deliveries
    shown = delivery.shown_names()
    assert len(set(shown.values())) == len(NAMES) + 1
    assert all(name.isprintable() and name.endswith(".csv") for name in shown.values())
    assert {"??.csv", "?? (2).csv", "new line.csv", "?[31mred?[0m.csv", "?bell.csv"} <= set(shown.values())


@posix
def test_status_and_map_never_wait_and_print_nothing_raw(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(settings.data_dir))
    put(settings, f"{DELIVERY}/a.csv")
    settings.landing.joinpath("stray\x1b[31m\n.csv").write_text("x")
    odd_things(settings.landing)
    for number in range(100):
        put(settings, f"zzz/{number}.csv")
    with soon(60):
        found = CliRunner().invoke(cli.cli, ["status"])
    assert found.exit_code == 0 and "stray?[31m .csv" in found.output and "more that were not read" in found.output
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", found.output) and found.output.count("\n") < 40
    for name in ("pipe.csv", "zero.csv", "round", "nowhere.csv", "socket.csv"):
        with soon(20), pytest.raises(UserError) as caught:
            map_files([settings.landing / name], settings.landing, None, lambda _: None)
        assert str(caught.value).endswith(".")


@pytest.mark.parametrize("what", [name for name, (kind, *_) in FILES.items() if kind != "xml"])
def test_a_mapping_is_drafted_or_refused_soon(settings: Settings, what: str) -> None:
    kind, content, _ = FILES[what]
    file = put(settings, f"{DELIVERY}/a.{kind}")
    file.write_bytes(content())
    with soon():
        try:
            map_files([file], settings.landing, None, lambda _: None)
        except UserError as error:
            assert str(error).endswith((".", ")."))


@posix
def test_what_is_no_decision_is_set_aside(settings: Settings) -> None:
    put(settings, f"{DELIVERY}/a.csv")
    ingest(settings)
    decisions.accept(settings, DELIVERY_ID, "counted by hand")
    folder = settings.decisions / decisions.ACCEPTANCES
    odd_things(folder)
    os.mkfifo(folder / "pipe.parquet")
    (folder / "broken.parquet").write_bytes(b"PAR1 and no more")
    (folder / "folder.parquet").mkdir()
    (folder / "other.parquet").write_bytes((folder / "empty.parquet").read_bytes()[:-10])
    report = ingest(settings)
    assert report.acceptances == 1
    assert sum("is no decision" in note for note in report.notes) >= 9
    assert len(list((settings.decisions / "set_aside").iterdir())) >= 9
    assert ingest(settings).notes == []


def test_a_file_that_changes_or_vanishes_while_it_is_read_waits(settings: Settings) -> None:
    file = put(settings, f"{DELIVERY}/a.csv")
    (delivery,) = discover(settings.landing).deliveries
    file.unlink()
    with pytest.raises(StillBeingWrittenError):
        delivery.read()


@posix
def test_only_ordinary_files_are_opened(tmp_path: Path) -> None:
    odd_things(tmp_path)
    for name in ("pipe.csv", "zero.csv", "round"):
        with soon(10), pytest.raises(NotOrdinaryError):
            read_ordinary_file(tmp_path / name)
    with soon(10), pytest.raises(OSError):
        read_ordinary_file(tmp_path / "socket.csv")


def test_an_error_that_nobody_foresaw_is_one_file_rejected(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap: a fault of ours that one file of one authority calls forth, and nobody is published."""
    put(settings, f"{DELIVERY}/a.csv")
    put(settings, f"{DELIVERY}/b.csv")
    put(settings, "813/ssda903/2025/2025-04-30/a.csv")
    real_read, real_write = run_module.read_file, raw_layer.write_rows

    def failing(name: str, *rest: object) -> list[Part]:
        if name == "b.csv":
            raise ZeroDivisionError("KEEPME")
        return real_read(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module, "read_file", failing)
    report = ingest(settings)
    assert report.rows["ssda903", "reviews"] == 2
    assert len(report.rejected_files) == 1 and "ZeroDivisionError" in report.rejected_files[0]
    assert "KEEPME" not in report.rejected_files[0]

    def failing_once(raw: Path, delivery: object, version: str, parts: list[Part], now: object) -> object:
        if any(part.rows_parsed for part in parts) and "812" in str(delivery):
            raise MemoryError
        return real_write(raw, delivery, version, parts, now)  # type: ignore[arg-type]

    monkeypatch.setattr(raw_layer, "READER_VERSION", -1)
    raw_layer._reader_fingerprint.cache_clear()
    monkeypatch.setattr(raw_layer, "write_rows", failing_once)
    report = ingest(settings)
    raw_layer._reader_fingerprint.cache_clear()
    assert report.rows["ssda903", "reviews"] == 1 and len(report.rejected_files) == 1


def test_names_print_as_text() -> None:
    assert printable("é \x1b[31m\n\u202e\udcff.csv") == "é ?[31m ??.csv"
