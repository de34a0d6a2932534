"""Where a figure's comparators come from, and how it stands to them."""

from collections.abc import Sequence
from datetime import date

from orchestration.reports.figures import Figure
from orchestration.reports.phrases import shown, standing, year_label


def comparator_source(figure: Figure) -> str:
    """Return where a figure's comparators come from, in one cell."""
    parts = []
    for comparator in figure.comparators:
        year = "" if comparator.collection_year is None else f" {year_label(comparator.collection_year)}"
        text = f"{comparator.name}:{year}"
        if comparator.neighbour_model:
            text += f", {comparator.method} by the list of {model_label(comparator.neighbour_model)}"
            if comparator.neighbours_counted is not None:
                text += f", {comparator.neighbours_counted} neighbours counted"
                if comparator.neighbours_suppressed:
                    text += f" and {comparator.neighbours_suppressed} suppressed"
        parts.append(text)
    releases = sorted({c.release for c in figure.comparators if c.release})
    return "; ".join([*parts, *(release_label(release) for release in releases)])


def board_standing(figure: Figure, names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return for each comparator its name, its figure and how ours stands to it."""
    rows = []
    for name in names:
        comparator = figure.comparator(name)
        if comparator is not None and comparator.display is not None:
            rows.append((name, shown(comparator.display, figure.unit), standing(figure, name)))
    return rows


def release_label(release: str) -> str:
    """Return a release as a sentence names it."""
    if release.isdigit():
        return f"DfE's release of {release}"
    return release.replace("printed report", "as the printed report for", 1).replace("/25", "/25 has them")


def model_label(model: str) -> str:
    """Return a list of neighbours by its month as people write it: 2021-04 is April 2021."""
    year, _, month = model.partition("-")
    return f"{date(int(year), int(month), 1):%B} {year}" if month.isdigit() else model
