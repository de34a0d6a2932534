"""The warehouse's SSDA903 figures against an independent recomputation from the delivered files.

The functions here do the comparing; a build of the random landing zone is handed to them.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.recompute import Figure, Key, compare, recompute
from tests.recompute.random_returns import make_random_returns

# Metrics of the IRO service and of reviews have a recomputation of their own.
SSDA903_SECTIONS = {"population", "placement", "stability", "entering", "leaving", "outcomes", "care_leavers"}
SSDA903_METRICS_ELSEWHERE = {
    "left_to_permanence",
    "left_to_legal_permanence",
    "left_to_planned_permanence",
    "adoption_months_entry_to_placement",
}


def populations_for(la_codes: Iterable[str]) -> dict[tuple[str, int], int]:
    """Invented estimates: some authorities have none, some start late or end early."""
    return {
        (la_code, year): 18_000 + 37 * int(la_code) + 11 * (year - 2017)
        for la_code in la_codes
        for year in range(2017 + int(la_code) % 3, 2025 - int(la_code) % 4)
        if int(la_code) % 7
    }


def published_figures(connection: Any, la_codes: Iterable[str]) -> dict[str, dict[Key, Figure]]:
    """Per authority the SSDA903 rows of `marts.metric_values`, in the shape of the recomputation."""
    rows = connection.execute(
        """
        select v.la_code, v.period_type, v.period_end, v.metric_id, v.breakdown, v.category,
               v.numerator, v.denominator, v.value, v.display_value, v.undetermined
        from marts.metric_values v
        join marts.metric_catalogue c using (metric_id)
        where c.section in (select unnest(?)) or v.metric_id in (select unnest(?))
        """,
        [sorted(SSDA903_SECTIONS), sorted(SSDA903_METRICS_ELSEWHERE)],
    ).fetchall()
    figures: dict[str, dict[Key, Figure]] = {la_code: {} for la_code in la_codes}
    for la_code, kind, end, metric, breakdown, category, *numbers in rows:
        if la_code in figures:
            key = (kind, end, metric, breakdown, category)
            assert key not in figures[la_code], f"two rows for {la_code} {key}"
            figures[la_code][key] = Figure(*numbers)
    return figures


def differences(
    landing: Path,
    published: Mapping[str, Mapping[Key, Figure]],
    populations: dict[tuple[str, int], int],
    as_known_at: date | None = None,
    grid: dict[str, tuple[float | None, float | None, str | None]] | None = None,
) -> list[str]:
    """Every difference between the recomputation and what the warehouse published, by authority."""
    found = []
    for la_code, actual in published.items():
        expected = recompute(landing, la_code, as_known_at, populations, grid)
        found += [f"{la_code}: {difference}" for difference in compare(expected, actual)]
    return found


def by_metric(found: list[str]) -> dict[str, int]:
    """How many differences each metric has, for a first look at a long list."""
    counts: dict[str, int] = defaultdict(int)
    for difference in found:
        counts[difference.split(": ", 1)[1].split(" ", 1)[0]] += 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def write_populations(path: Path, populations: Mapping[tuple[str, int], int]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["la_code", "mid_year", "population_0_17"])
        writer.writerows([la_code, year, number] for (la_code, year), number in sorted(populations.items()))


def test_recomputation_is_deterministic(tmp_path: Path) -> None:
    """The same seed gives the same files, byte for byte, and so the same figures."""
    for name in ("a", "b"):
        make_random_returns(tmp_path / name, seed=7, authorities=3)
    contents = [
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("a", "b")
    ]
    assert contents[0] == contents[1]


def test_a_set_of_figures_agrees_with_itself_and_not_with_another(tmp_path: Path) -> None:
    codes = make_random_returns(tmp_path, seed=8, authorities=2)
    populations = populations_for(codes)
    published = {code: recompute(tmp_path, code, None, populations) for code in codes}
    assert not differences(tmp_path, published, populations)
    crossed = {codes[0]: published[codes[1]]}
    assert differences(tmp_path, crossed, populations)
