"""A new secret behind `child_key` and `iro_key`, and the way from the old keys to the new ones.

The new secret lies beside the old one until every map is written anew; then it takes its place in one step. Whoever is
killed in between is finished by the next command, with the same new secret.
"""

import csv
import io
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from orchestration import ledger
from orchestration.errors import UserError
from orchestration.filesystem import TEMPORARY_SUFFIX, private_directory, write_private_text
from orchestration.ingest import raw as raw_layer
from orchestration.ingest.person_keys import (
    KEY_FILE,
    KINDS,
    NEXT_KEY_FILE,
    PersonKeys,
    files_of,
    fingerprint_in,
    fingerprint_of,
    key_of,
    people_in_map,
    read_or_make_key,
)
from orchestration.settings import Settings

ACTION = "rekeyed"
COLUMNS = ("kind", "la_code", "old_key", "new_key")


def rekey(settings: Settings) -> Path:
    """Give everyone a new key, and return the file that says which took the place of which.

    The caller holds the build lock. Nothing that was published changes; the next build publishes the new keys.
    """
    if not (settings.keys / KEY_FILE).exists():
        raise UserError(f"There is no secret in {settings.keys} yet; the first build makes one.")
    if not (settings.keys / NEXT_KEY_FILE).exists():
        for kind in KINDS:
            PersonKeys.load(kind, settings.raw, settings.keys)  # says so where the present key is not the maps'
        write_private_text(settings.keys / NEXT_KEY_FILE, secrets.token_hex(32) + "\n")
    return finish(settings) or settings.crosswalks


def finish(settings: Settings) -> Path | None:
    """End a change of the secret that was begun; return its crosswalk, or None where none was."""
    next_file = settings.keys / NEXT_KEY_FILE
    for folder in (settings.keys, settings.crosswalks):
        for half_written in folder.glob(f".*{TEMPORARY_SUFFIX}"):
            half_written.unlink()
    if not next_file.exists():
        return None
    old = read_or_make_key(settings.keys / KEY_FILE, may_make=False)
    new = read_or_make_key(next_file, may_make=False)
    name = f"{datetime.fromtimestamp(next_file.stat().st_mtime, UTC):%Y%m%dT%H%M%S.%fZ}.csv"
    crosswalk = settings.crosswalks / name
    if not crosswalk.exists():
        _write(crosswalk, _crosswalk(settings.raw, old, new))
    for kind in KINDS:
        folder = settings.raw / kind.folder
        files = files_of(folder)
        if any(fingerprint_in(file) != fingerprint_of(new) for file in files):
            people = people_in_map(folder, kind)
            rows = [(la_code, number, key_of(kind, new, la_code, number)) for la_code, number in people]
            PersonKeys(kind, folder, new).write(raw_layer.rows_table(kind.schema, rows))
            for file in files:
                file.unlink()
    # A publication made from it would bear the old keys.
    for mark in (settings.data_dir / "warehouse").rglob("*.whole"):
        mark.unlink()
    if not any(entry.action == ACTION and entry.facts.get("crosswalk") == name for entry in ledger.entries(settings)):
        ledger.record(settings, ACTION, crosswalk=name, people=len(read(crosswalk)))
    next_file.replace(settings.keys / KEY_FILE)
    return crosswalk


def read(crosswalk: Path) -> list[dict[str, str]]:
    """Return the rows of a crosswalk."""
    with crosswalk.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def older_keys(settings: Settings, keys: Iterable[str]) -> set[str]:
    """Return the keys that people had before those of now, through all changes of the secret."""
    wanted = set(keys)
    for crosswalk in sorted(settings.crosswalks.glob("*.csv"), reverse=True):
        wanted |= {row["old_key"] for row in read(crosswalk) if row["new_key"] in wanted}
    return wanted


def forget(settings: Settings, keys: Iterable[str]) -> None:
    """Take people out of every crosswalk, by the keys that they have now."""
    gone = older_keys(settings, keys)
    for crosswalk in sorted(settings.crosswalks.glob("*.csv")):
        rows = read(crosswalk)
        kept = [row for row in rows if row["new_key"] not in gone]
        if len(kept) < len(rows):
            _write(crosswalk, kept)


def _crosswalk(raw: Path, old: bytes, new: bytes) -> list[dict[str, str]]:
    rows = []
    for kind in KINDS:
        for la_code, number in people_in_map(raw / kind.folder, kind):
            keys = (key_of(kind, old, la_code, number), key_of(kind, new, la_code, number))
            rows.append(dict(zip(COLUMNS, (kind.key, la_code, *keys), strict=True)))
    return sorted(rows, key=lambda row: tuple(row.values()))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    private_directory(path.parent)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_private_text(path, text.getvalue())
