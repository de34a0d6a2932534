"""Invented authorities at scale: the shape of the deliveries and the grammar of their episodes."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from orchestration.errors import UserError
from orchestration.synthetic.days import OPEN, add_months, add_working_days, age_on, as_text, day
from orchestration.synthetic.files import csv_text
from orchestration.synthetic.history import LegalStatuses, Periods, Placements, cut_episodes
from orchestration.synthetic.scale import write_scale

Row = dict[str, str]


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("scale")
    write_scale(root, authorities=2, seed=3, workers=1)
    return root


def read(path: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def iso(text: str) -> str:
    return f"{text[6:]}-{text[3:5]}-{text[:2]}"


def test_one_delivery_per_authority_and_year_with_every_table(landing: Path) -> None:
    deliveries = sorted(path for path in landing.glob("*/ssda903/*/*") if path.is_dir())
    assert len(deliveries) == 10
    for delivery in deliveries:
        tables = {path.name.split("_")[0] for path in delivery.glob("*.csv")}
        assert {
            "Header",
            "Episodes",
            "UASC",
            "Reviews",
            "OC2",
            "OC3",
            "AD1",
            "PlacedAdoption",
            "PrevPerm",
            "Missing",
        } <= tables
        assert ("SWEpisodes" in tables) == (int(delivery.parent.name) >= 2024)
        assert "synthetic: true" in (delivery / "delivery.yaml").read_text()


def test_the_same_seed_gives_the_same_files(landing: Path, tmp_path: Path) -> None:
    write_scale(tmp_path, authorities=2, seed=3, workers=2)
    for path in tmp_path.rglob("*.csv"):
        assert path.read_bytes() == (landing / path.relative_to(tmp_path)).read_bytes()


def test_episodes_of_a_period_form_a_chain(landing: Path) -> None:
    for path in landing.glob("*/ssda903/2024/*/Episodes_2024.csv"):
        chains: dict[str, list[Row]] = defaultdict(list)
        for row in read(path):
            if row["LS"] not in ("V3", "V4"):
                chains[row["CHILD"]].append(row)
        for chain in chains.values():
            chain.sort(key=lambda row: iso(row["DECOM"]))
            for one, following in pairwise(chain):
                assert (one["REC"] == "X1") == (following["RNE"] != "S")
                if one["REC"] == "X1":
                    assert one["DEC"] == following["DECOM"]
            assert not chain[0]["PLACE"].startswith("T") or chain[0]["RNE"] != "S"


def test_every_child_of_every_table_is_in_header_with_one_date_of_birth(landing: Path) -> None:
    for delivery in landing.glob("*/ssda903/*/*"):
        births = {row["CHILD"]: row["DOB"] for row in read(next(delivery.glob("Header_*.csv")))}
        for path in delivery.glob("*.csv"):
            for row in read(path):
                assert row["CHILD"] in births
                assert row.get("DOB", births[row["CHILD"]]) == births[row["CHILD"]]


def test_more_authorities_than_england_has_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="153"):
        write_scale(tmp_path, authorities=154)


def test_episodes_are_cut_where_placement_or_legal_status_changes() -> None:
    def texts(*values: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.array(values, dtype=object)

    start = day(2024, 4, 1)
    periods = Periods(np.array([0]), np.array([start]), np.array([start + 300]), texts("E4A"), texts("N1"))
    placements = Placements(
        np.array([0, 0, 0]), np.array([start, start + 50, start + 200]), texts("U6", "K2", "U4"),
        texts("PR1", "PR4", "PR1"), texts("A", "B", "C"), texts("", "", ""), np.array([False, False, True]),
        texts("", "CARPL", "PLACE"),
    )  # fmt: skip
    statuses = LegalStatuses(np.array([0, 0, 0]), np.array([start, start + 50, start + 100]), texts("V2", "C1", "C2"))
    episodes = cut_episodes(periods, placements, statuses)
    assert episodes.rne.tolist() == ["S", "B", "L", "T"]
    assert episodes.ls.tolist() == ["V2", "C1", "C2", "C2"]
    assert episodes.rec.tolist() == ["X1", "X1", "X1", "E4A"]
    assert episodes.reason.tolist() == ["CARPL", "", "PLACE", ""]
    assert (episodes.end[:-1] == episodes.start[1:]).all()
    assert episodes.end[-1] == start + 300


def test_days_agree_with_the_law() -> None:
    def one(*value: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([day(*value)])

    assert add_months(one(2024, 11, 30), 3)[0] == day(2025, 2, 28)
    assert add_months(one(2024, 2, 29), 12)[0] == day(2025, 2, 28)
    assert add_working_days(one(2024, 3, 27), 2)[0] == day(2024, 4, 2), (
        "Good Friday and Easter Monday are no working days"
    )
    assert age_on(one(2008, 2, 29), day(2025, 2, 28))[0] == 16, "born on 29 February: a year older on 1 March"
    assert age_on(one(2008, 2, 29), day(2025, 3, 1))[0] == 17
    assert as_text(np.array([day(2025, 3, 31), OPEN])).tolist() == ["31/03/2025", ""]
    assert csv_text({"A": np.array(["1"], dtype=object), "B": np.array([""], dtype=object)}) == b"A,B\r\n1,\r\n"


def test_the_iro_service_s_extracts_come_when_asked_for_and_change_nothing_else(landing: Path, tmp_path: Path) -> None:
    written = write_scale(tmp_path, authorities=2, seed=3, workers=1, with_iro=True)
    assert not list(landing.glob("*/iro"))
    assert written.deliveries == 2 * (5 + 3)
    for path in landing.rglob("*.csv"):
        assert (tmp_path / path.relative_to(landing)).read_bytes() == path.read_bytes()
    for authority in (path.parent for path in tmp_path.glob("*/iro")):
        for year in (2023, 2024, 2025):
            folder = authority / "iro" / str(year) / f"{year}-04-30"
            reviews = {
                (row["CHILD"], row["REVIEW"])
                for row in read(authority / "ssda903" / str(year) / f"{year}-06-30" / f"Reviews_{year}.csv")
            }
            held = {
                (row["child_id"], row["completed_on"])
                for row in read(folder / "IRO_reviews.csv")
                if row["completed_on"]
            }
            assert held == reviews
            officers = {row["iro_id"] for row in read(folder / "IRO_iro_staff.csv")}
            assert {row["iro_id"] for row in read(folder / "IRO_iro_allocations.csv")} <= officers
            disputes = {row["dispute_id"] for row in read(folder / "IRO_disputes.csv")}
            assert {row["dispute_id"] for row in read(folder / "IRO_dispute_stages.csv")} == disputes
