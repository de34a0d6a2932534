"""The demo authority: North East Lincolnshire's code and printed figures, invented children."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from orchestration.synthetic.days import day, year_end
from orchestration.synthetic.files import CSV_NAMES, csv_text, delivery_note, workbook, write_file, xml_document
from orchestration.synthetic.history import History
from orchestration.synthetic.population import invent
from orchestration.synthetic.postcodes import demo_grid, neighbourhood
from orchestration.synthetic.returns import Return, cut_return

LA_CODE = "812"
DISTRICTS = {"E06000012"}
SEED = 812_2025


@lru_cache(maxsize=1)
def demo_history(seed: int = SEED) -> History:
    """Return the invented history of the demo authority's children."""
    return invent(np.random.default_rng(seed), 540, neighbourhood(demo_grid(), DISTRICTS), LA_CODE)


def _write_csvs(folder: Path, tables: Return, year: int) -> None:
    for name, table in tables.items():
        write_file(folder / f"SSDA903_{CSV_NAMES[name]}_{year}.csv", csv_text(table))


def write_demo(landing: Path, seed: int = SEED) -> None:
    """Write the demo authority's deliveries into a landing zone; files that are there already stay untouched."""
    history = demo_history(seed)
    root = landing / LA_CODE / "ssda903"
    for year in (2021, 2023, 2024):
        folder = root / str(year) / f"{year}-06-30"
        _write_csvs(folder, cut_return(history, year, year_end(year)), year)
        write_file(folder / "delivery.yaml", delivery_note("final"))
    folder = root / "2022" / "2022-06-30"
    write_file(folder / "SSDA903 return 2021-22.xlsx", workbook(cut_return(history, 2022, year_end(2022))))
    write_file(folder / "delivery.yaml", delivery_note("final"))
    final = cut_return(history, 2025, year_end(2025))
    folder = root / "2025" / "2025-04-15"
    write_file(folder / "SSDA903_2025.xml", xml_document(final))
    write_file(folder / "delivery.yaml", delivery_note("provisional"))
    folder = root / "2025" / "2025-04-30"
    _write_csvs(folder, final, 2025)
    write_file(folder / "delivery.yaml", delivery_note("provisional"))
    folder = root / "2025" / "2024-10-31"
    _write_csvs(folder, cut_return(history, 2025, day(2024, 10, 31), health=False), 2025)
    write_file(folder / "delivery.yaml", delivery_note("provisional"))
