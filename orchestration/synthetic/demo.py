"""The demo authority: North East Lincolnshire's code and printed figures, invented children."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from orchestration.synthetic.days import OPEN, day, year_end
from orchestration.synthetic.demo_lives import lead_lives
from orchestration.synthetic.demo_plan import draw_plan, second_periods
from orchestration.synthetic.files import CSV_NAMES, csv_text, delivery_note, workbook, write_file, xml_document
from orchestration.synthetic.history import Children, History, Periods
from orchestration.synthetic.population import assemble
from orchestration.synthetic.postcodes import demo_grid, neighbourhood
from orchestration.synthetic.returns import Return, cut_return

LA_CODE = "812"
DISTRICTS = {"E06000012"}
SEED = 1


@lru_cache(maxsize=1)
def demo_history(seed: int = SEED) -> History:
    """Return the invented history of the demo authority's children."""
    rng = np.random.default_rng(seed)
    around = neighbourhood(demo_grid(), DISTRICTS)
    plan = draw_plan(rng)
    again = second_periods(plan)
    lives = lead_lives(rng, plan, around, again)
    size = len(plan.group)
    sex = np.where(plan.uasc | (rng.random(size) < 0.53), "M", "F").astype(object)
    number = rng.permutation(size) + 1
    children = Children(
        np.array([f"SYN{n:06d}" for n in number], dtype=object), plan.born, sex, np.full(size, "WBRI", dtype=object),
        lives.home, plan.uasc, plan.uasc_ended, np.full(size, OPEN),
    )  # fmt: skip
    periods = Periods(np.arange(size), plan.start, plan.end, plan.rec, np.full(size, "N1", dtype=object))
    who, start, end = again
    back = Periods(who, start, end, plan.rec[who], np.full(len(who), "N5", dtype=object))
    periods.rec[who] = "E4A"
    return assemble(rng, children, periods.joined(back), lives.placements, lives.statuses, LA_CODE)


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
