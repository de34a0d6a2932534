"""England's bank holidays, as one Parquet file made from the package that is kept up to date with them."""

import importlib.metadata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.filesystem import atomic_file, private_directory

PACKAGE = "holidays"
FIRST_YEAR, LAST_YEAR = 1990, 2040
"""Due dates are reckoned from the day a child came into care, and forward from today."""
_VERSION = b"package_version"
SCHEMA = pa.schema([("holiday_on", pa.date32()), ("name", pa.string())])


def build_bank_holidays(raw: Path) -> tuple[int, bool]:
    """Write raw/bank_holidays unless it is there as this version of the package has them; return its rows and if so.

    A day named after a monarch is announced a year or less before: whoever upgrades the package gets it.
    """
    path = private_directory(raw / "bank_holidays") / "bank_holidays.parquet"
    version = f"{importlib.metadata.version(PACKAGE)} {FIRST_YEAR}-{LAST_YEAR}".encode()
    if path.exists():
        existing = pq.read_metadata(path)
        if (existing.metadata or {}).get(_VERSION) == version:
            return existing.num_rows, False
    # Not at the top: the import takes half a second, and the file is nearly always there.
    import holidays

    # Christmas on a Saturday is there beside its substitute day; no working day is lost by it.
    days = sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1)).items())
    names = [name.replace("(observed)", "(substitute day)") for _, name in days]
    table = pa.table([pa.array([day for day, _ in days], pa.date32()), pa.array(names)], schema=SCHEMA)
    with atomic_file(path) as temporary:
        pq.write_table(table.replace_schema_metadata({_VERSION: version}), temporary)
    return table.num_rows, True
