"""How the warehouse stands: what is published, how old it is, and what somebody should look at.

One reading serves `cla status`, a monitor (`--json`), the notices and Dagster's checks, so that they never differ. It
names runs, tables and deliveries, counts and days, and no value of a record.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration import ledger
from orchestration.build import is_running
from orchestration.filesystem import private_directory, write_private_text
from orchestration.ingest.tables import CROSSWALK
from orchestration.publish.publication import code_version, read_manifest
from orchestration.settings import Settings
from orchestration.stewardship.unfinished import command_of
from orchestration.summary import Held, held_deliveries, published

VERSION = 1
"""Of the form of `as_json`: it rises when a reader of the one before would no longer understand it."""
FAILED, HELD, STALE, UNPUBLISHED = "failed", "held", "stale", "unpublished"
SUCCEEDED, KILLED = "succeeded", "killed"
KILLED_SAID = "It ended without a word; its process was probably killed."
_DATASETS = {"ssda903": "return", "iro": "IRO extract"}


@dataclass(frozen=True)
class Trouble:
    """Something that somebody should look at; the same fact has the same key for as long as it lasts."""

    kind: str
    key: str
    said: str


@dataclass(frozen=True)
class LastRun:
    """How the last build or publication ended: `succeeded`, `failed` or `killed`, when, and what was said."""

    outcome: str
    at: str
    run_id: str
    """Of a success the publication's id, else the one by which Dagster knows the run."""
    said: str

    def as_trouble(self) -> Trouble:
        """Return it as something to look at."""
        how = "was killed" if self.outcome == KILLED else self.outcome
        return Trouble(FAILED, f"failed:{self.run_id}", f"The last run {how}: {self.said}")


@dataclass(frozen=True)
class Latest:
    """The latest delivery of an authority and dataset that is in force."""

    la_code: str
    dataset: str
    delivery_id: str
    extracted_on: date
    age_days: int
    is_stale: bool
    """Never of an invented delivery, which nobody will deliver anew."""


@dataclass(frozen=True)
class Status:
    """Everything that is known, read at one moment."""

    looked_at: datetime
    manifest: dict[str, Any] | None
    age_days: int
    is_stale: bool
    held: list[Held]
    not_used: list[Held]
    latest: list[Latest]
    is_under_way: bool
    unfinished: str | None
    last_run: LastRun | None
    settings: Settings

    @property
    def public_run_id(self) -> str | None:
        """Return the run that the public figures are of; None where there are none."""
        found: str | None = (self.manifest or {}).get("parts", {}).get("published_public")
        return found

    @property
    def public_is_of_same_run(self) -> bool:
        """Say whether the public sees the same run as the staff; a publication of before there were parts does."""
        manifest = self.manifest or {}
        return "parts" not in manifest or self.public_run_id == manifest["run_id"]

    @property
    def troubles(self) -> list[Trouble]:
        """Return what somebody should look at, the worst first; nothing where all is well."""
        found = []
        if self.last_run and self.last_run.outcome != SUCCEEDED:
            found.append(self.last_run.as_trouble())
        if self.manifest is None:
            return [*found, Trouble(UNPUBLISHED, "unpublished", "Nothing is published yet.")]
        run_id = self.manifest["run_id"]
        if not self.public_is_of_same_run:
            said = f"The public figures are {self._public()}."
            found.append(Trouble(FAILED, f"public:{run_id}", said))
        for one in self.held:
            said = (
                f"The delivery {one.delivery_id} ({one.la_name}) is held and replaces nothing; `cla status` says why."
            )
            found.append(Trouble(HELD, f"held:{one.delivery_id}:{_digest(one.because)}", said))
        if self.is_stale:
            said = f"The publication {run_id} is {self.age_days:,} days old."
            found.append(Trouble(STALE, f"stale:{run_id}", said))
        for late in self.latest:
            if late.is_stale:
                what = _DATASETS.get(late.dataset, late.dataset)
                said = f"The latest {what} of {late.la_code} was taken {late.age_days:,} days ago ({late.delivery_id})."
                found.append(Trouble(STALE, f"stale:{late.delivery_id}", said))
        return found

    def as_json(self) -> dict[str, Any]:
        """Return it in the form of docs/status.schema.json."""
        manifest = self.manifest
        troubles = self.troubles
        return {
            "version": VERSION,
            "is_well": not troubles,
            "troubles": [{"kind": one.kind, "said": one.said} for one in troubles],
            "looked_at": self.looked_at.isoformat(timespec="seconds"),
            "code_version": code_version(),
            "stale_after_days": {
                "publication": self.settings.stale_publication_days,
                "delivery": self.settings.stale_delivery_days,
            },
            "publication": manifest
            and {
                "run_id": manifest["run_id"],
                "published_at": manifest["published_at"],
                "age_days": self.age_days,
                "is_stale": self.is_stale,
                "code_version": manifest["code_version"],
                "is_synthetic": manifest["is_synthetic"],
                "tables": len(manifest["tables"]),
                "rows": sum(table["rows"] for table in manifest["tables"].values()),
                "public_run_id": self.public_run_id,
                "public_is_of_same_run": self.public_is_of_same_run,
            },
            "deliveries": {
                "used": len(manifest["deliveries"]) if manifest else 0,
                "held": [_as_json(one) for one in self.held],
                "not_used": [_as_json(one) for one in self.not_used],
                "latest": [{**one.__dict__, "extracted_on": one.extracted_on.isoformat()} for one in self.latest],
            },
            "build": {"is_under_way": self.is_under_way, "unfinished": self.unfinished},
            "last_run": self.last_run and self.last_run.__dict__,
        }

    def lines(self) -> Iterator[str]:
        """Yield what a person is told of the publication and the runs; of held deliveries `print_held` tells."""
        manifest = self.manifest
        if manifest is None:
            yield "Published:    nothing yet; run `cla demo` or `cla build`"
        else:
            rows = sum(table["rows"] for table in manifest["tables"].values())
            synthetic = ", SYNTHETIC DATA" if manifest["is_synthetic"] else ""
            yield (
                f"Published:    run {manifest['run_id']} at {manifest['published_at']}: {len(manifest['tables'])} "
                f"tables, {rows:,} rows from {len(manifest['deliveries'])} deliveries{synthetic}"
            )
            yield f"              {self.settings.published}"
            if "parts" in manifest:
                yield f"Public:       {self._public()}"
        if self.last_run:
            yield f"Last run:     {self.last_run.outcome} at {self.last_run.at}. {self.last_run.said}".rstrip()
        yield f"Build:        {'one is running' if self.is_under_way else 'none is running'}"
        if self.unfinished:
            yield f"Unfinished:   {self.unfinished}; `cla build` ends it"
        for trouble in self.troubles:
            if trouble.kind == STALE:
                yield f"Stale:        {trouble.said}"

    def _public(self) -> str:
        """Say of which run the public figures are: where their part of a build failed, those of before stay."""
        if self.public_is_of_same_run:
            return "of the same run"
        still = f"still run {self.public_run_id}" if self.public_run_id else "nothing yet"
        return f"{still}; that of the last run was not whole"


def read(settings: Settings, *, is_under_way: bool | None = None) -> Status:
    """Read how things stand now. Nothing is written, and nothing waits for a build.

    Whoever holds the build lock says so by `is_under_way`: that it is held tells nothing then.
    """
    now = datetime.now(UTC)
    running = is_running(settings) if is_under_way is None else is_under_way
    manifest = read_manifest(settings)
    held: list[Held] = []
    if manifest is not None and "delivery_audit" in manifest["tables"]:
        with published(settings) as connection:
            held = held_deliveries(connection)
    age = (now - datetime.fromisoformat(manifest["published_at"])).days if manifest else 0
    return Status(
        looked_at=now,
        manifest=manifest,
        age_days=age,
        is_stale=age > settings.stale_publication_days,
        held=[one for one in held if one.status == "held"],
        not_used=[one for one in held if one.status != "held"],
        latest=latest_deliveries(settings, manifest, now.date()),
        is_under_way=running,
        unfinished=command_of(settings),
        last_run=_last_run(settings, is_under_way=running),
        settings=settings,
    )


def latest_deliveries(settings: Settings, manifest: dict[str, Any] | None, today: date) -> list[Latest]:
    """Return the latest delivery in force of each authority and dataset, by a publication's manifest.

    A crosswalk is not among them: it comes once, and is never too old.
    """
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for one in (manifest or {}).get("deliveries", []):
        if one["dataset"] == CROSSWALK:
            continue
        key = (one["la_code"], one["dataset"])
        latest[key] = max(latest.get(key, one), one, key=lambda delivery: delivery["extracted_on"])
    found = []
    for (la_code, dataset), one in sorted(latest.items()):
        taken = date.fromisoformat(one["extracted_on"])
        age = (today - taken).days
        stale = age > settings.stale_delivery_days and not one["is_synthetic"]
        found.append(Latest(la_code, dataset, one["delivery_id"], taken, age, stale))
    return found


@contextmanager
def under_way(settings: Settings, run_id: str) -> Iterator[None]:
    """Leave a mark while a run lasts: one that is found while nobody holds the build lock is of a killed run."""
    if settings.as_known_at:
        yield
        return
    mark = {"run_id": run_id, "at": _now()}
    write_private_text(private_directory(settings.watch) / _MARK, json.dumps(mark) + "\n")
    try:
        yield
    finally:
        (settings.watch / _MARK).unlink(missing_ok=True)


def killed_run(settings: Settings) -> Trouble | None:
    """Return the run that left its mark, which the caller, who holds the build lock, knows to be over; else None."""
    mark = None if settings.as_known_at else _kept(settings.watch / _MARK)
    return LastRun(KILLED, mark["at"], mark["run_id"], KILLED_SAID).as_trouble() if mark else None


def record_failure(settings: Settings, run_id: str, said: str, at: str = "") -> None:
    """Keep how a run failed, until a later one ends; `at` is a time as `isoformat` has it (default: now)."""
    if settings.as_known_at:
        return
    at = at or _now()
    known = _kept(settings.watch / _FAILURE)
    if known and (known["at"] > at or known["run_id"] == run_id):
        return
    failure = {"run_id": run_id, "at": at, "said": without_delivered_names(settings, said)}
    path = private_directory(settings.watch) / _FAILURE
    write_private_text(path, json.dumps(failure, ensure_ascii=False) + "\n")


def without_delivered_names(settings: Settings, said: str) -> str:
    """Return what a run said without paths, and nothing of it where it names something in the landing zone.

    A file may be called after a child, and what a computer says of a file it cannot open has the file's name.
    """
    for folder, name in ((settings.landing, "the landing zone"), (settings.data_dir, "the data folder")):
        for path in {str(folder), folder.as_posix()}:
            said = said.replace(path, name)
    if re.search(r"the landing zone[/\\\\]", said):
        return "Something in the landing zone cannot be opened; `cla build` names it."
    return said


_DONE = {"built": "built and published", "published again": "published again"}
"""What stands in the ledger of a run that ended well, and how it is said."""
_MARK, _FAILURE = "under_way.json", "last_failure.json"


def _last_run(settings: Settings, *, is_under_way: bool) -> LastRun | None:
    """Return the run that ended last: successes stand in the ledger, a failure and a run under way in files."""
    found = []
    for entry in ledger.entries(settings):
        if entry.action in _DONE and "as_known_at" not in entry.facts:
            found = [LastRun(SUCCEEDED, entry.at, entry.facts["run"], f"It {_DONE[entry.action]}.")]
    if failure := _kept(settings.watch / _FAILURE):
        found.append(LastRun(FAILED, failure["at"], failure["run_id"], failure["said"]))
    if not is_under_way and (mark := _kept(settings.watch / _MARK)):
        found.append(LastRun(KILLED, mark["at"], mark["run_id"], KILLED_SAID))
    return max(found, key=lambda run: run.at, default=None)


def _kept(path: Path) -> dict[str, str] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _as_json(one: Held) -> dict[str, Any]:
    return {"delivery_id": one.delivery_id, "la_name": one.la_name, "because": one.because}


def _digest(text: str) -> str:
    """Return a short mark of a text: a delivery that is held for another reason is another fact."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
