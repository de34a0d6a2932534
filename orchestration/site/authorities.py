"""Several authorities side by side in one site: which they are, where each stands, and the first page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.reports.figures import authorities_and_years
from orchestration.reports.page import environment
from orchestration.reports.write import chosen_authority
from orchestration.settings import REPOSITORY

BESIDE = "components/authorities.json"
"""Which authorities the pages of a site lead to; in the project, none."""
STYLE = REPOSITORY / "site" / "components" / "site.css"
SEARCHED = 10
"""More authorities than this can be searched on the first page."""


@dataclass(frozen=True)
class Authority:
    """An authority of a publication; `region` is '' where none is known."""

    la_code: str
    name: str
    region: str


def authorities_of(database: Path, la_code: str | None = None) -> list[Authority]:
    """Return the authority that was asked for, or all that a publication has figures of, by name.

    Raises UserError where the publication has none, or not that one.
    """
    found = authorities_and_years(database)
    codes = sorted(found) if la_code is None and len(found) > 1 else [chosen_authority(database, la_code)]
    with duckdb.connect(str(database), read_only=True) as db:
        rows = db.execute(
            "select la_code, la_name, coalesce(region_name, '') from marts.dim_authority "
            "where la_code in (from unnest($1)) order by la_name, la_code",
            [codes],
        ).fetchall()
    return [Authority(*row) for row in rows]


def beside(authorities: Sequence[Authority], path: str) -> str:
    """Return what the pages of each authority have to know of all, as JSON: `path` is that of the whole site."""
    listed = [{"name": one.name, "base": f"{path}/{one.la_code}"} for one in authorities]
    return json.dumps({"all": f"{path}/", "authorities": listed}, indent=2) + "\n"


def first_page(authorities: Sequence[Authority], manifest: dict[str, Any], *, is_public: bool) -> str:
    """Return the page, without its policy, that leads to each authority, in the look of their own pages."""
    return (
        environment()
        .get_template("site_authorities.html.j2")
        .render(
            authorities=authorities,
            css=STYLE.read_text(encoding="utf-8"),
            is_public=is_public,
            is_synthetic=manifest["is_synthetic"],
            with_search=len(authorities) > SEARCHED,
        )
    )
