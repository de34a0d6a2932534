"""Time the sector's SSDA903 validator on invented returns: `cla bench --validator` runs this with its Python.

It knows nothing of this project, whose packages are not in that environment (docs/sector-validator.md). Arguments: the
landing zone, and how many authorities. It prints seconds of each, the reading of the files included, as JSON.
"""

import importlib
import json
import logging
import sys
import time
from pathlib import Path

logging.disable(logging.CRITICAL)


def files_of(folder: Path, which: str) -> list[dict[str, object]]:
    """Return a return's files as the validator takes them."""
    return [
        {"name": path.name, "description": which, "file_content": path.read_bytes()}
        for path in sorted(folder.rglob("*.csv"))
    ]


def main() -> None:
    """Check the newest return of each of the first authorities beside the year before."""
    from lac_validator.lac_validator import LacValidator  # type: ignore[import-not-found]

    landing, count = Path(sys.argv[1]), int(sys.argv[2])
    seconds = []
    for authority in sorted(landing.iterdir())[:count]:
        last_year, this_year = sorted(path for path in (authority / "ssda903").iterdir() if path.is_dir())[-2:]
        year = int(this_year.name)
        rules = importlib.import_module(f"lac_validator.rules.lac{year - 1}_{year % 100:02d}").registry
        started = time.monotonic()
        files = files_of(this_year, "This year") + files_of(last_year, "Prev year")
        LacValidator({"collectionYear": f"{year - 1}/{year % 100:02d}", "localAuthority": "E06000012"}, files, rules)
        seconds.append(round(time.monotonic() - started, 2))
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
