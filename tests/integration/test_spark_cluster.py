"""What docs/scaling.md says of a cluster, against a Thrift server of Spark's own on this machine.

Skipped without Java, the extra and PyHive, which no lock holds: `pip install "dbt-spark[PyHive]"`.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.filesystem import private_directory
from orchestration.settings import REPOSITORY, Settings
from orchestration.transform.spark import lend_to_duckdb, refuse_without_spark
from tests.integration.test_spark import JAVA_OPTIONS, SMALL
from tests.parity import differences

AS_ON_ONE_MACHINE = "spark.sql.timestampType=TIMESTAMP_NTZ spark.sql.session.timeZone=UTC"
STARTS_WITHIN_SECONDS = 120

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[Settings, int]]:
    """A server whose tables lie where those of a Spark within dbt's process would, and its port."""
    try:
        refuse_without_spark()
    except UserError as error:
        pytest.skip(str(error))
    if find_spec("pyhive") is None:
        pytest.skip("PyHive is not installed")
    import pyspark

    home = Path(pyspark.__file__).parent
    settings = Settings(data_dir=tmp_path, engine="spark")
    private_directory(settings.warehouse.parent)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = f"{AS_ON_ONE_MACHINE} {SMALL} spark.ui.enabled=false"
    configuration += f" spark.sql.warehouse.dir={settings.spark_tables.as_uri()}"
    server = subprocess.Popen(
        [
            home / "bin" / "spark-submit",
            "--class=org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
            "--driver-memory=2g",
            *(f"--conf={one}" for one in configuration.split()),
            "spark-internal",
            f"--hiveconf=hive.server2.thrift.port={port}",
            "--hiveconf=hive.server2.thrift.bind.host=127.0.0.1",
        ],
        cwd=tmp_path,
        env={**os.environ, "SPARK_HOME": str(home), "JDK_JAVA_OPTIONS": JAVA_OPTIONS},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while not _answers(port):
            assert server.poll() is None and time.monotonic() < until, "the Thrift server does not start"
            time.sleep(1)
        yield settings, port
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_what_a_cluster_builds_is_the_same(demo: tuple[Settings, str], cluster: tuple[Settings, int]) -> None:
    plain = demo[0]
    settings, port = cluster
    _dbt(plain, settings, port, "run-operation", "register_raw")
    _dbt(plain, settings, port, "build", *("--exclude-resource-type", "unit_test"), *("--exclude", "tag:public"))
    lend_to_duckdb(settings)
    assert differences(plain.warehouse, settings.warehouse, ["marts", "restricted"]) == []


def _dbt(plain: Settings, settings: Settings, port: int, *arguments: str) -> None:
    """Run dbt by itself, as somebody with a cluster does, over the raw files of another data folder."""
    run = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--quiet", *arguments, "--target", "spark_cluster"],
        cwd=REPOSITORY,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CLA_")},
            "CLA_DATA_DIR": str(settings.data_dir),
            "CLA_SPARK_HOST": "127.0.0.1",
            "CLA_SPARK_PORT": str(port),
            "CLA_SPARK_USER": "dbt",
            "CLA_RAW_URI": plain.raw.as_uri(),
            "CLA_DECISIONS_URI": plain.decisions.as_uri(),
            "DBT_TARGET_PATH": str(settings.dbt_target),
            "DBT_LOG_PATH": str(settings.dbt_logs),
        },
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-4000:]
