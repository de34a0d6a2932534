"""Publications: whole or not there, without anything that tells who a child is."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import UserError
from orchestration.publish import publication
from orchestration.publish.publication import DATABASE, PUBLIC, Expected, forbidden, read_manifest
from orchestration.publish.whole import prune
from orchestration.settings import Settings
from tests.small_runs import EXPECTED, PUBLIC_TABLES, publish, write_public_tables, write_warehouse

FORMERLY = Expected(
    tables={**EXPECTED.tables, "figures": "One row per metric, as before."},
    columns={**EXPECTED.columns, "figures": EXPECTED.columns["metric_values"]},
    former_names={"figures": "metric_values"},
)


def add_former_name(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create view marts.figures as from marts.metric_values")


def published_values(settings: Settings) -> list[int]:
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        rows = connection.execute("select distinct value from marts.metric_values").fetchall()
    return [value for (value,) in rows]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path, keep_publications=3)
    write_warehouse(settings)
    return settings


def test_a_publication_holds_every_table_twice_and_says_what_it_rests_on(settings: Settings) -> None:
    finished = publish(settings, EXPECTED)
    assert published_values(settings) == [1]
    assert duckdb.sql(f"select count(*) from '{settings.published}/parquet/metric_values.parquet'").fetchall() == [
        (50,)
    ]
    manifest = read_manifest(settings)
    assert manifest is not None
    assert manifest["run_id"] == finished.run_id == settings.published.resolve().name
    assert settings.published.resolve().parent == settings.publications
    assert manifest["tables"]["metric_values"]["rows"] == 50
    assert manifest["is_synthetic"] is True
    assert manifest["deliveries"][0]["extracted_on"] == date(2025, 4, 30).isoformat()
    assert manifest["code_version"]
    assert list(manifest["tables"]) == ["dim_delivery", "metric_values"]
    assert not (settings.published / "spill").exists()


def test_descriptions_travel_with_the_tables(settings: Settings) -> None:
    publish(settings, EXPECTED)
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        query = "select comment from duckdb_columns() where table_name = 'metric_values' and column_name = 'value'"
        assert connection.execute(query).fetchall() == [("The child's figure.",)]


def test_a_former_name_is_another_entry_to_the_same_rows(settings: Settings) -> None:
    """The file may be opened under any name, also attached to another database."""
    add_former_name(settings)
    finished = publish(settings, FORMERLY)
    parquet = settings.published / "parquet"
    assert (parquet / "figures.parquet").samefile(parquet / "metric_values.parquet")
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        assert connection.execute("select view_name, comment from duckdb_views() where not internal").fetchall() == [
            ("figures", "One row per metric, as before.")
        ]
        query = "select table_name from duckdb_columns() where column_name = 'value' and comment like '%figure.'"
        assert set(connection.execute(query).fetchall()) == {("figures",), ("metric_values",)}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.published / DATABASE}' as another (read_only)")
        assert connection.execute("select count(*) from another.marts.figures").fetchall() == [(50,)]
    manifest = read_manifest(settings)
    assert manifest is not None
    assert list(manifest["tables"]) == ["dim_delivery", "figures", "metric_values"]
    assert manifest["tables"]["figures"]["rows"] == 50
    assert finished.run_id == manifest["run_id"]


def test_what_dbt_calls_deprecated_is_a_former_name() -> None:
    def model(name: str, **more: object) -> dict[str, object]:
        return {
            "name": name,
            "resource_type": "model",
            "schema": "marts",
            "description": f"One row per {name}.",
            "config": {"materialized": "view"},
            "columns": {},
            **more,
        }

    old = model("old", deprecation_date="2027-11-30T00:00:00+00:00", depends_on={"nodes": ["model.p.new"]})
    manifest = {"nodes": {"model.p.new": model("new", deprecation_date=None), "model.p.old": old}}
    assert Expected.from_manifest(manifest).former_names == {"old": "new"}


def test_only_the_owner_may_read_it(settings: Settings) -> None:
    publish(settings, EXPECTED)
    for path in [settings.publications, *settings.publications.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_file_has_the_format_that_older_readers_open(settings: Settings) -> None:
    publish(settings, EXPECTED)
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        ((tag,),) = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where not internal"
        ).fetchall()
    assert tag.startswith("v1.0.0")


@pytest.mark.parametrize("column", ["child", "UPN", "dob", "home_post", "pl_post", "postcode", "raw_content"])
def test_a_table_that_tells_who_a_child_is_stops_the_publication(settings: Settings, column: str) -> None:
    publish(settings, EXPECTED)
    before = read_manifest(settings)
    write_warehouse(settings, extra=f", 'x' as {column}")
    with pytest.raises(UserError, match=f"metric_values has {column}"):
        publish(settings, EXPECTED)
    assert read_manifest(settings) == before


def test_columns_that_tell_nothing_are_allowed() -> None:
    assert forbidden(["child_key", "la_name", "metric_name", "children_looked_after", "name", "is_posted"]) == []


def test_a_contracted_table_that_is_missing_stops_the_publication(settings: Settings) -> None:
    expected = Expected({**EXPECTED.tables, "dim_child": "One row per child."}, {**EXPECTED.columns, "dim_child": {}})
    with pytest.raises(UserError, match="lacks dim_child"):
        publish(settings, expected)
    assert not settings.published.exists()


def test_a_build_that_did_not_finish_is_not_published(settings: Settings) -> None:
    settings.warehouse_is_whole.unlink()
    with pytest.raises(UserError, match="no finished build"):
        publish(settings, EXPECTED)


def test_a_copy_that_differs_is_not_published(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(settings, EXPECTED)
    before = read_manifest(settings)
    copy = publication._copy

    def lossy(*arguments: object) -> dict[str, int]:
        rows = copy(*arguments)  # type: ignore[arg-type]  # handed through as it came
        return {**rows, "metric_values": rows["metric_values"] + 1}

    monkeypatch.setattr(publication, "_copy", lossy)
    with pytest.raises(UserError, match="copy of metric_values differs"):
        publish(settings, EXPECTED)
    assert read_manifest(settings) == before


def test_old_publications_go_but_never_the_current_one(tmp_path: Path) -> None:
    names = [f"2026010{day}T000000Z" for day in range(1, 7)]
    for name in names:
        (tmp_path / name).mkdir()
    prune(tmp_path, keep=3, current=tmp_path / names[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == [names[0], names[4], names[5]]


def test_the_public_variant_is_published_apart_under_the_same_names(settings: Settings) -> None:
    write_public_tables(settings)
    finished = publish(settings, public=PUBLIC_TABLES)
    assert finished.public_run_id == finished.run_id
    assert settings.published_public.resolve() == settings.publications_public / finished.run_id
    assert published_values(settings) == [1]
    with duckdb.connect(str(settings.published_public / DATABASE), read_only=True) as connection:
        assert connection.execute("select value from marts.metric_values").fetchall() == [(6,)]
        assert connection.execute("select metric_id from marts.catalogue").fetchall() == [("m",)]
    assert {path.name for path in (settings.published_public / "parquet").iterdir()} == {
        "catalogue.parquet",
        "metric_values.parquet",
    }
    manifest = read_manifest(settings, PUBLIC)
    assert manifest is not None
    assert manifest["is_public"] is True
    for path in [settings.publications_public, *settings.publications_public.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_nothing_is_public_until_its_tables_have_passed_their_tests(settings: Settings) -> None:
    write_public_tables(settings)
    settings.public_is_whole.unlink()
    with pytest.raises(UserError, match="no finished build"):
        publish(settings, public=PUBLIC_TABLES)
    assert not settings.published_public.exists()
    assert not settings.publications_public.exists()


@pytest.mark.parametrize("column", ["child_key", "iro_key", "staff_id", "upn", "postcode"])
def test_a_public_table_that_stands_for_one_person_stops_the_publication(settings: Settings, column: str) -> None:
    write_public_tables(settings, extra=f", 'x' as {column}")
    with pytest.raises(UserError, match=f"metric_values has {column}"):
        publish(settings, public=PUBLIC_TABLES)
    assert not settings.published_public.exists()


def test_staff_may_see_the_keys_that_the_public_may_not() -> None:
    columns = ["child_key", "iro_key", "period_key", "delivery_id", "metric_id"]
    assert forbidden(columns) == []
    assert forbidden(columns, to_the_public=True) == ["child_key", "iro_key"]
