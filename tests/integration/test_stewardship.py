"""A child erased from the demo, and the demo backed up and restored: what is left, and what the figures are then."""

import csv
import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.ingest.person_keys import CHILDREN, KINDS, key_of
from orchestration.ingest.raw import read_commits
from orchestration.ingest.run import ingest_all
from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from tests.integration.running import cla
from tests.respelling.build import build, prepare

pytestmark = [pytest.mark.slow, pytest.mark.ci]

METRIC_VALUES = "select * from marts.metric_values order by all"


def rows(database: Path, query: str) -> list[Any]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def sheets(landing: Path) -> dict[Path, list[list[str]]]:
    return {
        path: list(csv.reader(io.StringIO(path.read_text("utf-8-sig")))) for path in landing.glob("812/*/*/*/*.csv")
    }


def chosen(landing: Path) -> tuple[str, set[str]]:
    """A child whose rows are in CSV files alone, with a dispute among them; and the numbers of its disputes."""
    disputes: dict[str, set[str]] = {}
    tables: dict[str, set[Path]] = {}
    for path, (heading, *lines) in sheets(landing).items():
        for line in lines:
            if heading[0] == "dispute_id" and "child_id" in heading:
                disputes.setdefault(line[1], set()).add(line[0])
            tables.setdefault(line[0], set()).add(path)
    elsewhere = b"".join(path.read_bytes() for path in landing.glob("812/*/*/*/*.xml"))
    for path in landing.glob("812/*/*/*/*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            elsewhere += b"".join(archive.read(name) for name in archive.namelist())
    candidates = [child for child in disputes if child.encode() not in elsewhere]
    child = max(candidates, key=lambda one: (len(tables.get(one, ())), one))
    return child, disputes[child]


def never_delivered(landing: Path, child: str, disputes: set[str]) -> int:
    """Take the rows of a child out of the delivered files, as if nobody had written them; return how many."""
    taken = 0
    for path, (heading, *lines) in sheets(landing).items():
        of_disputes = heading[0] == "dispute_id" and "stage" in heading
        kept = [line for line in lines if child not in line and not (of_disputes and line[0] in disputes)]
        if len(kept) < len(lines):
            taken += len(lines) - len(kept)
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([heading, *kept])
    return taken


def spelling(content: bytes, ids: list[str]) -> bool:
    return any(one.lower().encode(code) in content.lower() for one in ids for code in ("utf-8", "utf-16-le"))


def files_with(data_dir: Path, ids: list[str]) -> set[str]:
    """The files outside the landing zone that have one of the ids in their bytes, unpacked where they are packed."""
    found = set()
    for path in (path for top in data_dir.iterdir() if top.name != "landing" for path in [top, *top.rglob("*")]):
        if path.is_symlink() or not path.is_file() or path.name == "postcodes.parquet":
            continue
        parts = [path.read_bytes()]
        if path.suffix == ".parquet":
            parts.append(str(pq.ParquetFile(path).read().to_pydict()).encode())
        elif path.suffix == ".duckdb":
            is_one = " or ".join(f"contains(lower(cast(looked_at as varchar)), '{one.lower()}')" for one in ids)
            for schema, table in tables_of(path):
                parts += [
                    str(row).encode()
                    for row in rows(path, f'from "{schema}"."{table}" as looked_at where {is_one} limit 1')
                ]
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts += [archive.read(name) for name in archive.namelist()]
        if any(spelling(part, ids) for part in parts):
            found.add(path.relative_to(data_dir).as_posix())
    return found


def tables_of(database: Path) -> list[Any]:
    """The tables with text that may be of a child; the largest of the others are of DfE's and of places."""
    return rows(
        database,
        "select distinct schema_name, table_name from duckdb_columns() where not internal "
        "and column_name in ('child', 'child_key', 'child_id', 'raw_content', 'extra_columns', 'upn') "
        "and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())",
    )


def copied(demo: Settings, folder: Path) -> Settings:
    shutil.copytree(demo.data_dir, folder, symlinks=True)
    return Settings(folder)


def test_after_an_erasure_nothing_is_left_and_every_figure_is_as_if_the_child_had_never_been_delivered(
    demo: tuple[Settings, str], tmp_path: Path
) -> None:
    settings = copied(demo[0], tmp_path / "erased")
    child, disputes = chosen(settings.landing)
    key = bytes.fromhex((settings.keys / "child_key.key").read_text())
    header = [
        line for lines in sheets(settings.landing).values() if "UPN" in lines[0] for line in lines if child in line
    ]
    ids = [child, key_of(CHILDREN, key, "812", child), *{line[4] for line in header if len(line[4]) > 5}]
    assert len(ids) >= 2
    before = files_with(settings.data_dir, ids)
    assert {"raw", "warehouse", "publications"} <= {name.split("/")[0] for name in before}, (
        "the search finds what is there"
    )
    delivered = {path: path.read_bytes() for path in settings.landing.rglob("*") if path.is_file()}
    figures_before = rows(settings.published / DATABASE, METRIC_VALUES)

    code, said = cla(settings.data_dir, "erase", "812", child, "--yes")

    assert code == 0, said
    assert "finds nothing of the child" in said and child not in said
    assert files_with(settings.data_dir, ids) == set()
    assert {path: path.read_bytes() for path in settings.landing.rglob("*") if path.is_file()} == delivered
    assert len(list(settings.publications.iterdir())) == 1 and not settings.unfinished.exists()

    twin = Settings(tmp_path / "twin")
    shutil.copytree(settings.landing, twin.landing)
    taken = never_delivered(twin.landing, child, disputes)
    prepare(twin, demo[0])
    build(twin, with_tests=False, select=["+metric_values"])
    figures = rows(settings.published / DATABASE, METRIC_VALUES)
    assert figures == rows(twin.warehouse, METRIC_VALUES)
    assert figures != figures_before, "the child counted before"

    audit = rows(
        settings.published / DATABASE,
        "select sum(rows_delivered - rows_accepted - rows_rejected), "
        "(select count(*) from marts.rejected_records where rule_id = 'erased') from marts.delivery_audit",
    )
    assert audit == [(0, taken)], "every delivered row is accounted for, and the erased ones are listed"
    assert rows(
        settings.published_public / DATABASE, "select count(*) from marts.data_quality_counts where rule_id = 'erased'"
    ) == [(0,)], "nobody else learns that somebody was erased"
    assert ingest_all(settings, settle_seconds=0).reread == [], "no later build brings the child back"
    assert files_with(settings.raw, ids) == set()


@pytest.mark.parametrize("with_landing", [pytest.param(True, marks=pytest.mark.thorough), False])
def test_a_restored_backup_gives_every_figure_and_every_key_again(
    demo: tuple[Settings, str], tmp_path: Path, with_landing: bool
) -> None:
    original = copied(demo[0], tmp_path / "original")
    file = tmp_path / "backups" / "demo.zip"
    code, said = cla(original.data_dir, "backup", str(file), *([] if with_landing else ["--without-landing"]))
    assert code == 0, said
    restored = Settings(tmp_path / "restored")
    code, said = cla(restored.data_dir, "restore", str(file))
    assert code == 0, said
    assert restored.landing.exists() == with_landing
    assert rows(restored.published / DATABASE, METRIC_VALUES) == rows(original.published / DATABASE, METRIC_VALUES)
    for kind in KINDS:
        maps = [pq.read_table(one.raw / kind.folder).sort_by("la_code").to_pylist() for one in (original, restored)]
        assert sorted(map(str, maps[0])) == sorted(map(str, maps[1])) != []

    restored.warehouse.parent.mkdir(parents=True)
    build(restored, with_tests=False, select=["+metric_values", "+dim_child"])

    assert rows(restored.warehouse, METRIC_VALUES) == rows(original.published / DATABASE, METRIC_VALUES)
    children = "select child_key from marts.dim_child order by all"
    assert rows(restored.warehouse, children) == rows(original.published / DATABASE, children)
    assert read_commits(restored.raw) == read_commits(original.raw), "no delivery had to be read again"
