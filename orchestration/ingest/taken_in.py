"""What lies in the landing zone against what was last taken in from it, whoever started that: by sizes and times alone.

Every ingest writes down what it looked at, so the sensor asks for no build of what somebody has built by hand.
Nothing is opened to find out, and nothing but the names of deliveries and a fingerprint of each is kept.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from orchestration.filesystem import write_private_text
from orchestration.ingest.dfe.files import PublishedFile, release_of
from orchestration.ingest.dfe.files import discover as discover_published
from orchestration.ingest.dfe.sayings import RELEASE_FILE
from orchestration.ingest.landing import PUBLISHED_FOLDER, Delivery, Stamp, discover, look
from orchestration.settings import Settings

_FILE = "taken_in.json"


def lying_there(settings: Settings) -> dict[str, str]:
    """Return a fingerprint of each delivery and each published release in the landing zone, by its name."""
    if not settings.landing.is_dir():
        return {}
    return {
        **of_deliveries(discover(settings.landing, settings.limits).deliveries),
        **of_published(settings, discover_published(settings.landing / PUBLISHED_FOLDER, settings.limits).values()),
    }


def of_deliveries(deliveries: Iterable[Delivery]) -> dict[str, str]:
    """Return what tells one state of a delivery from another, its mapping's among it."""
    return {
        delivery.delivery_id: _fingerprint(
            {**delivery.stamps, "../mapping": _stamp(delivery.mapping)}, delivery.refused.keys()
        )
        for delivery in deliveries
    }


def of_published(settings: Settings, files: Iterable[PublishedFile]) -> dict[str, str]:
    """Return the same of the folders of landing/published, each by its release: their names are anybody's."""
    folder = settings.landing / PUBLISHED_FOLDER
    stamps: dict[str, dict[str, Stamp]] = defaultdict(dict)
    for file in files:
        top = file.name.partition("/")[0] if "/" in file.name else ""
        name = release_of(top) or hashlib.sha256(top.encode()).hexdigest()[:8]
        stamps[name][file.name] = file.stamp
        stamps[name][f"{top}/{RELEASE_FILE}"] = _stamp(folder / top / RELEASE_FILE)
    return {f"{PUBLISHED_FOLDER}/{name}": _fingerprint(of_release) for name, of_release in stamps.items()}


def read(raw: Path) -> dict[str, str]:
    """Return the fingerprints of what was taken in; nothing where nothing was, or where the record cannot be read."""
    try:
        content = json.loads((raw / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in content.items()} if isinstance(content, dict) else {}


def record(raw: Path, seen: Mapping[str, str], gone: Collection[str] = ()) -> None:
    """Add what was looked at and read, or found unchanged, and drop what is gone."""
    before = read(raw)
    after = {**{name: value for name, value in before.items() if name not in gone}, **seen}
    if after != before:
        write_private_text(raw / _FILE, json.dumps(dict(sorted(after.items())), indent=0))


def _stamp(path: Path) -> Stamp:
    status, _ = look(path, path.parents[1].resolve())
    return (status.st_size, status.st_mtime_ns) if status else (0, 0)


def _fingerprint(stamps: Mapping[str, Stamp], refused: Collection[str] = ()) -> str:
    told = [*sorted(stamps.items()), *sorted(refused)]
    return hashlib.sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()[:16]
