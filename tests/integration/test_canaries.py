"""What identifies a child stands nowhere but in the records themselves, wherever in a delivery it was written.

A build over deliveries with a canary in every place that can carry text, one that fails, and commands that print; then
each file of the data folder is searched, unpacked, but for the folders that hold the records (`KEPT_APART`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from tests.canaries import Aviary, outputs, unpacked
from tests.integration.canary_landing import CSV_AUTHORITY, OWN_WORDS, plant_everything
from tests.integration.running import cla
from tests.notice_servers import webhook

pytestmark = [pytest.mark.slow, pytest.mark.ci]

SCREEN = "the screen"
PUBLISHED = "publications/"


@dataclass
class Built:
    data_dir: Path
    aviary: Aviary
    said: str
    found: dict[str, set[str]]
    """The places of the canaries that were found outside the records, and what they were found in."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    data_dir, aviary = tmp_path_factory.mktemp("canaries"), Aviary()
    plant_everything(data_dir / "landing", aviary)
    with pytest.MonkeyPatch.context() as environment, webhook() as hook:
        environment.setenv("NO_PROXY", "127.0.0.1")
        environment.setenv("CLA_NOTICE_WEBHOOK_URL", hook.address)
        code, said = cla(data_dir, "build")
        assert code in (0, 3), said
        # Deliveries of years ago are stale at least; what was sent is searched like the screen.
        assert hook.posts
        said += json.dumps(hook.posts)
    code, output = cla(data_dir, "status", "--json")
    assert code == 1, output
    said += output
    for command in ("status", "log", "docs"):
        code, output = cla(data_dir, command)
        assert code == 0, output
        said += output
    return Built(data_dir, aviary, said, aviary.found_in([*outputs(data_dir), (SCREEN, said.encode())]))


def test_no_identifier_is_found_outside_the_records(built: Built) -> None:
    """Names of files, and words that are categories of figures, have tests of their own."""
    leaks = {
        place: sorted(where)
        for place, where in built.found.items()
        if not place.startswith(("file name", "folder name")) and place not in OWN_WORDS
    }
    assert leaks == {}


def test_names_of_files_and_folders_are_for_staff_and_the_screen_alone(built: Built) -> None:
    """Staff need them to find the file (the contract has them in delivery_audit); nothing logged or public has them."""
    found = {place: where for place, where in built.found.items() if place.startswith(("file name", "folder name"))}
    elsewhere = {
        place: sorted(one for one in where if one != SCREEN and not one.startswith(PUBLISHED))
        for place, where in found.items()
    }
    assert {place: where for place, where in elsewhere.items() if where} == {}
    assert len(found) == sum(place.startswith(("file name", "folder name")) for place in built.aviary.planted.values())


def test_own_words_that_are_categories_are_for_staff_alone(built: Built) -> None:
    found = {place: where for place, where in built.found.items() if place in OWN_WORDS}
    assert {"grade of an audit", "audience of a workshop", "name of an event"} <= found.keys()
    assert [one for where in found.values() for one in where if not one.startswith(PUBLISHED)] == []


def test_the_search_finds_what_is_packed_in_every_kind_of_file(built: Built) -> None:
    """Traps a search that finds nothing because it cannot look inside."""
    for pattern in ("restricted_rejected_records.parquet", "restricted_rejected_records.xlsx"):
        (path,) = (built.data_dir / "restricted").glob(pattern)
        found = built.aviary.found_in(unpacked(pattern, path.read_bytes(), path))
        assert "line with too few values" in found, pattern
    warehouse = built.data_dir / "warehouse" / "warehouse.duckdb"
    found = built.aviary.found_in(unpacked("warehouse.duckdb", b"", warehouse))
    assert f"number of an accepted child of {CSV_AUTHORITY}" in found
    assert any("date of birth" in place for place in found)
    assert any(place.startswith("postcode") for place in found)


def test_rows_were_accepted_and_rejected_for_many_reasons(built: Built) -> None:
    """Traps canaries that never got as far as the tables, because their delivery was held."""
    with duckdb.connect(str(built.data_dir / "published" / DATABASE), read_only=True) as connection:
        (in_force,) = connection.execute(
            "select count(*) from marts.dim_delivery where delivery_status = 'in force'"
        ).fetchone()
        rules = {rule for (rule,) in connection.execute("select rule_id from marts.rejected_records").fetchall()}
        files = {rule for (rule,) in connection.execute("select rule_id from marts.rejected_files").fetchall()}
        (repairs,) = connection.execute("select count(*) from marts.repaired_records").fetchone()
    assert in_force >= 6 and repairs > 20
    assert rules >= {
        "unknown_code", "unreadable_date", "duplicate_row", "conflicting_duplicate", "wrong_column_count",
        "line_too_long", "unreadable_line", "line_below_table", "mapped_row_left_out",
    }  # fmt: skip
    assert files >= {
        "unreadable_file", "unrecognised_columns", "missing_columns", "wrong_delimiter", "mapping_faulty",
        "path_outside_pattern",
    }  # fmt: skip


def test_a_build_that_fails_says_why_on_the_screen_and_names_no_file_in_its_records(tmp_path: Path) -> None:
    aviary = Aviary()
    folder = tmp_path / "landing" / CSV_AUTHORITY / "ssda903" / "2025" / "2025-04-30"
    folder.mkdir(parents=True)
    name = f"{aviary.plant('name of an unusable file')}.csv"
    (folder / name).write_text(aviary.fill("CHILD,«heading of an unusable file»\n«child in an unusable file»,1\n"))
    code, said = cla(tmp_path, "build")
    assert code == 1
    assert name in said and "has the column names of no table" in said
    found = aviary.found_in([*outputs(tmp_path), (SCREEN, said.encode())])
    assert found == {"name of an unusable file": {SCREEN}}
