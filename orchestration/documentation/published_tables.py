"""The published tables as dbt's manifest describes them: what each row is, what each column means, what leads where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.publish.publication import INTERNAL, Variant

FOLDERS = {
    "metrics": ("The figures", "Every figure, what it means, and what it is compared with. Start here."),
    "cohorts": ("Who a figure counts", "The rows behind the figures, with a flag for each thing that a metric counts."),
    "core": ("Facts and their dimensions", "What happened to each child, and the lists that codes and dates lead to."),
    "quality": ("The quality of the data", "What became of each delivered row, what is odd, and how figures compare."),
}
"""The parts of the internal publication, in the order in which a reader wants them, and what each is for."""

KEYS = {
    "dim_authority": ("la_code",),
    "dim_period": ("la_code", "period_type", "period_end"),
    "dim_child": ("child_key",),
    "dim_iro": ("iro_key",),
    "dim_delivery": ("delivery_id",),
    "dim_legal_status": ("legal_status_code",),
    "dim_placement_type": ("placement_type_code",),
    "dim_placement_provider": ("placement_provider_code",),
    "dim_exit_reason": ("exit_reason_code",),
    "metric_catalogue": ("metric_id",),
    "metric_categories": ("breakdown", "category"),
    "fct_period_of_care": ("period_of_care_key",),
    "fct_dispute": ("dispute_key",),
    "fct_review": ("review_key",),
}
"""The columns by which a row of another table finds its row: a table that has columns of these names leads there."""

CALLED_OTHERWISE = {"placement_code": "placement_type_code"}
"""The one column whose name is not that of the key it holds: a cohort names what it is on the date."""

WITHOUT_A_ROW = {
    "dim_iro": "`Unknown` where nobody is named, `all` for the service as a whole",
    "metric_categories": (
        "the headline (`all`, `all`), open lists (iro, event, late_reason, audience, audit_grade), and what DfE "
        "publishes outside the catalogue"
    ),
}
"""What is written in a key that leads to no row, besides null."""


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A published table, under the name it is published by; `folder` is its part of the marts.

    A former name has no columns: its description says whose it is, and they stand there.
    """

    name: str
    folder: str
    description: str
    columns: tuple[Column, ...]

    @property
    def grain(self) -> str:
        """Return the sentence that says what a row is."""
        return re.split(r"(?<=\.)\s", self.description, maxsplit=1)[0]

    @property
    def remarks(self) -> str:
        """Return what the description says beyond that."""
        return self.description[len(self.grain) :].strip()


@dataclass(frozen=True)
class Relationship:
    """Rows of `table` find one row of `to_table`: column by column, `columns` hold what `to_columns` do."""

    table: str
    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]


def tables(manifest: Mapping[str, Any], variant: Variant = INTERNAL) -> list[Table]:
    """Return a variant's published tables, by part and name."""
    order = list(FOLDERS)
    found = [
        Table(
            name=node["name"].removeprefix(variant.prefix),
            folder="public" if variant.is_public else str(node["fqn"][2]),
            description=_one_line(node["description"]),
            columns=tuple(
                Column(column["name"], column["data_type"], _one_line(column["description"]))
                for column in ([] if node.get("deprecation_date") else node["columns"].values())
            ),
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == variant.schema
    ]
    return sorted(found, key=lambda table: (order.index(table.folder) if table.folder in order else -1, table.name))


def relationships(published: Sequence[Table]) -> list[Relationship]:
    """Return what leads where among these tables, by the names of their columns."""
    there = {table.name for table in published}
    found = []
    for table in published:
        called = {CALLED_OTHERWISE.get(column.name, column.name): column.name for column in table.columns}
        found += [
            Relationship(table.name, tuple(called[column] for column in key), to_table, key)
            for to_table, key in KEYS.items()
            if to_table in there and to_table != table.name and set(key) <= called.keys()
        ]
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())
