"""Working days and calendar months, by counting: Monday to Friday, England's bank holidays out."""

from __future__ import annotations

import calendar
from bisect import bisect_right
from datetime import date, timedelta

import holidays

FIRST_YEAR, LAST_YEAR = 1980, 2045


def _working_days() -> list[date]:
    closed = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    day, found = date(FIRST_YEAR, 1, 1), []
    while day.year <= LAST_YEAR:
        if day.weekday() < 5 and day not in closed:
            found.append(day)
        day += timedelta(days=1)
    return found


WORKING_DAYS = _working_days()


def wd(day: date, n: int) -> date:
    """The n-th working day after a day; day 0 is the day itself, whether or not anyone works on it."""
    if not date(FIRST_YEAR, 1, 1) <= day < date(LAST_YEAR, 1, 1):
        raise ValueError(f"{day} lies outside the calendar")
    return WORKING_DAYS[bisect_right(WORKING_DAYS, day) + n - 1] if n else day


def plus_months(day: date, n: int) -> date:
    """n calendar months after a day, clipped to the month end only where the day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
