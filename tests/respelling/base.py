"""The deliveries that are re-spelt: random returns of authorities with real codes, about postcodes that exist."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.settings import REPOSITORY, Settings
from tests.recompute.random_returns import make_random_returns

from .build import prepare
from .files import read_sheets

SEED = 20250331
# They have postcodes of the sample that lie inside them.
NEAR = ["812", "813", "383"]
AUTHORITIES = 123

Grid = dict[str, tuple[float | None, float | None, str | None]]


def rows_of(seed: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / f"{seed}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def english_codes(count: int) -> list[str]:
    """Real ones: a delivery of an authority that nobody knows is held."""
    codes = [row["la_code"] for row in rows_of("reference/authorities") if not row["valid_to"]]
    return [*NEAR, *(code for code in codes if code not in NEAR)][:count]


def read_grid(raw: Path) -> Grid:
    """Postcode to easting, northing and English authority, for a sample of 400 near and far."""
    authorities = {row["district_code"]: row["la_code"] for row in rows_of("reference/districts")}
    table = pq.read_table(raw / "postcodes" / "postcodes.parquet")
    postcodes, districts = table["postcode"].to_pylist(), table["district_code"].to_pylist()
    eastings, northings = table["easting"].to_pylist(), table["northing"].to_pylist()
    near = [n for n, district in enumerate(districts) if district in ("E06000012", "E06000013")]
    draw = random.Random(SEED)
    chosen = draw.sample(near, 200) + draw.sample(range(len(postcodes)), 200)
    grid = {}
    for n in chosen:
        has_grid = eastings[n] is not None and not str(districts[n]).startswith("N")
        grid[postcodes[n]] = (
            eastings[n] if has_grid else None,
            northings[n] if has_grid else None,
            authorities.get(districts[n]),
        )
    return grid


def make_plain(settings: Settings, seed: int, codes: list[str]) -> Grid:
    """Reference data and deliveries, ready to be built; the postcodes that the deliveries are about."""
    prepare(settings)
    grid = read_grid(settings.raw)
    make_random_returns(settings.landing, seed, codes, list(grid))
    return grid


def worth_accepting(landing: Path, la_codes: list[str]) -> list[str]:
    """Deliveries that are to be used however implausible they are: random lives are far odder than real ones.

    Not those by which the generator says that nothing can be used: without Episodes, or with one row of rubbish.
    """
    found = []
    for folder in sorted({path.parent for la_code in la_codes for path in (landing / la_code).rglob("*.csv")}):
        la_code, dataset, year, extracted_on = folder.parts[-4:]
        sheets = [sheet for path in folder.glob("*.csv") for sheet in read_sheets(path, dataset) or []]
        episodes = sum(len(sheet.rows) for sheet in sheets if sheet.table == "episodes")
        if dataset == "iro" or episodes > 1:
            found.append(f"{la_code}-{dataset}-{year}-{extracted_on}")
    return found
