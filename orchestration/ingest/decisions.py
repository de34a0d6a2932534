"""What people decided about deliveries: those that they let through although they were held."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from orchestration import ledger
from orchestration.errors import UserError
from orchestration.filesystem import private_directory
from orchestration.ingest import raw as raw_layer
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


def prepare(decisions: Path) -> None:
    """Write the file without rows that stands for decisions nobody has taken yet."""
    raw_layer.write_empty(decisions / ACCEPTANCES, ACCEPTANCES_SCHEMA)


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
