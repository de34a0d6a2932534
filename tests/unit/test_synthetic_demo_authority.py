"""The demo authority's deliveries add up to the printed report, counted plainly from the delivered texts."""

from __future__ import annotations

import csv
import hashlib
import io
from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from defusedxml import ElementTree

from orchestration.synthetic.demo_authority import demo_history
from orchestration.synthetic.demo_deliveries import write_demo

Row = dict[str, str]
BANK_HOLIDAYS = {
    date.fromisoformat(text)
    for text in [
        "2023-04-07",
        "2023-04-10",
        "2023-05-01",
        "2023-05-08",
        "2023-05-29",
        "2023-08-28",
        "2023-12-25",
        "2023-12-26",
        "2024-01-01",
        "2024-03-29",
        "2024-04-01",
        "2024-05-06",
        "2024-05-27",
        "2024-08-26",
        "2024-12-25",
        "2024-12-26",
        "2025-01-01",
        "2020-05-08",
        "2020-05-25",
        "2020-08-31",
        "2020-12-25",
        "2020-12-28",
        "2021-01-01",
        "2021-04-02",
        "2021-04-05",
        "2021-05-03",
        "2021-05-31",
        "2021-08-30",
        "2021-12-27",
        "2021-12-28",
        "2022-01-03",
        "2022-04-15",
        "2022-04-18",
        "2022-05-02",
        "2022-06-02",
        "2022-06-03",
        "2022-08-29",
        "2022-09-19",
        "2022-12-26",
        "2022-12-27",
        "2023-01-02",
        "2020-04-10",
        "2020-04-13",
    ]
}


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo")
    write_demo(root)
    return root


def parse(text: str) -> date | None:
    return date(int(text[6:]), int(text[3:5]), int(text[:2])) if text else None


def known(text: str) -> date:
    found = parse(text)
    assert found is not None
    return found


def delivered(landing: Path, delivery: str, table: str) -> list[Row]:
    path = next((landing / "812" / "ssda903" / delivery).glob(f"SSDA903_{table}_*.csv"))
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


FINAL = {2023: "2023/2023-06-30", 2024: "2024/2024-06-30", 2025: "2025/2025-04-30"}


def age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def working_days_later(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in BANK_HOLIDAYS
    return day


def looked_after(landing: Path, year: int) -> list[Row]:
    return [row for row in delivered(landing, FINAL[year], "Episodes") if row["LS"] not in ("V3", "V4")]


def at_year_end(landing: Path, year: int) -> list[Row]:
    return [row for row in looked_after(landing, year) if not row["DEC"]]


PERMANENCE = ("E11", "E12", "E41", "E45", "E46", "E47", "E48", "E4A", "E4B", "E13")


@pytest.mark.parametrize(
    ("year", "at_end", "started", "ceased", "in_year", "permanence"),
    [(2024, 469, 100, 207, 676, 143), (2025, 438, 95, 123, 561, 89)],
)
def test_stocks_and_flows(
    landing: Path, year: int, at_end: int, started: int, ceased: int, in_year: int, permanence: int
) -> None:
    episodes = looked_after(landing, year)
    since = date(year - 1, 4, 1)
    assert len({row["CHILD"] for row in at_year_end(landing, year)}) == at_end
    assert len({r["CHILD"] for r in episodes if r["RNE"] == "S" and known(r["DECOM"]) >= since}) == started
    assert len({r["CHILD"] for r in episodes}) == in_year
    last: dict[str, Row] = {}
    for row in sorted((r for r in episodes if r["REC"] not in ("", "X1")), key=lambda r: known(r["DEC"])):
        last[row["CHILD"]] = row
    assert len(last) == ceased
    assert sum(row["REC"] in PERMANENCE for row in last.values()) == permanence


def test_reasons_for_leaving_in_the_last_year(landing: Path) -> None:
    last: dict[str, str] = {}
    for row in sorted(looked_after(landing, 2025), key=lambda r: known(r["DECOM"])):
        if row["REC"] not in ("", "X1"):
            last[row["CHILD"]] = row["REC"]
    reasons = Counter(last.values())
    assert reasons["E11"] + reasons["E12"] == 25
    assert sum(reasons[code] for code in ("E45", "E46", "E47", "E48")) == 28
    assert (reasons["E41"], reasons["E4A"], reasons["E4B"], reasons["E13"]) == (22, 9, 2, 3)
    assert [reasons[code] for code in ("E17", "E5", "E6", "E8", "E7", "E3", "E9")] == [14, 9, 4, 4, 1, 1, 1]


def test_legal_status_and_sex_at_the_last_year_end(landing: Path) -> None:
    live = at_year_end(landing, 2025)
    assert Counter(row["LS"] for row in live) == {"C2": 320, "C1": 56, "E1": 30, "V2": 31, "J1": 1}
    sexes = {row["CHILD"]: row["SEX"] for row in delivered(landing, FINAL[2025], "Header")}
    assert Counter(sexes[row["CHILD"]] for row in live) == {"M": 234, "F": 204}


@pytest.mark.parametrize(("year", "children"), [(2024, 54), (2025, 43)])
def test_children_who_went_missing(landing: Path, year: int, children: int) -> None:
    rows = delivered(landing, FINAL[year], "Missing")
    assert len({row["CHILD"] for row in rows if row["MISSING"] == "M"}) == children


@pytest.mark.parametrize(("year", "convicted", "cohort"), [(2024, 11, 235), (2025, 7, 236)])
def test_convictions(landing: Path, year: int, convicted: int, cohort: int) -> None:
    flags = Counter(row["CONVICTED"] for row in delivered(landing, FINAL[year], "OC2"))
    assert (flags["1"], flags["0"] + flags["1"]) == (convicted, cohort)


def test_printed_participation_codes(landing: Path) -> None:
    codes = Counter(row["REVIEW_CODE"] for row in delivered(landing, FINAL[2025], "Reviews"))
    assert codes == {"PN0": 178, "PN1": 359, "PN2": 3, "PN3": 1, "PN4": 7, "PN5": 20, "PN6": 490, "PN7": 42}


@pytest.mark.parametrize(("year", "by_review", "by_child", "attended"), [(2024, 96, 96, 33), (2025, 95, 92, 40)])
def test_participation(landing: Path, year: int, by_review: int, by_child: int, attended: int) -> None:
    rows = [row for row in delivered(landing, FINAL[year], "Reviews") if row["REVIEW_CODE"] != "PN0"]
    silent = [row for row in rows if row["REVIEW_CODE"] in ("PN4", "PN7")]
    children = {row["CHILD"] for row in rows}
    assert round(100 - 100 * len(silent) / len(rows)) == by_review
    assert round(100 - 100 * len({row["CHILD"] for row in silent}) / len(children)) == by_child
    came = sum(row["REVIEW_CODE"] in ("PN1", "PN2", "PN3", "PN4") for row in rows)
    assert round(100 * came / len(rows)) == attended


def periods_of_care(landing: Path) -> dict[str, list[tuple[date, date]]]:
    """Start and last day of each period, from all returns; a period that began before the first return is left out."""
    rows: dict[tuple[str, str], Row] = {}
    for year in (2023, 2024, 2025):
        for row in looked_after(landing, year):
            rows[row["CHILD"], row["DECOM"]] = row
    chains: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows.values(), key=lambda r: known(r["DECOM"])):
        chains[row["CHILD"]].append(row)
    found: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for child, chain in chains.items():
        begun: date | None = None
        for row in chain:
            if row["RNE"] == "S":
                begun = known(row["DECOM"])
            if begun and row["REC"] != "X1":
                found[child].append((begun, parse(row["DEC"]) or date(2025, 4, 1)))
                begun = None
    return found


@pytest.mark.parametrize(("year", "on_time"), [(2024, 95), (2025, 97)])
def test_reviews_on_time(landing: Path, year: int, on_time: int) -> None:
    held: dict[str, set[date]] = defaultdict(set)
    for one in (2023, 2024, 2025):
        for row in delivered(landing, FINAL[one], "Reviews"):
            held[row["CHILD"]].add(known(row["REVIEW"]))
    since, until = date(year - 1, 4, 1), date(year, 3, 31)
    verdicts = []
    periods = periods_of_care(landing)
    for child, dates in held.items():
        started = [begun for begun, _ in periods.get(child, []) if begun >= date(2022, 6, 1)]
        own = sorted(dates)
        ends = dict(periods.get(child, []))
        if started:
            for begun in started:
                due = working_days_later(begun, 20)
                inside = [day for day in own if begun <= day < ends[begun]]
                for nth, day in enumerate(inside):
                    if since <= min(due, day) <= until:
                        verdicts.append(day <= due)
                    due = months_later(day, 3 if nth == 0 else 6)
                if ends[begun] > until and since <= due <= until and not [d for d in inside if d >= due]:
                    verdicts.append(False)
        else:
            for before, day in pairwise(own):
                due = months_later(before, 6)
                if since <= min(due, day) <= until:
                    verdicts.append(day <= due)
    assert len(verdicts) > 950
    assert round(100 * sum(verdicts) / len(verdicts)) == on_time


def test_caseloads_stay_between_60_and_65(landing: Path) -> None:
    episodes = looked_after(landing, 2025)
    for month in range(12):
        end = months_later(date(2024, 4, 1), month + 1) - timedelta(days=1)
        live = {r["CHILD"] for r in episodes if known(r["DECOM"]) <= end and (not r["DEC"] or known(r["DEC"]) > end)}
        assert 60 <= len(live) / 7 <= 65, end


def test_episodes_chain_without_gaps(landing: Path) -> None:
    for year in (2023, 2024, 2025):
        before: Row | None = None
        for row in sorted(looked_after(landing, year), key=lambda r: (r["CHILD"], known(r["DECOM"]))):
            assert (row["DEC"] == "") == (row["REC"] == "")
            if row["DEC"]:
                assert known(row["DEC"]) > known(row["DECOM"])
            if before and before["CHILD"] == row["CHILD"]:
                assert (before["REC"] == "X1") == (row["RNE"] != "S")
                assert before["REC"] != "X1" or before["DEC"] == row["DECOM"]
                assert before["CIN"] == row["CIN"] or row["RNE"] == "S"
            before = row


def test_nobody_could_be_taken_for_a_real_child(landing: Path) -> None:
    for year in FINAL.values():
        note = (landing / "812" / "ssda903" / year / "delivery.yaml").read_text()
        assert "synthetic: true" in note
        assert "SYNTHETIC DATA - invented children" in note
        assert all(row["CHILD"].startswith("SYN") for row in delivered(landing, year, "Header"))
    assert all(row["SW_ID"].startswith("SWSYN") for row in delivered(landing, FINAL[2025], "SWEpisodes"))


def test_the_same_bytes_every_time_and_nothing_rewritten(landing: Path, tmp_path: Path) -> None:
    def digests(root: Path) -> dict[str, str]:
        files = sorted(path for path in root.rglob("*") if path.is_file())
        return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    demo_history.cache_clear()
    write_demo(tmp_path)
    first = digests(tmp_path)
    assert first == digests(landing)
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    demo_history.cache_clear()
    write_demo(tmp_path)
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}


def test_the_xml_holds_what_the_csv_files_hold(landing: Path) -> None:
    tree = ElementTree.parse(landing / "812/ssda903/2025/2025-04-15/SSDA903_2025.xml")

    def rows(path: str, titles: tuple[str, ...]) -> list[tuple[str, ...]]:
        found = []
        for child in tree.getroot():
            name = child.findtext("HEADER/CHILDID") or ""
            for element in child.iterfind(path):
                found.append((name, *(element.findtext(title) or "" for title in titles)))
        return sorted(found)

    expected = {
        ("Header", "HEADER"): ("SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
        ("Episodes", "EPISODE"): (
            "DECOM",
            "RNE",
            "LS",
            "CIN",
            "PLACE_PROVIDER",
            "DEC",
            "REC",
            "HOME_POST",
            "PL_POST",
            "URN",
        ),
        ("Reviews", "HEADER/AREVIEW"): ("REVIEW", "REVIEW_CODE"),
        ("Missing", "HEADER/AMISSING"): ("MISSING", "MIS_START", "MIS_END"),
        ("OC2", "HEADER/OC2"): ("SDQ_SCORE", "CONVICTED", "HEALTH_CHECK", "TEETH_CHECK"),
        ("PrevPerm", "HEADER/PERMANENCE"): ("PREV_PERM", "LA_PERM", "DATE_PERM"),
    }
    for (table, path), titles in expected.items():
        csv_rows = [(row["CHILD"], *(row[title] for title in titles)) for row in delivered(landing, FINAL[2025], table)]
        assert rows(path, titles) == sorted(csv_rows), table
    places = [(row["CHILD"], row["PLACE"]) for row in delivered(landing, FINAL[2025], "Episodes")]
    assert rows("EPISODE", ("PL",)) == sorted(places)
    unaccompanied = {row[0] for row in rows("HEADER", ("UASC",)) if row[1] == "1"}
    assert unaccompanied == {row["CHILD"] for row in delivered(landing, FINAL[2025], "UASC")}


def test_the_workbook_has_a_sheet_for_every_table_and_real_dates(landing: Path) -> None:
    book = openpyxl.load_workbook(next((landing / "812/ssda903/2022/2022-06-30").glob("*.xlsx")), read_only=True)
    assert set(book.sheetnames) == {
        "Header", "Episodes", "UASC", "Reviews", "OC2", "OC3", "AD1", "PlacedAdoption", "PrevPerm", "Missing",
    }  # fmt: skip
    header, first, *_ = book["Episodes"].iter_rows(values_only=True)
    assert header[:2] == ("CHILD", "DECOM")
    assert isinstance(first[1], datetime)


def test_the_in_year_extract_has_the_mistakes_it_should_have(landing: Path) -> None:
    folder = landing / "812/ssda903/2025/2024-10-31"
    text = next(folder.glob("SSDA903_Episodes_*")).read_text(encoding="utf-8")
    lines = text.splitlines()
    assert sum(line.count(",") != lines[0].count(",") for line in lines) == 1, "a line cut off"
    assert len(lines) - len(set(lines)) == 1, "a row twice"
    assert ",31/02/2024," in text
    assert ",Q9," in text
    assert ",Y7," in text
    episodes = {row["CHILD"] for row in csv.DictReader(io.StringIO(text))}
    assert len(episodes - {row["CHILD"] for row in delivered(landing, "2025/2024-10-31", "Header")}) == 1
    copies = [path.read_bytes() for path in folder.glob("*Reviews*")]
    assert len(copies) == 2
    assert copies[0] == copies[1]
