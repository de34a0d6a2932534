"""What lies in the landing zone: which deliveries there are, what they hold, and whether they are still being written.

Nothing here changes the landing zone. A path that is no part of a delivery is reported, never guessed at.
"""

import csv
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from orchestration.errors import UserError
from orchestration.filesystem import is_link, read_ordinary_file
from orchestration.ingest.limits import DEFAULT_LIMITS, variable
from orchestration.ingest.mapping.reading import MAPPING_FILE
from orchestration.ingest.plain_yaml import SIZE_LIMIT, NotPlainError, as_flag, read_plain_yaml
from orchestration.ingest.tables import DATASETS, collection_years, table_specs
from orchestration.settings import REPOSITORY, Limits

PUBLISHED_FOLDER = "published"
"""DfE and ONS files lie there; they are no deliveries of an authority."""
DESCRIPTION_FILE = "delivery.yaml"
NEVER_EMPTY = {"episodes", "header"}
"""Tables without which a return is none."""
MAPPING_CONTENT = f"../../{MAPPING_FILE}"
"""What the mapping is called among the contents of a delivery: how the files are read depends on it."""
SETTLE_SECONDS = 1.0
"""How long a recently changed file is watched before it is read."""
_RECENT_SECONDS = 5.0
EVERY_FILE = "every file"
"""What a refusal of a whole delivery is listed under."""
_ENTRIES = ("status", "supplier", "notes", "synthetic", "empty")
"""What `delivery.yaml` may say."""
_PATTERN = "<la_code>/<dataset>/<collection_year>/<extracted_on>/<file>"

_BY_PRODUCTS = {
    *("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin"),
    "system volume information",
}
"""What Windows, macOS and network drives put beside files."""

Stamp = tuple[int, int]
"""Size and time of the last change: what differs when a file was written to."""


class StillBeingWrittenError(Exception):
    """A file of a delivery changes, or another program holds it; the message is a sentence."""

    def __init__(self, file_name: str, message: str) -> None:
        super().__init__(file_name, message)
        self.file_name = printable(file_name)
        self.message = printable(message)


@dataclass(frozen=True)
class Refused:
    """Why something in a delivery is not even opened."""

    rule_id: str
    message: str


@dataclass(frozen=True)
class Misplaced:
    """A file that lies where no delivery is."""

    path: str
    message: str


@dataclass(frozen=True)
class Delivery:
    """One delivery in the landing zone."""

    la_code: str
    dataset: str
    collection_year: int
    extracted_on: date
    folder: Path
    stamps: Mapping[str, Stamp]
    """The files, by their name in the folder."""
    refused: Mapping[str, Refused] = field(default_factory=dict)
    """What lies there and is never opened: pipes, devices, links that lead out, what is larger than anything real."""
    limits: Limits = DEFAULT_LIMITS

    @property
    def delivery_id(self) -> str:
        """What the delivery is called everywhere."""
        return f"{self.la_code}-{self.dataset}-{self.collection_year}-{self.extracted_on.isoformat()}"

    @property
    def size(self) -> int:
        """Bytes in all files."""
        return sum(size for size, _ in self.stamps.values())

    @property
    def mapping(self) -> Path:
        """Where the authority's mapping lies, if it has one: it holds for all deliveries of the dataset."""
        return self.folder.parents[1] / MAPPING_FILE

    def read(self) -> dict[str, bytes]:
        """Return the content of every file and of the mapping.

        Raises `StillBeingWrittenError` if a file changed meanwhile.
        """
        contents = {}
        try:
            if MAPPING_CONTENT not in self.refused:
                contents[MAPPING_CONTENT] = read_ordinary_file(self.mapping)
        except FileNotFoundError:
            pass  # most authorities have none
        except OSError:
            raise StillBeingWrittenError(
                MAPPING_FILE, f"{self.mapping.name} beside {self.delivery_id} could not be opened; the delivery waits."
            ) from None
        for name in self.stamps:
            try:
                contents[name] = read_ordinary_file(self.folder / name, self.limits.file_mb * 1_000_000)
            except OSError:
                raise StillBeingWrittenError(
                    name, f"{self.delivery_id}/{name} could not be opened; the delivery waits until it can."
                ) from None
        self.check_unchanged()
        return contents

    def check_unchanged(self) -> None:
        """Raise `StillBeingWrittenError` if a file came, went or changed since the delivery was discovered."""
        if EVERY_FILE in self.refused:
            return
        try:
            now = _Discovery(self.folder.parents[3], self.limits).delivery_in(self.folder, self.delivery_id)
        except OSError:
            raise StillBeingWrittenError(
                EVERY_FILE, f"The folder of {self.delivery_id} could not be opened; the delivery waits until it can."
            ) from None
        before = {**self.stamps, **self.refused}
        after = {**now[0], **now[1]}
        for name in sorted(after.keys() | before.keys()):
            if after.get(name) != before.get(name):
                raise StillBeingWrittenError(
                    name, f"{self.delivery_id}/{name} is still being written; the delivery waits until it is whole."
                )

    def shown_names(self) -> dict[str, str]:
        """Return what each file is called in tables and sentences: text that prints, and no two alike.

        Rows are known by their file and number, so two files that would be shown alike get a number each.
        """
        shown: dict[str, str] = {}
        taken = {name for name in self.stamps if printable(name) == name}
        for name in (*self.stamps, *self.refused):
            called = printable(name)
            if called != name:
                path, number = PurePath(called), 1
                while called in taken:
                    number += 1
                    called = f"{path.stem} ({number}){path.suffix}"
            taken.add(called)
            shown[name] = called
        return shown


def dataset_of(delivery_id: str) -> str:
    """Return the dataset that a delivery is of."""
    return delivery_id.split("-")[1]


@dataclass
class Landing:
    """Everything found in the landing zone."""

    deliveries: list[Delivery] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)
    closed: list[tuple[str, ...]] = field(default_factory=list)
    """Folders that are there and cannot be looked into, by their names below the landing zone: nobody can say that
    their deliveries were withdrawn."""

    def may_hold(self, delivery_id: str) -> bool:
        """Say whether a delivery may lie in a folder that cannot be looked into."""
        la_code, dataset, year, extracted_on = delivery_id.split("-", 3)
        path = (la_code, dataset, year, extracted_on)
        return any(path[: len(folder)] == folder for folder in self.closed)


@dataclass(frozen=True)
class Description:
    """What `delivery.yaml` says."""

    status: str | None = None
    supplier: str | None = None
    is_synthetic: bool = False
    empty: tuple[str, ...] = ()
    """Tables of which there is truly nothing, so that none is a count of nought and not a table left out."""
    message: str | None = None
    """What is wrong with the file, if anything is."""


def discover(landing: Path, limits: Limits = DEFAULT_LIMITS) -> Landing:
    """List the deliveries in the landing zone, sorted, and the files that belong to none."""
    discovery = _Discovery(landing, limits)
    discovery.walk()
    return discovery.found


def settle(deliveries: list[Delivery], seconds: float = SETTLE_SECONDS) -> None:
    """Wait once, and only if a delivery was changed a moment ago, so that a copy under way shows itself.

    `Delivery.check_unchanged` then compares each delivery with what it was when it was discovered.
    """
    newest = max((changed for delivery in deliveries for _, changed in delivery.stamps.values()), default=0)
    if newest / 1e9 > time.time() - _RECENT_SECONDS:
        time.sleep(seconds)


def source_hash(contents: Mapping[str, bytes], refused: Mapping[str, Refused] | None = None) -> str:
    """Return a fingerprint of the files' names and contents, and of what was not opened."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        line = f"{name}\0{hashlib.sha256(contents[name]).hexdigest()}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    for name, refusal in sorted((refused or {}).items()):
        digest.update(f"{name}\0{refusal.message}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]


def read_description(delivery_id: str, data: bytes | None) -> Description:
    """Read `delivery.yaml`; what is wrong in it is said in a sentence, and the delivery counts as undescribed."""
    if data is None:
        return Description()
    where = f"{delivery_id}/{DESCRIPTION_FILE}"
    try:
        content: Any = read_plain_yaml(data).content
    except NotPlainError as error:
        return Description(message=error.sentence(where))
    if content is None:
        return Description()
    if not isinstance(content, dict):
        return Description(message=f"{where} should hold lines such as 'status: final'.")
    if not content.keys() <= set(_ENTRIES):
        return Description(message=f"{where} has an entry that is none of {', '.join(_ENTRIES)}.")
    status, supplier, synthetic = (
        content.get("status"),
        content.get("supplier"),
        as_flag(content.get("synthetic", "false")),
    )
    if not all(isinstance(content.get(name), str | None) for name in ("supplier", "notes")):
        return Description(message=f"{where} has a supplier or notes that are no text.")
    if isinstance(status, str):
        status = status.strip().lower()
    if status not in (None, "provisional", "final"):
        return Description(message=f"{where} has a status that is neither provisional nor final.")
    if synthetic is None:
        return Description(message=f"{where} has an entry 'synthetic' that is neither true nor false.")
    empty = content.get("empty") or []
    empty = [empty] if isinstance(empty, str) else empty
    empty = [str(name).strip().lower() for name in empty] if isinstance(empty, list) else [None]
    if empty and any(name not in table_specs(dataset_of(delivery_id)) for name in empty):
        return Description(message=f"{where} has an entry 'empty' that is no list of tables such as [missing].")
    if NEVER_EMPTY & set(empty):
        return Description(
            message=f"{where} says that {' and '.join(sorted(NEVER_EMPTY & set(empty)))} is empty; "
            "a return without children is none."
        )
    return Description(status, supplier, synthetic, tuple(sorted(set(empty))))


def printable(name: str) -> str:
    """Return a file's name as text that can be stored and shown.

    Linux allows names that are no text in any encoding, and that hold line breaks or tell a terminal what to do.
    """
    return "".join(letter if letter.isprintable() else " " if letter.isspace() else "?" for letter in name)


def is_ignored(name: str) -> bool:
    """Say whether a file is a by-product of an operating system or program rather than something delivered."""
    lower = name.lower()
    return (
        lower.startswith((".", "~$"))
        or lower.endswith((".tmp", "~", ".part", ".crdownload", ".filepart"))
        or lower in _BY_PRODUCTS
        or lower.rpartition(":")[2] == "zone.identifier"
    )


def look(path: Path, *roots: Path) -> tuple[os.stat_result | None, str | None]:
    """Return the status of a file or folder, and what speaks against opening it; neither where it vanished meanwhile.

    A link to a file counts as the file where it stays below one of the `roots`, which are resolved paths. Links to
    folders are not followed: they may lead back to where they lie, and each file would be there twice.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None, None
    except OSError:
        return None, "cannot be looked at; check its permissions"
    if is_link(path):
        try:
            target = path.resolve(strict=True)
            status = target.stat()
        except (OSError, RuntimeError):
            return None, "is a link that leads nowhere"
        if not any(target.is_relative_to(root) for root in roots):
            return None, "is a link that leads out of the landing zone"
        if stat.S_ISDIR(status.st_mode):
            return None, "is a link to a folder"
    if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
        return None, "is no ordinary file but a pipe, a device or the like"
    return status, None


def unknown_authorities(deliveries: Iterable[Delivery]) -> list[str]:
    """Return the codes among deliveries that no authority has or had; the gate holds what they deliver."""
    with (REPOSITORY / "seeds" / "reference" / "authorities.csv").open(encoding="utf-8", newline="") as file:
        known = {row["la_code"] for row in csv.DictReader(file)}
    return sorted({delivery.la_code for delivery in deliveries} - known)


class _Discovery:
    """One walk through the landing zone, whatever lies in it."""

    def __init__(self, landing: Path, limits: Limits) -> None:
        self.landing = landing
        self.root = landing.resolve()
        self.limits = limits
        self.found = Landing()

    def walk(self) -> None:
        """Find everything."""
        for authority in self._folders(self.landing):
            if authority.name == PUBLISHED_FOLDER:
                continue
            problem = None if re.fullmatch("[0-9]{3}", authority.name) else "the first folder is no three-digit LA code"
            for dataset in self._folders(authority, problem):
                problem = None if dataset.name in DATASETS else f"the second folder is none of {', '.join(DATASETS)}"
                for year in self._folders(dataset, problem):
                    for extract in self._folders(year, _year_problem(year.name)):
                        self._add_delivery(authority.name, dataset.name, int(year.name), extract)

    def delivery_in(self, folder: Path, delivery_id: str) -> tuple[dict[str, Stamp], dict[str, Refused]]:
        """Return the size and time of each file in a delivery's folder, and what in it is not opened.

        Raises `OSError` where the folder cannot be looked into.
        """
        stamps: dict[str, Stamp] = {}
        refused: dict[str, Refused] = {}
        entries = _listed(folder)
        if len(entries) > self.limits.files:
            said = f"{delivery_id} holds more than {self.limits.files:,} files ({variable('files')}); none was read."
            return {}, {EVERY_FILE: Refused("beyond_limits", said)}
        for path in entries:
            status, problem = look(path, self.root)
            if problem is not None:
                refused[path.name] = Refused("unreadable_file", f"{printable(path.name)} {problem}; it was not read.")
            elif status is not None and not stat.S_ISDIR(status.st_mode):
                stamps[path.name] = (status.st_size, status.st_mtime_ns)
                if (refusal := self._too_large(path.name, status.st_size)) is not None:
                    refused[path.name] = refusal
        if sum(size for name, (size, _) in stamps.items() if name not in refused) > self.limits.delivery_mb * 1_000_000:
            limit = f"{self.limits.delivery_mb:,} MB ({variable('delivery_mb')})"
            said = f"{delivery_id} is larger than {limit}; none of its files was read."
            return {}, {EVERY_FILE: Refused("beyond_limits", said)}
        mapping = folder.parents[1] / MAPPING_FILE
        status, problem = look(mapping, self.root)
        if status is not None and stat.S_ISDIR(status.st_mode):
            problem = "is a folder"
        elif status is not None and status.st_size > SIZE_LIMIT:
            problem = f"is larger than {SIZE_LIMIT:,} bytes"
        if problem is not None:
            refused[MAPPING_CONTENT] = Refused("mapping_faulty", f"{MAPPING_FILE} {problem}; it was not read.")
        return {name: stamp for name, stamp in stamps.items() if name not in refused}, refused

    def _too_large(self, name: str, size: int) -> Refused | None:
        if name == DESCRIPTION_FILE and size > SIZE_LIMIT:
            return Refused("unreadable_file", f"{name} is larger than {SIZE_LIMIT:,} bytes; it was not read.")
        if size > self.limits.file_mb * 1_000_000:
            limit = f"{self.limits.file_mb:,} MB ({variable('file_mb')})"
            return Refused("beyond_limits", f"{printable(name)} is larger than {limit}; it was not read.")
        return None

    def _add_delivery(self, la_code: str, dataset: str, year: int, folder: Path) -> None:
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", folder.name):
                raise ValueError
            extracted_on = date.fromisoformat(folder.name)
        except ValueError:
            self._misplace_all(folder, "the fourth folder is no date such as 2025-04-30")
            return
        delivery = Delivery(la_code, dataset, year, extracted_on, folder, {})
        try:
            stamps, refused = self.delivery_in(folder, delivery.delivery_id)
        except OSError:
            self._close(folder)
            return
        if EVERY_FILE not in refused:
            for entry in self._entries(folder):
                status, _ = look(entry, self.root)
                if status is not None and stat.S_ISDIR(status.st_mode):
                    self._misplace_all(entry, "a delivery has no folders inside it")
        delivery = replace(delivery, stamps=stamps, refused=refused, limits=self.limits)
        if any(name not in (DESCRIPTION_FILE, MAPPING_CONTENT) for name in (*stamps, *refused)):
            self.found.deliveries.append(delivery)

    def _folders(self, folder: Path, problem: str | None = None) -> Iterator[Path]:
        """Yield the folders in a folder; files in it are misplaced, and so is everything in it if it has a problem."""
        if problem is not None:
            self._misplace_all(folder, problem)
            return
        for entry in self._entries(folder):
            is_published = folder == self.landing and entry.name == PUBLISHED_FOLDER
            is_mapping = entry.name == MAPPING_FILE and folder.name in DATASETS
            status, speaks_against = look(entry, self.root)
            if is_published or (is_mapping and (status is None or not stat.S_ISDIR(status.st_mode))):
                continue  # whoever reads these looks at what they are
            if speaks_against is not None:
                self._close(entry, speaks_against)
            elif status is not None and stat.S_ISDIR(status.st_mode):
                yield entry
            elif status is not None:
                self._misplace(entry, "it does not lie in the folder of a delivery")

    def _entries(self, folder: Path) -> list[Path]:
        try:
            return _listed(folder)
        except OSError:
            if folder == self.landing:
                said = f"The folder {printable(str(folder))} cannot be opened; check its permissions."
                raise UserError(said) from None
            self._close(folder)
            return []

    def _close(self, entry: Path, problem: str = "cannot be opened; check its permissions") -> None:
        """Report what cannot be looked into: to pass over it would look as if its deliveries had been withdrawn."""
        parts = entry.relative_to(self.landing).parts
        self.found.closed.append(parts)
        path = printable("/".join(parts))
        self.found.misplaced.append(Misplaced(path, f"{path} was not read: it {problem}."))

    def _misplace_all(self, folder: Path, problem: str) -> None:
        """Report every file in a folder, or the folder alone where nobody would read so many sentences."""
        files: list[Path] = []
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not is_ignored(name))
            files += [Path(parent, name) for name in sorted(names) if not is_ignored(name)]
            if len(files) > self.limits.files:
                self._misplace(folder, f"it holds more than {self.limits.files:,} files, and {problem}")
                return
        for file in files:
            self._misplace(file, problem)

    def _misplace(self, file: Path, problem: str) -> None:
        path = printable(file.relative_to(self.landing).as_posix())
        self.found.misplaced.append(Misplaced(path, f"{path} was not read: {problem} (expected {_PATTERN})."))


def _listed(folder: Path) -> list[Path]:
    """Return what lies in a folder, sorted by name so that every run and system sees one order."""
    try:
        return sorted((path for path in folder.iterdir() if not is_ignored(path.name)), key=lambda path: path.name)
    except FileNotFoundError:
        return []


def _year_problem(name: str) -> str | None:
    if not re.fullmatch("[0-9]{4}", name):
        return "the third folder is no collection year"
    first, last = collection_years()
    if not first <= int(name) <= last:
        return f"the collection year is not between {first} and {last}"
    return None
