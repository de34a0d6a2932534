"""Write requirements-spark.lock: what the extra `spark` needs beyond requirements.lock.

Standard input is the whole resolution (`make lock`); what requirements.lock has already is left out.
"""

import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def entries(lock: str) -> dict[str, str]:
    """Return each package's entry, with its hashes."""
    return {entry.partition("==")[0]: entry for entry in re.split(r"\n(?=\S)", lock.strip())}


def main() -> None:
    """Read standard input and write the lock."""
    known = entries((REPOSITORY / "requirements.lock").read_text(encoding="utf-8"))
    added = {name: entry for name, entry in entries(sys.stdin.read()).items() if name not in known}
    (REPOSITORY / "requirements-spark.lock").write_text(
        "\n".join(added.values()) + "\n", encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
