"""Dagster's asset graph: complete, described, and changed only on purpose."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.jobs import APART
from orchestration.settings import REPOSITORY

SNAPSHOT = Path(__file__).with_name("assets.txt")


def specs(definitions: Any) -> list[Any]:
    return sorted(definitions.defs.resolve_all_asset_specs(), key=lambda spec: spec.key)


def test_every_asset_says_what_it_is_and_whose(definitions: Any) -> None:
    lacking = [
        f"{spec.key.to_user_string()}: {what}"
        for spec in specs(definitions)
        for what, value in (
            ("group", spec.group_name != "default" and spec.group_name),
            ("owner", spec.owners),
            ("description", spec.description),
            ("kind", spec.kinds),
        )
        if not value
    ]
    assert lacking == []


def test_the_graph_is_the_one_on_record(definitions: Any, request: pytest.FixtureRequest) -> None:
    """An asset that appears, vanishes or changes its group shows in review: pytest --update-snapshot records it."""
    graph = "".join(f"{spec.group_name}\t{spec.key.to_user_string()}\n" for spec in specs(definitions))
    if request.config.getoption("--update-snapshot"):
        SNAPSHOT.write_text(graph)
    assert graph.splitlines() == SNAPSHOT.read_text().splitlines()


def test_every_source_of_dbt_is_an_asset_of_ingest(definitions: Any, manifest: dict[str, Any]) -> None:
    """Traps an ingest asset whose key differs from dbt's source: the graph would fall into two halves."""
    made = {spec.key.to_user_string() for spec in specs(definitions)}
    sources = {f"{source['source_name']}/{source['name']}" for source in manifest["sources"].values()}
    assert sources - made == set()


def test_everything_published_is_upstream_of_the_publication(definitions: Any, models: list[dict[str, Any]]) -> None:
    (publication,) = [spec for spec in specs(definitions) if spec.key.to_user_string() == "publication"]
    upstream = {dependency.asset_key.to_user_string() for dependency in publication.deps}
    assert upstream == {f"marts/{model['name']}" for model in models if model["schema"] == "marts"}


def test_everything_public_is_upstream_of_the_public_publication(
    definitions: Any, models: list[dict[str, Any]]
) -> None:
    (publication,) = [spec for spec in specs(definitions) if spec.key.to_user_string() == "public_publication"]
    upstream = {dependency.asset_key.to_user_string() for dependency in publication.deps}
    public = {f"public_marts/{model['name']}" for model in models if model["schema"] == "public_marts"}
    assert upstream == {"publication", *public}


def test_readers_see_a_run_once_all_that_the_staff_read_is_written_and_the_public_part_never_holds_it_back(
    definitions: Any,
) -> None:
    """Traps a swap that comes before the reports, and one that a failed suppression prevents."""
    (swap,) = [spec for spec in specs(definitions) if spec.key.to_user_string() == "published_run"]
    upstream = {dependency.asset_key.to_user_string() for dependency in swap.deps}
    assert upstream == {"publication", "restricted_outputs", "annual_report", "board_pack"}


def test_the_public_reports_wait_for_the_public_publication_alone(definitions: Any) -> None:
    for name in ("annual_report", "board_pack"):
        for prefix in ("", "public_"):
            (report,) = [spec for spec in specs(definitions) if spec.key.to_user_string() == f"{prefix}{name}"]
            upstream = {dependency.asset_key.to_user_string() for dependency in report.deps}
            assert upstream == {f"{prefix}publication"}


def checks(definitions: Any) -> list[Any]:
    """Return the checks that dbt's tests are."""
    specs = [check for assets in definitions.defs.assets for check in getattr(assets, "check_specs", [])]
    return [check for check in specs if "dagster_dbt/unique_id" in check.metadata]


def test_nothing_internal_waits_for_what_is_public(definitions: Any) -> None:
    """Traps a small number that is not hidden and keeps their own figures from the staff."""
    for spec in specs(definitions):
        upstream = {dependency.asset_key.path[0] for dependency in spec.deps}
        if upstream & {"suppression", "public_marts"}:
            assert spec.key.path[0] in ("suppression", "public_marts", "public_publication"), spec.key
        if upstream & {"public_publication", "public_annual_report", "public_board_pack"}:
            assert spec.key.path[0] in ("public_annual_report", "public_board_pack", "evidence_site"), spec.key


def test_every_test_of_data_is_a_check_of_a_table(definitions: Any, manifest: dict[str, Any]) -> None:
    checked = {check.metadata["dagster_dbt/unique_id"] for check in checks(definitions)}
    tests = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        # A test of a macro has no table, and a test of a source belongs to ingest's assets.
        # Tests of seeds run with those of the code.
        if node["resource_type"] == "test"
        and "of_seeds" not in node["config"]["tags"]
        and any(parent.startswith(("model.", "seed.")) for parent in node["depends_on"]["nodes"])
    }
    assert tests - checked == set()


def test_checks_block_what_comes_after_them(definitions: Any) -> None:
    assert [check.name for check in checks(definitions) if not check.blocking] == []


def test_no_build_waits_for_what_does_not_belong_to_it(definitions: Any) -> None:
    jobs = [job for job in definitions.defs.resolve_all_job_defs() if not job.name.startswith("__")]
    assert {job.name for job in jobs} == {"build", "report", "fetch_published", *APART}
    made = {
        job.name: {key.to_user_string() for key in job.asset_layer.selected_asset_keys}
        for job in jobs
        if job.name in ("build", *APART)
    }
    everything = {spec.key.to_user_string() for spec in specs(definitions) if spec.kinds}
    assert made["documentation"] == {"column_lineage", "data_dictionary", "dbt_docs"}
    assert made["build"] == everything - {name for job in APART for name in made[job]}


def test_one_run_at_a_time() -> None:
    configuration = yaml.safe_load((REPOSITORY / "dagster.yaml").read_text())
    assert configuration["concurrency"]["runs"]["max_concurrent_runs"] == 1
    assert configuration["telemetry"]["enabled"] is False


def test_the_code_location_stays_small() -> None:
    assert len((REPOSITORY / "orchestration/definitions.py").read_text().splitlines()) < 40
