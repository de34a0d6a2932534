"""Whose rows a file holds, where it says so itself: files that a region pools have a column of authorities."""

import csv
import json
from collections.abc import Sequence
from functools import cache

from orchestration.ingest.readers import Part
from orchestration.ingest.spelling.values import normal_words
from orchestration.ingest.tables import SSDA903, plain_name
from orchestration.settings import REPOSITORY

_HEADINGS = {
    *("la", "lacode", "laname", "lanumber", "lano", "authority", "responsiblela", "responsibleauthority"),
    *("localauthority", "localauthoritycode", "localauthorityname"),
}


def reject_those_of_others(parts: Sequence[Part], dataset: str, la_code: str) -> None:
    """Reject each file of a return that says its rows are another authority's than the folder's.

    Counted as they stand, they would be that many more children of ours. A column in which a child has more than one
    authority says something else, such as where the child is placed, and is passed over.
    """
    if dataset != SSDA903:
        return
    for part in parts:
        if part.rule_id is None and part.extra_columns and any(_others_in(part, la_code)):
            part.reject(
                "other_authority",
                f"{part.file_name} has a column of authorities, and other rows than those of {la_code} in it. Deliver "
                f"the rows of {la_code} alone, or delete the column if it says something else.",
            )


def _others_in(part: Part, la_code: str) -> list[bool]:
    """Say of each column of authorities whether it has another than this one."""
    rows: list[dict[str, str | None]] = [json.loads(extra or "{}") for extra in part.extra_columns or ()]
    found = []
    for heading in [name for name in (rows[0] if rows else ()) if plain_name(name) in _HEADINGS]:
        told = {
            (child, code)
            for child, row in zip(part.columns["child"], rows, strict=True)
            if (code := _authorities().get(normal_words(row[heading] or "")))
        }
        is_of_child = len({child for child, _ in told}) == len(told)
        found.append(is_of_child and any(code != la_code for _, code in told))
    return found


@cache
def _authorities() -> dict[str, str]:
    """Return the authorities' numbers by number, ONS code and name."""
    with (REPOSITORY / "seeds" / "reference" / "authorities.csv").open(encoding="utf-8", newline="") as file:
        return {
            normal_words(row[told]): row["la_code"]
            for row in csv.DictReader(file)
            for told in ("la_name", "ons_code", "la_code")
        }
