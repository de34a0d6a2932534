"""Ingest as Dagster sees it: one asset for each raw table, checks that block and checks that only warn."""

import io
from pathlib import Path

import dagster as dg
import pytest
from dagster._serdes import serialize_value
from rich.console import Console

from orchestration import progress
from orchestration.ingest.assets import (
    BANK_HOLIDAYS,
    CHILD_KEYS,
    DELIVERIES,
    FILES,
    IRO_KEYS,
    POSTCODES,
    build_ingest_assets,
    raw_table_key,
)
from orchestration.ingest.tables import IRO, SSDA903, all_tables, table_specs
from orchestration.settings import Settings

EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC\n1,01/04/2024,S,C2,N1,U1,,\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


def put(settings: Settings, path: str, text: str) -> None:
    file = settings.landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def run(settings: Settings) -> dg.ExecuteInProcessResult:
    ingest = [asset for asset in build_ingest_assets(settings) if DELIVERIES in asset.keys]
    return dg.materialize(ingest, resources={"one_build": None}, raise_on_error=False)


def checks(result: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, dg.AssetCheckSeverity]]:
    return {check.check_name: (check.passed, check.severity) for check in result.get_asset_check_evaluations()}


def test_every_source_of_dbt_is_an_asset(settings: Settings):
    keys = {key for asset in build_ingest_assets(settings) for key in asset.keys}
    assert len(keys) == 13 + len(all_tables())
    assert {DELIVERIES, FILES, CHILD_KEYS, IRO_KEYS, POSTCODES, BANK_HOLIDAYS} <= keys
    assert {raw_table_key(table_specs(dataset)["reviews"]) for dataset in (SSDA903, IRO)} <= keys
    for asset in build_ingest_assets(settings):
        for spec in asset.specs:
            assert (
                spec.description
                and spec.owners
                and spec.kinds
                and spec.group_name in ("landing", "reference", "decisions")
            )


def test_a_run_records_rows_and_passes_its_checks(settings: Settings):
    put(settings, "812/ssda903/2025/2025-04-30/e.csv", EPISODES)
    result = run(settings)
    assert result.success
    rows = {
        event.asset_key: event.step_materialization_data.materialization.metadata.get("dagster/row_count")
        for event in result.get_asset_materialization_events()
    }
    assert len(rows) == 11 + len(all_tables())
    tables = [table_specs(SSDA903)["episodes"], table_specs(SSDA903)["dolo"], table_specs(IRO)["reviews"]]
    counts = [rows[key].value for key in (DELIVERIES, CHILD_KEYS, IRO_KEYS, *map(raw_table_key, tables))]
    assert counts == [1, 1, 0, 1, 0, 0]
    assert all(passed for passed, _ in checks(result).values())


def test_a_rejected_file_warns_and_does_not_stop_the_run(settings: Settings):
    put(settings, "812/ssda903/2025/2025-04-30/e.csv", EPISODES)
    put(settings, "812/ssda903/2025/2025-04-30/x.csv", "NAME\nSECRET\n")
    result = run(settings)
    assert result.success
    assert checks(result)["no_file_was_rejected"] == (False, dg.AssetCheckSeverity.WARN)
    assert checks(result)["something_usable_was_delivered"][0]
    assert "SECRET" not in str(result.all_events)


def test_the_iro_service_alone_is_enough_to_run(settings: Settings):
    put(settings, "812/iro/2025/2025-04-30/r.csv", "child_id,rating,rated_on\n7,RED,01/04/2024\n")
    result = run(settings)
    assert result.success
    rows = {
        event.asset_key: event.step_materialization_data.materialization.metadata["dagster/row_count"].value
        for event in result.get_asset_materialization_events()
        if event.partition is None
    }
    assert rows[raw_table_key(table_specs(IRO)["rag_ratings"])] == rows[CHILD_KEYS] == 1 and rows[IRO_KEYS] == 0
    assert all(passed for passed, _ in checks(result).values())


def test_nothing_usable_fails_with_one_sentence(settings: Settings):
    put(settings, "812/ssda903/2025/e.csv", EPISODES)
    result = run(settings)
    assert not result.success
    assert checks(result)["something_usable_was_delivered"] == (False, dg.AssetCheckSeverity.ERROR)
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    said = failure.step_failure_data.user_failure_data
    assert said is not None and said.description is not None
    assert said.description.startswith("No delivery with an Episodes file")
    assert "1 rejected as path outside pattern" in said.description


def test_what_dagster_keeps_names_no_file(settings: Settings):
    """A file may be called after a child; whoever watches is told its name, and it is recorded nowhere."""
    put(settings, "812/ssda903/2025/Jane Smith.csv", EPISODES)
    put(settings, "812/ssda903/2025/2025-04-30/Jane Smith.csv", "FISH,CHIPS\n1,2\n")
    screen = io.StringIO()
    with progress.shown(Console(file=screen, force_terminal=False)):
        result = run(settings)
    assert screen.getvalue().count("Jane Smith") >= 2
    assert not any("Jane" in serialize_value(event) for event in result.all_events)
