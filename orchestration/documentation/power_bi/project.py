"""The project's folder: a .pbip file to open, the model and the report beside it. No data is in it until a refresh."""

from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

from orchestration.documentation.power_bi.model import model_files, tag
from orchestration.documentation.power_bi.report import as_text, report_files
from orchestration.errors import UserError
from orchestration.filesystem import private_directory, remove_folder, temporary_folder
from orchestration.publish.publication import Variant

NAME = "children_in_care"
SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"


def project_files(manifest: Mapping[str, Any], variant: Variant, reads: str, *, with_rows: bool) -> dict[str, str]:
    """Return all files of a project by their paths; `reads` is the folder of the publication as Power BI sees it."""
    # Power BI Desktop runs on Windows alone, and the queries put file names right behind the parameter.
    folder = str(PureWindowsPath(reads)).rstrip("\\") + "\\"
    model, report = f"{NAME}.SemanticModel", f"{NAME}.Report"
    return {
        f"{NAME}.pbip": as_text(
            {
                "$schema": f"{SCHEMAS}/pbip/pbipProperties/1.0.0/schema.json",
                "version": "1.0",
                "artifacts": [{"report": {"path": report}}],
                "settings": {"enableAutoRecovery": True},
            }
        ),
        # After a refresh the cache holds what was loaded.
        ".gitignore": "**/.pbi/localSettings.json\n**/.pbi/cache.abf\n",
        f"{model}/.platform": _platform("SemanticModel"),
        f"{report}/.platform": _platform("Report"),
        f"{model}/definition.pbism": as_text(
            {
                "$schema": f"{SCHEMAS}/item/semanticModel/definitionProperties/1.0.0/schema.json",
                "version": "4.2",
                "settings": {},
            }
        ),
        f"{report}/definition.pbir": as_text(
            {
                "$schema": f"{SCHEMAS}/item/report/definitionProperties/2.0.0/schema.json",
                "version": "4.0",
                "datasetReference": {"byPath": {"path": f"../{model}"}},
            }
        ),
        **{
            f"{model}/definition/{path}": text
            for path, text in model_files(manifest, variant, folder, with_rows=with_rows).items()
        },
        **{f"{report}/definition/{path}": text for path, text in report_files().items()},
    }


def _platform(kind: str) -> str:
    """Return the file that names an item to Microsoft Fabric; Microsoft's check of a report asks for it."""
    return as_text(
        {
            "$schema": f"{SCHEMAS}/gitIntegration/platformProperties/2.0.0/schema.json",
            "metadata": {"type": kind, "displayName": NAME},
            "config": {"version": "2.0", "logicalId": tag(kind)},
        }
    )


def write_project(folder: Path, files: Mapping[str, str], *, overwrite: bool) -> Path:
    """Write a project to `folder`/children_in_care, whole or not at all, and return the file to open.

    Raises UserError where there is one, unless `overwrite`: pages that somebody made in it would be lost.
    """
    path = folder / NAME
    if path.exists() and not overwrite:
        raise UserError(f"{path} is there already, and pages made in it would be lost: another folder, or --overwrite.")
    private_directory(folder)
    with temporary_folder(path) as temporary:
        for name, text in files.items():
            file = temporary / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        if path.exists():
            remove_folder(path)
        temporary.rename(path)
    return path / f"{NAME}.pbip"
