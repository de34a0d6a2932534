"""What lies in the landing zone: which deliveries there are, what they hold, and whether they are still being written.

Nothing here changes the landing zone. A path that is no part of a delivery is reported, never guessed at.
"""

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.ingest.mapping.reading import MAPPING_FILE
from orchestration.ingest.plain_yaml import NotPlainError, as_flag, read_plain_yaml
from orchestration.ingest.tables import DATASETS, FIRST_COLLECTION_YEAR, LAST_COLLECTION_YEAR, table_specs

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
_PATTERN = "<la_code>/<dataset>/<collection_year>/<extracted_on>/<file>"

Stamp = tuple[int, int]
"""Size and time of the last change: what differs when a file was written to."""


class StillBeingWrittenError(Exception):
    """A file of a delivery changes, or another program holds it; the message is a sentence."""

    def __init__(self, file_name: str, message: str) -> None:
        super().__init__(file_name, message)
        self.file_name = printable(file_name)
        self.message = printable(message)


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
            contents[MAPPING_CONTENT] = self.mapping.read_bytes()
        except FileNotFoundError:
            pass  # most authorities have none
        except OSError:
            raise StillBeingWrittenError(
                MAPPING_FILE, f"{self.mapping.name} beside {self.delivery_id} could not be opened; the delivery waits."
            ) from None
        for name in self.stamps:
            try:
                contents[name] = (self.folder / name).read_bytes()
            except OSError:
                raise StillBeingWrittenError(
                    name, f"{self.delivery_id}/{name} could not be opened; the delivery waits until it can."
                ) from None
        self.check_unchanged()
        return contents

    def check_unchanged(self) -> None:
        """Raise `StillBeingWrittenError` if a file came, went or changed since the delivery was discovered."""
        now = _stamps(self.folder)
        for name in sorted(now.keys() | self.stamps.keys()):
            if now.get(name) != self.stamps.get(name):
                raise StillBeingWrittenError(
                    name, f"{self.delivery_id}/{name} is still being written; the delivery waits until it is whole."
                )


def dataset_of(delivery_id: str) -> str:
    """Return the dataset that a delivery is of."""
    return delivery_id.split("-")[1]


@dataclass
class Landing:
    """Everything found in the landing zone."""

    deliveries: list[Delivery] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)


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


def discover(landing: Path) -> Landing:
    """List the deliveries in the landing zone, sorted, and the files that belong to none."""
    found = Landing()
    for authority in _folders(landing, found, landing):
        if authority.name == PUBLISHED_FOLDER:
            continue
        problem = None if re.fullmatch("[0-9]{3}", authority.name) else "the first folder is no three-digit LA code"
        for dataset in _folders(authority, found, landing, problem):
            problem = None if dataset.name in DATASETS else f"the second folder is none of {', '.join(DATASETS)}"
            for year in _folders(dataset, found, landing, problem):
                for extract in _folders(year, found, landing, _year_problem(year.name)):
                    _add_delivery(found, landing, authority.name, dataset.name, int(year.name), extract)
    return found


def settle(deliveries: list[Delivery], seconds: float = SETTLE_SECONDS) -> None:
    """Wait once, and only if a delivery was changed a moment ago, so that a copy under way shows itself.

    `Delivery.check_unchanged` then compares each delivery with what it was when it was discovered.
    """
    newest = max((changed for delivery in deliveries for _, changed in delivery.stamps.values()), default=0)
    if newest / 1e9 > time.time() - _RECENT_SECONDS:
        time.sleep(seconds)


def source_hash(contents: Mapping[str, bytes]) -> str:
    """Return a fingerprint of the files' names and contents."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        line = f"{name}\0{hashlib.sha256(contents[name]).hexdigest()}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
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
    status, supplier, synthetic = (
        content.get("status"),
        content.get("supplier"),
        as_flag(content.get("synthetic", "false")),
    )
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
    return Description(status, None if supplier is None else str(supplier), synthetic, tuple(sorted(set(empty))))


def printable(name: str) -> str:
    """Return a file's name as text that can be stored: Linux allows names that are no text in any encoding."""
    return name.encode("utf-8", "replace").decode()


def is_ignored(name: str) -> bool:
    """Say whether a file is a by-product of an operating system or program rather than something delivered."""
    lower = name.lower()
    return (
        lower.startswith((".", "~$"))
        or lower.endswith((".tmp", "~", ".part", ".crdownload", ".filepart"))
        or (lower in ("thumbs.db", "desktop.ini"))
    )


def _add_delivery(found: Landing, landing: Path, la_code: str, dataset: str, year: int, folder: Path) -> None:
    try:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", folder.name):
            raise ValueError
        extracted_on = date.fromisoformat(folder.name)
    except ValueError:
        _misplace_all(found, landing, folder, "the fourth folder is no date such as 2025-04-30")
        return
    for entry in _entries(folder):
        if entry.is_dir():
            _misplace_all(found, landing, entry, "a delivery has no folders inside it")
    delivery = Delivery(la_code, dataset, year, extracted_on, folder, _stamps(folder))
    if any(name != DESCRIPTION_FILE for name in delivery.stamps):
        found.deliveries.append(delivery)


def _folders(folder: Path, found: Landing, landing: Path, problem: str | None = None) -> Iterator[Path]:
    """Yield the folders in a folder; files in it are misplaced, and so is everything in it if it has a problem."""
    if problem is not None:
        _misplace_all(found, landing, folder, problem)
        return
    for entry in _entries(folder):
        if entry.is_dir():
            yield entry
        elif entry.name != MAPPING_FILE or entry.parent.name not in DATASETS:
            _misplace(found, landing, entry, "it does not lie in the folder of a delivery")


def _year_problem(name: str) -> str | None:
    if not re.fullmatch("[0-9]{4}", name):
        return "the third folder is no collection year"
    if not FIRST_COLLECTION_YEAR <= int(name) <= LAST_COLLECTION_YEAR:
        return f"the collection year is not between {FIRST_COLLECTION_YEAR} and {LAST_COLLECTION_YEAR}"
    return None


def _misplace_all(found: Landing, landing: Path, folder: Path, problem: str) -> None:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_ignored(name))
        for name in sorted(files):
            if not is_ignored(name):
                _misplace(found, landing, Path(parent, name), problem)


def _misplace(found: Landing, landing: Path, file: Path, problem: str) -> None:
    path = printable(file.relative_to(landing).as_posix())
    found.misplaced.append(Misplaced(path, f"{path} was not read: {problem} (expected {_PATTERN})."))


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, sorted by name so that every run and system sees one order."""
    try:
        return sorted((path for path in folder.iterdir() if not is_ignored(path.name)), key=lambda path: path.name)
    except FileNotFoundError:
        return []
    except OSError:
        # To pass over it would look as if its deliveries had been withdrawn.
        raise UserError(f"The folder {printable(str(folder))} cannot be opened; check its permissions.") from None


def _stamps(folder: Path) -> dict[str, Stamp]:
    """Return the size and time of each file in a folder; one that vanishes meanwhile is left out."""
    stamps = {}
    for path in _entries(folder):
        # lstat would do for files, but a delivery may be a folder of links.
        with suppress(FileNotFoundError):
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                stamps[path.name] = (status.st_size, status.st_mtime_ns)
    return stamps
