"""The demo authority's deliveries, as a case system would export them over the years, mistakes included."""

import csv
from pathlib import Path

import numpy as np

from orchestration.settings import REPOSITORY
from orchestration.synthetic.days import OPEN, day, year_end
from orchestration.synthetic.demo_authority import LA_CODE, SEED, demo_history
from orchestration.synthetic.demo_final import final_return
from orchestration.synthetic.demo_iro_deliveries import write_iro_demo
from orchestration.synthetic.files import (
    CSV_NAMES,
    csv_lines,
    csv_text,
    delivery_note,
    workbook,
    write_file,
    xml_document,
)
from orchestration.synthetic.history import History
from orchestration.synthetic.postcodes import demo_grid
from orchestration.synthetic.returns import Return, Table, cut_return


def write_demo(landing: Path, seed: int = SEED) -> None:
    """Write the demo authority's deliveries into a landing zone; files that are there already stay untouched."""
    history = demo_history(seed)
    root = landing / LA_CODE / "ssda903"
    for year in (2021, 2023, 2024):
        _write_csvs(root / f"{year}/{year}-06-30", cut_return(history, year, year_end(year)), year, "final")
    early = cut_return(_as_recorded_in_april(history), 2024, year_end(2024))
    _write_csvs(root / "2024/2024-04-30", early, 2024, "provisional", "before the year-end checks")
    folder = root / "2022/2022-06-30"
    write_file(folder / "SSDA903 return 2021-22.xlsx", workbook(cut_return(history, 2022, year_end(2022))))
    write_file(folder / "delivery.yaml", delivery_note("final"))

    _write_in_year_extract(root / "2025/2024-10-31", cut_return(history, 2025, day(2024, 10, 31), health=False))
    year_end_return = cut_return(history, 2025, year_end(2025))
    folder = root / "2025/2025-04-15"
    write_file(folder / "SSDA903_2025.xml", xml_document(_with_places(year_end_return)))
    # XML has no place for social workers, so systems write them as CSV beside it.
    write_file(folder / f"SSDA903_{CSV_NAMES['sw_episodes']}_2025.csv", csv_text(year_end_return["sw_episodes"]))
    write_file(folder / "delivery.yaml", delivery_note("provisional", "the same content as XML"))
    _write_csvs(
        root / "2025/2025-04-30", year_end_return, 2025, "provisional", "what the annual report was written from"
    )
    write_iro_demo(landing, seed)


def write_final_return(landing: Path, seed: int = SEED) -> None:
    """Write the final return of 2024/25 beside the demo's deliveries: what the report was written from stays."""
    tables = final_return(cut_return(demo_history(seed), 2025, year_end(2025)))
    folder = landing / LA_CODE / "ssda903" / "2025" / "2025-06-30"
    _write_csvs(folder, tables, 2025, "final", "after the annual report was written")


def _write_csvs(folder: Path, tables: Return, year: int, status: str, notes: str = "") -> None:
    for name, table in tables.items():
        write_file(folder / f"SSDA903_{CSV_NAMES[name]}_{year}.csv", csv_text(table))
    write_file(folder / "delivery.yaml", delivery_note(status, notes))


def _as_recorded_in_april(history: History) -> History:
    """Return the history without what was only recorded after April 2024: four ends, and a fifth child's start."""
    episodes, periods = history.episodes, history.periods
    late = day(2024, 3, 10)
    ended = np.flatnonzero((episodes.rec != "X1") & (episodes.end >= late) & (episodes.end <= year_end(2024)))[:4]
    shown = episodes.take(np.ones(len(episodes), dtype=bool))
    shown.end, shown.rec = shown.end.copy(), shown.rec.copy()
    shown.end[ended] = OPEN
    started = np.flatnonzero((periods.start >= late) & (periods.start <= year_end(2024)))[:1]
    shown = shown.take(~np.isin(shown.period, started))
    return History(**{**history.__dict__, "episodes": shown})


def _write_in_year_extract(folder: Path, tables: Return) -> None:
    """Write the extract of October 2024 with the mistakes that in-year extracts have."""
    for name, table in tables.items():
        content = csv_text(table)
        if name == "episodes":
            content = _spoil_episodes(table)
        elif name == "header":  # a child in Episodes is not in Header
            content = csv_text({title: np.delete(column, 11) for title, column in table.items()})
        write_file(folder / f"SSDA903_{CSV_NAMES[name]}_2025.csv", content)
    write_file(folder / "Copy of SSDA903_Reviews_2025.csv", csv_text(tables["reviews"]))  # delivered twice
    write_file(folder / "delivery.yaml", delivery_note("provisional", "in-year extract"))


def _spoil_episodes(table: Table) -> bytes:
    """Return the episodes with a handful of mistakes, each on rows of its own."""
    spoiled = {title: column.copy() for title, column in table.items()}
    for row in (20, 21, 22):  # typed by hand: still good
        spoiled["LS"][row] = spoiled["LS"][row].lower()
        spoiled["PLACE"][row] = f" {spoiled['PLACE'][row].lower()} "
    spoiled["LS"][40] = "Q9"  # no such legal status
    spoiled["PLACE"][44] = "Y7"  # no such placement: counts as not known
    spoiled["DECOM"][60] = "31/02/2024"  # no such day
    ended = np.flatnonzero(spoiled["DEC"] != "")
    swapped = ended[5]
    spoiled["DEC"][swapped] = f"{spoiled['DECOM'][swapped][:6]}2003"  # ends before it starts
    lines = csv_lines(spoiled)
    lines.insert(90, lines[89])  # the same row twice
    middle = len(lines) // 2
    lines[middle] = lines[middle][:34]  # cut off in mid-line
    return ("\r\n".join(lines) + "\r\n").encode()


def _with_places(tables: Return) -> Return:
    """Return a return whose episodes carry the authority, the locality and the distance that systems derive."""
    districts = REPOSITORY / "seeds" / "reference" / "districts.csv"
    with districts.open(encoding="utf-8-sig", newline="") as file:
        authority = {row["district_code"]: row["la_code"] for row in csv.DictReader(file)}
    authority |= {"S": "SCO", "W": "WAL", "N": "NIR"}
    grid, episodes = demo_grid(), tables["episodes"]
    row = {postcode: at for at, postcode in enumerate(grid.postcode.tolist())}
    located, location, distance = [], [], []
    for home, post in zip(episodes["HOME_POST"].tolist(), episodes["PL_POST"].tolist(), strict=True):
        there, here = row.get(post), row.get(home)
        district = "" if there is None else grid.district[there]
        code = authority.get(district, authority.get(district[:1], ""))
        located.append(code)
        location.append("" if there is None else "IN" if code == LA_CODE else "OUT")
        if not home or there is None:
            distance.append("")
        elif here is None or not grid.district[here].startswith("E"):
            distance.append("999.9")
        else:
            miles = grid[np.array([there])].miles_to(grid.easting[here], grid.northing[here])[0]
            distance.append(f"{miles:.1f}")
    derived = {"PL_LA": located, "PL_LOCATION": location, "PL_DISTANCE": distance}
    columns = {title: np.array(values, dtype=object) for title, values in derived.items()}
    return {**tables, "episodes": {**episodes, **columns}}
