"""Write the notebook of docs/questions.md: its text and its queries, ready to run on a publication.

Running it twice changes nothing, and tests/unit/test_generated_files.py fails while the notebook is behind.
"""

import json
import re
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "questions.md"
NOTEBOOK = REPOSITORY / "docs" / "templates" / "notebook" / "ten_questions.ipynb"

SQL = re.compile(r"^```sql\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
INTRODUCTION = """\
# Ten questions

Change the one line with the folder, then run the cells. The data lie where the warehouse has published them; nothing is
changed. What comes out is as confidential as the publication: **save the notebook without its outputs**.
"""
OPENING = """\
from pathlib import Path

import duckdb

published = Path(r"C:\\ChildrenInCare\\data\\published")
warehouse = duckdb.connect(str(published / "children_in_care.duckdb"), read_only=True)
"""


def written() -> dict[Path, str]:
    """Return the notebook, with its content."""
    questions = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    cells = [_cell("markdown", INTRODUCTION), _cell("code", OPENING)]
    for question in questions:
        for part, text in enumerate(SQL.split(f"## {question}")):
            if part % 2:
                cells.append(_cell("code", f'warehouse.sql("""\n{text.rstrip().removesuffix(";")}\n""").df()\n'))
            elif text.strip():
                cells.append(_cell("markdown", text.strip() + "\n"))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return {NOTEBOOK: json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"}


def _cell(kind: str, text: str) -> dict[str, Any]:
    lines = text.rstrip("\n").splitlines(keepends=True)
    outputs = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": lines, **outputs}


def main() -> None:
    """Write the notebook."""
    for path, text in written().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
