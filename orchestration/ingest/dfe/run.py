"""One run over `landing/published`: what is new is read, what is gone is taken out, everything else stays."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.filesystem import private_directory, read_ordinary_file
from orchestration.ingest import taken_in
from orchestration.ingest.dfe import raw_files as raw_layer
from orchestration.ingest.dfe.files import (
    PublishedFile,
    PublishedTable,
    changed,
    discover,
    read_table,
    release_of,
    sha256,
)
from orchestration.ingest.dfe.raw_files import Source
from orchestration.ingest.dfe.sayings import (
    NOTHING,
    RELEASE_FILE,
    ReleaseNotes,
    Sayings,
    merged,
    read_release_file,
    said_by_name,
)
from orchestration.ingest.landing import PUBLISHED_FOLDER, SETTLE_SECONDS
from orchestration.ingest.plain_yaml import SIZE_LIMIT
from orchestration.private_errors import kept_private
from orchestration.settings import Limits, Settings

Progress = Callable[[str, int, int | None], None]

STAGE = "Reading published statistics"
_RECENT_SECONDS = 5.0


@dataclass
class DfeReport:
    """What a run did, and what the raw layer holds after it."""

    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    withdrawn: int = 0
    repeated: list[str] = field(default_factory=list)
    """Files whose content another file of the same release already gave."""
    postponed: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """One sentence for each file that cannot be read, or not every row of it."""
    files: int = 0
    columns: int = 0
    rows: int = 0
    cells: int = 0
    seconds: float = 0.0

    def summary(self) -> str:
        """Return the run in one sentence."""
        counts = {
            "new": len(self.new),
            "unchanged": len(self.unchanged),
            "delivered twice": len(self.repeated),
            "postponed": len(self.postponed),
            "withdrawn": self.withdrawn,
        }
        said = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "none"
        return f"Published files: {said}."


def ingest_dfe(
    settings: Settings, progress: Progress | None = None, *, settle_seconds: float = SETTLE_SECONDS
) -> DfeReport:
    """Bring raw/published up to date with landing/published. Whoever calls this holds the build lock.

    A file is read once: its place and content, and what is said of it, name what becomes of it. A second copy of the
    same content in a release, of which nothing else is said, is passed over, so that a release dropped in twice changes
    nothing.
    """
    started = time.monotonic()
    raw = private_directory(settings.raw)
    raw_layer.prepare(raw)
    known = raw_layer.known(raw)
    folder = settings.landing / PUBLISHED_FOLDER
    everything = discover(folder, settings.limits)
    found = {name: file for name, file in everything.items() if file.problem is None}
    report = DfeReport()
    unsettled = _unsettled(found, folder, settle_seconds, settings.limits)
    checksums: dict[str, str] = {}
    for file in found.values():
        data = None if file.name in unsettled else _read(file)
        if data is None:
            report.postponed.append(f"{file.name} is still being written or cannot be opened; it waits until it can.")
        else:
            checksums[file.name] = sha256(data)
    kept: set[str] = set()
    contents: set[tuple[str, str, Sayings]] = set()
    said, faulty = _sayings(folder, found)
    sources = {name: Source(found[name], checksum, said[name]) for name, checksum in checksums.items()}
    # Of copies the one that was read before counts, else the one nearest to the top: another copy changes nothing.
    identities = {
        name: raw_layer.file_id(source.file, source.checksum, source.said) for name, source in sources.items()
    }
    ordered = sorted(checksums, key=lambda name: (identities[name] not in known, name.count("/"), name))
    for done, name in enumerate(ordered, start=1):
        if progress:
            progress(STAGE, done, len(ordered))
        file = found[name]
        place = file.release or name.rpartition("/")[0]
        if (place, checksums[name], said[name]) in contents:
            report.repeated.append(name)
            continue
        contents.add((place, checksums[name], said[name]))
        kept.add(identities[name])
        if identities[name] in known:
            report.unchanged.append(name)
            continue
        # What was written to since its checksum was taken is read by the next run.
        data = _read(file)
        if data is None or sha256(data) != checksums[name]:
            report.postponed.append(f"{name} is still being written or cannot be opened; it waits until it can.")
            continue
        now = datetime.now(UTC).replace(tzinfo=None)
        try:
            raw_layer.write(raw, identities[name], sources[name], read_table(name, data, settings.limits), now)
        except OSError:
            raise
        except Exception as error:
            # Nobody foresaw what the file does to the reader; the others do not wait until somebody has.
            table = PublishedTable(message=str(kept_private(error, f"reading {name}", settings.faults)))
            raw_layer.write(raw, identities[name], sources[name], table, now)
        report.new.append(name)
    messages = {
        source: " ".join((*notes.faults, "Until that is put right, nothing decides between the files beside it."))
        for source, notes in faulty.items()
    }
    for file in everything.values():
        if file.problem is not None:
            said_of_it = f"{file.name} {file.problem}."
            messages[Source(file, sha256(said_of_it.encode()), NOTHING)] = said_of_it
    kept |= _record_messages(raw, known, messages)
    _withdraw(settings, raw, known - kept, set(report.postponed), report)
    raw_layer.sweep(raw)
    if not report.postponed:
        taken_in.record(raw, taken_in.of_published(settings, everything.values()))
    _count(raw, report)
    report.seconds = time.monotonic() - started
    return report


def _sayings(folder: Path, found: dict[str, PublishedFile]) -> tuple[dict[str, Sayings], dict[Source, ReleaseNotes]]:
    """Return what is said of each file, by its name and in the release's folder, and the notes that have faults.

    Where notes have faults nothing is said of any file beside them: the names might say the opposite of what was meant.
    """
    said = {name: said_by_name(name) for name in found}
    faulty: dict[Source, ReleaseNotes] = {}
    for top in sorted({name.partition("/")[0] for name in found if "/" in name}):
        path = folder / top / RELEASE_FILE
        if release_of(top) is None or not path.exists():
            continue
        inside = {name.partition("/")[2]: name for name in found if name.startswith(f"{top}/")}
        name = f"{top}/{RELEASE_FILE}"
        try:
            data = read_ordinary_file(path, SIZE_LIMIT)
            notes = read_release_file(name, data, set(inside))
        except OSError:
            data = b""
            notes = ReleaseNotes({}, (f"{name} cannot be opened, or is larger than {SIZE_LIMIT:,} bytes.",))
        if notes.faults:
            file = PublishedFile(path, name, (len(data), 0))
            faulty[Source(file, sha256("\n".join(notes.faults).encode()), NOTHING)] = notes
        for below, whole in inside.items():
            said[whole] = NOTHING if notes.faults else merged(said[whole], notes.files.get(below))
    return said, faulty


def _record_messages(raw: Path, known: set[str], messages: dict[Source, str]) -> set[str]:
    """Write a record of each file that cannot be used, with what is said of it in place of content."""
    recorded = set()
    for source, message in messages.items():
        identity = raw_layer.file_id(source.file, source.checksum, source.said)
        recorded.add(identity)
        if identity not in known:
            now = datetime.now(UTC).replace(tzinfo=None)
            raw_layer.write(raw, identity, source, PublishedTable(message=message), now)
    return recorded


def _unsettled(found: dict[str, PublishedFile], folder: Path, seconds: float, limits: Limits) -> set[str]:
    """Wait once, and only if a file was written a moment ago, and return those that are still being written."""
    newest = max((file.stamp[1] for file in found.values()), default=0)
    if newest / 1e9 <= time.time() - _RECENT_SECONDS:
        return set()
    time.sleep(seconds)
    return changed(found, folder, limits)


def _read(file: PublishedFile) -> bytes | None:
    try:
        data = read_ordinary_file(file.path)
        status = file.path.stat()
    except OSError:
        return None
    return data if (status.st_size, status.st_mtime_ns) == file.stamp else None


def _withdraw(settings: Settings, raw: Path, gone: set[str], postponed: set[str], report: DfeReport) -> None:
    """Take out files that left the landing zone, unless all of it is empty: then a drive may be missing."""
    if postponed or not settings.landing.is_dir() or not any(settings.landing.iterdir()):
        # What a file said before it was rewritten stays until the new content is whole.
        return
    for identity in sorted(gone):
        raw_layer.withdraw(raw, identity)
    report.withdrawn = len(gone)


def _count(raw: Path, report: DfeReport) -> None:
    folder = raw / "published"
    for record in pq.read_table(folder / "files").to_pylist():
        report.files += 1
        report.rows += record["row_count"]
        if record["message"]:
            report.unreadable.append(record["message"])
        elif record["rows_unread"]:
            report.unreadable.append(
                f"{record['file_path']} has {record['rows_unread']:,} rows that are not as wide as its header."
            )
    report.unreadable.sort()
    for name in ("columns", "cells"):
        rows = sum(pq.read_metadata(path).num_rows for path in (folder / name).glob("*.parquet"))
        setattr(report, name, rows)
