"""Options of the test run, and the demo authority, built once for all tests that look at it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from tests.integration.running import cla
from tests.site_fixture import internal_site, site, site_settings
from tests.webserver_fixture import dev, guarded, scratch_instance, unguarded

__all__ = ["dev", "guarded", "internal_site", "scratch_instance", "site", "site_settings", "unguarded"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshot", action="store_true", help="write tests/graph/assets.txt anew")
    parser.addoption("--demo", help="a data folder after `cla demo`, to look at instead of building one")


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, str]]:
    """A data folder after `cla demo`, and what that printed. Tests only read it; what writes takes `own_demo`."""
    settings, output = _built(request.config.getoption("--demo"), tmp_path_factory)
    publication = settings.published.resolve()
    yield settings, output
    assert settings.published.resolve() == publication, "a test has published in the demo that others look at"


def _built(finished: str | None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    if finished:
        return Settings(Path(finished).resolve()), ""
    # `tests/run.py` names a folder, so that its processes build it once between them.
    data_dir = Path(os.environ.get("CLA_TEST_DEMO") or tmp_path_factory.mktemp("demo"))
    printed = data_dir.with_suffix(".txt")
    with FileLock(data_dir.with_suffix(".lock")):
        if not printed.exists():
            code, output = cla(data_dir, "demo")
            assert code == 0, output
            printed.write_text(output, encoding="utf-8")
    return Settings(data_dir.resolve()), printed.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def own_demo(demo: tuple[Settings, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the demo's data folder, in which the tests of a module may build and publish."""
    data_dir = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(demo[0].data_dir, data_dir, symlinks=True)
    return Settings(data_dir)


@pytest.fixture
def published(demo: tuple[Settings, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo[0].published / DATABASE), read_only=True) as connection:
        yield connection
