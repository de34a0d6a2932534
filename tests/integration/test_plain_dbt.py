"""dbt as its users start it: from the root of the clone, with nothing set but the data folder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.settings import REPOSITORY, Settings
from tests.integration.running import cla
from tests.run import tool

pytestmark = pytest.mark.ci


def dbt(data_dir: Path, target: Path, *arguments: str) -> tuple[int, str]:
    """Run dbt; what it compiles goes elsewhere than beside the code, that tests may run side by side."""
    unset = {name: value for name, value in os.environ.items() if not name.startswith(("CLA_", "DBT_"))}
    done = subprocess.run(
        [tool("dbt"), "--no-use-colors", *arguments, "--target-path", str(target)],
        cwd=REPOSITORY,
        env={**unset, "CLA_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    return done.returncode, done.stdout


def test_after_a_demo_plain_dbt_tests_builds_and_documents_and_leaves_the_publication(
    demo: tuple[Settings, str], tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "data")
    for folder in ("raw", "decisions", "warehouse"):
        shutil.copytree(demo[0].data_dir / folder, settings.data_dir / folder)
    target = tmp_path / "target"

    code, said = dbt(settings.data_dir, target, "test", "--select", "metric_values")
    assert code == 0 and "ERROR=0" in said, said
    assert settings.warehouse_is_whole.exists()

    code, said = dbt(settings.data_dir, target, "docs", "generate")
    assert code == 0 and (target / "catalog.json").exists(), said

    code, said = dbt(settings.data_dir, target, "build", "--select", "stg_iro__workshops__parsed+1")
    assert code == 0 and "ERROR=0" in said, said
    code, said = cla(settings.data_dir, "publish")
    assert code == 1 and "run `cla build` first" in said, "what plain dbt has changed is not published"


def test_without_data_it_says_in_a_sentence_what_to_do(tmp_path: Path) -> None:
    code, said = dbt(tmp_path / "data", tmp_path / "target", "build", "--select", "int_calendar__days")
    assert code == 2 and "`cla demo` or `cla build` reads the deliveries" in said, said
    assert not (tmp_path / "data").exists()
