"""Hours of what may go wrong, in minutes: kills, readers, damaged files, full disks, hostile input, attacks on figures.

`make soak` runs everything and writes what it found to docs/reliability.md; with `--share 0.1` a tenth of it, and with
`--quick` a small part, which writes nothing. Ends with 1 where anything failed.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.publish.disclosure import Knowledge, worked_out
from orchestration.publish.publication import DATABASE, read_manifest
from orchestration.settings import Settings
from tests.disclosure_solver import pinned
from tests.integration.running import cla, start
from tests.random_figures import authority
from tests.suppression_run import suppressed

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "reliability.md"
PARTS = ("published", "published_public", "restricted")


@dataclass
class Result:
    """What a part of the soak did, in words and numbers, and what failed."""

    what: str
    done: str
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


def kills(demo: Settings, times: int) -> Result:
    """Kill a build of the demo at random moments: readers find one whole run, and the next build the same figures."""
    at = random.Random(1)
    before = figures(demo)
    started = time.monotonic()
    assert cla(demo.data_dir, "build")[0] == 0
    whole_build = time.monotonic() - started
    failures, killed = [], 0
    for number in range(times):
        with start(demo.data_dir, "build") as process:
            try:
                process.wait(timeout=at.uniform(0.5, whole_build))
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
        failures += [f"kill {number}: {fault}" for fault in not_whole(demo)]
    code, _ = cla(demo.data_dir, "build")
    if code:
        failures.append(f"the build after the last kill ended with {code}")
    if figures(demo) != before:
        failures.append("the figures after the kills differ from those before")
    if left := list(demo.data_dir.rglob("*.partial")):
        failures.append(f"{len(left)} partial folders were left")
    return Result(
        "Kills of a build", f"{killed} kills, each at a random moment of a build of {whole_build:.0f} s", failures
    )


def figures(settings: Settings) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.published / DATABASE), read_only=True) as connection:
        return connection.execute("select * from marts.metric_values order by all").fetchall()


def not_whole(settings: Settings) -> list[str]:
    """Return what a reader misses: parts of other runs, reports, tables."""
    run = settings.current.resolve()
    found = []
    ids = {json.loads((run / part / "manifest.json").read_text())["run_id"] for part in PARTS}
    if len(ids) > 1:
        found.append("parts of several runs")
    for part in PARTS[:2]:
        kinds = {path.suffix for path in (run / part / "reports").iterdir()}
        if not {".docx", ".html", ".xlsx"} <= kinds:
            found.append(f"{part} lacks reports")
        with duckdb.connect(str(run / part / DATABASE), read_only=True) as connection:
            if not connection.execute("select count(*) from marts.metric_values").fetchall()[0][0]:
                found.append(f"{part} has no figures")
    return found


def readers(folder: Path, seconds: float) -> Result:
    """Publish small runs without a pause while a reader reads without a pause."""
    command = [sys.executable, "-m", "tests.small_runs"]
    publishing = subprocess.Popen([*command, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert publishing.stdout is not None
    publishing.stdout.readline()
    reading = subprocess.Popen([*command, "--read", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    time.sleep(seconds)
    (folder / "stop").touch()
    found = json.loads(reading.communicate(timeout=300)[0])
    publishing.communicate(timeout=300)
    done = f"{found['rounds']} rounds through tables, reports and manifests of all parts, of {found['seen']} runs"
    return Result("Readers through swaps", done, found["failures"])


def damaged_files(number: int) -> Result:
    """Read randomly damaged files of every kind: each is rejected in a sentence or gives rows that add up."""
    from tests.unit.test_hostile_input import VALID, damaged, read

    failures = []
    for name in VALID:
        rng = random.Random(f"soak/{name}")
        for turn in range(number):
            try:
                read(name, damaged(VALID[name], rng))
            except Exception as error:
                failures.append(f"{name}, damage {turn}: {type(error).__name__}")
    return Result("Damaged files", f"{number * len(VALID)} files of {len(VALID)} kinds", failures)


def by_pytest(what: str, *arguments: str) -> Result:
    """Run tests that exist already and count them."""
    command = [sys.executable, "-m", "pytest", "-m", "", "-o", "addopts=--strict-markers", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    ended = re.findall(r"(\d+) (passed|failed|skipped|error)", done.stdout)
    failures = [] if done.returncode == 0 else done.stdout.splitlines()[-12:]
    counted = ", ".join(f"{count} {how}" for count, how in ended)
    return Result(what, f"tests: {counted}", failures)


def disclosure(demo: Settings, start_at: int, number: int) -> Result:
    """Attack the public figures of random small authorities over five years, by elimination and by a solver."""
    compiled = demo.dbt_target / "compiled/children_in_care/models"
    knowledge = Knowledge.from_seeds()
    failures, asked, close, hidden, rows_shown = [], 0, 0, 0, 0
    for begin in range(start_at, start_at + number, 25):
        seeds = range(begin, min(begin + 25, start_at + number))
        all_rows = {str(seed): authority(random.Random(seed)) for seed in seeds}
        for seed, public in suppressed(compiled, all_rows).items():
            found = pinned(public, all_rows[seed], knowledge)
            asked += found.looked_at
            close += len(found.within_one)
            hidden += sum(row.hidden for row in public)
            rows_shown += sum(not row.hidden for row in public)
            failures += [
                f"authority {seed}: pinned" for _ in found.exactly + worked_out(public, all_rows[seed], knowledge)
            ]
    done = f"{number} random small authorities over five years, {asked} small numbers, {hidden} figures hidden, "
    return Result("Attack on public figures", done + f"{rows_shown} shown, {len(failures)} numbers told", failures)


def disclosure_of_the_demo(demo: Settings) -> Result:
    """Attack the demo's public figures; say how many numbers lie within one of what is true."""
    from orchestration.publish import disclosure as attack

    with duckdb.connect(str(demo.warehouse), read_only=True) as connection:
        public, true = (
            [attack.Row(*row) for row in connection.execute(query, ["812"]).fetchall()]
            for query in (attack._PUBLIC, attack._TRUE)
        )
    found = pinned(public, true, Knowledge.from_seeds(), how_closely=True)
    done = (
        f"{found.looked_at} small numbers, {len(found.exactly)} told, {len(found.within_one)} within one of the truth"
    )
    return Result("Attack on the demo's public figures", done, found.exactly)


def soak(share: float, quick: bool, folder: Path, demo: Settings) -> list[Result]:
    def part_of(whole: int) -> int:
        return max(1, round(whole * share))

    stages: list[Callable[[], Result]] = [
        lambda: kills(demo, part_of(20)),
        lambda: readers(folder / "small", part_of(300)),
        lambda: damaged_files(part_of(5000)),
        lambda: by_pytest(
            "Full disk, read-only disk", "tests/integration/test_full_disk.py", "--demo", str(demo.data_dir)
        ),
        lambda: disclosure_of_the_demo(demo),
        lambda: disclosure(demo, 1000, part_of(500)),
    ]
    if not quick:
        stages.append(
            lambda: by_pytest(
                "Hostile input", "tests/unit/test_hostile_input.py", "tests/integration/test_hostile_deliveries.py"
            )
        )
        stages.append(lambda: by_pytest("Swaps killed at random moments", "tests/unit/test_whole.py"))
    results = []
    for stage in stages:
        started = time.monotonic()
        result = stage()
        result.seconds = time.monotonic() - started
        print(f"== {result.what}: {result.done}; {len(result.failures)} failures, {result.seconds:.0f} s", flush=True)
        for failure in result.failures[:20]:
            print(f"   {failure}", flush=True)
        results.append(result)
    return results


def write_report(results: list[Result]) -> None:
    lines = [
        "# Reliability",
        "",
        "Written by `make soak`; do not edit. What was tried against the program, how often, and how often it failed.",
        "",
        "| what | how much | failures | seconds |",
        "| --- | --- | ---: | ---: |",
        *(f"| {one.what} | {one.done} | {len(one.failures)} | {one.seconds:.0f} |" for one in results),
        "",
        "A number is *told* where only one value of it fits everything that is public; it lies *within one of the",
        "truth* where a reader with a solver could bound it so closely. How: `tests/soak.py`.",
    ]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small part of each, and no report")
    parser.add_argument("--share", type=float, default=1.0, help="how much of it: 0.1 is a tenth")
    parser.add_argument("--demo", type=Path, help="a data folder after `cla demo`, which is copied")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cla-soak-") as name:
        folder = Path(name)
        demo = Settings(folder / "demo")
        (folder / "small").mkdir()
        if arguments.demo:
            shutil.copytree(arguments.demo, demo.data_dir, symlinks=True)
        else:
            code, output = cla(demo.data_dir, "demo")
            assert code == 0, output
        assert read_manifest(demo) is not None
        results = soak(0.02 if arguments.quick else arguments.share, arguments.quick, folder, demo)
    if not arguments.quick:
        write_report(results)
        print(f"Written: {REPORT}")
    return int(any(one.failures for one in results))


if __name__ == "__main__":
    sys.exit(main())
