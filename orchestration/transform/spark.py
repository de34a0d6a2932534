"""Spark within dbt's process, for builds that have outgrown one machine's DuckDB (docs/scaling.md).

dbt-spark finds the session that is started here. What Spark builds lies as Parquet beside the warehouse file; when dbt
has ended, that file is made anew with a view of each table, so that whatever publishes, attacks and reports reads one
warehouse and need not know which engine built it.
"""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from orchestration.errors import UserError
from orchestration.filesystem import private_directory, put_in_place, remove_folder
from orchestration.settings import DBT_WRITES, Settings, path_pattern

JAVA = (17, 21)
"""The Javas that Spark 4.0 runs on."""
_SCHEMA = b"org.apache.spark.sql.parquet.row.metadata"
REGISTER_RAW = ["run-operation", "register_raw"]
"""dbt's command that makes tables of the raw files (macros/overrides/spark.sql); before any other."""
MAKE_VIEWS = [
    "run",
    "--select",
    *(f"path:models/{layer},config.materialized:view" for layer in ("staging", "intermediate")),
]
"""And the one that makes the views, which leave no files, where the tables of an earlier build are registered again."""


def refuse_without_spark() -> None:
    """Say in a sentence what a build on Spark lacks: the extra of this package, or Java."""
    from importlib.util import find_spec

    if find_spec("pyspark") is None or find_spec("dbt.adapters.spark") is None:
        raise UserError("Spark is not installed: `make spark` installs it (docs/scaling.md), or build on DuckDB.")
    named = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(named) / "bin")) if named else shutil.which("java")
    wanted = " or ".join(str(version) for version in JAVA)
    if java is None:
        raise UserError(
            f"Spark needs Java {wanted}, and {'JAVA_HOME names none' if named else 'none is on PATH'}: install it or "
            "let JAVA_HOME name it (docs/scaling.md), or build on DuckDB."
        )
    # A fixed list of arguments, and no shell.
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - see the line above
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) not in JAVA:
        found = f"Java {version[1]}" if version else "something else"
        raise UserError(
            f"Spark needs Java {wanted}, and {java} is {found}: let JAVA_HOME name the right one (docs/scaling.md)."
        )


def begin(settings: Settings, command: Sequence[str]) -> list[list[str]]:
    """Start Spark where it does not run in this process yet; return the dbt commands that go before the given one.

    Spark's catalogue lives as long as the process. A whole build makes every table, so those of the last one are
    removed; before any other command they are registered again, so that some of them can be built by themselves.
    """
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is not None:
        return []
    is_whole = command[0] == "build" and not {"--select", "-s", "--selector"} & {*command}
    _start(settings, anew=is_whole)
    return [REGISTER_RAW] if is_whole else [REGISTER_RAW, MAKE_VIEWS]


def _start(settings: Settings, *, anew: bool) -> None:
    from dbt.adapters.spark.connections import SparkCredentials
    from dbt.adapters.spark.impl import SparkAdapter
    from pyspark.sql import SparkSession

    credentials: Any = SparkCredentials
    if credentials.__post_init__ is not _credentials_made:
        _credentials_made.of_dbt = credentials.__post_init__  # type: ignore[attr-defined]
        credentials.__post_init__ = _credentials_made
    adapter: Any = SparkAdapter
    adapter.default_python_submission_method = property(lambda _: "here")
    adapter.python_submission_helpers = property(lambda _: {"here": PythonModelHere})

    remove_folder(settings.spark_scratch)
    if anew:
        remove_folder(settings.spark_tables)
    for folder in (settings.spark_tables, settings.spark_scratch):
        private_directory(folder)
    builder = SparkSession.builder.appName("children-in-care-warehouse")
    for name, value in _configuration(settings).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").disabled = True  # each error once more, with all of Java's stack
    if not anew:
        _register_again(settings, session)


def _credentials_made(self: Any) -> None:
    """Let what cannot be cast be an error, as on DuckDB: dbt-spark would have Spark make it null without a word."""
    _credentials_made.of_dbt(self)  # type: ignore[attr-defined]
    self.server_side_parameters["spark.sql.ansi.enabled"] = "true"


class PythonModelHere:
    """Runs a Python model in dbt's own process; dbt-spark knows Databricks' clusters alone."""

    def __init__(self, parsed_model: Any, credentials: Any) -> None:
        """Take what dbt gives; neither is needed."""

    def submit(self, compiled_code: str) -> None:
        """Run the model's code, which dbt has put its own around (`written_by_python`)."""
        from pyspark.sql import SparkSession

        # The code is this project's own model, and dbt's threads share the session.
        exec(compiled_code, {"spark": SparkSession.builder.getOrCreate()})  # noqa: S102 - see the line above


def _configuration(settings: Settings) -> dict[str, str]:
    """Return how Spark is set up; CLA_SPARK_CONFIGURATION may change what neither figures nor privacy depend on."""
    wanted = {
        "spark.driver.memory": _memory(settings.memory_limit),
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 2),
        **dict(one.partition("=")[::2] for one in settings.spark_configuration.split()),
    }
    return {
        **wanted,
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": settings.spark_tables.as_uri(),
        # What does not fit into memory is a child's record too.
        "spark.local.dir": settings.spark_scratch.as_posix(),
        "spark.hadoop.fs.permissions.umask-mode": "077",
        # Its pages are for whoever reaches the port, and show statements.
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # As DuckDB has them.
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.session.timeZone": "UTC",
        # A table takes the place of the last build's (`spark_folder` in macros/overrides/spark.sql).
        "spark.sql.legacy.allowNonEmptyLocationInCTAS": "true",
    }


def _memory(limit: str) -> str:
    """Return DuckDB's '3GB' as Java writes it."""
    found = re.fullmatch(r"\s*(\d+)\s*([MG])i?B\s*", limit, re.IGNORECASE)
    return f"{found[1]}{found[2].lower()}" if found else "3g"


def tables(settings: Settings) -> list[tuple[str, str, Path]]:
    """Return schema, name and folder of every table that Spark has written whole."""
    return [
        (folder.parent.name.removesuffix(".db"), folder.name, folder)
        for folder in sorted(settings.spark_tables.glob("*.db/*"))
        if (folder / "_SUCCESS").exists()
    ]


def rows_of(settings: Settings, relation: str) -> int:
    """Return how many rows a table has, from what its files say of themselves."""
    schema, name = relation.replace("`", "").split(".")[-2:]
    files = (settings.spark_tables / f"{schema}.db" / name).glob("*.parquet")
    return sum(int(pq.read_metadata(file).num_rows) for file in files)


def _register_again(settings: Settings, session: Any) -> None:
    from pyspark.sql.types import StructType

    for schema, name, folder in tables(settings):
        metadata = pq.read_metadata(next(folder.glob("*.parquet"))).metadata or {}
        session.sql(f"create schema if not exists {schema}")
        session.catalog.createTable(
            f"{schema}.{name}",
            path=folder.as_uri(),
            source="parquet",
            schema=StructType.fromJson(json.loads(metadata[_SCHEMA])),
        )


def lend_to_duckdb(settings: Settings) -> None:
    """Make the warehouse file anew, with a view of every table that Spark has built."""
    aside = settings.warehouse.with_suffix(".spark")
    aside.unlink(missing_ok=True)
    with duckdb.connect(aside.as_posix()) as connection:
        for schema, name, folder in tables(settings):
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(
                f'create view "{schema}"."{name}" as '
                f"from read_parquet('{path_pattern(folder)}/*.parquet', hive_partitioning = false)"
            )
    put_in_place(aside, settings.warehouse)


def dbt(prog_name: str) -> None:
    """Run dbt as its own command line does, on what Spark has built before; for developers (`cla dbt`)."""
    from dbt.cli.main import cli, dbtRunner

    settings = Settings.from_environment()
    refuse_without_spark()
    if "parse" not in sys.argv:
        for first in begin(settings, sys.argv[1:]):
            if not dbtRunner().invoke([*first, "--quiet"]).success:
                raise UserError("dbt could not register what it reads; what it printed says why.")
    try:
        cli(prog_name=prog_name)
    finally:
        if DBT_WRITES & {*sys.argv}:
            lend_to_duckdb(settings)
