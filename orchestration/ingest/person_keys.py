"""The keyed hashes that stand for a child and for an officer wherever the authority's own number may not appear.

The key is made on first use, lies in a file of its own under CLA_DATA_DIR/keys and never enters a query, a log or an
environment variable: what dbt sees are the finished maps from child to child_key and from iro_id to iro_key.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from orchestration.errors import UserError
from orchestration.filesystem import atomic_file, private_directory, write_private_text

KEY_FILE = "child_key.key"
NEXT_KEY_FILE = "child_key.key.next"
"""The key that `cla rekey` is about to put in the place of the present one."""
_EMPTY = "empty.parquet"
_COMPACT_ABOVE = 20
_FINGERPRINT = b"key_fingerprint"


@dataclass(frozen=True)
class Kind:
    """A kind of people with numbers of the authority's own."""

    folder: str
    """Where their map lies in the raw layer."""
    number: str
    """What the map calls their number."""
    key: str
    """What the map calls their keyed hash."""
    columns: frozenset[str]
    """The columns of delivered tables that hold their numbers."""
    domain: str
    """What their hashes are made over besides authority and number, so that no number of two kinds has one hash."""

    @property
    def schema(self) -> pa.Schema:
        """The columns of the map."""
        return pa.schema([("la_code", pa.string()), (self.number, pa.string()), (self.key, pa.string())])


# Children had their keys before there was another kind, so theirs is the domain without a name. No officer's hash can
# be a child's: what a child's is made over begins with the three digits of an authority.
CHILDREN = Kind(
    "child_keys", "child", "child_key", frozenset({"child", "child_id", "old_child_id", "new_child_id"}), domain=""
)
OFFICERS = Kind("iro_keys", "iro_id", "iro_key", frozenset({"iro_id"}), domain="iro\x1f")
KINDS = (CHILDREN, OFFICERS)


class PersonKeys:
    """The map from (la_code, number) to key: `load` it, `add` people, `compact` at the end of a run."""

    def __init__(self, kind: Kind, folder: Path, key: bytes) -> None:
        self.kind = kind
        self.folder = folder
        self._key = key
        self._known: dict[str, set[str]] = {}
        self._has_duplicates = False

    @classmethod
    def load(cls, kind: Kind, raw: Path, keys: Path) -> "PersonKeys":
        """Read the key and the map of a kind; make the key if nobody of any kind has one made with it yet."""
        folder = private_directory(raw / kind.folder)
        key = read_or_make_key(keys / KEY_FILE, may_make=not any(files_of(raw / other.folder) for other in KINDS))
        loaded = cls(kind, folder, key)
        for file in files_of(folder):
            if fingerprint_in(file) != fingerprint_of(key):
                if (keys / NEXT_KEY_FILE).exists():
                    raise UserError("`cla rekey` was interrupted; run it again, and it ends what it began.")
                raise UserError(
                    f"{keys / KEY_FILE} is not the key that child_key and iro_key were made with; restore it, "
                    f"or delete {raw} to give everyone new ones."
                )
            table = pq.read_table(file, columns=["la_code", kind.number])
            before = len(loaded)
            for la_code, number in zip(table["la_code"].to_pylist(), table[kind.number].to_pylist(), strict=True):
                loaded._known.setdefault(la_code, set()).add(number)
            loaded._has_duplicates |= len(loaded) - before < table.num_rows
        return loaded

    def __len__(self) -> int:
        """Return how many people have a key."""
        return sum(len(numbers) for numbers in self._known.values())

    def add(self, people: Iterable[tuple[str, Iterable[str]]]) -> int:
        """Give keys to those of an authority's people who have none, write them, and return how many they were.

        They are on the disk when this returns, so that no committed delivery ever names anyone without a key.
        """
        rows: list[tuple[str, str, str]] = []
        for la_code, numbers in people:
            known = self._known.setdefault(la_code, set())
            new = sorted(set(numbers) - known)
            known.update(new)
            rows.extend((la_code, number, self._hash(la_code, number)) for number in new)
        if rows:
            self.write(pa.table([pa.array(column) for column in zip(*rows, strict=True)], schema=self.kind.schema))
        return len(rows)

    def keys_of_others(self, people: set[tuple[str, str]]) -> list[str]:
        """Return the keys of everyone in the map who is not among `people`, told by authority and number."""
        others = {(la_code, number) for la_code, numbers in self._known.items() for number in numbers} - people
        return sorted(self._hash(la_code, number) for la_code, number in others)

    def keep_only(self, people: set[tuple[str, str]]) -> None:
        """Take everyone else out of the map."""
        if not self.keys_of_others(people):
            return
        files = files_of(self.folder)
        table = ds.dataset([str(file) for file in files], schema=self.kind.schema).to_table()
        theirs = zip(table["la_code"].to_pylist(), table[self.kind.number].to_pylist(), strict=True)
        kept = table.filter(pa.array([person in people for person in theirs], pa.bool_()))
        if kept.num_rows:
            self.write(kept)
        for file in files:
            file.unlink()

    def compact(self) -> None:
        """Unite the files once there are many, or once one that was united is still there because a run died then."""
        files = files_of(self.folder)
        if len(files) <= _COMPACT_ABOVE and not self._has_duplicates:
            return
        schema = self.kind.schema
        table = ds.dataset([str(file) for file in files], schema=schema).to_table()
        self.write(
            table.group_by(schema.names, use_threads=False)
            .aggregate([])
            .select(schema.names)
            .sort_by([("la_code", "ascending"), (self.kind.number, "ascending")])
        )
        for file in files:
            file.unlink()

    def _hash(self, la_code: str, number: str) -> str:
        return key_of(self.kind, self._key, la_code, number)

    def write(self, table: pa.Table) -> None:
        """Add a file with these people to the map."""
        schema = self.kind.schema.with_metadata({_FINGERPRINT: fingerprint_of(self._key)})
        path = self.folder / f"{time.time_ns()}.parquet"
        with atomic_file(path) as temporary:
            pq.write_table(table.cast(schema), temporary, compression="zstd")


def key_of(kind: Kind, key: bytes, la_code: str, number: str) -> str:
    """Return the keyed hash that stands for a person."""
    return hmac.digest(key, f"{kind.domain}{la_code}\x1f{number}".encode(), "sha256").hex()[:32]


def fingerprint_in(file: Path) -> bytes | None:
    """Return which key the hashes in a file of a map were made with."""
    found: bytes | None = (pq.read_schema(file).metadata or {}).get(_FINGERPRINT)
    return found


def files_of(folder: Path) -> list[Path]:
    """Return the files of a map that hold anybody."""
    return [file for file in sorted(folder.glob("*.parquet")) if file.name != _EMPTY]


def people_in_map(folder: Path, kind: Kind) -> list[tuple[str, str]]:
    """Return authority and number of everyone in a map, whichever key their hashes were made with."""
    people: set[tuple[str, str]] = set()
    for file in files_of(folder):
        table = pq.read_table(file, columns=["la_code", kind.number])
        people |= set(zip(table["la_code"].to_pylist(), table[kind.number].to_pylist(), strict=True))
    return sorted(people)


def read_or_make_key(file: Path, *, may_make: bool) -> bytes:
    """Return the secret in a file; make one where nothing was made with it yet."""
    if not file.exists():
        if not may_make:
            raise UserError(f"{file} is missing although there are keys made with it; restore it from a backup.")
        private_directory(file.parent)
        write_private_text(file, secrets.token_hex(32) + "\n")
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) < 32:
        raise UserError(f"{file} should hold at least 64 hexadecimal digits; restore it from a backup.")
    return key


def fingerprint_of(key: bytes) -> bytes:
    """Return what tells two keys apart without telling anything about them."""
    return hashlib.sha256(b"child_key fingerprint" + key).hexdigest()[:16].encode()
