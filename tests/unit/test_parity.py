"""What compares two engines finds every difference: a value, a row, a column, a type, a table."""

from pathlib import Path

import duckdb
import pytest

from tests.parity import differences

ONE = "create table marts.t as select 1 as a, 'x' as b, 0.1 as c, cast(0.3 as double) as d"


def warehouse(folder: Path, statement: str) -> Path:
    folder.mkdir()
    with duckdb.connect(folder / "warehouse.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute(statement)
    return folder / "warehouse.duckdb"


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (ONE, []),
        (ONE.replace("0.3 as double)", "0.3 as double) + 1e-12"), []),
        (ONE.replace("0.3 as double)", "0.3 as double) + 1e-6"), ["marts.t: d in 1 rows"]),
        (ONE.replace("'x'", "'y'"), ["marts.t: b in 1 rows"]),
        (ONE.replace("'x'", "cast(null as varchar)"), ["marts.t: b in 1 rows"]),
        (ONE.replace("0.1", "0.2"), ["marts.t: c in 1 rows"]),
        (f"{ONE} union all {ONE.partition(' as ')[2]}", ["marts.t: 1 rows and 2"]),
        (ONE.replace("1 as a", "'1' as a"), ["marts.t: other columns or types: a"]),
        (ONE.replace("marts.t", "marts.u"), ["marts.t is only in the first", "marts.u is only in the second"]),
    ],
)
def test_a_difference_is_found(tmp_path: Path, other: str, found: list[str]) -> None:
    assert differences(warehouse(tmp_path / "one", ONE), warehouse(tmp_path / "other", other)) == found


def test_of_one_authority_its_rows_alone_count_and_not_when_they_were_read(tmp_path: Path) -> None:
    of_two = "create table marts.t as select '812' as la_code, 1 as a, timestamp '2025-01-01 12:00:00' as loaded_at"
    one = warehouse(tmp_path / "one", f"{of_two} union all select '813', 2, timestamp '2025-01-01 12:00:00'")
    same = warehouse(tmp_path / "same", of_two.replace("2025", "2026"))
    other = warehouse(tmp_path / "other", of_two.replace("1 as a", "2 as a"))
    assert differences(one, same, la_code="812") == []
    assert differences(one, other, la_code="812") == ["marts.t: a in 1 rows"]
    assert differences(one, same, la_code="813") == ["marts.t: 1 rows and 0"]
