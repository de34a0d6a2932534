"""The site that Evidence builds: what it ships is public, and empty tables break no page."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publish.publication import DATABASE, FORBIDDEN_COLUMNS, FORBIDDEN_TO_THE_PUBLIC
from orchestration.settings import REPOSITORY, Settings
from orchestration.site.builder import BANNER, build_site, policy
from orchestration.site.source import TABLES, write_source

INTERNAL = REPOSITORY / "site" / "internal"
SOURCES = sorted(path.stem for path in (REPOSITORY / "site" / "sources" / "care").glob("*.sql"))

MAY_BE_EMPTY = sorted(set(TABLES) - {"dim_period", "metric_catalogue", "metric_categories"})
"""Everything but what names years and metrics; `metric_values` keeps one row, by which the authority is known."""


def of_the_page(path: Path) -> tuple[str, str]:
    """Return the policy of a page and its content without it."""
    text = path.read_text(encoding="utf-8")
    found = re.search(r'\n\t\t<meta http-equiv="content-security-policy" content="([^"]*)">', text)
    assert found, path
    return found[1], text.replace(found[0], "")


@pytest.mark.slow
def test_every_page_has_a_policy_of_its_own(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 80
    for page in pages:
        allowed, content = of_the_page(page)
        assert allowed == policy(content), page
        assert "unsafe-inline" not in allowed.partition("script-src")[2].partition(";")[0]


@pytest.mark.slow
def test_the_site_ships_the_tables_of_its_sources_alone(site: Path) -> None:
    assert sorted(path.stem for path in (site / "data").rglob("*.parquet")) == SOURCES
    for suffix in (".duckdb", ".wal", ".map", ".log", ".sql"):
        assert list(site.rglob(f"*{suffix}")) == []
    internal = re.compile("|".join([BANNER, *(path.stem for path in (INTERNAL / "sources" / "care").glob("*.sql"))]))
    written = [path for path in site.rglob("*") if path.suffix in (".html", ".js", ".json") and path.is_file()]
    # The data dictionary describes every table there is, and has no data.
    assert [path for path in written if path.name != "data-dictionary.html" and internal.search(path.read_text())] == []


@pytest.mark.slow
def test_every_value_that_the_site_ships_is_published_to_all(
    site: Path, tmp_path: Path, demo: tuple[Settings, str]
) -> None:
    """Traps a source that reads more than the public publication, or another authority's rows."""
    known = set()
    with duckdb.connect(str(demo[0].published_public / DATABASE), read_only=True) as db:
        tables = [name for (name,) in db.execute("select table_name from duckdb_tables()").fetchall()]
        for table in tables:
            known |= values(db, f"from marts.{table}")
    # What figures, categories and metrics are called, and which publication it is.
    manifest = json.loads((demo[0].published_public / "manifest.json").read_text(encoding="utf-8"))
    write_source(demo[0].published_public / DATABASE, tmp_path / "names.duckdb", "812", manifest)
    with duckdb.connect(str(tmp_path / "names.duckdb"), read_only=True) as db:
        for table in ("categories", "displays", "metrics", "publication"):
            known |= values(db, f"from site.{table}")
    for path in (site / "data").rglob("*.parquet"):
        with duckdb.connect() as db:
            columns = [name for name, *_ in db.execute("describe from read_parquet(?)", [str(path)]).fetchall()]
            assert not [name for name in columns if FORBIDDEN_COLUMNS.fullmatch(name)]
            assert not [name for name in columns if FORBIDDEN_TO_THE_PUBLIC.fullmatch(name)]
            unknown = values(db, f"from read_parquet('{path.as_posix()}')") - known
            assert {value for value in unknown if not value.isdecimal() or len(value) > 4} == set(), path.stem


def values(db: duckdb.DuckDBPyConnection, relation: str) -> set[str]:
    """Return every value of a relation as text; a whole number reads the same whatever its type."""
    return {
        f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)
        for row in db.execute(f"select * {relation}").fetchall()
        for value in row
        if value is not None
    }


@pytest.mark.thorough
def test_tables_without_a_row_break_no_page(site: Path, site_settings: Settings, tmp_path: Path) -> None:
    """As of an authority that has delivered nothing but one count: Evidence itself cannot read a table of no rows."""
    emptied = tmp_path / "emptied"
    shutil.copytree(site_settings.published_public.resolve(), emptied)
    with duckdb.connect(str(emptied / DATABASE)) as db:
        for table in MAY_BE_EMPTY:
            db.execute(f"delete from marts.{table} where {_not_kept(table)}")
    site_settings.published_public.unlink()
    site_settings.published_public.symlink_to(emptied, target_is_directory=True)
    finished = build_site(site_settings)
    assert finished.pages == len(list(site.rglob("index.html")))
    assert site.exists(), "the site before it was taken away from those who read it"
    about: dict[str, Any] = json.loads((finished.folder / "manifest.json").read_text())
    assert about["la_code"] == "812"


def _not_kept(table: str) -> str:
    one = "metric_id = 'children_looked_after' and breakdown = 'all' and period_end = date '2025-03-31'"
    return f"not ({one})" if table == "metric_values" else "true"
