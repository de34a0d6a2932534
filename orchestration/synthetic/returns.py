"""What a case system exports: the tables of one return, as delivered texts."""

import numpy as np

from orchestration.synthetic.days import OPEN, Ints, Objects, age_on, as_text, birthday, day, year_end, year_start
from orchestration.synthetic.history import Flags, History, is_respite, live_on

Table = dict[str, Objects]
Return = dict[str, Table]

FIRST_SOCIAL_WORKER_YEAR = 2024
FIRST_LETTER_SEX_YEAR = 2025
FIRST_REGISTERED_YEAR = 2025
"""From this return on supported accommodation is K3; the same episodes were H5 in the returns before."""

DATES = {
    "DOB", "MC_DOB", "DECOM", "DEC", "DUC", "REVIEW", "DATE_INT", "DATE_MATCH", "DATE_PLACED", "DATE_PLACED_CEASED",
    "MIS_START", "MIS_END", "SW_DECOM", "SW_DEC",
}  # fmt: skip
"""Columns that hold a whole date (DATE_PERM may hold zz for what is not known)."""


def _upn(history: History, year: int, la_code: str) -> Objects:
    """Return the unique pupil number: children below school age and some unaccompanied children have none yet."""
    children = history.children
    number = np.arange(len(children))
    letters = np.array(list("ABCDEFGHJKLMNPQRTUVWXYZ"), dtype=object)
    born = children.born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    digits = (10**7 * (born % 100) + number).tolist()
    pairs = zip(letters[number % 23].tolist(), digits, strict=True)
    upn = np.array([f"{letter}{la_code}{digit:09d}" for letter, digit in pairs], dtype=object)
    upn = np.where(age_on(children.born, day(year - 1, 8, 31)) < 4, "UN1", upn)
    return np.where(children.is_uasc, "UN3", upn)


def cut_return(history: History, year: int, extracted_on: int, health: bool = True, la_code: str = "812") -> Return:
    """Return the tables of a collection year as they stood on the day of extraction."""
    since, until = year_start(year), min(year_end(year), extracted_on)
    children, episodes = history.children, history.episodes

    def hide(end: Ints) -> Ints:
        return np.where(end > until, OPEN, end)

    def in_year(start: Ints, end: Ints) -> Flags:
        return (start <= until) & (end >= since)

    def dob(child: Ints) -> Objects:
        return as_text(children.born[child])

    def name(child: Ints) -> Objects:
        return children.child[child]

    sex = children.sex if year >= FIRST_LETTER_SEX_YEAR else np.where(children.sex == "M", "1", "2").astype(object)

    e = episodes.take(in_year(episodes.start, episodes.end))
    going_on = e.end > until
    respite = is_respite(e.ls)
    place = e.place if year >= FIRST_REGISTERED_YEAR else np.where(e.place == "K3", "H5", e.place).astype(object)
    home = np.where(respite | children.is_uasc[e.child], "", children.home[e.child])
    tables: Return = {}
    tables["episodes"] = {
        "CHILD": name(e.child), "DECOM": as_text(e.start), "RNE": e.rne, "LS": e.ls, "CIN": e.cin, "PLACE": place,
        "PLACE_PROVIDER": e.provider, "DEC": as_text(hide(e.end)), "REC": np.where(going_on, "", e.rec),
        "REASON_PLACE_CHANGE": np.where(going_on, "", e.reason), "HOME_POST": home,
        "PL_POST": np.where(respite, "", e.post), "URN": e.urn,
    }  # fmt: skip

    looked_after = np.zeros(len(children), dtype=bool)
    looked_after[e.child] = True
    really = np.zeros(len(children), dtype=bool)
    really[e.child[~respite]] = True

    leavers = history.leavers.take((history.leavers.year == year) & health)
    listed = looked_after.copy()
    listed[leavers.child] = True
    who = np.flatnonzero(listed)
    mother = children.mother_since[who] <= until
    female = (children.sex[who] == "F") & really[who]
    tables["header"] = {
        "CHILD": name(who), "SEX": sex[who], "DOB": dob(who), "ETHNIC": children.ethnic[who],
        "UPN": _upn(history, year, la_code)[who], "MOTHER": np.where(female, np.where(mother, "1", "0"), ""),
        "MC_DOB": np.where(female & mother, as_text(children.mother_since[who]), ""),
    }  # fmt: skip

    who = np.flatnonzero(children.is_uasc & really & (children.uasc_ended >= since))
    # The status ends at eighteen unless it has ended before: case systems fill that birthday in from the start.
    duc = np.where(children.uasc_ended[who] <= until, children.uasc_ended[who], birthday(children.born[who], 18))
    tables["uasc"] = {"CHILD": name(who), "SEX": sex[who], "DOB": dob(who), "DUC": as_text(duc)}

    r = history.reviews.take((history.reviews.held >= since) & (history.reviews.held <= until))
    tables["reviews"] = {"CHILD": name(r.child), "DOB": dob(r.child), "REVIEW": as_text(r.held), "REVIEW_CODE": r.code}

    if health:
        h = history.health.take(history.health.year == year)
        tables["oc2"] = {
            "CHILD": name(h.child), "DOB": dob(h.child), "SDQ_SCORE": h.sdq_score, "SDQ_REASON": h.sdq_reason,
            "CONVICTED": h.convicted, "HEALTH_CHECK": h.health_check, "IMMUNISATIONS": h.immunisations,
            "TEETH_CHECK": h.teeth, "HEALTH_ASSESSMENT": h.assessment, "SUBSTANCE_MISUSE": h.substance,
            "INTERVENTION_RECEIVED": h.received, "INTERVENTION_OFFERED": h.offered,
        }  # fmt: skip
        tables["oc3"] = {"CHILD": name(leavers.child), "DOB": dob(leavers.child), "IN_TOUCH": leavers.in_touch,
                         "ACTIV": leavers.activity, "ACCOM": leavers.accommodation}  # fmt: skip

    a = history.adoptions.take((history.adoptions.adopted >= since) & (history.adoptions.adopted <= until))
    tables["ad1"] = {
        "CHILD": name(a.child), "DOB": dob(a.child), "DATE_INT": as_text(a.decided), "DATE_MATCH": as_text(a.matched),
        "FOSTER_CARE": a.foster_care, "NB_ADOPTR": a.adopters, "SEX_ADOPTR": a.sexes, "LS_ADOPTR": a.legal,
    }  # fmt: skip

    d = history.decisions
    d = d.take((d.decided <= until) & (d.reversed_on >= since) & really[d.child])
    tables["placed_adoption"] = {
        "CHILD": name(d.child), "DOB": dob(d.child), "DATE_PLACED": as_text(d.decided),
        "DATE_PLACED_CEASED": as_text(hide(d.reversed_on)),
        "REASON_PLACED_CEASED": np.where(d.reversed_on > until, "", d.reason),
    }  # fmt: skip

    p = history.earlier.take((history.earlier.start >= since) & (history.earlier.start <= until))
    tables["prev_perm"] = {"CHILD": name(p.child), "DOB": dob(p.child), "PREV_PERM": p.code, "LA_PERM": p.authority,
                           "DATE_PERM": p.granted}  # fmt: skip

    m = history.incidents.take(in_year(history.incidents.start, history.incidents.end))
    tables["missing"] = {"CHILD": name(m.child), "DOB": dob(m.child), "MISSING": m.kind, "MIS_START": as_text(m.start),
                         "MIS_END": as_text(hide(m.end))}  # fmt: skip

    if year >= FIRST_SOCIAL_WORKER_YEAR:
        at_end = np.zeros(len(children), dtype=bool)
        at_end[e.child[live_on(e.start, e.end, until) & ~respite]] = True
        s = history.allocations
        s = s.take(in_year(s.start, s.end) & at_end[s.child])
        tables["sw_episodes"] = {
            "CHILD": name(s.child), "DOB": dob(s.child), "SW_ID": s.worker, "SW_DECOM": as_text(s.start),
            "SW_DEC": as_text(hide(s.end)), "SW_REASON": s.reason,
        }  # fmt: skip
    return tables
