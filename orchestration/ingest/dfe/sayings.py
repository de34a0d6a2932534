"""What a published file says of itself: the day it came out, its version, that it is a revision.

DfE corrects files after a release, and the corrected one lies beside the first. Which is the later is told by their
names, or by a `release.yaml` in the release's folder, which goes before the names. What neither says stays unsaid: the
SQL models decide between files by what is said of both, and by nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from orchestration.ingest.plain_yaml import NotPlainError, as_flag, read_plain_yaml

RELEASE_FILE = "release.yaml"
_FACTS = ("published_on", "revised", "version")
_YEARS = range(2000, 2100)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ISO = re.compile(
    r"(?<![0-9])(?P<year>[0-9]{4})(?P<between>[-_. ]?)(?P<month>[0-9]{2})(?P=between)(?P<day>[0-9]{2})(?![0-9])"
)
_BRITISH = re.compile(
    r"(?<![0-9])(?P<day>[0-9]{1,2})(?P<between>[-_. ])(?P<month>[0-9]{1,2})(?P=between)(?P<year>[0-9]{4})(?![0-9])"
)
_IN_WORDS = re.compile(
    r"(?<![0-9])(?P<day>[0-9]{1,2})[-_. ]?(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_. ]?"
    r"(?P<year>[0-9]{4})(?![0-9])"
)
_VERSION = re.compile(r"(?<![a-z0-9])(?:v|ver|version)[-_. ]?([0-9]{1,3})(?:\.([0-9]{1,3}))?(?![a-z0-9])")
_REVISED = re.compile(
    r"(?<![a-z0-9])(?P<denied>(?:not|non|un|never|pre|before)[-_. ]+)?"
    r"(?:revised|revision|corrected|correction|amended|amendment|updated|update)(?![a-z0-9])"
)


@dataclass(frozen=True)
class Sayings:
    """What is said of one file; None where nothing is."""

    named_on: date | None = None
    """A day in the name. It may be another day than that of publication, so that models judge it."""
    published_on: date | None = None
    """The day of publication that `release.yaml` gives."""
    version: int | None = None
    """1000 times the version and its decimal place: 2 is 2000, 2.1 is 2001."""
    revised: bool | None = None

    def __str__(self) -> str:
        """Return them as text: a file of which other things are said is read anew."""
        return f"{self.named_on}|{self.published_on}|{self.version}|{self.revised}"


NOTHING = Sayings()


@dataclass(frozen=True)
class ReleaseNotes:
    """What a `release.yaml` says, or what is wrong with it."""

    files: dict[str, Sayings]
    """By the file's path below the release's folder."""
    faults: tuple[str, ...] = ()


def said_by_name(path: str) -> Sayings:
    """Read a file's path below `landing/published`; of its parts the one nearest to the file counts.

    A part that says two things (two days, two versions) says neither.
    """
    parts = list(PurePosixPath(path).parts)
    parts[-1] = parts[-1].rpartition(".")[0] or parts[-1]
    said = NOTHING
    for part in parts:
        part = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part).lower()
        days, part = _days(part)
        versions = {int(found[1]) * 1000 + int(found[2] or 0) for found in _VERSION.finditer(part)}
        words = {found["denied"] is None for found in _REVISED.finditer(part)}
        if days:
            said = replace(said, named_on=days.pop() if len(days) == 1 else None)
        if versions:
            said = replace(said, version=versions.pop() if len(versions) == 1 else None)
        if words:
            said = replace(said, revised=words.pop() if len(words) == 1 else None)
    return said


def _days(text: str) -> tuple[set[date], str]:
    """Return the days in a name, and the name without them, so that no part of a day is taken for a version."""
    days = set()
    for pattern in (_ISO, _BRITISH, _IN_WORDS):
        for found in list(pattern.finditer(text)):
            month = found["month"]
            number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
            try:
                day = date(int(found["year"]), number, int(found["day"]))
            except ValueError:
                continue
            if day.year in _YEARS:
                days.add(day)
                text = text.replace(found[0], "|")
    return days, text


def read_release_file(where: str, data: bytes, names: set[str]) -> ReleaseNotes:
    """Read a `release.yaml` for the files of its folder; each fault is one sentence.

    With a fault it counts as saying nothing at all, and whoever asks takes what the names say for unsaid too: half of
    what somebody wrote down could decide the other way round.
    """
    try:
        content: Any = read_plain_yaml(data).content
    except NotPlainError as error:
        return ReleaseNotes({}, (error.sentence(where),))
    if content is None:
        return ReleaseNotes({})
    if not isinstance(content, dict) or not isinstance(content.get("files", {}), dict):
        return ReleaseNotes({}, (f"{where} should hold 'files:' and below it each file with what is known of it.",))
    faults = [f"{where} has an entry that is not 'files'." for key in content if key != "files"][:1]
    files: dict[str, Sayings] = {}
    for number, (key, entry) in enumerate(content.get("files", {}).items(), start=1):
        name = _file_called(key, names)
        if name is None:
            faults.append(f"{where}: file {number} of its list does not lie in this folder.")
            continue
        if name in files:
            faults.append(f"{where} names {name} twice.")
            continue
        files[name] = _sayings(entry, f"{where}: {name}", faults)
    return ReleaseNotes({}, tuple(faults)) if faults else ReleaseNotes(files)


def _file_called(key: object, names: set[str]) -> str | None:
    if not isinstance(key, str):
        return None
    key = key.replace("\\", "/").removeprefix("./")
    if key in names:
        return key
    alike = [name for name in names if name.casefold() == key.casefold()]
    return alike[0] if len(alike) == 1 else None


def _sayings(entry: object, where: str, faults: list[str]) -> Sayings:
    if not isinstance(entry, dict):
        faults.append(f"{where} should have lines such as 'published_on: 2025-12-04'.")
        return NOTHING
    faults.extend(_faults(entry, where))
    return Sayings(
        published_on=_day(entry.get("published_on")),
        version=_version(entry.get("version")),
        revised=as_flag(entry.get("revised")),
    )


def _faults(entry: dict[Any, Any], where: str) -> Iterator[str]:
    if any(key not in _FACTS for key in entry):
        yield f"{where} has an entry that is none of {', '.join(_FACTS)}."
    if entry.get("published_on") is not None and _day(entry["published_on"]) is None:
        yield f"{where} has a 'published_on' that is no day such as 2025-12-04."
    if entry.get("revised") is not None and as_flag(entry["revised"]) is None:
        yield f"{where} has a 'revised' that is neither true nor false."
    if entry.get("version") is not None and _version(entry["version"]) is None:
        yield f"{where} has a 'version' that is no number such as 2 or 2.1."


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        return None
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _version(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    found = re.fullmatch(r"[vV]?([0-9]{1,3})(?:\.([0-9]{1,3}))?", value.strip())
    return int(found[1]) * 1000 + int(found[2] or 0) if found else None


def merged(by_name: Sayings, noted: Sayings | None) -> Sayings:
    """Return what is said of a file in all: what `release.yaml` says of a thing goes before what the name says."""
    if noted is None:
        return by_name
    return Sayings(
        named_on=by_name.named_on,
        published_on=noted.published_on,
        version=by_name.version if noted.version is None else noted.version,
        revised=by_name.revised if noted.revised is None else noted.revised,
    )
