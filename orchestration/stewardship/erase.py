"""`cla erase`: take everything of one child out of the data folder, and keep it out.

The order matters to whoever is killed in between. First it is decided, by a keyed hash, so that no later build brings
the child back; then rows, keys and whatever was made from them go; then a build publishes without the child; then the
publications before it go. No step finds anything to do the second time: running it again, or `cla build`, ends it.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration import ledger, progress
from orchestration.errors import UserError
from orchestration.ingest import erasures
from orchestration.ingest.erasures import CHILD, Erased, Erasures, hash_of, spelt
from orchestration.ingest.person_keys import CHILDREN, KEY_FILE, key_of, people_in_map, read_or_make_key
from orchestration.settings import Settings
from orchestration.stewardship import child_numbers, derived, raw_rows, rekey, traces, unfinished
from orchestration.stewardship.child_numbers import Line
from orchestration.stewardship.derived import Place
from orchestration.stewardship.raw_rows import OfDelivery
from orchestration.stewardship.traces import Trace, Wanted

ACTION, LIFTED = "erased", "erasure lifted"
MOST_ROWS = 12
"""Numbers of rows that are named for each file."""


@dataclass(frozen=True)
class Plan:
    """What is at hand of a child, without the child's number where it could be shown."""

    wanted: Wanted
    deliveries: list[OfDelivery]
    """Raw rows by delivery."""
    disputes: frozenset[str]
    has_key: bool
    publications: list[Place]
    working_files: list[Place]
    erased_on: str | None
    """When the child was erased before, under all its numbers; None where it was not."""
    doubtful: list[Line]
    """Lines of crosswalks that give the child yet another number, which was not taken for the child's."""

    @property
    def rows(self) -> int:
        """Return how many raw rows are of the child."""
        return sum(delivery.count for delivery in self.deliveries)

    @property
    def is_known(self) -> bool:
        """Say whether anything is known of the child."""
        return bool(self.deliveries) or self.has_key or self.erased_on is not None


def plan(settings: Settings, la_code: str, child: str) -> Plan:
    """Find what is at hand of a child of an authority; changes nothing.

    Raises `UserError` where the number is none.
    """
    number = spelt(child)
    if not number:
        raise UserError("Say the child's number as the returns have it (column CHILD).")
    raw = settings.raw
    # A secret of the moment: nothing is decided yet.
    key = secrets.token_bytes(32)
    own = (number, *child_numbers.of_child(settings, la_code, number))
    sought = Erased(la_code, key, frozenset((CHILD, hash_of(key, la_code, CHILD, one)) for one in own))
    disputes = raw_rows.disputes_about(raw, sought)
    keys = _keys(settings, la_code, own)
    in_force = Erasures.load(settings.decisions, settings.keys).of(la_code)
    decided = [erasures.decided_at(settings.decisions, in_force, one) for one in own]
    moments = [moment for moment in decided if moment is not None]
    return Plan(
        wanted=Wanted(la_code, number, (*sorted(raw_rows.upns_of(raw, sought)), *sorted(keys)), own[1:]),
        deliveries=raw_rows.find(raw, sought, disputes),
        disputes=frozenset(disputes),
        has_key=any((la_code, one) in _people(settings) for one in own),
        publications=derived.publications(settings, with_current=True),
        working_files=derived.working_files(settings),
        erased_on=max(moments).date().isoformat() if len(moments) == len(own) else None,
        doubtful=child_numbers.doubtful(raw, la_code, own),
    )


def described(settings: Settings, found: Plan) -> Iterator[str]:
    """Say in lines what is at hand of a child and what becomes of it; names files, numbers of rows and no child."""
    if found.erased_on:
        yield f"The child's records were erased on {found.erased_on}; below is what is at hand now."
    if found.wanted.others:
        yield (
            f"By a crosswalk between case systems the child has {len(found.wanted.numbers):,} numbers; "
            "what follows is of all of them"
        )
    yield f"Raw rows: {found.rows:,} in {_number(len(found.deliveries), 'delivery', 'deliveries')}"
    for delivery in found.deliveries:
        by_table: Counter[str] = Counter()
        for (table, _), numbers in delivery.rows.items():
            by_table[table or "no table"] += len(numbers)
        yield f"  {delivery.delivery_id}: " + ", ".join(
            f"{table} {count:,}" for table, count in sorted(by_table.items())
        )
    if found.doubtful:
        yield (
            "Lines of crosswalks give the child another number, but were not used: erase that number as well if it is "
            "the child's"
        )
        for file_name, lines in _by_file(found.doubtful).items():
            yield f"  {file_name}: {_rows(lines)}"
    yield f"Key of the child: {'1, in the map of keys' if found.has_key else 'none'}"
    yield (
        f"Publications, restricted outputs and internal sites: {len(found.publications):,}; all are removed, and one "
        "of the first two is made anew"
    )
    for place in [*found.publications, *found.working_files]:
        yield f"  {_shown(settings, place.path)} ({place.what}, {place.bytes / 1e6:,.1f} MB)"
    yield (
        "Not touched: the public outputs (publications_public/, released/, site_builds/) are aggregates, with no row "
        "of a child in them; the ledger and the decisions name no child."
    )


def for_the_person(settings: Settings, found: Plan) -> Iterator[str]:
    """Say which delivered files hold the child: they are the authority's own, and no program changes them."""
    listed: set[Path] = set()
    lines = []
    for delivery in found.deliveries:
        la_code, dataset, year, day = delivery.delivery_id.split("-", 3)
        folder = settings.landing / la_code / dataset / year / day
        by_file: dict[str, list[int]] = {}
        for (_, file_name), numbers in delivery.rows.items():
            by_file.setdefault(file_name, []).extend(numbers)
        for file_name, numbers in sorted(by_file.items()):
            file = folder / file_name
            if file.exists():
                listed.add(file)
                lines.append(f"  {_shown(settings, file)}: {_rows(sorted(set(numbers)))}")
    for trace in traces.in_landing(settings, found.wanted):
        if trace.path not in listed:
            listed.add(trace.path)
            lines.append(f"  {_shown(settings, trace.path)}")
    if lines:
        yield "Yours to change or delete, and left as they are, with backups and the system that they came from:"
        yield from lines


def erase(settings: Settings, found: Plan, *, with_build: bool = True) -> list[Trace]:
    """Take a child out and keep it out, and return what a search finds of it afterwards.

    The caller holds the build lock. Without a build nothing is published to staff until the next one.
    """
    la_code, number = found.wanted.la_code, found.wanted.number
    progress.report("Recording the erasure")
    unfinished.begin(settings, "cla erase")
    if found.erased_on is None:
        # Told before it is done: whoever is killed in between is told of twice, and never not at all.
        ledger.record(
            settings,
            ACTION,
            authority=la_code,
            reference=erasures.reference(settings.decisions, settings.keys, la_code, number),
            rows=found.rows,
            deliveries=len(found.deliveries),
        )
        erasures.decide(
            settings.decisions,
            settings.keys,
            la_code,
            number,
            sorted(found.disputes),
            others=found.wanted.others,
        )
    unfinished.purge(settings, progress.report)
    if with_build:
        _rebuild(settings)
    else:
        derived.unpublish(settings)
        settings.unfinished.unlink()
    return traces.everywhere(settings, found.wanted)


def lift(settings: Settings, found: Plan) -> None:
    """Let a child be read again, as one must be that comes into care anew; the next build reads the deliveries."""
    la_code, number = found.wanted.la_code, found.wanted.number
    if found.erased_on is None:
        raise UserError("No child of this number is erased in this authority, so there is nothing to lift.")
    reference = erasures.reference(settings.decisions, settings.keys, la_code, number)
    ledger.record(settings, LIFTED, authority=la_code, reference=reference)
    erasures.decide(settings.decisions, settings.keys, la_code, number, is_lifted=True)


def said_of_traces(settings: Settings, found: Plan, left: list[Trace]) -> Iterator[str]:
    """Say what the search found."""
    if not found.wanted.is_telling:
        yield (
            "The child's number is too short to be told from other numbers: it was looked for in columns of children's "
            "numbers only. Files without columns were removed, or hold aggregates."
        )
    if not left:
        yield "A search of the data folder, outside landing/, finds nothing of the child."
        return
    places = _number(len(left), "place", "places")
    yield f"A search of the data folder, outside landing/, still finds something in {places}:"
    for trace in left:
        where = f", {trace.where}" if trace.where else ""
        yield f"  {_shown(settings, trace.path)}{where}: {trace.count:,}"
    if _others_with_number(settings, found.wanted):
        yield "Another authority has a child of the same number: it may be that one's."


def _rebuild(settings: Settings) -> None:
    from orchestration.build import run_build

    try:
        run_build(settings)
    except UserError as error:
        raise UserError(
            f"{error} The records are taken out, but the last publication still has the child's rows under a key: put "
            "right what is said here and run `cla build`, or run `cla erase` again with --without-build to withdraw it."
        ) from None
    unfinished.conclude(settings)


def _keys(settings: Settings, la_code: str, own: Iterable[str]) -> set[str]:
    """Return the keys of the child's numbers and those before them."""
    if not (settings.keys / KEY_FILE).exists():
        return set()
    key = read_or_make_key(settings.keys / KEY_FILE, may_make=False)
    return rekey.older_keys(settings, {key_of(CHILDREN, key, la_code, number) for number in own})


def _others_with_number(settings: Settings, wanted: Wanted) -> bool:
    return any(number in wanted.numbers and la_code != wanted.la_code for la_code, number in _people(settings))


def _people(settings: Settings) -> list[tuple[str, str]]:
    return people_in_map(settings.raw / CHILDREN.folder, CHILDREN)


def _by_file(lines: Iterable[Line]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line in lines:
        found.setdefault(f"{line.delivery_id}/{line.file_name}", []).append(line.row_number)
    return found


def _rows(numbers: list[int]) -> str:
    named = ", ".join(f"{number}" for number in numbers[:MOST_ROWS])
    more = f" and {len(numbers) - MOST_ROWS:,} more" if len(numbers) > MOST_ROWS else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {named}{more}"


def _shown(settings: Settings, path: Path) -> str:
    return path.relative_to(settings.data_dir).as_posix()


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
