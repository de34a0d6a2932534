"""The keyed hashes that stand for a child and for an officer."""

import hashlib
import hmac
import os
import stat
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from orchestration.errors import UserError
from orchestration.ingest.person_keys import CHILDREN, OFFICERS, Kind, PersonKeys


def load(root: Path, kind: Kind = CHILDREN) -> PersonKeys:
    return PersonKeys.load(kind, root / "raw", root / "keys")


def stored(root: Path, kind: Kind = CHILDREN) -> list[tuple[str, str, str]]:
    rows = ds.dataset(root / "raw" / kind.folder, schema=kind.schema, format="parquet").to_table().to_pylist()
    return sorted((row["la_code"], row[kind.number], row[kind.key]) for row in rows)


def test_a_key_is_an_hmac_of_authority_and_child(tmp_path: Path):
    assert load(tmp_path).add([("812", ["007", "7"]), ("813", ["7"])]) == 3
    key = bytes.fromhex((tmp_path / "keys/child_key.key").read_text().strip())
    assert len(key) == 32
    expected = hmac.new(key, b"812\x1f007", hashlib.sha256).hexdigest()[:32]
    rows = stored(tmp_path)
    assert rows[0] == ("812", "007", expected)
    assert len({row[2] for row in rows}) == 3, "7, 007 and the 7 of another authority are three children"


def test_an_officer_and_a_child_of_one_number_share_no_key(tmp_path: Path):
    assert load(tmp_path).add([("812", ["7"])]) == load(tmp_path, OFFICERS).add([("812", ["7"])]) == 1
    key = bytes.fromhex((tmp_path / "keys/child_key.key").read_text().strip())
    expected = hmac.new(key, b"iro\x1f812\x1f7", hashlib.sha256).hexdigest()[:32]
    assert stored(tmp_path, OFFICERS) == [("812", "7", expected)]
    assert stored(tmp_path)[0][2] != expected


@pytest.mark.parametrize("kind", [CHILDREN, OFFICERS])
def test_a_key_that_anyone_has_a_hash_of_is_never_made_anew(tmp_path: Path, kind: Kind):
    load(tmp_path, kind).add([("812", ["7"])])
    (tmp_path / "keys/child_key.key").unlink()
    for other in (CHILDREN, OFFICERS):
        with pytest.raises(UserError, match=r"child_key\.key is missing"):
            load(tmp_path, other)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions; Windows has access lists")
def test_the_key_is_for_its_owner_alone(tmp_path: Path):
    load(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys/child_key.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_known_child_is_not_written_again(tmp_path: Path):
    keys = load(tmp_path)
    assert keys.add([("812", ["1", "2"])]) == 2
    assert keys.add([("812", ["2", "3"]), ("812", ["3"])]) == 1
    assert load(tmp_path).add([("812", ["1", "2", "3"])]) == 0
    assert [row[1] for row in stored(tmp_path)] == ["1", "2", "3"]
    assert len(load(tmp_path)) == 3


def test_many_files_become_one_with_the_same_keys(tmp_path: Path):
    keys = load(tmp_path)
    for number in range(25):
        keys.add([("812", [str(number)])])
    before = stored(tmp_path)
    keys.compact()
    assert stored(tmp_path) == before
    assert len(list((tmp_path / "raw/child_keys").glob("*.parquet"))) == 1
    assert len(load(tmp_path)) == 25


def test_a_compaction_that_died_leaves_no_child_twice_after_the_next(tmp_path: Path):
    keys = load(tmp_path)
    for number in range(25):
        keys.add([("812", [str(number)])])
    files = {file: file.read_bytes() for file in (tmp_path / "raw/child_keys").glob("*.parquet")}
    keys.compact()
    for file, content in [*files.items()][:3]:
        file.write_bytes(content)
    assert len(stored(tmp_path)) == 28
    load(tmp_path).compact()
    assert len(stored(tmp_path)) == 25


@pytest.mark.parametrize("content", [None, "", "zz", "00" * 8, "11" * 32])
def test_a_lost_or_other_key_is_said_rather_than_replaced(tmp_path: Path, content: str | None):
    load(tmp_path).add([("812", ["1"])])
    file = tmp_path / "keys/child_key.key"
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    with pytest.raises(UserError, match=r"child_key\.key"):
        load(tmp_path)
