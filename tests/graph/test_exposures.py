"""What people read is named in the graph, with the tables that it is made from and the assets that write it."""

import re
from typing import Any

import pytest

from orchestration.documentation.power_bi.project import project_files
from orchestration.publish.publication import INTERNAL
from orchestration.settings import REPOSITORY
from orchestration.site.source import INTERNAL_TABLES, TABLES

PUBLISHED = {"marts", "public_marts"}
BY_ASSET = {
    "published_tables": ("publication", "marts"),
    "public_release": ("public_publication", "public_marts"),
    "work_lists": ("restricted_outputs", "restricted"),
}
"""What is written straight from dbt's tables: the asset, and the schema whose tables it takes."""


def exposures(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {exposure["name"]: exposure for exposure in manifest["exposures"].values()}


def read_by(manifest: dict[str, Any], exposure: str) -> set[str]:
    found = exposures(manifest)[exposure]
    return {manifest["nodes"][unique_id]["name"] for unique_id in found["depends_on"]["nodes"]}


def tables_named_in(folder: str, pattern: str) -> set[str]:
    """Return the tables whose names stand in the queries of a folder."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / folder).rglob(pattern))]
    return set(re.findall(r"\bmarts\.(\w+)", "\n".join(texts)))


def test_everything_that_people_read_is_named(manifest: dict[str, Any]) -> None:
    assert set(exposures(manifest)) == {
        "annual_report",
        "board_pack",
        "evidence_site",
        "internal_site",
        "work_lists",
        "power_bi_kit",
        "published_tables",
        "public_release",
    }


def test_each_has_an_owner_a_description_and_its_assets(definitions: Any, manifest: dict[str, Any]) -> None:
    made = {spec.key.to_user_string() for spec in definitions.defs.resolve_all_asset_specs()}
    for name, exposure in exposures(manifest).items():
        assert exposure["owner"]["name"] and exposure["description"] and exposure["label"], name
        assets = exposure["config"]["meta"]["assets"]
        assert assets and set(assets) <= made, name


def test_every_asset_that_people_read_is_of_an_exposure(definitions: Any, manifest: dict[str, Any]) -> None:
    """Traps a report that Dagster writes and that nobody finds in dbt's graph."""
    of_an_exposure = {asset for one in exposures(manifest).values() for asset in one["config"]["meta"]["assets"]}
    read_by_people = {
        spec.key.to_user_string()
        for spec in definitions.defs.resolve_all_asset_specs()
        if spec.group_name in ("reports", "publication")
    }
    # The pages about the tables have no data in them, and the swap only lets all parts be seen at once.
    assert read_by_people - of_an_exposure == {"column_lineage", "data_dictionary", "dbt_docs", "published_run"}


@pytest.mark.parametrize("exposure", BY_ASSET)
def test_what_is_written_from_tables_names_those_its_asset_depends_on(
    definitions: Any, manifest: dict[str, Any], models: list[dict[str, Any]], exposure: str
) -> None:
    asset, schema = BY_ASSET[exposure]
    former = {model["name"] for model in models if model["deprecation_date"]}
    (spec,) = (one for one in definitions.defs.resolve_all_asset_specs() if one.key.to_user_string() == asset)
    depends_on = {dep.asset_key.path[-1] for dep in spec.deps if dep.asset_key.path[0] == schema}
    assert read_by(manifest, exposure) == depends_on - former
    assert exposures(manifest)[exposure]["config"]["meta"]["assets"] == [asset]


def test_people_read_published_tables_and_the_service_its_own(
    manifest: dict[str, Any], models: list[dict[str, Any]]
) -> None:
    """Traps a page that reads a seed, a rule or a restricted table."""
    schemas = {model["name"]: model["schema"] for model in models}
    for name in exposures(manifest):
        allowed = {"restricted"} if name == "work_lists" else PUBLISHED
        read = read_by(manifest, name)
        assert read and {schemas.get(one) for one in read} <= allowed, name


@pytest.mark.parametrize("exposure", ["annual_report", "board_pack"])
def test_the_reports_name_what_their_queries_read_for_staff_and_for_the_public(
    manifest: dict[str, Any], models: list[dict[str, Any]], exposure: str
) -> None:
    """Both are written from one reading, of the tables of that name in either publication."""
    named = tables_named_in("orchestration/reports", "*.py")
    public = {f"public_{one}" for one in named} & {model["name"] for model in models}
    assert read_by(manifest, exposure) == named | public


def test_the_site_names_what_its_queries_read(manifest: dict[str, Any]) -> None:
    named = tables_named_in("site/sources/care", "*.sql")
    assert read_by(manifest, "evidence_site") == {f"public_{one}" for one in named}


def test_the_internal_site_names_what_is_copied_for_it(manifest: dict[str, Any]) -> None:
    """Its queries read the same tables and its own; names of categories and officers are read in copying."""
    named = tables_named_in("site/sources/care", "*.sql") | tables_named_in("site/internal/sources/care", "*.sql")
    assert read_by(manifest, "internal_site") == named | {"dim_iro", "metric_categories"}
    assert named | {"metric_categories"} == {*TABLES, *INTERNAL_TABLES}


def test_the_power_bi_kit_names_what_its_queries_load(manifest: dict[str, Any]) -> None:
    excel = (REPOSITORY / "docs" / "templates" / "excel" / "children_in_care.pq").read_text(encoding="utf-8")
    project = project_files(manifest, INTERNAL, "", with_rows=True).values()
    loaded = {name for text in (excel, *project) for name in re.findall(r'Load\(\s*"(\w+)"', text)}
    assert read_by(manifest, "power_bi_kit") == loaded
