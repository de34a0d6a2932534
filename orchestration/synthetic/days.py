"""Dates as whole numbers: days since 1970, vectorised, with the working days and calendar months of the law."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

OPEN = 100_000
"""The day that stands for "not ended": later than any real one."""

# England's bank holidays: the reviewing clock counts working days, and a calendar that ends too soon would quietly
# turn later holidays into working days, so both ends are generous. They are written out so that a new version of the
# package that the pipeline takes its calendar from changes no invented delivery; a test holds the two together.
_BANK_HOLIDAYS = """
2018-01-01 2018-03-30 2018-04-02 2018-05-07 2018-05-28 2018-08-27 2018-12-25 2018-12-26
2019-01-01 2019-04-19 2019-04-22 2019-05-06 2019-05-27 2019-08-26 2019-12-25 2019-12-26
2020-01-01 2020-04-10 2020-04-13 2020-05-08 2020-05-25 2020-08-31 2020-12-25 2020-12-28
2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
"""
_HOLIDAYS = np.array(_BANK_HOLIDAYS.split(), dtype="datetime64[D]")


def day(year: int, month: int, day_of_month: int) -> int:
    """Return the day number of a calendar date."""
    return (date(year, month, day_of_month) - date(1970, 1, 1)).days


def year_start(collection_year: int) -> int:
    """Return 1 April that opens a collection year."""
    return day(collection_year - 1, 4, 1)


def year_end(collection_year: int) -> int:
    """Return 31 March that closes a collection year."""
    return day(collection_year, 3, 31)


def collection_year(days: Ints) -> Ints:
    """Return the collection year (to 31 March) that holds each day."""
    year, month, _ = _split(days)
    later: Ints = (month >= 3).astype(np.int64)
    return year + later


def _split(days: Ints) -> tuple[Ints, Ints, Ints]:
    as_dates = days.astype("datetime64[D]")
    months = as_dates.astype("datetime64[M]").astype(np.int64)
    return months // 12, months % 12, (as_dates - as_dates.astype("datetime64[M]")).astype(np.int64)


def add_months(days: Ints, months: Any) -> Ints:
    """Return the same day `months` later, clipped only where that day does not exist."""
    year, month, offset = _split(days)
    target = year * 12 + month + months
    first = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (target + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    same_day: Ints = np.minimum(first + offset, after - 1)
    return same_day


def add_working_days(days: Ints, count: Any) -> Ints:
    """Return the `count`-th working day after each day (day 0 is the day itself)."""
    start = days.astype("datetime64[D]")
    return np.busday_offset(start, count, roll="backward", holidays=_HOLIDAYS).astype(np.int64)


def to_working_day(days: Ints) -> Ints:
    """Return each day itself, or the last working day before it."""
    return np.busday_offset(days.astype("datetime64[D]"), 0, roll="backward", holidays=_HOLIDAYS).astype(np.int64)


def age_on(born: Ints, on: Any) -> Ints:
    """Return completed years; a child born on 29 February turns a year older on 1 March in common years."""
    on = np.broadcast_to(np.asarray(on, dtype=np.int64), born.shape)
    born_year, born_month, born_day = _split(born)
    year, month, day_of_month = _split(on)
    before: Ints = ((month * 32 + day_of_month) < (born_month * 32 + born_day)).astype(np.int64)
    return year - born_year - before


def birthday(born: Ints, age: Any) -> Ints:
    """Return the day on which a child reaches an age (1 March for 29 February in common years)."""
    year, month, offset = _split(born)
    target = (year + age) * 12 + month
    first: Ints = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return first + offset


_FIRST, _LAST = day(1990, 1, 1), day(2031, 1, 1)


@lru_cache(maxsize=2)
def _texts(form: str) -> Objects:
    dates = (date.fromordinal(n + 719_163) for n in range(_FIRST, _LAST))
    return np.array([d.strftime(form) for d in dates], dtype=object)


def as_text(days: Ints, form: str = "%d/%m/%Y") -> Objects:
    """Return dates as a case system prints them, OPEN as an empty text."""
    known = days < OPEN
    texts: Objects = np.where(known, _texts(form)[np.where(known, days, _FIRST) - _FIRST], "")
    return texts


def pick(rng: np.random.Generator, values: Sequence[str], weights: Sequence[float], size: int) -> Objects:
    """Draw codes with the given weights, which need not add up to one."""
    share = np.cumsum(np.asarray(weights, dtype=float))
    chosen = np.searchsorted(share, rng.random(size) * share[-1], side="right")
    codes: Objects = np.array(values, dtype=object)[np.minimum(chosen, len(values) - 1)]
    return codes


def spread(rng: np.random.Generator, count: int, first: int, last: int) -> Ints:
    """Return days spread evenly over a stretch of time, with jitter, in random order."""
    days = first + ((np.arange(count) + rng.random(count)) / max(count, 1) * (last - first)).astype(np.int64)
    return rng.permutation(days)


def quiet_seasons(rng: np.random.Generator, days: Ints) -> Ints:
    """Return days with fewer of them in August and over Christmas: those come a few weeks later instead."""
    in_year = days - year_start(2001)
    of_year = in_year - (in_year * 100 // 36525) * 36525 // 100  # 0 on 1 April
    august, christmas = (of_year >= 122) & (of_year < 153), (of_year >= 263) & (of_year < 277)
    later = np.where(august & (rng.random(len(days)) < 0.35), 31, 0)
    return days + np.where(christmas & (rng.random(len(days)) < 0.6), 15, later)
