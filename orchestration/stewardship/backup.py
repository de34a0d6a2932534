"""`cla backup` and `cla restore`: one ZIP file of what cannot be had again, with a checksum of every file in it.

It holds the secret behind `child_key` and the returns themselves, and it is not encrypted: it belongs where the data
folder could lie itself. A restored folder is whole or not there: everything is unpacked aside and verified first, and
then moved into place; a kill in the middle of the moves is finished by the next command.
"""

import hashlib
import json
import os
import re
import shutil
import stat
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from orchestration import ledger
from orchestration.errors import UserError
from orchestration.filesystem import (
    PARTIAL_SUFFIX,
    is_link,
    private_directory,
    private_file,
    remove_folder,
    remove_link,
    replace_link,
    write_private_text,
)
from orchestration.progress import report
from orchestration.publish.publication import code_version
from orchestration.settings import Settings

ACTION, RESTORED = "backed up", "restored"
MANIFEST = "backup.json"
FORMAT = 1
_CHUNK = 1 << 20
_KEPT = ("raw", "keys", "decisions", "crosswalks", "ledger", "released", "narrative")
"""What cannot be had again, beside the landing zone and the current publication."""
_LINKS = ("published", "published_public")
"""What readers go through; the folder of `publications` or `publications_public` that each leads to is kept."""
_TOPS = frozenset({*_KEPT, "landing", "publications", "publications_public"})
_COMPRESSED = {".parquet", ".xlsx", ".docx", ".zip", ".duckdb", ".png"}
_RESTORING = f".restoring{PARTIAL_SUFFIX}"
_PLAN = "moves.json"
_NEUTRAL = {"build.lock"}
"""What may lie in an empty data folder."""
_NAMES_OF_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself."""

    file: Path
    made_at: str
    by: str
    code_version: str
    with_landing: bool
    settings: dict[str, Any]
    links: dict[str, str]
    """Each link, and the folder that it leads to."""
    files: dict[str, tuple[int, str]]
    """Bytes and SHA-256 by name."""

    @property
    def bytes(self) -> int:
        """Return how much it is unpacked."""
        return sum(size for size, _ in self.files.values())


def back_up(settings: Settings, target: Path, *, with_landing: bool = True) -> Backup:
    """Write a backup, read it again and compare it; the caller holds the build lock.

    `target` is a file that is not there yet, or a folder, in which the file is named by the time.
    """
    now = datetime.now(UTC)
    target = target.expanduser().resolve()
    file = target if target.suffix.lower() == ".zip" else target / f"children-in-care-{now:%Y%m%dT%H%M%SZ}.zip"
    if file.is_relative_to(settings.data_dir):
        raise UserError("The backup would lie in the data folder itself; give a folder on another disk.")
    if file.exists():
        raise UserError(f"{file} is there already; give another name or a folder.")
    if not settings.raw.exists() and not settings.landing.exists():
        raise UserError(f"There is nothing to back up in {settings.data_dir}.")
    links = {name: link.resolve() for name in _LINKS if (link := settings.data_dir / name).exists()}
    sources = list(_sources(settings, [*links.values()], with_landing=with_landing))
    private_directory(file.parent)
    aside = file.with_name(f".{file.name}{PARTIAL_SUFFIX}")
    files: dict[str, tuple[int, str]] = {}
    try:
        with os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw_file:
            with zipfile.ZipFile(raw_file, "w", zipfile.ZIP_DEFLATED) as archive:
                for done, (name, path) in enumerate(sources):
                    report("Backing up", done, len(sources))
                    files[name] = _add(archive, name, path)
                report("Backing up", len(sources), len(sources))
                manifest = {
                    "format": FORMAT,
                    "made_at": now.isoformat(timespec="seconds"),
                    "by": ledger.account(),
                    "code_version": code_version(),
                    "with_landing": with_landing,
                    "settings": {
                        "CLA_KEEP_PUBLICATIONS": settings.keep_publications,
                        "CLA_MEMORY_LIMIT": settings.memory_limit,
                        "CLA_STATISTICS_API": settings.statistics_api,
                    },
                    "links": {name: to.relative_to(settings.data_dir).as_posix() for name, to in links.items()},
                    "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in files.items()},
                }
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
            raw_file.flush()
            os.fsync(raw_file.fileno())
        with zipfile.ZipFile(aside) as archive:
            backup = _read_manifest(archive, file)
            _verify(archive, backup)
        private_file(aside)
        aside.replace(file)
    except OSError as error:
        raise UserError(f"The backup could not be written to {file.parent}: {error.strerror or error}.") from None
    finally:
        aside.unlink(missing_ok=True)
    ledger.record(settings, ACTION, file=file.name, files=len(files), landing="with" if with_landing else "without")
    return backup


def restore(settings: Settings, file: Path, *, overwrite: bool = False) -> Backup:
    """Put a backup into the data folder, which must be empty unless it is to be replaced; the caller holds the lock.

    What was erased since the backup was made stays erased, and what was recorded or released since stays.
    """
    _refuse_a_full_folder(settings, overwrite)
    if file.expanduser().resolve().is_relative_to(settings.data_dir):
        raise UserError("The backup lies in the data folder that is to be replaced; move it to another place first.")
    try:
        with zipfile.ZipFile(file) as archive:
            backup = _read_manifest(archive, file)
            _verify(archive, backup)
            aside = settings.data_dir / _RESTORING
            if aside.exists():
                shutil.rmtree(aside)
            if shutil.disk_usage(settings.data_dir).free < backup.bytes * 1.05:
                raise UserError(f"The backup needs {backup.bytes / 1e9:,.1f} GB, and the disk has less left.")
            _unpack(archive, backup, private_directory(aside))
    except FileNotFoundError:
        raise UserError(f"There is no file {file}.") from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError) as error:
        raise UserError(f"{file} is no whole ZIP file ({type(error).__name__}).") from None
    except OSError as error:
        raise UserError(f"The backup could not be unpacked: {error.strerror or error}.") from None
    _carry_over(settings, backup, aside)
    tops = sorted(path.name for path in aside.iterdir())
    replaced = sorted(
        path.name
        for path in settings.data_dir.iterdir()
        if path.name not in {_RESTORING, *_NEUTRAL, *tops} and not path.name.startswith("landing")
    )
    moves = {
        "new": tops,
        "old": replaced,
        "links": backup.links,
        "landing": f"landing-before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        "file": file.name,
        "made_at": backup.made_at,
    }
    # From here on it is certain to be finished, whoever is killed.
    write_private_text(aside / _PLAN, json.dumps(moves))
    finish(settings)
    return backup


def finish(settings: Settings) -> None:
    """Move what was unpacked whole into place; nothing where no restoring was interrupted."""
    aside = settings.data_dir / _RESTORING
    plan = aside / _PLAN
    if not plan.exists():
        return
    moves = json.loads(plan.read_text(encoding="utf-8"))
    for name in moves["old"]:
        _remove(settings.data_dir / name)
    for name in moves["new"]:
        if (aside / name).exists():
            if name != "landing":
                _remove(settings.data_dir / name)
            elif settings.landing.exists():
                # Deliveries are the authority's own: they are put aside, never deleted.
                settings.landing.rename(settings.data_dir / moves["landing"])
            (aside / name).rename(settings.data_dir / name)
    for name, to in moves["links"].items():
        if (settings.data_dir / to).exists():
            replace_link(settings.data_dir / name, settings.data_dir / to)
    facts = {"file": moves["file"], "made_at": moves["made_at"]}
    last = list(ledger.entries(settings))[-1:]
    if not (last and last[0].action == RESTORED and last[0].facts == facts):
        ledger.record(settings, RESTORED, **facts)
    shutil.rmtree(aside)


def read_backup(file: Path) -> Backup:
    """Return what a backup says of itself."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _read_manifest(archive, file)
    except FileNotFoundError:
        raise UserError(f"There is no file {file}.") from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise UserError(f"{file} is no whole ZIP file.") from None


def _sources(settings: Settings, publications: list[Path], *, with_landing: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files to keep, each with its name in the backup."""
    folders = [settings.data_dir / name for name in _KEPT]
    folders += publications
    if with_landing:
        folders.append(settings.landing)
    else:
        for mapping in sorted(settings.landing.glob("*/*/mapping.yaml")):
            yield _name(settings, mapping), mapping
    for folder in folders:
        for parent, inner, names in os.walk(folder, followlinks=True):
            inner.sort()
            for name in sorted(names):
                path = Path(parent, name)
                if not name.endswith((".tmp", PARTIAL_SUFFIX)) or path.is_relative_to(settings.landing):
                    yield _name(settings, path), path


def _name(settings: Settings, path: Path) -> str:
    name = path.relative_to(settings.data_dir).as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "replace").decode()
        raise UserError(f"{shown} has a name that is no text; rename it, and back up again.") from None
    return name


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[int, str]:
    """Put a file into the archive, and return its size and checksum; one that changes meanwhile is no backup."""
    before = path.stat()
    entry = zipfile.ZipInfo(name, max(datetime.fromtimestamp(before.st_mtime).timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    entry.compress_type = zipfile.ZIP_STORED if path.suffix.lower() in _COMPRESSED else zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    after = path.stat()
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or size != after.st_size:
        raise UserError(f"{name} is still being written; back up again when it is whole.")
    return size, digest.hexdigest()


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> Backup:
    """Read what a backup says of itself; refuse one that says what no backup of ours says."""
    try:
        entry = archive.getinfo(MANIFEST)
        if entry.file_size > 500_000_000:
            raise ValueError
        content = json.loads(archive.read(entry))
        if content["format"] > FORMAT:
            raise UserError(f"{file.name} was made by a newer version of this program, which alone can read it.")
        return Backup(
            file=file,
            made_at=str(content["made_at"]),
            by=str(content["by"]),
            code_version=str(content["code_version"]),
            with_landing=bool(content["with_landing"]),
            settings=dict(content["settings"]),
            links={str(name): str(to) for name, to in content["links"].items()},
            files={str(name): (int(one["bytes"]), str(one["sha256"])) for name, one in content["files"].items()},
        )
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile):
        raise UserError(f"{file.name} is no backup that `cla backup` made: it has no sound {MANIFEST}.") from None


def _verify(archive: zipfile.ZipFile, backup: Backup) -> None:
    """Compare the archive with what it says of itself, name by name and byte by byte."""
    entries = [entry for entry in archive.infolist() if entry.filename != MANIFEST]
    names = [entry.filename for entry in entries]
    folded = {name.casefold() for name in names}
    if sorted(names) != sorted(backup.files) or (len(folded) < len(names) and sys.platform == "win32"):
        raise UserError(f"{backup.file.name} does not hold the files that it says it holds; nothing was changed.")
    for name in names:
        _refuse_a_hostile_name(name, backup.file)
    for name, to in backup.links.items():
        parts = to.split("/")
        if name not in _LINKS or len(parts) != 2 or parts[0] not in ("publications", "publications_public"):
            raise UserError(f"{backup.file.name} has a link that leads elsewhere; nothing was changed.")
        _refuse_a_hostile_name(to, backup.file)
    for done, entry in enumerate(entries):
        report("Verifying the backup", done, len(entries))
        kind = stat.S_IFMT(entry.external_attr >> 16)
        size, expected = backup.files[entry.filename]
        if entry.is_dir() or kind not in (0, stat.S_IFREG) or entry.file_size != size or entry.flag_bits & 0x1:
            raise UserError(f"{backup.file.name} has an entry that is no plain file; nothing was changed.")
        with archive.open(entry) as source:
            if _digest(source, size) != expected:
                raise UserError(
                    f"{backup.file.name} is damaged: the checksum of a file in it is another; nothing was changed."
                )
    report("Verifying the backup", len(entries), len(entries))


def _digest(source: IO[bytes], size: int) -> str:
    """Return the checksum of no more than a file is said to have; a byte more makes it another."""
    digest = hashlib.sha256()
    left = size + 1
    while left and (chunk := source.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _refuse_a_hostile_name(name: str, file: Path) -> None:
    """Refuse a name that leads out of the data folder, or that no data folder has."""
    parts = name.split("/")
    is_hostile = (
        parts[0] not in _TOPS
        or len(parts) < 2
        or any(part in ("", ".", "..") or re.search(r"[\\:\x00-\x1f]", part) for part in parts)
        or (
            sys.platform == "win32"
            and any(_NAMES_OF_DEVICES.fullmatch(part) or part != part.rstrip(". ") for part in parts)
        )
    )
    if is_hostile:
        raise UserError(f"{file.name} has a file that would not lie in the data folder; nothing was changed.")


def _unpack(archive: zipfile.ZipFile, backup: Backup, aside: Path) -> None:
    """Write every file aside, once more comparing what is written."""
    for done, (name, (size, expected)) in enumerate(backup.files.items()):
        report("Restoring", done, len(backup.files))
        path = aside.joinpath(*name.split("/"))
        private_directory(path.parent)
        digest = hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with archive.open(name) as source, os.fdopen(descriptor, "wb") as target:
            left = size
            while left and (chunk := source.read(min(_CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != expected:
            raise UserError(f"{backup.file.name} changed while it was read; nothing was changed.")
    report("Restoring", len(backup.files), len(backup.files))


def _refuse_a_full_folder(settings: Settings, overwrite: bool) -> None:
    present = [path for path in settings.data_dir.iterdir() if path.name not in {*_NEUTRAL, _RESTORING}]
    if present and not overwrite:
        raise UserError(
            f"{settings.data_dir} is not empty ({present[0].name} lies in it); set CLA_DATA_DIR to an empty folder, or "
            "say --overwrite to replace what is there."
        )


def _carry_over(settings: Settings, backup: Backup, aside: Path) -> None:
    """Take over from the folder that is replaced what only ever grows: erasures, the ledger, what was released.

    An older backup would bring an erased child back, so the erasures count for it too, and wait for the next build.
    The deliveries stay where the backup has none, or the very same.
    """
    if settings.landing.exists() and (not backup.with_landing or _is_same_landing(settings, backup)):
        shutil.rmtree(aside / "landing", ignore_errors=True)
    ours, theirs = settings.decisions / "erasures", aside / "decisions" / "erasures"
    if ours.exists():
        key, other = settings.keys / "erasures.key", aside / "keys" / "erasures.key"
        if other.exists() and key.read_bytes() != other.read_bytes():
            raise UserError(
                "The erasures of this data folder and those of the backup were recorded with different secrets and "
                "cannot be united; restore into an empty folder and erase there what was erased here."
            )
        private_directory(theirs)
        private_directory(other.parent)
        for file in ours.glob("*.parquet"):
            shutil.copy2(file, theirs / file.name)
        shutil.copy2(key, other)
        write_private_text(aside / settings.unfinished.name, json.dumps({"command": "cla restore"}) + "\n")
    if settings.ledger.exists():
        target = private_directory(aside / "ledger") / settings.ledger.name
        restored = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
        since = [line for line in settings.ledger.read_text(encoding="utf-8").splitlines() if line not in restored]
        write_private_text(target, "".join(f"{line}\n" for line in [*restored, *since]))
    for released in settings.released.iterdir() if settings.released.exists() else []:
        target = private_directory(aside / "released") / released.name
        if not target.exists():
            (shutil.copytree if released.is_dir() else shutil.copy2)(released, target)


def _is_same_landing(settings: Settings, backup: Backup) -> bool:
    """Say whether the landing zone holds the files of the backup and no others."""
    files = {_name(settings, path): path for path in settings.landing.rglob("*") if path.is_file()}
    kept = {name: told for name, told in backup.files.items() if name.startswith("landing/")}
    if files.keys() != kept.keys():
        return False
    for name, path in files.items():
        with path.open("rb") as source:
            if _digest(source, kept[name][0]) != kept[name][1]:
                return False
    return True


def _remove(path: Path) -> None:
    if is_link(path):
        remove_link(path)
    elif path.exists():
        remove_folder(path)
