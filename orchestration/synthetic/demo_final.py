"""The demo authority's final return of 2024/25: what was recorded late, after the annual report had been written.

Five stays that began and ended within the year (one ended by special guardianship, three by child arrangements orders,
one at home) come in, three returns to care that never were go out, and four children turn out to have come alone. So
97 children started and not 95, 128 ceased and not 123, with 29 and not 28 special guardianships, and 13 are
unaccompanied and not 9; on 31 March 2025 there are 438 as before.
"""

import numpy as np

from orchestration.synthetic.days import Objects, day
from orchestration.synthetic.history import Flags
from orchestration.synthetic.returns import Return, Table

LATE_ENDS = ("E46", "E41", "E41", "E41", "E4A")
LATE_UASC = 4
_DAYS_LATER = 3
"""The late stays are those of other children of the year, so many days later."""


def final_return(tables: Return) -> Return:
    """Return the tables of the return of 2025 as they stood on 30 June 2025."""
    return _with_late_uasc(_with_late_stays(_without_spurious_returns(tables)))


def _without_spurious_returns(tables: Return) -> Return:
    """Take out every second stay that began within a year in which the child had already left once."""
    episodes = tables["episodes"]
    start, end = _days(episodes["DECOM"]), _days(episodes["DEC"])
    left: dict[str, int] = {}
    for row in np.argsort(start, kind="stable"):
        child = str(episodes["CHILD"][row])
        is_end = episodes["REC"][row] not in ("", "X1") and episodes["LS"][row] not in ("V3", "V4")
        if is_end:
            left.setdefault(child, int(end[row]))
    came_back = {
        str(child)
        for child, began, rne, status in zip(episodes["CHILD"], start, episodes["RNE"], episodes["LS"], strict=True)
        if rne == "S" and status not in ("V3", "V4") and int(began) >= left.get(str(child), int(began) + 1)
    }

    def kept(name: str, when: str) -> Table:
        table = tables[name]
        days = _days(table[when])
        later = np.array([int(at) >= left[str(child)] if str(child) in came_back else False
                          for child, at in zip(table["CHILD"], days, strict=True)], dtype=bool)  # fmt: skip
        return _rows(table, ~later)

    return {**tables, "episodes": kept("episodes", "DECOM"), "reviews": kept("reviews", "REVIEW"),
            "missing": kept("missing", "MIS_START")}  # fmt: skip


def _with_late_stays(tables: Return) -> Return:
    """Add stays like those of children who started and left within the year, as of other children."""
    episodes = tables["episodes"]
    whole: dict[str, list[int]] = {}
    for row, child in enumerate(episodes["CHILD"]):
        whole.setdefault(str(child), []).append(row)
    unaccompanied = set(tables["uasc"]["CHILD"])
    started, ended = _days(episodes["DECOM"]), _days(episodes["DEC"])
    models = [
        child
        for child, rows in sorted(whole.items())
        if child not in unaccompanied
        and (episodes["RNE"][rows] == "S").sum() == 1
        and not np.isin(episodes["LS"][rows], ["V3", "V4"]).any()
        and started[rows].min() >= day(2024, 4, 1)
        and ended[rows].max() <= day(2025, 3, 20)
    ][: len(LATE_ENDS)]
    added = dict(tables)
    for number, (model, rec) in enumerate(zip(models, LATE_ENDS, strict=True)):
        child = f"SYN95{number:04d}"
        for name in ("episodes", "header", "reviews"):
            rows = _rows(tables[name], tables[name]["CHILD"] == model)
            rows["CHILD"] = np.full(len(rows["CHILD"]), child, dtype=object)
            for column in {"DECOM", "DEC", "REVIEW"} & rows.keys():
                rows[column] = _later(rows[column])
            if name == "episodes":
                rows["REC"][rows["REC"] != "X1"] = rec
            if "UPN" in rows:
                rows["UPN"] = np.full(len(rows["UPN"]), "UN4", dtype=object)
            added[name] = _joined(added[name], rows)
    return added


def _with_late_uasc(tables: Return) -> Return:
    """Record of four children in care who are not White and near adulthood that they came alone."""
    header, episodes, uasc = tables["header"], tables["episodes"], tables["uasc"]
    born = _days(header["DOB"])
    in_care = set(episodes["CHILD"][episodes["DEC"] == ""])
    known = set(uasc["CHILD"])
    who: Flags = np.array(
        [
            child in in_care and child not in known and not str(ethnic).startswith("W")
            for child, ethnic in zip(header["CHILD"], header["ETHNIC"], strict=True)
        ],
        dtype=bool,
    )
    oldest = sorted(np.flatnonzero(who & (born > day(2007, 4, 1))), key=lambda row: (born[row], header["CHILD"][row]))
    found = np.array(oldest[:LATE_UASC])
    grown = [f"{text[:6]}{int(text[6:]) + 18}" for text in header["DOB"][found]]
    rows = {"CHILD": header["CHILD"][found], "SEX": header["SEX"][found], "DOB": header["DOB"][found],
            "DUC": np.array(grown, dtype=object)}  # fmt: skip
    return {**tables, "uasc": _joined(uasc, rows)}


def _days(texts: Objects) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """Return dates in the form of the return as numbers of days; an open end lies after all others."""
    return np.array(
        [day(int(text[6:]), int(text[3:5]), int(text[:2])) if text else day(2100, 1, 1) for text in texts],
        dtype=np.int64,
    )


def _later(texts: Objects) -> Objects:
    moved = (_days(texts) + _DAYS_LATER).astype("datetime64[D]").astype(str)
    return np.array([f"{at[8:]}/{at[5:7]}/{at[:4]}" for at in moved], dtype=object)


def _rows(table: Table, mask: Flags) -> Table:
    return {title: column[mask] for title, column in table.items()}


def _joined(table: Table, rows: Table) -> Table:
    return {title: np.concatenate([column, rows[title]]) for title, column in table.items()}
