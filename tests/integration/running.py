"""Running `cla` as a user does: in a process of its own, on a data folder of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path


def start(data_dir: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        env={**os.environ, "CLA_DATA_DIR": str(data_dir), "CLA_AS_KNOWN_AT": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed_interrupts if os.name == "posix" else None,
    )


def heed_interrupts() -> None:
    """Undo what a shell does to programs in the background: they, and all they start, ignore interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def cla(data_dir: Path, *arguments: str) -> tuple[int, str]:
    with start(data_dir, *arguments) as process:
        output, _ = process.communicate(timeout=900)
    return process.returncode, output
