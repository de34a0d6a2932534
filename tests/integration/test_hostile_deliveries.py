"""Everything hostile at once beside two healthy authorities, through the whole pipeline: these have the very figures
that they have alone."""

import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from tests.hostile_files import FILES, NAMES, YAMLS, odd_things
from tests.integration.damaged import SPRING_2024, SPRING_2025, Council, deliver, written
from tests.integration.running import cla

pytestmark = [
    pytest.mark.slow,
    pytest.mark.ci,
    pytest.mark.skipif(os.name != "posix", reason="Windows has neither pipes nor such names in a folder"),
]

HEALTHY, BESIDE, HOSTILE = "812", "813", "815"
LARGEST = 20_000_000
"""Bytes of the files of this build; the larger ones have tests of their own."""


def healthy(landing: Path) -> None:
    for la_code in (HEALTHY, BESIDE):
        council = Council(la_code, 14)
        for year, extracted_on in ((2024, SPRING_2024), (2025, SPRING_2025)):
            deliver(landing, la_code, "ssda903", year, extracted_on, written(council.ssda903(year)))
            deliver(landing, la_code, "iro", year, extracted_on, written(council.iro(year)))


def hostile(landing: Path) -> set[str]:
    """Put everything hostile around and into what is healthy; return the files of `BESIDE` that are to be rejected."""
    beside = landing / BESIDE / "ssda903" / "2025" / SPRING_2025.isoformat()
    alone = landing / HOSTILE / "ssda903" / "2025" / "2025-04-30"
    alone.mkdir(parents=True)
    rejected = set()
    for what, (extension, content, rule_id) in FILES.items():
        data = content()
        if len(data) > LARGEST:
            continue
        name = f"{what}.{extension}"
        (alone / name).write_bytes(data)
        if rule_id is not None:
            (beside / name).write_bytes(data)
            rejected.add(name)
    for name in NAMES:
        (alone / os.fsdecode(name)).write_text("FISH,CHIPS\n1,2\n")
    for number, data in enumerate(YAMLS.values(), start=1):
        folder = landing / HOSTILE / "ssda903" / "2024" / f"2024-05-{number:02}"
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text("FISH,CHIPS\n1,2\n")
        (folder / "delivery.yaml").write_bytes(data)
    (landing / HOSTILE / "iro" / "2025" / "2025-04-30").mkdir(parents=True)
    (landing / HOSTILE / "iro" / "2025" / "2025-04-30" / "a.csv").write_text("FISH,CHIPS\n1,2\n")
    (landing / HOSTILE / "iro" / "mapping.yaml").write_bytes(YAMLS["a bomb of aliases"])
    for folder in ("999", "abc", "812 - Copy"):
        council = Council("999", 3)
        deliver(landing / folder, "", "ssda903", 2025, SPRING_2025, written(council.ssda903(2025)))
    release = landing / "published" / "release_2024"
    release.mkdir(parents=True)
    (release / "release.yaml").write_bytes(YAMLS["an anchor that holds itself"])
    (release / "bad.csv").write_bytes(b"\0" * 1000)
    for folder in (landing, landing / HEALTHY, landing / HEALTHY / "ssda903", beside, alone, release):
        odd_things(folder)
    return rejected


def figures(data_dir: Path, variant: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(data_dir / variant / DATABASE), read_only=True) as connection:
        return connection.execute(
            f"select * from marts.metric_values where la_code in ('{HEALTHY}', '{BESIDE}') order by all"
        ).fetchall()


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str, set[str]]:
    alone, together = tmp_path_factory.mktemp("alone"), tmp_path_factory.mktemp("together")
    for data_dir in (alone, together):
        healthy(data_dir / "landing")
    rejected = hostile(together / "landing")
    code, output = cla(alone, "build")
    assert code == 0, output
    # Officers are known by keyed hashes, which are the same under the same key alone.
    shutil.copytree(alone / "keys", together / "keys")
    code, output = cla(together, "build")
    assert code == 3, output  # the authority that is in no table is held
    return alone, together, output, rejected


@pytest.mark.parametrize("variant", ["published", "published_public"])
def test_the_healthy_have_the_very_figures_that_they_have_alone(
    builds: tuple[Path, Path, str, set[str]], variant: str
) -> None:
    alone, together, _, _ = builds
    expected = figures(alone, variant)
    assert len(expected) > 100
    assert figures(together, variant) == expected


def test_each_hostile_file_is_listed_and_every_row_accounted_for(builds: tuple[Path, Path, str, set[str]]) -> None:
    _, together, _, rejected = builds
    with duckdb.connect(str(together / "published" / DATABASE), read_only=True) as connection:
        listed = connection.execute("select delivery_id, file_name, message from marts.rejected_files").fetchall()
        unaccounted = connection.execute(
            "select * from marts.delivery_audit where rows_delivered <> rows_accepted + rows_rejected"
        ).fetchall()
        figures_of_hostile = connection.execute(
            f"select count(*) from marts.metric_values where la_code in ('{HOSTILE}', '999')"
        ).fetchone()
    assert rejected <= {name for delivery_id, name, _ in listed if str(delivery_id).startswith(BESIDE)}
    assert all(message and message.isprintable() for _, _, message in listed)
    assert unaccounted == []
    assert figures_of_hostile == (0,)


def test_the_output_is_sentences_that_print(builds: tuple[Path, Path, str, set[str]]) -> None:
    _, together, output, _ = builds
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", output)
    assert "Traceback" not in output
    assert not list((together / "faults").glob("*")), "every one of them was foreseen"


def test_status_tells_of_it_and_ends(builds: tuple[Path, Path, str, set[str]]) -> None:
    code, output = cla(builds[1], "status")
    assert code == 0
    assert "abc/" in output or "more that were not read" in output
