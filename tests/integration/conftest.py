"""The demo authority, built once for all tests that look at it."""

from collections.abc import Iterator

import duckdb
import pytest

from orchestration.publish.publication import DATABASE
from orchestration.settings import Settings
from tests.integration.running import cla


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """A data folder after `cla demo`, and what that printed."""
    data_dir = tmp_path_factory.mktemp("demo")
    code, output = cla(data_dir, "demo")
    assert code == 0, output
    return Settings(data_dir), output


@pytest.fixture
def published(demo: tuple[Settings, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo[0].published / DATABASE), read_only=True) as connection:
        yield connection
