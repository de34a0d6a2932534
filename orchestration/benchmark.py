"""The benchmark: invented authorities from landing zone to publication, timed stage by stage.

It runs `cla build` as a user would, in a data folder of its own, takes the times of the stages from Dagster's record
of the run, and sets beside them a floor: what DuckDB alone needs to read the same CSV files and write them as Parquet;
and a peer, where it is installed: what the sector's validator needs to check some of the same returns.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import duckdb
import psutil
from rich.console import Console
from rich.table import Table

from orchestration.build import dagster_instance
from orchestration.errors import UserError
from orchestration.filesystem import private_directory
from orchestration.settings import REPOSITORY, Settings
from orchestration.synthetic.scale import write_scale

SAMPLE_SECONDS = 0.2
RETURNS_OF_THE_PEER = 3
STAGES = {
    "ingest": "read the deliveries",
    "ingest_dfe": "read DfE's files",
    "reference__bank_holidays": "write the bank holidays",
    "reference__postcodes": "write the postcodes",
    "dbt": "build and test the tables",
    "publication": "publish",
    "dbt_public": "hide small numbers and test it",
    "public_publication": "attack and publish the public variant",
    "reports": "write the reports",
    "public_reports": "write the public reports",
    "published_run": "swap in",
    "restricted_outputs": "write the restricted outputs",
}
"""The steps of a build and what they do; the rest of the time goes into starting Python, Dagster and dbt's parser."""


@dataclass(frozen=True)
class Stage:
    """How long something took, and how much memory all its processes together held at their peak."""

    name: str
    seconds: float
    peak_bytes: int


class Memory:
    """Samples the memory of this process's children and theirs, and remembers when it was how much.

    Pages that processes share count once for each, so the sum errs on the high side.
    """

    def __init__(self) -> None:
        self.samples: list[tuple[float, int]] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._done.set()
        self._thread.join()

    def peak(self, start: float, end: float) -> int:
        """Return the highest sum between two moments."""
        return max((size for moment, size in self.samples if start <= moment <= end), default=0)

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._done.wait(SAMPLE_SECONDS):
            self.samples.append((time.time(), sum(_memory(child) for child in this.children(recursive=True))))


def run_benchmark(
    settings: Settings,
    console: Console,
    authorities: int,
    seed: int,
    with_iro: bool = False,
    validator: Path | None = None,
) -> list[Stage]:
    """Invent authorities, build everything from them, and print a table that can go into the documentation as it is.

    `validator` is the Python of an environment that has the sector's validator.
    """
    folder = settings.data_dir / "bench" / str(authorities)
    shutil.rmtree(folder, ignore_errors=True)
    bench = replace(settings, data_dir=private_directory(folder), as_known_at="")
    console.print(f"Inventing {authorities} authorities in {folder} ...", highlight=False)
    started = time.time()
    written = write_scale(private_directory(bench.landing), authorities, seed, with_iro=with_iro)
    size = sum(path.stat().st_size for path in bench.landing.rglob("*.csv"))
    invented = time.time() - started
    stages = _build(bench)
    started = time.time()
    _read_and_write_with_duckdb_alone(bench)
    floor = time.time() - started
    peer = _validate(bench, validator) if validator else []

    whole = stages[-1]
    table = Table(title=f"{authorities} authorities", caption=_machine())
    for column in ("stage", "seconds", "rows per second", "peak memory, MiB"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for stage in stages:
        rate = f"{written.rows / stage.seconds:,.0f}" if stage is whole or stage.name in _PER_ROW else ""
        peak = f"{stage.peak_bytes / 2**20:,.0f}" if stage.peak_bytes else ""
        table.add_row(stage.name, f"{stage.seconds:,.1f}", rate, peak, style="bold" if stage is whole else None)
    table.add_row("floor: DuckDB alone, CSV to Parquet", f"{floor:,.1f}", f"{written.rows / floor:,.0f}", "")
    if peer:
        of_all = sum(peer) / len(peer) * written.deliveries
        table.add_row(
            f"peer: the sector's validator, as much of it for {written.deliveries:,}", f"{of_all:,.1f}", "", ""
        )
    console.print(table)
    console.print(
        f"{written.deliveries:,} deliveries, {written.files:,} files, {size / 2**20:,.0f} MiB, {written.rows:,} rows, "
        f"invented in {invented:,.0f} s (not counted). Published: "
        f"{sum(path.stat().st_size for path in bench.published.rglob('*') if path.is_file()) / 2**20:,.0f} MiB.",
        highlight=False,
    )
    console.print("\n" + _markdown(table), highlight=False, markup=False, soft_wrap=True)
    return stages


_PER_ROW = (STAGES["ingest"], STAGES["dbt"], STAGES["publication"])


def _build(bench: Settings) -> list[Stage]:
    """Run a build in a process of its own and return its stages, the whole last."""
    os.environ["CLA_DATA_DIR"] = str(bench.data_dir)
    with Memory() as memory:
        started = time.time()
        # The program itself, and no shell.
        command = [sys.executable, "-m", "orchestration.cli", "build"]
        code = subprocess.run(command, check=False).returncode  # noqa: S603 - see the line above
        ended = time.time()
    if code:
        raise UserError("The build of the benchmark failed, so there is nothing to report.")
    with dagster_instance(bench) as instance:
        (run,) = instance.get_runs(limit=1)
        steps = instance.get_run_step_stats(run.run_id)
    stages = [
        Stage(
            STAGES.get(step.step_key, step.step_key),
            step.end_time - step.start_time,
            memory.peak(step.start_time, step.end_time),
        )
        for step in sorted(steps, key=lambda step: step.start_time or 0)
        if step.start_time is not None and step.end_time is not None
    ]
    whole = ended - started
    return [
        *stages,
        Stage("start Python and Dagster, parse the project", whole - sum(stage.seconds for stage in stages), 0),
        Stage("landing zone to publication", whole, memory.peak(started, ended)),
    ]


def _read_and_write_with_duckdb_alone(bench: Settings) -> None:
    """Do the least that any pipeline must do with these files; the name of a file tells its table."""
    tables: dict[str, list[Path]] = defaultdict(list)
    for path in bench.landing.rglob("*.csv"):
        tables[re.sub(r"_\d{4}$", "", path.stem)].append(path)
    floor = private_directory(bench.data_dir / "floor")
    with duckdb.connect(config={"memory_limit": bench.memory_limit}) as connection:
        for table, paths in tables.items():
            rows = connection.read_csv(
                sorted(paths),  # type: ignore[arg-type]  # DuckDB takes a list of files, but its stubs do not say so
                header=True,
                all_varchar=True,
                union_by_name=True,
            )
            rows.write_parquet((floor / f"{table}.parquet").as_posix(), compression="zstd")


def _validate(bench: Settings, validator: Path) -> list[float]:
    """Return the seconds in which the sector's validator checks a return, for each of some of them."""
    script = REPOSITORY / "scripts" / "time_the_validator.py"
    command = [str(validator), str(script), str(bench.landing), str(RETURNS_OF_THE_PEER)]
    # The program that the caller named, and no shell.
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - see the line above
    if done.returncode:
        raise UserError("The validator could not be run: docs/sector-validator.md says how it is installed.")
    return [float(seconds) for seconds in json.loads(done.stdout.splitlines()[-1])]


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _machine() -> str:
    return (
        f"{psutil.cpu_count()} processors, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    )


def _markdown(table: Table) -> str:
    """Return a table as Markdown."""
    columns = [list(column.cells) for column in table.columns]
    lines = [
        [str(column.header) for column in table.columns],
        ["---", *["---:"] * (len(columns) - 1)],
        *zip(*columns, strict=True),
    ]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
