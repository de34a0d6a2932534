"""What people read is named in the graph, with the tables it is made from and the asset that writes it."""

import re
from typing import Any

from orchestration.settings import REPOSITORY

PUBLISHED = {"marts", "public_marts"}
SOURCES_OF_THE_SITE = REPOSITORY / "site" / "sources" / "care"


def exposures(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {exposure["name"]: exposure for exposure in manifest["exposures"].values()}


def tables_of(exposure: dict[str, Any], manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [manifest["nodes"][unique_id] for unique_id in exposure["depends_on"]["nodes"]]


def test_everything_that_people_read_is_named(manifest: dict[str, Any]) -> None:
    assert set(exposures(manifest)) == {"annual_report", "board_pack", "evidence_site", "published_tables"}


def test_each_has_an_owner_a_description_and_its_assets(definitions: Any, manifest: dict[str, Any]) -> None:
    made = {spec.key.to_user_string() for spec in definitions.defs.resolve_all_asset_specs()}
    for name, exposure in exposures(manifest).items():
        assert exposure["owner"]["name"] and exposure["description"], name
        assets = exposure["config"]["meta"]["assets"]
        assert assets and set(assets) <= made, name


def test_people_read_published_tables_alone(manifest: dict[str, Any]) -> None:
    """Traps a page that reads a seed, a rule or a restricted table."""
    for name, exposure in exposures(manifest).items():
        read = tables_of(exposure, manifest)
        assert read and {node["schema"] for node in read} <= PUBLISHED, name


def test_the_site_reads_public_tables_alone_and_names_them_all(manifest: dict[str, Any]) -> None:
    read = tables_of(exposures(manifest)["evidence_site"], manifest)
    assert {node["schema"] for node in read} == {"public_marts"}
    queries = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES_OF_THE_SITE.glob("*.sql"))
    assert {node["name"].removeprefix("public_") for node in read} == set(re.findall(r"\bmarts\.(\w+)", queries))


def test_every_published_table_is_among_the_published_tables(
    manifest: dict[str, Any], models: list[dict[str, Any]]
) -> None:
    read = {node["name"] for node in tables_of(exposures(manifest)["published_tables"], manifest)}
    published = {model["name"] for model in models if model["schema"] in PUBLISHED and not model["deprecation_date"]}
    assert read == published
