"""dbt's manifest and Dagster's definitions, loaded once for all rules over them."""

import os
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    before = os.environ.get("CLA_DATA_DIR")
    os.environ["CLA_DATA_DIR"] = str(tmp_path_factory.mktemp("data"))
    try:
        # The code location makes its settings when it is imported.
        from orchestration import definitions

        yield definitions
    finally:
        os.environ.pop("CLA_DATA_DIR")
        if before is not None:
            os.environ["CLA_DATA_DIR"] = before


@pytest.fixture(scope="session")
def manifest(definitions: Any) -> dict[str, Any]:
    return dict(definitions.manifest)


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
