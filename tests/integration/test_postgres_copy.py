"""The copy of a publication in Postgres, on a real server: what is in it, who may read it, and how it is swapped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import cli
from orchestration.errors import UserError
from orchestration.publish.postgres import TYPES, copy_publication, postgres_type
from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from tests.postgres_server import Server, needs_postgres, postgres_server
from tests.small_runs import EXPECTED, PUBLIC_TABLES, publish, write_public_tables, write_warehouse

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed (the extra `postgres`)")
pytestmark = [needs_postgres, pytest.mark.ci]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server() as started:
        yield started


@pytest.fixture
def settings(tmp_path: Path, server: Server, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A publication of two variants, and a database of its own with a reader of each kind."""
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute(f"create database {name}")
        for role in ("cla_internal", "cla_public", "analyst", "anyone", "loader"):
            if not connection.execute("select from pg_roles where rolname = %s", [role]).fetchall():
                connection.execute(f"create role {role} {'nologin' if role.startswith('cla') else 'login'}")
        connection.execute("grant cla_internal to analyst")
        connection.execute("grant cla_public to anyone")
        connection.execute(f"grant create on database {name} to loader")
    settings = Settings(data_dir=tmp_path, keep_publications=3, postgres=server.address("loader", name))
    publish_value(settings, 1)
    yield settings
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


def publish_value(settings: Settings, value: int, *, public: bool = True) -> None:
    write_warehouse(settings, value)
    write_public_tables(settings, value)
    publish(settings, public=PUBLIC_TABLES if public else None)


def asked(settings: Settings, query: str, role: str = "analyst") -> list[Any]:
    with psycopg.connect(settings.postgres.replace("loader@", f"{role}@")) as connection:
        return list(connection.execute(query).fetchall())


def replace_publication(settings: Settings, *statements: str) -> None:
    """Put other tables into the file of the publication, as a build with such tables would."""
    with duckdb.connect(str(settings.published / DATABASE)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_tables_rows_and_what_they_mean_travel(settings: Settings) -> None:
    copied, notes = copy_publication(settings, grant=False)
    assert [(one.schema, one.tables, one.rows) for one in copied] == [("marts", 2, 51), ("public_marts", 2, 2)]
    assert notes == []
    assert asked(settings, "select count(*), min(value), max(value) from marts.metric_values") == [(50, 1, 1)]
    ((schema, table, column),) = asked(
        settings,
        "select obj_description('marts'::regnamespace), obj_description('marts.metric_values'::regclass), "
        "col_description('marts.metric_values'::regclass, 2)",
    )
    assert copied[0].run_id in schema
    assert table == EXPECTED.tables["metric_values"] and column == "The child's figure."
    assert asked(settings, "select nspname::text from pg_namespace where nspname like '%marts%' order by 1") == [
        ("marts",),
        ("public_marts",),
    ]


def test_every_type_and_every_odd_value_arrives_as_it_is(settings: Settings) -> None:
    texts = ["", "\\N", "null", ' a "quoted", one; ', "two\nlines\r\n", "\\.", "é😀", "\\", "'", "\t"]
    values = ", ".join(f"({number}, '{text.replace(chr(39), chr(39) * 2)}')" for number, text in enumerate(texts))
    replace_publication(
        settings,
        f"create table marts.texts as from (values {values}) as t(number, text)",
        "insert into marts.texts values (99, null)",
        "create table marts.kinds as select true as a, 1::tinyint as b, -2::smallint as c, 3::integer as d, "
        "9223372036854775807 as e, 170141183460469231731687303715884105727::hugeint as f, 0.5::float as g, "
        "0.1::double as h, 'x' as i, date '1899-12-31' as j, time '23:59:59' as k, "
        "timestamp '2025-03-31 23:59:59.123456' as l, "
        "timestamptz '2025-03-31 00:00:00+00' as m, 12.5::decimal(6, 1) as n",
        "insert into marts.kinds select " + ", ".join(["null"] * 14),
        "create view marts.former_name as select * from marts.kinds",
        'create table marts."Odd ""name"", of" as select 1 as "select"',
    )
    copy_publication(settings, grant=False)
    found = asked(settings, "select text from marts.texts order by number")
    assert [text for (text,) in found] == [*texts, None]
    row, nulls = asked(settings, "select * from marts.former_name order by a nulls last")
    assert row[:12] == (
        True, 1, -2, 3, 2**63 - 1, Decimal(2**127 - 1), 0.5, 0.1, "x", date(1899, 12, 31),
        datetime(2025, 3, 31, 23, 59, 59).time(), datetime(2025, 3, 31, 23, 59, 59, 123456),
    )  # fmt: skip
    assert row[12].isoformat().startswith("2025-03-31") and row[13] == Decimal("12.5")
    assert nulls == (None,) * 14
    kinds = asked(
        settings,
        "select data_type from information_schema.columns where table_name = 'kinds' order by ordinal_position",
    )
    wanted = [kind.partition("(")[0].replace("timestamp without time zone", "timestamp") for kind in TYPES.values()]
    assert {kind.replace(" without time zone", "") for (kind,) in kinds} == set(wanted)
    assert asked(settings, 'select "select" from marts."Odd ""name"", of"') == [(1,)]


def test_a_type_that_nobody_settled_is_refused_by_name() -> None:
    assert postgres_type("DECIMAL(18,3)") == "numeric(18, 3)"
    with pytest.raises(UserError, match="INTERVAL"):
        postgres_type("INTERVAL")


def test_the_public_role_reads_the_public_tables_alone(settings: Settings) -> None:
    copy_publication(settings, grant=False)
    assert asked(settings, "select value from public_marts.metric_values", "anyone") == [(1,)]
    assert asked(settings, "select count(*) from public_marts.catalogue", "analyst") == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(settings, "select 1 from marts.metric_values", "anyone")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked(settings, "delete from marts.metric_values", "analyst")


@pytest.mark.parametrize(
    "given",
    [
        "grant cla_internal to cla_public",
        "alter default privileges for role loader grant select on tables to public",
        "alter default privileges for role loader grant usage on schemas to cla_public",
    ],
)
def test_nothing_is_copied_where_the_public_could_read_what_is_for_staff(
    settings: Settings, server: Server, given: str
) -> None:
    copy_publication(settings, grant=False)
    with psycopg.connect(server.address("owner", settings.postgres.rpartition("/")[2]), autocommit=True) as connection:
        connection.execute(given)
        try:
            publish_value(settings, 2)
            with pytest.raises(UserError, match="cla_public could read"):
                copy_publication(settings, grant=False)
            assert asked(settings, "select min(value) from marts.metric_values") == [(1,)]
        finally:
            connection.execute(given.replace("grant", "revoke").replace(" to ", " from "))
    copy_publication(settings, grant=False)
    assert asked(settings, "select min(value) from marts.metric_values") == [(2,)]


def test_missing_roles_are_said_or_made(tmp_path: Path) -> None:
    with postgres_server() as alone:
        settings = Settings(data_dir=tmp_path, postgres=alone.address())
        publish_value(settings, 1)
        _, notes = copy_publication(settings, grant=False)
        assert len(notes) == 2 and all("--grant makes it" in note for note in notes)
        assert copy_publication(settings, grant=True)[1] == []
        with psycopg.connect(settings.postgres) as connection:
            rows = connection.execute("select rolname, rolcanlogin from pg_roles where rolname like 'cla%'").fetchall()
            assert sorted(rows) == [("cla_internal", False), ("cla_public", False)]
            connection.execute("set role cla_public")
            assert connection.execute("select count(*) from public_marts.metric_values").fetchall() == [(1,)]


def test_readers_meet_a_whole_copy_through_every_swap(settings: Settings) -> None:
    """Traps a swap that drops what somebody reads, and a table that is there and still empty."""
    copy_publication(settings, grant=False)
    stop = threading.Event()
    faults: list[str] = []
    seen: set[int] = set()
    reads = [0]

    def read(isolation: str) -> None:
        with psycopg.connect(settings.postgres.replace("loader@", "analyst@")) as connection:
            while not stop.is_set():
                try:
                    connection.execute(f"set transaction isolation level {isolation}")
                    # A snapshot taken before a swap, and a table looked up after it.
                    connection.execute("select 1")
                    time.sleep(0.003)
                    ((count, low, high),) = connection.execute(
                        "select count(*), min(value), max(value) from marts.metric_values"
                    ).fetchall()
                    connection.commit()
                    if count != 50 or low != high:
                        faults.append(f"{count} rows, {low} to {high}")
                    seen.add(low)
                    reads[0] += 1
                except Exception as error:
                    faults.append(repr(error))
                    connection.rollback()

    threads = [threading.Thread(target=read, args=(level,)) for level in ("read committed", "repeatable read") * 2]
    for thread in threads:
        thread.start()
    for value in range(2, 9):
        publish_value(settings, value)
        copy_publication(settings, grant=False)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == [] and len(seen) >= 4 and reads[0] > 50, (faults[:3], seen, reads)


def test_a_reader_who_stays_keeps_no_copy_back(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.publish.postgres.WAIT_SECONDS", 1)
    copy_publication(settings, grant=False)
    with psycopg.connect(settings.postgres.replace("loader@", "analyst@")) as reader:
        assert reader.execute("select max(value) from marts.metric_values").fetchall() == [(1,)]
        publish_value(settings, 2)
        _, notes = copy_publication(settings, grant=False)
        assert "Somebody still reads the copy of before (marts_before)" in notes[0]
        assert asked(settings, "select max(value) from marts.metric_values") == [(2,)]
        with pytest.raises(UserError, match="Somebody still reads"):
            copy_publication(settings, grant=False)
    assert copy_publication(settings, grant=False)[1] == []
    assert asked(settings, "select to_regnamespace('marts_before') is null") == [(True,)]


def test_a_view_of_somebodys_own_is_not_dropped(settings: Settings) -> None:
    copy_publication(settings, grant=False)
    with psycopg.connect(settings.postgres) as connection:
        connection.execute("create schema own")
        connection.execute("create view own.mine as select value from marts.metric_values")
    publish_value(settings, 2)
    _, notes = copy_publication(settings, grant=False)
    assert "somebody's own views" in notes[0]
    assert asked(settings, "select count(*) from pg_views where viewname = 'mine'") == [(1,)]


def test_a_copy_that_breaks_off_changes_nothing_and_is_swept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_publication(settings, grant=False)
    publish_value(settings, 2)
    replace_publication(settings, "create table marts.zzz as select chr(0) || 'Zqx Smith' as text")
    with pytest.raises(UserError) as caught:
        copy_publication(settings, grant=False)
    assert "22021" in str(caught.value) and "Zqx" not in str(caught.value)
    assert asked(settings, "select max(value) from marts.metric_values") == [(1,)]
    replace_publication(settings, "drop table marts.zzz")
    copy_publication(settings, grant=False)
    assert asked(settings, "select max(value) from marts.metric_values") == [(2,)]
    assert not list(settings.data_dir.rglob("*.csv")), "what was on its way through a file is gone"


def test_a_public_part_that_is_no_more_goes_from_the_copy_too(settings: Settings) -> None:
    copy_publication(settings, grant=False)
    (settings.current.resolve() / "published_public").unlink()
    copied, _ = copy_publication(settings, grant=False)
    assert [one.schema for one in copied] == ["marts"]
    assert asked(settings, "select to_regnamespace('public_marts') is null") == [(True,)]


def test_two_copies_at_once_are_one(settings: Settings) -> None:
    with psycopg.connect(settings.postgres) as connection:
        connection.execute("select pg_advisory_lock(%s)", [0x636C61])
        with pytest.raises(UserError, match="Another copy"):
            copy_publication(settings, grant=False)


@pytest.mark.parametrize("address", ["postgresql://loader:s3cret@127.0.0.1:1/x", "no address: s3cret"])
def test_a_server_that_is_not_there_is_a_sentence_without_its_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CLA_POSTGRES", address)
    assert cli.run(["copy-to-postgres"]) == 1
    said = capsys.readouterr()
    assert "cannot be reached" in said.err and "s3cret" not in said.err + said.out
    assert not list(settings.faults.glob("*"))


def test_the_command_says_what_it_copied(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CLA_POSTGRES", settings.postgres)
    assert cli.run(["copy-to-postgres"]) == 0
    assert "2 tables, 51 rows" in capsys.readouterr().out
