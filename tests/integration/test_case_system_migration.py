"""A change of case system, twice: whoever had other numbers before is one child, and no figure tells of the change."""

import csv
import hashlib
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from tests.integration.running import cla

pytestmark = pytest.mark.ci

FIRST_CHANGE, SECOND_CHANGE = date(2024, 10, 1), date(2025, 4, 20)
"""Between the deliveries of the demo: some are of each of the three systems."""
IN_XML = re.compile("(?<=<CHILDID>)[^<]+(?=</CHILDID>)")
FOR_ITSELF = {
    "dim_delivery": ("loaded_at", "replaced_at"),
    "delivery_audit": (),
    "delivery_totals": (),
}
"""Tables with rows of the crosswalks themselves, and columns that tell when a build was."""


def renumbered(child: str, change: int) -> str:
    """The number of a child after a change: in another order than before, with zeros in front."""
    return "00" + hashlib.sha256(f"{change} {child}".encode()).hexdigest()[:8].upper()


def number_on(child: str, day: date, since: date) -> str:
    """The number on a day of a child who was first delivered on another: a new system numbers only who is there."""
    number = child.strip()
    for change, changed_on in enumerate((FIRST_CHANGE, SECOND_CHANGE)):
        if since < changed_on <= day:
            number = renumbered(number, change)
    return number


def children_in(file: Path) -> set[str]:
    """The numbers of the children in a delivered file."""
    if file.suffix == ".xml":
        return set(IN_XML.findall(file.read_text(encoding="utf-8")))
    tables = [table_in(file)] if file.suffix == ".csv" else []
    if file.suffix == ".xlsx":
        for sheet in openpyxl.load_workbook(file).worksheets:
            tables.append([["" if value is None else str(value) for value in row] for row in sheet.values])
    return {row[column].strip() for rows in tables for row in rows[1:] for column in columns_of(rows)} - {""}


def table_in(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


def columns_of(rows: list[list[str]]) -> list[int]:
    return [index for index, name in enumerate(rows[0]) if name.strip().lower() in ("child", "child_id")]


def change_numbers(landing: Path) -> dict[str, date]:
    """Put the numbers of the system of their day into all deliveries; return when each child was first delivered."""
    since: dict[str, date] = {}
    folders = sorted(landing.glob("812/*/*/*"), key=lambda path: path.name)
    for folder in folders:
        for child in {child for file in folder.iterdir() for child in children_in(file)}:
            since.setdefault(child, date.fromisoformat(folder.name))
    for folder in folders:
        day = date.fromisoformat(folder.name)
        for file in folder.iterdir() if day >= FIRST_CHANGE else ():
            if file.suffix == ".xml":
                text = file.read_text(encoding="utf-8")
                file.write_text(IN_XML.sub(lambda found: number_on(found[0], day, since[found[0]]), text))  # noqa: B023
            elif file.suffix == ".csv":
                rows = table_in(file)
                for row in rows[1:]:
                    for column in columns_of(rows):
                        if child := row[column].strip():
                            row[column] = number_on(child, day, since[child])
                with file.open("w", encoding="utf-8", newline="") as opened:
                    csv.writer(opened).writerows(rows)
    return since


def write_crosswalks(landing: Path, since: dict[str, date]) -> None:
    """Write both crosswalks as people do, with more lines than needed: with semicolons and a BOM, and as a workbook."""

    def lines(changed_on: date) -> list[tuple[str, str]]:
        return [
            (number_on(child, changed_on - timedelta(1), first), number_on(child, changed_on, first))
            for child, first in sorted(since.items())
            if first < changed_on
        ]

    first = landing / "812/crosswalk/2025/2024-10-31"
    first.mkdir(parents=True)
    said = [f" {old.lower()};{new}" for old, new in lines(FIRST_CHANGE)]
    (first / "from old to new.csv").write_text(
        "\ufeffOld Person ID;New Person ID\n" + "\n".join(said) + "\nNOBODY1;NOBODY2\n", encoding="utf-8"
    )
    second = landing / "812/crosswalk/2026/2025-04-30"
    second.mkdir(parents=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Previous ref.", "Current ref."])
    for old, new in lines(SECOND_CHANGE):
        sheet.append([old, new])
    book.save(second / "ids.xlsx")


@pytest.fixture(scope="module")
def changed(demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo as an authority would have delivered it that changed its case system twice in the meantime."""
    data_dir = tmp_path_factory.mktemp("crosswalk") / "data"
    for name in ("landing", "keys"):
        shutil.copytree(demo[0].data_dir / name, data_dir / name)
    write_crosswalks(data_dir / "landing", change_numbers(data_dir / "landing"))
    code, output = cla(data_dir, "build")
    assert code == 0, output
    return Settings(data_dir)


def test_every_published_table_is_what_it_would_be_without_the_change(demo: tuple[Settings, str], changed: Settings):
    different = []
    with duckdb.connect() as db:
        db.execute(f"attach '{demo[0].published / DATABASE}' as before (read_only)")
        db.execute(f"attach '{changed.published / DATABASE}' as after (read_only)")
        names = db.execute(
            "select table_name from duckdb_tables() where database_name = 'before' order by 1"
        ).fetchall()
        assert len(names) > 60
        for (name,) in names:
            columns = ", ".join(compared(db, name))
            kept = "delivery_id not like '%-crosswalk-%'" if "delivery_id" in columns else "true"
            rows = [f"select {columns} from {database}.marts.{name} where {kept}" for database in ("before", "after")]
            for one, other in (rows, rows[::-1]):
                ((count,),) = db.execute(f"select count(*) from ({one} except all {other})").fetchall()
                if count:
                    different.append((name, count))
    assert different == []


def compared(db: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a table, fractions to the digits to which any order of a sum is equal."""
    query = "select column_name, data_type from duckdb_columns() where database_name = 'before' and table_name = ?"
    return [
        f"round({name}, 9)" if kind == "DOUBLE" else f'"{name}"'
        for name, kind in db.execute(query, [table]).fetchall()
        if name not in FOR_ITSELF.get(table, ())
    ]


def test_lines_of_the_crosswalks_are_all_accounted_for(changed: Settings):
    with duckdb.connect(str(changed.published / DATABASE), read_only=True) as db:
        audit = db.execute(
            """select delivery_id, delivery_status, rows_delivered = rows_accepted + rows_rejected, rows_accepted > 500
            from marts.delivery_audit where dataset = 'crosswalk' order by all"""
        ).fetchall()
        rejected = db.execute(
            "select distinct rule_id, column_name from marts.rejected_records where delivery_id like '%-crosswalk-%'"
        ).fetchall()
    assert audit == [
        ("812-crosswalk-2025-2024-10-31", "in force", True, True),
        ("812-crosswalk-2026-2025-04-30", "in force", True, True),
    ]
    # Who left before a change has no number after it, and of NOBODY1 only the crosswalk has heard.
    assert sorted(rejected) == [
        ("number_never_delivered", "NEW_CHILD_ID"),
        ("number_never_delivered", "OLD_CHILD_ID"),
    ]


def test_the_lists_for_staff_have_the_present_numbers_and_the_former_ones(changed: Settings):
    with duckdb.connect() as db:
        united = db.execute(
            "select old_child_id, new_child_id from read_parquet(?)",
            [str(changed.restricted / "restricted_child_numbers.parquet")],
        ).fetchall()
        former = {old for old, _ in united}
        assert not former & {new for _, new in united}, "chains are followed to their ends"
        listed = db.execute(
            "select distinct child from read_parquet(?)",
            [str(changed.restricted / "restricted_work_list_permanence_tracker.parquet")],
        ).fetchall()
    assert listed and not former & {child for (child,) in listed}
