"""How much reading one file may ask for, counted while it is read: nothing hostile or broken stops the other files.

Sizes are looked at before anything is parsed, and what can only be known by reading is counted as it comes, so that
nothing has to be killed.
"""

import time
from dataclasses import fields

from orchestration.settings import Limits

LINE_LIMIT = 1_000_000
"""Characters in a line, a cell or an element: nothing in a return comes near it."""
MARKUP_LIMIT = 4_000_000
"""Bytes of a tag or a comment in XML."""

DEFAULT_LIMITS = Limits()


class BeyondLimitsError(Exception):
    """A file asks for more than the limits allow; the message is the end of a sentence about it."""


class Meter:
    """What the reading of one file has asked for so far. Each method raises `BeyondLimitsError` when it is too much."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._rows = 0
        self._cells = 0
        self._unpacked = 0
        self._until = time.monotonic() + limits.seconds

    def rows(self, count: int) -> None:
        """Count rows."""
        self._rows += count
        self._refuse(self._rows > self.limits.rows, f"has more than {self.limits.rows:,} rows", "rows")

    def columns(self, count: int) -> None:
        """Look at how wide the file is."""
        self._refuse(count > self.limits.columns, f"has more than {self.limits.columns:,} columns", "columns")

    def cells(self, count: int) -> None:
        """Count cells."""
        self._cells += count
        self._refuse(self._cells > self.limits.cells, f"has more than {self.limits.cells:,} cells", "cells")

    def parts(self, count: int) -> None:
        """Look at of how many parts the file is made."""
        self._refuse(count > self.limits.files, f"holds more than {self.limits.files:,} parts", "files")

    def unpacked(self, count: int) -> None:
        """Count bytes that were packed, or that repeat what the file holds once."""
        self._unpacked += count
        self._refuse(
            self._unpacked > self.limits.unpacked_mb * 1_000_000,
            f"unpacks to more than {self.limits.unpacked_mb:,} MB",
            "unpacked_mb",
        )

    def markup(self, length: int) -> None:
        """Look at how long a tag is."""
        if length > MARKUP_LIMIT:
            raise BeyondLimitsError(f"has a tag or a comment of more than {MARKUP_LIMIT:,} characters")

    def value(self, length: int) -> None:
        """Look at how long a value is."""
        if length > LINE_LIMIT:
            raise BeyondLimitsError(f"has a value of more than {LINE_LIMIT:,} characters")

    def time(self) -> None:
        """Look at the clock."""
        self._refuse(
            time.monotonic() > self._until, f"takes more than {self.limits.seconds:,} seconds to read", "seconds"
        )

    def _refuse(self, is_too_much: bool, said: str, limit: str) -> None:
        if is_too_much:
            raise BeyondLimitsError(f"{said} ({variable(limit)})")


def variable(limit: str) -> str:
    """Return the variable that changes a limit."""
    assert limit in {one.name for one in fields(Limits)}
    return f"CLA_MOST_{limit.upper()}"
