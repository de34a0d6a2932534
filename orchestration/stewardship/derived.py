"""What was made from the records and may hold a child: everything of it can go, because the next build makes it anew.

A build writes into the warehouse's file again, and a database keeps the bytes of what it deleted; logs quote what an
engine choked on. So nothing of these is mended: it is removed. The public outputs are aggregates and stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.filesystem import PARTIAL_SUFFIX, remove_folder, remove_link
from orchestration.settings import Settings


@dataclass(frozen=True)
class Place:
    """A folder or file made from the records, and what a person calls it."""

    path: Path
    what: str

    @property
    def bytes(self) -> int:
        """Return its size."""
        files = self.path.rglob("*") if self.path.is_dir() else [self.path]
        return sum(file.stat().st_size for file in files if file.is_file())


def working_files(settings: Settings) -> list[Place]:
    """Return what a build leaves behind and nobody reads through a link: all of it may go at any time."""
    settings = replace(settings, as_known_at="")
    places = [
        Place(settings.warehouse.parent, "the working database, with its temporary files"),
        Place(settings.dbt_target, "dbt's compiled files"),
        Place(settings.dbt_logs, "dbt's logs"),
        Place(settings.dagster_home, "Dagster's history of runs"),
        Place(settings.faults, "details of unexpected errors"),
        Place(settings.data_dir / "as_known_at", "builds as known at a date"),
        *(Place(path, "what an interrupted command left") for path in _leftovers(settings)),
    ]
    return [place for place in places if place.path.exists()]


def publications(settings: Settings, *, with_current: bool) -> list[Place]:
    """Return the publications and restricted outputs that hold rows of children, the current ones only if asked for.

    The internal site has no such row, but exact numbers that count the child, and no build replaces it: all of it goes.
    """
    settings = replace(settings, as_known_at="")
    places = []
    for runs, link, what in (
        (settings.publications, settings.published, "publication"),
        (settings.restricted_runs, settings.restricted, "restricted outputs"),
        (settings.site_internal_builds, None, "internal site"),
    ):
        current = link.resolve() if link and link.exists() else None
        for path in sorted(runs.iterdir()) if runs.exists() else []:
            if not _is_hidden(path) and (with_current or path.resolve() != current):
                places.append(Place(path, f"{what} of {path.name}"))
    return places


def remove(places: list[Place]) -> None:
    """Delete places."""
    for place in places:
        remove_folder(place.path)


def unpublish(settings: Settings) -> None:
    """Take away what the authority's own staff read, until the next build publishes again."""
    settings = replace(settings, as_known_at="")
    remove_link(settings.published)
    remove_link(settings.restricted)
    remove_link(settings.site_internal)
    remove(publications(settings, with_current=True))


def _leftovers(settings: Settings) -> Iterator[Path]:
    """Yield what a killed process left half written or half deleted; under the build lock nobody is at work."""
    for folder in (
        settings.data_dir,
        settings.publications,
        settings.publications_public,
        settings.restricted_runs,
        settings.site_internal_builds,
        settings.data_dir / "dbt",
    ):
        yield from folder.glob(f".*{PARTIAL_SUFFIX}") if folder.exists() else ()


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".")
