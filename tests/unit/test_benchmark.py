"""What the benchmark measures with, without building England."""

import subprocess
import sys
import time

from rich.table import Table

from orchestration.benchmark import Memory, _markdown


def test_the_peak_counts_all_living_processes_of_a_stretch_of_time() -> None:
    """Traps a peak of this process alone: dbt runs in a child's child."""
    hungry = "import time; held = bytearray(120_000_000); time.sleep(1.5)"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hungry!r}])"
    before = time.time()
    with Memory() as memory:
        subprocess.run([sys.executable, "-c", nested], check=True)
        after = time.time()
        time.sleep(0.5)
        ended = time.time()
    # Beside them a browser may live, for other tests.
    assert memory.peak(before, after) > memory.peak(after + 0.3, ended) + 100_000_000


def test_the_table_can_go_into_the_documentation() -> None:
    table = Table("stage", "seconds")
    table.add_row("publish", "1.5")
    assert _markdown(table).splitlines() == ["| stage | seconds |", "| --- | ---: |", "| publish | 1.5 |"]
