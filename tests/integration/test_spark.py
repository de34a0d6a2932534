"""The same models on Spark give the same tables as on DuckDB: row for row and value for value (docs/scaling.md).

Where Java and the extra are installed, CI builds the demo's tables once on Spark, beside the demo that other tests look
at; it does not install them, as its time is full. `make parity` runs the whole pipeline on Spark as well, with its data
tests, the unit tests of the models, and the random authorities.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance

from orchestration.errors import UserError
from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from orchestration.transform.dbt import run_dbt
from orchestration.transform.spark import refuse_without_spark
from tests.integration.running import cla
from tests.parity import MODELS_ALONE, beside, differences
from tests.scratch_project import CHILD, build, everything_told, scratch_settings

SMALL = " ".join(
    [
        "spark.master=local[2]",
        "spark.sql.shuffle.partitions=1",
        "spark.default.parallelism=1",
        # With a few thousand rows it takes longer to write and compile Java for a query than to interpret it.
        "spark.sql.adaptive.enabled=false",
        "spark.sql.codegen.wholeStage=false",
        "spark.sql.codegen.factoryMode=NO_CODEGEN",
    ]
)
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
"""Of compilers the quick one alone, to which Java gives too little room for what it has compiled: hence the size."""


@pytest.fixture(scope="module", autouse=True)
def small_spark() -> Iterator[None]:
    try:
        refuse_without_spark()
    except UserError as error:
        pytest.skip(str(error))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JDK_JAVA_OPTIONS", JAVA_OPTIONS)
        patched.setenv("CLA_SPARK_CONFIGURATION", SMALL)
        yield


@pytest.mark.slow
@pytest.mark.ci
def test_every_published_table_of_the_demo_is_the_same_on_spark(
    demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    on_spark = beside(demo[0], tmp_path_factory.mktemp("spark"), SMALL)
    built = run_dbt(on_spark, MODELS_ALONE)
    assert built.succeeded, sorted(node.name for node in built.failed)
    assert differences(demo[0].warehouse, on_spark.warehouse) == []


@pytest.mark.slow
@pytest.mark.thorough
def test_a_whole_build_on_spark_publishes_the_same(
    demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    on_spark = beside(demo[0], tmp_path_factory.mktemp("spark"), SMALL)
    code, output = cla(on_spark.data_dir, "build", "--engine", "spark")
    assert code == 0, output
    assert differences(demo[0].warehouse, on_spark.warehouse) == []
    for link in ("published", "published_public"):
        published = (getattr(one, link) / DATABASE for one in (demo[0], on_spark))
        assert differences(*published) == [], link


@pytest.mark.slow
@pytest.mark.thorough
def test_every_rule_holds_on_spark_by_its_hand_worked_rows(
    demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    on_spark = beside(demo[0], tmp_path_factory.mktemp("spark"), SMALL)
    assert run_dbt(on_spark, MODELS_ALONE).succeeded
    tested = run_dbt(on_spark, ["test", "--select", "test_type:unit"])
    assert tested.succeeded, sorted(node.name for node in tested.failed)
    assert len(tested.nodes) > 300


@pytest.mark.slow
@pytest.mark.thorough
def test_random_authorities_are_the_same_on_spark(
    random_build: tuple[Settings, list[str], object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = random_build[0]
    on_spark = beside(plain, tmp_path_factory.mktemp("spark"), SMALL)
    built = run_dbt(on_spark, MODELS_ALONE)
    assert built.succeeded, sorted(node.name for node in built.failed)
    assert differences(plain.warehouse, on_spark.warehouse) == []


@pytest.mark.slow
@pytest.mark.ci
@pytest.mark.parametrize("broken", [{"check_holds": False}, {"cast_breaks": True}], ids=["check", "model"])
def test_a_build_that_fails_on_spark_quotes_no_data(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], broken: dict[str, bool]
) -> None:
    settings = scratch_settings(tmp_path, engine="spark", **broken)
    with DagsterInstance.ephemeral() as instance:
        result = build(settings, instance)
        captured = capfd.readouterr()
        told = everything_told(result, instance, captured.out + captured.err)
    assert not result.success
    assert CHILD not in told
    assert ("accepted values stg people child" if "check_holds" in broken else "metric_values") in told
    if "cast_breaks" in broken:
        # The details are not lost: they lie where only the owner reads them.
        assert CHILD in (settings.dbt_logs / "dbt.log").read_text()
        assert (settings.dbt_logs / "dbt.log").stat().st_mode & 0o077 == 0


def test_without_java_a_sentence_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="Spark needs Java 17 or 21, and none is on PATH"):
        refuse_without_spark()
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"25.0.1\" 2025-10-21' >&2\n")
    java.chmod(0o755)
    with pytest.raises(UserError, match="is Java 25: let JAVA_HOME name the right one"):
        refuse_without_spark()
