"""Every check that a change must pass, each with its time: `make test`.

The checks run in two lanes at once: what only reads the code, the tests of single parts and of the site; and the tests
that build a whole warehouse and look at it. So do those of `--ci`. The first check that fails ends the run, and its
output is the last thing printed.
`--ci` runs what only CI waits for after that, `--thorough` what takes longer still. Any other argument goes to pytest.
What is made once for all checks (the parsed project, the demo, what builds the site) lies in a folder that is removed
at the end, or in `CLA_TEST_SHARED`, so that two runs share it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

SITE = [
    "tests/browser/test_site_pages.py",
    *(f"tests/integration/test_{name}.py" for name in ("same_everywhere", "site_build")),
]
"""What looks at the site, which is built once for all of it."""
SERVICES = [
    "tests/browser/test_internal_site_pages.py",
    *(
        f"tests/integration/test_{name}.py"
        for name in (
            "by_itself",
            "canaries",
            "case_system_migration",
            "final_return",
            "internal_site",
            "plain_dbt",
            "postgres_copy",
            "same_everywhere",
            "service",
        )
    ),
]
"""Of what only CI waits for, half of the time; with all that looks at the internal site, which is built once."""
ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
STILL_RUNNING_EVERY = 60
Check = tuple[str, list[str]]


def lanes(arguments: Sequence[str]) -> list[list[Check]]:
    """Return the checks, in lanes that do not wait for each other."""
    if arguments == ["--ci"]:
        marked = [tool("pytest"), "-m", "ci and not thorough", "--durations=15"]
        return [
            [("pytest, ci, services, histories and the internal site", [*marked, *SERVICES])],
            [("pytest, ci, all else", [*marked, *ignored(SERVICES)])],
        ]
    if arguments == ["--thorough"]:
        return [[("pytest, thorough", [tool("pytest"), "-m", "thorough", "--durations=10"])]]
    if arguments:
        return [[("pytest", [tool("pytest"), *arguments])]]
    cla = [sys.executable, "-m", "orchestration.cli"]
    of_code: list[Check] = [
        ("ruff", [tool("ruff"), "check", "."]),
        ("ruff format", [tool("ruff"), "format", "--check", "."]),
        ("dbt parse", [*cla, "dbt", "parse", "--quiet"]),
        ("dagster definitions", [tool("dg"), "check", "defs"]),
        ("pytest, parts", [tool("pytest"), "tests/unit", "tests/graph", "--durations=10"]),
        ("pytest, site", [tool("pytest"), *SITE, "--durations=10"]),
    ]
    of_builds: list[Check] = [
        (
            "pytest, whole builds and pages",
            [tool("pytest"), "tests/integration", "tests/browser", *ignored(SITE), "--durations=25"],
        ),
        ("mypy", [tool("mypy")]),
        ("sqlfluff", [tool("sqlfluff"), "lint", "--disable-progress-bar", "models", "tests/dbt"]),
    ]
    return [of_code, of_builds]


def ignored(tests: Sequence[str]) -> list[str]:
    """Return what tells pytest to leave out some tests."""
    return [f"--ignore={one}" for one in tests]


def tool(name: str) -> str:
    """Return the program that lies beside this Python, whatever PATH says."""
    return str(BIN / (f"{name}.exe" if sys.platform == "win32" else name))


class Run:
    """Lanes of checks until all are done or one has failed."""

    def __init__(self) -> None:
        self.failed: tuple[str, int] | None = None
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def lane(self, number: int, checks: Sequence[Check], shared: Path) -> None:
        """Run checks one after another, each lane in a home of its own; what dbt has parsed and the demo they share."""
        with tempfile.TemporaryDirectory(prefix=f"cla-test-{number}-", ignore_cleanup_errors=True) as folder:
            environment = {
                **environment_of(Path(folder)),
                "CLA_PARSED_PROJECT": str(shared / "parsed"),
                "CLA_TEST_DEMO": str(shared / "demo"),
                "CLA_TEST_SITE": str(shared / "site"),
            }
            for name, command in checks:
                if self.failed:
                    return
                self._check(name, command, environment, Path(folder) / "output.txt")

    def _check(self, name: str, command: list[str], environment: Mapping[str, str], output: Path) -> None:
        started = time.monotonic()
        with output.open("wb") as file:
            with self._lock:
                process = subprocess.Popen(
                    command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
                )
                self._running[name] = process
            print(f"== {name} ...", flush=True)
            code = None
            while code is None:
                try:
                    code = process.wait(timeout=STILL_RUNNING_EVERY)
                except subprocess.TimeoutExpired:
                    print(f"   {name}: {time.monotonic() - started:.0f} s{_last_progress(output)}", flush=True)
        with self._lock:
            del self._running[name]
            if self.failed:
                return
            told = output.read_text(encoding="utf-8", errors="replace")
            if code:
                self.failed = (name, code)
                for other in self._running.values():
                    other.terminate()
                print(f"{told}\n== {name} failed after {time.monotonic() - started:.0f} s", flush=True)
            else:
                said = told.strip() if name.startswith("pytest") else ""
                print(f"== {name}: {time.monotonic() - started:.0f} s{f'{chr(10)}{said}' if said else ''}", flush=True)


def environment_of(folder: Path) -> dict[str, str]:
    """Return an environment that touches nobody's data folder, and from which Dagster's tools send no telemetry."""
    home = folder / "dagster"
    home.mkdir()
    shutil.copyfile(ROOT / "dagster.yaml", home / "dagster.yaml")
    return {
        **os.environ,
        "CLA_DATA_DIR": str(folder),
        "CLA_AS_KNOWN_AT": "",
        "DAGSTER_HOME": str(home),
        "VIRTUAL_ENV": sys.prefix,
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")]),
    }


def _last_progress(output: Path) -> str:
    """Return how far pytest says it is."""
    percents = [word for word in output.read_text(encoding="utf-8", errors="replace").split() if word.endswith("%]")]
    return f", {percents[-1].strip('[]')}" if percents else ""


def main() -> int:
    """Run all lanes and return the exit code of the first check that failed, or 0."""
    run = Run()
    given = os.environ.get("CLA_TEST_SHARED")
    folder: contextlib.AbstractContextManager[str] = (
        contextlib.nullcontext(given)
        if given
        else tempfile.TemporaryDirectory(prefix="cla-shared-", ignore_cleanup_errors=True)
    )
    with folder as shared:
        threads = [
            threading.Thread(target=run.lane, args=(number, checks, Path(shared)))
            for number, checks in enumerate(lanes(sys.argv[1:]))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return run.failed[1] if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
