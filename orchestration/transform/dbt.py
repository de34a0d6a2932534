"""Running dbt: one process, told what to do, telling back names and counts only."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from orchestration.filesystem import private_directory, private_file
from orchestration.settings import Settings

GOOD = {"success", "pass", "no-op"}


@dataclass(frozen=True)
class NodeResult:
    """How one seed, model or test ended, and how many rows a table has."""

    unique_id: str
    resource_type: str
    status: str
    failures: int
    seconds: float
    rows: int | None = None
    refusal: str | None = None
    """What the computer refused, in the words of `orchestration.private_errors`, where that is what broke the node."""

    @property
    def succeeded(self) -> bool:
        """Whether the node was built, or the test held."""
        return self.status in GOOD

    @property
    def name(self) -> str:
        """The node's name, without its project and, for a generic test, without dbt's hash."""
        return self.unique_id.split(".")[2]


@dataclass
class DbtResult:
    """How a dbt command ended."""

    succeeded: bool = False
    error: str = ""
    refusal: str | None = None
    nodes: list[NodeResult] = field(default_factory=list)

    @property
    def refused(self) -> str | None:
        """What the computer refused, to the command as a whole or to a node."""
        return self.refusal or next((node.refusal for node in self.nodes if node.refusal), None)

    @property
    def failed(self) -> list[NodeResult]:
        """The nodes that broke or did not hold, without those skipped because of them."""
        return [node for node in self.nodes if not node.succeeded and node.status != "skipped"]


class _Process:
    """A process that runs dbt commands for one build, one after the other, and ends when it is told or left alone.

    It inherits nothing that could be read back from its output: the console is silenced, and of its events only the
    allow-list of `dbt_process` comes through. What dbt logs lies in the data folder.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.engine == "spark":
            from orchestration.transform.spark import refuse_without_spark

            refuse_without_spark()
        self.settings = settings
        as_known_at = ["--vars", json.dumps({"as_known_at": settings.as_known_at})] if settings.as_known_at else []
        self.options = [*as_known_at, "--log-level", "none", "--log-level-file", "info", "--no-use-colors"]
        private_directory(settings.warehouse.parent)
        log = private_directory(settings.dbt_logs) / "process.log"
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "orchestration.transform.dbt_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
        private_file(log)
        self._send({"environment": settings.dbt_environment()})

    def run(self, command: Sequence[str]) -> Generator[NodeResult, None, DbtResult]:
        """Run a command, yield every node as it ends and return them all; what interrupts it ends the process."""
        assert self.process.stdout
        result = DbtResult()
        is_over = False
        try:
            self._send({"command": command, "options": self.options})
            for line in self.process.stdout:
                message = json.loads(line)
                if "succeeded" in message:
                    result.succeeded, result.error = message["succeeded"], message["error"]
                    result.refusal = message["refusal"]
                    is_over = True
                    break
                result.nodes.append(NodeResult(**message))
                yield result.nodes[-1]
        finally:
            # After a failure something may hold on to the warehouse.
            if not (is_over and result.succeeded):
                self.end()
        return result

    def is_waiting(self) -> bool:
        """Say whether it lives and can take a command."""
        return self.process.poll() is None

    def end(self) -> None:
        """Close the lifeline and wait until the process has let go of the warehouse."""
        assert self.process.stdin and self.process.stdout
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self.process.stdin
        # A process that has died takes no message; that nothing comes back from it says so.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()


_ready: _Process | None = None


@contextmanager
def dbt_kept_ready(settings: Settings) -> Iterator[None]:
    """Start dbt now and let one process run all commands of the block: dbt takes seconds to import and to parse."""
    global _ready
    _ready = _Process(settings)
    try:
        yield
    finally:
        _ready.end()
        _ready = None


def running_dbt(settings: Settings, arguments: Sequence[str]) -> Generator[NodeResult, None, DbtResult]:
    """Run a dbt command, yield every node as it ends, and return them all; nobody holds the warehouse afterwards."""
    if _ready and _ready.settings == settings and _ready.is_waiting():
        return (yield from _ready.run(arguments))
    process = _Process(settings)
    try:
        return (yield from process.run(arguments))
    finally:
        process.end()


def run_dbt(
    settings: Settings, arguments: Sequence[str], on_node: Callable[[NodeResult], None] = lambda _: None
) -> DbtResult:
    """Run a dbt command to its end, tell of every node as it ends, and return them all."""
    running = running_dbt(settings, arguments)
    with contextlib.closing(running):
        while True:
            try:
                on_node(next(running))
            except StopIteration as over:
                return cast("DbtResult", over.value)
