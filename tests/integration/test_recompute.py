"""The warehouse's figures against an independent recomputation from the delivered files.

The functions here do the comparing; a build of the random landing zone is handed to them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pyarrow.parquet as pq

from tests.recompute import Figure, Key, compare, recompute_everything
from tests.recompute.random_returns import make_random_returns


def populations_for(la_codes: Iterable[str]) -> dict[tuple[str, int], int]:
    """Invented estimates: some authorities have none, some start late or end early."""
    return {
        (la_code, year): 18_000 + 37 * int(la_code) + 11 * (year - 2017)
        for la_code in la_codes
        for year in range(2017 + int(la_code) % 3, 2025 - int(la_code) % 4)
        if int(la_code) % 7
    }


def published_figures(connection: Any, la_codes: Iterable[str]) -> dict[str, dict[Key, Figure]]:
    """Per authority the rows of `marts.metric_values`, in the shape of the recomputation."""
    figures: dict[str, dict[Key, Figure]] = {la_code: {} for la_code in la_codes}
    rows = connection.execute(
        """
        select la_code, period_type, period_end, metric_id, breakdown, category,
               numerator, denominator, value, display_value, undetermined
        from marts.metric_values
        where la_code in (select unnest(?))
        """,
        [list(figures)],
    ).fetchall()
    for la_code, kind, end, metric, breakdown, category, *numbers in rows:
        key = (kind, end, metric, breakdown, category)
        assert key not in figures[la_code], f"two rows for {la_code} {key}"
        figures[la_code][key] = Figure(*numbers)
    return figures


def read_iro_keys(raw: Path) -> dict[str, dict[str, str]]:
    """Per authority what the warehouse calls each officer: a keyed hash, which nothing can be made from again."""
    keys: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted((raw / "iro_keys").glob("*.parquet")):
        for row in pq.read_table(path).to_pylist():
            keys[row["la_code"]][row["iro_id"]] = row["iro_key"]
    return keys


def differences(
    landing: Path,
    published: Mapping[str, Mapping[Key, Figure]],
    populations: dict[tuple[str, int], int],
    as_known_at: date | None = None,
    grid: dict[str, tuple[float | None, float | None, str | None]] | None = None,
) -> list[str]:
    """Every difference between the recomputation and what the warehouse published, by authority."""
    found = []
    iro_keys = read_iro_keys(landing.parent / "raw")
    for la_code, actual in published.items():
        expected = recompute_everything(landing, la_code, as_known_at, populations, grid, iro_keys.get(la_code))
        found += [f"{la_code}: {difference}" for difference in compare(expected, actual)]
    return found


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
    published = {code: recompute_everything(tmp_path, code, None, populations) for code in codes}
    assert not differences(tmp_path, published, populations)
    crossed = {codes[0]: published[codes[1]]}
    assert differences(tmp_path, crossed, populations)
