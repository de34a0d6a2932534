"""Erased children: left out of what is delivered again, and out of what was read, with every row accounted for."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.ingest import erasures
from orchestration.ingest import raw as raw_layer
from orchestration.ingest.erasures import Erasures
from orchestration.ingest.person_keys import CHILDREN, OFFICERS, Kind, people_in_map
from orchestration.ingest.run import IngestReport, ingest_all
from orchestration.settings import Settings
from orchestration.stewardship import raw_rows

CHILD, OTHER = "AB10021", "AB10022"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC,NOTE\n"
DISPUTES = (
    "dispute_id,child_id,iro_id,raised_on,category,current_stage,resolved_on,resolved_stage,cafcass_referred_on\n"
)
STAGES = "dispute_id,stage,entered_on,left_on\n"
RETURN, EXTRACT = "ssda903/2025/2025-04-30", "iro/2025/2025-04-30"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


def put(settings: Settings, path: str, text: str) -> None:
    file = settings.landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def ingest(settings: Settings) -> IngestReport:
    return ingest_all(settings, settle_seconds=0)


def erase(settings: Settings, child: str = CHILD, **options: Any) -> None:
    erasures.decide(settings.decisions, settings.keys, "812", child, **options)


def rows(settings: Settings, name: str) -> list[dict[str, Any]]:
    """The rows of a raw table that a delivery's record vouches for."""
    commits = raw_layer.read_commits(settings.raw)
    found = []
    for file in sorted((settings.raw / name).rglob("*.parquet")):
        found += pq.ParquetFile(file).read().to_pylist()
    return [row for row in found if commits[row["delivery_id"]].content_hash == row["content_hash"]]


def children(settings: Settings, table: str = "ssda903/episodes", column: str = "child") -> list[str]:
    return [row[column] for row in rows(settings, table)]


def people(settings: Settings, kind: Kind = CHILDREN) -> list[tuple[str, str]]:
    return people_in_map(settings.raw / kind.folder, kind)


def counts_hold(settings: Settings) -> bool:
    return all(row["rows_delivered"] == row["rows_parsed"] + row["rows_unparsed"] for row in rows(settings, "files"))


def deliver(settings: Settings, la_code: str = "812") -> None:
    put(
        settings,
        f"{la_code}/{RETURN}/e.csv",
        EPISODES
        + f"{CHILD},01/04/2024,S,C2,N1,U1,,,first\n"
        + f"{OTHER},01/04/2024,S,C2,N1,U1,,,brother of {CHILD}\n"
        + f"{CHILD},02/05/2024\n"
        + " ab 10021 ,01/06/2024,P,C2,N1,U1,,,second\n",
    )
    put(
        settings,
        f"{la_code}/{EXTRACT}/d.csv",
        DISPUTES + f"D1,{CHILD},O1,01/05/2024,STATUS,STAGE_1,,,\n" + f"D2,{OTHER},O2,01/05/2024,STATUS,STAGE_1,,,\n",
    )
    put(settings, f"{la_code}/{EXTRACT}/s.csv", STAGES + "D1,STAGE_1,01/05/2024,\nD2,STAGE_1,01/05/2024,\n")


def everything_in(folder: Path) -> str:
    """All that the files of a folder say, Parquet unpacked."""
    said = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        said.append(path.read_bytes().decode("latin-1"))
        if path.suffix == ".parquet":
            said.append(str(pq.ParquetFile(path).read().to_pylist()))
    return "\n".join(said)


def test_a_delivery_in_the_landing_zone_is_read_without_the_child_and_every_row_is_accounted_for(settings: Settings):
    deliver(settings)
    erase(settings)
    report = ingest(settings)
    assert report.erased_rows == 5, "two rows of the return and a torn one, the dispute and its stage"
    assert children(settings) == [OTHER]
    assert people(settings) == [("812", OTHER)]
    assert counts_hold(settings)
    listed = [
        (row["table_name"], row["row_number"], row["rule_id"], row["raw_content"])
        for row in rows(settings, "rejected_lines")
    ]
    assert sorted(listed) == [
        ("dispute_stages", 2, "erased", ""),
        ("disputes", 2, "erased", ""),
        ("episodes", 2, "erased", ""),
        ("episodes", 4, "erased", ""),
        ("episodes", 5, "erased", ""),
    ]
    assert "10021" not in everything_in(settings.raw).upper()


def test_the_others_words_are_kept_but_for_the_number(settings: Settings):
    deliver(settings)
    erase(settings)
    ingest(settings)
    assert "brother of erased" in rows(settings, "ssda903/episodes")[0]["extra_columns"]


def test_a_short_number_in_a_sentence_may_be_anything_and_stays(settings: Settings):
    put(settings, f"812/{RETURN}/e.csv", EPISODES + "7,01/04/2024,S,C2,N1,U1,,,x\n8,01/04/2024,S,C2,N1,U1,,,7 days\n")
    erase(settings, "7")
    ingest(settings)
    assert children(settings) == ["8"]
    assert "7 days" in rows(settings, "ssda903/episodes")[0]["extra_columns"]


def test_the_child_of_another_authority_with_the_same_number_stays(settings: Settings):
    deliver(settings)
    deliver(settings, "813")
    erase(settings)
    ingest(settings)
    assert people(settings) == [("812", OTHER), ("813", CHILD), ("813", OTHER)]


def test_an_erasure_reads_the_authoritys_deliveries_again_once_and_no_others(settings: Settings):
    deliver(settings)
    deliver(settings, "813")
    ingest(settings)
    erase(settings)
    assert ingest(settings).reread == ["812-iro-2025-2025-04-30", "812-ssda903-2025-2025-04-30"]
    report = ingest(settings)
    assert (len(report.unchanged), report.reread, report.erased_rows) == (4, [], 0)


def test_nothing_is_concluded_from_the_rows_of_an_erased_child(settings: Settings):
    """Trap: the erased child's dates alone say that the column is month first."""
    head = "CHILD,DOB,REVIEW,REVIEW_CODE\n"
    theirs = f"{CHILD},,05/13/2024,PN1\n{CHILD},,05/14/2024,PN1\n{CHILD},,05/15/2024,PN1\n"
    put(settings, f"812/{RETURN}/r.csv", head + theirs + f"{OTHER},,03/04/2024,PN1\n")
    ingest(settings)
    assert "2024-03-04" in [row["review"] for row in rows(settings, "ssda903/reviews")], "month first, with the child"
    erase(settings)
    ingest(settings)
    assert [row["review"] for row in rows(settings, "ssda903/reviews")] == ["03/04/2024"], "as if never delivered"


def test_a_child_that_comes_into_care_anew_can_be_read_again_with_the_disputes(settings: Settings):
    deliver(settings)
    erase(settings, disputes=["D1"])
    ingest(settings)
    erase(settings, is_lifted=True)
    assert ingest(settings).erased_rows == 0
    assert children(settings).count(CHILD) == 2
    assert children(settings, "iro/dispute_stages", "dispute_id") == ["D1", "D2"]


def test_stages_of_a_dispute_that_another_delivery_tells_of_are_left_out_too(settings: Settings):
    erase(settings, disputes=["D1"])
    put(settings, f"812/{EXTRACT}/s.csv", STAGES + "d1,STAGE_2,01/06/2024,\nD2,STAGE_1,01/05/2024,\n")
    ingest(settings)
    assert children(settings, "iro/dispute_stages", "dispute_id") == ["D2"]


def test_what_is_kept_of_an_erasure_names_nobody_and_only_the_secret_tells_who_it_is(settings: Settings):
    erase(settings)
    (row,) = pq.read_table(settings.decisions / erasures.FOLDER).to_pylist()
    assert CHILD not in str(row) and row["hash"] != "" and len(row["hash"]) == 64
    assert Erasures.load(settings.decisions, settings.keys).of("812").has("child", " ab10021 ")
    assert not Erasures.load(settings.decisions, settings.keys).of("813").has("child", CHILD)


def test_rows_go_although_the_delivery_is_no_longer_in_the_landing_zone(settings: Settings):
    deliver(settings)
    ingest(settings)
    shutil.rmtree(settings.landing)
    before = {name: commit.source_hash for name, commit in raw_layer.read_commits(settings.raw).items()}
    erase(settings)
    taken = raw_rows.take_out(settings.raw, Erasures.load(settings.decisions, settings.keys))
    assert taken == 5
    assert children(settings) == [OTHER]
    assert children(settings, "iro/dispute_stages", "dispute_id") == ["D2"]
    assert counts_hold(settings)
    assert len([row for row in rows(settings, "rejected_lines") if row["rule_id"] == "erased"]) == 5
    after = {name: commit.source_hash for name, commit in raw_layer.read_commits(settings.raw).items()}
    assert after == before, "acceptances are bound to the files as they were delivered"
    assert raw_rows.take_out(settings.raw, Erasures.load(settings.decisions, settings.keys)) == 0, "once is enough"
    report = ingest(settings)
    assert report.deliveries == 2 and children(settings) == [OTHER], "an empty landing zone takes nothing away"


def test_a_delivery_rewritten_in_the_raw_layer_is_read_anew_when_it_lies_in_the_landing_zone(settings: Settings):
    deliver(settings)
    ingest(settings)
    erase(settings)
    raw_rows.take_out(settings.raw, Erasures.load(settings.decisions, settings.keys))
    assert len(ingest(settings).reread) == 2
    assert children(settings) == [OTHER]


def test_a_kill_while_rows_are_taken_out_leaves_a_delivery_as_it_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    deliver(settings)
    ingest(settings)
    shutil.rmtree(settings.landing)
    erase(settings)
    before = {name: rows(settings, name) for name in ("ssda903/episodes", "files", "rejected_lines")}
    written = raw_layer.write_parquet

    def killed(path: Path, *arguments: Any, **options: Any) -> Path:
        if path.parent.name == "deliveries":
            raise KeyboardInterrupt
        return written(path, *arguments, **options)

    monkeypatch.setattr(raw_layer, "write_parquet", killed)
    with pytest.raises(KeyboardInterrupt):
        raw_rows.take_out(settings.raw, Erasures.load(settings.decisions, settings.keys))
    assert {name: rows(settings, name) for name in before} == before
    monkeypatch.undo()
    assert raw_rows.take_out(settings.raw, Erasures.load(settings.decisions, settings.keys)) == 5
    assert "10021" not in everything_in(settings.raw / "ssda903").upper()


def test_people_whom_no_delivery_names_are_taken_out_of_the_keys_and_officers_of_others_stay(settings: Settings):
    from orchestration.ingest.person_keys import PersonKeys

    deliver(settings)
    ingest(settings)
    erase(settings)
    raw_rows.take_out(settings.raw, Erasures.load(settings.decisions, settings.keys))
    for kind in (CHILDREN, OFFICERS):
        keys = PersonKeys.load(kind, settings.raw, settings.keys)
        keys.keep_only(raw_rows.people_in(settings.raw, kind))
    assert people(settings) == [("812", OTHER)]
    assert people(settings, OFFICERS) == [("812", "O2")]
