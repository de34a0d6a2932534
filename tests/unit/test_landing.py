"""Which deliveries the landing zone holds, and what in it is none."""

import os
import time
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.ingest import tables
from orchestration.ingest.landing import (
    StillBeingWrittenError,
    dataset_of,
    discover,
    read_description,
    settle,
    source_hash,
)
from orchestration.ingest.tables import collection_years

DELIVERY = "812/ssda903/2025/2025-04-30"
LAST_YEAR = collection_years()[-1]


def put(landing: Path, path: str, text: str = "x") -> Path:
    file = landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_delivery_is_found_with_its_files(tmp_path: Path):
    put(tmp_path, f"{DELIVERY}/b.csv")
    put(tmp_path, f"{DELIVERY}/A.XLSX")
    put(tmp_path, f"{DELIVERY}/delivery.yaml")
    put(tmp_path, "812/ssda903/2024/2024-06-01/a.xml")
    put(tmp_path, "published/release_2024/national.csv")
    found = discover(tmp_path)
    assert [delivery.delivery_id for delivery in found.deliveries] == [
        "812-ssda903-2024-2024-06-01",
        "812-ssda903-2025-2025-04-30",
    ]
    latest = found.deliveries[1]
    assert (latest.la_code, latest.collection_year, latest.extracted_on) == ("812", 2025, date(2025, 4, 30))
    assert list(latest.stamps) == ["A.XLSX", "b.csv", "delivery.yaml"]
    assert found.misplaced == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("stray.csv", "does not lie in the folder"),
        ("812/stray.csv", "does not lie in the folder"),
        ("812/ssda903/stray.csv", "does not lie in the folder"),
        ("812/ssda903/2025/stray.csv", "does not lie in the folder"),
        (f"{DELIVERY}/inner/deeper/stray.csv", "no folders inside"),
        ("81/ssda903/2025/2025-04-30/a.csv", "three-digit"),
        ("٨١٢/ssda903/2025/2025-04-30/a.csv", "three-digit"),
        ("812/annex_a/2025/2025-04-30/a.csv", "second folder"),
        ("812/SSDA903/2025/2025-04-30/a.csv", "second folder"),
        ("812/ssda903/25/2025-04-30/a.csv", "third folder"),
        ("812/ssda903/2017/2017-04-30/a.csv", f"between 2018 and {LAST_YEAR}"),
        (f"812/ssda903/{LAST_YEAR + 1}/{LAST_YEAR + 1}-04-30/a.csv", f"between 2018 and {LAST_YEAR}"),
        ("812/ssda903/2025/2025-02-30/a.csv", "no date"),
        ("812/ssda903/2025/30-04-2025/a.csv", "no date"),
        ("812/ssda903/2025/20250430/a.csv", "no date"),
    ],
)
def test_a_file_outside_the_pattern_is_named_with_one_sentence(tmp_path: Path, path: str, said: str):
    put(tmp_path, path)
    found = discover(tmp_path)
    assert found.deliveries == []
    assert [file.path for file in found.misplaced] == [path]
    message = found.misplaced[0].message
    assert message.startswith(path) and said in message and message.count(".") <= path.count(".") + 1


def test_by_products_of_other_programs_are_ignored(tmp_path: Path):
    for name in ("~$a.xlsx", ".hidden.csv", "a.csv.tmp", "Thumbs.db", "desktop.ini", ".DS_Store", "a.csv.part"):
        put(tmp_path, f"{DELIVERY}/{name}")
        put(tmp_path, name)
    put(tmp_path, f"{DELIVERY}/.git/config")
    found = discover(tmp_path)
    assert found.deliveries == [] and found.misplaced == []


def test_an_empty_folder_and_a_description_alone_are_no_delivery(tmp_path: Path):
    (tmp_path / "812/ssda903/2025/2025-04-30").mkdir(parents=True)
    put(tmp_path, "812/ssda903/2024/2024-04-30/delivery.yaml")
    assert discover(tmp_path).deliveries == []


def test_both_datasets_of_an_authority_are_deliveries(tmp_path: Path):
    put(tmp_path, "812/iro/2025/2025-04-30/disputes.csv")
    put(tmp_path, f"{DELIVERY}/b.csv")
    found = discover(tmp_path)
    assert [delivery.delivery_id for delivery in found.deliveries] == [
        "812-iro-2025-2025-04-30",
        "812-ssda903-2025-2025-04-30",
    ]
    assert [dataset_of(delivery.delivery_id) for delivery in found.deliveries] == ["iro", "ssda903"]
    assert found.misplaced == []


@pytest.mark.parametrize("change", ["grows", "same size", "vanishes", "another comes"])
def test_a_delivery_that_changes_after_discovery_is_not_read(tmp_path: Path, change: str):
    file = put(tmp_path, f"{DELIVERY}/a.csv", "abc")
    (delivery,) = discover(tmp_path).deliveries
    if change == "grows":
        file.write_text("abcd")
    elif change == "same size":
        file.write_text("abd")
        os.utime(file, ns=(1, 1))
    elif change == "vanishes":
        file.unlink()
    else:
        put(tmp_path, f"{DELIVERY}/b.csv")
    with pytest.raises(StillBeingWrittenError) as caught:
        delivery.read()
    assert caught.value.message.count(".") == 2 and "812-ssda903-2025-2025-04-30/" in caught.value.message


def test_a_folder_that_cannot_be_listed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    put(tmp_path, f"{DELIVERY}/a.csv", "abc")

    def refuse(self: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(UserError, match="check its permissions"):
        discover(tmp_path)


def test_only_a_recent_change_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    file = put(tmp_path, f"{DELIVERY}/a.csv")
    settle(discover(tmp_path).deliveries, 0.5)
    os.utime(file, (time.time() - 60, time.time() - 60))
    settle(discover(tmp_path).deliveries, 0.5)
    settle([], 0.5)
    assert waited == [0.5]


def test_the_fingerprint_depends_on_names_and_contents():
    base = source_hash({"a": b"1", "b": b"2"})
    assert base == source_hash({"b": b"2", "a": b"1"})
    assert len({base, source_hash({"a": b"2", "b": b"1"}), source_hash({"a": b"1"}), source_hash({"ab": b"12"})}) == 4


@pytest.mark.parametrize(
    ("text", "status", "supplier", "synthetic"),
    [
        ("status: final\nsupplier: Mosaic\nnotes: anything\nsynthetic: true\n", "final", "Mosaic", True),
        ("\ufeffstatus: Provisional", "provisional", None, False),
        ("", None, None, False),
        ("# nothing yet\n", None, None, False),
    ],
)
def test_a_description_is_read(text: str, status: str | None, supplier: str | None, synthetic: bool):
    description = read_description("d", text.encode())
    assert (description.status, description.supplier, description.is_synthetic) == (status, supplier, synthetic)
    assert description.message is None


@pytest.mark.parametrize(
    "text",
    ["status: [final", "- final", "status: draft", "synthetic: perhaps", "status: 3", "just words", "a: " * 40_000],
)
def test_a_faulty_description_is_said_in_a_sentence(text: str):
    description = read_description("812-x", text.encode())
    assert description.status is None
    assert description.message is not None and description.message.startswith("812-x/delivery.yaml")


def test_a_description_that_is_no_text_is_said_too():
    assert read_description("d", b"\xff\xfe\0").message is not None
    assert read_description("d", None).message is None


def test_a_description_says_which_tables_are_truly_empty():
    read = {
        text: read_description("812-ssda903-2025-2025-04-30", text.encode())
        for text in (
            *("empty: [Missing, oc3]", "empty: missing"),
            *("empty: [fish]", "empty: {missing: 1}", "empty: [1]", "empty: [episodes]"),
        )
    }
    assert read.pop("empty: [Missing, oc3]").empty == ("missing", "oc3")
    assert read.pop("empty: missing").empty == ("missing",)
    assert all(description.empty == () and description.message for description in read.values())


def test_a_collection_year_is_accepted_once_it_is_a_row_of_the_code_lists(tmp_path: Path, monkeypatch):
    """The year that no code begins or ends with is one, too: it needs a row and no change of code."""
    lists = tmp_path / "seeds" / "codesets" / "ssda903_codes.csv"
    lists.parent.mkdir(parents=True)
    lists.write_text(f"code_set,code\ncollection_year,2018\ncollection_year,{LAST_YEAR + 1}\nsex,M\n", encoding="utf-8")
    put(tmp_path / "landing", f"812/ssda903/{LAST_YEAR + 1}/{LAST_YEAR + 1}-04-30/a.csv")
    assert discover(tmp_path / "landing").deliveries == []
    monkeypatch.setattr(tables, "REPOSITORY", tmp_path)
    collection_years.cache_clear()
    try:
        assert [found.collection_year for found in discover(tmp_path / "landing").deliveries] == [LAST_YEAR + 1]
    finally:
        collection_years.cache_clear()
