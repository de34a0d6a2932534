"""Every table says its grain, and every published column what it means."""

from typing import Any


def test_every_model_says_its_grain(models: list[dict[str, Any]]) -> None:
    assert sorted(model["name"] for model in models if not model["description"].startswith("One row per ")) == []


def test_every_seed_is_described(manifest: dict[str, Any]) -> None:
    seeds = [node for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    assert [seed["name"] for seed in seeds if not seed["description"]] == []


def test_every_published_column_is_described(models: list[dict[str, Any]]) -> None:
    undescribed = [
        f"{model['name']}.{column['name']}"
        for model in models
        if model["schema"] in ("marts", "restricted", "public_marts")
        for column in model["columns"].values()
        if not column["description"].strip()
    ]
    assert undescribed == []
