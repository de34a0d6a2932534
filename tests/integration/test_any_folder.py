"""A data folder, and a clone, whose path holds every mark that some tool takes for a pattern, a URL or a template."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from orchestration.settings import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

NAME = "[OFFICIAL-SENSITIVE] CLA #1 {3F25} {{x}} {% y %} O'Brien & co; 100% +~^$@! `é`=, (e)"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
CLONED = ("orchestration", "models", "macros", "seeds", "dbt_project", "tests/dbt", "site")


def deliver(data_dir: Path, children: int) -> None:
    delivery = data_dir / "landing/812/ssda903/2025/2025-04-30"
    delivery.mkdir(parents=True)
    lines = range(1, children + 1)
    (delivery / "header.csv").write_text(HEADER + "".join(f"C{n},1,01/05/2012,WBRI,UN1,,\n" for n in lines))
    (delivery / "episodes.csv").write_text(EPISODES + "".join(f"C{n},01/06/2024,S,C2,N1,U6,PR1,,,,,,\n" for n in lines))


def run(environment: Mapping[str, str], *command: str, clone: Path = REPOSITORY) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *command],
        cwd=clone,
        env={**os.environ, **environment, "CLA_AS_KNOWN_AT": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def looked_after(published: Path) -> list[tuple[int, int]]:
    """Open the publication as a reader would: the file and, beside it, the Parquet copy."""
    counted = (
        "select cast(value as integer) from {} "
        "where metric_id = 'children_looked_after' and breakdown = 'all' and period_type = 'financial_year'"
    )
    table = (published / "parquet/metric_values.parquet").as_posix().replace("'", "''")
    with duckdb.connect(str(published / DATABASE), read_only=True) as connection:
        return [
            (file, parquet)
            for (file,), (parquet,) in zip(
                connection.execute(counted.format("marts.metric_values")).fetchall(),
                connection.execute(counted.format(f"read_parquet('{table}')")).fetchall(),
                strict=True,
            )
        ]


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("any") / NAME
    folder.mkdir()
    return folder


def test_a_return_builds_and_publishes_in_a_folder_of_any_name(somewhere: Path) -> None:
    data_dir, user = somewhere / "data", somewhere / "user"
    user.mkdir()
    deliver(data_dir, 5)
    # Beside it lies a folder that the brackets, taken for a pattern, would match: nothing may be read from there.
    deliver(somewhere.parent / NAME.replace("[OFFICIAL-SENSITIVE]", "O") / "data", 3)
    environment = {"CLA_DATA_DIR": str(data_dir), "HOME": str(user), "USERPROFILE": str(user)}
    run(environment, "build")
    assert looked_after(data_dir / "published") == [(5, 5)]
    assert "from 1 deliveries" in run(environment, "status")

    first = (data_dir / "published").resolve()
    run(environment, "publish")
    assert (data_dir / "published").resolve() != first
    assert looked_after(data_dir / "published") == [(5, 5)]
    assert sorted((data_dir / "published/reports").glob("*.docx"))
    run(environment, "docs")
    page = (data_dir / "docs/dbt/index.html").read_text(encoding="utf-8")
    assert "OFFICIAL-SENSITIVE" not in page

    assert list(user.iterdir()) == [], "no tool made a home for its telemetry"
    dagster = {path.name for path in (data_dir / "dagster").iterdir()}
    assert dagster == {"dagster.yaml", "history", "schedules"}


def test_a_clone_in_a_folder_of_any_name_builds(somewhere: Path) -> None:
    clone = somewhere / "clone"
    for part in CLONED:
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", "build", ".evidence")
        shutil.copytree(REPOSITORY / part, clone / part, ignore=ignored)
    for file in ("dbt_project.yml", "dagster.yaml", "pyproject.toml"):
        shutil.copy(REPOSITORY / file, clone / file)
    deliver(clone / "data", 4)
    run({"PYTHONPATH": str(clone), "CLA_DATA_DIR": ""}, "build", clone=clone)
    assert looked_after(clone / "data/published") == [(4, 4)]
