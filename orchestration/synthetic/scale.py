"""Any number of authorities at England's scale: the same kind of children as the demo, calibrated to nothing."""

import csv
import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from orchestration.errors import UserError
from orchestration.settings import REPOSITORY
from orchestration.synthetic.days import day, year_end
from orchestration.synthetic.files import CSV_NAMES, csv_text, delivery_note, write_file
from orchestration.synthetic.iro import cut_extract
from orchestration.synthetic.iro_scale import FIRST_IRO_YEAR, NOT_WRITTEN, invent_iro_service
from orchestration.synthetic.population import YEARS, invent
from orchestration.synthetic.postcodes import Grid, neighbourhood, read_postcodes
from orchestration.synthetic.returns import cut_return

REFERENCE = REPOSITORY / "seeds" / "reference"
LOOKED_AFTER_PER_10_000 = 66
EVERY = 40
"""One postcode in forty is enough to live at."""


@dataclass(frozen=True)
class Authority:
    """One authority of today, with the districts it covers and its number of children."""

    la_code: str
    districts: frozenset[str]
    population: int


@dataclass(frozen=True)
class Written:
    """What was written: a line for the benchmark to print."""

    authorities: int
    deliveries: int
    files: int
    rows: int


def _rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def english_authorities() -> tuple[Authority, ...]:
    """Return the authorities that exist today, in the order of their codes."""
    districts: dict[str, set[str]] = defaultdict(set)
    for row in _rows("districts.csv"):
        districts[row["la_code"]].add(row["district_code"])
    people: dict[str, tuple[int, int]] = {}
    for row in _rows("population_estimates.csv"):
        if row["population_0_17"]:
            known = (int(row["mid_year"]), int(row["population_0_17"]))
            people[row["la_code"]] = max(people.get(row["la_code"], (0, 0)), known)
    codes = sorted(row["la_code"] for row in _rows("authorities.csv") if not row["valid_to"])
    return tuple(
        Authority(code, frozenset(districts[code]), people.get(code, (0, 75_000))[1])
        for code in codes
        if districts[code]
    )


@lru_cache(maxsize=1)
def _england() -> Grid:
    return read_postcodes(every=EVERY)


def _write_authority(task: tuple[Path, Authority, Sequence[int], int, bool]) -> tuple[int, int, int]:
    """Write one authority's deliveries; return how many deliveries, files and rows."""
    landing, authority, years, seed, with_iro = task
    rng = np.random.default_rng([seed, int(authority.la_code)])
    grid = _england()
    if not np.isin(grid.district, sorted(authority.districts)).any():  # too small for the sample (Isles of Scilly)
        grid = read_postcodes()
    stock = max(4, round(authority.population * LOOKED_AFTER_PER_10_000 / 10_000 * rng.lognormal(0, 0.3)))
    around = neighbourhood(grid, set(authority.districts))
    history = invent(rng, stock, around, authority.la_code, f"SYN{authority.la_code}")
    files = rows = 0
    for year in years:
        folder = landing / authority.la_code / "ssda903" / str(year) / f"{year}-06-30"
        for name, table in cut_return(history, year, year_end(year), la_code=authority.la_code).items():
            write_file(folder / f"{CSV_NAMES[name]}_{year}.csv", csv_text(table))
            files, rows = files + 1, rows + len(table["CHILD"])
        write_file(folder / "delivery.yaml", delivery_note("final"))
    iro_years = [year for year in years if with_iro and year >= FIRST_IRO_YEAR]
    service = invent_iro_service(rng, history) if iro_years else None
    for year in iro_years:
        assert service is not None
        folder = landing / authority.la_code / "iro" / str(year) / f"{year}-04-30"
        for name, table in cut_extract(history, service, year, day(year, 4, 30)).items():
            if name not in NOT_WRITTEN:
                write_file(folder / f"IRO_{name}.csv", csv_text(table))
                files, rows = files + 1, rows + len(next(iter(table.values())))
        write_file(folder / "delivery.yaml", delivery_note("final"))
    return len(years) + len(iro_years), files, rows


def write_scale(
    landing: Path,
    authorities: int = 153,
    seed: int = 1,
    years: Sequence[int] = YEARS,
    workers: int | None = None,
    with_iro: bool = False,
) -> Written:
    """Write the deliveries of so many authorities, spread over England, into a landing zone."""
    everyone = english_authorities()
    if not 1 <= authorities <= len(everyone):
        raise UserError(f"There are {len(everyone)} authorities to invent children for, not {authorities}.")
    chosen = [everyone[index * len(everyone) // authorities] for index in range(authorities)]
    tasks = [(landing, authority, tuple(years), seed, with_iro) for authority in chosen]
    workers = min(workers or os.cpu_count() or 1, authorities)
    if workers == 1:
        done = [_write_authority(task) for task in tasks]
    else:
        with ProcessPoolExecutor(workers) as pool:
            done = list(pool.map(_write_authority, tasks, chunksize=max(1, authorities // (workers * 4))))
    deliveries, files, rows = (sum(numbers) for numbers in zip(*done, strict=True))
    return Written(authorities, deliveries, files, rows)
