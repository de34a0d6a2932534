"""The internal site: exact figures, and nothing in it that tells of one child or by which an officer is known."""

import re
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE, FORBIDDEN_COLUMNS, FORBIDDEN_TO_THE_PUBLIC
from orchestration.settings import REPOSITORY, Settings
from orchestration.site.builder import BANNER
from tests.integration.test_site_build import SOURCES, values

pytestmark = pytest.mark.ci

OWN_SOURCES = sorted(path.stem for path in (REPOSITORY / "site" / "internal" / "sources" / "care").glob("*.sql"))
WITHOUT_FIGURES = {"data-dictionary.html", "numbered-definitions.html"}
PERSON = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|SYN[0-9]{6}")
"""How the keys of people look, and the demo's numbers of children."""


@pytest.fixture(scope="module")
def tables(internal_site: Path) -> dict[str, Path]:
    return {path.stem: path for path in (internal_site / "data").rglob("*.parquet")}


def test_it_ships_the_tables_of_its_sources_alone(internal_site: Path, tables: dict[str, Path]) -> None:
    assert sorted(tables) == sorted({*SOURCES, *OWN_SOURCES})
    for suffix in (".duckdb", ".wal", ".map", ".log", ".sql"):
        assert list(internal_site.rglob(f"*{suffix}")) == []


def test_every_page_with_figures_says_what_it_is(internal_site: Path) -> None:
    pages = [page for page in internal_site.rglob("*.html") if page.name not in WITHOUT_FIGURES]
    assert len(pages) > 90
    assert [page for page in pages if BANNER not in page.read_text(encoding="utf-8")] == []


def test_no_column_tells_of_one_child_or_holds_a_key(tables: dict[str, Path]) -> None:
    with duckdb.connect() as db:
        for name, path in tables.items():
            columns = [column for column, *_ in db.execute("describe from read_parquet(?)", [str(path)]).fetchall()]
            told = [
                one for one in columns if FORBIDDEN_COLUMNS.fullmatch(one) or FORBIDDEN_TO_THE_PUBLIC.fullmatch(one)
            ]
            assert told == [] and not [one for one in columns if one.endswith("_key")], name


def test_nobodys_key_or_number_is_in_any_file(
    internal_site: Path, tables: dict[str, Path], demo: tuple[Settings, str]
) -> None:
    """Looked for in the tables within every value, and as bytes in everything else that a browser is given."""
    with duckdb.connect(str(demo[0].published / DATABASE), read_only=True) as db:
        query = "select child_key from marts.dim_child union select iro_key from marts.dim_iro"
        people = {key.encode() for (key,) in db.execute(query).fetchall()}
        numbers = str(demo[0].restricted / "restricted_data_quality_issues.parquet")
        children = db.execute(
            "select distinct child from read_parquet(?) where child is not null", [numbers]
        ).fetchall()
        people |= {child.encode() for (child,) in children}
        assert len(people) > 1000 and {one for one in people if not PERSON.fullmatch(one)} == set()
        written = {
            name: "\n".join(values(db, f"from read_parquet('{path.as_posix()}')")).encode()
            for name, path in tables.items()
        }
    written |= {
        path.relative_to(internal_site).as_posix(): path.read_bytes()
        for path in internal_site.rglob("*")
        if path.is_file() and path.suffix not in (".wasm", ".parquet")
    }
    assert len(written) > 900
    assert [name for name, content in written.items() if people & set(PERSON.findall(content))] == []


def test_every_value_is_one_of_the_internal_publication(tables: dict[str, Path], demo: tuple[Settings, str]) -> None:
    """Small numbers are there, as they are; nothing was added up on the way."""
    known: set[str] = set()
    with duckdb.connect(str(demo[0].published / DATABASE), read_only=True) as db:
        names = [name for (name,) in db.execute("select table_name from duckdb_tables()").fetchall()]
        for name in names:
            if not name.startswith("fct_"):
                known |= values(db, f"from marts.{name}")
        small = db.execute(
            "select count(*) from marts.metric_values "
            "where period_type = 'financial_year' and numerator between 1 and 5"
        ).fetchall()
    with duckdb.connect() as db:
        for name in ("data_quality_counts", "delivery_totals", "iro_caseload_months", "work_list_counts"):
            found = values(db, f"from read_parquet('{tables[name].as_posix()}')")
            assert found and not {one for one in found - known if not one.isdecimal()}, name
        figures = tables["metric_values"].as_posix()
        assert (
            small
            == db.execute(f"select count(*) from read_parquet('{figures}') where numerator between 1 and 5").fetchall()
        )
        assert small != [(0,)]
        assert values(db, f"from (select category from read_parquet('{figures}') where breakdown = 'iro')") >= {"IRO 1"}
