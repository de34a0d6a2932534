"""Whatever a killed command began is ended by the next one: every step here finds nothing to do the second time."""

import json
from collections.abc import Callable

from orchestration.errors import UserError
from orchestration.filesystem import write_private_text
from orchestration.ingest import decisions
from orchestration.ingest.erasures import Erasures
from orchestration.ingest.person_keys import KINDS, PersonKeys
from orchestration.settings import Settings
from orchestration.stewardship import backup, derived, raw_rows, rekey

Report = Callable[[str], None]


def begin(settings: Settings, command: str) -> None:
    """Note that records are to be taken out: from here on every build does it, until one has."""
    write_private_text(settings.unfinished, json.dumps({"command": command}) + "\n")


def command_of(settings: Settings) -> str | None:
    """Return which command has taken records out and waits for a build; None where none does."""
    try:
        return str(json.loads(settings.unfinished.read_text(encoding="utf-8"))["command"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return "an earlier command"


def refuse(settings: Settings) -> None:
    """End an interrupted restoring, and raise `UserError` where something waits for a build.

    What is at hand would hold what was taken out.
    """
    backup.finish(settings)
    if command := command_of(settings):
        raise UserError(f"`{command}` has not been ended yet; run `cla build` first, which does it.")


def resume(settings: Settings, report: Report = lambda _: None) -> None:
    """Before anything reads or builds: end what was interrupted, as far as it goes without a build."""
    backup.finish(settings)
    rekey.finish(settings)
    if command_of(settings):
        purge(settings, report)


def purge(settings: Settings, report: Report = lambda _: None) -> None:
    """Take out of everything but the current publication what was decided to be erased or too old to be kept."""
    raw = settings.raw
    if raw.exists():
        report("Taking rows out of the raw layer")
        if (year := decisions.kept_from(settings.decisions)) is not None:
            raw_rows.withdraw_before(raw, year)
        raw_rows.take_out(raw, Erasures.load(settings.decisions, settings.keys))
        report("Taking people out of the keys")
        for kind in KINDS:
            if not (raw / kind.folder).exists():
                continue
            people = raw_rows.people_in(raw, kind)
            keys = PersonKeys.load(kind, raw, settings.keys)
            rekey.forget(settings, keys.keys_of_others(people))
            keys.keep_only(people)
    report("Removing what was made from the rows")
    derived.remove([*derived.working_files(settings), *derived.publications(settings, with_current=False)])


def conclude(settings: Settings) -> None:
    """After a whole build of the present: the publications before it go, and nothing is unfinished any more."""
    if not settings.as_known_at and command_of(settings):
        derived.remove(derived.publications(settings, with_current=False))
        settings.unfinished.unlink()
