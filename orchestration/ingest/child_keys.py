"""The keyed hash that stands for a child wherever the child's own number may not appear.

The key is made on first use, lies in a file of its own under CLA_DATA_DIR/keys and never enters a query, a log or an
environment variable: what dbt sees is the finished map from child to child_key.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from orchestration.errors import UserError
from orchestration.filesystem import atomic_file, private_directory, write_private_text

SCHEMA = pa.schema([("la_code", pa.string()), ("child", pa.string()), ("child_key", pa.string())])
KEY_FILE = "child_key.key"
_COMPACT_ABOVE = 20
_FINGERPRINT = b"key_fingerprint"


class ChildKeys:
    """The map from (la_code, child) to child_key: `load` it, `add` children, `compact` at the end of a run."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._key = key
        self._known: dict[str, set[str]] = {}
        self._has_duplicates = False

    @classmethod
    def load(cls, raw: Path, keys: Path) -> "ChildKeys":
        """Read the key and the map; make the key if neither exists yet."""
        folder = private_directory(raw / "child_keys")
        files = [file for file in sorted(folder.glob("*.parquet")) if file.name != "empty.parquet"]
        key = _read_or_make_key(keys / KEY_FILE, may_make=not files)
        loaded = cls(folder, key)
        for file in files:
            fingerprint = (pq.read_schema(file).metadata or {}).get(_FINGERPRINT)
            if fingerprint != _fingerprint(key):
                raise UserError(
                    f"{keys / KEY_FILE} is not the key that the children's keys were made with; restore it, "
                    f"or delete {raw} to give every child a new key."
                )
            table = pq.read_table(file, columns=["la_code", "child"])
            before = len(loaded)
            for la_code, child in zip(table["la_code"].to_pylist(), table["child"].to_pylist(), strict=True):
                loaded._known.setdefault(la_code, set()).add(child)
            loaded._has_duplicates |= len(loaded) - before < table.num_rows
        return loaded

    def __len__(self) -> int:
        """Return how many children have a key."""
        return sum(len(children) for children in self._known.values())

    def add(self, children: Iterable[tuple[str, Iterable[str]]]) -> int:
        """Give keys to those of an authority's children who have none, write them, and return how many they were.

        They are on the disk when this returns, so that no committed delivery ever has a child without a key.
        """
        rows: list[tuple[str, str, str]] = []
        for la_code, numbers in children:
            known = self._known.setdefault(la_code, set())
            new = sorted(set(numbers) - known)
            known.update(new)
            rows.extend((la_code, child, self._child_key(la_code, child)) for child in new)
        if rows:
            self._write(pa.table([pa.array(column) for column in zip(*rows, strict=True)], schema=SCHEMA))
        return len(rows)

    def compact(self) -> None:
        """Unite the files once there are many, or once one that was united is still there because a run died then."""
        files = [file for file in sorted(self.folder.glob("*.parquet")) if file.name != "empty.parquet"]
        if len(files) <= _COMPACT_ABOVE and not self._has_duplicates:
            return
        table = ds.dataset([str(file) for file in files], schema=SCHEMA).to_table()
        self._write(
            table.group_by(SCHEMA.names, use_threads=False)
            .aggregate([])
            .select(SCHEMA.names)
            .sort_by([("la_code", "ascending"), ("child", "ascending")])
        )
        for file in files:
            file.unlink()

    def _child_key(self, la_code: str, child: str) -> str:
        return hmac.digest(self._key, f"{la_code}\x1f{child}".encode(), "sha256").hex()[:32]

    def _write(self, table: pa.Table) -> None:
        schema = SCHEMA.with_metadata({_FINGERPRINT: _fingerprint(self._key)})
        path = self.folder / f"{time.time_ns()}.parquet"
        with atomic_file(path) as temporary:
            pq.write_table(table.cast(schema), temporary, compression="zstd")


def _read_or_make_key(file: Path, *, may_make: bool) -> bytes:
    if not file.exists():
        if not may_make:
            raise UserError(f"{file} is missing although children have keys made with it; restore it from a backup.")
        private_directory(file.parent)
        write_private_text(file, secrets.token_hex(32) + "\n")
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) < 32:
        raise UserError(f"{file} should hold at least 64 hexadecimal digits; restore it from a backup.")
    return key


def _fingerprint(key: bytes) -> bytes:
    """Return what tells two keys apart without telling anything about them."""
    return hashlib.sha256(b"child_key fingerprint" + key).hexdigest()[:16].encode()
