"""What people decided about deliveries: those that they let through although held, and how far back any are kept.

Whose records were erased is a decision too; it has a module of its own, `erasures`.
"""

import json
import secrets
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from orchestration import ledger
from orchestration.errors import UserError
from orchestration.filesystem import TEMPORARY_SUFFIX, private_directory, read_ordinary_file, write_private_text
from orchestration.ingest import raw as raw_layer
from orchestration.ingest.landing import Landing, look, printable
from orchestration.settings import Settings

ACCEPTANCES = "acceptances"
ACCEPTANCES_SCHEMA = pa.schema(
    [
        ("delivery_id", pa.string()),
        ("source_hash", pa.string()),
        ("accepted_by", pa.string()),
        ("accepted_at", pa.timestamp("us")),
        ("because", pa.string()),
    ]
)
_LONGEST_REASON = 500
_LARGEST = 1_000_000
"""Bytes of a decision."""
_RETENTION = "retention.json"


def prepare(decisions: Path) -> list[str]:
    """Write the file without rows that stands for decisions nobody has taken yet, and set aside what is no decision.

    Whatever lies among the decisions is read by every build, so a pipe or a damaged file there would stop them all.
    Returns a sentence for each.
    """
    folder = private_directory(decisions / ACCEPTANCES)
    said = []
    for path in sorted(folder.iterdir()):
        if _is_decision(path):
            continue
        aside = private_directory(decisions / "set_aside") / f"{secrets.token_hex(4)}-{path.name[-200:]}"
        try:
            path.rename(aside)
        except OSError:
            raise UserError(f"{printable(str(path))} is no decision and cannot be moved; take it away.") from None
        said.append(f"{printable(path.name)} in {folder} is no decision; it was moved to {aside.parent}.")
    raw_layer.write_empty(folder, ACCEPTANCES_SCHEMA)
    return said


def _is_decision(path: Path) -> bool:
    status, problem = look(path, path.parent.resolve())
    if problem is not None or status is None or not stat.S_ISREG(status.st_mode):
        return False
    if path.suffix != ".parquet":
        return path.name.endswith(TEMPORARY_SUFFIX)
    try:
        table = pq.read_table(pa.BufferReader(read_ordinary_file(path, _LARGEST)))
    except (OSError, pa.ArrowException):
        return False
    return bool(table.schema.equals(ACCEPTANCES_SCHEMA))


def count(decisions: Path) -> int:
    """Return how many deliveries have been let through."""
    return int(ds.dataset(decisions / ACCEPTANCES, schema=ACCEPTANCES_SCHEMA).count_rows())


def accept(settings: Settings, delivery_id: str, because: str) -> Mapping[str, str]:
    """Record that the files of a delivery, as they were read last, are to be used; the next build does.

    Raises `UserError` for a delivery that was never read and for a reason that says nothing.
    """
    reason = " ".join(because.split())
    if len(reason) < 3:
        raise UserError("Say in a few words why the delivery is right, with --because.")
    if len(reason) > _LONGEST_REASON:
        raise UserError(f"The reason is longer than {_LONGEST_REASON} characters.")
    commits = raw_layer.read_commits(settings.raw) if settings.raw.exists() else {}
    commit = commits.get(delivery_id)
    if commit is None:
        raise UserError(
            f"There is no delivery {delivery_id}; `cla status` lists those that are held, by their names "
            "(authority-dataset-year-day of extraction)."
        )
    prepare(private_directory(settings.decisions))
    now = datetime.now(UTC).replace(tzinfo=None)
    row = {
        "delivery_id": delivery_id,
        "source_hash": commit.source_hash,
        "accepted_by": ledger.account(),
        "accepted_at": now,
        "because": reason,
    }
    name = f"{delivery_id}.{now:%Y%m%dT%H%M%S%f}.parquet"
    raw_layer.write_parquet(
        settings.decisions / ACCEPTANCES / name, pa.Table.from_pylist([row], schema=ACCEPTANCES_SCHEMA), durable=True
    )
    ledger.record(settings, "accepted", delivery=delivery_id, because=reason)
    return {key: str(value) for key, value in row.items()}


def keep_from(decisions: Path, collection_year: int) -> None:
    """Record that deliveries of earlier collection years are not read any more; a later decision takes its place."""
    content = {"keep_from": collection_year, "decided_by": ledger.account(), "decided_at": _now()}
    write_private_text(private_directory(decisions) / _RETENTION, json.dumps(content, indent=2) + "\n")


def kept_from(decisions: Path) -> int | None:
    """Return the first collection year that is kept, or None where nobody decided any."""
    try:
        return int(json.loads((decisions / _RETENTION).read_text(encoding="utf-8"))["keep_from"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise UserError(
            f"{decisions / _RETENTION} does not say from which year deliveries are kept; run `cla retain` again."
        ) from None


def take_out_too_old(decisions: Path, landing: Landing) -> set[str]:
    """Leave out of the landing zone what is too old to be kept, and return the names of those deliveries."""
    year = kept_from(decisions)
    if year is None:
        return set()
    too_old = {item.delivery_id for item in landing.deliveries if item.collection_year < year}
    landing.deliveries = [item for item in landing.deliveries if item.delivery_id not in too_old]
    return too_old


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
