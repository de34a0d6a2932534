"""What people decide about deliveries: recorded for the very files that were judged, and kept."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration import ledger
from orchestration.errors import UserError
from orchestration.ingest import decisions
from orchestration.ingest.run import ingest_all
from orchestration.settings import Settings

DELIVERY_ID = "812-ssda903-2025-2025-04-30"
REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    put(settings, REVIEWS + "1,,01/05/2024,PN1\n")
    return settings


def put(settings: Settings, content: str) -> None:
    folder = settings.landing / "812/ssda903/2025/2025-04-30"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "r.csv").write_text(content)
    ingest_all(settings, settle_seconds=0)


def rows(folder: Path) -> list[dict[str, Any]]:
    return pq.read_table(folder).to_pylist()


def test_an_acceptance_is_bound_to_the_files_and_says_who_when_and_why(settings: Settings):
    decisions.accept(settings, DELIVERY_ID, "  Two homes   closed ")
    (row,) = rows(settings.decisions / decisions.ACCEPTANCES)
    assert [one["source_hash"] for one in rows(settings.raw / "deliveries")] == [row["source_hash"]]
    assert (row["delivery_id"], row["because"]) == (DELIVERY_ID, "Two homes closed")
    assert row["accepted_by"] and row["accepted_at"]
    (logged,) = ledger.entries(settings)
    assert (logged.action, logged.facts["delivery"]) == ("accepted", DELIVERY_ID)
    put(settings, REVIEWS + "1,,02/05/2024,PN1\n")
    assert [one["source_hash"] for one in rows(settings.raw / "deliveries")] != [row["source_hash"]], "judged anew"
    assert decisions.count(settings.decisions) == 1, "what was decided is kept"


@pytest.mark.parametrize(
    ("delivery_id", "because"), [(DELIVERY_ID, " "), (DELIVERY_ID, "x" * 501), ("812-ssda903-2024-2024-04-30", "Right")]
)
def test_what_says_nothing_or_was_never_read_is_refused(settings: Settings, delivery_id: str, because: str):
    with pytest.raises(UserError):
        decisions.accept(settings, delivery_id, because)
    assert decisions.count(settings.decisions) == 0
