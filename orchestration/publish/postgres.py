"""An optional copy of the current publication in Postgres, for many readers at once (`cla copy-to-postgres`).

What the staff read goes to the schema `marts`, what the public reads to `public_marts`, each as in its DuckDB file.
Both are loaded aside, counted, and then take the places of those before in one transaction, which renames schemas and
nothing else: it waits for no reader, and no reader finds a table missing, empty or half full. DuckDB writes each table
as CSV, to a file for its owner alone, and Postgres reads it by COPY: the fastest way that needs no extension of either.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.errors import UserError
from orchestration.filesystem import private_directory, temporary_folder
from orchestration.publish import whole
from orchestration.publish.publication import DATABASE, INTERNAL, PUBLIC, Variant, read_manifest
from orchestration.settings import Settings

if TYPE_CHECKING:
    import psycopg

INTERNAL_ROLE, PUBLIC_ROLE = "cla_internal", "cla_public"
READERS = {INTERNAL.schema: (INTERNAL_ROLE,), PUBLIC.schema: (INTERNAL_ROLE, PUBLIC_ROLE)}
"""Which roles may read a schema. Roles log in nowhere: accounts are made members of one by whoever runs the server."""
LOADING, BEFORE = "_loading", "_before"
"""How the names of schemas end that are not read yet, and no more."""
WAIT_SECONDS = 60
"""How long is waited for readers of the copy of before to end, when it is taken away."""
_LOCK = 0x636C61
"""Held in the database while a copy is made ("cla" in numbers), so that two never write the same schemas."""
_AT_ONCE = min(max(2, os.cpu_count() or 2), 8)
"""Tables on their way at once: while Postgres takes one in, which keeps a core of its busy, DuckDB writes the next."""
_CHUNK = 1 << 20

TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(39, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
"""DuckDB's types and Postgres's for the same values; a DECIMAL keeps its digits, and any other type is refused."""

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Copied:
    """A finished copy of one variant."""

    schema: str
    run_id: str
    tables: int
    rows: int


def copy_publication(
    settings: Settings, *, grant: bool, report: Report = lambda done, total: None
) -> tuple[list[Copied], list[str]]:
    """Copy what is published now, and return what was copied and what somebody should know, in sentences.

    The caller holds the build lock: what a killed copy leaves in the warehouse's folder goes with the next sweep.

    With `grant` the roles are made where they are missing and may read; without it, rights are given where the roles
    exist. Raises UserError, and leaves what readers see as it was, where anything fails or a count differs.
    """
    if not settings.postgres:
        raise UserError("Set CLA_POSTGRES to the database, such as postgresql://loader@server/warehouse (docs/bi.md).")
    # The link is followed once, so that both parts are of one run whatever a build does meanwhile.
    run = settings.current.resolve()
    found = [(variant, run / variant.part) for variant in (INTERNAL, PUBLIC) if (run / variant.part).exists()]
    if not found or read_manifest(settings) is None:
        raise UserError("Nothing is published yet; run `cla build` first.")
    with _said_plainly(), ExitStack() as opened:
        connection = opened.enter_context(_connected(settings.postgres))
        _lock(connection)
        _sweep(connection)
        sources = [opened.enter_context(_source(variant, folder)) for variant, folder in found]
        for source in sources:
            _make_schema(connection, source)
        rows = _load_all(settings, sources, report)
        for source in sources:
            _make_former_names(connection, source)
        if grant:
            _make_roles(connection)
        missing = _swap(connection, sources)
        notes = [f"The role {role} is not there, so nobody was given its rights; --grant makes it." for role in missing]
        copied = [Copied(one.schema, one.run_id, len(one.tables), rows[one.schema]) for one in sources]
        return copied, notes + _drop_before(connection)


@dataclass(frozen=True)
class _Table:
    """A table of a publication: about how many rows it has, and its columns in their order with type and meaning."""

    name: str
    size: int
    said: str | None
    columns: list[tuple[str, str, str | None]]


@dataclass(frozen=True)
class _Source:
    """The DuckDB file of one variant, open for reading."""

    schema: str
    run_id: str
    duck: duckdb.DuckDBPyConnection
    tables: list[_Table]

    @property
    def loading(self) -> str:
        """Return the schema that is filled and that nobody reads yet."""
        return self.schema + LOADING


@contextmanager
def _source(variant: Variant, folder: Path) -> Iterator[_Source]:
    with duckdb.connect(str(folder / DATABASE), read_only=True) as duck:
        columns: dict[str, list[tuple[str, str, str | None]]] = {}
        for table, *column in duck.execute(
            "select table_name, column_name, data_type, comment from duckdb_columns() order by table_name, column_index"
        ).fetchall():
            columns.setdefault(table, []).append((column[0], column[1], column[2]))
        tables = duck.execute("select table_name, estimated_size, comment from duckdb_tables()").fetchall()
        yield _Source(
            variant.schema,
            str(whole.read(folder)["run_id"]),
            duck,
            [_Table(name, size, said, columns[name]) for name, size, said in tables],
        )


def _make_schema(connection: "psycopg.Connection[Any]", source: _Source) -> None:
    from psycopg import sql

    name = sql.Identifier(source.loading)
    said = sql.Literal(f"Run {source.run_id} of the children-in-care warehouse.")
    connection.execute(sql.SQL("create schema {0}; comment on schema {0} is {1}").format(name, said))


def _load_all(settings: Settings, sources: Sequence[_Source], report: Report) -> "Counter[str]":
    """Copy every table, some at once, into the schemas that nobody reads yet; return the rows of each schema."""
    # The largest first, so that none is waited for at the end.
    tables = sorted(((one, table) for one in sources for table in one.tables), key=lambda one: -one[1].size)
    rows: Counter[str] = Counter()
    free: SimpleQueue[psycopg.Connection[Any]] = SimpleQueue()
    with ExitStack() as opened, temporary_folder(private_directory(settings.warehouse.parent) / "copy") as folder:
        for _ in range(_AT_ONCE):
            free.put(opened.enter_context(_connected(settings.postgres)))

        def load(source: _Source, table: _Table, number: int) -> tuple[str, int]:
            connection = free.get()
            try:
                return source.schema, _load(connection, source, table, folder / f"{number}.csv")
            finally:
                free.put(connection)

        pool = opened.enter_context(ThreadPoolExecutor(_AT_ONCE))
        loads = [pool.submit(load, source, table, number) for number, (source, table) in enumerate(tables)]
        try:
            for done, one in enumerate(as_completed(loads), start=1):
                schema, count = one.result()
                rows[schema] += count
                report(done, len(loads))
        finally:
            pool.shutdown(cancel_futures=True)
    return rows


def _load(connection: "psycopg.Connection[Any]", source: _Source, table: _Table, file: Path) -> int:
    """Copy a table with what it means, and return how many rows it has."""
    from psycopg import sql

    select = ", ".join(_quoted(name) for name, _, _ in table.columns)
    # Quotes around every text keep the word for a null apart from a text that is spelt the same.
    texts = [_quoted(name) for name, kind, _ in table.columns if kind == "VARCHAR"]
    quotes = f", force_quote ({', '.join(texts)})" if texts else ""
    path = file.as_posix().replace("'", "''")
    ((delivered,),) = (
        source.duck.cursor()
        .execute(
            f"copy (select {select} from marts.{_quoted(table.name)}) to '{path}' "
            f"(format csv, header false, nullstr '\\N'{quotes})"
        )
        .fetchall()
    )
    target = sql.Identifier(source.loading, table.name)
    kinds = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(postgres_type(kind))) for name, kind, _ in table.columns
    )
    # Made and filled in one transaction the rows need no second look by Postgres (FREEZE), and a reader whose
    # transaction began before the swap finds them after it, where it would find an empty table otherwise.
    with connection.transaction():
        connection.execute(sql.SQL("create table {} ({})").format(target, kinds))
        into = sql.SQL("copy {} from stdin (format csv, null '\\N', freeze, encoding 'utf8')").format(target)
        with file.open("rb") as content, connection.cursor() as cursor, cursor.copy(into) as copy:
            while chunk := content.read(_CHUNK):
                copy.write(chunk)
        ((counted,),) = connection.execute(sql.SQL("select count(*) from {}").format(target)).fetchall()
        if counted != delivered:
            raise UserError(
                f"The copy of {table.name} differs from the publication, so nothing was changed in Postgres."
            )
        said = [_comment("table", target, table.said)]
        said += [
            _comment("column", sql.Identifier(source.loading, table.name, name), text)
            for name, _, text in table.columns
        ]
        connection.execute(sql.SQL("; ").join(said))
        # Without counts of its own Postgres plans by guesses until it finds the time.
        connection.execute(sql.SQL("analyze {}").format(target))
    file.unlink()
    return int(counted)


def _make_former_names(connection: "psycopg.Connection[Any]", source: _Source) -> None:
    """Make a view for each former name of a table, as the publication has them."""
    from psycopg import sql

    views = source.duck.execute("select view_name, sql, comment from duckdb_views() where not internal").fetchall()
    for name, text, said in views:
        found = re.search(r'select \* from marts\."?(\w+)"?;?$', text.strip(), re.IGNORECASE)
        if found is None:
            raise UserError(f"The view {name} is no former name of a table, and was not expected in a publication.")
        view, of = sql.Identifier(source.loading, name), sql.Identifier(source.loading, found[1])
        connection.execute(sql.SQL("create view {} as select * from {}").format(view, of))
        connection.execute(_comment("view", view, said))


def _swap(connection: "psycopg.Connection[Any]", sources: Sequence[_Source]) -> list[str]:
    """Let the loaded schemas take the places of those before, all at once; return the roles that do not exist.

    A public schema of before, where this run has none, goes too: what the public reads would be of another run.
    Nothing is changed where the public role could read what is for staff, by whatever right it has.
    """
    from psycopg import sql

    roles = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
    for source in sources:
        for role in [role for role in READERS[source.schema] if role in roles]:
            rights = "grant usage on schema {0} to {1}; grant select on all tables in schema {0} to {1}"
            connection.execute(sql.SQL(rights).format(sql.Identifier(source.loading), sql.Identifier(role)))
    if PUBLIC_ROLE in roles:
        ((may,),) = connection.execute(
            "select exists (select from pg_class where relnamespace = %(schema)s::regnamespace "
            "and has_table_privilege(%(role)s, oid, 'select')) or has_schema_privilege(%(role)s, %(schema)s, 'usage')",
            {"role": PUBLIC_ROLE, "schema": INTERNAL.schema + LOADING},
        ).fetchall()
        if may:
            raise UserError(
                f"{PUBLIC_ROLE} could read the tables for staff, through a role it is a member of or rights that are "
                "given by default; take them away and run it again. Nothing was changed in Postgres."
            )
    with connection.transaction():
        for schema in READERS:
            if _exists(connection, schema):
                _rename(connection, schema, schema + BEFORE)
        for source in sources:
            _rename(connection, source.loading, source.schema)
    return [role for role in (INTERNAL_ROLE, PUBLIC_ROLE) if role not in roles]


def _drop_before(connection: "psycopg.Connection[Any]") -> list[str]:
    """Take away what was read before, once its readers have ended, and say where that could not be done.

    Nothing of somebody else's goes with it: a view of their own on a table keeps the table, and them told.
    """
    from psycopg import errors, sql

    notes = []
    for schema in (name + BEFORE for name in READERS):
        relations = connection.execute(
            "select relname, relkind::text from pg_class "
            "where relnamespace = to_regnamespace(%s) and relkind in ('r', 'v')",
            [schema],
        ).fetchall()
        if not _exists(connection, schema):
            continue
        try:
            with connection.transaction():
                connection.execute(sql.SQL("set local lock_timeout = {}").format(f"{WAIT_SECONDS}s"))
                for kind, word in (("v", "view"), ("r", "table")):
                    if named := [sql.Identifier(schema, name) for name, of in relations if of == kind]:
                        connection.execute(sql.SQL(f"drop {word} {{}}").format(sql.SQL(", ").join(named)))
                connection.execute(sql.SQL("drop schema {}").format(sql.Identifier(schema)))
        except errors.LockNotAvailable:
            notes.append(f"Somebody still reads the copy of before ({schema}); the next copy takes it away.")
        except errors.DependentObjectsStillExist:
            notes.append(
                f"The copy of before ({schema}) is still there, because somebody's own views or tables lead to it: "
                "they show old figures. Drop or make them anew, and copy again."
            )
    return notes


def _sweep(connection: "psycopg.Connection[Any]") -> None:
    """Take away what a copy that broke off left; the schemas of before must be gone before others take their names."""
    from psycopg import sql

    for schema in READERS:
        # Nobody was ever given a right to it, so nothing of anybody's hangs on it.
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema + LOADING)))
    if notes := _drop_before(connection):
        raise UserError(f"{notes[0]} Nothing was changed in Postgres.")


def _make_roles(connection: "psycopg.Connection[Any]") -> None:
    """Make the roles that readers are members of, where they are missing."""
    from psycopg import sql

    for role in (INTERNAL_ROLE, PUBLIC_ROLE):
        if not connection.execute("select from pg_roles where rolname = %s", [role]).fetchall():
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))


def _exists(connection: "psycopg.Connection[Any]", schema: str) -> bool:
    return bool(connection.execute("select from pg_namespace where nspname = %s", [schema]).fetchall())


def _rename(connection: "psycopg.Connection[Any]", schema: str, name: str) -> None:
    from psycopg import sql

    connection.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(schema), sql.Identifier(name)))


def _comment(kind: str, target: Any, text: str | None) -> Any:
    from psycopg import sql

    return sql.SQL(f"comment on {kind} {{}} is {{}}").format(target, sql.Literal(text))


def _lock(connection: "psycopg.Connection[Any]") -> None:
    ((locked,),) = connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchall()
    if not locked:
        raise UserError("Another copy to this database is under way; wait until it has ended.")


@contextmanager
def _connected(address: str) -> "Iterator[psycopg.Connection[Any]]":
    try:
        import psycopg
    except ImportError:
        raise UserError(
            "Copying to Postgres needs psycopg: pip install 'children-in-care-warehouse[postgres]' (docs/bi.md)."
        ) from None
    # Each statement is a transaction of its own but where several are put into one; commits then happen at once.
    with psycopg.connect(address, autocommit=True, connect_timeout=15, application_name="cla") as connection:
        yield connection


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn what Postgres says into a sentence: its own words quote values, addresses and passwords."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if not type(error).__module__.startswith("psycopg"):
            raise
        names = {one.__name__ for one in type(error).__mro__}
        if names & {"InsufficientPrivilege"}:
            said = "its account may not do that: it needs to create schemas in the database (docs/bi.md)"
        elif "DiskFull" in names:
            said = "its disk is full"
        elif getattr(error, "sqlstate", None):
            said = f"it refused, by its code {error.sqlstate}"  # type: ignore[attr-defined]  # of psycopg.Error alone
        else:
            said = "it cannot be reached, takes no password of this account, or CLA_POSTGRES is no address of one"
        raise UserError(f"Postgres: {said}. What readers see there is as it was.") from None


def postgres_type(kind: str) -> str:
    """Return Postgres's type for one of DuckDB's; raises UserError for one that no table has had yet."""
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return f"numeric({decimal[1]}, {decimal[2]})"
    if kind not in TYPES:
        raise UserError(f"A column is of the type {kind}, for which no type of Postgres is settled.")
    return TYPES[kind]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
