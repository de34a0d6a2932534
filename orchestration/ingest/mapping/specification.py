"""What a mapping must know of our columns: their types, and the codes that they may hold."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.ingest import tables
from orchestration.settings import REPOSITORY

_SEEDS = REPOSITORY / "seeds" / "codesets"
_BLANK = "(blank)"
"""How a list writes that a blank is an answer too."""
_LISTED_TYPES = ("code", "flag", "integer")
"""A text may name a list as well (UPN does), for a few values among many others."""


@dataclass(frozen=True, eq=False)
class CodeList:
    """The codes of one list with their meaning, and whether texts beyond them are codes too."""

    codes: dict[str, str]
    is_open: bool = False

    def find(self, text: str) -> str | None:
        """Return the code that a text is, however it is spelt."""
        wanted = text.strip().upper()
        return next((code for code in self.codes if code.upper() == wanted), None)


@dataclass(frozen=True, eq=False)
class ColumnSpec:
    """One column of a table of ours."""

    name: str
    type: str
    is_required: bool
    is_key: bool
    code_list: CodeList | None
    """Null where the column holds no codes."""
    code_set: str
    """The name of the list."""
    is_published: bool
    """Whether figures are broken down by its texts, which are published as they stand."""

    @property
    def is_date(self) -> bool:
        """Whether the column holds days."""
        return self.type in ("date", "partial_date")

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.type in ("integer", "decimal")

    @property
    def is_child(self) -> bool:
        """Whether the column says which child."""
        return self.name in ("child", "child_id")


@cache
def column_specs(dataset: str, table: str) -> dict[str, ColumnSpec]:
    """Return the columns of a table by name, in their order."""
    required = tables.table_specs(dataset)[table].required
    specs = {}
    with Path(tables.__file__).with_name(f"{dataset}_columns.csv").open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["position"])):
            if row["table"] == table:
                specs[row["column"]] = ColumnSpec(
                    name=row["column"],
                    type=row["type"],
                    is_required=row["column"] in required,
                    is_key=row["is_key"] == "true",
                    code_list=_code_list(dataset, row["code_set"]) if row["type"] in _LISTED_TYPES else None,
                    code_set=row["code_set"],
                    is_published="published as it stands" in row["description"],
                )
    return specs


@cache
def code_lists() -> dict[str, dict[str, str]]:
    """Return the meaning of every code of every list."""
    lists: dict[str, dict[str, str]] = {}
    for name in ("ssda903_codes.csv", "iro_codes.csv"):
        with (_SEEDS / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["code"] != _BLANK:
                    lists.setdefault(row["code_set"], {})[row["code"]] = row["description"]
    return lists


@cache
def _ethnic_groups() -> dict[str, str]:
    with (_SEEDS / "ssda903_codes.csv").open(encoding="utf-8", newline="") as file:
        groups = [row["dfe_publication_group"] for row in csv.DictReader(file) if row["code_set"] == "ethnicity"]
    return {group: group for group in groups}


def _code_list(dataset: str, code_set: str) -> CodeList | None:
    codes = code_lists().get(code_set)
    if codes is None:
        return None
    if dataset == tables.IRO and code_set == "ethnicity":
        # The IRO service may give an officer's ethnicity as the group alone.
        codes = codes | _ethnic_groups()
    # Beside the listed codes any authority's number is one.
    return CodeList(codes, is_open=code_set == "placement_la")
