"""The postcode table."""

import importlib.metadata
import math
from pathlib import Path
from types import SimpleNamespace

import brotli
import msgpack
import pyarrow.parquet as pq
import pytest

from orchestration.errors import UserError
from orchestration.ingest.postcodes import build_postcodes


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two letters in the place of the real one."""
    folder = tmp_path / "package"
    folder.mkdir()
    content = {
        "A": {"pcd": ["AB1 0AA", "ab10 1ab"], "laua": ["S12000033", math.nan], "oseast1m": [385386.0, math.nan]},
        "N": {"pcd": ["N1  1AA"], "laua": ["E09000019"], "oseast1m": [531000.0]},
    }
    for letter, data in content.items():
        packed = msgpack.packb({"columns": [*data, "osnrth1m"], "data": data | {"osnrth1m": data["oseast1m"]}})
        (folder / f"postcodes_{letter}.msgpack.br").write_bytes(brotli.compress(packed))
    found = SimpleNamespace(origin=str(folder / "__init__.py"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found)
    return folder


def test_postcodes_lose_their_blanks_and_a_missing_grid_reference_is_null(tmp_path: Path, package: Path):
    assert build_postcodes(tmp_path / "raw") == (3, True)
    rows = pq.read_table(tmp_path / "raw/postcodes/postcodes.parquet").to_pylist()
    assert rows == [
        {"postcode": "AB10AA", "easting": 385386.0, "northing": 385386.0, "district_code": "S12000033"},
        {"postcode": "AB101AB", "easting": None, "northing": None, "district_code": None},
        {"postcode": "N11AA", "easting": 531000.0, "northing": 531000.0, "district_code": "E09000019"},
    ]


def test_they_are_written_again_only_for_another_version(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
):
    build_postcodes(tmp_path / "raw")
    assert build_postcodes(tmp_path / "raw") == (3, False)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "2099.1")
    assert build_postcodes(tmp_path / "raw") == (3, True)


def test_a_package_without_postcodes_is_said(tmp_path: Path, package: Path):
    for file in package.iterdir():
        file.unlink()
    with pytest.raises(UserError, match="install it again"):
        build_postcodes(tmp_path / "raw")
