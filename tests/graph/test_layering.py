"""The layers of the dbt project: what may read what, and how models are named."""

import re
from typing import Any

LAYERS = ("staging", "intermediate", "marts", "restricted", "suppression", "public")

MAY_READ = {
    "staging": {"source", "seed", "staging"},
    "intermediate": {"seed", "staging", "intermediate"},
    # The same rows before identifiers are dropped; marts select from it.
    "restricted": {"seed", "staging", "intermediate", "restricted"},
    "marts": {"seed", "staging", "intermediate", "restricted", "marts"},
    # What the public sees is made from what the staff see, and from nothing behind it.
    "suppression": {"seed", "marts", "suppression"},
    "public": {"seed", "marts", "suppression", "public"},
}

AS_KNOWN_AT = {
    "int_deliveries__known",
    "int_returns__current",
    "int_iro_extracts__current",
    "int_deliveries__current",
}
"""The models that decide which deliveries are known and which are in force: staging asks them, and nothing else looks
at dates of extraction."""

GIVEN_OUT = {"stg_landing__given_out"}
"""What the public has seen before; nothing of a child is in it, so that what hides numbers may read it as it is."""

NAMES = {
    ("staging",): r"stg_[a-z0-9]+__[a-z0-9_]+",
    ("intermediate",): r"int_[a-z0-9_]+",
    ("restricted",): r"restricted_[a-z0-9_]+",
    ("suppression",): r"suppression_[a-z0-9_]+",
    ("public",): r"public_[a-z0-9_]+",
    ("marts", "core"): r"(dim|fct)_[a-z0-9_]+",
    ("marts", "cohorts"): r"(?!stg_|int_|dim_|fct_)[a-z0-9_]+",
    ("marts", "metrics"): r"(?!stg_|int_|dim_|fct_)[a-z0-9_]+",
    ("marts", "quality"): r"(?!stg_|int_|dim_|fct_)[a-z0-9_]+",
}

SUFFIXES = {
    "_date": {"date"},
    "_count": {"bigint", "integer"},
    "_id": {"varchar"},
    "_code": {"varchar"},
    "_key": {"varchar"},
}
"""A column's ending tells its type."""

PRINTED = {"agrees", "significant"}
"""Booleans that the public contract names; all others begin with is_, has_ or was_."""


SCHEMAS = {"public": "public_marts"}
"""Where a schema is not named like its folder: its tables are published under the names of the marts."""


def layer(node: dict[str, Any]) -> str:
    return str(node["fqn"][1]) if node["resource_type"] == "model" else str(node["resource_type"])


def parents(node: dict[str, Any], manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        manifest["nodes"].get(unique_id) or manifest["sources"][unique_id] for unique_id in node["depends_on"]["nodes"]
    ]


def test_every_model_lies_in_a_layer(models: list[dict[str, Any]]) -> None:
    assert [model["name"] for model in models if layer(model) not in LAYERS] == []


def test_no_layer_reads_what_comes_after_it(models: list[dict[str, Any]], manifest: dict[str, Any]) -> None:
    wrong = [
        f"{model['name']} reads {parent['name']}"
        for model in models
        for parent in parents(model, manifest)
        if layer(parent) not in MAY_READ[layer(model)] and parent["name"] not in AS_KNOWN_AT | GIVEN_OUT
    ]
    assert wrong == []


def test_raw_data_is_read_by_staging_alone(models: list[dict[str, Any]], manifest: dict[str, Any]) -> None:
    """Traps a shortcut that would pass by the accepted rows and `as_known_at`."""
    readers = {model["name"] for model in models for parent in parents(model, manifest) if layer(parent) == "source"}
    assert [name for name in readers if not name.startswith("stg_")] == []


def test_names_tell_the_layer(models: list[dict[str, Any]]) -> None:
    wrong = [
        "/".join(model["fqn"][1:])
        for model in models
        for folder, pattern in NAMES.items()
        if tuple(model["fqn"][1 : 1 + len(folder)]) == folder and not re.fullmatch(pattern, model["name"])
    ]
    assert wrong == []


def test_nothing_of_ours_reads_a_former_name(models: list[dict[str, Any]], manifest: dict[str, Any]) -> None:
    """A former name goes on its day, and its description says which; whoever reads it learns the new one there."""
    former = {node["unique_id"]: node for node in models if node["deprecation_date"]}
    assert len(former) == 9
    for node in former.values():
        (parent,) = parents(node, manifest)
        assert parent["name"] == f"{node['name']}_by_period"
        assert f"The former name of `{parent['name']}`, until 30 November 2027." in node["description"]
        assert node["deprecation_date"].startswith("2027-11-30")
        assert node["columns"].keys() == parent["columns"].keys()
    others = [*manifest["nodes"].values(), *manifest["exposures"].values()]
    assert [one["name"] for one in others if former.keys() & set(one.get("depends_on", {}).get("nodes", []))] == []


def test_schemas_follow_folders(models: list[dict[str, Any]]) -> None:
    assert [model["name"] for model in models if model["schema"] != SCHEMAS.get(model["fqn"][1], model["fqn"][1])] == []


GROUPS = {
    "staging": ("rules", "protected"),
    "intermediate": ("rules", "protected"),
    "restricted": ("rules", "protected"),
    "marts": ("figures", "public"),
    "suppression": ("disclosure", "private"),
    "public": ("disclosure", "public"),
}
"""Each layer's group and who may build on it: what is published is public, and how numbers are hidden is private."""


def test_groups_and_access_follow_folders(models: list[dict[str, Any]]) -> None:
    wrong = [model["name"] for model in models if (model["group"], model["access"]) != GROUPS[layer(model)]]
    assert wrong == []


def test_the_marts_have_enforced_contracts(models: list[dict[str, Any]]) -> None:
    marts = [model for model in models if model["schema"] in ("marts", "public_marts")]
    assert [model["name"] for model in marts if not model["config"]["contract"]["enforced"]] == []
    untyped = [
        f"{model['name']}.{column['name']}"
        for model in marts
        for column in model["columns"].values()
        if not column.get("data_type")
    ]
    assert untyped == []


def test_names_of_columns_tell_their_type(models: list[dict[str, Any]]) -> None:
    wrong = []
    for model in models:
        for column in model["columns"].values() if model["schema"] in ("marts", "public_marts") else []:
            name, data_type = column["name"], column["data_type"].lower()
            begins = name.startswith(("is_", "has_", "was_")) or name in PRINTED
            if (data_type == "boolean") != begins:
                wrong.append(f"{model['name']}.{name} is {data_type}")
            for suffix, types in SUFFIXES.items():
                if name.endswith(suffix) and data_type not in types:
                    wrong.append(f"{model['name']}.{name} is {data_type}")
    assert wrong == []


def test_no_test_only_warns(manifest: dict[str, Any]) -> None:
    """A warning that nobody reads is no test; content that may be wrong is reported in the quality marts."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert [test["name"] for test in tests if test["config"]["severity"].lower() != "error"] == []


ROOMS = (
    "calendar",
    "deliveries",
    "children",
    "episodes",
    "periods_of_care",
    "looked_after",
    "placements",
    "reviews",
    "cohorts",
    "iro",
    "disputes",
    "permanence",
    "quality",
    "dfe",
    "comparisons",
    "metrics",
)
"""The folders of the intermediate layer in the order in which they are read: none reads one that comes after it."""


def test_the_rooms_of_the_intermediate_layer_are_read_in_one_direction(
    models: list[dict[str, Any]], manifest: dict[str, Any]
) -> None:
    def place(node: dict[str, Any]) -> int:
        return ROOMS.index(node["fqn"][2])

    wrong = [
        f"{'/'.join(model['fqn'][2:])} reads {'/'.join(parent['fqn'][2:])}"
        for model in models
        for parent in parents(model, manifest)
        if layer(model) == layer(parent) == "intermediate" and place(parent) > place(model)
    ]
    assert wrong == []
    assert {model["fqn"][2] for model in models if layer(model) == "intermediate"} == set(ROOMS)
