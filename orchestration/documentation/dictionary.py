"""The data dictionary: every published table and column in words, as one HTML file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from orchestration.documentation.published_tables import (
    FOLDERS,
    WITHOUT_A_ROW,
    Relationship,
    Table,
    relationships,
    tables,
)
from orchestration.filesystem import private_directory, write_private_text
from orchestration.publish.publication import INTERNAL, PUBLIC, Variant
from orchestration.reports.page import environment, stylesheet

PAGE = "data-dictionary.html"

TYPES = {
    "varchar": "text",
    "boolean": "true or false",
    "date": "date",
    "timestamp": "date and time",
    "integer": "whole number",
    "bigint": "whole number",
    "double": "number",
    "decimal(6,1)": "number",
}
"""What a type is called in a field list."""

PUBLIC_FOLDER = (
    "Public tables",
    "Suppressed aggregates under the names of the internal tables; a hidden figure has `c` and no number.",
)

DIMENSIONS = (
    "dim_authority",
    "dim_period",
    "metric_catalogue",
    "metric_categories",
    "dim_child",
    "dim_iro",
    "fct_period_of_care",
    "fct_dispute",
    "fct_review",
    "dim_legal_status",
    "dim_placement_type",
    "dim_placement_provider",
    "dim_exit_reason",
    "dim_delivery",
)
"""What other tables lead to, in the order of the columns of the matrix."""


@dataclass(frozen=True)
class Part:
    """A folder of tables, as a chapter of the dictionary; `prefix` keeps the links of two variants apart."""

    title: str
    purpose: str
    prefix: str
    tables: Sequence[Table]


def write_data_dictionary(manifest: Mapping[str, Any], path: Path, variants: Sequence[Variant] = (PUBLIC,)) -> None:
    """Write the dictionary of the variants' tables as one HTML file without a script, that loads nothing.

    `manifest` is the content of dbt's manifest.json; no data is read. The file is its owner's alone.
    """
    published = tables(manifest, variants[0])
    related = relationships(published)
    template = environment().get_template("data_dictionary.html.j2")
    page = template.render(
        parts=[part for variant in variants for part in parts(manifest, variant, prefixed=len(variants) > 1)],
        is_public=not any(variant is INTERNAL for variant in variants),
        matrix=matrix(published, related),
        dimensions=[name for name in DIMENSIONS if any(table.name == name for table in published)],
        leads_to=_by_table(related),
        without_a_row=WITHOUT_A_ROW,
        types=TYPES,
        words=in_html,
        css=stylesheet(),
    )
    private_directory(path.parent)
    write_private_text(path, page)


def parts(manifest: Mapping[str, Any], variant: Variant, *, prefixed: bool = False) -> list[Part]:
    """Return a variant's tables by folder."""
    prefix = "public-" if variant.is_public and prefixed else ""
    return [
        Part(*(FOLDERS.get(folder) or PUBLIC_FOLDER), prefix, list(of_folder))
        for folder, of_folder in groupby(tables(manifest, variant), key=lambda table: table.folder)
    ]


def matrix(published: Sequence[Table], related: Sequence[Relationship]) -> list[tuple[str, set[str]]]:
    """Return for each table that leads anywhere which tables it leads to."""
    leads_to = _by_table(related)
    return [
        (table.name, {relationship.to_table for relationship in leads_to[table.name]})
        for table in published
        if table.name in leads_to
    ]


def in_html(text: str) -> Markup:
    """Return a description as HTML: what stands between backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just before


def _by_table(related: Sequence[Relationship]) -> dict[str, list[Relationship]]:
    return {name: list(of_table) for name, of_table in groupby(related, key=lambda relationship: relationship.table)}
