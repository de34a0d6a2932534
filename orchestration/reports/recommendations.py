"""The recommendations: a CSV file for each year, which the next year's report takes up again.

    $CLA_DATA_DIR/narrative/<la_code>/<year>/recommendations.csv          (public/recommendations.csv for the public)

Its columns are number, recommendation, measures (metric ids, with semicolons between them) and progress, which is
filled in when the next report is written. A template is in docs/templates/recommendations.csv.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import UserError

FILE = "recommendations.csv"
COLUMNS = ("number", "recommendation", "measures", "progress")


@dataclass(frozen=True)
class Recommendation:
    """One recommendation, with the metrics that show its progress."""

    number: str
    text: str
    measures: tuple[str, ...]
    progress: str


def read_recommendations(path: Path, metrics: Mapping[str, object]) -> list[Recommendation]:
    """Read the recommendations of a year; none where there is no file.

    Raises:
        UserError: In one sentence, what is wrong with the file; none of its words are repeated.

    """
    if not path.is_file():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (UnicodeDecodeError, OSError, csv.Error):
        raise UserError(f"{path} cannot be read; save it from Excel as 'CSV UTF-8'.") from None
    found = []
    for line, row in enumerate(rows, start=2):
        if None in row or not set(COLUMNS[:2]) <= row.keys():
            raise UserError(f"{path} should have the columns {', '.join(COLUMNS)}, and no more cells than these.")
        values = {name: " ".join((row.get(name) or "").split()) for name in COLUMNS}
        if not any(values.values()):
            continue
        if not values["number"] or not values["recommendation"]:
            raise UserError(f"{path}, line {line}: a recommendation needs a number and a text.")
        measures = tuple(part.strip() for part in values["measures"].split(";") if part.strip())
        if not set(measures) <= metrics.keys():
            raise UserError(
                f"{path}, line {line}: a measure is not one of the metrics; their ids are in the annex of the report."
            )
        found.append(Recommendation(values["number"], values["recommendation"], measures, values["progress"]))
    return found
