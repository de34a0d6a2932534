"""`python -m tests.recompute <landing> <la_code>`: the figures of one authority, as the definitions give them."""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path

from .grid import needed_postcodes, read_grid
from .iro_figures import recompute_everything


def read_populations(path: Path) -> dict[tuple[str, int], int]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["la_code"], int(row["mid_year"])): int(row["population_0_17"])
            for row in csv.DictReader(file)
            if row["population_0_17"]
        }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.recompute", description=__doc__)
    parser.add_argument("landing", type=Path)
    parser.add_argument("la_code")
    parser.add_argument("--as-known-at", type=date.fromisoformat)
    parser.add_argument("--populations", type=Path, help="CSV: la_code, mid_year, population_0_17")
    parser.add_argument("--postcodes", type=Path, help="Parquet: postcode, easting, northing, district_code")
    parser.add_argument("--districts", type=Path, help="CSV: district_code, la_code; with --postcodes")
    parser.add_argument("--period-end", type=date.fromisoformat, help="only this period end")
    parser.add_argument("--rolling", action="store_true", help="rolling years too")
    parser.add_argument("--metric", help="only metrics whose name contains this")
    options = parser.parse_args()
    grid = None
    if options.postcodes and options.districts:
        wanted = needed_postcodes(options.landing, [options.la_code])
        grid = read_grid(options.postcodes, options.districts, wanted)
    figures = recompute_everything(
        options.landing,
        options.la_code,
        options.as_known_at,
        read_populations(options.populations) if options.populations else {},
        grid,
    )
    for (kind, end, metric, breakdown, category), figure in sorted(figures.items()):
        if kind != "financial_year" and not options.rolling:
            continue
        if options.period_end not in (None, end) or (options.metric or "") not in metric:
            continue
        fraction = f"{figure.numerator}/{figure.denominator}" if figure.denominator is not None else ""
        undetermined = f"  undetermined {figure.undetermined}" if figure.undetermined else ""
        print(f"{end}  {metric}  {breakdown} = {category}  {figure.display}  {fraction}{undetermined}")


if __name__ == "__main__":
    main()
