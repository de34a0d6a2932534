"""Everything of one run, or nothing of it: how what a run writes becomes, in one step, what readers see.

A run has three parts, each with its reports in it: `published` for the authority's own staff, `published_public` for
everyone, and `restricted`. They are written aside, below `runs/.<run_id>.partial`, where nobody looks. When they are
whole they move to their folders (`publications/<run_id>` and so on), `runs/<run_id>` gets a link to each of them, and
the link `current` is led to it. The three names that people use lead through `current` and never change:

    published -> current/published            current -> runs/<run_id>
    runs/<run_id>/published -> publications/<run_id>

So one renamed link moves all three. A run that dies before it leaves what `sweep` removes, and nothing that counts.
"""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.filesystem import (
    TEMPORARY_SUFFIX,
    flush_to_disk,
    is_link,
    led_to,
    private_directory,
    private_file,
    replace_link,
    write_private_text,
)
from orchestration.settings import Settings

PUBLISHED, PUBLISHED_PUBLIC, RESTRICTED = "published", "published_public", "restricted"
MANIFEST = "manifest.json"
REPORTS = "reports"
ASIDE = ".partial"
"""How the name of a folder ends that is not whole yet, or no more."""

KEPT_RESTRICTED = 2
"""The current outputs with children's own numbers and those before them, which someone may be reading at the swap:
nobody needs last month's copy."""

_RUN_ID = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Part:
    """A part of a run: the name that readers use, and where its folders lie, one for each run."""

    link: Path
    folders: Path

    @property
    def name(self) -> str:
        """Return its name, which is also that of its link within a run."""
        return self.link.name


def parts(settings: Settings) -> list[Part]:
    """Return the parts of a run."""
    return [
        Part(settings.published, settings.publications),
        Part(settings.published_public, settings.publications_public),
        Part(settings.restricted, settings.restricted_runs),
    ]


@dataclass(frozen=True)
class Aside:
    """A run that is being written, out of sight."""

    folder: Path

    @property
    def run_id(self) -> str:
        """Return the id that all its parts bear."""
        return self.folder.name.removeprefix(".").removesuffix(ASIDE)

    def part(self, name: str) -> Path:
        """Return the folder of a part; it exists once all that `writing` was used for is in it."""
        return self.folder / name

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a new folder to write to, which becomes the part, or `<part>/reports`, when the block ends well."""
        folder = self.folder / name
        unfinished = folder.with_name(f".{folder.name}{ASIDE}")
        shutil.rmtree(unfinished, ignore_errors=True)
        yield private_directory(unfinished)
        unfinished.rename(folder)


@dataclass(frozen=True)
class Swapped:
    """A run that readers see now; the public part may be of an earlier one, or there may be none."""

    run_id: str
    public_run_id: str | None
    deliveries: int


def begin(settings: Settings) -> Aside:
    """Begin a run: give it an id that sorts after every earlier one, and a folder aside. The caller holds the lock."""
    _adopt(settings)
    _remove_partial(settings)
    while True:
        run_id = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        if not any((folder / run_id).exists() for folder in _folders(settings)):
            return Aside(private_directory(settings.runs / f".{run_id}{ASIDE}"))
        time.sleep(0.1)


def under_way(settings: Settings) -> Aside | None:
    """Return the run that is being written; None where none is."""
    found = sorted(settings.runs.glob(f".*{ASIDE}"))
    return Aside(found[-1]) if found else None


def needed(settings: Settings) -> Aside:
    """Return the run that is being written, or say what begins one."""
    if (aside := under_way(settings)) is None:
        raise UserError("No publication is under way that this could be a part of; run `cla publish`.")
    return aside


def swap_in(settings: Settings, *, with_reports: bool) -> Swapped:
    """Let readers see the run that is under way: its own parts where they are whole, else the public part of before.

    The manifest for the staff says of which run each part is. Raises UserError, and changes nothing that a reader sees,
    where a part for the staff is missing or lacks something. The caller holds the build lock.
    """
    aside = needed(settings)
    whole = {part.name for part in parts(settings) if _is_whole(aside.part(part.name), part.name, with_reports)}
    if lacking := [name for name in (PUBLISHED, RESTRICTED) if name not in whole]:
        raise UserError(f"{' and '.join(lacking)} of this run are not whole, so nothing was published.")
    targets = {part.name: part.folders / aside.run_id for part in parts(settings) if part.name in whole}
    if PUBLISHED_PUBLIC not in whole and settings.published_public.exists():
        targets[PUBLISHED_PUBLIC] = settings.published_public.resolve()
    manifest = read(aside.part(PUBLISHED))
    public = aside.part(PUBLISHED_PUBLIC) if PUBLISHED_PUBLIC in whole else targets.get(PUBLISHED_PUBLIC)
    public_run_id = read(public)["run_id"] if public else None
    manifest["parts"] = {PUBLISHED: aside.run_id, PUBLISHED_PUBLIC: public_run_id, RESTRICTED: aside.run_id}
    write_private_text(aside.part(PUBLISHED) / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    _seal(aside.folder)
    for part in parts(settings):
        if part.name in whole:
            private_directory(part.folders)
            aside.part(part.name).rename(targets[part.name])
        else:
            shutil.rmtree(aside.part(part.name), ignore_errors=True)
    for name, target in targets.items():
        replace_link(aside.folder / name, target)
    # Where these are new they lead nowhere yet: all three appear with `current`.
    _lead_through_current(settings, targets)
    replace_link(settings.current, aside.folder.rename(settings.runs / aside.run_id))
    _forget_old(settings)
    return Swapped(aside.run_id, public_run_id, len(manifest["deliveries"]))


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a part."""
    return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def prune(folders: Path, *, keep: int, current: Path) -> None:
    """Delete the oldest folders beyond `keep`; the current one stays, and so does one that a reader holds open."""
    finished = sorted((path for path in folders.iterdir() if not path.name.startswith(".")), reverse=True)
    for old in [path for path in finished if path != current][max(keep - 1, 0) :]:
        _remove(old)


def sweep(settings: Settings) -> None:
    """Remove whatever killed processes left half done, and put back a link that one was about to rename.

    The caller holds the build lock, so nobody is writing what is removed: runs that are not whole, parts that no run
    leads to, files under temporary names and what a database engine spilled. The site's builds, which take no lock, are
    swept by the next one; what a killed download leaves beside DfE's files, under a hidden name, is not. What cannot be
    removed now stays for the next time.
    """
    with suppress(OSError):
        for root in _roots(settings):
            _put_back_links(root)
            _remove_partial(root)
            _remove_unled(root)
        remove_partial(settings.released)
        for folder in [*_written(settings), *(folder for root in _roots(settings) for folder in _folders(root))]:
            remove_temporary(folder)


def remove_partial(folders: Path) -> None:
    """Remove the folders that were left unfinished among finished ones."""
    for leftover in folders.glob(f".*{ASIDE}"):
        shutil.rmtree(leftover, ignore_errors=True)


def remove_temporary(folder: Path) -> None:
    """Remove files, links and folders under temporary names, wherever they lie in a folder."""
    for place, folders, files in os.walk(folder):
        for name in [name for name in [*folders, *files] if name.endswith(TEMPORARY_SUFFIX)]:
            path = Path(place, name)
            if path.is_dir() and not is_link(path):
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()
        folders[:] = [name for name in folders if not name.endswith(TEMPORARY_SUFFIX)]


def _roots(settings: Settings) -> list[Settings]:
    """Return the settings of every build in the data folder: the current one, and those as known at a date."""
    dates = settings.data_dir / "as_known_at"
    days = sorted(path.name for path in dates.iterdir()) if dates.is_dir() else []
    return [replace(settings, as_known_at=day) for day in ["", *days]]


def _folders(settings: Settings) -> list[Path]:
    return [settings.runs, *(part.folders for part in parts(settings))]


def _written(settings: Settings) -> list[Path]:
    """Return the folders, beside those of the parts, that nobody writes to without the build lock."""
    data = settings.data_dir
    return [settings.raw, settings.keys, settings.decisions, data / "narrative", data / "warehouse", settings.released]


def _is_whole(folder: Path, name: str, with_reports: bool) -> bool:
    """Say whether everything is there that a part promises; that its tables are right was looked at when written."""
    if not (folder / MANIFEST).exists():
        return False
    if name == RESTRICTED:
        return True
    tables = {path.stem for path in (folder / "parquet").glob("*.parquet")}
    return read(folder)["tables"].keys() == tables and ((folder / REPORTS).is_dir() or not with_reports)


def _seal(folder: Path) -> None:
    """Let only the owner read the files, and wait until they have reached the disk."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        private_file(path)
    flush_to_disk(files)


def _lead_through_current(settings: Settings, names: Mapping[str, Path]) -> None:
    for part in parts(settings):
        if part.name in names and led_to(part.link) != settings.current / part.name:
            replace_link(part.link, settings.current / part.name)


def _adopt(settings: Settings) -> None:
    """Make runs of what lies in a data folder of before there was `current`, or was pointed elsewhere by hand.

    Each step leaves what a reader finds under each of the three names as it was.
    """
    if not settings.runs.exists() and settings.publications.is_dir():
        aside = private_directory(settings.runs.with_name(f".{settings.runs.name}{ASIDE}"))
        for folder in settings.publications.iterdir():
            if _RUN_ID.fullmatch(folder.name):
                found = {part.name: part.folders / folder.name for part in parts(settings)}
                _link_all(aside / folder.name, {name: path for name, path in found.items() if path.is_dir()})
        aside.rename(settings.runs)
    pointed = [
        part for part in parts(settings) if part.link.exists() and led_to(part.link) != settings.current / part.name
    ]
    if pointed:
        targets = {part.name: part.link.resolve() for part in parts(settings) if part.link.exists()}
        run = settings.runs / next(iter(targets.values())).name
        if {
            part.name: run.joinpath(part.name).resolve() for part in parts(settings) if part.name in targets
        } != targets:
            run = run.with_name(f"{run.name}-{secrets.token_hex(2)}")
            aside = run.with_name(f".{run.name}{ASIDE}")
            _link_all(aside, targets)
            aside.rename(run)
        replace_link(settings.current, run)
        _lead_through_current(settings, targets)


def _link_all(run: Path, targets: Mapping[str, Path]) -> None:
    for name, target in targets.items():
        replace_link(private_directory(run) / name, target)


def _forget_old(settings: Settings) -> None:
    """Keep as many runs as are asked for, of the restricted outputs fewer, and of the parts those that a run has."""
    current = settings.current.resolve()
    prune(settings.runs, keep=settings.keep_publications, current=current)
    older = sorted(run for run in settings.runs.iterdir() if run != current and not run.name.startswith("."))
    for run in older[: -(KEPT_RESTRICTED - 1)]:
        (run / RESTRICTED).unlink(missing_ok=True)
    _remove_unled(settings)


def _remove_unled(settings: Settings) -> None:
    """Remove the parts that no run leads to: of runs that were forgotten, and of one that died before its swap."""
    if not settings.current.exists():
        return
    led = {part.link.resolve() for part in parts(settings)}
    led |= {run.joinpath(part.name).resolve() for run in settings.runs.iterdir() for part in parts(settings)}
    for part in parts(settings):
        for folder in part.folders.iterdir() if part.folders.is_dir() else []:
            if _RUN_ID.fullmatch(folder.name) and folder.resolve() not in led:
                _remove(folder)


def _remove_partial(settings: Settings) -> None:
    for folders in [settings.build_root, *_folders(settings)]:
        remove_partial(folders)


def _put_back_links(settings: Settings) -> None:
    """Put back a link that stood aside while another was renamed to its place (Windows), and remove the rest of it."""
    for link in [settings.current, *(part.link for part in parts(settings))]:
        for old in link.parent.glob(f".{link.name}.*{TEMPORARY_SUFFIX}.old"):
            if is_link(link):
                old.unlink()
            else:
                old.rename(link)
        for new in link.parent.glob(f".{link.name}.*{TEMPORARY_SUFFIX}"):
            new.unlink()


def _remove(folder: Path) -> None:
    """Delete a folder: first out of sight, so that nobody finds it half deleted; Windows forbids that while in use."""
    try:
        hidden = folder.rename(folder.with_name(f".{folder.name}{ASIDE}"))
    except OSError:
        return
    shutil.rmtree(hidden, ignore_errors=True)
