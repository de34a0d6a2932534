"""How the warehouse stands, as a monitor is told: the form on record, the exit codes, and what counts as trouble."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from orchestration import cli, ledger
from orchestration.filesystem import build_lock, write_private_text
from orchestration.publish.publication import Expected
from orchestration.settings import REPOSITORY, Settings
from orchestration.status import Status, killed_run, latest_deliveries, read, record_failure, under_way
from tests.small_runs import EXPECTED, PUBLIC_TABLES, publish, write_public_tables, write_warehouse

SCHEMA = json.loads((REPOSITORY / "docs/status.schema.json").read_text(encoding="utf-8"))
WITH_AUDIT = Expected(
    tables={**EXPECTED.tables, "delivery_audit": "One row per file.", "dim_authority": "One row per authority."},
    columns={**EXPECTED.columns, "delivery_audit": {}, "dim_authority": {}},
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CLA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLA_AS_KNOWN_AT", "")
    return Settings(data_dir=tmp_path)


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A publication of two real deliveries, the later one of which is held."""
    write_warehouse(settings)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("alter table marts.dim_delivery add column is_usable boolean default true")
        connection.execute(f"update marts.dim_delivery set is_synthetic = false, extracted_on = date '{date.today()}'")
        connection.execute(
            "create table marts.delivery_audit as select '812-ssda903-2026-2026-04-30' as delivery_id, "
            "'812' as la_code, 'ssda903' as dataset, 'held' as delivery_status, 'Far fewer children.' as held_because"
        )
        connection.execute(
            "insert into marts.dim_delivery select '812-ssda903-2026-2026-04-30', '812', 'ssda903', 2026, "
            "date '2026-04-30', 'final', false, false, true"
        )
        connection.execute("create table marts.dim_authority as select '812' as la_code, 'North' as la_name")
    write_public_tables(settings)
    swapped = publish(settings, WITH_AUDIT, PUBLIC_TABLES)
    ledger.record(settings, "built", run=swapped.run_id, public=swapped.run_id, deliveries=1)
    return settings


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = cli.run(["status", "--json", *arguments])
    said = json.loads(capsys.readouterr().out)
    jsonschema.validate(said, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert said["is_well"] == (code == 0) == (said["troubles"] == [])
    return code, said


def change_manifest(settings: Settings, **changed: Any) -> None:
    path = settings.published / "manifest.json"
    write_private_text(path, json.dumps({**json.loads(path.read_text()), **changed}))


def kinds(status: Status) -> list[str]:
    return [trouble.kind for trouble in status.troubles]


def test_an_empty_folder_is_not_well(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = asked(capsys)
    assert code == 1
    assert said["publication"] is None and said["last_run"] is None
    assert said["troubles"] == [{"kind": "unpublished", "said": "Nothing is published yet."}]


def test_wrong_usage_ends_with_2_and_no_json(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["status", "--json", "--loudly"]) == 2
    assert capsys.readouterr().out == ""


def test_a_held_delivery_is_named_with_its_reason(published: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = asked(capsys)
    assert code == 1
    assert said["deliveries"]["used"] == 1 and said["deliveries"]["not_used"] == []
    assert said["deliveries"]["held"] == [
        {"delivery_id": "812-ssda903-2026-2026-04-30", "la_name": "North", "because": "Far fewer children."}
    ]
    assert [trouble["kind"] for trouble in said["troubles"]] == ["held"]
    # A person is told as well, and a script that shows it to one goes on.
    assert cli.run(["status"]) == 0
    assert "HELD" in capsys.readouterr().out


def test_a_fresh_publication_without_anything_held_is_well(
    published: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write_warehouse(published)
    write_public_tables(published)
    publish(published, public=PUBLIC_TABLES)
    code, said = asked(capsys)
    assert code == 0
    assert said["publication"]["public_is_of_same_run"] and said["publication"]["tables"] == 2
    assert said["last_run"]["outcome"] == "succeeded"


def test_a_publication_is_stale_the_day_after_the_limit(published: Settings) -> None:
    for days, stale in ((35, False), (36, True)):
        published_at = datetime.now(UTC) - timedelta(days=days, minutes=1)
        change_manifest(published, published_at=published_at.isoformat(timespec="seconds"))
        found = read(published)
        assert (found.age_days, found.is_stale) == (days, stale)
        assert ("stale" in kinds(found)) is stale
    assert not read(replace(published, stale_publication_days=36)).is_stale


def test_the_latest_delivery_of_each_authority_and_dataset_is_judged() -> None:
    settings = Settings(data_dir=Path("nowhere"))

    def delivery(la_code: str, dataset: str, day: str, synthetic: bool = False) -> dict[str, Any]:
        found = {"la_code": la_code, "dataset": dataset, "extracted_on": day, "is_synthetic": synthetic}
        return {**found, "delivery_id": f"{la_code}-{dataset}-{day[:4]}-{day}"}

    manifest = {
        "deliveries": [
            delivery("812", "ssda903", "2025-04-30"),
            delivery("812", "ssda903", "2026-05-01"),
            delivery("812", "iro", "2026-04-30"),
            delivery("813", "ssda903", "2025-04-30", synthetic=True),
        ]
    }
    found = latest_deliveries(settings, manifest, date(2026, 6, 15))
    assert [(one.delivery_id, one.age_days, one.is_stale) for one in found] == [
        ("812-iro-2026-2026-04-30", 46, True),
        ("812-ssda903-2026-2026-05-01", 45, False),
        ("813-ssda903-2025-2025-04-30", 411, False),
    ]


def test_a_public_part_of_an_earlier_run_is_trouble(published: Settings) -> None:
    first = read(published).manifest
    assert first is not None
    publish(published, WITH_AUDIT)
    found = read(published)
    assert found.public_run_id == first["run_id"] and not found.public_is_of_same_run
    assert "failed" in kinds(found)
    assert any("of the last run was not whole" in line for line in found.lines())


def test_a_failure_stands_until_a_later_run_ends_well(published: Settings) -> None:
    record_failure(published, "r1", "1 check did not hold: unique.", "2099-01-01T00:00:00+00:00")
    # The same run told of again, by Dagster, and one that ended before it.
    record_failure(published, "r1", "Something else.", "2099-01-02T00:00:00+00:00")
    record_failure(published, "r0", "Something older.", "2098-01-01T00:00:00+00:00")
    found = read(published)
    assert found.last_run is not None
    assert (found.last_run.outcome, found.last_run.run_id) == ("failed", "r1")
    assert found.troubles[0].said == "The last run failed: 1 check did not hold: unique."
    record_failure(replace(published, as_known_at="2025-01-01"), "r2", "Not of what is current.")
    assert read(published).last_run == found.last_run


def test_a_success_after_a_failure_is_the_last_run(published: Settings) -> None:
    record_failure(published, "r1", "1 check did not hold: unique.", "2020-01-01T00:00:00+00:00")
    found = read(published)
    assert found.last_run is not None and found.last_run.outcome == "succeeded"


def test_a_killed_run_is_known_by_its_mark(published: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with under_way(published, "r1"):
        mark = (published.watch / "under_way.json").read_text().replace(str(date.today().year), "2099", 1)
    assert killed_run(published) is None
    write_private_text(published.watch / "under_way.json", mark)
    with build_lock(published.build_lock):  # somebody still runs
        _, said = asked(capsys)
        assert said["build"]["is_under_way"] and said["last_run"]["outcome"] == "succeeded"
    _, said = asked(capsys)
    assert said["last_run"]["outcome"] == "killed" and said["last_run"]["run_id"] == "r1"
    assert said["troubles"][0]["said"].startswith("The last run was killed")


def test_a_failure_names_no_delivered_file(published: Settings) -> None:
    """A file may be called after a child, and what the computer says of it has its path."""
    secret = published.landing / "812/ssda903/2025/2025-04-30/Zqx smith.csv"
    record_failure(published, "r1", f"{secret} cannot be opened: this account has no right to it.", "2099-01-01")
    found = read(published)
    assert found.last_run is not None and "smith" not in json.dumps(found.as_json())
    assert "`cla build` names it" in found.last_run.said


def test_the_runbook_tells_of_every_field_and_exit_code() -> None:
    runbook = (REPOSITORY / "docs/runbook.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_.]+)`", runbook[runbook.index("## For a monitor") :]))
    assert set(SCHEMA["properties"]) <= told | {"code_version"}
    for variable in ("CLA_STALE_PUBLICATION_DAYS", "CLA_STALE_DELIVERY_DAYS", "status.schema.json"):
        assert variable in runbook
