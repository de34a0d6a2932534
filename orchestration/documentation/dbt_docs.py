"""dbt's documentation as one HTML file that loads nothing, tells no path of this computer and holds no data.

dbt's own command would write it too, but compiles every model first, asks the warehouse for its columns and puts this
computer's paths into the page. What it does besides is to put two JSON documents into a page that it ships.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.filesystem import private_directory, write_private_text
from orchestration.settings import REPOSITORY, Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:"
)
"""The page brings a tracker along, which stays off where dbt's statistics are; the browser now refuses it too."""


def write_dbt_docs(settings: Settings, manifest: Mapping[str, Any], path: Path) -> None:
    """Write the documentation of the project as `manifest`, the content of dbt's manifest.json, describes it."""
    from dbt.task.docs import DOCS_INDEX_FILE_PATH  # importing dbt takes two seconds

    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    documents = {"MANIFEST": without_paths(manifest, settings), "CATALOG": catalog(manifest)}
    for name, document in documents.items():
        if (place := f'"{name}.JSON INLINE DATA"') not in page:
            raise UserError("This version of dbt has a documentation page of another kind; nothing was written.")
        page = page.replace(place, _in_script(document))
    policy = f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">'
    private_directory(path.parent)
    write_private_text(path, page.replace("<head>", f"<head>{policy}", 1))


def without_paths(manifest: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the manifest with the data folder and the repository called by what they are, not by where they lie."""
    text = json.dumps(manifest, ensure_ascii=False)
    for path, called in (
        (settings.raw_pattern, "$CLA_DATA_DIR/raw"),
        (settings.decisions_pattern, "$CLA_DATA_DIR/decisions"),
        (settings.data_dir.as_posix(), "$CLA_DATA_DIR"),
        (REPOSITORY.as_posix(), "."),
    ):
        text = text.replace(json.dumps(path, ensure_ascii=False)[1:-1], called)
    return dict(json.loads(text))


def catalog(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what dbt would find out about the tables in the warehouse, from what the models themselves say."""
    nodes = {
        unique_id: {
            "unique_id": unique_id,
            "metadata": {
                "type": "VIEW" if node["config"].get("materialized") == "view" else "BASE TABLE",
                "schema": node["schema"],
                "name": node["name"],
                "database": node["database"],
                "comment": None,
                "owner": None,
            },
            "columns": {
                column["name"]: {
                    "name": column["name"],
                    "type": column["data_type"] or "",
                    "index": index,
                    "comment": None,
                }
                for index, column in enumerate(node["columns"].values(), start=1)
            },
            "stats": {},
        }
        for unique_id, node in [*manifest["nodes"].items(), *manifest["sources"].items()]
        if node["resource_type"] in ("model", "seed", "source")
    }
    sources = {unique_id: node for unique_id, node in nodes.items() if unique_id.startswith("source.")}
    return {
        "metadata": {"generated_at": manifest["metadata"]["generated_at"]},
        "nodes": {unique_id: node for unique_id, node in nodes.items() if unique_id not in sources},
        "sources": sources,
        "errors": None,
    }


def _in_script(document: Mapping[str, Any]) -> str:
    """Return JSON as it may stand inside a script element: nothing in it ends the element."""
    return (
        json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/").replace("<!--", "<\\!--")
    )
