"""`cla retain`: keep the last collection years, and take out of the data folder what is older.

What is kept is counted from the latest collection year that was delivered. The decision stays, so that older deliveries
that still lie in the landing zone are not read again.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration import ledger, progress
from orchestration.errors import UserError
from orchestration.ingest import decisions
from orchestration.ingest.landing import Delivery, discover
from orchestration.ingest.raw import read_commits
from orchestration.settings import Settings
from orchestration.stewardship import derived, raw_rows, unfinished
from orchestration.stewardship.derived import Place

ACTION = "retention"


@dataclass(frozen=True)
class Plan:
    """What is older than the years that are kept."""

    keep_from: int
    latest: int
    is_begun: bool
    """Whether another decision stands, or one was taken and its work not ended."""
    deliveries: dict[str, int]
    """Deliveries in the raw layer, and their rows."""
    released: list[Place]
    publications: list[Place]
    working_files: list[Place]
    in_landing: list[Delivery]
    narrative: list[Path]

    @property
    def has_anything(self) -> bool:
        """Say whether there is anything to do."""
        return bool(self.deliveries or self.released or self.in_landing or self.is_begun)


def plan(settings: Settings, years: int) -> Plan:
    """Find what is older than so many collection years; changes nothing."""
    delivered = discover(settings.landing).deliveries
    raw = settings.raw
    read = sorted(read_commits(raw)) if (raw / "deliveries").exists() else []
    known = [item.collection_year for item in delivered] + [raw_rows.year_of(delivery_id) for delivery_id in read]
    if not known:
        raise UserError("There are no deliveries, so nothing is too old.")
    keep_from = max(known) - years + 1
    return Plan(
        keep_from=keep_from,
        latest=max(known),
        is_begun=decisions.kept_from(settings.decisions) not in (None, keep_from)
        or unfinished.command_of(settings) is not None,
        deliveries={one: raw_rows.count_rows(raw, one) for one in read if raw_rows.year_of(one) < keep_from},
        released=[Place(path, "a release of older years alone") for path in _released_before(settings, keep_from)],
        publications=derived.publications(settings, with_current=True),
        working_files=derived.working_files(settings),
        in_landing=[item for item in delivered if item.collection_year < keep_from],
        narrative=_narrative_before(settings, keep_from),
    )


def described(settings: Settings, found: Plan) -> Iterator[str]:
    """Say in lines what is kept, what goes, and what is the person's own to remove."""
    yield f"Kept are the collection years {found.keep_from} to {found.latest}."
    rows = sum(found.deliveries.values())
    yield f"Raw rows of older deliveries: {rows:,} in {len(found.deliveries):,}"
    for delivery_id, count in found.deliveries.items():
        yield f"  {delivery_id}: {count:,}"
    yield f"Releases of older years alone: {len(found.released):,}"
    for place in found.released:
        yield f"  {_shown(settings, place.path)}"
    if found.deliveries:
        yield f"Publications made with them: {len(found.publications):,}; all are removed, and one is made anew"
        for place in [*found.publications, *found.working_files]:
            yield f"  {_shown(settings, place.path)} ({place.what}, {place.bytes / 1e6:,.1f} MB)"
    own = [item.folder for item in found.in_landing] + found.narrative
    if own:
        yield "Yours to delete, and left as they are; deliveries among them are not read again:"
        for folder in own:
            yield f"  {_shown(settings, folder)}"


def retain(settings: Settings, found: Plan) -> None:
    """Take out what is too old and publish without it; the caller holds the build lock."""
    unfinished.begin(settings, "cla retain")
    decisions.keep_from(settings.decisions, found.keep_from)
    ledger.record(
        settings,
        ACTION,
        kept_from=found.keep_from,
        deliveries=list(found.deliveries),
        rows=sum(found.deliveries.values()),
        releases=len(found.released),
    )
    derived.remove(found.released)
    unfinished.purge(settings, progress.report)
    from orchestration.build import run_build

    run_build(settings)
    unfinished.conclude(settings)


def _released_before(settings: Settings, year: int) -> list[Path]:
    """Return the releases that rest on older deliveries alone, by what their manifests say; others are left."""
    old = []
    for folder in sorted(settings.released.iterdir()) if settings.released.exists() else []:
        years = [delivered for manifest in folder.rglob("manifest.json") for delivered in _years(manifest)]
        if years and max(years) < year:
            old.append(folder)
    return old


def _years(manifest: Path) -> list[int]:
    """Return the collection years of the deliveries that a publication rests on; none where it does not say."""
    try:
        return [int(one["collection_year"]) for one in json.loads(manifest.read_bytes())["deliveries"]]
    except (ValueError, KeyError, TypeError):
        return []


def _narrative_before(settings: Settings, year: int) -> list[Path]:
    folders = (settings.data_dir / "narrative").glob("[0-9][0-9][0-9]/[0-9][0-9][0-9][0-9]")
    return sorted(folder for folder in folders if int(folder.name) < year)


def _shown(settings: Settings, path: Path) -> str:
    return path.relative_to(settings.data_dir).as_posix()
