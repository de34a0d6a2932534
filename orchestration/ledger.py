"""What was done with the data and by whom: built, given out, accepted, erased. Only ever added to; `cla log` shows it.

No entry names a child or quotes a record: it holds names of deliveries and runs, numbers, and reasons that people gave.
"""

import getpass
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from orchestration.filesystem import private_directory, private_file
from orchestration.settings import Settings


@dataclass(frozen=True)
class Entry:
    """One thing that was done: when (UTC, ISO 8601), by which account, what, and the facts of it."""

    at: str
    by: str
    action: str
    facts: dict[str, Any]


def record(settings: Settings, action: str, **facts: Any) -> Entry:
    """Add an entry; it is on the disk when this returns."""
    entry = Entry(datetime.now(UTC).isoformat(timespec="seconds"), account(), action, facts)
    private_directory(settings.ledger.parent)
    line = json.dumps(entry.__dict__, ensure_ascii=False) + "\n"
    with settings.ledger.open("ab+") as file:
        private_file(settings.ledger)
        if file.tell() and _last_byte(file) != b"\n":
            line = "\n" + line
        file.write(line.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    return entry


def entries(settings: Settings) -> Iterator[Entry]:
    """Return what was recorded, oldest first; a last line that a killed process left half is passed over."""
    if not settings.ledger.exists():
        return
    for line in settings.ledger.read_text(encoding="utf-8").splitlines():
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue


def _last_byte(file: BinaryIO) -> bytes:
    file.seek(-1, os.SEEK_END)
    return file.read(1)


def account() -> str:
    """Return the account that runs this process; some have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "an account without a name"
