"""A publication: the tables of a schema copied aside and verified; `whole` swaps it in with the rest of its run.

There are two: `published` for the authority's own staff, and `published_public`, suppressed, for everyone.
"""

import importlib.metadata
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import UserError
from orchestration.filesystem import link_or_copy, private_directory, write_private_text
from orchestration.publish.whole import MANIFEST, PUBLISHED, PUBLISHED_PUBLIC, Aside
from orchestration.settings import REPOSITORY, Settings

DATABASE = "children_in_care.duckdb"
STORAGE_VERSION = "v1.0.0"
"""Any DuckDB from 1.0 on opens it; the newest format would shut out the readers that Power BI and Evidence ship."""

FORBIDDEN_COLUMNS = re.compile(
    r"(child|child_?id|upn|former_upn|dob|mc_dob|date_of_birth|birth_?date|(fore|sur|first|last|full|child)_?name"
    r"|.*post_?codes?|home_post|pl_post|raw_content|extra_columns)"
)
"""Names of columns that tell who a child is; no table of a publication may have one."""

FORBIDDEN_TO_THE_PUBLIC = re.compile(r"(child|iro|staff|person)_(key|id)")
"""And these tell of one child or one officer, under whatever name."""

Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Variant:
    """Which tables are published, under which names and where."""

    schema: str
    prefix: str
    is_public: bool

    @property
    def part(self) -> str:
        """Return which part of a run it is."""
        return PUBLISHED_PUBLIC if self.is_public else PUBLISHED

    def link(self, settings: Settings) -> Path:
        """Return the link that readers go through."""
        return settings.published_public if self.is_public else settings.published

    def is_whole(self, settings: Settings) -> bool:
        """Say whether the warehouse holds all its tables, built together and every test of them passed."""
        return settings.warehouse_is_whole.exists() and (not self.is_public or settings.public_is_whole.exists())


INTERNAL = Variant(schema="marts", prefix="", is_public=False)
PUBLIC = Variant(schema="public_marts", prefix="public_", is_public=True)


@dataclass(frozen=True)
class PublishedTable:
    """One table of a publication and how large it is."""

    name: str
    rows: int
    parquet_bytes: int


@dataclass(frozen=True)
class Publication:
    """A finished publication."""

    run_id: str
    folder: Path
    tables: list[PublishedTable]

    @property
    def bytes(self) -> int:
        """Return the size of all its files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


@dataclass(frozen=True)
class Expected:
    """What dbt's manifest says about the tables of a schema: which there are, and what they and their columns mean.

    `former_names` are those among them that dbt says are deprecated, each with the table that it is a name of.
    """

    tables: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    former_names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any], variant: Variant = INTERNAL) -> "Expected":
        """Read a variant's models from the content of dbt's manifest.json, under the names they are published by."""
        models = {
            node["name"].removeprefix(variant.prefix): node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model"
            and node["schema"] == variant.schema
            and node["config"]["materialized"] in ("table", "view")
        }
        return cls(
            tables={name: _one_line(model["description"]) for name, model in sorted(models.items())},
            columns={
                name: {column: _one_line(content["description"]) for column, content in model["columns"].items()}
                for name, model in models.items()
            },
            former_names={
                name: manifest["nodes"][model["depends_on"]["nodes"][0]]["name"].removeprefix(variant.prefix)
                for name, model in models.items()
                if model.get("deprecation_date")
            },
        )


def write_publication(
    settings: Settings,
    aside: Aside,
    expected: Expected,
    report: Report = lambda done, total: None,
    variant: Variant = INTERNAL,
) -> Publication:
    """Copy the tables, with a manifest, to a part of the run that is under way, and verify the copy.

    The caller holds the build lock, and dbt has ended: the warehouse is only read here.
    """
    if not variant.is_whole(settings):
        raise UserError("There is no finished build to publish; run `cla build` first.")
    if not expected.tables:
        raise UserError("The dbt project has no tables to publish.")
    with aside.writing(variant.part) as unfinished:
        with _connection(settings, unfinished / "spill") as connection:
            connection.execute(f"attach {sql_text(settings.warehouse.as_posix())} as warehouse (read_only)")
            rows = _copy(connection, expected, unfinished, report, variant)
            manifest = {
                "run_id": aside.run_id,
                "is_public": variant.is_public,
                "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "code_version": code_version(),
                "as_known_at": settings.as_known_at or None,
                **_deliveries(connection),
                "tables": {
                    table: {"rows": count, "description": expected.tables[table]} for table, count in rows.items()
                },
            }
        shutil.rmtree(unfinished / "spill", ignore_errors=True)
        write_private_text(unfinished / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
        _verify(unfinished, expected, rows)
    folder = aside.part(variant.part)
    tables = [PublishedTable(name, count, _parquet(folder, name).stat().st_size) for name, count in rows.items()]
    return Publication(aside.run_id, folder, tables)


def code_version() -> str:
    """Return the version of the package and, in a clone, the commit it stands at."""
    version = importlib.metadata.version("children-in-care-warehouse")
    git = shutil.which("git")
    if git is None or not (REPOSITORY / ".git").exists():
        return version
    command = [git, "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--abbrev=12"]
    # A fixed list of arguments, and no shell.
    described = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - see the line above
    return f"{version}+{described.stdout.strip()}" if described.returncode == 0 else version


def forbidden(columns: Iterable[str], *, to_the_public: bool = False) -> list[str]:
    """Return the columns that by their name identify a child or, to the public, stand for a child or an officer."""
    return sorted(
        column
        for column in columns
        if FORBIDDEN_COLUMNS.fullmatch(column.lower())
        or (to_the_public and FORBIDDEN_TO_THE_PUBLIC.fullmatch(column.lower()))
    )


def read_manifest(settings: Settings, variant: Variant = INTERNAL) -> dict[str, Any] | None:
    """Return the manifest of the last good publication, or None where there is none yet."""
    path = variant.link(settings) / MANIFEST
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def _connection(settings: Settings, spill: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "memory_limit": settings.memory_limit,
            "temp_directory": spill.as_posix(),
            # No table promises an order of its rows, and to keep one takes a quarter more time.
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )


def _copy(
    connection: duckdb.DuckDBPyConnection, expected: Expected, aside: Path, report: Report, variant: Variant
) -> dict[str, int]:
    """Write every table to the DuckDB file and to Parquet; return how many rows the warehouse gave of each."""
    private_directory(aside / "parquet")
    database = sql_text((aside / DATABASE).as_posix())
    connection.execute(f"attach {database} as publication (storage_version {sql_text(STORAGE_VERSION)})")
    connection.execute("create schema publication.marts")
    rows: dict[str, int] = {}
    built = {
        name.removeprefix(variant.prefix)
        for (name,) in connection.execute(_RELATIONS_OF_SCHEMA, [variant.schema]).fetchall()
    }
    if missing := sorted(expected.tables.keys() - built):
        raise UserError(f"The build lacks {_listed(missing)}, so nothing was published; run `cla build` again.")
    tables = [table for table in expected.tables if table not in expected.former_names]
    # DuckDB leaves a core idle at the beginning and end of each table, so that Parquet is written beside the next one.
    with ThreadPoolExecutor(max_workers=1) as beside:
        written = []
        for done, table in enumerate(tables):
            report(done, len(tables))
            source = f"warehouse.{variant.schema}.{_name(variant.prefix + table)}"
            _check_columns(connection, table, source, variant)
            target = f"publication.marts.{_name(table)}"
            # Some marts are views of the warehouse: worked out here and nowhere else.
            ((rows[table],),) = _rows(connection, f"create table {target} as from {source}")
            # Snappy takes half as much again as zstd, but every reader knows it; what Power Query knows is written
            # nowhere.
            to_parquet = (
                f"copy {target} to {sql_text(_parquet(aside, table).as_posix())} (format parquet, compression snappy)"
            )
            written.append(beside.submit(connection.cursor().execute, to_parquet))
        for one in written:
            one.result()
    for former, table in expected.former_names.items():
        _check_columns(connection, former, f"warehouse.{variant.schema}.{_name(variant.prefix + former)}", variant)
        # Without the name of the database, so that it finds its table under whatever name the file is attached.
        connection.execute(f"create view publication.marts.{_name(former)} as from marts.{_name(table)}")
        link_or_copy(_parquet(aside, table), _parquet(aside, former))
        rows[former] = rows[table]
    _describe(connection, expected)
    connection.execute("detach publication")  # writes a checkpoint: no write-ahead log is left beside the file
    report(len(tables), len(tables))
    return dict(sorted(rows.items()))


def _check_columns(connection: duckdb.DuckDBPyConnection, table: str, source: str, variant: Variant) -> None:
    columns = [name for (name,) in _rows(connection, f"select column_name from (describe {source})")]
    if found := forbidden(columns, to_the_public=variant.is_public):
        raise UserError(f"Table {table} has {_listed(found)}, which no publication may hold; nothing was published.")


def _describe(connection: duckdb.DuckDBPyConnection, expected: Expected) -> None:
    """Write down in the file what its tables, views and columns mean, all at once: each alone goes to the disk."""
    connection.execute("begin")
    for table, description in expected.tables.items():
        target = f"publication.marts.{_name(table)}"
        kind = "view" if table in expected.former_names else "table"
        connection.execute(f"comment on {kind} {target} is {sql_text(description)}")
        for column, text in expected.columns[table].items():
            if text:
                connection.execute(f"comment on column {target}.{_name(column)} is {sql_text(text)}")
    connection.execute("commit")


def _verify(aside: Path, expected: Expected, rows: Mapping[str, int]) -> None:
    """Open the finished files as a reader would and compare them with the warehouse."""
    if (aside / f"{DATABASE}.wal").exists():
        raise UserError(
            "The published file was not closed properly, so nothing was published; run `cla publish` again."
        )
    with duckdb.connect(str(aside / DATABASE), read_only=True) as connection:
        found = {
            name
            for (name,) in _rows(
                connection, "select table_name from information_schema.tables where table_schema = 'marts'"
            )
        }
        wrong = sorted(found ^ expected.tables.keys())
        for table in sorted(found & expected.tables.keys()):
            parquet = sql_text(_parquet(aside, table).as_posix())
            counts = _rows(
                connection,
                f"select (select count(*) from marts.{_name(table)}), (select count(*) from read_parquet({parquet}))",
            )
            if counts != [(rows[table], rows[table])]:
                wrong.append(table)
    if wrong:
        raise UserError(f"The copy of {_listed(wrong)} differs from the warehouse, so nothing was published.")


def _deliveries(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return which deliveries the figures rest on, and whether any of them is invented."""
    if ("dim_delivery",) not in connection.execute(_RELATIONS_OF_SCHEMA, [INTERNAL.schema]).fetchall():
        return {"is_synthetic": None, "deliveries": []}
    columns = ("delivery_id", "la_code", "dataset", "collection_year", "extracted_on", "status", "is_synthetic")
    used = [
        dict(zip(columns, row, strict=True))
        for row in _rows(
            connection,
            f"select {', '.join(columns)} from warehouse.marts.dim_delivery where is_current order by delivery_id",
        )
    ]
    return {
        "is_synthetic": any(delivery["is_synthetic"] for delivery in used),
        "deliveries": [{**delivery, "extracted_on": delivery["extracted_on"].isoformat()} for delivery in used],
    }


_RELATIONS_OF_SCHEMA = (
    "select table_name from information_schema.tables where table_catalog = 'warehouse' and table_schema = ?"
)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Any]:
    return connection.execute(query).fetchall()


def _parquet(folder: Path, table: str) -> Path:
    return folder / "parquet" / f"{table}.parquet"


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def sql_text(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def _one_line(description: str) -> str:
    return " ".join(description.split())


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
