"""Every check that a change must pass, one after another, each with its time: `make test`.

The quick ones come first. The last, pytest, builds the demo authority through Dagster with every data and unit test.
The first check that fails ends the run, and its output is the last thing printed. `--thorough` runs what takes minutes
more and only CI waits for: a hundred and more invented authorities against the recomputation, in their own spelling and
in others, and builds in folders of any name.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THOROUGH = "--thorough"
ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def checks() -> list[tuple[str, list[str]]]:
    cla = [sys.executable, "-m", "orchestration.cli"]
    return [
        ("ruff", [tool("ruff"), "check", "."]),
        ("ruff format", [tool("ruff"), "format", "--check", "."]),
        ("mypy", [tool("mypy")]),
        ("sqlfluff", [tool("sqlfluff"), "lint", "--disable-progress-bar", "models", "tests/dbt"]),
        ("dbt parse", [*cla, "dbt", "parse", "--quiet"]),
        ("dagster definitions", [tool("dg"), "check", "defs"]),
        ("pytest", [tool("pytest"), *sys.argv[1:]]),
    ]


def thorough_checks() -> list[tuple[str, list[str]]]:
    """Return what only CI waits for."""
    return [("pytest, thorough", [tool("pytest"), "-m", "thorough"])]


def tool(name: str) -> str:
    """Return the program that lies beside this Python, whatever PATH says."""
    return str(BIN / (f"{name}.exe" if sys.platform == "win32" else name))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="cla-test-") as folder:
        # Nothing here may touch the data folder of whoever runs it; Dagster's tools send no telemetry from this home.
        home = Path(folder, "dagster")
        home.mkdir()
        shutil.copyfile(ROOT / "dagster.yaml", home / "dagster.yaml")
        environment = {
            **os.environ,
            "CLA_DATA_DIR": folder,
            "CLA_AS_KNOWN_AT": "",
            "DAGSTER_HOME": str(home),
            "VIRTUAL_ENV": sys.prefix,
            "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")]),
        }
        for name, command in thorough_checks() if sys.argv[1:] == [THOROUGH] else checks():
            print(f"== {name}", flush=True)
            started = time.monotonic()
            code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
            if code:
                print(f"== {name} failed after {time.monotonic() - started:.0f} s", file=sys.stderr)
                return code
            if not name.startswith("pytest"):
                print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
