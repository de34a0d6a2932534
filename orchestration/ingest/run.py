"""One run of ingest: everything in the landing zone that is new or changed goes into the raw layer."""

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import TypeVar

import pyarrow.compute as pc
import pyarrow.dataset as ds

from orchestration.filesystem import flush_to_disk, private_directory
from orchestration.ingest import decisions, given_out, publication_history, taken_in
from orchestration.ingest import raw as raw_layer
from orchestration.ingest.belonging import reject_those_of_others
from orchestration.ingest.erasures import RENUMBERED, Erasures, take_out
from orchestration.ingest.landing import (
    DESCRIPTION_FILE,
    EVERY_FILE,
    MAPPING_CONTENT,
    SETTLE_SECONDS,
    Delivery,
    Description,
    Landing,
    StillBeingWrittenError,
    dataset_of,
    discover,
    printable,
    read_description,
    settle,
    source_hash,
)
from orchestration.ingest.mapping import MAPPING_FILE, read_mapping
from orchestration.ingest.person_keys import CHILDREN, KINDS, Kind, PersonKeys
from orchestration.ingest.raw import Commit
from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.spelling.delivery import spell
from orchestration.ingest.tables import CROSSWALK, IRO, SSDA903
from orchestration.private_errors import kept_private
from orchestration.settings import Settings

Progress = Callable[[str, int, int | None], None]
"""Called with the stage, how many deliveries are done, and of how many."""

_Item = TypeVar("_Item")

STAGE = "Reading deliveries"
_IN_PROCESS_BYTES = 8_000_000
"""Starting processes costs about two seconds, in which one process reads this much."""
_MOST_WORKERS = 4
_MOST_FAULTS = 5
"""Faults of a mapping that its sentence lists."""
_COMMIT_EVERY = 100
"""Deliveries that become visible together: one flush to disk and one file of keys of each kind for all of them."""


@dataclass
class IngestReport:
    """What a run did and what the raw layer holds after it: counts and sentences, no child's data."""

    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    """Deliveries whose files differ from what was read from the same folder before."""
    reread: list[str] = field(default_factory=list)
    """Deliveries read again because the readers changed."""
    withdrawn: list[str] = field(default_factory=list)
    """Deliveries that are no longer in the landing zone."""
    postponed: dict[str, str] = field(default_factory=dict)
    """Deliveries left for the next run, with the reason, which names a file as well."""
    rejected_files: list[str] = field(default_factory=list)
    """One sentence for each file that could not be used, of this and earlier runs. It names the file, which may be
    called after a child: it is for the screen and the internal publication, and for no log."""
    rejected_for: Counter[str] = field(default_factory=Counter)
    """How many files could not be used, by rule."""
    notes: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    """The deliveries of the raw layer."""
    usable_deliveries: int = 0
    """Deliveries with rows that anything can be computed from: of an SSDA903 return, at least the Episodes file's."""
    files: int = 0
    rejected_lines: int = 0
    spelling_changes: int = 0
    """Rules that changed cells, by file and column."""
    acceptances: int = 0
    """Deliveries that somebody let through."""
    given_out: int = 0
    published_before: tuple[int, int] = (0, 0)
    """Figures that are known from publications, and deliveries that were in force in those."""
    """Figures of public publications that were given out."""
    erased_rows: int = 0
    """Rows of this run's deliveries that were left out, because they are of children who were erased."""
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    """Rows of each dataset's table."""
    people: dict[Kind, int] = field(default_factory=dict)
    """How many have a key."""
    new_people: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    seconds: float = 0.0

    @property
    def deliveries(self) -> int:
        """How many deliveries the raw layer holds."""
        return len(self.held)

    def summary(self) -> str:
        """Return the run in one sentence."""
        counts = {
            "new": len(self.new),
            "replaced": len(self.replaced),
            "read again": len(self.reread),
            "unchanged": len(self.unchanged),
            "postponed": len(self.postponed),
            "withdrawn": len(self.withdrawn),
        }
        said = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "nothing new"
        rejected = f"; files rejected: {len(self.rejected_files):,}" if self.rejected_files else ""
        return f"Deliveries: {self.deliveries:,} ({said}){rejected}."


@dataclass(frozen=True)
class _Read:
    """What comes back from the process that read a delivery; its rows are already in files."""

    delivery: Delivery
    version: str
    source_hash: str
    description: Description
    loaded_at: datetime
    written: list[Path]
    people: dict[Kind, set[str]]
    erased: int
    """Rows left out, because they are of children who were erased."""


@dataclass(frozen=True)
class _Postponed:
    """A delivery that changed while it was read."""

    delivery: Delivery
    error: StillBeingWrittenError


def ingest_all(
    settings: Settings,
    progress: Progress | None = None,
    *,
    workers: int | None = None,
    settle_seconds: float = SETTLE_SECONDS,
    again: Collection[str] = (),
) -> IngestReport:
    """Bring the raw layer up to date with the landing zone and report what happened.

    A delivery whose files have not changed is not read again. One that is still being written waits for the next run;
    what was read from it before stays visible. With `again` the deliveries of these names are read in any case, and
    nothing else is looked at. Whoever calls this holds the build lock.
    """
    started = time.monotonic()
    raw = private_directory(settings.raw)
    raw_layer.prepare(raw)
    set_aside = decisions.prepare(private_directory(settings.decisions))
    figures_given_out = given_out.collect(settings)
    publication_history.collect(settings)
    keys = {kind: PersonKeys.load(kind, raw, settings.keys) for kind in KINDS}
    commits = raw_layer.read_commits(raw)
    erasures = Erasures.load(settings.decisions, settings.keys)
    landing = discover(private_directory(settings.landing), settings.limits)
    lying_there = taken_in.of_deliveries(landing.deliveries)
    too_old = decisions.take_out_too_old(settings.decisions, landing)
    settle(landing.deliveries, settle_seconds)

    report = IngestReport(notes=set_aside)
    # Without a map of the people only reading everything again that may name one of them finds them all.
    has_children = len(keys[CHILDREN]) > 0
    trusted = {
        SSDA903: has_children,
        CROSSWALK: has_children,
        IRO: all(len(of_kind) for of_kind in keys.values()),
    }
    postponed: list[_Postponed] = []
    if again and all(trusted[dataset_of(name)] for name in again):
        to_read = [item for item in landing.deliveries if item.delivery_id in again]
    else:
        again = ()
        to_read, postponed = _changed(landing.deliveries, commits, erasures, trusted, report)
    results = _reported(_read_deliveries(settings, to_read, erasures, workers), len(to_read), progress)
    for batch in batched(results, _COMMIT_EVERY):
        _commit(raw, [item for item in batch if isinstance(item, _Read)], commits, keys, report)
        postponed += [item for item in batch if isinstance(item, _Postponed)]

    if not again:
        _withdraw(raw, commits, landing, too_old, report)
        errors = {item.delivery.delivery_id: item.error for item in postponed}
        raw_layer.write_not_loaded(raw, landing.misplaced, errors)
    raw_layer.sweep(raw)
    waiting = {item.delivery.delivery_id for item in postponed}
    looked_at = (set(again) or lying_there.keys()) - waiting
    taken_in.record(raw, {name: value for name, value in lying_there.items() if name in looked_at}, report.withdrawn)
    for of_kind in keys.values():
        of_kind.compact()
    report.postponed = {item.delivery.delivery_id: item.error.message for item in postponed}
    report.notes += [
        f"{item.delivery_id} was extracted before its year began or after today; is the folder's date right?"
        for item in landing.deliveries
        if not date(item.collection_year - 1, 4, 1) <= item.extracted_on <= date.today()
    ]
    if too_old:
        report.notes.append(
            f"{len(too_old):,} deliveries of years before {decisions.kept_from(settings.decisions)} lie in the landing "
            "zone and were not read, as was decided by `cla retain`."
        )
    report.people = {kind: len(of_kind) for kind, of_kind in keys.items()}
    _count(raw, report)
    report.acceptances = decisions.count(settings.decisions)
    report.given_out = figures_given_out
    report.published_before = publication_history.count(settings)
    report.seconds = time.monotonic() - started
    return report


def _changed(
    deliveries: list[Delivery],
    commits: dict[str, Commit],
    erasures: Erasures,
    trusted: dict[str, bool],
    report: IngestReport,
) -> tuple[list[Delivery], list[_Postponed]]:
    """Find what has to be read."""
    to_read: list[Delivery] = []
    postponed: list[_Postponed] = []
    for delivery in deliveries:
        known = commits.get(delivery.delivery_id) if trusted[delivery.dataset] else None
        try:
            source = source_hash(delivery.read(), delivery.refused) if known else ""
            if known and known.content_hash == _version(delivery, source, erasures):
                report.unchanged.append(delivery.delivery_id)
            else:
                to_read.append(delivery)
        except StillBeingWrittenError as error:
            postponed.append(_Postponed(delivery, error))
    return to_read, postponed


def _version(delivery: Delivery, source: str, erasures: Erasures) -> str:
    """Return the content_hash that a delivery has when it is read now."""
    erased = erasures.of(delivery.la_code).fingerprint
    return raw_layer.content_hash(delivery.dataset, source, delivery.limits, erased)


def _read_deliveries(
    settings: Settings, deliveries: list[Delivery], erasures: Erasures, workers: int | None
) -> Iterator[_Read | _Postponed]:
    """Read deliveries, in several processes where there is enough to read."""
    read = partial(_read_delivery, settings.raw, settings.faults, erasures)
    workers = workers or min(os.cpu_count() or 1, _MOST_WORKERS)
    if workers == 1 or len(deliveries) == 1 or sum(delivery.size for delivery in deliveries) < _IN_PROCESS_BYTES:
        yield from map(read, deliveries)
        return
    done = 0
    try:
        with _processes(workers) as pool:
            for result in pool.map(read, deliveries, chunksize=4):
                yield result
                done += 1
    except BrokenProcessPool:
        # One of those that were being read takes the process down with it, perhaps for want of memory. Which one shows
        # when each has a process for itself; the others are read all the same.
        for delivery in deliveries[done:]:
            yield _read_alone(read, delivery)


def _read_alone(read: Callable[[Delivery], _Read | _Postponed], delivery: Delivery) -> _Read | _Postponed:
    try:
        with _processes(1) as pool:
            return pool.submit(read, delivery).result()
    except BrokenProcessPool:
        said = f"The process that read {delivery.delivery_id} ended, perhaps for want of memory; the delivery waits."
        return _Postponed(delivery, StillBeingWrittenError(EVERY_FILE, said))


def _processes(workers: int) -> ProcessPoolExecutor:
    # spawn, because a forked copy of a process with threads (Dagster's, Arrow's) may hang.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _read_delivery(raw: Path, faults: Path, erasures: Erasures, delivery: Delivery) -> _Read | _Postponed:
    """Read a delivery and write its rows, invisibly until they are committed; this runs in a process of its own."""
    try:
        contents = delivery.read()
    except StillBeingWrittenError as error:
        return _Postponed(delivery, error)
    loaded_at = datetime.now(UTC).replace(tzinfo=None)
    description = read_description(delivery.delivery_id, contents.get(DESCRIPTION_FILE))
    source = source_hash(contents, delivery.refused)
    version = _version(delivery, source, erasures)
    erased = 0
    try:
        parts = _parts(delivery, contents, description, faults)
        reject_those_of_others(parts, delivery.dataset, delivery.la_code)
        erased = take_out(parts, delivery.dataset, erasures.of(delivery.la_code))
        spell(parts, delivery.dataset, delivery.collection_year, delivery.extracted_on)
        written, people = raw_layer.write_rows(raw, delivery, version, parts, loaded_at)
    except OSError:
        raise
    except Exception as error:
        # Nobody foresaw what a file of it does to the readers; the other deliveries must not wait until somebody has.
        said = kept_private(error, f"reading {delivery.delivery_id}", faults)
        parts = [Part(EVERY_FILE, "").reject("unreadable_file", str(said))]
        written, people = raw_layer.write_rows(raw, delivery, version, parts, loaded_at)
    return _Read(delivery, version, source, description, loaded_at, written, people, erased)


def _parts(
    delivery: Delivery, contents: Mapping[str, bytes], description: Description, faults_folder: Path
) -> list[Part]:
    """Return what the files of a delivery hold, and what was not read of them and why."""
    shown = delivery.shown_names()
    parts: list[Part] = []
    for name, refusal in delivery.refused.items():
        if name != MAPPING_CONTENT:
            parts.append(Part(shown[name], _kind(shown[name])).reject(refusal.rule_id, refusal.message))
    mapping, faults = read_mapping(
        f"{delivery.la_code}/{delivery.dataset}/{MAPPING_FILE}", contents.get(MAPPING_CONTENT), delivery.dataset
    )
    if MAPPING_CONTENT in delivery.refused:
        faults = [delivery.refused[MAPPING_CONTENT].message]
    recogniser = Recogniser(delivery.dataset, mapping)
    if faults:
        parts.append(Part(MAPPING_FILE, "yaml").reject("mapping_faulty", " ".join(faults[:_MOST_FAULTS])))
    for name, data in contents.items():
        if name == MAPPING_CONTENT:
            continue
        if faults and name != DESCRIPTION_FILE:
            said = f"{shown[name]} was not read, because {MAPPING_FILE} has faults."
            parts.append(Part(shown[name], _kind(name)).reject("mapping_faulty", said))
        elif name != DESCRIPTION_FILE:
            try:
                parts += read_file(shown[name], data, recogniser, delivery.limits)
            except OSError:
                raise
            except Exception as error:
                said = str(kept_private(error, f"reading {delivery.delivery_id}/{shown[name]}", faults_folder))
                parts.append(Part(shown[name], _kind(name)).reject("unreadable_file", said))
        elif description.message:
            parts.append(Part(name, "yaml").reject("unreadable_file", description.message))
    return parts


def _kind(name: str) -> str:
    return printable(PurePath(name).suffix.lstrip("."))


def _commit(
    raw: Path,
    batch: list[_Read],
    commits: dict[str, Commit],
    keys: Mapping[Kind, PersonKeys],
    report: IngestReport,
) -> None:
    """Make a batch of deliveries visible: rows and keys reach the disk first, then the commit records."""
    for kind in KINDS:
        report.new_people[kind] += keys[kind].add((item.delivery.la_code, item.people[kind]) for item in batch)
    flush_to_disk([path for item in batch for path in item.written])
    for item in batch:
        delivery_id = item.delivery.delivery_id
        previous = commits.get(delivery_id)
        raw_layer.commit(raw, item.delivery, item.version, item.source_hash, item.description, item.loaded_at, previous)
        report.erased_rows += item.erased
        if previous is None:
            report.new.append(delivery_id)
        elif previous.source_hash != item.source_hash:
            report.replaced.append(delivery_id)
        else:
            report.reread.append(delivery_id)


def _withdraw(raw: Path, commits: dict[str, Commit], landing: Landing, too_old: set[str], report: IngestReport) -> None:
    """Take out deliveries that are no longer in the landing zone, unless it is empty: then a drive may be missing."""
    gone = commits.keys() - {delivery.delivery_id for delivery in landing.deliveries}
    if commits and not landing.deliveries and not too_old:
        report.notes.append("The landing zone holds no deliveries; what was read from it before is kept.")
        return
    for delivery_id in sorted(gone):
        if landing.may_hold(delivery_id):
            continue
        raw_layer.commit_path(raw, delivery_id).unlink()
        report.withdrawn.append(delivery_id)


def _count(raw: Path, report: IngestReport) -> None:
    """Count what the raw layer holds, of this and earlier runs."""
    report.held = set(raw_layer.read_commits(raw))
    files = ds.dataset(raw / "files", schema=raw_layer.FILES_SCHEMA).to_table().to_pylist()
    usable = set()
    for file in files:
        if file["content_hash"] is not None:
            report.files += 1
            report.rejected_lines += 0 if file["is_rejected"] else file["rows_unparsed"]
        if file["is_rejected"]:
            if file["rule_id"] != "still_being_written":
                report.rejected_for[file["rule_id"]] += 1
                report.rejected_files.append(
                    f"{file['delivery_id']}: {file['message']}" if file["delivery_id"] else file["message"]
                )
        else:
            dataset = dataset_of(file["delivery_id"])
            table = (dataset, file["table_name"])
            report.rows[table] = report.rows.get(table, 0) + file["rows_parsed"]
            if file["rows_parsed"] and (dataset == IRO or file["table_name"] == "episodes"):
                usable.add(file["delivery_id"])
    report.spelling_changes = ds.dataset(
        raw / "spelling_changes", schema=raw_layer.SPELLING_CHANGES_SCHEMA
    ).count_rows()
    lines = ds.dataset(raw / "rejected_lines", schema=raw_layer.REJECTED_LINES_SCHEMA)
    if renumbered := lines.count_rows(filter=pc.ends_with(pc.field("message"), RENUMBERED)):
        report.notes.append(
            f"{renumbered:,} lines of crosswalks give a child who was erased another number; rejected_records says "
            "which. Erase that number as well (`cla erase`), or the child comes back under it."
        )
    report.rejected_files.sort()
    report.usable_deliveries = len(usable)


def _reported(items: Iterable[_Item], total: int, progress: Progress | None) -> Iterator[_Item]:
    for done, item in enumerate(items, start=1):
        if progress:
            progress(STAGE, done, total)
        yield item


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Yield lists of up to `size` items (itertools.batched came with Python 3.12)."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
